"""From a pose to a skinned mesh."""

from functools import lru_cache

import numpy as np

from attnpaint.figures.poses import REACHES, STEPS, Arm, Pose
from attnpaint.figures.solid.mesh import CHILD, FEMALE, FINGERS, MALE, Body, Floats, load_body
from attnpaint.figures.solid.skeleton import (
    DOWN,
    FRONT,
    RIGHT,
    Posed,
    Proportions,
    about,
    frame,
    reach,
    skin,
    unit,
)  # fmt: skip

_SIZES: dict[str, tuple[float, float]] = {  # length and girth beside the mesh's own
    "pelvis": (0.85, 0.86), "spine": (0.78, 0.8), "neck": (0.82, 0.74), "head": (1.0, 0.74),
    "clavicle": (0.74, 0.8), "upperarm": (0.98, 0.74), "lowerarm": (0.98, 0.74), "hand": (0.86, 0.84),
    "thigh": (1.2, 0.9), "calf": (1.18, 0.82), "foot": (0.95, 0.85), "ball": (0.9, 0.85),
}  # fmt: skip
_CURLS: dict[str, tuple[float, float, float, float, float]] = {  # of each finger, radians at a joint
    "relaxed": (0.15, 0.3, 0.38, 0.45, 0.5), "open": (-0.1, 0.02, 0.02, 0.04, 0.06),
    "fist": (0.5, 1.35, 1.4, 1.4, 1.4), "point": (0.5, 0.02, 1.35, 1.4, 1.4),
    "peace": (0.6, 0.0, 0.0, 1.35, 1.4), "hold": (0.3, 0.75, 0.8, 0.85, 0.9),
}  # fmt: skip
_SPREAD = {"open": 0.12, "peace": 0.16, "relaxed": 0.03}


@lru_cache(maxsize=64)
def proportions(broad: float, legs: float, size: float, slim: float = 1.0) -> Proportions:
    """Of a figure's build, see `character.Build`: in half heads, whatever the size of its body."""
    body = load_body()
    length, girth = np.ones(len(body.bones)), np.ones(len(body.bones))
    for i, bone in enumerate(body.bones):
        name = bone.split("_")[0]
        length[i], girth[i] = _SIZES.get(name, (0.86, 0.8))
        if name == "clavicle":
            length[i] *= broad
        if name in ("thigh", "calf"):
            length[i] *= legs
        if name in ("pelvis", "spine", "upperarm", "lowerarm", "thigh", "calf"):
            girth[i] *= slim
    return Proportions(length * size, girth * size)


@lru_cache(maxsize=16)
def shape_of(kind: int, bust: float) -> Floats:
    """The mesh of a kind at rest, N×3 in dm; bust: 0 to 1, of the female one."""
    shape: Floats = load_body().shapes[kind]
    if kind != FEMALE:
        return np.asarray(shape)
    out: Floats = shape.copy()
    aside = np.hypot(np.abs(shape[:, 0]) - 0.82, shape[:, 1] + 3.42)
    out[:, 2] += (bust - 0.6) * 0.55 * np.exp(-((aside / 0.6) ** 2)) * (shape[:, 2] > 0.6)
    return np.asarray(out)


def pose_body(kind: int, sizes: Proportions, pose: Pose, bust: float = 0.6) -> Posed:
    """The mesh of a kind (FEMALE, MALE, CHILD) as it holds a pose; its hips are the origin."""
    body = load_body()
    joints = body.joints[kind]
    turn = np.stack([np.eye(3)] * len(body.bones))
    hips = _angled(pose.hips)
    chest = hips @ _angled(pose.lean)
    turn[body.bone("pelvis")] = hips
    for name, share in (("spine_01", 0.35), ("spine_02", 0.7), ("spine_03", 1.0)):
        turn[body.bone(name)] = hips @ _angled(
            (pose.lean[0] * share, pose.lean[1] * share, pose.lean[2] * share)
        )
    neck = chest @ _angled((-0.4 * pose.lean[0], 0.0, -0.5 * pose.lean[2]))
    turn[body.bone("neck_01")] = turn[body.bone("head")] = neck
    for number, side in enumerate("rl"):
        _turn_leg(body, turn, joints, pose, number, hips)
        _turn_arm(body, turn, joints, sizes, pose.arms[number], side, chest)
    return skin(body, shape_of(kind, round(bust, 1)), joints, sizes, turn, np.zeros(3))


def kind_of(male: bool, size: float) -> int:
    """Which of the mesh's shapes a figure of some build has."""
    return CHILD if size < 0.8 else MALE if male else FEMALE


