"""Adobe's files of colours: swatches of Photoshop (.aco), Swatch Exchange (.ase), colour tables (.act).

.aco and .act: Adobe Photoshop File Formats Specification, Color swatches and Color table. Numbers of .aco are
big-endian, 16 bits: version, count, then for each colour its space and four values; in version 2 its name
too: length in 32 bits, UTF-16, closed by 0. A file holds version 1, or 2, or 1 followed by 2. How grey
counts: as in GIMP's reader. .act: 256 colours, and in newer files how many of them are meant.
.ase: Adobe publishes no description; this follows what others found (Carl Camera; Olivier Berten,
selapa.net). Numbers are big-endian: "ASEF", version 1.0, the number of blocks; a block: kind in 16 bits,
length in 32, content. A colour: name (length in 16 bits, UTF-16, closed by 0), space in four letters, floats,
16 bits more.
"""

import colorsys
import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from attnpaint.errors import AttnpaintError
from attnpaint.palettes.swatch import RGB, Swatch

_WHITE = (0.96422, 1.0, 0.82521)  # D50, to which Adobe's Lab refers
# Bruce Lindbloom: XYZ under D50 to linear sRGB, adapted to D65 after Bradford.
_TO_SRGB = np.array(
    [
        [3.1338561, -1.6168667, -0.4906146],
        [-0.9787684, 1.9161415, 0.0334540],
        [0.0719453, -0.2289914, 1.4052427],
    ]
)


def rgb(values: Sequence[float]) -> RGB:
    """sRGB, 0 to 1; what lies outside is clipped."""
    red, green, blue = (round(min(max(value, 0.0), 1.0) * 255) for value in values[:3])
    return red, green, blue


def hsb(values: Sequence[float]) -> RGB:
    """Hue, saturation, brightness, 0 to 1."""
    return rgb(colorsys.hsv_to_rgb(*values[:3]))


def cmyk(values: Sequence[float]) -> RGB:
    """Inks, 1 is full. Without the printer's profile this is what a screen shows, not paper."""
    black = 1 - values[3]
    return rgb([(1 - ink) * black for ink in values[:3]])


def grey(values: Sequence[float]) -> RGB:
    """0 black, 1 white."""
    return rgb([values[0]] * 3)


def lab(values: Sequence[float]) -> RGB:
    """CIE Lab under D50: L 0 to 100, a and b -128 to 127."""
    lightness, a, b = values[:3]
    middle = (lightness + 16) / 116
    powers = np.array([middle + a / 500, middle, middle - b / 200])
    xyz = np.where(powers > 6 / 29, powers**3, 3 * (6 / 29) ** 2 * (powers - 4 / 29)) * _WHITE
    linear = (_TO_SRGB @ xyz).clip(0, 1)
    return rgb(np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055).tolist())


_REMEDY = "save it again as Adobe Color Swatch"


def write_aco(swatches: Sequence[Swatch], name: str) -> bytes:
    """Version 1, for old programs, then version 2. The format has no place for the palette's name."""
    plain, told = bytearray(), bytearray()
    for swatch in swatches:
        color = struct.pack(">5H", 0, *(257 * level for level in swatch.color), 0)
        text = swatch.name.encode("utf-16-be") + b"\0\0"
        plain += color
        told += color + struct.pack(">I", len(text) // 2) + text
    count = len(swatches)
    return struct.pack(">2H", 1, count) + plain + struct.pack(">2H", 2, count) + told


def read_aco(data: bytes, name: str) -> list[Swatch]:
    """Its colours, with names where it holds any: RGB, HSB, CMYK, Lab or grey.

    AttnpaintError where it is none, is cut short, or holds colours of a colour book, which have no values.
    """
    reader = _Reader(data, name)
    version = reader.number()
    if version not in (1, 2):
        raise AttnpaintError(f"{name} is no Adobe colour swatch", _REMEDY)
    swatches = reader.swatches(version == 2)
    if version == 1 and data[reader.at : reader.at + 2] == b"\0\2":
        reader.number()
        return reader.swatches(True)
    return swatches


@dataclass
class _Reader:
    data: bytes
    name: str
    at: int = 0

    def take(self, count: int) -> bytes:
        part = self.data[self.at : self.at + count]
        if len(part) < count:
            raise AttnpaintError(f"{self.name} is cut short", _REMEDY)
        self.at += count
        return part

    def number(self) -> int:
        return int.from_bytes(self.take(2), "big")

    def swatches(self, names: bool) -> list[Swatch]:
        return [Swatch(self.color(), self.text() if names else "") for _ in range(self.number())]

    def text(self) -> str:
        count = int.from_bytes(self.take(4), "big")
        return self.take(2 * count).decode("utf-16-be", errors="replace").rstrip("\0")

    def color(self) -> RGB:
        space, *values = struct.unpack(">5H", self.take(10))
        whole = [value / 65535 for value in values]
        tenth = [value / 10000 for value in values]
        signed = [(value - 65536 if value > 32767 else value) / 100 for value in values]
        match space:
            case 0:
                return rgb(whole)
            case 1:
                return hsb(whole)
            case 2:
                return cmyk([1 - value for value in whole])
            case 7:
                return lab(signed)
            case 8:  # how much black
                return grey([1 - tenth[0]])
            case 9:
                return cmyk(tenth)
        problem = f"{self.name} holds a colour of a colour book (space {space}), which has no values"
        raise AttnpaintError(problem, "change it to RGB and save again")


_MAGIC, _VERSION = b"ASEF", (1, 0)
_COLOR, _GROUP, _END = 0x0001, 0xC001, 0xC002
_NORMAL = 2  # neither spot nor global
_SPACES = {b"RGB ": 3, b"CMYK": 4, b"LAB ": 3, b"GRAY": 1}
_ASE_REMEDY = "save it again as Adobe Swatch Exchange"


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
        raise AttnpaintError(f"{name} is damaged or cut short", _ASE_REMEDY) from error
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
        return lab((100 * values[0], *values[1:]))
    return {b"RGB ": rgb, b"CMYK": cmyk, b"GRAY": grey}[space](values)


def _block(kind: int, body: bytes) -> bytes:
    return struct.pack(">HI", kind, len(body)) + body


def _text(text: str) -> bytes:
    words = text.encode("utf-16-be") + b"\0\0"
    return struct.pack(">H", len(words) // 2) + words


COLORS = 256
TABLE = 3 * COLORS  # bytes


def write_act(swatches: Sequence[Swatch], name: str) -> bytes:
    """The format has no place for names: weights are lost, the order stays."""
    table = b"".join(bytes(swatch.color) for swatch in swatches)
    return table.ljust(TABLE, b"\0") + struct.pack(">2H", len(swatches), 0xFFFF)  # none is transparent


def read_act(data: bytes, name: str) -> list[Swatch]:
    """Its colours; where it does not say how many, black at the end is taken for padding.

    AttnpaintError where its length is not that of a colour table.
    """
    if len(data) not in (TABLE, TABLE + 4):
        raise AttnpaintError(f"{name} is no colour table", "save it again as Color Table")
    count = int.from_bytes(data[TABLE : TABLE + 2], "big")
    if not 1 <= count <= COLORS:
        count = max(1, -(-len(data[:TABLE].rstrip(b"\0")) // 3))
    return [Swatch((data[3 * i], data[3 * i + 1], data[3 * i + 2])) for i in range(count)]
