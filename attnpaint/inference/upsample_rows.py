"""Some rows of an enlarged array, without the whole."""

import cv2
import numpy as np

from attnpaint.images import resize
from attnpaint.inference.engine import Floats

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
