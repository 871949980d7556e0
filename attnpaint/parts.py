"""Part maps: what each pixel of a figure is (skin, hair, clothes …), as 8-bit indices beside a picture."""

import warnings
from io import BytesIO

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from attnpaint.errors import PictureError
from attnpaint.images import MAX_PIXELS, Picture

GROUND, SKIN, HAIR, EYES, FACE = range(5)
"""Indices of a part map; FACE: mouth, brows, lashes and the lines of the face."""
CLOTHES = 5
"""This and those up to ACCESSORIES: pieces of clothing, each with an index of its own."""
ACCESSORIES = 250
UNKNOWN = 255
"""What is not known; indices above ACCESSORIES are read as this."""
SUFFIX = ".parts.png"
ASPECT = 0.02
"""How far the aspect ratios of a part map and its picture may differ."""


def read_parts(data: bytes, height: int, width: int) -> Picture:
    """The bytes of a part map as uint8 H×W of indices, at the size of its picture; nearest where it differs.

    Raises PictureError: no picture, neither palette nor grey of 8 bits, or not of the picture's aspect ratio.
    """
    indices = _decode(data)
    across, down = indices.shape[1] * height, indices.shape[0] * width
    if abs(across - down) > max(ASPECT * max(across, down), max(height, width, *indices.shape)):
        size = f"{indices.shape[1]}×{indices.shape[0]} px beside {width}×{height}"
        raise PictureError(f"the part map differs in shape ({size})", "make it as large as its picture")
    if indices.shape != (height, width):
        resized = cv2.resize(indices, (width, height), interpolation=cv2.INTER_NEAREST_EXACT)
        indices = resized.astype(np.uint8, copy=False)
    return np.where(indices > ACCESSORIES, np.uint8(UNKNOWN), indices)


def is_clothes(parts: Picture) -> npt.NDArray[np.bool_]:
    """Where a part map shows clothes, of whatever index."""
    return np.asarray((parts >= CLOTHES) & (parts < ACCESSORIES))


def _decode(data: bytes) -> Picture:
    remedy = "give an 8-bit PNG of indices, or remove it"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(data), formats=("PNG",)) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise PictureError("the part map is too large", remedy)
                if image.mode not in ("P", "L"):
                    raise PictureError(f"the part map has no 8-bit indices (it is {image.mode})", remedy)
                return np.array(image, np.uint8)
    except (PictureError, MemoryError):
        raise
    except Exception as error:  # decoders raise almost anything where data are damaged
        raise PictureError("the part map is damaged or no PNG", remedy) from error
