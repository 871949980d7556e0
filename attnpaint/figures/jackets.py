"""What is worn over a shirt, or closed to the neck: jackets, hoodies, sweaters, uniforms, coats."""

import numpy as np

from attnpaint.figures.body import ACCENT, COLLAR, TOP, WAIST
from attnpaint.figures.canvas import Canvas, Paint
from attnpaint.figures.character import Character, View
from attnpaint.figures.clothes import top_colour
from attnpaint.figures.curves import bend, ellipse, join, limb, ribbon, smooth
from attnpaint.figures.neckwear import GOLD, buttons, collar, ribbon_bow, tie
from attnpaint.figures.shading import Rgb


def hoodie(canvas: Canvas, who: Character, view: View) -> None:
    colour = top_colour(who)
    for side in (-1, 1):
        hood = smooth(
            np.array([(0.32, 1.3), (0.74, 1.5), (0.72, 1.85), (0.3, 2.1), (0.02, 2.15), (0.16, 1.8)])
            * [side, 1],
            closed=True,
        )
        area = canvas.fill(hood, Paint(TOP, colour))
        canvas.cast(hood * [0.7, 0.8] + [0, 0.4], area)
        canvas.mark(smooth(np.array([(0.6, 1.5), (0.56, 1.85), (0.25, 2.05)]) * [side, 1]), area, 0.7)
        canvas.stroke(bend((side * 0.12, 2.1), (side * 0.16, 2.8), 0.05), 1.6, taper=0.1)
    pocket = np.array([(-0.36, 3.1), (0.36, 3.1), (0.56, 3.7), (0.56, 3.95), (-0.56, 3.95), (-0.56, 3.7)])
    canvas.fill(pocket, Paint(TOP, colour))
    if who.outfit.seed % 2:
        canvas.stroke(bend((0, 2.15), (0, 4.3), 0.01), 1.2, taper=0.05)


def _lapels(canvas: Canvas, who: Character, low: float, colour: Rgb) -> None:
    for side in (-1, 1):
        lapel = np.array(
            [(0.34, 1.5), (0.56, 1.66), (0.66, 2.1), (0.5, 2.16), (0.56, 2.3), (0.0, low), (0.28, 2.1)]
        ) * [side, 1]
        area = canvas.fill(lapel, Paint(TOP, colour))
        canvas.cast(lapel * [0.8, 1] + [side * 0.0, 0.12], area)


def jacket(canvas: Canvas, who: Character, view: View) -> None:
    gap = smooth([(-0.34, 1.5), (-0.3, 2.0), (0, 2.95), (0.3, 2.0), (0.34, 1.5)])
    canvas.fill(gap, Paint(COLLAR, who.cloth[3] if not who.outfit.swap else who.cloth[1]))
    if who.outfit.seed % 4:
        tie = np.array([(-0.09, 1.85), (0.09, 1.85), (0.13, 2.7), (0, 2.9), (-0.13, 2.7)])
        canvas.fill(tie, Paint(ACCENT, who.cloth[2]), width=0.9)
    else:
        ribbon_bow(canvas, who, 2.0, 0.34)
    collar(canvas, who, who.cloth[3])
    _lapels(canvas, who, 3.05, top_colour(who))
    canvas.stroke(bend((0, 3.05), (0.02, WAIST + 0.6), 0.01), 0.9)
    buttons(canvas, 0.1, [3.15, 3.4], GOLD, ACCENT)
    pocket = np.array([(0.3, 2.55), (0.56, 2.5), (0.58, 2.8), (0.33, 2.84)])
    canvas.fill(pocket, Paint(TOP, top_colour(who)), width=0.7)


def cardigan(canvas: Canvas, who: Character, view: View) -> None:
    colour = who.cloth[1] if who.outfit.seed % 2 else who.cloth[0]
    canvas.stroke(bend((0.0, 1.95), (0.0, WAIST), 0.01), 0.7)
    collar(canvas, who, who.cloth[3])
    for side in (-1, 1):
        shape = join(
            smooth(
                np.array([(0.42, 1.62), (0.8, 1.84), (0.86, 2.3), (0.72, 2.9), (0.62, WAIST), (0.8, 4.3)])
                * [side, 1]
            ),
            smooth(np.array([(0.24, 4.35), (0.2, 3.4), (0.3, 2.4), (0.34, 1.7)]) * [side, 1]),
        )
        area = canvas.fill(shape, Paint(TOP, colour))
        canvas.cast(shape * [0.35, 1] + [side * 0.55, 0], area)
        buttons(canvas, side * 0.3, [2.9, 3.3, 3.7] if side > 0 else [], who.cloth[4])
    if who.outfit.seed % 3:
        ribbon_bow(canvas, who, 1.92, 0.32)
    else:
        tie(canvas, who)


