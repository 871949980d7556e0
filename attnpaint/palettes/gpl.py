"""Palettes as lines of text: GIMP's (.gpl), which Krita, Inkscape and MyPaint read too, and Lospec's (.hex).

.gpl: GIMP Palette Format Version 2, developer.gimp.org/core/standards/gpl. .hex, which Aseprite and most
pixel editors read: a colour a line, RRGGBB, no names.
"""

from collections.abc import Sequence

from attnpaint.errors import AttnpaintError
from attnpaint.palettes.swatch import RANKS, Swatch, from_hex, to_hex
from attnpaint.text_files import decode, lines_of, marked

_MAGIC = "GIMP Palette"


def write_gpl(swatches: Sequence[Swatch], name: str) -> bytes:
    """UTF-8 text, four colours in a row where a program shows it so."""
    lines = [_MAGIC, f"Name: {_line(name)}", f"Columns: {RANKS}", "#"]
    for swatch in swatches:
        red, green, blue = swatch.color
        lines.append(f"{red:3d} {green:3d} {blue:3d}\t{_line(swatch.name)}")
    return ("\n".join(lines) + "\n").encode()


def read_gpl(data: bytes, name: str) -> list[Swatch]:
    """Its colours; an alpha, which Aseprite may add, is left out. AttnpaintError where it is none."""
    encoding = marked(data)
    if encoding not in (None, "utf-8-sig"):  # which no program reads
        raise AttnpaintError(f"{name} is in {str(encoding).upper()}", "save the palette as UTF-8")
    lines = lines_of(data.decode("utf-8-sig", errors="replace"))
    if not lines or lines[0].strip() != _MAGIC:
        raise AttnpaintError(f"{name} is no GIMP palette", f'its first line has to be "{_MAGIC}"')
    swatches: list[Swatch] = []
    numbers = 3
    for i, line in enumerate(lines[1:], 2):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not swatches and line.lstrip()[0].isalpha():  # Name:, Columns:, Channels:
            numbers = 4 if line.replace(" ", "").lower() == "channels:rgba" else numbers
            continue
        words = line.split(maxsplit=numbers)
        levels = [_level(word) for word in words[:numbers]]
        if len(levels) < numbers or max(levels) > 255:
            raise AttnpaintError(
                f"line {i} of {name} is no colour", "write it as R G B, each 0 to 255, and a name"
            )
        swatches.append(Swatch((levels[0], levels[1], levels[2]), "".join(words[numbers:])))
    return swatches


def _level(word: str) -> int:
    """256 for what is none."""
    return int(word) if word.isascii() and word.isdigit() and len(word) < 10 else 256


def _line(text: str) -> str:
    return " ".join(text.split())


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
