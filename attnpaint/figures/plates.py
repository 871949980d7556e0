"""Armour."""

import numpy as np

from attnpaint.figures.body import ACCENT, COLLAR
from attnpaint.figures.canvas import Canvas, Paint
from attnpaint.figures.character import Character, View
from attnpaint.figures.curves import bend, ellipse, join, smooth
from attnpaint.figures.shading import GLEAM, Rgb, lit

_STEELS: tuple[Rgb, ...] = ((206, 212, 222), (168, 176, 190), (92, 98, 112), (222, 200, 150), (240, 240, 244))


def steel(who: Character) -> Rgb:
    return _STEELS[who.outfit.seed % 5] if who.outfit.seed % 7 else lit(who.cloth[1], 0.3)


def draw_armour(canvas: Canvas, who: Character, view: View) -> None:
    """Breastplate and tassets."""
    colour = steel(who)
    plate = smooth(
        [
            (-0.66, 1.85),
            (-0.2, 2.05),
            (0.2, 2.05),
            (0.66, 1.85),
            (0.8, 2.4),
            (0.55, 3.1),
            (0, 3.35),
            (-0.55, 3.1),
            (-0.8, 2.4),
        ],
        closed=True,
    )
    area = canvas.fill(plate, Paint(COLLAR, colour))
    canvas.cast(plate * [0.5, 1] + [0.5, 0.1], area)
    canvas.cast(smooth([(-0.55, 2.2), (-0.45, 2.15), (-0.4, 3.0), (-0.5, 2.9)], closed=True), area, GLEAM)
    canvas.mark(bend((0, 2.05), (0, 3.3), 0.02), area, 0.9)
    for side in (-1, 1):
        canvas.mark(bend((side * 0.66, 2.75), (side * 0.08, 2.95), -0.2 * side), area, 0.8)
        tasset = smooth(
            np.array([(0.1, 3.6), (0.7, 3.6), (0.98, 4.5), (0.6, 4.95), (0.22, 4.6)]) * [side, 1], closed=True
        )
        low = canvas.fill(tasset, Paint(COLLAR, colour))
        canvas.cast(tasset * [0.5, 1] + [side * 0.3 + 0.15, 0.05], low)
        canvas.mark(smooth(np.array([(0.2, 4.3), (0.55, 4.6), (0.88, 4.3)]) * [side, 1]), low, 0.7, 0.1)
    canvas.fill(ellipse((0, 2.0), (0.13, 0.15)), Paint(ACCENT, who.cloth[2]))


def draw_pauldrons(canvas: Canvas, who: Character) -> None:
    """Plates over the shoulders, after the arms."""
    for side in (-1, 1):
        for drop, size in ((0.42, 0.4), (0.12, 0.46)):
            t = np.linspace(np.pi * 0.95, np.pi * 2.05, 16)
            x, y = side * 0.92 * who.build.broad, 1.9 + drop
            dome = np.stack([x + size * np.cos(t), y + 0.16 + size * 0.9 * np.sin(t)], 1)
            area = canvas.fill(join(dome, bend(dome[-1], dome[0], 0.12)), Paint(COLLAR, steel(who)))
            canvas.cast(dome * [0.6, 0.8] + [0.4 * x + 0.1, 0.2 * y + 0.1], area)
            canvas.mark(dome * 0.85 + np.array([x, y]) * 0.15, area, 0.6, 0.2)
