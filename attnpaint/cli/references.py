"""The references of one drawing or of many: each measured once, and no more than one picture held."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from attnpaint.cli.measured import Measured, read_reference
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
        self.measured = Measured()

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
            self.pictures[key] = read_reference(reference.path)
        return self.pictures[key]

    def palette(self, refs: Sequence[str]) -> "Histogram":
        """The colours of the one picture, or of palette files and several."""
        from attnpaint.extract import measure

        key = tuple(refs)
        if key not in self.palettes:
            picture = self.picture(key)
            if len(self.palettes) >= PALETTES:
                del self.palettes[next(iter(self.palettes))]
            self.palettes[key] = self._gathered(key) if picture is None else measure(picture)
        return self.palettes[key]

    def _gathered(self, refs: Sequence[str]) -> "Histogram":
        from attnpaint.palettes.mix import gather, parse_reference

        given = [parse_reference(text) for text in refs]
        found = self.measured.of([reference.path for reference in given])
        return gather([(found[reference.path], reference.bands, reference.weight) for reference in given])
