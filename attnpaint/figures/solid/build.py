"""From a character and a pose to a dressed body with a head, and the camera that frames it."""

from dataclasses import dataclass, replace

import numpy as np

from attnpaint.figures.body import SKIN
from attnpaint.figures.canvas import Paint
from attnpaint.figures.character import Character, View
from attnpaint.figures.poses import LOW, Pose
from attnpaint.figures.solid.brushes import add_tail
from attnpaint.figures.solid.camera import Camera
from attnpaint.figures.solid.cloaks import add_cape, add_coat
from attnpaint.figures.solid.dress import NECK, dress
from attnpaint.figures.solid.mesh import SEGMENTS, Floats, load_body
from attnpaint.figures.solid.pieces import Dress, Piece, skirt_length
from attnpaint.figures.solid.posing import kind_of, pose_body, proportions
from attnpaint.figures.solid.seats import add_seat
from attnpaint.figures.solid.skeleton import FRONT, Posed, about
from attnpaint.figures.solid.skirts import add_skirt
from attnpaint.figures.solid.surfaces import Surface, grid, loose, normals

_CHIN = 0.95  # half heads from the middle of the head down to where the neck ends in it
BESIDE = ("down", "loose", "hip", "skirt", "swing", "back swing", "lap", "belly")
_SPREAD = 0.56
_IN_SKIRTS = {"legs up": "side", "tailor": "seiza", "one knee": "kneel", "jump": "walk"}


@dataclass(frozen=True)
class Head:
    """Where the head is: its middle in half heads, seen by the camera; its turn, pitch and roll as seen."""

    middle: Floats
    yaw: float
    pitch: float
    roll: float


@dataclass(frozen=True)
class Built:
    """A posed and dressed body with its head, and how the camera sees it.

    size: of the body beside the head; kind: of the mesh.
    """

    posed: Posed
    dress: Dress
    head: Head
    camera: Camera
    size: float
    kind: int


def fitting(who: Character, pose: Pose) -> Pose:
    """The pose, or another where a skirt does not go with it."""
    if not skirt_length(who):
        return pose
    room = 0.05 + 0.12 * who.outfit.flare
    arms = [
        replace(arm, shift=(arm.shift[0] + room, *arm.shift[1:])) if arm.reach in BESIDE else arm
        for arm in pose.arms
    ]
    legs = _IN_SKIRTS.get(pose.legs, pose.legs)
    legs = "seiza" if legs == "side" and skirt_length(who) > _SPREAD else legs
    return replace(pose, legs=legs, arms=(arms[0], arms[1]))


def _worn(who: Character, pose: Pose) -> tuple[float, float]:
    """How far a skirt hangs, in lengths of a leg, on the ground around the knees; what of legs it hides."""
    long = skirt_length(who)
    long = min(long, _SPREAD) if pose.legs in ("seiza", "kneel", "side") else long
    shown = 1.0 if pose.legs in ("walk", "run", "jump") else 0.22
    return long, max(min(0.34, 1.1 * long), 2 * long - shown)


def build(who: Character, view: View, pose: Pose, side: int) -> Built:
    """The figure in its pose, framed as the view asks for; side: of the picture in px."""
    body, frame = load_body(), who.build
    kind, sizes = (
        kind_of(frame.male, frame.size),
        proportions(frame.broad, frame.legs, frame.size, frame.slim),
    )
    posed = pose_body(kind, sizes, pose, frame.bust)
    surface = Surface.of(posed.points, normals(posed.points, body.faces), body.limb, body.height)
    dressed = dress(body, surface, who, _worn(who, pose))
    add_skirt(dressed, who, body, posed, sizes)
    if pose.legs not in LOW:
        add_coat(dressed, who, body, posed, sizes)
    if who.outfit.cape and not pose.seated:
        add_cape(dressed, who, body, posed, sizes)
    if pose.legs not in ("sit", "seiza", "side", "tailor", "legs up"):
        add_tail(dressed, who, body, posed, frame.size)
    if pose.legs == "sit":
        add_seat(dressed, body, posed, frame.size, who.outfit.seed)
    camera = Camera.of(pose.azimuth, pose.elevation, pose.near)
    neck = body.bone("head")
    up = camera.turn @ (posed.turn[neck] @ np.array([0.0, -1.0, 0.0]))
    roll = float(np.clip(0.75 * np.arctan2(up[0], max(0.2, -up[1])) + pose.head[2], -0.5, 0.5))
    pitch = float(np.clip(0.75 * pose.elevation + pose.head[1] + 0.15 * view.nod, -0.45, 0.5))
    top = camera.turn @ posed.joint[neck]
    chin = _CHIN if abs(pose.head[0]) < 2 else 0.78  # hair hides more of a neck from behind
    middle = top + chin * np.array([np.sin(roll), -np.cos(roll), 0.0]) + [0.0, 0.0, 0.1]
    add_neck(dressed, who, posed, camera.turn.T @ middle)
    rolled = about(FRONT, pose.roll)
    camera = replace(camera, turn=rolled @ camera.turn)
    head = Head(rolled @ middle, pose.head[0], pitch, roll + pose.roll)
    return Built(
        posed, dressed, head, _framed(who, camera, posed, dressed, head, view, side), frame.size, kind
    )


