"""Regions found on a small copy of a drawing, at the drawing's own size: their borders lie on its lines."""

import cv2
import numpy as np
import numpy.typing as npt

from attnpaint.images import Array, Picture, nearest
from attnpaint.inference.upsample import STRIP
from attnpaint.segment.regions import Labels

MOST = 2**16 - 2  # regions; of more, borders are not moved
LEVELS = range(224, -1, -32)  # brightness, of 255: from paper down into the lines
FAR = 8  # px of the small copy that a region grows at most

_AROUND = np.ones((3, 3), np.uint8)


def enlarge_labels(labels: Labels, grey: Picture) -> npt.NDArray[np.integer]:
    """int32 h×w from 1 → H×W, of 16 bits where they suffice. grey: uint8 H×W, the drawing, larger than h×w.

    Two pixels on both sides of a border are left to the regions, which grow into them from the brightest
    pixels to the darkest and meet on the ridge of a line (flooding, Meyer 1992). Without it the steps of the
    small copy show beside lines that are thinner than its pixels.
    """
    height, width = grey.shape
    if labels.max() > MOST or min(labels.shape) < 3:
        return nearest(labels, height, width)
    small = labels.astype(np.uint16)
    large = nearest(small, height, width)
    free = nearest(_beside_borders(small), height, width)
    for array in (free, large):  # the outermost pixels follow their neighbours in the end
        array[[0, -1]] = 0
        array[:, [0, -1]] = 0
    place = np.flatnonzero(free)
    flat, light = large.ravel(), grey.ravel()[place]
    own = flat[place]
    flat[place] = 0
    for least in LEVELS:
        todo = place[(flat[place] == 0) & (light >= least)]
        _grow(flat, todo, width, FAR * -(-height // labels.shape[0]))
        if least in (LEVELS[0], LEVELS[-1]):  # islands of paper, and what is left
            lost = (flat[place] == 0) & (light >= least)
            flat[place[lost]] = own[lost]
    large[[0, -1]] = large[[1, -2]]
    large[:, [0, -1]] = large[:, [1, -2]]
    return large


def spread(rows: Array, labels: npt.NDArray[np.integer]) -> Array:
    """Of each pixel the row of its region: R×… and H×W → H×W×…, without large arrays beside the result."""
    out = np.empty((*labels.shape, *rows.shape[1:]), rows.dtype)
    for first in range(0, len(labels), STRIP):
        out[first : first + STRIP] = rows[labels[first : first + STRIP]]
    return out


def _grow(flat: Array, todo: npt.NDArray[np.intp], width: int, steps: int) -> None:
    """Labels in `flat`, rows of `width`, taken over by those of the pixels `todo` that are beside them."""
    for _ in range(steps):
        found = flat[todo - 1]
        for step in (1, -width, width):
            found = np.where(found, found, flat[todo + step])
        flat[todo] = found
        left = todo[found == 0]
        if len(left) in (0, len(todo)):
            return
        todo = left


def _beside_borders(labels: npt.NDArray[np.uint16]) -> Picture:
    """1 two pixels far from borders; a region that is three to five pixels wide keeps its middle."""
    mixed = cv2.dilate(labels, _AROUND) != cv2.erode(labels, _AROUND)
    beside = cv2.dilate(mixed.astype(np.uint8), _AROUND)
    return np.asarray(beside & (mixed | cv2.dilate(1 - beside, _AROUND)), np.uint8)
