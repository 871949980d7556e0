"""A painted drawing as layers for painting programs."""

from dataclasses import replace
from functools import partial

import numpy as np
import numpy.typing as npt

from attnpaint.extract import Histogram
from attnpaint.images import Picture, fitted, on_white
from attnpaint.inference.assign import ALIKE
from attnpaint.inference.canvas import with_ink_and_paper
from attnpaint.inference.coloring import FINISHES, Coloring, Finish
from attnpaint.inference.engine import Floats
from attnpaint.inference.upsample_labels import spread
from attnpaint.inference.upsample_rows import resized_rows
from attnpaint.layered.layer import Group, Layer
from attnpaint.layered.lines import line_layer, under_lines, with_alpha
from attnpaint.layered.palette_group import palette_group
from attnpaint.palettes.swatch import to_hex
from attnpaint.segment.regions import Labels

OTHER = 18  # of a region that no colour leads
CORNER = 1 / 3  # of the drawing's short side


def layers_of(coloring: Coloring, reference: Picture | None = None) -> list[Layer | Group]:
    """Bottom to top: the painting in each finish, of which one is seen; the palette's colours, hidden, one
    layer each, that add up to the painting; the lines on multiply. What is seen is `coloring.picture`.

    The flat finish has a layer for each colour, too: all regions of that colour, sharply cut.
    reference: uint8 h×w×{3,4}, hidden on top, in a corner. What is hidden is drawn only when it is written.
    """
    canvas, drawing = coloring.canvas, coloring.canvas.drawing
    height, width = drawing.clean.shape[:2]
    below = under_lines(drawing.clean, drawing.alpha)
    stack: list[Layer | Group] = [
        _flats(coloring, below) if finish == "flat" else _one(coloring, finish, below)
        for finish in sorted(FINISHES, key=lambda finish: finish == coloring.finish)
    ]
    if canvas.shares is not None and coloring.histogram:
        group = palette_group(
            np.stack([drawing.box.crop(share) for share in canvas.shares]),
            with_ink_and_paper(coloring.histogram).astype(np.uint8),
            _names(coloring.histogram),
            coloring.finished("painted", coloring.strength).color,
            alpha=below,
            enlarge_rows=partial(resized_rows, height=height, width=width),
        )
        stack.append(replace(group, visible=False))
    stack.append(line_layer(drawing.clean, drawing.alpha))
    if reference is not None:
        stack.append(Layer("reference", partial(_cornered, reference, height, width), visible=False))
    return stack


def _one(coloring: Coloring, finish: Finish, alpha: Picture | None) -> Layer:
    def draw() -> Picture:
        return with_alpha(coloring.finished(finish, coloring.strength).color, alpha)

    return Layer(finish, draw, visible=finish == coloring.finish)


def _flats(coloring: Coloring, alpha: Picture | None) -> Layer | Group:
    """The flat finish in one layer for each colour that leads in some region."""
    region_weights = coloring.region_weights
    if region_weights is None or coloring.histogram is None:
        return _one(coloring, "flat", alpha)
    leads = _leads(region_weights, coloring.canvas.labels, with_ink_and_paper(coloring.histogram))
    made = coloring if coloring.finish == "flat" else coloring.finished("flat", coloring.strength)
    names = [*_names(coloring.histogram), "other"]
    found = np.unique(leads[1:])
    flat = _Flat(made, last=int(found[-1]) if len(found) else OTHER)
    layers = [Layer(names[lead], partial(flat.cut, leads == lead, alpha, int(lead))) for lead in found]
    return Group("flat", tuple(layers), visible=coloring.finish == "flat")


def _leads(region_weights: Floats, labels: Labels, colors: Floats) -> npt.NDArray[np.intp]:
    """The colour that leads in each region; of colours that are alike, the one with the largest area."""
    leads = np.where(region_weights.any(axis=1), region_weights.argmax(axis=1), OTHER)
    area = np.bincount(leads[labels.ravel()], minlength=OTHER + 1)
    leads[np.bincount(labels.ravel(), minlength=len(leads)) == 0] = area.argmax()
    kept: list[int] = []
    for lead in np.argsort(-area[:OTHER], kind="stable")[: np.count_nonzero(area[:OTHER])]:
        near = (one for one in kept if np.linalg.norm(colors[one] - colors[lead]) < 2 * ALIKE)
        joined = next(near, int(lead))
        leads[leads == lead] = joined
        kept += [joined] if joined == lead else []
    return leads


class _Flat:
    """The flat finish at the drawing's size, remembered from the first layer cut of it to the last."""

    def __init__(self, made: Coloring, last: int) -> None:
        self._made, self._last = made, last
        self._kept: tuple[Picture, npt.NDArray[np.integer]] | None = None

    def cut(self, regions: npt.NDArray[np.bool_], alpha: Picture | None, lead: int) -> Picture:
        """What is in these of its regions; the rest is empty."""
        color, labels = self._kept or (replace(self._made).color, self._made.canvas.full_labels())
        self._kept = None if lead == self._last else (color, labels)
        inside = spread(np.where(regions, np.uint8(255), np.uint8(0)), labels)
        return with_alpha(color, inside if alpha is None else inside & alpha)


def _names(histogram: Histogram) -> list[str]:
    colors = histogram.colors.tolist()
    every = (f"{band + 1}.{rank + 1} {to_hex(colors[band][rank])}" for band, rank in np.ndindex(4, 4))
    return [*every, "ink", "paper"]


def _cornered(reference: Picture, height: int, width: int) -> Picture:
    """The reference small in the upper left of a transparent sheet."""
    small = fitted(on_white(reference), max(1, round(min(height, width) * CORNER)))
    sheet = np.zeros((height, width, 4), np.uint8)
    sheet[: small.shape[0], : small.shape[1], :3] = small
    sheet[: small.shape[0], : small.shape[1], 3] = 255
    return sheet
