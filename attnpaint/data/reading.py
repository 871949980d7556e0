"""Pictures out of their bytes for training: what `read_picture` makes of them; large JPEGs smaller."""

from io import BytesIO

import numpy as np
from PIL import Image

from attnpaint.data.layouts import Blob, Item, unreadable
from attnpaint.decoding.reader import check_cost, check_structure
from attnpaint.errors import PictureError
from attnpaint.images import Picture, on_white, read_picture

ENOUGH = 2  # times the size that is shown: what a JPEG is decoded at, so that area means still make the rest


def read_color(item: Item, size: float) -> Picture:
    """The colour picture on white, uint8 H×W×3, to be shown at `size` px; raises PictureError.

    A JPEG far larger than that comes at a half, a quarter or an eighth, as its blocks allow.
    """
    if item.side_by_side:
        return item.open()[0]
    return read(item.name, item.color, size)


def read(name: str, blob: Blob, size: float = float("inf")) -> Picture:
    """One picture on white, uint8 H×W×3; PictureError says that `name` cannot be read."""
    try:
        data = blob.read()
        picture = _quickly(data, size)
        return on_white(read_picture(data)) if picture is None else picture
    except (PictureError, OSError) as error:
        raise unreadable(name, error) from None


def _quickly(data: bytes, size: float) -> Picture | None:
    """None for what read_picture reads by itself: all but a JPEG to be shown smaller."""
    if data[:3] != b"\xff\xd8\xff" or not np.isfinite(size):
        return None
    try:
        check_structure(stream := BytesIO(data), "it")
        with Image.open(stream) as image:
            check_cost(image, stream, "it")
            if getattr(image, "n_frames", 1) > 1:
                return None
            share = ENOUGH * size / max(image.size)
            image.draft("RGB", (round(image.width * share), round(image.height * share)))
            return read_picture(image)
    except Exception:  # read_picture tells what is wrong with it
        return None
