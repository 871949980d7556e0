"""Clothes over the body: trunk, skirts, collars, belts, capes."""

import numpy as np

from attnpaint.figures.body import (
    ACCENT,
    BELT,
    CAPE,
    COLLAR,
    CROTCH,
    HIP,
    LOWER,
    SKIN,
    TOP,
    WAIST,
    pose_legs,
    torso,
)
from attnpaint.figures.canvas import Canvas, Paint, Rgb
from attnpaint.figures.character import Character, View
from attnpaint.figures.curves import Points, bend, ellipse, join, lee, limb, mirrored, smooth
from attnpaint.figures.hues import lit, shaded


def top_colour(who: Character) -> Rgb:
    return who.cloth[3] if who.top in ("sailor", "shirt") else who.cloth[0]


def lower_colour(who: Character) -> Rgb:
    return who.cloth[0] if who.top in ("sailor", "shirt", "dress", "kimono") else who.cloth[4]


def draw_cape(canvas: Canvas, who: Character, view: View) -> None:
    """A cape behind the body."""
    right = smooth([(0.4, 1.6), (1.05 * who.broad, 1.9), (1.45, 4.0), (1.9 + 0.2 * view.stance, 7.8)])
    hem = _hem(right[-1], mirrored(right)[-1], 7, 0.18)
    area = canvas.fill(join(right, hem, mirrored(right)[::-1]), Paint(CAPE, who.cloth[2]))
    canvas.shade(join(right * [0.75, 1], mirrored(right)[::-1] * [0.75, 1]), area, shaded(who.cloth[2], 0.35))
    for x in (-1.2, -0.7, 0.75, 1.25):
        canvas.stroke(bend((x * 0.7, 2.6), (x * 1.25, 7.4), 0.02), 0.8, taper=1)


def _hem(start: Points, end: Points, waves: int, depth: float) -> Points:
    t = np.linspace(0, 1, waves * 6 + 1)
    line = start + (end - start) * t[:, None]
    line[:, 1] += depth * (0.5 - 0.5 * np.cos(2 * np.pi * waves * t)) + 0.25 * np.sin(np.pi * t)
    return line


def draw_lower(canvas: Canvas, who: Character, view: View) -> None:
    """Trousers, or a skirt with pleats or waves."""
    colour = lower_colour(who)
    if who.trousers and who.top not in ("dress", "kimono"):
        _trousers(canvas, who, view, colour)
        return
    if who.top == "kimono":
        _skirt(canvas, who, view, colour, 5.4 * who.legs, 0.1, 1)
        canvas.stroke(bend((0.1, WAIST + 0.5), (0.5, CROTCH + 4.8 * who.legs), 0.03), 1.0)
        return
    _skirt(canvas, who, view, colour, who.skirt, 0.55, 9 if who.seed % 2 else 5)


def _trousers(canvas: Canvas, who: Character, view: View, colour: Rgb) -> None:
    pelvis = smooth(
        [
            (-0.66, WAIST + 0.2),
            (-0.84, HIP),
            (-0.8, CROTCH + 0.2),
            (0, CROTCH + 0.2),
            (0.8, CROTCH + 0.2),
            (0.84, HIP),
            (0.66, WAIST + 0.2),
        ]
    )
    pieces = [pelvis]
    for leg in pose_legs(who, view.stance):
        pieces.append(
            limb(
                (
                    leg.hip,
                    (leg.hip + leg.knee) / 2,
                    leg.knee,
                    (leg.knee + leg.ankle) / 2,
                    leg.ankle - [0, 0.05],
                ),
                (0.92, 0.84, 0.68, 0.64, 0.56),
            )
        )
    area = canvas.fill(pieces, Paint(LOWER, colour))
    for piece, leg in zip(pieces[1:], pose_legs(who, view.stance), strict=True):
        if view.steps:
            canvas.shade(lee(piece), area, shaded(colour))
        for y, reach in ((0.0, 0.3), (0.16, 0.22)):
            canvas.stroke(
                bend(leg.knee + [-leg.side * 0.28, y], leg.knee + [-leg.side * (0.28 - reach), y + 0.1], 0.1),
                0.7,
                taper=1,
            )
        canvas.stroke(bend(leg.ankle + [-0.22, -0.3], leg.ankle + [0.1, -0.22], -0.2), 0.7, taper=1)
    canvas.stroke(bend((0, CROTCH - 0.5), (0.02, CROTCH + 0.5), 0.03), 0.8, taper=0.6)
    canvas.stroke(bend((0.1, CROTCH + 0.1), (0.5, CROTCH - 0.15), -0.1), 0.7, taper=1)


