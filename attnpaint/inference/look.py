"""How a painting is to look: finish, strength, gap, changes of the palette. Needs no torch."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from attnpaint.extract import Histogram
    from attnpaint.inference.drawing import Invert
    from attnpaint.palettes.edit import Swap
    from attnpaint.projects import Marks

Finish = Literal["painted", "flat", "blend"]
FINISHES: tuple[Finish, ...] = get_args(Finish)
LEAST_SIZE, LARGEST_SIZE = 64, 2048  # px of the square that a network paints
MOST_GAP = 1000.0  # px; any drawing's lines are closed by less


@dataclass(frozen=True)
class Look:
    """How a painting is to look. Not said here: see `Colorizer.colorize`.

    swaps, hue, saturation: changes of the palette, see `palettes.edit`. shown: a palette instead of the one
    that it is painted from, entry for entry. marks: what is done by hand. lines: whether the drawing's lines
    are over the colour. variants: how many pictures of the drawing, for models that paint several.
    """

    finish: Finish | None = None
    gap: float | None = None
    work_size: int | None = None
    strength: float = 1.0
    keep_alpha: bool | None = None
    invert: "Invert" = "auto"
    swaps: "Sequence[Swap]" = ()
    hue: float = 0.0
    saturation: float = 1.0
    shown: "Histogram | None" = None
    marks: "Marks | None" = None
    lines: bool = True
    variants: int = 1

    @property
    def edits(self) -> bool:
        """Whether the palette is to be changed."""
        return bool(self.swaps or self.hue or self.saturation != 1 or self.shown)

    def edited(self, histogram: "Histogram") -> "Histogram":
        """The palette as it is to be shown. Raises UsageError where it lacks a colour that is swapped."""
        if self.shown is not None:  # a palette file does not tell the ground
            histogram = replace(self.shown, ground=self.shown.ground or histogram.ground)
        if not (self.swaps or self.hue or self.saturation != 1):
            return histogram
        from attnpaint.palettes.edit import swap_all, turned

        return turned(swap_all(histogram, self.swaps), self.hue, self.saturation)
