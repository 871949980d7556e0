"""Hands: open, closed, pointing."""

import numpy as np

from attnpaint.figures.body import SKIN, Arm
from attnpaint.figures.canvas import Canvas, Paint
from attnpaint.figures.character import Character
from attnpaint.figures.curves import Points, bend, limb, mirrored, smooth, turned
from attnpaint.figures.shading import SHADE

GLOVE = 9
_ROOTS = ((-0.12, 0.24), (-0.04, 0.27), (0.045, 0.27), (0.12, 0.24))
_FINGERS = {  # where each finger ends, from the wrist on
    "open": ((-0.15, 0.56), (-0.045, 0.66), (0.06, 0.65), (0.16, 0.55)),
    "relaxed": ((-0.1, 0.5), (-0.02, 0.6), (0.05, 0.6), (0.11, 0.52)),
    "point": ((-0.11, 0.36), (-0.04, 0.38), (0.04, 0.38), (0.14, 0.7)),
    "peace": ((-0.11, 0.35), (-0.04, 0.38), (-0.02, 0.7), (0.22, 0.66)),
    "fist": ((-0.12, 0.33), (-0.04, 0.36), (0.045, 0.36), (0.12, 0.33)),
}  # fmt: skip


def draw_hand(canvas: Canvas, who: Character, arm: Arm, kind: str) -> None:
    """The hand at an arm's end."""
    flip = arm.side > 0

    def put(shape: Points) -> Points:
        return turned(shape if flip else mirrored(shape), arm.angle) + arm.wrist

    gloved = who.outfit.gloves
    paint = (
        Paint(GLOVE, who.cloth[3] if who.outfit.seed % 2 else who.cloth[4])
        if gloved
        else Paint(SKIN, who.skin)
    )
    palm = smooth(
        [(-0.09, -0.14), (-0.16, 0.08), (-0.17, 0.28), (0.16, 0.28), (0.15, 0.06), (0.1, -0.14)], closed=True
    )
    fingers = []
    for start, end in zip(_ROOTS, _FINGERS[kind], strict=True):
        middle = ((start[0] + end[0]) / 2 * 1.02, (start[1] + end[1]) / 2)
        fingers.append(limb((start, middle, end), (0.115, 0.105, 0.065)))
    closed = kind in ("fist", "point", "peace")
    thumb = limb(
        ((0.1, 0.02), (0.2, 0.14), (0.08 if closed else 0.23, 0.27 if closed else 0.36)), (0.15, 0.12, 0.07)
    )
    area = canvas.fill([put(piece) for piece in (palm, *fingers, thumb)], paint, width=0.9)
    canvas.cast(put(np.array([(-0.18, 0.0), (-0.06, 0.0), (-0.08, 0.6), (-0.2, 0.5)])), area, SHADE)
    for x in (-0.085, 0.005, 0.085):
        low = 0.36 if closed else 0.54
        canvas.mark(put(bend((x, 0.2 if closed else 0.3), (x * 1.1, low), 0.02)), area, 0.6, 1)
    if closed:
        canvas.mark(put(smooth([(0.14, 0.1), (0.16, 0.2), (0.02, 0.28), (-0.02, 0.22)])), area, 0.6, 0.6)
    else:
        canvas.mark(put(bend((0.12, 0.26), (0.08, 0.1), 0.1)), area, 0.6, 1)
    if gloved:
        canvas.mark(put(bend((-0.16, 0.0), (0.16, 0.0), 0.05)), area, 0.7, 0.1)
