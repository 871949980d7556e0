"""The body below the head as a mesh: what body.npz holds, and where on the body each vertex lies.

Units are half heads, x to the viewer's right, y down, z towards the viewer, as the figure faces the viewer.
"""

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
FEMALE, MALE, CHILD = range(3)
_SCALE = 3000  # of a decimetre
UNIT = 0.65  # half heads in a decimetre

FINGERS = ("thumb", "index", "middle", "ring", "pinky")
SEGMENTS = (
    "pelvis", "belly", "chest", "neck", "upper_l", "upper_r", "fore_l", "fore_r", "hand_l", "hand_r",
    "thigh_l", "thigh_r", "shin_l", "shin_r", "foot_l", "foot_r",
    *(f"{finger}_{side}" for side in "lr" for finger in FINGERS),
)  # fmt: skip
_OF_BONE = {
    "spine_01": "belly", "spine_02": "belly", "spine_03": "chest", "clavicle": "chest", "head": "neck",
    "neck_01": "neck", "upperarm": "upper", "lowerarm": "fore", "calf": "shin", "ball": "foot",
}  # fmt: skip
_HEIGHTS = (
    (-6.0, -5.26, -4.6, -3.6, -2.5, -0.8, 0.0, 0.9, 5.0, 9.0),  # y of the mesh, dm
    (
        1.3,
        1.66,
        1.92,
        2.65,
        3.5,
        4.15,
        4.45,
        4.9,
        7.7,
        10.43,
    ),  # the same places on the flat trunk, see body.torso
)


@dataclass(frozen=True)
class Body:
    """shapes S×N×3, faces F×4 (a triangle repeats its last corner), joints S×J×2×3 (begin and end of a bone),
    parents J, owners and weights N×4. segment F: index of SEGMENTS. limb N: where on its limb a vertex lies,
    0 at shoulder or hip, 1 at elbow or knee, 2 at wrist or ankle, -0.3 on the trunk. height N: as the flat
    trunk counts, see `body.torso`.
    """

    shapes: Floats
    faces: Ints
    joints: Floats
    bones: tuple[str, ...]
    parents: Ints
    owners: Ints
    weights: Floats
    segment: Ints
    limb: Floats
    height: Floats

    def bone(self, name: str) -> int:
        """The index of a bone, such as "hand_l"."""
        return self.bones.index(name)


@lru_cache(maxsize=1)
def load_body() -> Body:
    """The mesh that comes with the package."""
    with files("attnpaint.figures.solid").joinpath("body.npz").open("rb") as file, np.load(file) as data:
        there = {name: data[name] for name in data.files}
    flip = np.array([1.0, -1.0, 1.0])
    shapes = there["shapes"] / _SCALE * flip
    joints = there["joints"].astype(np.float64) * flip
    bones = tuple(str(name) for name in there["bones"])
    owners, weights = there["owners"].astype(np.int64), there["weights"] / 255
    weights = weights / weights.sum(1, keepdims=True)
    faces = there["faces"].astype(np.int64)[:, ::-1]  # y is turned over, and so are the faces
    part = np.array([SEGMENTS.index(segment_of(bone)) for bone in bones])
    share = np.zeros((len(weights), len(SEGMENTS)))
    for k in range(4):
        np.add.at(share, (np.arange(len(share)), part[owners[:, k]]), weights[:, k])
    segment = share[faces].sum(1).argmax(1)
    limb = _limb(shapes[FEMALE], joints[FEMALE], bones, share.argmax(1))
    height = np.interp(shapes[FEMALE][:, 1], *_HEIGHTS)
    parents = there["parents"].astype(np.int64)
    return Body(shapes, faces, joints, bones, parents, owners, weights, segment, limb, height)


def segment_of(bone: str) -> str:
    """The segment that a bone moves: "lowerarm_l" moves "fore_l"."""
    if bone in _OF_BONE:
        return _OF_BONE[bone]
    name, side = bone.split("_")[0], bone[-2:]
    return (
        _OF_BONE[name] + ("" if name == "clavicle" else side)
        if name in _OF_BONE
        else name + side * (name != "pelvis")
    )


def _limb(points: Floats, joints: Floats, bones: tuple[str, ...], segment: Ints) -> Floats:
    out = np.full(len(points), -0.3)
    for side in "lr":
        for names, ends in (
            (("upper", "fore", "hand"), ("upperarm", "lowerarm", "hand", "")),
            (("thigh", "shin", "foot"), ("thigh", "calf", "foot", "")),
        ):
            for step, name in enumerate(names):
                begin = joints[bones.index(f"{ends[step]}_{side}")]
                end = joints[bones.index(f"{ends[step + 1]}_{side}")][0] if ends[step + 1] else begin[1]
                axis = end - begin[0]
                there = segment == SEGMENTS.index(f"{name}_{side}")
                out[there] = step + (points[there] - begin[0]) @ axis / (axis @ axis)
    return out
