"""The references of one drawing or of many: each measured once, and no more than one picture held."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attnpaint.cli.checks import tell_if_transparent
from attnpaint.errors import UsageError

if TYPE_CHECKING:
    from attnpaint.extract import Histogram
    from attnpaint.images import Picture
    from attnpaint.inference.requirements import Requirements

PALETTES = 64  # kept at most, for references that come again


class References:
    """What is read of references, as the user writes them, for a model that needs so much of them.

    All raise AttnpaintError for what cannot be read.
    """

    def __init__(self, needs: "Requirements") -> None:
        self.needs = needs
        self.pictures: dict[tuple[str, ...], Picture] = {}  # the last one read
        self.palettes: dict[tuple[str, ...], Histogram] = {}  # the last ones, the oldest first

    def given(self, refs: Sequence[str]) -> "Picture | Histogram | None":
        """What the model is given: the palette, or the picture itself where its style is looked at, or where
        its colours are in it."""
        if not refs or not self.needs.reference:
            return None
        if self.needs.places and not self.needs.style:
            shown = self.picture(refs)
            return self.palette(refs) if shown is None else shown
        if not self.needs.style:
            return self.palette(refs)
        picture = self.picture(refs)
        if picture is None:
            problem = f"{self.needs.name} looks at the style of one reference"
            raise UsageError(problem, "give one picture, without bands")
        return picture

    def picture(self, refs: Sequence[str]) -> "Picture | None":
        """The one reference picture, if it is one and is looked at."""
        from attnpaint.palettes.files import READABLE
        from attnpaint.palettes.mix import parse_reference

        key = tuple(refs)
        if key not in self.pictures:
            if len(key) != 1 or not self.needs.reference:
                return None
            reference = parse_reference(key[0])
            if reference.bands or reference.path.suffix.lower() in READABLE:
                return None
            self.pictures.clear()
            self.pictures[key] = _read(reference.path)
        return self.pictures[key]

    def palette(self, refs: Sequence[str]) -> "Histogram":
        """The colours of the one picture, or of palette files and several."""
        from attnpaint.extract import measure

        key = tuple(refs)
        if key not in self.palettes:
            picture = self.picture(key)
            if len(self.palettes) >= PALETTES:
                del self.palettes[next(iter(self.palettes))]
            self.palettes[key] = _gathered(key) if picture is None else measure(picture)
        return self.palettes[key]


def _gathered(refs: Sequence[str]) -> "Histogram":
    from attnpaint.extract import measure
    from attnpaint.palettes.files import READABLE, read_palette
    from attnpaint.palettes.mix import Part, gather, parse_reference

    parts: list[Part] = []
    for reference in map(parse_reference, refs):
        file = reference.path
        found = read_palette(file) if file.suffix.lower() in READABLE else measure(_read(file))
        parts.append((found, reference.bands, reference.weight))
    return gather(parts)


def _read(reference: Path) -> "Picture":
    from attnpaint.images import read_noted
    from attnpaint.palettes.files import check_readable, is_foreign

    if is_foreign(reference):
        check_readable(reference)
    picture, notes = read_noted(sys.stdin.buffer if str(reference) == "-" else reference)
    for note in notes:
        print(f"{reference}: {note}", file=sys.stderr)
    tell_if_transparent(reference, picture)
    return picture
