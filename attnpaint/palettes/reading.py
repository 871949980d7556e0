"""The one way from a reference (a picture, a palette file, standard input) to its colours."""

import sys
from pathlib import Path

from attnpaint.extract import FIGURE, Histogram, Method, measure
from attnpaint.images import Picture, Source, read_noted
from attnpaint.palettes.files import READABLE, check_readable, is_foreign, read_palette, read_palette_bytes
from attnpaint.palettes.swatch import check_shape

STANDARD_INPUT = "-"


def read_reference(source: Source | Histogram, name: str = "") -> tuple[Picture | Histogram, tuple[str, ...]]:
    """A picture uint8 H×W×{3,4} or, as the suffix tells, a palette; and what is to be told of it.

    source: a path, - for a picture from standard input, a file's bytes, an open file, an array, or a palette.
    name: of bytes, for their suffix and for messages.
    Raises AttnpaintError (PictureError for a picture) for what cannot be read, names the formats for palettes
    of other programs, and for a palette that is not four bands of four colours.
    """
    if isinstance(source, Histogram):
        return check_shape(source), ()
    path = Path(source if isinstance(source, (str, Path)) else name)
    if is_foreign(path):
        check_readable(path)
    if path.suffix.lower() in READABLE and isinstance(source, bytes):
        return read_palette_bytes(source, path.suffix.lower(), name), ()
    if path.suffix.lower() in READABLE and isinstance(source, (str, Path)):
        return read_palette(path), ()
    piped = isinstance(source, (str, Path)) and str(source) == STANDARD_INPUT
    return read_noted(sys.stdin.buffer if piped else source)


def to_palette(reference: Picture | Histogram, method: Method = FIGURE) -> Histogram:
    """A picture's colours, measured: the figure's, if not asked otherwise; a palette as it is."""
    if isinstance(reference, Histogram):
        return reference
    return measure(reference, method)
