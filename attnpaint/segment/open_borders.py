"""Small regions joined to what they are open to: no line lies between them. Needs no torch."""

import heapq
from collections import defaultdict

import cv2
import numpy as np
import numpy.typing as npt

from attnpaint.images import Picture
from attnpaint.segment.regions import Counts, Labels, paper_of, touching

SMALL = 0.006  # share of the drawing under which a region joins what it is open to
OPEN = 0.1  # share of its border without ink, from which on it is open
PUPIL, EYE_OPEN = 0.06, 0.25  # share of a blot of ink that lies inside a region: it is an iris; its OPEN
ALONE = 0.95  # share of a pocket's border without ink that lies at the ground
POCKET = 0.12  # share of a pocket's border at the ground that is without ink

Floats = npt.NDArray[np.floating]


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


def pockets(labels: Labels, sketch: Picture, ground: int) -> npt.NDArray[np.bool_]:
    """For each region number whether only a gap that was closed cuts it off the ground: the ground alone lies
    beside it without ink, and there is little more of the ground beside it than that gap. A figure's own part
    with a leak has the ground all along its lines.

    labels: int H×W; sketch: uint8 H×W, dark lines on white; ground: a number, 0 for none.
    """
    count = int(labels.max()) + 1
    if not ground:
        return np.zeros(count, np.bool_)
    near = cv2.erode(paper_of(sketch).astype(np.uint8), np.ones((3, 3), np.uint8))
    beside, every, gap = np.zeros(count), np.zeros(count), np.zeros(count)
    for counted, of_ground, of_all in ((None, beside, None), (near.astype(np.bool_), gap, every)):
        pairs, lengths = touching(labels, counted)
        for one, other in ((0, 1), (1, 0)):
            here = pairs[:, other] == ground
            of_ground[pairs[here, one]] = lengths[here]
            if of_all is not None:
                np.add.at(of_all, pairs[:, one], lengths)
    found: npt.NDArray[np.bool_] = (gap > 0) & (gap >= ALONE * every) & (gap >= POCKET * beside)
    found[ground] = False
    return found


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
        near = cv2.erode(paper.astype(np.uint8), np.ones((3, 3), np.uint8))
        self.pairs, self.open = touching(labels, near.astype(np.bool_))
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


def _blots(labels: Labels, paper: npt.NDArray[np.bool_], count: int) -> Counts:
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
