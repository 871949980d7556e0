"""What a figure sits on; it counts as scenery."""

import numpy as np

from attnpaint.figures.body import SCENERY
from attnpaint.figures.canvas import Paint
from attnpaint.figures.shading import Rgb, lit, shaded
from attnpaint.figures.solid.mesh import Body, Floats
from attnpaint.figures.solid.pieces import Dress, Piece
from attnpaint.figures.solid.skeleton import Posed
from attnpaint.figures.solid.surfaces import loose

_CORNERS = np.array([(x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], np.float64)
_SIDES = np.array([(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)])
_WOODS: tuple[Rgb, ...] = ((150, 108, 76), (196, 152, 104), (96, 100, 112), (226, 226, 230), (172, 92, 92))


def add_seat(out: Dress, body: Body, posed: Posed, size: float, seed: int) -> None:
    """A stool, a chair, a bench or a block under the hips."""
    hips = (posed.joint[body.bone("thigh_l")] + posed.joint[body.bone("thigh_r")]) / 2
    floor = max(posed.joint[body.bone(f"ball_{side}"), 1] for side in "lr") + 0.12 * size
    top = hips[1] + 0.62 * size
    high = max(0.3, floor - top)
    colour = _WOODS[seed % len(_WOODS)]
    kind = ("stool", "chair", "bench", "block")[seed // 7 % 4]
    wide = 2.6 if kind == "bench" else 1.05
    middle = hips * [1, 0, 1] + [0, top, 0.25 * size]
    if kind == "block":
        _box(out, middle + [0, high / 2, -0.1], np.array([1.3 * size, high / 2, 1.0 * size]), colour)
        return
    _box(out, middle + [0, 0.1, 0], np.array([wide * size, 0.1, 0.95 * size]), colour)
    for x in (-0.88, 0.88):
        for z in (-0.8, 0.8):
            leg = np.array([x * wide * size, high / 2, z * size])
            _box(out, middle + leg, np.array([0.08, high / 2, 0.08]) * [size, 1, size], shaded(colour, 0.12))
    if kind == "chair":
        back = np.array([0, -1.5 * size, -1.0 * size])
        _box(out, middle + back, np.array([0.95 * size, 0.55 * size, 0.06]), lit(colour, 0.1))
        for x in (-0.8, 0.8):
            post = np.array([x * size, -0.5 * size, -1.0 * size])
            _box(out, middle + post, np.array([0.07, 0.6 * size, 0.05]), colour)


def _box(out: Dress, middle: Floats, half: Floats, colour: Rgb) -> None:
    start = len(out.points.place)
    faces = _SIDES[:, ::-1]
    out.points = out.points.grown(loose(middle + _CORNERS * half, faces))
    for number, face in enumerate(faces):
        paint = Paint(SCENERY, colour if number not in (3,) else shaded(colour, 0.15))
        out.add(Piece(paint, f"seat {start}", "seat", number + 1), face[None] + start, True)
