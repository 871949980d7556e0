"""Photoshop's colour swatches (.aco), versions 1 and 2.

Source: Adobe Photoshop File Formats Specification, Color swatches. All numbers are big-endian, 16 bits:
version, count, then for each colour its space and four values; in version 2 its name too: length in 32 bits,
UTF-16, closed by 0. A file holds version 1, or 2, or 1 followed by 2. How grey counts: as in GIMP's reader.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from attnpaint.errors import AttnpaintError
from attnpaint.palettes import adobe_colors
from attnpaint.palettes.swatch import RGB, Swatch

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
                return adobe_colors.rgb(whole)
            case 1:
                return adobe_colors.hsb(whole)
            case 2:
                return adobe_colors.cmyk([1 - value for value in whole])
            case 7:
                return adobe_colors.lab(signed)
            case 8:  # how much black
                return adobe_colors.grey([1 - tenth[0]])
            case 9:
                return adobe_colors.cmyk(tenth)
        problem = f"{self.name} holds a colour of a colour book (space {space}), which has no values"
        raise AttnpaintError(problem, "change it to RGB and save again")
