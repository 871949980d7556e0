"""A painted drawing: its colour apart from its lines, finished in one of three ways, recoloured at will."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from attnpaint.colour import under_lines, united
from attnpaint.errors import UsageError
from attnpaint.extract import Histogram
from attnpaint.extract.histogram import check_shape
from attnpaint.images import NO_ALPHA, Picture, check_sides, lines_over, to_grey, write_picture
from attnpaint.inference.canvas import Canvas, with_ink_and_paper
from attnpaint.inference.drawing import Drawing
from attnpaint.inference.engine import Floats
from attnpaint.inference.look import FINISHES as FINISHES
from attnpaint.inference.look import LARGEST_SIZE, LEAST_SIZE, MOST_GAP
from attnpaint.inference.look import Finish as Finish
from attnpaint.layered.write import SUFFIXES as LAYERED
from attnpaint.layered.write import write_layers
from attnpaint.process import give_back
from attnpaint.segment.regions import Labels, spread

if TYPE_CHECKING:
    from attnpaint.sheets.maps import Gate, Share

RGB = tuple[int, int, int]
SHADE = 0.5  # of the painting's own light and shade, in a blend


@dataclass(frozen=True, eq=False)
class Coloring:
    """A painted drawing. histogram: the colours it shows, None where the model takes none.

    finish: `painted` is the network's own picture, `flat` one colour for each closed region, `blend`
    those colours with some of the painting's light and shade. What is surely ground (`Canvas.grounds`) has
    its one colour in all of them.
    strength: of the colour, from 0, white paper, to 1. notes: a line for each thing that its user may not
    have meant. held: what the regions take instead of `Canvas.region_weights`. strokes: the colours that a
    person gave to regions, by their numbers in `Canvas.labels`. roles: what a person said that regions are,
    as places in `PARTS`. cleared: the numbers of regions that are seen through, all but the lines on them.
    opaque: painted all over, whatever the drawing's own alpha.
    """

    canvas: Canvas
    histogram: Histogram | None
    finish: Finish
    strength: float = 1.0
    notes: tuple[str, ...] = ()
    held: Floats | None = None
    strokes: Mapping[int, RGB] = field(default_factory=dict)
    roles: Mapping[int, int] = field(default_factory=dict)
    cleared: frozenset[int] = frozenset()
    opaque: bool = False

    def __post_init__(self) -> None:
        """UsageError for no such finish or strength; AttnpaintError for a palette of another shape."""
        check_look(self.finish, self.strength)
        if self.histogram is not None:
            check_shape(self.histogram)

    @cached_property
    def color(self) -> Picture:
        """The colour without the lines, uint8 H×W×3 at the drawing's size."""
        canvas = self.canvas
        if self.finish == "flat":
            return spread(self._faded(self.flats), canvas.full_labels())
        fine = canvas.painted(self._paint)
        if self.finish == "blend":
            plain = np.append(canvas.grounds, canvas.ground)
            fine = _shaded(spread(self.flats, canvas.labels), to_grey(fine), canvas.labels, plain)
        elif len(canvas.grounds):
            fine = _plain(fine, canvas.labels, self.flats, canvas.grounds)
        return canvas.full(self._faded(fine))

    @cached_property
    def picture(self) -> Picture:
        """uint8 H×W×3, or H×W×4 with the drawing's own alpha: its lines over `color` (see `lines_over`)."""
        drawing = self.drawing
        lined = lines_over(self.color, drawing.clean)
        return lined if drawing.alpha is None else np.dstack([lined, drawing.alpha])

    @property
    def unlined(self) -> Picture:
        """`color` with the drawing's own alpha, if it has one, and without what is cleared."""
        own = self.drawing.alpha if not self.cleared else self.canvas.drawing.alpha
        if not self.cleared:
            return self.color if own is None else np.dstack([self.color, own])
        alpha = np.where(self._clear, np.uint8(0), np.uint8(255) if own is None else own)
        return np.dstack([self.color, alpha])

    @cached_property
    def drawing(self) -> Drawing:
        """The drawing as it lies over the colour: see `cleared` and `opaque`."""
        drawing = replace(self.canvas.drawing, alpha=None) if self.opaque else self.canvas.drawing
        return drawing.seen_through(self._clear) if self.cleared else drawing

    @property
    def _clear(self) -> npt.NDArray[np.bool_]:
        """H×W: where it is seen through."""
        regions = np.zeros(int(self.canvas.labels.max()) + 1, np.uint8)
        regions[list(self.cleared)] = 1
        return spread(regions, self.canvas.full_labels()) > 0

    def for_file(self, path: str | Path) -> "Coloring":
        """The same painting as a file holds it: nothing is seen through where its format has no alpha."""
        clear = self.cleared or self.canvas.drawing.alpha is not None
        if not clear or Path(path).suffix.lower() not in NO_ALPHA:
            return self
        return replace(self, cleared=frozenset(), opaque=True)

    @cached_property
    def variants(self) -> list[Picture]:
        """All that the model paints of one drawing, each finished as `picture`, which is the first."""
        maps = self.canvas.maps
        others = () if maps.variants is None else maps.variants[1:]
        canvases = [replace(self.canvas, maps=replace(maps, image=other, pointer=None)) for other in others]
        held = self.region_weights if canvases else None
        return [self.picture, *(replace(self, canvas=canvas, held=held).picture for canvas in canvases)]

    @property
    def region_weights(self) -> Floats | None:
        """regions × 18: how much of each colour a region takes; None without a pointing network."""
        return self.canvas.region_weights if self.held is None else self.held

    @cached_property
    def flats(self) -> Picture:
        """regions × 3, uint8: the one colour of each in the flat finish, before `strength`.

        Of what a region takes, or without that the mean of the painting. What the reference has so dark that
        lines on it would not be seen is a little lighter, but not what a person has changed in the palette. A
        region that the network saw nothing of takes nothing, and is white. What no eye tells apart is one
        colour: that of a stroke, or else the one with the larger area.
        """
        taken, before = self.region_weights, self.canvas.histogram
        if taken is None or self.histogram is None:
            colors = self.canvas.mean(self._paint)
        else:
            palette = with_ink_and_paper(self.histogram)
            if before is not None:
                own = (palette == with_ink_and_paper(before)).all(axis=1)
                palette[own] = under_lines(palette[own])
            colors = taken @ palette
            colors[~taken.any(axis=1)] = 255
        hand = np.zeros(len(colors), np.bool_)
        for label, color in self.strokes.items():
            colors[label], hand[label] = color, True
        rounded = np.rint(colors).clip(0, 255).astype(np.uint8)
        return united(rounded, np.bincount(self.canvas.labels.ravel(), minlength=len(colors)), hand)

    @property
    def shown_flats(self) -> Picture:
        """`flats` as they are seen, with `strength`."""
        return self._faded(self.flats)

    @property
    def seconds(self) -> float:
        """The networks' own time."""
        return self.canvas.maps.seconds

    def recolor(self, histogram: Histogram) -> "Coloring":
        """The same painting in the colours of another palette: entry for entry, without the network.

        Only where the network points at palette colours; the others keep theirs. Raises AttnpaintError where
        it is not four bands of four colours.
        """
        return replace(self, histogram=histogram)

    def stroked(self, strokes: Mapping[int, RGB]) -> "Coloring":
        """The same painting, where these regions have the colours that a person gave them.

        flat: these very colours; painted: the painting there, shifted to them. Other labels do nothing.
        """
        most = int(self.canvas.labels.max())
        return replace(self, strokes={one: color for one, color in strokes.items() if 0 < one <= most})

    def finished(self, finish: Finish, strength: float = 1.0) -> "Coloring":
        """The same painting, finished otherwise. Raises UsageError for no such finish or strength."""
        return replace(self, finish=finish, strength=strength)

    def save(self, path: str | Path, reference: Picture | None = None) -> None:
        """Write the picture in the format of the suffix, or its layers as .ora or .psd (see `layers_of`).

        Raises AttnpaintError where that cannot be done.
        """
        suffix = Path(path).suffix.lower()
        if suffix not in LAYERED:
            check_sides(suffix, *self.canvas.drawing.clean.shape[:2])
            write_picture(path, self.for_file(path).picture)
            return
        from attnpaint.inference.layering import layers_of

        give_back()  # what the network has had: a large drawing's layers need that room
        alone = replace(self)  # so that what it remembers of its way goes with it
        write_layers(path, layers_of(alone, reference), replace(self).picture)

    @property
    def seen(self) -> Picture:
        """The drawing as the network saw it, uint8 h×w×3; all maps lie on it."""
        drawing = self.canvas.drawing
        return np.repeat(drawing.box.crop(drawing.square)[..., None], 3, axis=2)

    def gates(self) -> "list[Gate]":
        """What each attention gate let through, deepest first; [] for a network without gates."""
        from attnpaint.inference.attention import gates_in

        return gates_in(self)

    def shares(self) -> "list[Share]":
        """Where each palette colour, ink and paper went; [] for a network that does not point."""
        from attnpaint.inference.attention import shares_in

        return shares_in(self)

    def attention(self) -> Picture:
        """One sheet: gate maps over the drawing, deepest first; below, where each palette colour went, and
        the parts and groups that a region stage told."""
        from attnpaint.inference.attention import whole_sheet

        return whole_sheet(self)

    def pointer(self) -> Picture:
        """One sheet: where each palette colour went. Only for a network that points."""
        from attnpaint.inference.attention import sheet_of_shares

        return sheet_of_shares(self)

    def _faded(self, colors: Picture) -> Picture:
        if self.strength >= 1:
            return colors
        levels = 255 - np.rint((255 - np.arange(256)) * self.strength)
        return cv2.LUT(colors, levels.astype(np.uint8)).astype(np.uint8, copy=False)

    @cached_property
    def _paint(self) -> Picture:
        """The network's picture without its lines, shifted to what strokes ask for."""
        paint = self.canvas.paint(self.canvas.image(self.histogram))
        if not self.strokes:
            return paint
        mean = self.canvas.mean(paint)
        shift = np.zeros_like(mean)
        for label, color in self.strokes.items():
            shift[label] = color - mean[label]
        shift[self.canvas.grounds] = 0  # these show their flat colour
        return (paint + shift[self.canvas.small]).clip(0, 255).astype(np.uint8)


