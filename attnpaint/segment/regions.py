"""Closed regions of a drawing and their pieces; which touch, which known one lies nearest. Needs no torch."""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from attnpaint.images import Picture

LONG = 2.5  # long side over short side, over which a drawing is a strip
SHORTEST = 256  # px of the short side; a narrower one would only be enlarged
PAGE = 2  # short sides in a page's length


def extent(height: int, width: int) -> int:
    """px of a drawing's long side, or of a page's where it is a strip: what its lines are measured by."""
    short, long = sorted((height, width))
    return PAGE * short if is_strip(height, width) else long


def is_strip(height: int, width: int) -> bool:
    """Whether the drawing is too long for one square."""
    short, long = sorted((height, width))
    return short >= SHORTEST and long > LONG * short


Labels = npt.NDArray[np.int32]
Floats = npt.NDArray[np.floating]
Bools = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]

ROWS = 256  # that are filled at a time
SCRAP = 0.0002  # share of the drawing under which a region joins its neighbour
GAP = 5.0  # px in a 512 px drawing; lines are taken as closed where they leave less than this open
BALLS = (1 / 2, 1 / 4, 1 / 8, 1 / 16, 0.0)  # radii, of the gap
WIDE_BALLS = (1.0,)  # the same, where necks are cut
NECK = 0.6  # of a ball: what is joined to a known region by a neck as wide as this is no region of its own
CORE_BALLS = tuple(2 ** (step / 4) for step in range(8, -1, -1))  # radii, of the gap; a piece holds one
CORE_NECK = 0.75  # of a ball: what is joined to a piece by a neck as wide as this is no piece of its own
COARSE = 2.0  # px in a drawing of 512: these balls are tried at every second one


def find_regions(sketch: Picture, gap: float = GAP, necks: bool = False) -> Labels:
    """sketch uint8 H×W, dark lines on white → labels int32 H×W from 1: every pixel belongs to a region.

    gap: what is closed in the lines at most, in px of a drawing whose long side is 512 (see `extent`).
    necks: wider openings are closed, too, where they are narrow beside what lies on both sides.
    Trapped balls of falling size (Zhang et al. 2009): where a ball fits that is not connected to a known
    region, by a neck nearly as wide as itself, a new one begins; where it is connected to one alone, that
    region grows. From there the regions flood the rest, paper before lines (Meyer 1992), so that none runs
    through a line into a corner; each pixel of a line goes to the region nearest to it.
    """
    paper = paper_of(sketch).astype(np.uint8)
    depth = cv2.distanceTransform(paper, cv2.DIST_L2, 5).astype(np.float32, copy=False)
    labels = np.zeros(sketch.shape, np.int32)
    long = extent(*sketch.shape)
    unit = max(1.0, long / 512)
    for ball in WIDE_BALLS if necks else ():
        labels = grown(labels, depth, ball * gap * unit, together=True)
    for ball in BALLS:
        labels = grown(labels, depth, ball * gap * unit)
    if not labels.any():
        return np.ones_like(labels)
    labels = flooded(paper, labels)
    labels = spread_labels(np.where(paper, labels, 0)) if (labels * paper).any() else spread_labels(labels)
    scraps = np.bincount(labels.ravel()) < SCRAP * min(labels.size, long * min(labels.shape))
    return labels if scraps[1:].all() else join_scraps(labels, paper, scraps)


def grown(labels: Labels, depth: Floats, radius: float, neck: float = NECK, together: bool = False) -> Labels:
    """Labels H×W, 0 for none, with what a ball of this radius reaches: a part with one region in it, or
    beside it through a neck that much as wide, is that region's; one with none is new.

    depth: H×W, px to the nearest line; neck: of the ball. together: new ones that such a neck joins are one.
    """
    parts, names, alone = _parts(labels, depth, radius)
    wider, beside, apart = _parts(labels, depth, radius * neck)
    first = np.zeros(len(names), np.int32)  # a pixel's part at the wider ball, for each part
    first[parts] = wider
    unborn = alone & apart[first]
    unborn[0] = False  # where the ball does not fit
    kin = first[unborn] if together else np.flatnonzero(unborn)
    _, eldest, place = np.unique(kin, return_index=True, return_inverse=True)
    names = np.where(alone, beside[first], names)
    names[unborn] = labels.max() + 1 + eldest.argsort().argsort()[place]
    names[0] = 0
    return np.where(labels > 0, labels, names[parts])


