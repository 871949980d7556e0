"""The body of one figure on a canvas: laid, drawn on, and its arms laid again over what they are before."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from attnpaint.figures import props
from attnpaint.figures.body import Arm
from attnpaint.figures.canvas import SAMPLES, Canvas
from attnpaint.figures.character import Character, View
from attnpaint.figures.curves import Points
from attnpaint.figures.poses import Pose
from attnpaint.figures.solid.build import BESIDE, Built
from attnpaint.figures.solid.chart import Mapped, chart
from attnpaint.figures.solid.held import draw_held_by_two
from attnpaint.figures.solid.lay import lay, prepare
from attnpaint.figures.solid.mesh import Floats, Ints, load_body
from attnpaint.figures.solid.pieces import Piece
from attnpaint.figures.solid.raster import rasterise
from attnpaint.figures.solid.skeleton import FRONT, unit
from attnpaint.figures.solid.skirts import RINGS
from attnpaint.figures.solid.trunk import draw_creases, draw_on_skirt, draw_on_trunk

_LIGHT = unit(np.array([-0.5, -0.62, 0.65]))
_ALL = -1e5  # half heads: nearer than this is everything


class BodyPicture:
    """What `built` looks like on a canvas; side: of the picture in px."""

    def __init__(
        self, canvas: Canvas, who: Character, view: View, pose: Pose, built: Built, side: int
    ) -> None:
        self.canvas, self.who, self.view, self.pose, self.built = canvas, who, view, pose, built
        self._points = built.camera.project(built.dress.points.place) * SAMPLES
        faces = built.dress.faces()
        faces = replace(
            faces, ahead=faces.ahead * self._outside(faces.label) * built.camera.scale * built.size * SAMPLES
        )
        seen = rasterise(self._points, faces, side * SAMPLES, _LIGHT)
        self._laid = prepare(seen, built.dress.pieces, built.camera.scale * SAMPLES) if seen else None
        joints = built.camera.project(built.posed.joint)[:, :2]
        self._joints: Mapping[str, Points] = dict(zip(load_body().bones, joints, strict=True))
        self._unit = built.camera.scale * built.size

    def _outside(self, label: Ints) -> Floats:
        """What each face's `ahead` is multiplied by: hands beside a skirt or coat do not hang in it."""
        dress = self.built.dress
        wide = bool(dress.skirt[1]) or any(piece.name == "coat" for piece in dress.pieces)
        beside = [arm.reach in BESIDE for arm in self.pose.arms]
        more = [
            1 + 1.3 * (piece.near and wide and beside[piece.name.endswith("_l")]) for piece in dress.pieces
        ]
        return np.array(more)[label - 1]

    def draw(self) -> None:
        """The whole body with what lies on it and what it holds."""
        if self._laid is None:
            return
        built = self.built
        self._hold(over=False, only="umbrella")
        areas = lay(self.canvas, self._laid, lambda piece: not piece.near)
        if "trunk" in areas:
            self._draw_trunk(areas["trunk"])
        if "skirt" in areas:
            start, count = built.dress.skirt
            places = self._points[start : start + RINGS * count, :2].reshape(RINGS, count, 2) / SAMPLES
            draw_on_skirt(self.canvas, self.who, areas["skirt"], places, self._unit)
        draw_creases(self.canvas, self.who, areas, self._joints, self._unit)
        self._hold(over=False)
        self.draw_arms(_ALL)
        self._hold(over=True)

    def draw_arms(self, nearer: float) -> None:
        """The arms again, where they are nearer to the viewer than a depth in half heads."""
        if self._laid is None:
            return
        found = lay(self.canvas, self._laid, _near, nearer * self.built.camera.scale * SAMPLES)
        draw_creases(self.canvas, self.who, found, self._joints, self._unit)

    def _draw_trunk(self, area: int) -> None:
        built = self.built
        facing = built.camera.turn @ built.posed.turn[load_body().bone("spine_03")] @ FRONT
        turned = float(np.arccos(np.clip(facing[2], -1, 1)))
        behind = turned > np.pi / 2
        mapped = Mapped(chart(built.kind, behind), built.camera.project(built.posed.points))
        draw_on_trunk(self.canvas, self.who, self.view, area, mapped, behind, turned)

    def _hold(self, over: bool, only: str = "") -> None:
        """Things in the hands; over: those that lie on a hand, not those that it closes around.

        only: this one; without it, umbrellas are left out, as they are behind everything.
        """
        if self.pose.held:
            if not over and not only:
                one, two = ((self._joints[f"hand_{s}"] + self._joints[f"middle_02_{s}"]) / 2 for s in "lr")
                wide = float(np.hypot(*(one - two))) / 2 / self._unit
                draw_held_by_two(self.canvas, self.who, self.pose.held, (one + two) / 2, self._unit, wide)
            return
        for number, side in enumerate("rl"):
            prop = self.view.props[number]
            if prop and (prop == only if only else prop != "umbrella") and self._sees(side):
                self.canvas.place(np.eye(2) * self._unit, np.zeros(2))
                arm = self._flat_arm(side)
                (props.draw_over if over else props.draw_held)(self.canvas, self.who, arm, prop)

    def _sees(self, side: str) -> bool:
        """Whether a hand is before the body, or beside it."""
        if self._laid is None:
            return False
        seen = self._laid.seen
        x, y = np.round(self._joints[f"middle_01_{side}"] * SAMPLES).astype(int) - seen.low
        if not (0 <= y < seen.label.shape[0] and 0 <= x < seen.label.shape[1]) or not seen.label[y, x]:
            return False
        return bool(self._laid.pieces[seen.label[y, x] - 1].name.endswith(f"_{side}"))

    def _flat_arm(self, side: str) -> Arm:
        """An arm as `props` know it: where it lies on the picture, in half heads of the body."""
        wrist, finger = (
            self._joints[f"hand_{side}"] / self._unit,
            self._joints[f"middle_01_{side}"] / self._unit,
        )
        way = finger - wrist
        grip = finger - 0.3 * way / max(0.05, float(np.hypot(*way)))
        return Arm(1 if side == "l" else -1, wrist, wrist, grip, float(np.arctan2(-way[0], way[1])))


def _near(piece: Piece) -> bool:
    return piece.near