def _angled(angles: tuple[float, float, float]) -> Floats:
    """Pitch to the front, turn to the viewer's right, roll clockwise on the picture."""
    out: Floats = about(DOWN, -angles[1]) @ about(RIGHT, angles[0]) @ about(FRONT, angles[2])
    return out


def _turn_leg(body: Body, turn: Floats, joints: Floats, pose: Pose, number: int, hips: Floats) -> None:
    side = "rl"[number]
    out = np.array([2.0 * number - 1, 1, 1])
    thigh, shin = STEPS[pose.legs][number ^ int(pose.swap)]
    upper = hips @ unit(np.array(thigh) * out + [pose.spread * out[0], 0, pose.step[number]])
    lower = hips @ unit(np.array(shin) * out)
    bones = [body.bone(f"{name}_{side}") for name in ("thigh", "calf", "foot", "ball")]
    begins = joints[bones, 0]
    fold = np.cross(lower, upper)
    aside = hips @ RIGHT if np.linalg.norm(fold) < 0.3 else unit(fold)
    turn[bones[0]] = frame(upper, aside) @ frame(begins[1] - begins[0], RIGHT).T
    turn[bones[1]] = frame(lower, aside) @ frame(begins[2] - begins[1], RIGHT).T
    flat = lower @ (hips @ DOWN) > 0.85
    if flat:
        turn[bones[2]] = hips @ about(DOWN, -0.25 * out[0])
    else:
        turn[bones[2]] = turn[bones[1]] @ about(RIGHT, 0.75)
    turn[bones[3]] = turn[bones[2]]


def _turn_arm(
    body: Body, turn: Floats, joints: Floats, sizes: Proportions, arm: Arm, side: str, chest: Floats
) -> None:
    out = np.array([1.0 if side == "l" else -1.0, 1, 1])
    names = ("clavicle", "upperarm", "lowerarm", "hand")
    bones = [body.bone(f"{name}_{side}") for name in names]
    begins = joints[bones, 0]
    ways = np.diff(begins, axis=0)
    where, hint, twist = REACHES[arm.reach]
    lengths = np.linalg.norm(ways, axis=1) * sizes.length[bones[:3]]
    aim = (np.array(where) + arm.shift) * (lengths[1] + lengths[2]) * out
    upper, fore = (
        chest @ way for way in reach(np.zeros(3), aim, lengths[1], lengths[2], np.array(hint) * out)
    )
    raised = max(0.0, float(-upper @ (chest @ DOWN)) + 0.2)
    turn[bones[0]] = chest @ about(FRONT, -0.35 * raised * out[0])
    fold = np.cross(upper, fore)
    if np.linalg.norm(fold) < 0.12:
        fold = np.cross(upper, upper - 0.3 * (chest @ (np.array(hint) * out)))
    rest = np.cross(ways[1], ways[2])
    turn[bones[1]] = frame(upper, fold) @ frame(ways[1], rest).T
    straight = frame(fore, fold) @ frame(ways[2], rest).T
    turn[bones[2]] = about(unit(fore), 0.45 * twist * out[0]) @ straight
    turn[bones[3]] = hand = about(unit(fore), twist * out[0]) @ straight
    _curl(body, turn, joints, arm.hand, side, hand)


def _curl(body: Body, turn: Floats, joints: Floats, kind: str, side: str, hand: Floats) -> None:
    begins = {finger: joints[body.bone(f"{finger}_01_{side}"), 0] for finger in FINGERS}
    along = unit(begins["middle"] - joints[body.bone(f"hand_{side}"), 0])
    across = unit(begins["index"] - begins["pinky"])
    palm = unit(np.cross(across, along)) * (1.0 if side == "l" else -1.0)
    for number, finger in enumerate(FINGERS):
        axis = unit(np.cross(along, palm))
        if finger == "thumb":
            axis = (
                unit(0.5 * axis - 0.8 * along + 0.2 * palm)
                if side == "l"
                else unit(0.5 * axis + 0.8 * along - 0.2 * palm)
            )
        aside = (
            about(palm, (number - 2.5) * _SPREAD.get(kind, 0.0) * (1 if side == "l" else -1))
            if number
            else np.eye(3)
        )
        curl = _CURLS[kind][number]
        for joint, share in (("01", 1.0), ("02", 2.0), ("03", 2.7)):
            turn[body.bone(f"{finger}_{joint}_{side}")] = hand @ aside @ about(axis, curl * share)
