"""What a network looked at: gate maps, where each palette colour went, parts and groups; sheets of them."""

from typing import TYPE_CHECKING

import numpy as np

from attnpaint.images import Picture
from attnpaint.inference.kinds import kinds_of
from attnpaint.sheets.kinds import kind_rows
from attnpaint.sheets.labels import Tile, fit, lay_out
from attnpaint.sheets.maps import (
    Attention,
    Gate,
    PaletteColors,
    Share,
    attention_sheet,
    gates_of,
    pointer_sheet,
    shares_of,
)

if TYPE_CHECKING:
    from attnpaint.inference.coloring import Coloring

SIDE = 320  # px; the long side of a picture on a sheet


def gates_in(coloring: "Coloring") -> list[Gate]:
    """What each attention gate let through, deepest first; [] for a network without gates."""
    return gates_of(_attention(coloring), crop=coloring.canvas.drawing.box.crop)


def shares_in(coloring: "Coloring") -> list[Share]:
    """Where each palette colour, ink and paper went; [] for a network that does not point."""
    if coloring.histogram is None:
        return []
    palette = PaletteColors(coloring.histogram.colors.astype(np.float32)[None] / np.float32(127.5) - 1)
    return shares_of(_attention(coloring), palette, coloring.canvas.drawing.box.crop)


def whole_sheet(coloring: "Coloring") -> Picture:
    """Gate maps over the drawing, deepest first; below, where each palette colour went, and the parts and
    groups that a region stage told."""
    gates, shares, painted = gates_in(coloring), shares_in(coloring), _painting(coloring)
    if gates or shares:
        rows: list[list[Tile]] = []
        if coloring.canvas.answers is not None:
            kinds = kinds_of(coloring.canvas, coloring.flats)
            rows = kind_rows(coloring.seen, coloring.canvas.small, kinds.group, kinds.part, SIDE)
        return attention_sheet(coloring.seen, painted, gates, shares, SIDE, rows)
    shown = [Tile(fit(coloring.seen, SIDE), "drawing"), Tile(fit(painted, SIDE), "painted")]
    return lay_out([shown], "this network has no attention to show")


def sheet_of_shares(coloring: "Coloring") -> Picture:
    """Where each palette colour went. Only for a network that points."""
    return pointer_sheet(coloring.seen, _painting(coloring), shares_in(coloring), SIDE)


def _painting(coloring: "Coloring") -> Picture:
    """The network's own picture, as the drawing lies in the square."""
    return coloring.canvas.drawing.box.crop(coloring.canvas.image(coloring.histogram))


def _attention(coloring: "Coloring") -> Attention:
    maps = coloring.canvas.maps
    gates = tuple(gate[None, None] for gate in maps.gates)
    return Attention(maps.image[None], gates, None if maps.pointer is None else maps.pointer[None])
