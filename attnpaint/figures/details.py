"""What lies on the clothes: collars, bows, buttons, plates."""

from collections.abc import Callable

import numpy as np

from attnpaint.figures import jackets
from attnpaint.figures.body import ACCENT, BELT, COLLAR, WAIST
from attnpaint.figures.canvas import Canvas, Paint
from attnpaint.figures.character import Character, View
from attnpaint.figures.clothes import top_colour, wave
from attnpaint.figures.curves import bend, ellipse, join, ribbon, smooth
from attnpaint.figures.neckwear import GOLD, buttons, collar, ribbon_bow, tie
from attnpaint.figures.plates import draw_armour
from attnpaint.figures.shading import lit


def draw_details(canvas: Canvas, who: Character, view: View) -> None:
    """Collar, buttons, tie and the like, after the upper arms."""
    if draw := _DETAILS.get(who.outfit.top):
        draw(canvas, who, view)
    if who.outfit.choker:
        band = join(bend((-0.27, 1.42), (0.27, 1.42), -0.1), bend((0.28, 1.54), (-0.28, 1.54), 0.1))
        canvas.fill(band, Paint(ACCENT, who.cloth[4]), width=0.8)
        if who.outfit.seed % 2:
            canvas.fill(ellipse((0, 1.62), (0.09, 0.1), 12), Paint(ACCENT, GOLD), width=0.7)


def _sailor(canvas: Canvas, who: Character, view: View) -> None:
    colour = who.cloth[0] if not who.outfit.swap else who.cloth[3]
    for side in (-1, 1):
        flap = np.array(
            [(0.24, 1.55), (0.5, 1.64), (0.8, 1.8), (0.64, 2.2), (0.02, 2.66), (0.04, 2.4), (0.26, 1.95)]
        ) * [side, 1]
        area = canvas.fill(join(smooth(flap[:3]), smooth(flap[2:5]), smooth(flap[4:])), Paint(COLLAR, colour))
        for inset in (0.0, 0.1) if who.outfit.seed % 2 else (0.0,):
            stripe = smooth(
                np.array([(0.7, 1.86), (0.55, 2.12), (0.06, 2.5)]) * [side, 1] - [side * inset, inset]
            )
            band = ribbon(stripe, np.full(len(stripe), 0.025))
            canvas.shade(band, area, lit(who.cloth[3], 0.5) if not who.outfit.swap else who.cloth[0])
            canvas.mark(stripe, area, 0.5, 0.1)
    if who.outfit.seed % 3 == 0:
        _scarf(canvas, who)
    else:
        ribbon_bow(canvas, who, 2.55, 0.42)


def _scarf(canvas: Canvas, who: Character) -> None:
    for side in (-1, 1):
        tail = smooth(
            np.array([(0.0, 2.5), (0.14, 2.6), (0.3, 3.2), (0.22, 3.5), (0.05, 3.3), (-0.02, 2.7)])
            * [side, 1],
            closed=True,
        )
        area = canvas.fill(tail, Paint(ACCENT, who.cloth[2]), width=0.9)
        canvas.mark(bend((side * 0.06, 2.7), (side * 0.18, 3.3), 0.05), area, 0.7)
    canvas.fill(ellipse((0, 2.55), (0.12, 0.14), 14), Paint(ACCENT, who.cloth[2]), width=0.9)


def _shirt(canvas: Canvas, who: Character, view: View) -> None:
    canvas.stroke(bend((0.0, 1.95), (0.0, WAIST), 0.01), 0.8)
    buttons(canvas, 0.07, [float(y) for y in np.arange(2.2, WAIST, 0.38)], who.cloth[1])
    collar(canvas, who, top_colour(who))
    if who.outfit.seed % 3 == 0:
        ribbon_bow(canvas, who, 1.92, 0.36)
    elif who.outfit.seed % 3 == 1:
        tie(canvas, who)
    if who.outfit.seed % 4 == 0:  # braces or a waistcoat
        for side in (-1, 1):
            line = smooth(np.array([(0.5, 1.75), (0.48, 2.6), (0.4, WAIST)]) * [side, 1])
            canvas.fill(ribbon(line, np.full(len(line), 0.07)), Paint(COLLAR, who.cloth[4]), width=0.8)


def _dress(canvas: Canvas, who: Character, view: View) -> None:
    y = 1.8
    if who.outfit.frill or who.outfit.seed % 2:
        frill = wave(np.array([-0.74, y]), np.array([0.74, y]), 8, 0.14)
        frill[:, 1] += 0.5 * np.sin(np.linspace(0, np.pi, len(frill)))
        inner = smooth([(0.6, 1.72), (0.2, 2.05), (0, 2.14), (-0.2, 2.05), (-0.6, 1.72)])
        area = canvas.fill(join(frill, inner), Paint(COLLAR, who.cloth[3]))
        for i in range(6, len(frill) - 6, 6):
            canvas.mark(bend(frill[i], frill[i] * [0.93, 1] - [0, 0.2], 0.05), area, 0.6)
    if who.outfit.seed % 3:
        ribbon_bow(canvas, who, 2.35, 0.3)
    else:
        for i in range(5):
            canvas.stroke(bend((-0.14, 2.3 + 0.24 * i), (0.14, 2.42 + 0.24 * i), 0.02), 0.7)
            canvas.stroke(bend((0.14, 2.3 + 0.24 * i), (-0.14, 2.42 + 0.24 * i), 0.02), 0.7)


