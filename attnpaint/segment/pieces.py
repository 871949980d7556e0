"""Large regions of a drawing in pieces, at their necks: a region stage tells which of them are one thing.

Needs no torch.
"""

import cv2
import numpy as np

from attnpaint.images import Picture
from attnpaint.segment.regions import (
    Floats,
    Labels,
    extent,
    flooded,
    grown,
    paper_of,
    spread_labels,
)

BALLS = tuple(2 ** (step / 4) for step in range(8, -1, -1))  # radii of what a piece must hold, of the gap
NECK = 0.75  # of a ball: what is joined to a piece by a neck as wide as this is no piece of its own
COARSE = 2  # px in a drawing of 512, of which one is looked at


def in_pieces(labels: Labels, sketch: Picture, gap: float) -> tuple[Labels, Labels]:
    """The regions cut at their necks, int32 H×W, and for each piece's number the region's.

    labels: int H×W from 1; sketch: uint8 H×W, dark lines on white; gap: px of a drawing of 512, as the
    regions were found with. One piece of a region keeps its number; the others' are new.
    """
    paper = paper_of(sketch)
    cores = _cores(paper, gap, labels)
    count = int(labels.max()) + 1
    region = np.arange(max(count, int(cores.max()) + 1), dtype=np.int32)
    held = cores > 0
    region[cores[held]] = labels[held]
    several = np.bincount(region[count:], minlength=count) > 0
    if not several.any():
        return labels, region
    cut = several[labels]
    seeds = np.where(cut, cores, labels)
    found = flooded(paper.astype(np.uint8), seeds)
    own = cut & (found > 0) & (region[found] == labels)
    found = spread_labels(np.where(own, found, 0))
    found = np.where(region[found] == labels, found, labels)
    return np.where(cut, found, labels), region


def _cores(paper: np.ndarray, gap: float, labels: Labels) -> Labels:
    """What lies on either side of necks, H×W, 0 for the rest; the first core of a region has its number."""
    unit = max(1.0, extent(*paper.shape) / 512)
    step = int(COARSE * unit)
    depth: Floats = cv2.distanceTransform(paper.astype(np.uint8), cv2.DIST_L2, 5)
    coarse, beneath = (np.ascontiguousarray(array[::step, ::step]) for array in (depth, labels))
    found = np.zeros_like(beneath)
    for ball in BALLS:
        found = grown(found, coarse, ball * gap * unit, NECK, together=True)
    if not found.any():
        return np.zeros_like(labels)
    names = _numbered(found, beneath, int(labels.max()))
    height, width = labels.shape
    whole = names.repeat(step, axis=0)[:height].repeat(step, axis=1)[:, :width]
    return np.where(labels == labels[::step, ::step].repeat(step, 0)[:height].repeat(step, 1)[:, :width], whole, 0)


def _numbered(found: Labels, beneath: Labels, most: int) -> Labels:
    """Each core by its region's number, the first, or by one beyond `most`; 0 where it is of another region
    than most of it."""
    count = int(found.max()) + 1
    keys, sizes = np.unique(found.astype(np.int64) * (most + 1) + beneath, return_counts=True)
    order = np.argsort(sizes, kind="stable")
    of = np.zeros(count, np.int64)
    of[keys[order] // (most + 1)] = keys[order] % (most + 1)
    size = np.bincount(found.ravel(), minlength=count)
    names = np.zeros(count, np.int32)
    seen: set[int] = set()
    free = most
    for core in np.argsort(-size[1:], kind="stable") + 1:
        region = int(of[core])
        if region in seen:
            free += 1
            names[core] = free
        else:
            names[core] = region
            seen.add(region)
    return np.where(of[found] == beneath, names[found], 0).astype(np.int32)
