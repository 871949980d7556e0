"""Small paint, and regions found on a small copy, at a large drawing's size without leaving its regions."""

import cv2
import numpy as np
import numpy.typing as npt

from attnpaint.images import Array, Picture, nearest, resize
from attnpaint.inference.engine import Floats
from attnpaint.segment.regions import Labels

STRIP = 256  # rows at a time


def enlarge_within(paint: Picture, small: Labels, labels: Labels) -> Picture:
    """uint8 h×w×C → H×W×C: each pixel is mixed from the pixels of its own region alone.

    small: h×w, the region of each pixel of `paint`; labels: H×W. Linear interpolation where all four
    neighbours are of the region, else between those that are; where none is, as if all were. So colour stops
    at the drawing's lines (joint bilateral up-sampling, Kopf et al. 2007, with regions for the range).
    """
    (h, w), (height, width) = small.shape, labels.shape
    large = cv2.resize(paint, (width, height), interpolation=cv2.INTER_LINEAR).reshape(height, width, -1)
    top, down = _places(height, h)
    left, across = _places(width, w)
    bottom, right = np.minimum(top + 1, h - 1), np.minimum(left + 1, w - 1)
    for first in range(0, height, STRIP):
        rows = slice(first, first + STRIP)
        here = labels[rows]
        same = [small[y[rows]][:, x] == here for y in (top, bottom) for x in (left, right)]
        y, x = np.nonzero(~np.logical_and.reduce(same) & np.logical_or.reduce(same))
        if not len(y):
            continue
        fy, fx = down[rows][y], across[x]
        weights = np.stack([(1 - fy) * (1 - fx), (1 - fy) * fx, fy * (1 - fx), fy * fx], axis=1) + 1e-3
        weights *= np.stack([corner[y, x] for corner in same], axis=1)
        weights /= weights.sum(axis=1, keepdims=True)
        corners = [paint[a[rows][y], b[x]] for a in (top, bottom) for b in (left, right)]
        mixed = sum(weights[:, i : i + 1] * corner for i, corner in enumerate(corners))
        large[rows][y, x] = np.rint(mixed).astype(np.uint8)
    return large.astype(np.uint8, copy=False)


def _places(length: int, small: int) -> tuple[np.ndarray, np.ndarray]:
    """For each of `length` pixels the one of `small` before it, and how far behind it that lies."""
    place = ((np.arange(length) + 0.5) * small / length - 0.5).clip(0, small - 1)
    before = place.astype(np.intp)
    return before, (place - before).astype(np.float32)


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


BENT = -0.75  # of the cubic, as in OpenCV's


def resized_rows(array: Floats, rows: slice, height: int, width: int) -> Floats:
    """`resize(array, height, width)[rows]` of a float32 h×w, to rounding."""
    small, across = array.shape
    if height <= small or width <= across:
        return resize(array, height, width)[rows]
    place = (np.arange(rows.start, rows.stop) + 0.5) * (small / height) - 0.5
    before = np.floor(place).astype(int)
    first, last = max(0, before[0] - 1), min(small, before[-1] + 3)
    # cubic in one direction: in the other, OpenCV's is the identity where the size stays
    wide = cv2.resize(array[first:last], (width, last - first), interpolation=cv2.INTER_CUBIC)
    part = (place - before).astype(np.float32)
    found = np.zeros((len(place), width), np.float32)
    for step in range(-1, 3):
        weight = _cubic(np.abs(part - step))[:, None]
        found += weight * wide[np.clip(before + step, 0, small - 1) - first]
    return found


def _cubic(far: Floats) -> Floats:
    """The weight of what is `far` away, 0 to 2 (Keys 1981)."""
    near = ((BENT + 2) * far - (BENT + 3)) * far * far + 1
    beyond = ((BENT * far - 5 * BENT) * far + 8 * BENT) * far - 4 * BENT
    return np.where(far <= 1, near, beyond).astype(np.float32)
