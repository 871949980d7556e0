"""Limits of picture files, told by their bytes before any pixel is decoded: size, cost, number of parts."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image, TiffImagePlugin

from attnpaint.errors import PictureError

MAX_PIXELS = 100_000_000
MAX_BYTES = 2**30
MAX_SCANS = 100
_PROGRESSIVE = (0xC2, 0xC6, 0xCA, 0xCE)
_CHUNK = 1 << 20
SEGMENTS = 10_000  # of a JPEG before its pixels; a profile or XMP of 100 MB has 2,000
_PNG = b"\x89PNG\r\n\x1a\n"
_LISTS = (273, 279, 324, 325)  # places and sizes of a TIFF's strips and tiles
_SIZES = {b"II*\0": "<", b"MM\0*": ">", b"II+\0": "<", b"MM\0+": ">"}


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


def check_bytes(stream: BinaryIO, name: str, bounds: Bounds = USUAL) -> None:
    """PictureError where there are too many of them."""
    size = stream.seek(0, 2)
    stream.seek(0)
    if size > bounds.bytes:
        problem = f"{name} is a file of more than {bounds.bytes >> 20} MiB"
        raise PictureError(problem, "make it smaller first")


def check_cost(image: Image.Image, stream: BinaryIO | None, name: str, bounds: Bounds = USUAL) -> None:
    """PictureError for too many pixels, scans, strips or tiles, or tiles far larger than the picture.

    stream: the file that the image was opened from, left where it stands; None for others.
    """
    if image.width * image.height > bounds.pixels:
        raise too_large(name, image.width, image.height, bounds.pixels)
    if isinstance(image, TiffImagePlugin.TiffImageFile):
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
    place = stream.tell()
    try:
        head = stream.read(8)
        if head == _PNG:
            _count(_chunks(stream), bounds.pieces, f"{name} is a PNG of more than {bounds.pieces} chunks")
        elif head[:3] == b"\xff\xd8\xff":
            most = min(SEGMENTS, bounds.pieces)
            stream.seek(place + 2)
            _count(_segments(stream), most, f"{name} is a JPEG of more than {most} segments")
        elif head[:4] in _SIZES:
            pieces = _pieces(stream, place, head)
            if pieces > bounds.pieces:
                problem = f"{name} is a TIFF in {pieces} pieces, over the limit of {bounds.pieces}"
                raise PictureError(problem, "save it again in fewer strips or tiles")
    finally:
        stream.seek(place)


def _count(parts: Iterator[bytes], most: int, problem: str) -> None:
    for number, _ in enumerate(parts, 1):
        if number > most:
            raise PictureError(problem, "save it again")


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    """The kinds of a PNG's chunks."""
    while len(head := stream.read(8)) == 8:
        length, kind = struct.unpack(">I4s", head)
        yield kind
        if kind == b"IEND":
            return
        stream.seek(length + 4, 1)


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
