"""Closed regions of a drawing, which touch or lie near, and small ones joined to what they are open to.

No line lies between a region and what it is open to. Needs no torch.
"""

import heapq
from collections import defaultdict
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


def fine_size(height: int, width: int, fine: int) -> tuple[int, int]:
    """Height and width of the copy that regions are found on: at most `fine` px of extent, fine² of area."""
    scale = min(1.0, fine / extent(height, width), fine / (height * width) ** 0.5)
    return max(1, round(height * scale)), max(1, round(width * scale))


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

SMALL = 0.006  # share of the drawing under which a region joins what it is open to
OPEN = 0.1  # share of its border without ink, from which on it is open
PUPIL, EYE_OPEN = 0.06, 0.25  # share of a blot of ink that lies inside a region: it is an iris; its OPEN
ALONE = 0.95  # share of a pocket's border without ink that lies at the ground
POCKET = 0.12  # share of a pocket's border at the ground that is without ink

_ALL, _FIRST, _LAST = slice(None), slice(None, -1), slice(1, None)


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
    beside it through a neck NECK as wide, is that region's; one with none is new.

    depth: H×W, px to the nearest line. together: new ones that such a neck joins are one region.
    """
    count, parts = _parts(depth, radius)
    names, alone = _names(labels, parts, count)
    _, wider = _parts(depth, radius * neck)
    beside, apart = _names(labels, wider, int(wider.max()) + 1)
    first = np.zeros(count, np.int32)  # a pixel's part at the wider ball, for each part
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


def _off_lines(paper: Bools) -> Bools:
    """Paper H×W that touches no line: a border there has no ink."""
    return cv2.erode(paper.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(np.bool_)


def _parts(depth: Floats, radius: float) -> tuple[int, Labels]:
    """How many, and which part each pixel is in that a ball of this radius reaches; 0: none."""
    count, parts = cv2.connectedComponents((depth > radius).astype(np.uint8), connectivity=4)
    return count, parts.astype(np.int32, copy=False)


def _names(labels: Labels, parts: Labels, count: int) -> tuple[Labels, npt.NDArray[np.bool_]]:
    """The one label that lies in each part, 0 where there are several or none; and where there is none."""
    known = labels > 0
    parts_of, labels_of = parts[known], labels[known]
    names = np.zeros(count, np.int32)
    names[parts_of] = labels_of
    alone = names == 0
    names[parts_of[names[parts_of] != labels_of]] = 0
    return names, alone


def flooded(paper: npt.NDArray[np.uint8], labels: Labels) -> Labels:
    """The regions grown until they meet; 0 where they do.

    OpenCV's flood takes the smallest step between neighbours first: paper is made even, lines a chequerboard.
    It is several times as fast as scikit-image's, and equal on nearly all of the paper (benchmarks/flood.py).
    """
    board = np.indices(paper.shape).sum(axis=0, dtype=np.uint8) % 2
    ground = np.where(paper, np.uint8(255), board.astype(np.uint8) * np.uint8(128))
    framed = cv2.copyMakeBorder(labels, 1, 1, 1, 1, cv2.BORDER_REPLICATE)  # its outermost pixels are not set
    grey = cv2.copyMakeBorder(ground, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    flooded = cv2.watershed(cv2.merge([grey] * 3), framed)[1:-1, 1:-1]
    return np.maximum(flooded, 0).astype(np.int32, copy=False)


def join_scraps(labels: Labels, paper: npt.NDArray[np.uint8], scraps: npt.NDArray[np.bool_]) -> Labels:
    """Each scrap becomes part of the region that it shares most paper with, or else of the one that is
    nearest to most of it.
    """
    inside = scraps[labels]
    nearest = spread_labels(np.where(inside, 0, labels))
    names = np.arange(len(scraps), dtype=np.int32)
    _vote(names, labels[inside], nearest[inside])
    touching = [
        (labels[y, x], labels[v, u])
        for y, x, v, u in (
            (_FIRST, _ALL, _LAST, _ALL), (_LAST, _ALL, _FIRST, _ALL),
            (_ALL, _FIRST, _ALL, _LAST), (_ALL, _LAST, _ALL, _FIRST),
        )
    ]  # fmt: skip
    papers = [
        paper[_FIRST] & paper[_LAST], paper[_FIRST] & paper[_LAST],
        paper[:, _FIRST] & paper[:, _LAST], paper[:, _FIRST] & paper[:, _LAST],
    ]  # fmt: skip
    met = [
        (ours[where], theirs[where])
        for (ours, theirs), both in zip(touching, papers, strict=True)
        for where in [(both > 0) & scraps[ours] & ~scraps[theirs]]
    ]
    _vote(names, *(np.concatenate(side) for side in zip(*met, strict=True)))
    return names[labels]


def _vote(names: Labels | Counts, ours: Labels, theirs: Labels) -> None:
    """Set the name of each of `ours` to the one of `theirs` that it stands beside most often."""
    most = int(theirs.max(initial=0)) + 1
    keys, counts = np.unique(ours.astype(np.int64) * most + theirs, return_counts=True)
    order = np.argsort(counts, kind="stable")
    names[keys[order] // most] = keys[order] % most  # the most frequent one stays


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
    _vote(names, labels[~there], spread_labels(np.where(there, labels, 0))[~there])
    return names


def spread(rows: npt.NDArray[Any], labels: npt.NDArray[np.integer]) -> npt.NDArray[Any]:
    """Of each pixel the row of its region: R×… and H×W → H×W×…, without large arrays beside the result."""
    out = np.empty((*labels.shape, *rows.shape[1:]), rows.dtype)
    for first in range(0, len(labels), ROWS):
        out[first : first + ROWS] = rows[labels[first : first + ROWS]]
    return out


def open_shares(labels: Labels, sketch: Picture, chosen: Counts) -> npt.NDArray[np.float32]:
    """How much of the border of each of n chosen regions lies at each other one without ink between: n×n,
    rows of sum 1 at most; 0 where an iris is hardly open.

    labels: int H×W; sketch: uint8 H×W, dark lines on white; chosen: n numbers.
    """
    borders = _Borders(labels, sketch)
    places = np.full(borders.count, -1)
    places[chosen] = np.arange(len(chosen))
    shares = np.zeros((len(chosen), len(chosen)), np.float32)
    for ours, theirs in ((0, 1), (1, 0)):
        region = borders.pairs[:, ours]
        one, other = places[region], places[borders.pairs[:, theirs]]
        share = borders.open / np.maximum(borders.border[region], 1)
        counted = (one >= 0) & (other >= 0) & ~(borders.eye[region] & (share < EYE_OPEN))
        shares[one[counted], other[counted]] = share[counted]
    return shares


def openings(labels: Labels, sketch: Picture, chosen: Counts) -> npt.NDArray[np.float32]:
    """How wide each two of n chosen regions open into each other: n×n, px of border without ink between, in a
    drawing of 512.

    labels: int H×W; sketch: uint8 H×W, dark lines on white; chosen: n numbers.
    """
    pairs, lengths = touching(labels, _off_lines(paper_of(sketch)))
    places = np.full(int(labels.max()) + 1, -1)
    places[chosen] = np.arange(len(chosen))
    there = (places[pairs] >= 0).all(axis=1)
    one, other = places[pairs[there]].T
    found = np.zeros((len(chosen), len(chosen)), np.float32)
    found[one, other] = found[other, one] = lengths[there] / max(1.0, extent(*labels.shape) / 512)
    return found


def pockets(labels: Labels, sketch: Picture, ground: int) -> Bools:
    """For each region number whether only a gap that was closed cuts it off the ground: see `gaps_to`.

    ground: a number, 0 for none.
    """
    open_share, alone = gaps_to(np.array([ground] if ground else [], np.int32), labels, sketch)
    return (open_share >= POCKET) & (alone >= ALONE)


def gaps_to(grounds: Labels, labels: Labels, sketch: Picture) -> tuple[Floats, Floats]:
    """For each region number how much of its border at the ground is without ink, and how much of its whole
    border without ink lies there; 0 of the ground itself, and where there is none.

    Much of both: only a gap that was closed cuts it off the ground. A figure's own part with a leak has the
    ground all along its lines. labels: int H×W; sketch: uint8 H×W, dark lines on white; grounds: numbers.
    """
    is_ground = np.zeros(int(labels.max()) + 1, np.bool_)
    is_ground[grounds] = True
    beside, _ = _lengths(labels, is_ground, None)
    gap, every = _lengths(labels, is_ground, _off_lines(paper_of(sketch)))
    gap[is_ground] = 0
    return gap / np.maximum(beside, 1), gap / np.maximum(every, 1)


def _lengths(labels: Labels, wanted: Bools, counted: Bools | None) -> tuple[Floats, Floats]:
    """How many px of each region's border lie at `wanted` ones, and how many there are in all."""
    pairs, lengths = touching(labels, counted)
    there, every = np.zeros(len(wanted)), np.zeros(len(wanted))
    for one, other in ((0, 1), (1, 0)):
        np.add.at(every, pairs[:, one], lengths)
        np.add.at(there, pairs[:, one], lengths * wanted[pairs[:, other]])
    return there, every


