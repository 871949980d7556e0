"""Layers put together as a painting program does it."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from attnpaint.images import Picture
from attnpaint.layered.layer import Layer, Mode, Stack, drawn

Floats = npt.NDArray[np.float32]

STRIP = 128  # rows at a time
_BLENDS: dict[Mode, Callable[..., Floats]] = {
    "multiply": lambda below, above: below * above,
    "screen": lambda below, above: below + above - below * above,
}


def flatten(layers: Stack, height: int, width: int) -> Picture:
    """The visible layers as one picture, uint8 height×width×4, straight alpha, rounded once, at the end.

    Source: W3C, Compositing and Blending Level 1, which OpenRaster refers to; groups are isolated. Colours
    are mixed as they are stored (sRGB), which Krita, MyPaint, Photoshop and Clip Studio do as well.
    """
    whole = _put_together(layers, height, width)
    out = np.empty((height, width, 4), np.uint8)
    for first in range(0, height, STRIP):
        strip = whole[first : first + STRIP]
        strip[..., :3] /= np.maximum(strip[..., 3:], 1e-6)
        out[first : first + STRIP] = np.rint(strip.clip(0, 1) * 255)
    return out


def _put_together(layers: Stack, height: int, width: int) -> Floats:
    """H×W×4 in [0, 1], colours times alpha."""
    below = np.zeros((height, width, 4), np.float32)
    for layer in layers:
        if not layer.visible:
            continue
        if isinstance(layer, Layer):
            picture = drawn(layer, height, width)
            for first in range(0, height, STRIP):
                rows = slice(first, first + STRIP)
                _lay(below[rows], _premultiplied(picture[rows], layer.opacity), layer.mode)
        else:
            inner = _put_together(layer.layers, height, width)
            for first in range(0, height, STRIP):
                _lay(below[first : first + STRIP], inner[first : first + STRIP], "normal")
    return below


def _premultiplied(strip: Picture, opacity: float) -> Floats:
    shape = (*strip.shape[:2], 4)
    floats = np.ones(shape, np.float32)
    floats[..., : strip.shape[2]] = strip.astype(np.float32) / 255
    floats[..., 3] *= opacity
    floats[..., :3] *= floats[..., 3:]
    return floats


def _lay(below: Floats, above: Floats, mode: Mode) -> None:
    """Change h×w×4 `below` to what shows when `above` lies on it; both with colours times alpha."""
    under, over = below[..., 3:], above[..., 3:]
    if mode == "normal":
        below *= 1 - over
        below += above
        return
    straight = [floats[..., :3] / np.maximum(floats[..., 3:], 1e-6) for floats in (below, above)]
    mixed = under * over * _BLENDS[mode](*straight)
    below[..., :3] = below[..., :3] * (1 - over) + above[..., :3] * (1 - under) + mixed
    below[..., 3:] = under + over - under * over
