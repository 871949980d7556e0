"""The ground of a reference: what is flat and lies along its edges."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from attnpaint.extract.bands import OPAQUE

LOOKED = 512  # px of the long side, at most, at which the ground is looked for
FLAT = 12  # levels per channel by which it may vary
ALONG = 0.5  # share of the left, right and upper edges from which on it is a ground
ENCLOSED = 0.01  # share of what is no ground; smaller pieces of its colour that it surrounds are ground, too

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Ground:
    """color: RGB, 0 to 255. there: uint8 H×W, 1 where it is."""

    color: tuple[int, int, int]
    there: Bytes


def find_ground(picture: Bytes) -> Ground | None:
    """The flat ground of a uint8 H×W×3 or H×W×4 picture, or None: of what is transparent, of a scene, and of
    a picture that is nothing else.

    Its colour is the most frequent along the upper, left and right edges, where figures are seldom cut; it is
    what reaches them in this colour, and small pieces that are enclosed, as between an arm and the body.
    """
    height, width = picture.shape[:2]
    scale = LOOKED / max(height, width)
    small = picture
    if scale < 1:
        size = max(1, round(width * scale)), max(1, round(height * scale))
        small = cv2.resize(picture, size, interpolation=cv2.INTER_NEAREST).astype(np.uint8, copy=False)
    color = _along_edges(small)
    if color is None:
        return None
    like = (np.abs(small[..., :3].astype(np.int16) - color).max(axis=2) <= FLAT).astype(np.uint8)
    there = _reaching(like)
    if there.all():
        return None
    if scale < 1:
        there = cv2.resize(there, (width, height), interpolation=cv2.INTER_NEAREST).astype(np.uint8)
    red, green, blue = color.tolist()
    return Ground((red, green, blue), there)


def _along_edges(picture: Bytes) -> npt.NDArray[np.int16] | None:
    """The mean of the colour that most of three edges have; None where most have none."""
    edges = np.concatenate([picture[0], picture[:, 0], picture[:, -1]])
    whole = len(edges)  # what is transparent is no ground, but edge all the same
    if edges.shape[1] == 4:
        edges = edges[edges[:, 3] >= OPAQUE]
    if not len(edges):
        return None
    values = edges[:, :3].astype(np.int16)
    _, place, counts = np.unique(values >> 4, axis=0, return_inverse=True, return_counts=True)
    center = values[place.ravel() == counts.argmax()].mean(axis=0)
    like = np.abs(values - center).max(axis=1) <= FLAT
    if like.sum() < ALONG * whole:
        return None
    mean: npt.NDArray[np.int16] = np.rint(values[like].mean(axis=0)).astype(np.int16)
    return mean


def _reaching(like: Bytes) -> Bytes:
    """Of the pieces of uint8 H×W that are 1, those that reach one of three edges, and small ones."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(like, connectivity=4)
    edge = np.zeros(count, np.bool_)
    for side in (labels[0], labels[:, 0], labels[:, -1]):
        edge[side] = True
    outside = edge[labels] & (like > 0)
    figure = like.size - int(outside.sum())
    ground = edge | (stats[:, cv2.CC_STAT_AREA] < ENCLOSED * figure)
    ground[0] = False
    there: Bytes = ground[labels].astype(np.uint8)
    return there
