"""The drawing as a layer over its paint, so that both together have the drawing's own transparency."""

import numpy as np

from attnpaint.images import Picture
from attnpaint.layered.layer import Layer

STRIP = 128  # rows at a time: floating copies of a large drawing would be gigabytes
GREY = 1  # level by which the channels of black and grey lines differ at most


def line_layer(clean: Picture, alpha: Picture | None = None, name: str = "lines") -> Layer:
    """The lines as transparent ink: each pixel is black (or the pure colour of its line), as opaque as it is
    dark, so that they can be recoloured under a locked alpha.

    clean: uint8 H×W×3, the drawing on white; alpha: the drawing's own, uint8 H×W, or None. Paint under them
    takes the rest of that alpha: see `under_lines`. Coloured lines lie on multiply, which tints the paint
    through them; black and grey ones look the same on normal.
    """
    colored = int(np.max(clean.max(axis=2) - clean.min(axis=2), initial=0)) > GREY
    return Layer(name, lambda: _ink(clean, alpha), "multiply" if colored else "normal")


def under_lines(clean: Picture, alpha: Picture | None) -> Picture | None:
    """The alpha of what lies under `line_layer`, uint8 H×W; None where the drawing is opaque.

    With it, one opaque layer and the lines add up to the drawing's alpha, to a level of 255: to 0 and 255
    exactly. The drawing's alpha in both would give 1 - (1 - A)², a hard edge. The colour is the finished
    picture's for black and grey lines; coloured ones are a little lighter where alpha is partial.
    """
    if alpha is None:
        return None
    below = np.empty_like(alpha)
    for rows in _strips(len(alpha)):
        ink = _ink_alpha(clean[rows], alpha[rows]).astype(np.float32)
        whole = alpha[rows].astype(np.float32)
        below[rows] = np.rint(255 * (whole - ink) / np.maximum(255 - ink, 1))
    below[alpha == 255] = 255
    return below


def with_alpha(picture: Picture, alpha: Picture | None) -> Picture:
    """H×W×3 with that alpha, or as it is."""
    return picture if alpha is None else np.dstack([picture, alpha])


def _ink(clean: Picture, alpha: Picture | None) -> Picture:
    """uint8 H×W×4: laid on white it gives `clean`."""
    ink = np.empty((*clean.shape[:2], 4), np.uint8)
    for rows in _strips(len(clean)):
        least = clean[rows].min(axis=2, keepdims=True).astype(np.float32)
        ink[rows, :, :3] = np.rint(255 * (clean[rows] - least) / np.maximum(255 - least, 1))
        ink[rows, :, 3] = _ink_alpha(clean[rows], None if alpha is None else alpha[rows])
    return ink


def _ink_alpha(clean: Picture, alpha: Picture | None) -> Picture:
    """uint8 H×W: the share of the drawing's alpha that its ink takes."""
    darkness = 255 - clean.min(axis=2).astype(np.uint16)
    if alpha is None:
        opaque: Picture = darkness.astype(np.uint8)
        return opaque
    ink: Picture = ((darkness * alpha + 127) // 255).astype(np.uint8)
    return ink


def _strips(height: int) -> list[slice]:
    return [slice(first, first + STRIP) for first in range(0, height, STRIP)]
