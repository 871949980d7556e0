"""Strokes of a brush as colours of regions. Needs no torch."""

import cv2
import numpy as np

from attnpaint.images import Picture
from attnpaint.inference.coloring import RGB
from attnpaint.segment.regions import Labels

TOUCHES = 0.2  # share of a dab, from which on a region that it lies in takes its colour
GROUND = 0.8  # the same of the ground, which no slip shall flood
HOLDS = 0.5  # share of a region, from which on it takes the colour of a dab over many
STEP = 16  # levels: a brush's soft edge is no colour of its own


def colors_of_dabs(dabs: Picture, labels: Labels, ground: int) -> dict[int, RGB]:
    """The colour of each region that a dab fills. dabs: uint8 H×W×4 as `read_hints` gives them; labels: H×W.

    A dab is what hangs together. It fills regions that hold a fifth of it, or of which it covers half; the
    ground only with four fifths. Where several fill a region, the one with most pixels in it.
    """
    count, parts = cv2.connectedComponents((dabs[..., 3] > 0).astype(np.uint8), connectivity=8)
    size = int(labels.max()) + 1
    inside = parts > 0
    keys = parts[inside].astype(np.int64) * size + labels[inside]
    pairs, pair_of, areas = np.unique(keys, return_inverse=True, return_counts=True)
    whole = np.bincount(parts.ravel(), minlength=count)
    regions = np.bincount(labels.ravel(), minlength=size)
    colors, found = dabs[inside][:, :3], dict[int, RGB]()
    for place in np.argsort(areas, kind="stable"):
        dab, region = divmod(int(pairs[place]), size)
        least = GROUND if region == ground else TOUCHES
        covers = region != ground and areas[place] >= HOLDS * regions[region]
        if areas[place] >= least * whole[dab] or covers:
            found[region] = _most_frequent(colors[pair_of == place])
    return found


def _most_frequent(colors: Picture) -> RGB:
    """The mean of the colours n×3 of the fullest cell of STEP levels a side."""
    cells = (colors.astype(np.int64) // STEP) @ (1, 256, 65536)
    _, where, counts = np.unique(cells, return_inverse=True, return_counts=True)
    red, green, blue = np.rint(colors[where == counts.argmax()].mean(axis=0)).astype(int).tolist()
    return red, green, blue
