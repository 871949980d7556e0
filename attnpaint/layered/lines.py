"""The drawing as a layer over its paint, so that both together have the drawing's own transparency."""

import numpy as np

from attnpaint.images import Picture
from attnpaint.layered.layer import Layer

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
    ink = _ink_alpha(clean, alpha).astype(np.float32)
    whole = alpha.astype(np.float32)
    rest = np.rint(255 * (whole - ink) / np.maximum(255 - ink, 1)).astype(np.uint8)
    return np.where(alpha == 255, np.uint8(255), rest)


def with_alpha(picture: Picture, alpha: Picture | None) -> Picture:
    """H×W×3 with that alpha, or as it is."""
    return picture if alpha is None else np.dstack([picture, alpha])


def _ink(clean: Picture, alpha: Picture | None) -> Picture:
    """uint8 H×W×4: laid on white it gives `clean`."""
    least = clean.min(axis=2, keepdims=True).astype(np.float32)
    pure = np.rint(255 * (clean - least) / np.maximum(255 - least, 1)).astype(np.uint8)
    return np.dstack([pure, _ink_alpha(clean, alpha)])


def _ink_alpha(clean: Picture, alpha: Picture | None) -> Picture:
    """uint8 H×W: the share of the drawing's alpha that its ink takes."""
    darkness = 255 - clean.min(axis=2).astype(np.uint16)
    if alpha is None:
        return darkness.astype(np.uint8)
    ink: Picture = ((darkness * alpha + 127) // 255).astype(np.uint8)
    return ink
