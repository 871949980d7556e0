"""Small paint at a large drawing's size without leaving the drawing's regions."""

import cv2
import numpy as np

from attnpaint.images import Picture
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
