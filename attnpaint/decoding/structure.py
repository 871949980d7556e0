"""How many parts a picture file is made of, told by its bytes alone: decoders list them all, one by one."""

import struct
from collections.abc import Iterator
from typing import BinaryIO

from attnpaint.decoding.bounds import USUAL, Bounds
from attnpaint.errors import PictureError

SEGMENTS = 10_000  # of a JPEG before its pixels; a profile or XMP of 100 MB has 2,000
_PNG = b"\x89PNG\r\n\x1a\n"
_LISTS = (273, 279, 324, 325)  # places and sizes of a TIFF's strips and tiles
_SIZES = {b"II*\0": "<", b"MM\0*": ">", b"II+\0": "<", b"MM\0+": ">"}


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
