"""Regions of a drawing in pieces, cut where they are narrow. A gap in the lines may have made one region of
two things; a region stage tells whether it has. Needs no torch.
"""

import cv2
import numpy as np

from attnpaint.images import Picture
from attnpaint.segment.regions import Bools, Labels, extent, flooded, grown, paper_of, spread_labels, vote

BALLS = tuple(2 ** (step / 4) for step in range(8, -1, -1))  # radii, of the gap; a piece holds one of them
NECK = 0.75  # of a ball: what is joined to a piece by a neck as wide as this is no piece of its own
COARSE = 2.0  # px in a drawing of 512: balls are tried at every second one


def in_pieces(labels: Labels, sketch: Picture, gap: float) -> tuple[Labels, Labels]:
    """The regions cut at their necks, however wide: int32 H×W, and of each piece's number the region.

    labels: int32 H×W from 1; sketch: uint8 H×W, dark lines on white; gap: px of a drawing of 512, which the
    regions were found with. A region's first piece keeps its number, the others' are new; what has no necks
    is as it was. Pieces are parted where floods from both sides of a neck meet.
    """
    paper = paper_of(sketch)
    step = max(1, int(COARSE * extent(*labels.shape) / 512))
    cores, region = _numbered(_cores(paper, gap, step), labels[::step, ::step], int(labels.max()) + 1)
    whole = np.bincount(region, minlength=len(region)) == 1
    if whole[1:].all():
        return labels, region
    height, width = labels.shape
    seeds = cores.repeat(step, axis=0)[:height].repeat(step, axis=1)[:, :width]
    seeds = np.where(region[seeds] == labels, seeds, 0)
    cut = ~whole[labels]
    found = flooded(paper.astype(np.uint8), np.where(cut, seeds, labels))
    found = spread_labels(np.where(cut & (region[found] == labels), found, 0))
    return np.where(cut & (region[found] == labels), found, labels), region


def _cores(paper: Bools, gap: float, step: int) -> Labels:
    """What lies on either side of necks, numbered from 1, 0 for the rest: at every `step`-th px of H×W."""
    depth = cv2.distanceTransform(paper.astype(np.uint8), cv2.DIST_L2, 5).astype(np.float32, copy=False)
    coarse = np.ascontiguousarray(depth[::step, ::step])
    unit = max(1.0, extent(*paper.shape) / 512)
    cores = np.zeros(coarse.shape, np.int32)
    for ball in BALLS:
        cores = grown(cores, coarse, ball * (gap * unit), NECK, together=True)
    return cores


def _numbered(cores: Labels, beneath: Labels, count: int) -> tuple[Labels, Labels]:
    """The cores with new numbers, the largest of each region with the region's, the others' from `count` on;
    and of each number the region, which most of the core lies in.

    beneath: the regions, numbers under `count`, of the same shape.
    """
    size = np.bincount(cores.ravel())
    names = np.zeros(len(size), np.int64)
    vote(names, cores[cores > 0], beneath[cores > 0])
    largest = np.argsort(-size[1:], kind="stable") + 1
    _, first = np.unique(names[largest], return_index=True)
    others = np.delete(largest, first)
    region = np.concatenate([np.arange(count), names[others]]).astype(np.int32)
    names[others] = np.arange(count, len(region))
    return names[cores].astype(np.int32), region
