"""Capes that hang from the shoulders, and the tails of coats."""

import numpy as np

from attnpaint.figures.body import CAPE, TOP
from attnpaint.figures.canvas import Paint
from attnpaint.figures.character import Character
from attnpaint.figures.clothes import top_colour
from attnpaint.figures.shading import shaded
from attnpaint.figures.solid.mesh import Body
from attnpaint.figures.solid.pieces import Dress, Piece
from attnpaint.figures.solid.skeleton import Posed, Proportions
from attnpaint.figures.solid.skirts import WAIST, carried, girth
from attnpaint.figures.solid.surfaces import grid, loose

_LONG = {"coat": (0.3, 0.75), "uniform": (0.0, 0.45)}  # lengths of a leg that their tails hang


def add_coat(out: Dress, who: Character, body: Body, posed: Posed, sizes: Proportions) -> None:
    """The tails of a long coat, open at the front."""
    least, most = _LONG.get(who.outfit.top, (0.0, 0.0))
    long = least + (most - least) * (who.outfit.seed % 11) / 10
    if long < 0.2 or out.long:  # none over skirts
        return
    rows, columns = 8, 33
    thigh = body.bone("thigh_l")
    size = float(sizes.girth[thigh]) / 0.9
    leg = 2.44 * (sizes.length[thigh] + sizes.length[body.bone("calf_l")])
    t = np.linspace(0, 1, rows)
    y = -0.75 * WAIST * size + (long * leg + 0.75 * WAIST * size) * t
    gap = 0.22 + 0.05 * (who.outfit.seed % 7)
    angle = np.linspace(gap, 2 * np.pi - gap, columns) + np.pi / 2
    flare = (0.13 + 0.24 * t[:, None]) * size * (1 + 0.5 * (who.outfit.seed % 3 == 0))
    fold = 1 + 0.05 * t[:, None] * np.cos(np.arange(columns) * np.pi / 4 + who.outfit.seed)
    radius = (girth(body, posed, size, y, angle) + flare) * fold
    rest = np.stack(
        [np.cos(angle) * radius, np.broadcast_to(y[:, None], radius.shape), np.sin(angle) * radius], -1
    )
    place = carried(rest, np.clip(2 * y / leg, 0, 2) * 0.7, body, posed, 0.7 * size)
    faces = grid(rows, columns, False)[:, ::-1]
    start = len(out.points.place)
    out.points = out.points.grown(loose(place, faces))
    panel = np.tile(np.arange(columns - 1), rows - 1) // 8
    for number in range(4):
        piece = Piece(Paint(TOP, top_colour(who)), "coat", "coat", number + 1, ahead=0.35)
        out.add(piece, faces[panel == number] + start)
    lining = Piece(Paint(TOP, shaded(top_colour(who), 0.35)), "coat lining", "coat lining")
    out.add(lining, faces[:, ::-1] + start)


def add_cape(out: Dress, who: Character, body: Body, posed: Posed, sizes: Proportions) -> None:
    """A cape from the shoulders down the back."""
    chest = posed.turn[body.bone("spine_03")]
    size = float(sizes.girth[body.bone("spine_03")]) / 0.8
    neck = posed.joint[body.bone("neck_01")]
    rows, columns = 9, 25
    t = np.linspace(0, 1, rows)[:, None]
    u = np.linspace(-1, 1, columns)[None]
    wide = (0.95 + 0.75 * t) * size
    long = 5.6 * size * t
    fold = 0.1 * t * np.cos(u * 16 + who.outfit.seed % 7)
    down = 0.22 * size + 0.3 * u**2 * size * (1 - 0.3 * t) + long
    deep = -0.42 * size + 0.5 * u**4 * (1 - t) * size - 0.7 * t**0.7 + 0.5 * u**2 * t + fold
    place = np.stack([u * wide, down, deep], -1).reshape(-1, 3) @ chest.T + neck
    faces = grid(rows, columns, False)
    points = loose(place, faces)
    start = len(out.points.place)
    out.points = out.points.grown(points)
    out.add(Piece(Paint(CAPE, who.cloth[2]), "cape", "cape"), faces[:, ::-1] + start)
    out.add(Piece(Paint(CAPE, shaded(who.cloth[2], 0.3)), "lining", "lining"), faces + start)
