"""Adobe Swatch Exchange (.ase), of Photoshop, Illustrator and InDesign.

Adobe publishes no description; this follows what others found (Carl Camera; Olivier Berten, selapa.net).
Numbers are big-endian: "ASEF", version 1.0, the number of blocks; a block: kind in 16 bits, length in 32,
content. A colour: name (length in 16 bits, UTF-16, closed by 0), space in four letters, floats, 16 bits more.
"""

import math
import struct
from collections.abc import Sequence

from attnpaint.errors import AttnpaintError
from attnpaint.palettes import adobe_colors
from attnpaint.palettes.swatch import RGB, Swatch

_MAGIC, _VERSION = b"ASEF", (1, 0)
_COLOR, _GROUP, _END = 0x0001, 0xC001, 0xC002
_NORMAL = 2  # neither spot nor global
_SPACES = {b"RGB ": 3, b"CMYK": 4, b"LAB ": 3, b"GRAY": 1}
_REMEDY = "save it again as Adobe Swatch Exchange"


def write_ase(swatches: Sequence[Swatch], name: str) -> bytes:
    """One group called `name` of RGB colours."""
    blocks = [_block(_GROUP, _text(name))]
    for swatch in swatches:
        values = (level / 255 for level in swatch.color)
        blocks.append(_block(_COLOR, _text(swatch.name) + struct.pack(">4s3fH", b"RGB ", *values, _NORMAL)))
    blocks.append(_block(_END, b""))
    return _MAGIC + struct.pack(">2HI", *_VERSION, len(blocks)) + b"".join(blocks)


def read_ase(data: bytes, name: str) -> list[Swatch]:
    """Its colours, groups left out: RGB, CMYK, Lab or grey. AttnpaintError where it is none or cut short."""
    if data[:4] != _MAGIC:
        problem = f"{name} is no Adobe Swatch Exchange file"
        raise AttnpaintError(problem, "Aseprite's pictures end in .ase too; save their palette as .gpl")
    try:
        (count,) = struct.unpack_from(">I", data, 8)
        at, swatches = 12, []
        for _ in range(count):
            kind, length = struct.unpack_from(">HI", data, at)
            body = data[at + 6 : at + 6 + length]
            if len(body) < length:
                raise struct.error
            at += 6 + length
            if kind == _COLOR:
                swatches.append(_swatch(body))
    except (struct.error, KeyError, ValueError) as error:
        raise AttnpaintError(f"{name} is damaged or cut short", _REMEDY) from error
    return swatches


def _swatch(body: bytes) -> Swatch:
    (length,) = struct.unpack_from(">H", body)
    at = 2 + 2 * length
    text = body[2:at].decode("utf-16-be", errors="replace").rstrip("\0")
    space = body[at : at + 4].upper()
    values = struct.unpack_from(f">{_SPACES[space]}f", body, at + 4)
    if not all(math.isfinite(value) for value in values):
        raise ValueError
    return Swatch(_color(space, values), text)


def _color(space: bytes, values: Sequence[float]) -> RGB:
    if space == b"LAB ":
        return adobe_colors.lab((100 * values[0], *values[1:]))
    return {b"RGB ": adobe_colors.rgb, b"CMYK": adobe_colors.cmyk, b"GRAY": adobe_colors.grey}[space](values)


def _block(kind: int, body: bytes) -> bytes:
    return struct.pack(">HI", kind, len(body)) + body


def _text(text: str) -> bytes:
    words = text.encode("utf-16-be") + b"\0\0"
    return struct.pack(">H", len(words) // 2) + words
