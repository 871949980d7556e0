"""What lies on the clothes: collars, bows, buttons, plates."""

import numpy as np

from attnpaint.figures.body import ACCENT, BELT, COLLAR, TOP, WAIST
from attnpaint.figures.canvas import Canvas, Paint, Rgb
from attnpaint.figures.character import Character, View
from attnpaint.figures.clothes import wave
from attnpaint.figures.curves import bend, ellipse, join, limb, smooth
from attnpaint.figures.hues import lit, shaded


def draw_details(canvas: Canvas, who: Character, view: View) -> None:
    """Collar, buttons, tie and the like, after the upper arms."""
    _DETAILS[who.top](canvas, who, view)


def _sailor(canvas: Canvas, who: Character, view: View) -> None:
    for side in (-1, 1):
        flap = np.array(
            [(0.24, 1.55), (0.5, 1.66), (0.78, 1.8), (0.62, 2.2), (0.02, 2.66), (0.04, 2.4), (0.26, 1.95)]
        ) * [side, 1]
        shape = join(smooth(flap[:3]), smooth(flap[2:5]), smooth(flap[4:]))
        area = canvas.fill(shape, Paint(COLLAR, who.cloth[0]))
        stripe = smooth(np.array([(0.7, 1.86), (0.54, 2.14), (0.06, 2.54)]) * [side, 1])
        canvas.shade(limb([tuple(p) for p in stripe[::3]], [0.05, 0.05]), area, lit(who.cloth[0], 0.85))
    _ribbon_bow(canvas, who, 2.55, 0.42)


def _ribbon_bow(canvas: Canvas, who: Character, y: float, size: float) -> None:
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
        canvas.fill(loop + [0, y], Paint(ACCENT, who.cloth[2]), width=0.9)
        canvas.stroke(bend((side * 0.15 * size, y - 0.02), (side * 0.7 * size, y - 0.06), 0.1), 0.7, taper=1)
    canvas.fill(ellipse((0, y), (0.2 * size, 0.22 * size)), Paint(ACCENT, who.cloth[2]), width=0.85)


def _shirt(canvas: Canvas, who: Character, view: View) -> None:
    canvas.stroke(bend((0.0, 1.95), (0.0, WAIST), 0.01), 0.8)
    for y in np.arange(2.2, WAIST, 0.38):
        canvas.fill(ellipse((0.07, float(y)), (0.045, 0.045)), Paint(TOP, who.cloth[1]), width=0.5)
    _collar(canvas, who, who.cloth[3])
    if who.bow:
        _ribbon_bow(canvas, who, 1.92, 0.36)
    else:
        tie = np.array(
            [(-0.1, 1.85), (0.1, 1.85), (0.08, 2.05), (0.19, 3.0), (0.0, 3.25), (-0.19, 3.0), (-0.08, 2.05)]
        )
        canvas.fill(tie, Paint(ACCENT, who.cloth[2]))
        canvas.stroke(bend((-0.09, 2.05), (0.09, 2.05), -0.1), 0.8)


def _collar(canvas: Canvas, who: Character, colour: Rgb) -> None:
    for side in (-1, 1):
        flap = np.array([(0.3, 1.42), (0.42, 1.6), (0.38, 2.12), (0.02, 1.86)]) * [side, 1]
        canvas.fill(flap, Paint(COLLAR, colour), width=0.9)


def _dress(canvas: Canvas, who: Character, view: View) -> None:
    y = 1.8
    frill = wave(np.array([-0.74, y]), np.array([0.74, y]), 8, 0.14)
    frill[:, 1] += 0.5 * np.sin(np.linspace(0, np.pi, len(frill)))
    inner = smooth([(0.6, 1.72), (0.2, 2.05), (0, 2.14), (-0.2, 2.05), (-0.6, 1.72)])
    canvas.fill(join(frill, inner), Paint(COLLAR, who.cloth[3]))
    for i in range(6, len(frill) - 6, 6):
        canvas.stroke(bend(frill[i], frill[i] * [0.93, 1] - [0, 0.2], 0.05), 0.6, taper=1)
    _ribbon_bow(canvas, who, 2.35, 0.3)


def _kimono(canvas: Canvas, who: Character, view: View) -> None:
    for side in (-1, 1):
        band = join(
            smooth([(side * 0.3, 1.4), (side * 0.42, 1.75), (-side * 0.3, 3.4)]),
            smooth([(-side * 0.55, 3.4), (side * 0.2, 1.9), (side * 0.18, 1.42)]),
        )
        canvas.fill(band, Paint(COLLAR, who.cloth[3]))
    b = 0.66 * who.broad
    obi = join(bend((-b, 3.05), (b, 3.05), -0.05), bend((b + 0.04, 3.95), (-b - 0.04, 3.95), 0.05))
    area = canvas.fill(obi, Paint(BELT, who.cloth[2]))
    canvas.shade(
        join(bend((-b, 3.42), (b, 3.42), -0.05), bend((b, 3.6), (-b, 3.6), 0.05)), area, who.cloth[1]
    )
    for y in (3.42, 3.6):
        canvas.stroke(bend((-b, y), (b, y), -0.05), 0.7, taper=0.05)


