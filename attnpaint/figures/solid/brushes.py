"""Tails of figures with the ears of an animal; like the ears, they count as hair."""

import numpy as np

from attnpaint.figures.canvas import HAIR, Paint
from attnpaint.figures.character import Character
from attnpaint.figures.shading import lit
from attnpaint.figures.solid.mesh import Body, Floats
from attnpaint.figures.solid.pieces import Dress, Piece
from attnpaint.figures.solid.skeleton import Posed, unit
from attnpaint.figures.solid.surfaces import grid, loose

_AROUND, _TIP = 10, 4  # points of a ring; rings of a light tip
_SHAPES: dict[str, tuple[list[tuple[float, float, float]], list[float]]] = {
    # places of its middle line beside the hips, in half heads: outwards, down, to the front; how thick it is
    "cat": ([(0, 0, -0.6), (0.1, 0.7, -1.2), (0.5, 1.4, -1.4), (1.1, 1.3, -1.3), (1.3, 0.5, -1.2),
             (1.1, -0.3, -1.2)], [0.12, 0.14, 0.14, 0.14, 0.13, 0.04]),
    "fox": ([(0, 0, -0.6), (0.1, 0.5, -1.3), (0.5, 1.0, -1.8), (1.2, 1.0, -1.9), (1.9, 0.3, -1.7),
             (2.2, -0.7, -1.5)], [0.12, 0.3, 0.46, 0.52, 0.42, 0.03]),
    "rabbit": ([(0, 0, -0.6), (0, -0.02, -0.75), (0, -0.05, -0.9), (0, -0.07, -1.0)],
               [0.2, 0.3, 0.26, 0.03]),
}  # fmt: skip


def add_tail(out: Dress, who: Character, body: Body, posed: Posed, size: float) -> None:
    """A tail that grows from the small of the back; size: of the body."""
    if who.face.ears not in _SHAPES:
        return
    knots, thick = (np.array(values) for values in _SHAPES[who.face.ears])
    side = 1.0 if who.hairdo.seed % 2 else -1.0
    rings = 4 * (len(knots) - 1) + 1
    at = np.linspace(0, len(knots) - 1, rings)
    line = np.stack([np.interp(at, np.arange(len(knots)), knots[:, axis]) for axis in range(3)], 1)
    for _ in range(2):  # rounded
        line[1:-1] = (line[:-2] + 2 * line[1:-1] + line[2:]) / 4
    hips = (posed.joint[body.bone("thigh_l")] + posed.joint[body.bone("thigh_r")]) / 2
    line = (line * [side, 1, 1] + [0, -0.35, 0]) * size
    place = _tube(line, np.interp(at, np.arange(len(thick)), thick) * size)
    faces = grid(rings, _AROUND, True)[:, ::-1]
    start = len(out.points.place)
    out.points = out.points.grown(loose(place @ posed.turn[body.bone("pelvis")].T + hips, faces))
    ring = np.repeat(np.arange(rings - 1), _AROUND)
    light = (ring >= rings - 1 - _TIP) & (who.face.ears == "fox")
    out.add(Piece(Paint(HAIR, who.hair), "tail", "tail", 1), faces[~light] + start, True)
    out.add(Piece(Paint(HAIR, lit(who.hair, 0.75)), "tail", "tail tip", 2), faces[light] + start, True)


def _tube(line: Floats, thick: Floats) -> Floats:
    """Rings around a line, N·10×3."""
    along = np.gradient(line, axis=0)
    angle = np.linspace(0, 2 * np.pi, _AROUND, endpoint=False)[:, None]
    rings = []
    for point, way, radius in zip(line, along, thick, strict=True):
        one = unit(np.cross(way, [0.3, 0.2, 1.0]))
        two = unit(np.cross(way, one))
        rings.append(point + radius * (np.cos(angle) * one + np.sin(angle) * two))
    return np.concatenate(rings)