def _maid(canvas: Canvas, who: Character, view: View) -> None:
    bib = smooth(
        [(-0.4, 2.1), (-0.46, 2.8), (-0.36, WAIST + 0.1), (0.36, WAIST + 0.1), (0.46, 2.8), (0.4, 2.1)]
    )
    area = canvas.fill(join(bib, bend(bib[-1], bib[0], 0.06)), Paint(COLLAR, who.cloth[3]))
    canvas.cast(bib * [0.9, 0.3] + [0, 2.35], area)
    for side in (-1, 1):
        line = smooth(np.array([(0.42, 1.7), (0.6, 2.0), (0.52, 2.9), (0.42, WAIST)]) * [side, 1])
        frill = line + np.stack(
            [side * (0.13 + 0.05 * np.sin(np.arange(len(line)) * 1.4)), 0 * line[:, 0]], 1
        )
        canvas.fill(join(line, frill[::-1]), Paint(COLLAR, who.cloth[3]), width=0.85)
    collar(canvas, who, who.cloth[3])
    ribbon_bow(canvas, who, 1.9, 0.34)


def _kimono(canvas: Canvas, who: Character, view: View) -> None:
    for side in (-1, 1):
        band = join(
            smooth([(side * 0.3, 1.4), (side * 0.42, 1.75), (-side * 0.3, 3.4)]),
            smooth([(-side * 0.55, 3.4), (side * 0.2, 1.9), (side * 0.18, 1.42)]),
        )
        area = canvas.fill(band, Paint(COLLAR, who.cloth[3]))
        canvas.mark(smooth([(side * 0.25, 1.5), (side * 0.28, 1.85), (-side * 0.42, 3.4)]), area, 0.6, 0.2)
    b = 0.64 * who.build.broad
    low = 3.95 if not who.build.male else 3.75
    top = 3.05 if not who.build.male else 3.5
    obi = join(bend((-b, top), (b, top), -0.05), bend((b + 0.04, low), (-b - 0.04, low), 0.05))
    area = canvas.fill(obi, Paint(BELT, who.cloth[2]))
    if not who.build.male:
        canvas.shade(
            join(bend((-b, 3.42), (b, 3.42), -0.05), bend((b, 3.6), (-b, 3.6), 0.05)), area, who.cloth[1]
        )
        for y in (3.42, 3.6):
            canvas.mark(bend((-b, y), (b, y), -0.05), area, 0.7, 0.05)


def _robe(canvas: Canvas, who: Character, view: View) -> None:
    for side in (-1, 1):
        band = join(
            smooth(np.array([(0.34, 1.5), (0.4, 2.0), (0.16, WAIST)]) * [side, 1]),
            smooth(np.array([(0.02, WAIST), (0.2, 2.1), (0.2, 1.5)]) * [side, 1]),
        )
        canvas.fill(band, Paint(COLLAR, who.cloth[2]))
    canvas.fill(ellipse((0, 2.0), (0.14, 0.16), 16), Paint(ACCENT, GOLD), width=0.8)
    canvas.stroke(smooth([(-0.34, 1.55), (-0.2, 1.85), (0, 1.95), (0.2, 1.85), (0.34, 1.55)]), 0.9, taper=0.1)


def _china(canvas: Canvas, who: Character, view: View) -> None:
    band = join(bend((-0.3, 1.36), (0.3, 1.36), -0.12), bend((0.37, 1.74), (-0.37, 1.74), 0.14))
    canvas.fill(band, Paint(COLLAR, who.cloth[2] if who.outfit.trim else top_colour(who)))
    line = smooth([(0.0, 1.7), (0.2, 2.05), (0.62, 2.2), (0.76, 2.5)])
    canvas.stroke(line, 1.1, taper=0.1)
    for at in (line[3], line[8], line[14]):
        canvas.fill(
            ellipse((float(at[0]), float(at[1])), (0.07, 0.05), 12), Paint(ACCENT, who.cloth[2]), width=0.6
        )


def _bare(canvas: Canvas, who: Character, view: View) -> None:
    for side in (-1, 1):  # collar bones
        canvas.stroke(bend((side * 0.1, 1.9), (side * 0.5, 1.8), 0.05 * side), 0.65, taper=1)
    if who.outfit.seed % 2:
        canvas.fill(ellipse((0, 2.05), (0.07, 0.08), 12), Paint(ACCENT, GOLD), width=0.6)
        canvas.stroke(smooth([(-0.26, 1.55), (-0.14, 1.85), (0, 1.98), (0.14, 1.85), (0.26, 1.55)]), 0.6)


_DETAILS: dict[str, Callable[[Canvas, Character, View], None]] = {
    "sailor": _sailor, "shirt": _shirt, "dress": _dress, "kimono": _kimono, "armour": draw_armour,
    "robe": _robe, "hoodie": jackets.hoodie, "jacket": jackets.jacket, "sweater": jackets.sweater,
    "maid": _maid, "uniform": jackets.uniform, "bare": _bare, "cardigan": jackets.cardigan, "china": _china,
    "coat": jackets.coat, "sport": jackets.sport,
}  # fmt: skip
