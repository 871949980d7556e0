"""Bows, ties, collars and buttons that many garments share."""

import numpy as np

from attnpaint.figures.body import ACCENT, COLLAR, TOP
from attnpaint.figures.canvas import Canvas, Paint
from attnpaint.figures.character import Character
from attnpaint.figures.curves import bend, ellipse, smooth
from attnpaint.figures.shading import Rgb

GOLD: Rgb = (226, 194, 104)


def ribbon_bow(canvas: Canvas, who: Character, y: float, size: float) -> None:
    for side in (-1, 1):
        tail = (
            np.array([(0, 0), (0.25, 0.5), (0.52, 1.35), (0.3, 1.3), (0.14, 1.5), (0.02, 0.6)])
            * size
            * [side, 1]
        )
        canvas.fill(tail + [0, y], Paint(ACCENT, who.cloth[2]), width=0.85)
        loop = smooth(
            np.array([(0, 0), (0.5, -0.42), (1.0, -0.36), (0.98, 0.25), (0.5, 0.32)]) * size * [side, 1],
            closed=True,
        )
        area = canvas.fill(loop + [0, y], Paint(ACCENT, who.cloth[2]), width=0.9)
        canvas.cast(loop * [0.55, 0.6] + [0, y + 0.03], area)
        for lean in (-0.06, 0.04):
            canvas.mark(
                bend((side * 0.15 * size, y + lean * 0.3), (side * 0.72 * size, y + lean), 0.1), area, 0.65
            )
    canvas.fill(ellipse((0, y), (0.2 * size, 0.22 * size)), Paint(ACCENT, who.cloth[2]), width=0.85)


def buttons(canvas: Canvas, x: float, ys: list[float], colour: Rgb, part: int = TOP) -> None:
    for y in ys:
        canvas.fill(ellipse((x, y), (0.05, 0.05), 10), Paint(part, colour), width=0.5)


def tie(canvas: Canvas, who: Character) -> None:
    knot = np.array([(-0.11, 1.85), (0.11, 1.85), (0.07, 2.07), (-0.07, 2.07)])
    area = canvas.fill(
        np.array([(0.07, 2.05), (0.19, 3.0), (0.0, 3.25), (-0.19, 3.0), (-0.07, 2.05)]),
        Paint(ACCENT, who.cloth[2]),
    )
    canvas.cast(np.array([(0.0, 2.05), (0.2, 2.05), (0.2, 3.1), (0.0, 3.3)]), area)
    if who.outfit.stripes or who.outfit.seed % 2:
        for y in np.arange(2.15, 3.2, 0.26):
            canvas.shade(
                np.array([(-0.25, y + 0.18), (0.25, y), (0.25, y + 0.09), (-0.25, y + 0.27)]),
                area,
                who.cloth[3],
            )
    canvas.fill(knot, Paint(ACCENT, who.cloth[2]), width=0.9)


def collar(canvas: Canvas, who: Character, colour: Rgb) -> None:
    for side in (-1, 1):
        flap = np.array([(0.28, 1.42), (0.42, 1.6), (0.38, 2.12), (0.02, 1.86)]) * [side, 1]
        area = canvas.fill(flap, Paint(COLLAR, colour), width=0.9)
        canvas.cast(flap * [0.7, 1] + [side * 0.02, -0.1], area)
