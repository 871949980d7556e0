"""One view of one figure: everything laid over each other in the right order."""

from functools import partial

import numpy as np

from attnpaint.figures.arms import draw_forearm, draw_upper_arm
from attnpaint.figures.body import RAISED, draw_legs, pose_arm
from attnpaint.figures.canvas import Canvas, Drawn, Paint
from attnpaint.figures.character import CROPS, Character, View, draw_character, draw_view
from attnpaint.figures.clothes import draw_cape, draw_lower, draw_trunk, top_colour
from attnpaint.figures.curves import Points, ellipse, join, ribbon, smooth
from attnpaint.figures.details import draw_details, draw_pauldrons
from attnpaint.figures.eyes import sockets
from attnpaint.figures.fringe import HAIR, draw_fringe, lay_fringe
from attnpaint.figures.hair import ACCESSORY, draw_back, draw_buns, draw_crown, draw_side_locks
from attnpaint.figures.head import SKIN, draw_brows, draw_ears, draw_face, draw_neck

_MIDDLES = {"face": -0.02, "bust": 0.75, "cowboy": 2.75, "full": 4.85}  # height at the middle of the picture


def render(seed: int, number: int, view: int, side: int) -> Drawn:
    """View `view` of figure `number`, side×side px; equal arguments give equal pixels."""
    return draw(draw_character(seed, number), draw_view(seed, number, view), side, (seed, number, view))


def draw(who: Character, view: View, side: int, chance: tuple[int, ...] = (0,)) -> Drawn:
    """A character in a view; chance: for the small irregularities of the lines."""
    canvas = Canvas(side, view.ground, view.pen, np.random.default_rng((*chance, 0x11E)))
    flip = -1.0 if view.turn < 0 else 1.0
    turn, parting = abs(view.turn), who.parting * flip
    head, (body, trunk) = _frames(who, view, side, flip)
    posture = partial(_posture, view.stance, turn)
    canvas.place(*head)
    if not view.behind:
        draw_back(canvas, who, view)
    canvas.place(body, trunk, posture)
    _draw_body(canvas, who, view, turn)
    canvas.place(*head)
    _draw_head(canvas, who, view, turn, parting)
    canvas.place(body, trunk, posture)
    for i, arm in enumerate(view.arms):
        if arm in RAISED:
            joints = pose_arm(who, arm, 2 * i - 1)
            draw_forearm(canvas, who, view, joints, top_colour(who), _wide(who))
    return canvas.finish(view.lines_in)


def _frames(
    who: Character, view: View, side: int, flip: float
) -> tuple[tuple[Points, Points], tuple[Points, Points]]:
    """How the units of the head and of the body lie on the picture."""
    far = view.crop in ("cowboy", "full")
    scale = side / (CROPS[view.crop] * (0.25 + 0.75 * who.size if far else 1.0))
    centre = _MIDDLES[view.crop] * (who.size if far else 1.0) + view.shift[1]
    middle = np.array([side * (0.5 + 0.12 * view.shift[0]), side * 0.5 - scale * centre])
    upright = np.diag([flip, 1.0]) * scale
    cos, sin = np.cos(view.lean), np.sin(view.lean)
    tilt, pivot = np.array([[cos, -sin], [sin, cos]]), np.array([0.0, 1.15])
    head = upright @ tilt, middle + upright @ (pivot - tilt @ pivot)
    return head, (upright * who.size, middle + [0, scale * (1.2 * (1 - who.size) - 0.1)])


def _posture(stance: float, turn: float, points: Points) -> Points:
    """A body that stands straight and looks at the viewer, as one that rests on a leg and is turned."""
    x, y = points[:, 0], points[:, 1]
    down = np.clip((y - 1.2) / 3.4, 0, 1)
    bow = stance * (0.22 * np.sin(down * np.pi / 2) - 0.2 * np.clip((y - 4.6) / 6, 0, 1.2))
    level = 0.07 * stance * np.cos(np.pi * down) * np.clip((y - 1.2) * 2, 0, 1) * np.clip((6.5 - y) / 2, 0, 1)
    front = 0.2 * turn * np.clip(1 - (x / 0.85) ** 2, 0, 1) * np.clip((y - 1.3) * 2, 0, 1)
    return np.stack([x * (1 - 0.12 * turn) + bow + front, y - level * x], 1)


def _wide(who: Character) -> float:
    return 0.7 if who.top == "kimono" else 0.0


def _draw_body(canvas: Canvas, who: Character, view: View, turn: float) -> None:
    if who.cape and not view.behind:
        draw_cape(canvas, who, view)
    draw_legs(canvas, who, view)
    draw_lower(canvas, who, view)
    draw_neck(canvas, who, view, np.array([0.0, 1.75]), np.array([0.2 * turn, 1.15]))
    draw_trunk(canvas, who, view)
    for i, arm in enumerate(view.arms):
        draw_upper_arm(canvas, who, view, pose_arm(who, arm, 2 * i - 1), top_colour(who), _wide(who))
    if not view.behind:
        draw_details(canvas, who, view)
    for i, arm in enumerate(view.arms):
        if arm not in RAISED:
            draw_forearm(canvas, who, view, pose_arm(who, arm, 2 * i - 1), top_colour(who), _wide(who))
    if who.top == "armour":
        draw_pauldrons(canvas, who)
    if who.cape and view.behind:
        draw_cape(canvas, who, view)


