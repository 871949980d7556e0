"""Posing a body: bones that turn, arms that reach, and a mesh that follows them."""

from dataclasses import dataclass

import numpy as np

from attnpaint.figures.solid.mesh import UNIT, Body, Floats

DOWN, FRONT, RIGHT = np.array([0.0, 1.0, 0.0]), np.array([0.0, 0.0, 1.0]), np.array([1.0, 0.0, 0.0])


@dataclass(frozen=True)
class Proportions:
    """What a bone's length and girth are multiplied by, J each, beside the mesh's own."""

    length: Floats
    girth: Floats


@dataclass(frozen=True)
class Posed:
    """turn J×3×3: of each bone from its rest; joint J×3: where it begins; points N×3: the mesh's vertices."""

    turn: Floats
    joint: Floats
    points: Floats


def unit(vector: Floats) -> Floats:
    """The direction of a vector."""
    out: Floats = vector / max(1e-9, float(np.linalg.norm(vector)))
    return out


def about(axis: Floats, angle: float) -> Floats:
    """The rotation by an angle about a unit axis, 3×3."""
    x, y, z = axis
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    out: Floats = np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * (cross @ cross)
    return out


def frame(direction: Floats, aside: Floats) -> Floats:
    """Three axes as columns: a direction, what of `aside` is square to it, and what is square to both."""
    first = unit(direction)
    second = unit(aside - first * (aside @ first))
    return np.stack([first, second, np.cross(first, second)], 1)


def reach(shoulder: Floats, wrist: Floats, upper: float, fore: float, hint: Floats) -> tuple[Floats, Floats]:
    """Directions of upper arm and forearm that bring the wrist there, or as near as they can be stretched.

    hint: where the elbow would rather be.
    """
    way = wrist - shoulder
    far = float(np.clip(np.linalg.norm(way), abs(upper - fore) + 1e-3, (upper + fore) * 0.995))
    along = unit(way)
    cosine = (upper**2 + far**2 - fore**2) / (2 * upper * far)
    aside = unit(hint - along * (hint @ along))
    elbow = upper * (along * cosine + aside * np.sqrt(max(0.0, 1 - cosine**2)))
    return unit(elbow), unit(along * far - elbow)


def skin(body: Body, shape: Floats, joints: Floats, sizes: Proportions, turn: Floats, root: Floats) -> Posed:
    """The mesh with each bone turned; root: where the first bone (without a parent) begins.

    shape N×3 and joints J×2×3 in dm, turn J×3×3 from rest.
    """
    axis = joints[:, 1] - joints[:, 0]
    axis /= np.linalg.norm(axis, axis=1, keepdims=True)
    outer = axis[:, :, None] * axis[:, None, :]
    scale = UNIT * (sizes.girth[:, None, None] * (np.eye(3) - outer) + sizes.length[:, None, None] * outer)
    whole = turn @ scale
    joint = np.zeros((len(joints), 3))
    for bone in order_of(body):
        parent = int(body.parents[bone])
        joint[bone] = (
            root if parent < 0 else joint[parent] + whole[parent] @ (joints[bone, 0] - joints[parent, 0])
        )
    offset = joint - np.einsum("jab,jb->ja", whole, joints[:, 0])
    points = np.zeros_like(shape)
    for k in range(4):
        owner, weight = body.owners[:, k], body.weights[:, k : k + 1]
        points += weight * (np.einsum("nab,nb->na", whole[owner], shape) + offset[owner])
    return Posed(turn, joint, points)


def order_of(body: Body) -> list[int]:
    """Bones, each after its parent."""
    done: list[int] = []
    while len(done) < len(body.parents):
        done += [
            bone
            for bone, parent in enumerate(body.parents)
            if bone not in done and (parent < 0 or int(parent) in done)
        ]
    return done
