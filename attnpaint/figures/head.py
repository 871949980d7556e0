"""The head without its hair: ears, neck, face; looking at the viewer or to the right."""

import numpy as np

from attnpaint.figures.canvas import Canvas, Paint
from attnpaint.figures.character import Character, View
from attnpaint.figures.curves import Points, bend, between, ellipse, join, smooth
from attnpaint.figures.eyes import Gaze, draw_eye, sockets
from attnpaint.figures.faces import Face
from attnpaint.figures.features import draw_blush, draw_brow, draw_marks, draw_mouth, draw_nose
from attnpaint.figures.shading import DEEP, GLEAM

SKIN, HAIR = 1, 2

_FRONT = (
    (-0.93, -0.25), (-0.93, 0.15), (-0.87, 0.5), (-0.67, 0.84), (-0.34, 1.11), (-0.08, 1.22), (0.08, 1.22),
    (0.34, 1.11), (0.67, 0.84), (0.87, 0.5), (0.93, 0.15), (0.93, -0.25),
)  # fmt: skip
_TURNED = (
    (-0.96, -0.25), (-0.88, 0.2), (-0.72, 0.58), (-0.4, 0.9), (0.02, 1.12), (0.3, 1.225), (0.42, 1.21),
    (0.56, 1.08), (0.75, 0.78), (0.85, 0.5), (0.8, 0.16), (0.9, -0.25),
)  # fmt: skip


def outline(face: Face, turn: float) -> Points:
    """The face from temple to temple by way of the chin, N×2."""
    knots = between(_FRONT, _TURNED, turn)
    middle = 0.42 * turn
    knots[2:10, 0] = middle + (knots[2:10, 0] - middle) * (1 + 0.05 * face.jaw)
    knots[3:9, 0] = middle + (knots[3:9, 0] - middle) * (1 + 0.09 * face.jaw)
    knots[4:8, 0] = middle + (knots[4:8, 0] - middle) * (1 + 0.16 * face.chin)
    knots[2:10, 1] += face.long * np.clip((knots[2:10, 1] - 0.3) / 0.9, 0, 1)
    return smooth(knots)


def draw_ears(canvas: Canvas, who: Character, turn: float) -> None:
    """The ears beside the head, to be covered by face and hair; cat ears are drawn with the hair."""
    for side, x in ((-1, -0.9 + 0.34 * turn), (1, 0.92)):
        if side == 1 and turn > 0.4:
            continue
        point = (side * 0.6, -0.3) if who.face.ears == "elf" else (side * 0.19, -0.12)
        shape = [(0, -0.16), point, (side * 0.19, 0.08), (side * 0.08, 0.28), (0, 0.32)]
        area = canvas.fill(smooth(np.array(shape) + [x, 0.32], closed=True), Paint(SKIN, who.skin))
        canvas.cast(ellipse((x, 0.38), (0.1, 0.2), 14), area)
        canvas.stroke(
            smooth(np.array([(side * 0.03, -0.06), (side * 0.12, 0.0), (side * 0.05, 0.18)]) + [x, 0.32]), 0.6
        )


def draw_animal_ears(canvas: Canvas, who: Character, turn: float) -> None:
    """Ears of a cat, fox or rabbit on top of the hair; they count as hair."""
    shapes = {
        "cat": ([(0.2, -1.05), (0.42, -1.5), (0.9, -1.92)], [(0.9, -1.92), (0.98, -1.4), (0.98, -0.75)]),
        "fox": ([(0.22, -1.05), (0.36, -1.7), (0.86, -2.3)], [(0.86, -2.3), (1.1, -1.6), (1.0, -0.75)]),
        "rabbit": ([(0.2, -1.05), (0.16, -1.9), (0.36, -2.7)], [(0.36, -2.7), (0.72, -2.0), (0.66, -1.0)]),
    }
    if who.face.ears not in shapes:
        return
    left, right = (np.array(points) for points in shapes[who.face.ears])
    for side in (-1, 1):
        ear = join(smooth(left * [side, 1]), smooth(right * [side, 1])) + [0.1 * turn, 0]
        canvas.fill(ear, Paint(HAIR, who.hair))
        centre = ear.mean(0)
        inner = (ear - centre) * [0.6, 0.7] + centre + [0, 0.06]
        canvas.fill(inner, Paint(SKIN, who.skin), width=0.7)


def draw_face(canvas: Canvas, who: Character, view: View, turn: float, shadows: list[Points]) -> None:
    """Face with its features; shadows: of the hair before the forehead."""
    face = who.face
    contour = outline(face, turn)
    top = bend(contour[-1], contour[0], -0.45, 14)
    area = canvas.fill(join(contour, top), Paint(SKIN, who.skin), [contour])
    for shape in shadows:
        canvas.cast(shape + [0.03, 0.1], area)
    half = contour[: len(contour) // 2]
    canvas.cast(join(half, half[::-1] + [0.08, -0.03]), area, DEEP)
    near, far = sockets(face, turn, view.nod)
    draw_blush(canvas, (near, far), area, who.skin, view.blush)
    draw_marks(canvas, face, near, far, area, who.skin)
    draw_nose(canvas, face, turn, view.nod, area)
    canvas.cast(
        ellipse((0.46 * turn + 0.02, 0.64 + 0.13 * view.nod), (0.018, 0.035)),
        area,
        GLEAM if view.light.steps == 2 else DEEP,
    )
    draw_mouth(canvas, face, view.mouth, turn, view.nod)
    merry = view.mouth in ("smile", "open", "grin", "cat", "shout", "tongue")
    for socket, lids, iris in (
        (near, view.open[0], who.colours.eyes[0]),
        (far, view.open[1], who.colours.eyes[1]),
    ):
        draw_eye(
            canvas, face, socket, iris, Gaze(lids, merry, view.gaze[0] + 0.1 * abs(view.turn), view.gaze[1])
        )


def draw_brows(canvas: Canvas, who: Character, view: View, turn: float) -> None:
    for socket in sockets(who.face, turn, view.nod):
        draw_brow(canvas, who.face, socket, view.brow, who.hair)


def draw_neck(canvas: Canvas, who: Character, view: View, root: Points, chin: Points) -> None:
    """From the body at `root` up under the chin, both in the body's units, with the chin's shadow."""
    wide = 0.27 * who.build.broad + 0.05 * who.build.male
    left = bend(chin + [-wide * 0.95, -0.55], root + [-wide * 1.15, 0.1], -0.06)
    right = bend(chin + [wide * 0.95, -0.55], root + [wide * 1.15, 0.1], 0.06)
    shape = join(left, right[::-1])
    neck = canvas.fill(shape, Paint(SKIN, who.skin), [left, right])
    canvas.cast(ellipse((float(chin[0]) + 0.03, float(chin[1]) + 0.02), (0.6, 0.3)), neck)
    if who.build.male and not view.behind:
        canvas.stroke(bend(root + [0.05, -0.25], root + [0.0, -0.16], 0.1), 0.6, taper=1)