def _draw_head(canvas: Canvas, who: Character, view: View, turn: float, parting: float) -> None:
    fringe = lay_fringe(who, turn, parting)
    draw_ears(canvas, who, turn)
    if who.back == "buns":
        draw_buns(canvas, who)
    if who.ears == "cat":
        _cat_ears(canvas, who, turn)
    if view.behind:
        draw_back(canvas, who, view)
        draw_crown(canvas, who, turn)
        _adorn(canvas, who, turn)
        return
    draw_face(canvas, who, view, turn, fringe.outline)
    draw_side_locks(canvas, who, view, turn)
    draw_fringe(canvas, who, view, fringe, turn)
    draw_brows(canvas, who, view, turn)
    if who.glasses:
        _glasses(canvas, who, view, turn)
    _adorn(canvas, who, turn)


def _cat_ears(canvas: Canvas, who: Character, turn: float) -> None:
    for side in (-1, 1):
        ear = np.array([(0.2, -1.1), (0.42, -1.5), (0.9, -1.92), (0.98, -1.4), (0.98, -0.75)]) * [side, 1]
        canvas.fill(join(smooth(ear[:3]), smooth(ear[2:])) + [0.1 * turn, 0], Paint(HAIR, who.hair))
        inner = np.array([(0.48, -1.2), (0.6, -1.42), (0.82, -1.68), (0.86, -1.3), (0.86, -0.9)]) * [side, 1]
        canvas.fill(
            join(smooth(inner[:3]), smooth(inner[2:])) + [0.1 * turn, 0], Paint(SKIN, who.skin), width=0.7
        )


def _glasses(canvas: Canvas, who: Character, view: View, turn: float) -> None:
    near, far = sockets(who, turn, view.nod)
    rims: list[Points] = []
    for socket in (near, far):
        rim = ellipse((socket.x, socket.y + 0.04), (socket.wide * 1.2, socket.tall * 1.12), 32)
        canvas.stroke(np.concatenate([rim, rim[:3]]), 1.3, taper=0.02)
        rims.append(rim)
    canvas.stroke(
        smooth([tuple(rims[0][0]), (0.36 * turn, near.y - 0.02), tuple(rims[1][16])]), 1.3, taper=0.02
    )


def _adorn(canvas: Canvas, who: Character, turn: float) -> None:
    if who.hat == "beret":
        shape = smooth(
            [
                (-1.15, -0.85),
                (-0.9, -1.5),
                (0.1, -1.75),
                (1.1, -1.45),
                (1.3, -0.95),
                (0.6, -0.98),
                (-0.2, -0.92),
            ],
            closed=True,
        )
        canvas.fill(shape, Paint(ACCESSORY, who.cloth[0]))
        canvas.stroke(smooth([(-0.95, -0.98), (-0.2, -1.08), (0.9, -1.08)]), 0.8)
        canvas.stroke(smooth([(0.1, -1.75), (0.14, -1.9)]), 1.6, taper=0.1)
    if who.hat == "flower":
        centre = np.array([-0.75 + 0.1 * turn, -0.72])
        for angle in np.arange(5) * 1.2566:
            petal = ellipse((0.17, 0), (0.17, 0.12), 14)
            cos, sin = np.cos(angle), np.sin(angle)
            canvas.fill(
                petal @ np.array([[cos, sin], [-sin, cos]]) + centre,
                Paint(ACCESSORY, who.cloth[2]),
                width=0.7,
            )
        canvas.fill(
            ellipse((float(centre[0]), float(centre[1])), (0.08, 0.08), 12),
            Paint(ACCESSORY, who.cloth[3]),
            width=0.6,
        )
    if who.bow:
        for side in (-1, 1):
            loop = smooth(
                np.array([(0, 0), (0.2, -0.24), (0.46, -0.22), (0.44, 0.16), (0.2, 0.14)]) * [side, 1],
                closed=True,
            )
            canvas.fill(loop + [0.62, -1.02], Paint(ACCESSORY, who.cloth[2]), width=0.9)
        canvas.fill(ellipse((0.62, -1.04), (0.1, 0.11), 12), Paint(ACCESSORY, who.cloth[2]), width=0.8)
    if who.ears == "round" and who.seed % 7 == 0:
        t = np.linspace(0, 1, 12)
        pin = ribbon(np.stack([-0.95 + 0.34 * t, -0.3 - 0.1 * t], 1), np.full(12, 0.045))
        canvas.fill(pin, Paint(ACCESSORY, who.cloth[2]), width=0.7)
