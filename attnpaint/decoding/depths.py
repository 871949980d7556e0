"""Greys of more than 8 bits, signed and floating ones, brought to 8 bits as viewers show them."""

from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from attnpaint.errors import PictureError

_ROWS = 4_000_000  # px that are scaled at a time
_OVER = 1.5  # floats up to here are 0 to 1, a little over
_WHITE_FIRST = 0  # photometric interpretation: 0 is white
_SIGNED = 2  # sample format


def is_deep(image: Image.Image) -> bool:
    """Whether it holds one channel of more than 8 bits, or signed values."""
    return image.mode.startswith("I") or image.mode == "F" or _tag(image, 339, 1) == _SIGNED


def grey_of(image: Image.Image, upright: Image.Image, name: str) -> npt.NDArray[np.uint8]:
    """uint8 H×W of a deep image that was opened as `image` and is turned as it is seen.

    PictureError for floats that no viewer's rule fits.
    """
    values: npt.NDArray[Any] = np.asarray(upright)
    bits = _tag(image, 258, 0)
    signed = _tag(image, 339, 1) == _SIGNED
    if image.mode == "F":
        least, scale = 0.0, _float_scale(values, name)
    elif signed:
        bits = bits or 32
        if bits == 8:
            values = values.astype(np.uint8, copy=False).view(np.int8)
        least, scale = -(2.0 ** (bits - 1)), 255 / (2.0**bits - 1)
    elif bits == 32:
        values, least, scale = values.view(np.uint32), 0.0, 255 / (2.0**32 - 1)
    else:
        least, scale = 0.0, 255 / (2.0 ** (bits or 16) - 1)
    grey = np.empty(values.shape, np.uint8)
    step = max(1, _ROWS // values.shape[1])
    for top in range(0, len(values), step):
        scaled = (values[top : top + step].astype(np.float64) - least) * scale
        grey[top : top + step] = scaled.round().clip(0, 255)
    if _tag(image, 262, 1) == _WHITE_FIRST:
        np.subtract(255, grey, out=grey)
    return grey


def _float_scale(values: npt.NDArray[Any], name: str) -> float:
    """To 0..255: of floats from 0 to 1, a little over, from 0 to 255, or from 0 to 65535."""
    least, most = float(values.min()), float(values.max())
    if not np.isfinite([least, most]).all():
        raise PictureError(f"{name} holds values that are no numbers", "save it again with 8 or 16 bits")
    if least >= -_OVER / 4:
        for end, white in ((_OVER, 1.0), (255.5, 255.0), (65_535.5, 65_535.0)):
            if most <= end:
                return 255 / white
    problem = f"{name} holds numbers from {least:g} to {most:g}, and nothing says which of them is white"
    raise PictureError(problem, "save it again with 8 or 16 bits")


def _tag(image: Image.Image, tag: int, default: int) -> int:
    """Of a TIFF: the first number under a tag."""
    tags = getattr(image, "tag_v2", None)
    value = tags.get(tag, default) if tags is not None and image.format == "TIFF" else default
    value = value[0] if isinstance(value, tuple) and value else value
    return int(value) if isinstance(value, (int, float)) else default
