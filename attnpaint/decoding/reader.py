"""One way from the bytes of a picture file to its pixels.

Its size, cost and number of parts are held against bounds before any pixel is decoded.
"""

import ctypes
import logging
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from itertools import islice
from typing import Any, BinaryIO

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, TiffImagePlugin, _imaging

from attnpaint.decoding.ancillary import TURNING, bare, orientation, upright
from attnpaint.decoding.depths import grey_of, is_deep
from attnpaint.decoding.profiles import to_srgb
from attnpaint.errors import PictureError

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF", "PPM")
LARGE = 16_000_000  # px; a WebP over that is decoded without a second canvas

MAX_PIXELS = 100_000_000
MAX_BYTES = 2**30
MAX_SCANS = 100
_PROGRESSIVE = (0xC2, 0xC6, 0xCA, 0xCE)
_CHUNK = 1 << 20
SEGMENTS = 10_000  # of a JPEG before its pixels; a profile or XMP of 100 MB has 2,000
_PNG = b"\x89PNG\r\n\x1a\n"
_LISTS = (273, 279, 324, 325)  # places and sizes of a TIFF's strips and tiles
_SIZES = {b"II*\0": "<", b"MM\0*": ">", b"II+\0": "<", b"MM\0+": ">"}

Array = npt.NDArray[Any]
_PLAIN = {"RGBa": "RGBA", "La": "LA", "1": "L"}
_PLAIN_8 = ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK")
_PROFILED = ("L", "LA", "RGB", "RGBA", "CMYK")


@dataclass(frozen=True)
class Bounds:
    """scans: of a progressive JPEG, of which encoders write about ten; work: scans times pixels.

    pieces: strips or tiles of a TIFF; least_piece: px that a tile of a small picture may have.
    """

    pixels: int = MAX_PIXELS
    bytes: int = MAX_BYTES
    scans: int = MAX_SCANS
    work: int = 2_000_000_000
    pieces: int = 100_000
    least_piece: int = 4_000_000


USUAL = Bounds()
"""For files that a person names; a server, which reads what others send, gives tighter ones."""


logging.getLogger("PIL").addHandler(logging.NullHandler())  # it prints where a program has set up none


@cache
def _keep_libtiff_quiet() -> None:
    """Before a TIFF is read: libtiff prints on the terminal's own stream. Changes nothing where Pillow's
    cannot be reached.
    """
    with suppress(OSError, AttributeError, TypeError):
        libraries = ctypes.CDLL(_imaging.__file__)  # with all that it is linked to
        for name in ("TIFFSetErrorHandler", "TIFFSetWarningHandler"):
            handler = getattr(libraries, name)
            handler.argtypes, handler.restype = [ctypes.c_void_p], ctypes.c_void_p
            handler(None)


def read_stream(stream: BinaryIO, name: str, bounds: Bounds = USUAL) -> tuple[Array, str]:
    """Pixels as `decode` gives them. Raises PictureError over a limit, and whatever decoders raise.

    Where that fails for what stands beside the pixels, they are read without it.
    """
    if not (hasattr(stream, "seekable") and stream.seekable()):
        stream = BytesIO(stream.read())
    size = stream.seek(0, 2)
    stream.seek(0)
    if size > bounds.bytes:
        problem = f"{name} is a file of more than {bounds.bytes >> 20} MiB"
        raise PictureError(problem, "make it smaller first")
    check_structure(stream, name, bounds)
    try:
        with Image.open(stream, formats=FORMATS) as image:
            return decode(image, stream, name, bounds)
    except (PictureError, MemoryError, Image.DecompressionBombError):
        raise
    except Exception as error:
        found, first = _bare_image(stream), error
        if found is None:
            raise
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