def _armour(canvas: Canvas, who: Character, view: View) -> None:
    steel = lit(who.cloth[1], 0.35)
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
    area = canvas.fill(plate, Paint(COLLAR, steel))
    if view.steps:
        canvas.shade(plate * [0.5, 1] + [0.5, 0.1], area, shaded(steel))
        canvas.shade(bend((-0.5, 2.2), (-0.35, 3.0), 0.1), area, lit(steel, 0.8))
    canvas.stroke(bend((0, 2.05), (0, 3.3), 0.02), 0.9)
    for side in (-1, 1):
        canvas.stroke(bend((side * 0.66, 2.75), (side * 0.08, 2.95), -0.2 * side), 0.8, taper=0.7)
    for side in (-1, 1):
        tasset = smooth(
            np.array([(0.1, 3.6), (0.7, 3.6), (0.98, 4.5), (0.6, 4.95), (0.22, 4.6)]) * [side, 1], closed=True
        )
        canvas.fill(tasset, Paint(COLLAR, steel))
        canvas.stroke(smooth(np.array([(0.2, 4.3), (0.55, 4.6), (0.88, 4.3)]) * [side, 1]), 0.7)
    canvas.fill(ellipse((0, 2.0), (0.13, 0.15)), Paint(ACCENT, who.cloth[2]))


def draw_pauldrons(canvas: Canvas, who: Character) -> None:
    """Plates over the shoulders, after the arms."""
    steel = lit(who.cloth[1], 0.35)
    for side in (-1, 1):
        for drop, size in ((0.42, 0.4), (0.12, 0.46)):
            t = np.linspace(np.pi * 0.95, np.pi * 2.05, 16)
            x, y = side * 0.95 * who.broad, 1.9 + drop
            dome = np.stack([x + size * np.cos(t), y + 0.16 + size * 0.9 * np.sin(t)], 1)
            canvas.fill(join(dome, bend(dome[-1], dome[0], 0.12)), Paint(COLLAR, steel))


def _hoodie(canvas: Canvas, who: Character, view: View) -> None:
    for side in (-1, 1):
        hood = smooth(
            np.array([(0.32, 1.3), (0.74, 1.5), (0.72, 1.85), (0.3, 2.1), (0.02, 2.15), (0.16, 1.8)])
            * [side, 1],
            closed=True,
        )
        canvas.fill(hood, Paint(TOP, who.cloth[0]))
        canvas.stroke(bend((side * 0.12, 2.1), (side * 0.16, 2.8), 0.05), 1.6, taper=0.1)
    pocket = (
        smooth([(-0.36, 3.1), (0.36, 3.1)]),
        smooth([(0.36, 3.1), (0.56, 3.7)]),
        smooth([(0.56, 3.7), (-0.56, 3.7)]),
    )
    canvas.fill(join(*pocket), Paint(TOP, who.cloth[0]))
    b = 0.72
    band = join(bend((-b, 4.05), (b, 4.05), -0.04), bend((b, 4.35), (-b, 4.35), 0.04))
    if who.trousers:
        canvas.fill(band, Paint(BELT, who.cloth[1]))


def _jacket(canvas: Canvas, who: Character, view: View) -> None:
    gap = smooth([(-0.34, 1.5), (-0.3, 2.0), (0, 2.95), (0.3, 2.0), (0.34, 1.5)])
    canvas.fill(gap, Paint(COLLAR, who.cloth[3]))
    tie = np.array([(-0.09, 1.85), (0.09, 1.85), (0.13, 2.7), (0, 2.9), (-0.13, 2.7)])
    canvas.fill(tie, Paint(ACCENT, who.cloth[2]), width=0.9)
    _collar(canvas, who, who.cloth[3])
    for side in (-1, 1):
        lapel = np.array(
            [(0.34, 1.5), (0.56, 1.68), (0.66, 2.1), (0.5, 2.16), (0.56, 2.3), (0.0, 3.05), (0.28, 2.1)]
        ) * [side, 1]
        canvas.fill(lapel, Paint(TOP, who.cloth[0]))
    canvas.stroke(bend((0, 3.05), (0.02, WAIST + 0.6), 0.01), 0.9)
    for y in (3.15, 3.4):
        canvas.fill(ellipse((0.1, y), (0.05, 0.05)), Paint(ACCENT, who.cloth[2]), width=0.6)


_DETAILS = {
    "sailor": _sailor, "shirt": _shirt, "dress": _dress, "kimono": _kimono, "armour": _armour,
    "hoodie": _hoodie, "jacket": _jacket,
}  # fmt: skip
