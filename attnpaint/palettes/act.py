"""Photoshop's colour tables (.act): 256 colours, and in newer files how many of them are meant.

Source: Adobe Photoshop File Formats Specification, Color table.
"""

import struct
from collections.abc import Sequence

from attnpaint.errors import AttnpaintError
from attnpaint.palettes.swatch import Swatch

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
