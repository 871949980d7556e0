"""Lospec's .hex palettes, which Aseprite and most pixel editors read: a colour a line, RRGGBB, no names."""

from collections.abc import Sequence

from attnpaint.errors import AttnpaintError
from attnpaint.palettes.swatch import Swatch, from_hex, to_hex
from attnpaint.text_files import decode, lines_of


def write_hex(swatches: Sequence[Swatch], name: str) -> bytes:
    """The format has no place for names: weights are lost, the order stays."""
    return "".join(f"{to_hex(swatch.color)[1:]}\n" for swatch in swatches).encode()


def read_hex(data: bytes, name: str) -> list[Swatch]:
    """Its colours; lines that are empty or begin with a semicolon are left out. AttnpaintError where a line
    is no colour."""
    try:
        lines = lines_of(decode(data))
    except UnicodeDecodeError as error:
        raise AttnpaintError(f"{name} is no text", "save the palette as plain .hex") from error
    swatches: list[Swatch] = []
    for i, line in enumerate(lines, 1):
        text = line.strip()
        if not text or text.startswith(";"):
            continue
        try:
            swatches.append(Swatch(from_hex(text)))
        except AttnpaintError as error:
            raise AttnpaintError(f"line {i} of {name} is no colour", "write it as rrggbb") from error
    return swatches