def add_neck(out: Dress, who: Character, posed: Posed, high: Floats) -> None:
    """What joins the mesh's neck to the middle of the head."""
    body = load_body()
    used = np.unique(body.faces[body.segment == SEGMENTS.index("neck")])
    rim = posed.points[used[np.abs(body.height[used] - NECK) < 0.12]]
    low, up = rim.mean(0), posed.turn[body.bone("neck_01")]
    local = (rim - low) @ up
    wide, deep = (0.9 * float(np.abs(local[:, axis]).max()) for axis in (0, 2))
    angle = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    ring = np.stack([np.cos(angle) * wide, 0 * angle, np.sin(angle) * deep], 1) @ up.T
    thin = min(1.0, (0.24 + 0.05 * who.build.male) / wide)
    place = np.concatenate(
        [low + share * (high - low) + ring * (1 + (thin - 1) * share) for share in (0.0, 0.3, 0.65, 1.0)]
    )
    faces = grid(4, 12, True)[:, ::-1]
    start = len(out.points.place)
    out.points = out.points.grown(loose(place, faces))
    out.add(Piece(Paint(SKIN, who.skin), "skin", "neck"), faces + start)


def _framed(
    who: Character, camera: Camera, posed: Posed, dressed: Dress, head: Head, view: View, side: int
) -> Camera:
    """The camera with the frame that the view asks for."""
    body = load_body()
    grow = float(camera.size(head.middle[2:])[0])
    crown = head.middle[:2] * grow + np.array([[-1.35, -1.55], [1.35, 1.3]]) * grow
    large = who.build.size > 0.8  # of a tiny body more is shown
    if view.crop == "face":
        low = 0.1 + 0.5 * np.sin(head.pitch)  # where the face's middle is
        spread = (head.middle[:2] + np.array([[-1.3, low - 1.45], [1.3, low + 1.45]])) * grow
        share = 1.0
    elif view.crop == "full":
        seen = camera.project(dressed.points.place)[:, :2]
        spread = np.concatenate([seen, crown])
        share = 0.93
    else:
        names = ("upperarm_l", "upperarm_r", "spine_02") if view.crop == "bust" and large else (
            "upperarm_l", "upperarm_r", "thigh_l", "thigh_r", "calf_l", "calf_r")  # fmt: skip
        seen = camera.project(posed.joint[[body.bone(name) for name in names]])[:, :2]
        spread = np.concatenate([seen, crown])
        share = 0.94 if view.crop == "cowboy" else 0.88
    low, high = spread.min(0), spread.max(0)
    scale = side * share / max(1.0, float((high - low).max()))
    middle = np.full(2, side / 2) - scale * (low + high) / 2
    if view.crop in ("bust", "cowboy"):  # the lower edge cuts the body
        middle[1] = side * 0.05 * (1 + view.shift[1]) - scale * low[1]
    middle[0] += 0.12 * side * view.shift[0] * (view.crop != "full" or abs(view.shift[0]) > 1)
    return replace(camera, scale=scale, middle=(float(middle[0]), float(middle[1])))
