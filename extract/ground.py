"""The ground of a reference: what is flat, or changes slowly, and lies along its edges."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

OPAQUE = 128  # alpha; pixels with less of it do not count
LOOKED = 512  # px of the long side, at most, at which the ground is looked for
FLAT = 12  # levels per channel by which it may vary
ALONG = 0.5  # share of the left, right and upper edges from which on it is a ground
SOFT = 0.9  # share of these edges from which on a ground whose colour changes slowly is one
EVEN = 3  # levels of deviation along the edges up to which a ground is flat
TRIMMED = 64, 40, 34, 28, 22, 16, FLAT  # levels by which edges may differ from what is fitted to them
SMALLEST = 8  # px of a side of which a change can be told
GROWN = 3  # times that it is fitted to what was found with the fit before
EVERY = 7  # of the pixels of a soft ground, one in so many is fitted
ENCLOSED = 0.01  # share of what is no ground; smaller pieces of its colour that it surrounds are ground, too

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Ground:
    """color: RGB, 0 to 255, its mean. there: uint8 H×W, 1 where it is."""

    color: tuple[int, int, int]
    there: Bytes


def find_ground(picture: Bytes) -> Ground | None:
    """The ground of a uint8 H×W×3 or H×W×4 picture, or None: of what is transparent, of a scene, and of a
    picture that is nothing else.

    Its colour is the most frequent along the upper, left and right edges, where figures are seldom cut; or
    nearly all of them change slowly from one colour into another, as skies do. It is what reaches them in
    these colours, and small pieces that are enclosed, as between an arm and the body.
    """
    height, width = picture.shape[:2]
    scale = LOOKED / max(height, width)
    small = picture
    if scale < 1:
        size = max(1, round(width * scale)), max(1, round(height * scale))
        small = cv2.resize(picture, size, interpolation=cv2.INTER_NEAREST).astype(np.uint8, copy=False)
    place = np.arange(small.shape[0] * small.shape[1]).reshape(small.shape[:2])
    edge = np.unique(np.concatenate([place[0], place[:, 0], place[:, -1]]))
    found = _flat(small)
    if found is None or _share(found.there, edge) < SOFT or _uneven(small, found.there, edge):
        found = _soft(small, edge) or found
    if found is None or found.there.all():
        return None
    there = found.there
    if scale < 1:
        there = cv2.resize(there, (width, height), interpolation=cv2.INTER_NEAREST).astype(np.uint8)
    return Ground(found.color, there)


def _flat(picture: Bytes) -> Ground | None:
    """The colour that most of three edges have, and what reaches them in it; None where most have none."""
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
    color: npt.NDArray[np.int16] = np.rint(values[like].mean(axis=0)).astype(np.int16)
    red, green, blue = color.tolist()
    return Ground((red, green, blue), _reaching(_near(picture, color)))


def _soft(picture: Bytes, edge: npt.NDArray[np.int64]) -> Ground | None:
    """A colour that is a quadratic of the place, fitted to the edges, then to all that has it.

    edge: where the pixels of the upper, left and right edges are in the raveled picture, the corners once.
    """
    height, width = picture.shape[:2]
    if min(height, width) < SMALLEST:
        return None
    values = picture.reshape(-1, picture.shape[2])
    opaque = edge if values.shape[1] == 3 else edge[values[edge, 3] >= OPAQUE]
    if len(opaque) < SOFT * len(edge):
        return None
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].reshape(2, -1)
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=1)
    colors = values[:, :3].astype(np.float64)
    fitted = np.broadcast_to(np.median(colors[opaque], axis=0), (len(opaque), 3))
    for limit in TRIMMED:
        kept = opaque[np.abs(colors[opaque] - fitted).max(axis=1) <= limit]
        if len(kept) < ALONG * len(edge):
            return None
        chosen = _fitted(terms[kept], colors[kept])
        fitted = terms[opaque] @ chosen
    for _ in range(GROWN):
        there = _reaching(_near(picture, _shown(terms, chosen, picture)))
        some = np.flatnonzero(there)[::EVERY]
        if len(some) < len(chosen):
            return None
        chosen = _fitted(terms[some], colors[some])
    if _share(there, edge) < SOFT:
        return None
    red, green, blue = np.rint(colors[there.ravel() > 0].mean(axis=0)).astype(int).tolist()
    return Ground((red, green, blue), there)


def _share(there: Bytes, edge: npt.NDArray[np.int64]) -> float:
    return float(there.ravel()[edge].mean())


def _uneven(picture: Bytes, there: Bytes, edge: npt.NDArray[np.int64]) -> bool:
    values = picture.reshape(-1, picture.shape[2])[edge, :3][there.ravel()[edge] > 0]
    return bool(values.std(axis=0).max() > EVEN)


def _fitted(terms: npt.NDArray[np.float64], colors: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The least squares' factors, 6×3."""
    return np.asarray(np.linalg.lstsq(terms, colors, rcond=None)[0], np.float64)


def _shown(
    terms: npt.NDArray[np.float64], chosen: npt.NDArray[np.float64], picture: Bytes
) -> npt.NDArray[np.int16]:
    shown: npt.NDArray[np.int16] = np.rint(terms @ chosen).reshape(*picture.shape[:2], 3).astype(np.int16)
    return shown


def _near(picture: Bytes, color: npt.NDArray[np.int16]) -> Bytes:
    """uint8 H×W, 1 where each channel is near the colour's (3,), or near that of its own pixel (H×W×3)."""
    off = np.abs(picture[..., :3].astype(np.int16) - color).max(axis=2)
    return np.asarray(off <= FLAT, np.uint8)


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
