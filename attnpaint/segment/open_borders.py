"""Small regions joined to what they are open to: no line lies between them. Needs no torch."""

import heapq
from collections import defaultdict

import cv2
import numpy as np

from attnpaint.images import Picture
from attnpaint.segment.neighbours import touching
from attnpaint.segment.regions import Labels, paper_of

SMALL = 0.006  # share of the drawing under which a region joins what it is open to
OPEN = 0.12  # share of its border without ink, from which on it is open


def join_open(labels: Labels, sketch: Picture) -> Labels:
    """The regions with small ones joined to the neighbour that most of their border without ink lies at.

    labels: int H×W from 1; sketch: uint8 H×W, dark lines on white. The smallest go first; several that join
    each other become one that may be small no more. What has joined a large region opens no way into it for
    others: chains would run through a whole picture. Numbers are those of the largest, and may have gaps.
    """
    count = int(labels.max()) + 1
    area = np.bincount(labels.ravel(), minlength=count).astype(np.int64)
    pairs, lengths = touching(labels)
    border = np.bincount(pairs.ravel(), np.repeat(lengths, 2), count)
    open_to: list[dict[int, int]] = [defaultdict(int) for _ in range(count)]
    for (one, other), length in zip(*touching(labels, _paper(sketch)), strict=True):
        open_to[one][other] = open_to[other][one] = int(length)
    least = SMALL * labels.size
    names = np.arange(count)
    queue = [(int(area[region]), region) for region in np.flatnonzero((area > 0) & (area < least)).tolist()]
    heapq.heapify(queue)
    while queue:
        size, region = heapq.heappop(queue)
        if size != area[region] or not open_to[region]:
            continue
        into = max(open_to[region], key=lambda other: (open_to[region][other], -other))
        length = open_to[region][into]
        if length < OPEN * border[region]:
            continue
        names[names == region] = into
        if area[into] < least:
            border[into] += border[region] - 2 * length
            for other, way in open_to[region].items():
                if other != into:
                    open_to[into][other] += way
                    open_to[other][into] += way
        for other in open_to[region]:
            del open_to[other][region]
        area[into] += size
        area[region] = 0
        if area[into] < least:
            heapq.heappush(queue, (int(area[into]), into))
    return names.astype(np.int32)[labels]


def _paper(sketch: Picture) -> Picture:
    """Not 0 where no ink is near."""
    paper = paper_of(sketch).astype(np.uint8)
    return cv2.erode(paper, np.ones((3, 3), np.uint8)).astype(np.uint8, copy=False)
