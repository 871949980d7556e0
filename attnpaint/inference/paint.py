"""The network's small painting at the drawing's own size, under the drawing's own lines."""

import cv2
import numpy as np
import numpy.typing as npt

from attnpaint.images import Box, Picture, resize

_WIDEST = 9  # px of the small picture: what is dark over more than that is tone, not a line
_SPREAD = 1.0  # px of the small picture: how far a line takes its filling from


def white_paper(drawing: Picture) -> Picture:
    """H×W×3 with the paper, the brightness that nine tenths of each channel stay below, raised to white."""
    rows, columns = (1 + side // 1000 for side in drawing.shape[:2])
    paper = np.percentile(drawing[::rows, ::columns], 90, axis=(0, 1)) - 8
    levels = np.arange(256)[:, None] * 255 / np.maximum(paper, 128)
    return cv2.LUT(drawing, levels.clip(0, 255).astype(np.uint8)[None]).astype(np.uint8, copy=False)


def lay_lines(paint: Picture, sketch: Picture, drawing: Picture, box: Box) -> Picture:
    """uint8 H×W×3: `paint` (S×S×3) enlarged or reduced to `drawing` (H×W×3, on white), whose lines cover it.

    sketch: S×S, what the network saw of the drawing; box: where the drawing lies in it.
    Enlarged, the lines that the network painted would be shadows beside the drawing's crisp ones. So they are
    taken out, and the drawing's lines multiplied in; broad tone is in the paint already and only bounds it.
    """
    height, width = drawing.shape[:2]
    if max(height, width) <= len(sketch):
        return np.minimum(box.crop_back(paint), drawing)
    paint, sketch = box.crop(paint), box.crop(sketch)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_WIDEST, _WIDEST))
    tone = np.maximum(cv2.morphologyEx(sketch, cv2.MORPH_CLOSE, kernel), 1).astype(np.uint8, copy=False)
    bare = resize(without_lines(paint, sketch / np.float32(tone)), height, width)
    lines = cv2.divide(drawing, cv2.merge([resize(tone, height, width)] * 3), scale=255)
    inked = cv2.multiply(bare, lines, scale=1 / 255)
    return np.minimum(inked, drawing).astype(np.uint8, copy=False)


def without_lines(paint: Picture, light: npt.NDArray[np.float32]) -> Picture:
    """`paint` (H×W×3) with each line filled from beside it (normalised convolution, Knutsson & Westin 1993).

    light: H×W in [0, 1], dark on lines. A pixel that touches a line counts as one: paint is soft there.
    """
    trust = np.maximum(cv2.erode(light, np.ones((3, 3))), 0.02)[..., None] ** 4
    known, weight = (cv2.GaussianBlur(array, (0, 0), _SPREAD) for array in (paint * trust, trust))
    filled = paint * trust + known / weight[..., None] * (1 - trust)
    return np.rint(filled).clip(0, 255).astype(np.uint8)
