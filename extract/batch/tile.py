"""A reference made small for the preview, where it is measured: little enough to hand to another process."""

from dataclasses import dataclass
from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image

from attnpaint.extract.histogram import Histogram

SIDE = 256
"""The long side of a thumbnail in pixels, at most."""

_LOSSLESS = 64  # pixels; smaller thumbnails keep each pixel's colour
_JOINER = "\u200d"  # holds the parts of an emoji together, and is not printable by itself


@dataclass(frozen=True, eq=False)
class Tile:
    """A reference's name, size in pixels, WebP of at most SIDE × SIDE that keeps alpha, and histogram."""

    name: str
    width: int
    height: int
    thumbnail: bytes
    histogram: Histogram

    @property
    def label(self) -> str:
        """The name for people: what cannot be printed, such as a newline, as its escape."""
        return "".join(
            char if char.isprintable() or char == _JOINER else char.encode("unicode_escape").decode()
            for char in self.name
        )


def make_tile(name: str, picture: npt.NDArray[np.uint8], histogram: Histogram) -> Tile:
    """The tile of one uint8 H×W×3 or H×W×4 reference."""
    height, width = picture.shape[:2]
    image = Image.fromarray(picture)
    image.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    stream = BytesIO()
    image.save(stream, format="WEBP", quality=82, method=4, lossless=max(image.size) < _LOSSLESS)
    return Tile(name, width, height, stream.getvalue(), histogram)