def check_cost(image: Image.Image, stream: BinaryIO | None, name: str, bounds: Bounds = USUAL) -> None:
    """PictureError for too many pixels, scans, strips or tiles, or tiles far larger than the picture.

    stream: the file that the image was opened from, left where it stands; None for others.
    """
    if image.width * image.height > bounds.pixels:
        raise too_large(name, image.width, image.height, bounds.pixels)
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        _keep_libtiff_quiet()
        _check_pieces(image, name, bounds)
    if stream is not None and image.format in ("JPEG", "MPO"):
        scans, most = count_scans(stream), bounds.scans
        if scans > 1:
            most = min(most, bounds.work // max(1, image.width * image.height))
        if scans > most:
            problem = f"{name} is a progressive JPEG of {scans} scans, over the limit of {most}"
            raise PictureError(problem, "save it again as a plain JPEG or PNG")


def count_scans(stream: BinaryIO) -> int:
    """The scans of a progressive JPEG's first picture; 1 for any other. The stream stays where it is."""
    place = stream.tell()
    try:
        stream.seek(2)
        progressive = False
        while len(head := stream.read(2)) == 2 and head[0] == 0xFF:
            kind = head[1]
            if kind == 0xFF:  # filling
                stream.seek(-1, 1)
                continue
            if kind == 0xDA:
                return 1 + (_later_scans(stream) if progressive else 0)
            progressive = progressive or kind in _PROGRESSIVE
            stream.seek(max(0, int.from_bytes(stream.read(2), "big") - 2), 1)
        return 1
    finally:
        stream.seek(place)


def _later_scans(stream: BinaryIO) -> int:
    """Marker 0xFFDA from here to the picture's end: data between markers never hold one."""
    scans, last = 0, b""
    while data := stream.read(_CHUNK):
        data = last + data
        end = data.find(b"\xff\xd9")
        scans += data.count(b"\xff\xda", 0, end if end >= 0 else len(data))
        if end >= 0 or scans > 1000 * MAX_SCANS:
            break
        last = data[-1:] if data[-1:] == b"\xff" else b""
    return scans


def _check_pieces(image: TiffImagePlugin.TiffImageFile, name: str, bounds: Bounds) -> None:
    tags = image.tag_v2
    width, height = (_whole(tags.get(tag)) for tag in (322, 323))
    allowed = min(bounds.pixels, max(bounds.least_piece, 4 * image.width * image.height))
    if width * height > allowed:
        problem = f"{name} is a TIFF of {image.width}×{image.height} pixels in tiles of {width}×{height}"
        raise PictureError(problem, "save it again without tiles")
    pieces = max(len(offsets) if isinstance(offsets := tags.get(tag), tuple) else 0 for tag in (273, 324))
    if pieces > bounds.pieces:
        problem = f"{name} is a TIFF in {pieces} pieces, over the limit of {bounds.pieces}"
        raise PictureError(problem, "save it again in fewer strips or tiles")


def _whole(value: object) -> int:
    """A tag's number; 0 where it is none."""
    if isinstance(value, tuple) and value:
        value = value[0]
    return int(value) if isinstance(value, int) else 0


def too_large(name: str, width: int = 0, height: int = 0, most: int = MAX_PIXELS) -> PictureError:
    """The error of a picture of more than `most` pixels; without a size, of one far over it."""
    size = f"{width}×{height} pixels" if width else "far more pixels than that"
    limit = f"{most / 1e6:g} megapixels"
    return PictureError(f"{name} is over the limit of {limit} ({size})", "make it smaller first")


def check_structure(stream: BinaryIO, name: str, bounds: Bounds = USUAL) -> None:
    """PictureError for a PNG, JPEG or TIFF of more parts than `bounds` allows. The stream stays where it is.

    What is damaged ends here in silence: the decoder tells it.
    """
    place, most = stream.tell(), bounds.pieces
    try:
        head = stream.read(8)
        if head == _PNG:
            chunks, kind = 0, b""
            while kind != b"IEND" and len(head := stream.read(8)) == 8:
                length, kind = struct.unpack(">I4s", head)
                chunks += 1
                if chunks > most:
                    raise PictureError(f"{name} is a PNG of more than {most} chunks", "save it again")
                stream.seek(length + 4, 1)
        elif head[:3] == b"\xff\xd8\xff":
            most = min(SEGMENTS, most)
            stream.seek(place + 2)
            if next(islice(_segments(stream), most, None), None):
                raise PictureError(f"{name} is a JPEG of more than {most} segments", "save it again")
        elif head[:4] in _SIZES:
            pieces = _pieces(stream, place, head)
            if pieces > most:
                problem = f"{name} is a TIFF in {pieces} pieces, over the limit of {most}"
                raise PictureError(problem, "save it again in fewer strips or tiles")
    finally:
        stream.seek(place)


def _segments(stream: BinaryIO) -> Iterator[bytes]:
    """The markers of a JPEG before its pixels."""
    while len(head := stream.read(4)) == 4 and head[0] == 0xFF and head[1] != 0xDA:
        if head[1] == 0xFF:  # filling
            stream.seek(-3, 1)
        else:
            stream.seek(max(2, int.from_bytes(head[2:], "big")) - 2, 1)
        yield head[:2]


def _pieces(stream: BinaryIO, begin: int, head: bytes) -> int:
    """The strips or tiles that a TIFF's first directory tells of; 0 where it is damaged."""
    order, big = _SIZES[head[:4]], head[2:3] == b"+" or head[3:4] == b"+"
    try:
        if big:
            (start,) = struct.unpack(f"{order}Q", stream.read(8))
        else:
            (start,) = struct.unpack(f"{order}I", head[4:])
        stream.seek(begin + start)
        (count,) = struct.unpack(f"{order}{'Q' if big else 'H'}", stream.read(8 if big else 2))
        most, size, form = 0, 20 if big else 12, f"{order}HH{'Q' if big else 'I'}"
        for _ in range(min(count, 65_535)):
            tag, _, values = struct.unpack(form, stream.read(size)[: struct.calcsize(form)])
            most = max(most, values if tag in _LISTS else 0)
        return most
    except (struct.error, ValueError, OverflowError, OSError):
        return 0