def sweater(canvas: Canvas, who: Character, view: View) -> None:
    high = who.outfit.neck in ("high", "round")
    tall = 0.42 if who.outfit.neck == "high" else 0.14
    if high:
        band = join(
            bend((-0.36, 1.78 - tall), (0.36, 1.78 - tall), -0.16), bend((0.42, 1.8), (-0.42, 1.8), 0.18)
        )
        area = canvas.fill(band, Paint(COLLAR, top_colour(who)), width=0.9)
        for x in np.linspace(-0.34, 0.34, 9):
            canvas.mark(np.array([(x, 1.3), (x * 1.04, 1.7), (x * 1.1, 2.1)]), area, 0.45, 0.2)
    if who.outfit.seed % 3 == 0:
        for x in (-0.3, 0.0, 0.3):
            for y in np.arange(2.3, 4.2, 0.3):
                canvas.stroke(
                    smooth([(x - 0.06, y), (x + 0.05, y + 0.15), (x - 0.06, y + 0.3)]), 0.6, taper=0.6
                )


def uniform(canvas: Canvas, who: Character, view: View) -> None:
    colour = top_colour(who)
    band = join(bend((-0.32, 1.36), (0.32, 1.36), -0.12), bend((0.4, 1.76), (-0.4, 1.76), 0.14))
    canvas.fill(band, Paint(COLLAR, who.cloth[1] if who.outfit.trim else colour))
    canvas.stroke(bend((0.02, 1.5), (0.02, WAIST + 0.8), 0.01), 1.0)
    double = who.outfit.seed % 2
    for side in (-1, 1) if double else (1,):
        buttons(canvas, side * 0.26 if double else 0.1, [2.2, 2.6, 3.0, 3.4], GOLD, ACCENT)
    if who.outfit.seed % 3 == 0:  # cords
        for drop in (0.0, 0.16):
            cord = smooth([(0.66, 1.9), (0.4, 2.4 + drop), (0.1, 2.25 + drop)])
            canvas.fill(ribbon(cord, np.full(len(cord), 0.03)), Paint(ACCENT, GOLD), width=0.6)
    for side in (-1, 1):
        board = limb(((side * 0.46, 1.7), (side * 0.86, 1.86)), (0.2, 0.26))
        canvas.fill(board, Paint(COLLAR, who.cloth[2] if who.outfit.trim else GOLD), width=0.8)


def coat(canvas: Canvas, who: Character, view: View) -> None:
    colour = top_colour(who)
    inner = smooth([(-0.36, 1.5), (-0.24, 2.4), (0, 3.1), (0.24, 2.4), (0.36, 1.5)])
    canvas.fill(inner, Paint(COLLAR, who.cloth[3] if who.outfit.seed % 2 else who.cloth[1]))
    if who.outfit.seed % 3 == 0:
        scarf = smooth(
            [(-0.42, 1.3), (0, 1.5), (0.42, 1.3), (0.5, 1.75), (0, 2.0), (-0.5, 1.75)], closed=True
        )
        area = canvas.fill(scarf, Paint(ACCENT, who.cloth[2]))
        canvas.cast(scarf * [0.9, 0.5] + [0, 0.95], area)
        tail = np.array([(0.1, 1.9), (0.4, 1.85), (0.46, 3.0), (0.14, 3.05)])
        canvas.fill(tail, Paint(ACCENT, who.cloth[2]))
    else:
        _lapels(canvas, who, 3.1, colour)
    canvas.stroke(bend((0, 3.05), (0.02, WAIST + 0.9), 0.01), 1.0)
    for side in (-1, 1):
        buttons(canvas, side * 0.2, [3.2, 3.6, 4.0], who.cloth[4])


def sport(canvas: Canvas, who: Character, view: View) -> None:
    band = join(bend((-0.34, 1.44), (0.34, 1.44), -0.12), bend((0.42, 1.78), (-0.42, 1.78), 0.14))
    canvas.fill(band, Paint(COLLAR, who.cloth[1]))
    if who.outfit.seed % 2:
        canvas.stroke(bend((0, 1.7), (0.0, 4.3), 0.005), 1.3, taper=0.05)
        canvas.fill(ellipse((0, 1.95), (0.05, 0.09), 10), Paint(ACCENT, (210, 214, 220)), width=0.6)
    else:
        star = np.array(
            [
                (0.0, 2.4),
                (0.12, 2.7),
                (0.42, 2.72),
                (0.18, 2.9),
                (0.28, 3.2),
                (0, 3.02),
                (-0.28, 3.2),
                (-0.18, 2.9),
                (-0.42, 2.72),
                (-0.12, 2.7),
            ]
        )
        canvas.fill(star, Paint(TOP, who.cloth[2]), width=0.8)
