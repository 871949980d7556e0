"""Paper made white, lines taken out of a painting and laid over it."""

import cv2
import numpy as np

from attnpaint.images import Array, Picture, to_grey
from attnpaint.inference.engine import Floats

# In pixels of the small picture
_WIDEST = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9))  # what is dark over more is tone, not a line
SPREAD = 1.25  # how far a line takes its filling from


def white_paper(drawing: Picture) -> Picture:
    """H×W×3 with the paper, the brightness that nine tenths of each channel stay below, raised to white."""
    rows, columns = (1 + side // 1000 for side in drawing.shape[:2])
    paper = np.percentile(drawing[::rows, ::columns], 90, axis=(0, 1)) - 8
    levels = np.arange(256)[:, None] * 255 / np.maximum(paper, 128)
    return cv2.LUT(drawing, levels.clip(0, 255).astype(np.uint8)[None]).astype(np.uint8, copy=False)


def multiply(paint: Picture, lines: Array) -> Picture:
    """The blend mode: black lines cover the paint, grey ones darken it, white lets it through."""
    return cv2.multiply(paint, lines, scale=1 / 255).astype(np.uint8, copy=False)


def without_lines(paint: Picture, sketch: Picture) -> Picture:
    """`paint` (H×W×3) with the lines of `sketch` (H×W) filled from beside them.

    Normalised convolution (Knutsson & Westin 1993) with `trust_of` them.
    """
    trust = trust_of(paint, sketch)[..., None]
    known, weight = (cv2.GaussianBlur(array, (0, 0), SPREAD) for array in (paint * trust, trust))
    filled: Array = paint * trust + known / weight[..., None] * (1 - trust)
    return filled.round().clip(0, 255).astype(np.uint8)


def trust_of(paint: Picture, sketch: Picture) -> Floats:
    """How far each pixel of `paint` (H×W×3) is paint and not a line: float32 H×W in (0, 1].

    The less the darker a line of `sketch` (H×W) is there or next to it, and, two pixels around, the darker
    the painting itself is against what surrounds it.
    """
    drawn, painted = (grey / tone_of(grey).astype(np.float32) for grey in (sketch, to_grey(paint)))
    touched, near = (cv2.erode(drawn, np.ones((size, size))) for size in (3, 5))
    trust: Floats = np.maximum(touched * (1 - (1 - near) * (1 - painted)), 0.05) ** 6
    return trust


def tone_of(grey: Picture) -> Picture:
    """H×W, at least 1: the brightness with the lines closed."""
    return np.maximum(cv2.morphologyEx(grey, cv2.MORPH_CLOSE, _WIDEST), 1).astype(np.uint8, copy=False)