def paper_of(sketch: Picture) -> npt.NDArray[np.bool_]:
    """Where uint8 H×W is paper and not a line: by Otsu's threshold, within bounds."""
    threshold, _ = cv2.threshold(sketch, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    return np.asarray(sketch > np.clip(threshold, 128, 225))


def _parts(labels: Labels, depth: Floats, radius: float) -> tuple[Labels, Labels, Bools]:
    """Which part each pixel is in that a ball of this radius reaches, 0 for none; for each part the one label
    that lies in it, 0 where there are several or none; and where there is none."""
    count, parts = cv2.connectedComponents((depth > radius).astype(np.uint8), connectivity=4)
    known = labels > 0
    parts_of, labels_of = parts[known], labels[known]
    names = np.zeros(count, np.int32)
    names[parts_of] = labels_of
    alone = names == 0
    names[parts_of[names[parts_of] != labels_of]] = 0
    return parts.astype(np.int32, copy=False), names, alone


def flooded(paper: npt.NDArray[np.uint8], labels: Labels) -> Labels:
    """The regions H×W grown over what is 0 until they meet; 0 where they do. paper: 1 for paper, 0 for lines.

    OpenCV's flood takes the smallest step between neighbours first: paper is made even, lines a chequerboard.
    It is several times as fast as scikit-image's, and equal on nearly all of the paper (benchmarks/flood.py).
    """
    rows, columns = (np.arange(side).astype(np.uint8) for side in paper.shape)
    ground = np.where(paper, np.uint8(255), (rows[:, None] + columns << 7).astype(np.uint8))
    framed = cv2.copyMakeBorder(labels, 1, 1, 1, 1, cv2.BORDER_REPLICATE)  # its outermost pixels are not set
    grey = cv2.copyMakeBorder(ground, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    flooded = cv2.watershed(cv2.merge([grey] * 3), framed)[1:-1, 1:-1]
    return np.maximum(flooded, 0).astype(np.int32, copy=False)


def in_pieces(labels: Labels, sketch: Picture, gap: float) -> tuple[Labels, Labels]:
    """The regions cut at their necks, however wide: int32 H×W, and of each piece's number the region.

    labels: int32 H×W from 1; sketch: uint8 H×W, dark lines on white; gap: px of a drawing of 512, which the
    regions were found with, and which may have made one of two things: a region stage tells (see `rejoined`).
    A region's first piece keeps its number, the others' are new; what has no necks is as it was. Pieces are
    parted where floods from both sides of a neck meet.
    """
    paper = paper_of(sketch)
    unit = extent(*labels.shape) / 512
    step = max(1, int(COARSE * unit))
    depth = cv2.distanceTransform(paper.astype(np.uint8), cv2.DIST_L2, 5).astype(np.float32, copy=False)
    depth = np.ascontiguousarray(depth[::step, ::step])
    cores = np.zeros(depth.shape, np.int32)  # what lies on either side of necks
    for ball in CORE_BALLS:
        cores = grown(cores, depth, ball * (gap * max(1.0, unit)), CORE_NECK, together=True)
    # the largest core of each region keeps the region's number, the others' begin behind them
    size, count = np.bincount(cores.ravel()), int(labels.max()) + 1
    names = np.zeros(len(size), np.int64)
    vote(names, cores[cores > 0], labels[::step, ::step][cores > 0])
    largest = np.argsort(-size[1:], kind="stable") + 1
    _, first = np.unique(names[largest], return_index=True)
    others = np.delete(largest, first)
    region = np.concatenate([np.arange(count), names[others]]).astype(np.int32)
    names[others] = np.arange(count, len(region))
    whole = np.bincount(region, minlength=len(region)) == 1
    if whole[1:].all():
        return labels, region
    height, width = labels.shape
    seeds = names[cores].astype(np.int32).repeat(step, axis=0)[:height].repeat(step, axis=1)[:, :width]
    seeds = np.where(region[seeds] == labels, seeds, 0)
    cut = ~whole[labels]
    found = flooded(paper.astype(np.uint8), np.where(cut, seeds, labels))
    found = spread_labels(np.where(cut & (region[found] == labels), found, 0))
    return np.where(cut & (region[found] == labels), found, labels), region


def join_scraps(labels: Labels, paper: npt.NDArray[np.uint8], scraps: npt.NDArray[np.bool_]) -> Labels:
    """Each scrap becomes part of the region that it shares most paper with, or else of the one that is
    nearest to most of it.
    """
    names = nearest_known(labels, ~scraps)
    pairs, lengths = touching(labels, paper)
    ours, theirs = np.concatenate([pairs, pairs[:, ::-1]]).T
    out = scraps[ours] & ~scraps[theirs]
    order = np.lexsort((theirs[out], np.tile(lengths, 2)[out]))
    names[ours[out][order]] = theirs[out][order]  # the longest border stays
    return names.astype(np.int32)[labels]


def spread_labels(labels: Labels) -> Labels:
    """Every pixel without a label takes the nearest one."""
    free = (labels == 0).astype(np.uint8)
    _, place = cv2.distanceTransformWithLabels(free, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    names = np.zeros(place.max() + 1, np.int32)
    names[place[free == 0]] = labels[free == 0]
    return names[place]


def touching(labels: Labels, counted: Picture | Bools | None = None) -> tuple[Counts, Counts]:
    """Pairs of regions that touch, n×2 with the smaller number first, and how many px of border each has.

    labels: int H×W; counted: H×W, borders where it is false on either side do not count.
    """
    pairs = []
    for ours, theirs in ((np.s_[:-1], np.s_[1:]), (np.s_[:, :-1], np.s_[:, 1:])):
        differs = labels[ours] != labels[theirs]
        if counted is not None:
            differs &= (counted[ours] != 0) & (counted[theirs] != 0)
        pairs.append(np.stack([labels[ours][differs], labels[theirs][differs]], axis=1))
    every = np.sort(np.concatenate(pairs).astype(np.int64), axis=1)
    if not len(every):
        return np.zeros((0, 2), np.int64), np.zeros(0, np.int64)
    most = int(every.max()) + 1
    keys, lengths = np.unique(every[:, 0] * most + every[:, 1], return_counts=True)
    return np.stack([keys // most, keys % most], axis=1), lengths.astype(np.int64)


def nearest_known(labels: Labels, known: Bools) -> Counts:
    """For each region its own number where it is known, else that of the known region nearest to most of it.

    labels: int H×W, from 1; known: bool, one for each number. Where none is known, or a region has no pixel
    in `labels`, its own number.
    """
    names = np.arange(len(known), dtype=np.int64)
    there = known[labels]
    if there.all() or not there.any():
        return names
    vote(names, labels[~there], spread_labels(np.where(there, labels, 0))[~there])
    return names


def vote(names: Counts, ours: Labels, theirs: Labels) -> None:
    """Set the name of each of `ours` to the one of `theirs` that it is paired with most often, of equals the
    largest."""
    most = int(theirs.max(initial=0)) + 1
    keys, counts = np.unique(ours.astype(np.int64) * most + theirs, return_counts=True)
    order = np.argsort(counts, kind="stable")
    names[keys[order] // most] = keys[order] % most  # the most frequent one stays


def spread(rows: npt.NDArray[Any], labels: npt.NDArray[np.integer]) -> npt.NDArray[Any]:
    """Of each pixel the row of its region: R×… and H×W → H×W×…, without large arrays beside the result."""
    out = np.empty((*labels.shape, *rows.shape[1:]), rows.dtype)
    for first in range(0, len(labels), ROWS):
        out[first : first + ROWS] = rows[labels[first : first + ROWS]]
    return out
