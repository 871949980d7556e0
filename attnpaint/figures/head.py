"""The head without its hair: ears, neck, face; looking at the viewer or to the right."""

import numpy as np

from attnpaint.figures.canvas import Canvas, Paint
from attnpaint.figures.character import Character, View
from attnpaint.figures.curves import Points, bend, between, ellipse, join, smooth
from attnpaint.figures.eyes import draw_brow, draw_eye, draw_mouth, draw_nose, sockets
from attnpaint.figures.hues import lit, shaded

SKIN = 1

_FRONT = (
    (-0.97, -0.25), (-0.96, 0.15), (-0.9, 0.48), (-0.68, 0.84), (-0.34, 1.12), (-0.08, 1.24), (0.08, 1.24),
    (0.34, 1.12), (0.68, 0.84), (0.9, 0.48), (0.96, 0.15), (0.97, -0.25),
)  # fmt: skip
_TURNED = (
    (-0.98, -0.25), (-0.9, 0.2), (-0.74, 0.58), (-0.42, 0.9), (0.02, 1.14), (0.3, 1.245), (0.42, 1.23),
    (0.56, 1.1), (0.75, 0.8), (0.87, 0.5), (0.83, 0.16), (0.92, -0.25),
)  # fmt: skip


def outline(who: Character, turn: float) -> Points:
    """The face from temple to temple by way of the chin, N×2."""
    knots = between(_FRONT, _TURNED, turn)
    knots[2:10, 0] = 0.42 * turn + (knots[2:10, 0] - 0.42 * turn) * (1 + 0.06 * who.jaw)
    knots[4:8, 1] += 0.05 * who.jaw
    return smooth(knots)


def draw_ears(canvas: Canvas, who: Character, turn: float) -> None:
    """The ears beside the head, to be covered by face and hair; cat ears are drawn with the hair."""
    for side, x in ((-1, -0.93 + 0.34 * turn), (1, 0.95)):
        if side == 1 and turn > 0.4:
            continue
        point = (side * 0.6, -0.3) if who.ears == "elf" else (side * 0.2, -0.14)
        shape = [(0, -0.16), point, (side * 0.2, 0.08), (side * 0.08, 0.3), (0, 0.34)]
        canvas.fill(smooth(np.array(shape) + [x, 0.3], closed=True), Paint(SKIN, who.skin))
        canvas.stroke(
            smooth(np.array([(side * 0.03, -0.06), (side * 0.12, 0.0), (side * 0.05, 0.18)]) + [x, 0.3]), 0.6
        )


def draw_face(canvas: Canvas, who: Character, view: View, turn: float, fringe: Points) -> None:
    """Face with its features; fringe: the hair before the forehead, that throws a shadow."""
    contour = outline(who, turn)
    top = bend(contour[-1], contour[0], -0.45, 14)
    face = canvas.fill(join(contour, top), Paint(SKIN, who.skin), [contour])
    if view.steps:
        canvas.shade(fringe + [0.03, 0.11], face, shaded(who.skin))
        if view.steps == 2:
            edge = join(contour[: len(contour) // 2], contour[: len(contour) // 2][::-1] + [0.16, -0.06])
            canvas.shade(edge, face, shaded(who.skin))
    near, far = sockets(who, turn, view.nod)
    _blush(canvas, who, view, face, turn)
    draw_nose(canvas, turn, view.nod)
    draw_mouth(canvas, view, turn)
    draw_eye(canvas, who, near, view.open[0], who.eyes[0], view)
    draw_eye(canvas, who, far, view.open[1], who.eyes[1], view)


def draw_brows(canvas: Canvas, who: Character, view: View, turn: float) -> None:
    for socket in sockets(who, turn, view.nod):
        draw_brow(canvas, who, socket, view.brow)


def _blush(canvas: Canvas, who: Character, view: View, face: int, turn: float) -> None:
    near, far = sockets(who, turn, view.nod)
    red = (min(255, who.skin[0] + 6), int(who.skin[1] * 0.82), int(who.skin[2] * 0.82))
    for socket in (near, far):
        x, y = socket.x + socket.side * socket.wide * 0.45, socket.y + socket.tall + 0.13
        if view.blush:
            canvas.shade(ellipse((x, y), (socket.wide * 0.55, 0.09)), face, red)
        if view.blush == 2:
            for i in (-1, 0, 1):
                middle = np.array([x + i * 0.09 * socket.wide / 0.33, y])
                canvas.stroke(bend(middle + [0.025, -0.05], middle + [-0.025, 0.05], 0, 3), 0.5)
    if view.steps == 2:
        canvas.shade(
            ellipse((0.46 * turn + 0.02, 0.62 + 0.13 * view.nod), (0.018, 0.035)), face, lit(who.skin, 0.8)
        )


def draw_neck(canvas: Canvas, who: Character, view: View, root: Points, chin: Points) -> None:
    """From the body at `root` up under the chin, both in the body's units, with the chin's shadow."""
    wide = 0.3 * who.broad
    left = bend(chin + [-wide * 0.95, -0.55], root + [-wide * 1.1, 0.1], -0.05)
    right = bend(chin + [wide * 0.95, -0.55], root + [wide * 1.1, 0.1], 0.05)
    shape = join(left, right[::-1])
    neck = canvas.fill(shape, Paint(SKIN, who.skin), [left, right])
    if view.steps:
        canvas.shade(join(ellipse((chin[0], chin[1] - 0.05), (0.6, 0.3))), neck, shaded(who.skin, 0.26))
