"""Metadata of picture files: left out before decoding, orientation and colour profile aside."""

import re
import struct
import zlib
from io import BytesIO
from typing import BinaryIO

from PIL import Image

MAX_PROFILE = 16_000_000  # bytes
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"acTL", b"fcTL", b"fdAT")
_JPEG_DROPPED = (*range(0xE1, 0xE2), *range(0xE3, 0xEE), 0xEF, 0xFE)  # not JFIF, ICC, Adobe's colour
_WEBP_DROPPED = (b"EXIF", b"XMP ")
_ORIENTATION = 0x0112
_XMP = re.compile(rb"tiff:Orientation(?:=[\"']|>)\s*([1-8])")
TURNING = "exif", "xmp", "XML:com.adobe.xmp", "Raw profile type exif"
"""Pillow's names of what may tell an orientation; a TIFF's own tag does as well."""
_FLIPS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def bare(stream: BinaryIO) -> tuple[BytesIO, dict[str, bytes]] | None:
    """A PNG, JPEG or WebP with nothing but its pixels, and what of the rest counts, by Pillow's names.

    None for other formats. What is damaged or cut short in the pixels stays so.
    """
    stream.seek(0)
    head = stream.read(12)
    stream.seek(0)
    if head.startswith(_PNG):
        return _bare_png(stream.read())
    if head.startswith(b"\xff\xd8\xff"):
        return _bare_jpeg(stream.read()), {}
    if head[:4] == b"RIFF" and head[8:] == b"WEBP":
        return _bare_webp(stream.read()), {}
    return None


def _bare_png(data: bytes) -> tuple[BytesIO, dict[str, bytes]]:
    out, told, place = BytesIO(), {}, 8
    out.write(_PNG)
    while place + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, place)
        end = place + 12 + length
        if kind in _PNG_KEPT:
            out.write(memoryview(data)[place:end])
        elif kind == b"eXIf":
            told["exif"] = data[place + 8 : end - 4]
        elif kind == b"iCCP" and (profile := _inflated(data[place + 8 : end - 4])):
            told["icc_profile"] = profile
        if kind == b"IEND":
            break
        place = end
    out.seek(0)
    return out, told


def _inflated(chunk: bytes) -> bytes:
    """The profile in an iCCP chunk; empty where there is none that can be unpacked."""
    _, _, rest = chunk.partition(b"\0")
    try:
        profile = zlib.decompressobj().decompress(rest[1:], MAX_PROFILE + 1)
    except zlib.error:
        return b""
    return profile if len(profile) <= MAX_PROFILE else b""


def _bare_jpeg(data: bytes) -> BytesIO:
    out, place = BytesIO(), 2
    out.write(data[:2])
    while place + 4 <= len(data) and data[place] == 0xFF and data[place + 1] != 0xDA:
        kind = data[place + 1]
        if kind == 0xFF:
            place += 1
            continue
        end = place + 2 + int.from_bytes(data[place + 2 : place + 4], "big")
        if kind not in _JPEG_DROPPED:
            out.write(data[place:end])
        elif kind == 0xE1 and (turn := orientation_in(data[place + 4 : end])) > 1:
            out.write(_exif_segment(turn))
        place = end
    out.write(memoryview(data)[place:])
    out.seek(0)
    return out


def _exif_segment(turn: int) -> bytes:
    """APP1 that tells the orientation and nothing else."""
    body = b"Exif\0\0MM\0*\0\0\0\x08\0\x01" + struct.pack(">HHIHHI", _ORIENTATION, 3, 1, turn, 0, 0)
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _bare_webp(data: bytes) -> BytesIO:
    chunks, place = [], 12
    while place + 8 <= len(data):
        kind, length = struct.unpack_from("<4sI", data, place)
        end = place + 8 + length + length % 2
        chunk = data[place:end]
        if kind == b"VP8X" and len(chunk) > 8:  # its flags say that there is EXIF and XMP
            chunk = chunk[:8] + bytes([chunk[8] & ~0x0C]) + chunk[9:]
        if kind not in _WEBP_DROPPED:
            chunks.append(chunk)
        place = end
    body = b"".join(chunks)
    return BytesIO(b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body)


def orientation(image: Image.Image) -> int:
    """1 to 8 as EXIF counts them, from EXIF, a TIFF's own tag or XMP; 1 where none of it can be read."""
    tags = getattr(image, "tag_v2", None)
    if tags is not None and image.format == "TIFF":
        turn = tags.get(_ORIENTATION, 1)
        return turn if isinstance(turn, int) and 1 <= turn <= 8 else 1
    exif = image.info.get("exif") or _raw_exif(image)
    turn = orientation_in(exif) if isinstance(exif, bytes) else 0
    if turn:
        return turn
    xmp = image.info.get("XML:com.adobe.xmp") or image.info.get("xmp") or b""
    found = _XMP.search(xmp.encode(errors="replace") if isinstance(xmp, str) else bytes(xmp))
    return int(found[1]) if found else 1


def _raw_exif(image: Image.Image) -> bytes:
    """EXIF as ImageMagick writes it into a PNG's text: hexadecimal, in lines."""
    text = image.info.get("Raw profile type exif", "")
    try:
        return bytes.fromhex("".join(text.split("\n")[3:]))
    except (ValueError, AttributeError):
        return b""


def orientation_in(exif: bytes) -> int:
    """1 to 8, or 0 where the EXIF data do not tell it or are damaged before they do."""
    body = exif.removeprefix(b"Exif\0\0")
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(body[:4])
    if order is None:
        return 0
    try:
        (start,) = struct.unpack_from(f"{order}I", body, 4)
        (count,) = struct.unpack_from(f"{order}H", body, start)
        for place in range(start + 2, start + 2 + 12 * count, 12):
            tag, kind = struct.unpack_from(f"{order}HH", body, place)
            if tag == _ORIENTATION:
                (turn,) = struct.unpack_from(f"{order}{'I' if kind == 4 else 'H'}", body, place + 8)
                return int(turn) if 1 <= turn <= 8 else 0
    except struct.error:
        pass
    return 0


def upright(image: Image.Image) -> Image.Image:
    """The image as its orientation wants it seen."""
    turn = _FLIPS.get(orientation(image))
    return image if turn is None else image.transpose(turn)