def join_open(labels: Labels, sketch: Picture) -> Labels:
    """The regions with small ones joined to the neighbour that most of their border without ink lies at.

    labels: int H×W from 1; sketch: uint8 H×W, dark lines on white. The smallest go first; several that join
    each other become one that may be small no more. What has joined a large region opens no way into it for
    others: chains would run through a whole picture. Numbers are those of the largest, and may have gaps.
    """
    borders = _Borders(labels, sketch)
    least = SMALL * labels.size
    names = np.arange(borders.count)
    small = np.flatnonzero((borders.area > 0) & (borders.area < least)).tolist()
    queue = [(int(borders.area[region]), region) for region in small]
    heapq.heapify(queue)
    while queue:
        size, region = heapq.heappop(queue)
        into = borders.into(region) if size == borders.area[region] else 0
        if not into:
            continue
        names[names == region] = into
        borders.join(region, into, borders.area[into] < least)
        if borders.area[into] < least:
            heapq.heappush(queue, (int(borders.area[into]), into))
    return names.astype(np.int32)[labels]


class _Borders:
    """What regions touch. area: px of each; border: px of it; pairs n×2 that touch without ink and open: over
    how many px; eye: with a pupil."""

    def __init__(self, labels: Labels, sketch: Picture) -> None:
        self.count = int(labels.max()) + 1
        paper = paper_of(sketch)
        self.area = np.bincount(labels.ravel(), minlength=self.count).astype(np.int64)
        self.eye = _blots(labels, paper, self.count) >= PUPIL * np.maximum(self.area, 1)
        pairs, lengths = touching(labels)
        self.border = np.bincount(pairs.ravel(), np.repeat(lengths, 2), self.count).astype(np.int64)
        self.pairs, self.open = touching(labels, _off_lines(paper))
        self.ways: list[dict[int, int]] = [defaultdict(int) for _ in range(self.count)]
        for (one, other), length in zip(self.pairs.tolist(), self.open.tolist(), strict=True):
            self.ways[one][other] = self.ways[other][one] = length

    def into(self, region: int) -> int:
        """The neighbour that a region is open to, or 0."""
        ways = self.ways[region]
        if not ways:
            return 0
        widest = max(ways, key=lambda other: (ways[other], -other))
        least = EYE_OPEN if self.eye[region] else OPEN
        return widest if ways[widest] >= least * self.border[region] else 0

    def join(self, region: int, into: int, through: bool) -> None:
        """`region` becomes part of `into`; where it goes `through`, what it was open to is open to that."""
        if through:
            self.border[into] += self.border[region] - 2 * self.ways[region][into]
            for other, length in self.ways[region].items():
                if other != into:
                    self.ways[into][other] += length
                    self.ways[other][into] += length
        for other in self.ways[region]:
            del self.ways[other][region]
        self.ways[region].clear()
        self.area[into] += self.area[region]
        self.area[region] = 0


def _blots(labels: Labels, paper: Bools, count: int) -> Counts:
    """Px of the largest piece of ink in each region that touches no other region."""
    number, pieces, facts, _ = cv2.connectedComponentsWithStats((~paper).astype(np.uint8), connectivity=8)
    inked = pieces > 0
    piece, region = pieces[inked], labels[inked]
    one = np.zeros(number, np.int64)
    one[piece] = region  # of its pixels any
    several = np.bincount(piece, region != one[piece], number) > 0
    largest = np.zeros(count, np.int64)
    alone = np.flatnonzero(~several[1:]) + 1
    np.maximum.at(largest, one[alone], facts[alone, cv2.CC_STAT_AREA].astype(np.int64))
    return largest
