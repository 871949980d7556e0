"""The regions of a drawing, found again in the next frame of an animation."""

from dataclasses import dataclass, field
from itertools import product
from typing import TypeVar

import cv2
import numpy as np
import numpy.typing as npt

from attnpaint.images import Picture, nearest, resize

Labels = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

Kind = TypeVar("Kind", np.int32, np.float32)
Shift = tuple[int, int]

SIDE = 384  # px of the long side; frames are compared at this size
REACH = 4  # px of it that a region may have moved beside the whole frame, to be found by its overlap
COVER, RATIO = 0.5, 0.25  # least share of the smaller region inside the other; least ratio of their areas
FIRM = 0.8  # share from which a match is sure
ALIKE, TWINS = 0.6, 0.8  # least likeness, in area and extent, of regions that do not overlap; sure likeness
KIN = 0.3  # least likeness of two regions' embeddings, where they are told, for them to be the same
FAR = 3.0  # how many times its own size such a region may have gone
MOST = 400  # of such regions are looked at, the largest
CUT = 0.35  # share of the figures that is found again; below, another scene has begun (measured: 0.28, 0.48)
PANNED = 1.1  # how much better the lines must fit for the whole frame to have moved


@dataclass(frozen=True, eq=False)
class Drawn:
    """grey: uint8 H×W, dark lines on white; labels: int32 h×w, the region of each pixel, from 0 or from 1,
    of the same shape or a smaller one. embedding: float32 R×E, a row for each label, of length 1 where a
    region stage told one and else 0: regions of one colour are alike.
    """

    grey: Picture
    labels: Labels
    embedding: Floats | None = field(default=None, kw_only=True)


@dataclass(frozen=True, eq=False)
class Again:
    """For each label of a frame, the one it had in the frame before, or -1; and how sure that is, 0 to 1."""

    names: Labels
    sureness: Floats


@dataclass(frozen=True, eq=False)
class _Facts:
    """Of each label, (R,): its area in px, its middle, and how far it reaches from there (rows, columns)."""

    area: Numbers
    middle: Numbers
    extent: Numbers

    @classmethod
    def of(cls, labels: Labels, count: int) -> "_Facts":
        flat = labels.ravel()
        area = np.bincount(flat, minlength=count).astype(np.float64)
        places = np.indices(labels.shape, np.float64).reshape(2, -1)

        def mean(planes: Numbers) -> Numbers:
            sums = [np.bincount(flat, plane, count) for plane in planes]
            return np.stack(sums, axis=1) / np.maximum(area, 1)[:, None]

        middle = mean(places)
        spread = mean(places**2) - middle**2
        return cls(area, middle, np.sqrt(np.maximum(spread, 0) + 1 / 12))


@dataclass(frozen=True, eq=False)
class _Found:
    """For each new label: the old one, or 0; how much of both they have in common; how sure the match is."""

    names: Labels
    common: Numbers
    sureness: Numbers


def find_again(previous: Drawn, current: Drawn) -> Again:
    """Where each of the current regions was in the previous frame.

    First the shift of the whole frame, by phase correlation. Then a region is the one that it overlaps most,
    if half of the smaller lies in the other and neither is more than four times the other's area: so both
    parts of one that splits are found, and what appears inside a large one is new. The rest is found by
    likeness of area and extent, nearest first. Where little but the ground, the largest region, is found
    again, nothing is: another scene has begun. Embeddings keep apart what looks alike in outline only.
    """
    count = int(current.labels.max()) + 1
    nothing = Again(np.full(count, -1, np.int32), np.zeros(count, np.float32))
    if previous.labels.shape != current.labels.shape:
        return nothing
    scale = min(1.0, SIDE / max(current.labels.shape))
    height, width = (max(1, round(side * scale)) for side in current.labels.shape)
    shift = _shift(*(_inked(one.grey, height, width) for one in (previous, current)))
    before, after = (_small(one.labels, height, width) for one in (previous, current))
    old, new = _Facts.of(before, int(previous.labels.max()) + 2), _Facts.of(after, count + 1)
    found = _overlapping(before, after, old, new, shift)
    figures = np.where(np.arange(count + 1) == new.area.argmax(), 0, new.area)
    _go_far(old, new, shift, found, _unlike(previous, current))
    if figures.any() and figures @ found.common < CUT * figures.sum():
        return nothing
    return Again(found.names[1:] - 1, found.sureness[1:].astype(np.float32))


def _unlike(previous: Drawn, current: Drawn) -> Bools | None:
    """(old, new), counted from 1 as `_small` does: which the region stage holds for of two colours."""
    before, after = previous.embedding, current.embedding
    if before is None or after is None:
        return None
    old, new = (np.pad(one, ((1, 0), (0, 0))) for one in (before, after))
    told = np.asarray(old.any(axis=1))[:, None] & np.asarray(new.any(axis=1))
    unlike: Bools = told & (old @ new.T < KIN)
    return unlike


