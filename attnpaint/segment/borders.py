"""Borders of regions: which ones touch, over how many pixels, and where no line lies between. Small regions
join what they are open to. Needs no torch.
"""

import heapq
from collections import defaultdict

import cv2
import numpy as np
import numpy.typing as npt

from attnpaint.images import Picture
from attnpaint.segment.regions import Bools, Counts, Floats, Labels, extent, paper_of, touching

SMALL = 0.006  # share of the drawing under which a region joins what it is open to
OPEN = 0.1  # share of its border without ink, from which on it is open
PUPIL, EYE_OPEN = 0.06, 0.25  # share of a blot of ink that lies inside a region: it is an iris; its OPEN
ALONE = 0.95  # share of a pocket's border without ink that lies at the ground
POCKET = 0.12  # share of a pocket's border at the ground that is without ink


Between = npt.NDArray[np.float32]


class Borders:
    """What the regions of a drawing touch, and how much of it is ink.

    count: of region numbers, 0 included; area: px of each, inked: the share of ink in it, border: px of it,
    eye: whether it has a pupil, a blot of ink that touches no other region. Of each border, once from either
    side: ours and theirs, the regions, length, px of it, and bare, those of them without ink.
    """

    def __init__(self, labels: Labels, sketch: Picture) -> None:
        """labels: int H×W, from 1; sketch: uint8 H×W, dark lines on white."""
        paper = paper_of(sketch)
        self.count, self.unit = int(labels.max()) + 1, max(1.0, extent(*labels.shape) / 512)
        self.area: Counts = np.bincount(labels.ravel(), minlength=self.count)
        ink = np.bincount(labels.ravel(), ~paper.ravel(), self.count)
        self.inked = (ink / np.maximum(self.area, 1)).astype(np.float32)
        # px of the largest piece of ink in each region that touches no other region
        number, pieces, facts, _ = cv2.connectedComponentsWithStats((~paper).astype(np.uint8), connectivity=8)
        inked = pieces > 0
        piece, region = pieces[inked], labels[inked]
        one = np.zeros(number, np.int64)
        one[piece] = region  # of its pixels any
        several = np.bincount(piece, region != one[piece], number) > 0
        blot = np.zeros(self.count, np.int64)
        alone = np.flatnonzero(~several[1:]) + 1
        np.maximum.at(blot, one[alone], facts[alone, cv2.CC_STAT_AREA].astype(np.int64))
        self.eye = blot >= PUPIL * np.maximum(self.area, 1)
        pairs, lengths = touching(labels)
        off_lines = cv2.erode(paper.astype(np.uint8), np.ones((3, 3), np.uint8))
        open_pairs, open_lengths = touching(labels, off_lines.astype(np.bool_))
        bare = np.zeros(len(pairs), np.int64)
        key = np.array([self.count, 1])
        bare[np.searchsorted(pairs @ key, open_pairs @ key)] = open_lengths
        self.ours, self.theirs = np.concatenate([pairs, pairs[:, ::-1]]).T
        self.length, self.bare = np.tile(lengths, 2), np.tile(bare, 2)
        self.border = np.bincount(self.ours, self.length, self.count).astype(np.int64)

    def between(self, chosen: Counts) -> tuple[Between, Between, Between]:
        """Of each two of n chosen regions, n×n, 0 where they do not touch: how open the border is, how wide
        it opens, and how long it is, inked or not; the last two in px of a drawing of 512.

        How open: the share of the one region's whole border that lies at the other without ink, rows of sum 1
        at most; 0 where an iris is hardly open.
        """
        share = self.bare / np.maximum(self.border[self.ours], 1)
        share[self.eye[self.ours] & (share < EYE_OPEN)] = 0
        place = np.full(self.count, -1)
        place[chosen] = np.arange(len(chosen))
        one, other = place[self.ours], place[self.theirs]
        there = (one >= 0) & (other >= 0)
        found = np.zeros((3, len(chosen), len(chosen)), np.float32)
        for told, px in zip(found, (share, self.bare / self.unit, self.length / self.unit), strict=True):
            told[one[there], other[there]] = px[there]
        return found[0], found[1], found[2]

    def gaps_to(self, grounds: Labels) -> tuple[Floats, Floats]:
        """For each region number how much of its border at the ground is without ink, and how much of its
        whole border without ink lies there; 0 of the ground itself, and where there is none.

        Much of both: only a gap that was closed cuts it off the ground. A figure's own part with a leak has
        the ground all along its lines. grounds: the ground's numbers.
        """
        is_ground = np.zeros(self.count, np.bool_)
        is_ground[grounds] = True
        beside, gap, every = (
            np.bincount(self.ours, px, self.count)
            for px in (self.length * is_ground[self.theirs], self.bare * is_ground[self.theirs], self.bare)
        )
        gap[is_ground] = 0
        return gap / np.maximum(beside, 1), gap / np.maximum(every, 1)


def pockets(labels: Labels, sketch: Picture, ground: int) -> Bools:
    """For each region number whether only a gap that was closed cuts it off the ground: see `gaps_to`.

    ground: a number, 0 for none.
    """
    grounds = np.array([ground] if ground else [], np.int32)
    share, alone = Borders(labels, sketch).gaps_to(grounds)
    return (share >= POCKET) & (alone >= ALONE)


def join_open(labels: Labels, sketch: Picture) -> Labels:
    """The regions with small ones joined to the neighbour that most of their border without ink lies at.

    labels: int H×W from 1; sketch: uint8 H×W, dark lines on white. The smallest go first; several that join
    each other become one that may be small no more. What has joined a large region opens no way into it for
    others: chains would run through a whole picture. Numbers are those of the largest, and may have gaps.
    """
    borders = Borders(labels, sketch)
    area, border, least = borders.area, borders.border, SMALL * labels.size
    ways: list[dict[int, int]] = [defaultdict(int) for _ in range(borders.count)]
    for one, other, px in zip(
        borders.ours.tolist(), borders.theirs.tolist(), borders.bare.tolist(), strict=True
    ):
        if px:
            ways[one][other] = px
    names = np.arange(borders.count)
    queue = [(int(area[one]), int(one)) for one in np.flatnonzero((area > 0) & (area < least))]
    heapq.heapify(queue)
    while queue:
        size, region = heapq.heappop(queue)
        if size != area[region] or not ways[region]:
            continue
        into = max(ways[region], key=lambda other: (ways[region][other], -other))
        if ways[region][into] < (EYE_OPEN if borders.eye[region] else OPEN) * border[region]:
            continue
        names[names == region] = into
        mine, ways[region] = ways[region], {}
        if area[into] < least:
            border[into] += border[region] - 2 * mine[into]
        for other, px in mine.items():
            del ways[other][region]
            if other != into and area[into] < least:
                ways[into][other] += px
                ways[other][into] += px
        area[into] += area[region]
        area[region] = 0
        if area[into] < least:
            heapq.heappush(queue, (int(area[into]), into))
    return names.astype(np.int32)[labels]
