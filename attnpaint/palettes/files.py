"""Palette files, whose suffix tells the format."""

from collections.abc import Callable, Sequence
from pathlib import Path

from attnpaint.errors import AttnpaintError
from attnpaint.extract import Histogram
from attnpaint.extract.histogram import check_shape
from attnpaint.files import replacing
from attnpaint.palettes.adobe import read_aco, read_act, read_ase, write_aco, write_act, write_ase
from attnpaint.palettes.gpl import read_gpl, read_hex, write_gpl, write_hex
from attnpaint.palettes.json_file import read_plain, write_plain
from attnpaint.palettes.merge import spread
from attnpaint.palettes.swatch import Swatch, named

LARGEST = 1_000_000  # bytes; no palette is nearly as large
_READERS: dict[str, Callable[[bytes, str], list[Swatch]]] = {
    ".gpl": read_gpl,
    ".aco": read_aco,
    ".ase": read_ase,
    ".hex": read_hex,
    ".act": read_act,
}
_WRITERS: dict[str, Callable[[Sequence[Swatch], str], bytes]] = {
    ".gpl": write_gpl,
    ".aco": write_aco,
    ".ase": write_ase,
    ".hex": write_hex,
    ".act": write_act,
}
FOREIGN = (".clr", ".colors", ".kpl", ".pal", ".riff", ".soc", ".txt", ".xml")
NAMELESS = (".hex", ".act")
"""Formats that hold no weights: sixteen colours come back in their order, with equal weights."""
CARDS = (".svg", ".png")
READABLE = (".json", *_READERS)
WRITABLE = (".json", *_WRITERS, *CARDS)


def read_palette(path: str | Path) -> Histogram:
    """The palette in a .json, .gpl, .aco, .ase, .hex or .act file: four bands of four colours.

    What `write_palette` wrote comes back exactly, of NAMELESS without its weights; for palettes of other
    programs, of 1 to 256 colours, see `spread`. Raises AttnpaintError: missing, another format, damaged, or
    not of a palette's shape.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    check_readable(path)
    try:
        if path.is_file() and path.stat().st_size > LARGEST:
            raise AttnpaintError(f"{path} is too large for a palette", "check that it is one")
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise AttnpaintError(f"{path} does not exist", "check the path") from error
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
        raise AttnpaintError(f"{path} cannot be read ({reason})", "give a palette file") from error
    return read_palette_bytes(data, suffix, str(path))


def check_readable(path: Path) -> None:
    """AttnpaintError where `read_palette` has no format for it."""
    if path.suffix.lower() not in READABLE:
        raise AttnpaintError(f"{path} is no palette that can be read", f"give one of {' '.join(READABLE)}")


def read_palette_bytes(data: bytes, suffix: str, name: str) -> Histogram:
    """The same from a file's bytes. suffix: one of READABLE; name: what an AttnpaintError calls the file."""
    if len(data) > LARGEST:
        raise AttnpaintError(f"{name} is too large for a palette", "check that it is one")
    if suffix == ".json":
        return read_plain(data, name)
    return spread(_READERS[suffix](data, name), name)


def write_palette(path: str | Path, histogram: Histogram, name: str = "") -> None:
    """Write a palette as one of WRITABLE, its card among them (.svg, .png); whole or not at all.

    name: what programs show; by default the file's own. Raises AttnpaintError: unknown suffix, not four
    bands of four colours, folder missing or not writable.
    """
    path = Path(path)
    check_suffix(path)
    check_shape(histogram)
    title = (name or path.stem).encode(errors="replace").decode()
    data = palette_bytes(histogram, path.suffix.lower(), title)
    with replacing(path) as part:
        part.write_bytes(data)


def palette_bytes(histogram: Histogram, suffix: str, name: str) -> bytes:
    """The same as a file's bytes. suffix: one of WRITABLE."""
    if suffix == ".json":
        return write_plain(histogram, name)
    if suffix in CARDS:
        from attnpaint.palettes.card import png_card, svg_card  # they draw and need templates

        return (svg_card if suffix == ".svg" else png_card)(histogram, name)
    return _WRITERS[suffix](named(histogram), name)


def check_suffix(path: Path) -> None:
    """AttnpaintError where `write_palette` has no format for it."""
    if path.suffix.lower() not in WRITABLE:
        problem = f"{path.name} has no palette suffix that can be written"
        raise AttnpaintError(problem, f"use one of {' '.join(WRITABLE)}")