def _small(labels: Labels, height: int, width: int) -> Labels:
    """Counted from 1: 0 is outside the frame."""
    return nearest(labels, height, width) + 1


def _inked(grey: Picture, height: int, width: int) -> Floats:
    """Lines bright and a little blurred, so that they also fit where they are nearly the same."""
    ink = (255 - resize(grey, height, width)).astype(np.float32)
    return cv2.GaussianBlur(ink, (0, 0), 1.5).astype(np.float32, copy=False)


def _shift(before: Floats, after: Floats) -> Shift:
    """Rows and columns by which the frame has moved (Kuglin & Hines 1975), if its lines fit better."""
    if min(before.shape) < 16:
        return 0, 0
    window = cv2.createHanningWindow((before.shape[1], before.shape[0]), cv2.CV_32F)
    (right, down), _ = cv2.phaseCorrelate(before, after, window)
    if not np.isfinite([right, down]).all():
        return 0, 0
    rows, columns = round(down), round(right)
    fit = float((_moved(before, rows, columns) * after).sum())
    return (rows, columns) if fit > PANNED * float((before * after).sum()) else (0, 0)


def _moved(plane: npt.NDArray[Kind], rows: int, columns: int) -> npt.NDArray[Kind]:
    """The plane moved down and right; 0 comes in from outside."""
    height, width = plane.shape
    moved = np.zeros_like(plane)
    rows, columns = np.clip((rows, columns), (-height, -width), (height, width)).tolist()
    to = np.s_[max(rows, 0) : height + min(rows, 0), max(columns, 0) : width + min(columns, 0)]
    source = np.s_[max(-rows, 0) : height + min(-rows, 0), max(-columns, 0) : width + min(-columns, 0)]
    moved[to] = plane[source]
    return moved


def _overlapping(before: Labels, after: Labels, old: _Facts, new: _Facts, shift: Shift) -> _Found:
    """Regions looked for where they were, and where the frame's shift takes them."""
    stride, keys, sizes = len(new.area), [], []
    near = product((-REACH, 0, REACH), repeat=2)
    for rows, columns in {(y + down, x + right) for y, x in near for down, right in {(0, 0), shift}}:
        moved = _moved(before, rows, columns).astype(np.int64)
        key, size = np.unique(moved * stride + after, return_counts=True)
        keys.append(key)
        sizes.append(size)
    pairs, where = np.unique(np.concatenate(keys), return_inverse=True)
    shared = np.zeros(len(pairs))
    np.maximum.at(shared, where, np.concatenate(sizes))
    one, other = old.area[pairs // stride], new.area[pairs % stride]
    least, most = np.maximum(np.minimum(one, other), 1), np.maximum(np.maximum(one, other), 1)
    cover, common = shared / least, shared / np.maximum(one + other - shared, 1)
    good = (cover >= COVER) & (least / most >= RATIO) & (pairs >= stride)
    order = np.flatnonzero(good)[np.argsort(common[good], kind="stable")]  # the best is written last
    found = _Found(np.zeros(stride, np.int32), np.zeros(stride), np.zeros(stride))
    news = pairs[order] % stride
    found.names[news], found.common[news] = pairs[order] // stride, common[order]
    found.sureness[news] = np.clip((cover[order] - COVER) / (FIRM - COVER), 0, 1)
    return found


def _go_far(old: _Facts, new: _Facts, shift: Shift, found: _Found, unlike: Bools | None) -> None:
    """Fill in regions that overlap nothing they could be, where both sides like each other best."""
    lost = np.setdiff1d(np.flatnonzero(old.area), found.names)
    free = np.flatnonzero((found.names == 0) & (new.area > 0))
    lost, free = (
        some[np.argsort(-facts.area[some], kind="stable")[:MOST]]
        for some, facts in ((lost, old), (free, new))
    )
    if not len(lost) or not len(free):
        return
    alike = _ratio(old.area[lost][:, None], new.area[free])
    alike = alike * _ratio(old.extent[lost][:, None], new.extent[free]).prod(axis=2)
    if unlike is not None:
        alike[unlike[np.ix_(lost, free)]] = 0
    way = new.middle[free] - old.middle[lost][:, None]
    gone = np.minimum(np.linalg.norm(way, axis=2), np.linalg.norm(way - shift, axis=2))
    gone /= np.sqrt(new.area[free])
    score = np.where(alike >= ALIKE, alike * (1 - gone / FAR), 0)
    mine, theirs = score.argmax(axis=0), score.argmax(axis=1)
    both = np.flatnonzero((theirs[mine] == np.arange(len(free))) & (score.max(axis=0) > 0))
    here, partner = free[both], mine[both]
    found.names[here], found.common[here] = lost[partner], score[partner, both]
    found.sureness[here] = np.clip((alike[partner, both] - ALIKE) / (TWINS - ALIKE), 0, 1)


def _ratio(one: Numbers, other: Numbers) -> Numbers:
    """The smaller over the larger, (…) each and not 0."""
    return np.minimum(one, other) / np.maximum(one, other)
