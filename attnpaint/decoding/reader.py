"""One way from the bytes of a picture file to its pixels."""

import ctypes
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from io import BytesIO
from typing import Any, BinaryIO

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, TiffImagePlugin, _imaging

from attnpaint.decoding.ancillary import TURNING, bare, orientation, upright
from attnpaint.decoding.bounds import USUAL, Bounds, check_bytes, check_cost, check_structure
from attnpaint.decoding.depths import grey_of, is_deep
from attnpaint.decoding.profiles import to_srgb
from attnpaint.errors import PictureError


@cache
def keep_decoders_quiet() -> None:
    """Before pictures are read: libtiff prints on the terminal's own stream, Pillow through its loggers where
    a program has set up none. Changes nothing where Pillow's libtiff cannot be reached.
    """
    logging.getLogger("PIL").addHandler(logging.NullHandler())
    with suppress(OSError, AttributeError, TypeError):
        libraries = ctypes.CDLL(_imaging.__file__)  # with all that it is linked to
        for name in ("TIFFSetErrorHandler", "TIFFSetWarningHandler"):
            handler = getattr(libraries, name)
            handler.argtypes, handler.restype = [ctypes.c_void_p], ctypes.c_void_p
            handler(None)


FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF", "PPM")
LARGE = 16_000_000  # px; a WebP over that is decoded without a second canvas

Array = npt.NDArray[Any]
_PLAIN = {"RGBa": "RGBA", "La": "LA", "1": "L"}
_PLAIN_8 = ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK")
_PROFILED = ("L", "LA", "RGB", "RGBA", "CMYK")


def read_stream(stream: BinaryIO, name: str, bounds: Bounds = USUAL) -> tuple[Array, str]:
    """Pixels as `decode` gives them. Raises PictureError over a limit, and whatever decoders raise.

    Where that fails for what stands beside the pixels, they are read without it.
    """
    if not (hasattr(stream, "seekable") and stream.seekable()):
        stream = BytesIO(stream.read())
    check_bytes(stream, name, bounds)
    with opened(stream, name, bounds) as (image, source):
        try:
            return decode(image, source, name, bounds)
        except (PictureError, MemoryError):
            raise
        except Exception as error:
            if source is not stream or (found := _bare_image(stream)) is None:
                raise
            first = error
        with found[0]:
            try:
                return decode(*found, name, bounds)
            except (PictureError, MemoryError):
                raise
            except Exception:
                raise first from None


@contextmanager
def opened(
    stream: BinaryIO, name: str = "it", bounds: Bounds = USUAL
) -> Iterator[tuple[Image.Image, BinaryIO]]:
    """An image whose pixels are not decoded yet, and the stream that it reads: a bare copy where Pillow
    refuses the other for what stands beside its pixels. Raises what Pillow raises, and PictureError for one
    of too many parts.
    """
    check_structure(stream, name, bounds)
    source = stream
    try:
        image: Image.Image = Image.open(stream, formats=FORMATS)
    except Image.DecompressionBombError:
        raise
    except Exception:
        found = _bare_image(stream)
        if found is None:
            raise
        image, source = found
    with image:
        yield image, source


def _bare_image(stream: BinaryIO) -> tuple[Image.Image, BinaryIO] | None:
    """None where it is of another format, or not to be opened that way either."""
    found = bare(stream)
    if found is None:
        return None
    try:
        image = Image.open(found[0], formats=FORMATS)
    except Image.DecompressionBombError:
        raise
    except Exception:
        return None
    image.info.update(found[1])
    return image, found[0]


def upright_size(image: Image.Image) -> tuple[int, int]:
    """Width and height as the image is to be seen, by its head alone."""
    width, height = image.size
    # Pillow turns the size of a TIFF itself
    turned = image.format != "TIFF" and orientation(image) >= 5
    return (height, width) if turned else (width, height)


def decode(
    image: Image.Image, stream: BinaryIO | None, name: str, bounds: Bounds = USUAL
) -> tuple[Array, str]:
    """uint8 H×W, H×W×3 or H×W×4, upright, in sRGB; and a note, or an empty text.

    stream: what the image reads from. PictureError over a limit, and for numbers that are no greys.
    """
    check_cost(image, stream, name, bounds)
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        image.load_end = _nothing  # type: ignore[method-assign]  # it reads all EXIF, and turns by it
    profile = image.info.get("icc_profile")
    still = image.format == "WEBP" and getattr(image, "n_frames", 1) == 1
    if still and stream is not None and image.width * image.height > LARGE and not profile:
        large = _large_webp(stream)
        if large is not None and orientation(image) == 1:
            return large, ""
    plain = image.format != "TIFF"
    turned = image if plain and image.info.keys().isdisjoint(TURNING) else upright(image)
    if not (plain and image.mode in _PLAIN_8) and is_deep(image):
        return grey_of(image, turned, name), ""
    turned.info.setdefault("transparency", image.info.get("transparency"))
    if turned.info["transparency"] is None:
        del turned.info["transparency"]
    clear = turned.has_transparency_data
    if turned.mode in _PLAIN:
        turned = turned.convert(_PLAIN[turned.mode])
    if turned.mode not in _PROFILED or (clear and "A" not in turned.mode):
        turned = turned.convert("RGBA" if clear else "RGB")
    shown, note = to_srgb(turned, profile) if profile else (turned, "")
    return np.asarray(shown.convert("RGBA" if clear else "RGB")), note


def _nothing() -> None:
    """Instead of what Pillow does after the last pixel of a TIFF."""


def _large_webp(stream: BinaryIO) -> Array | None:
    """uint8 H×W×3 or H×W×4, or None where OpenCV cannot read it."""
    place = stream.tell()
    stream.seek(0)
    data = stream.read()
    stream.seek(place)
    try:
        array = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error:
        return None
    if array is None or array.ndim != 3 or array.dtype != np.uint8:
        return None
    code = cv2.COLOR_BGRA2RGBA if array.shape[2] == 4 else cv2.COLOR_BGR2RGB
    cv2.cvtColor(array, code, dst=array)
    return array