def _skirt(
    canvas: Canvas, who: Character, view: View, colour: Rgb, long: float, flare: float, pleats: int
) -> None:
    high = WAIST + 0.12
    low = high + long
    wide = 0.62 + flare * (0.5 + long * 0.42) + 0.1
    right = smooth(
        [
            (0.6 * who.broad, high),
            (0.86, high + 0.7),
            (0.78 + (wide - 0.78) * 0.6, high + long * 0.6),
            (wide, low),
        ]
    )
    sway = 0.12 * view.stance
    right[:, 0] += sway * (right[:, 1] - high) / long
    left = np.stack([-(right[:, 0] - 2 * sway * (right[:, 1] - high) / long), right[:, 1]], 1)
    hem = _hem(right[-1], left[-1], pleats, 0.13 if pleats > 1 else 0.05)
    area = canvas.fill(join(right, hem, left[::-1]), Paint(LOWER, colour))
    for i in range(1, pleats):
        end = hem[i * 6]
        start = np.array([(0.5 - i / pleats) * 1.1 * who.broad, high])
        line = smooth([tuple(start), (float(start[0] * 1.5), high + 0.7), tuple(end)])
        if view.steps:
            fold = join(line, [tuple(end + [0.16, 0.02])])
            canvas.shade(fold, area, shaded(colour))
        canvas.stroke(line[2 if pleats > 6 else 5 :][::-1], 0.9, taper=0.8)
    if view.steps:
        canvas.shade(join(right, right[::-1] - [0.28, 0]), area, shaded(colour))
    if who.top in ("sailor", "dress") or pleats > 6:
        raised = hem - [0, 0.28]
        band = canvas.shade(
            join(raised - [0, 0.1], raised[::-1]), area, who.cloth[3] if who.seed % 5 else who.cloth[2]
        )
        if band:
            canvas.stroke(raised * [0.985, 1], 0.6, taper=0.05)
            canvas.stroke((raised - [0, 0.1]) * [0.98, 1], 0.6, taper=0.05)


def draw_trunk(canvas: Canvas, who: Character, view: View) -> None:
    """Skin of the chest, the garment over the trunk, and what lies on it."""
    right = torso(who)
    body = join(right, mirrored(right)[::-1])
    canvas.fill(body[np.r_[0:30, -30:0]], Paint(SKIN, who.skin), [])
    depth = {"kimono": 2.3, "sailor": 2.35, "dress": 2.15, "jacket": 2.3}.get(who.top, 1.78)
    loose = who.top in ("hoodie", "jacket") or (who.top == "shirt" and who.trousers and who.seed % 2 == 0)
    cut = 45 if loose else 32
    outer = right[4:cut]
    neckline = smooth(
        [
            tuple(mirrored(outer)[0]),
            (-0.2, (1.7 + depth) / 2 + 0.05),
            (0.0, depth),
            (0.2, (1.7 + depth) / 2 + 0.05),
            tuple(outer[0]),
        ]
    )
    colour = top_colour(who)
    hem = bend(outer[-1], mirrored(outer)[-1], -0.05)
    garment = join(outer, hem, mirrored(outer)[::-1], neckline)
    area = canvas.fill(garment, Paint(TOP, colour))
    if view.steps:
        canvas.shade(join(right, right[::-1] - [0.3, 0]), area, shaded(colour))
        canvas.shade(
            smooth(
                [
                    (-0.7, 2.75),
                    (-0.3, 2.98),
                    (0, 2.85),
                    (0.4, 2.98),
                    (0.75, 2.7),
                    (0.4, 2.84),
                    (0, 2.76),
                    (-0.3, 2.84),
                ],
                closed=True,
            ),
            area,
            shaded(colour),
        )
    if not who.trousers:
        for side in (-1, 1):
            canvas.stroke(bend((side * 0.66, 2.7), (side * 0.3, 2.88), -0.2 * side), 0.7, taper=0.9)
    for side, y in ((-1, 3.2), (1, 3.3), (1, 3.05)):
        canvas.stroke(bend((side * 0.56, y), (side * 0.22, y + 0.12), 0.1 * side), 0.7, taper=1)
    if not loose and who.top != "kimono":
        _belt(canvas, who, 0.2)


def draw_details(canvas: Canvas, who: Character, view: View) -> None:
    """Collar, buttons, tie and the like, after the upper arms."""
    _DETAILS[who.top](canvas, who, view)


def _belt(canvas: Canvas, who: Character, tall: float) -> None:
    b = 0.61 * who.broad
    band = join(
        bend((-b, WAIST), (b, WAIST), -0.04), bend((b + 0.02, WAIST + tall), (-b - 0.02, WAIST + tall), 0.04)
    )
    canvas.fill(band, Paint(BELT, who.cloth[4] if tall < 0.5 else who.cloth[2]))


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
    frill = _hem(np.array([-0.74, y]), np.array([0.74, y]), 8, 0.14)
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
    "sailor": _sailor, "shirt": _shirt, "dress": _dress, "kimono": _kimono, "armour": _armour, "hoodie": _hoodie,
    "jacket": _jacket,
}  # fmt: skip
