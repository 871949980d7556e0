"""Whether the drawing's lines are still there in the painting, and no others."""

import cv2
import numpy as np
import numpy.typing as npt

from attnpaint.images import Picture

Mask = npt.NDArray[np.bool_]

STRONG, WEAK = 0.35, 0.15
"""How much darker than its surroundings a line surely is, and may be."""
WIDEST, TOLERANCE = 4, 2  # px in a picture of 512 px: half of the widest line; how far a line may be off
LEAST = 3  # px; half of the widest line in a small picture
_BLACK = 16  # of 255: a line on paint as dark as this is seen no more


def line_f1(painted: Picture, drawing: Picture) -> float:
    """F1 of the painting's lines against the drawing's, both uint8 H×W: 1 all kept, none added; 0 none kept.

    Lines are thin strokes darker than what surrounds them, found alike in both. A sure line counts as found
    where the other picture has at least a faint one within TOLERANCE.
    """
    (sure, faint), (drawn, maybe) = (strokes(grey) for grey in (painted, drawing))
    if not drawn.any() and not sure.any():
        return 1.0
    precision, recall = _found(sure, maybe), _found(drawn, faint)
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def strokes(grey: Picture) -> tuple[Mask, Mask]:
    """uint8 H×W → where lines are sure, and where there may be some: H×W each, the second holds the first."""
    around = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, _disc(max(LEAST, WIDEST * unit(grey))))
    darker = 1 - (grey.astype(np.float32) + _BLACK) / (around.astype(np.float32) + _BLACK)
    return darker > STRONG, darker > WEAK


def ink(drawing: Picture) -> Mask:
    """H×W: the drawing's lines, also faint ones, and what it fills with a dark tone."""
    return strokes(drawing)[1] | (drawing < 128)


def unit(picture: Picture) -> float:
    """Pixels of this picture to a pixel of one of 512."""
    return float(max(picture.shape[:2])) / 512


def _found(lines: Mask, others: Mask) -> float:
    """The share of `lines` with one of `others` near."""
    near = cv2.dilate(others.astype(np.uint8), _disc(TOLERANCE * unit(lines.view(np.uint8))))
    return float(near[lines].mean()) if lines.any() else 0.0


def _disc(radius: float) -> Picture:
    side = 2 * max(1, round(radius)) + 1
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)).astype(np.uint8, copy=False)