def _plain(painted: Picture, labels: Labels, flat: Picture, grounds: Labels) -> Picture:
    """The painting H×W×3 with the regions of these numbers in their flat colours R×3."""
    inside = np.zeros(len(flat), np.bool_)
    inside[grounds] = True
    where = inside[labels]
    painted[where] = flat[labels[where]]
    return painted


def _shaded(flat: Picture, grey: Picture, labels: Labels, grounds: Labels) -> Picture:
    """The flat colours, lighter and darker by what the painting's brightness is off its region's mean.

    Not on the ground, where what the painting is unsure of would look like smudges.
    """
    where = labels.ravel()
    mean = np.bincount(where, grey.ravel()) / np.maximum(np.bincount(where), 1)
    shade = np.full(len(mean), SHADE, np.float32)
    shade[grounds] = 0
    off = np.rint((grey - mean.astype(np.float32)[labels]) * shade[labels]).astype(np.int16)
    shaded: Picture = (flat + off[..., None]).clip(0, 255).astype(np.uint8)
    return shaded


def check_look(
    finish: object = None, strength: object = 1.0, gap: object = None, work_size: int | None = None
) -> None:
    """UsageError where a painting cannot look so.

    finish: one of FINISHES or None; strength: 0 to 1; gap: px, 0 to MOST_GAP, or None; work_size: px,
    LEAST_SIZE to LARGEST_SIZE, or None.
    """
    if finish is not None and (not isinstance(finish, str) or finish not in FINISHES):
        raise UsageError(f"there is no finish {finish!r}", f"give one of {', '.join(FINISHES)}")
    for number, most, problem, remedy in (
        (strength, 1.0, f"the colour's strength cannot be {strength!r}", "give 0, white paper, to 1"),
        (
            0 if gap is None else gap,
            MOST_GAP,
            f"lines cannot be closed over {gap!r} px",
            f"give a gap of 0 to {MOST_GAP:g}",
        ),
    ):
        try:
            fits = 0 <= float(number) <= most  # type: ignore[arg-type]  # false of nan
        except (TypeError, ValueError):
            fits = False
        if not fits:
            raise UsageError(problem, remedy)
    if work_size is not None and not LEAST_SIZE <= work_size <= LARGEST_SIZE:
        problem = f"a network cannot paint a square of {work_size} px"
        raise UsageError(problem, f"give a work size of {LEAST_SIZE} to {LARGEST_SIZE}")
