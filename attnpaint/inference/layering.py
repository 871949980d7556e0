"""A painted drawing as layers for painting programs."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from attnpaint.extract import Histogram
from attnpaint.images import Picture, fitted, on_white
from attnpaint.inference.canvas import with_ink_and_paper
from attnpaint.inference.flat_layers import flat_layers
from attnpaint.inference.look import FINISHES, Finish
from attnpaint.inference.upsample import resized_rows
from attnpaint.layered.layer import Group, Layer
from attnpaint.layered.lines import line_layer, under_lines, with_alpha
from attnpaint.layered.palette_group import palette_group
from attnpaint.palettes.swatch import to_hex

if TYPE_CHECKING:
    from attnpaint.inference.coloring import Coloring

CORNER = 1 / 3  # of the drawing's short side


def layers_of(coloring: "Coloring", reference: Picture | None = None) -> list[Layer | Group]:
    """Bottom to top: the painting in each finish, of which one is seen; the palette's colours, hidden, one
    layer each, that add up to the painting; the lines, transparent ink. What is seen is `coloring.picture`.

    The flat finish has a layer for each colour that is seen, in groups by part: see `flat_layers`.
    reference: uint8 h×w×{3,4}, hidden on top, in a corner. What is hidden is drawn only when it is written.
    """
    canvas, drawing = coloring.canvas, coloring.drawing
    height, width = drawing.clean.shape[:2]
    below = under_lines(drawing.clean, drawing.alpha)
    stack: list[Layer | Group] = [
        flat_layers(coloring, below) if finish == "flat" else _one(coloring, finish, below)
        for finish in sorted(FINISHES, key=lambda finish: finish == coloring.finish)
    ]
    if canvas.shares is not None and coloring.histogram:
        group = palette_group(
            np.stack([drawing.box.crop(share) for share in canvas.shares]),
            with_ink_and_paper(coloring.histogram).astype(np.uint8),
            _names(coloring.histogram),
            lambda: coloring.finished("painted", coloring.strength).color,
            alpha=below,
            size=(height, width),
            enlarge_rows=partial(resized_rows, height=height, width=width),
        )
        stack.append(replace(group, visible=False))
    stack.append(line_layer(drawing.clean, drawing.alpha))
    if reference is not None:
        stack.append(Layer("reference", partial(_cornered, reference, height, width), visible=False))
    return stack


def _one(coloring: "Coloring", finish: Finish, alpha: Picture | None) -> Layer:
    def draw() -> Picture:
        return with_alpha(coloring.finished(finish, coloring.strength).color, alpha)

    return Layer(finish, draw, visible=finish == coloring.finish)


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
