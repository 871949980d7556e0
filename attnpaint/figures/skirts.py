"""Skirts, trousers and shorts."""

import numpy as np

from attnpaint.figures.body import COLLAR, CROTCH, HIP, LOWER, WAIST, Leg, pose_legs
from attnpaint.figures.canvas import Canvas, Paint
from attnpaint.figures.character import Character, View
from attnpaint.figures.clothes import lower_colour, wave
from attnpaint.figures.curves import Points, bend, join, lee, limb, smooth
from attnpaint.figures.outfits import LONG
from attnpaint.figures.patterns import draw_fold, draw_frill, draw_pattern
from attnpaint.figures.shading import Rgb


def draw_lower(canvas: Canvas, who: Character, view: View) -> None:
    """Trousers, shorts, or a skirt with pleats or folds."""
    outfit, colour = who.outfit, lower_colour(who)
    if outfit.top in LONG:
        _skirt(canvas, who, view, colour, 5.4 * who.build.legs, 0.1 if outfit.top == "kimono" else 0.3, False)
        if not view.behind:
            canvas.stroke(bend((0.1, WAIST + 0.5), (0.5, CROTCH + 4.8 * who.build.legs), 0.03), 1.0)
        return
    if outfit.bottom in ("trousers", "shorts") and outfit.top not in ("dress", "maid"):
        _trousers(canvas, who, view, colour, outfit.bottom == "shorts")
        return
    seated = view.legs in ("sit", "kneel")
    long = min(outfit.skirt, 2.1) if seated else outfit.skirt
    _skirt(canvas, who, view, colour, long, outfit.flare + 0.15 * seated, outfit.bottom == "pleated")


def _trousers(canvas: Canvas, who: Character, view: View, colour: Rgb, short: bool) -> None:
    w = 0.82 - 0.05 * who.build.male
    half = [(0.62, WAIST + 0.2), (w, HIP), (w - 0.02, CROTCH + 0.2)]
    pelvis = smooth([*[(-x, y) for x, y in half], (0, CROTCH + 0.2), *reversed(half)])
    pieces, legs = [pelvis], pose_legs(who, view)
    wide = 0.06 * (who.outfit.seed % 4)
    for leg in legs:
        if short:
            pieces.append(limb((leg.hip, leg.hip + (leg.knee - leg.hip) * 0.55), (0.92, 0.96)))
            continue
        low = leg.ankle - [0, 0.05]
        joints = (leg.hip, (leg.hip + leg.knee) / 2, leg.knee, (leg.knee + leg.ankle) / 2, low)
        pieces.append(limb(joints, (0.92, 0.84, 0.66 + wide, 0.6 + wide, 0.5 + 1.3 * wide)))
    area = canvas.fill(pieces, Paint(LOWER, colour))
    box = (-2.0, WAIST, 2.0, CROTCH + 6.5)
    draw_pattern(canvas, area, who.outfit.lower_pattern, who.cloth[2], box, who.outfit.seed)
    for piece, leg in zip(pieces[1:], legs, strict=True):
        canvas.cast(lee(piece, 0.3), area)
        _creases(canvas, area, leg, short)
    canvas.mark(bend((0, WAIST + 0.3), (0.02, CROTCH + 0.5), 0.03), area, 0.8, 0.6)


def _creases(canvas: Canvas, area: int, leg: Leg, short: bool) -> None:
    """Folds of a trouser leg at crotch, knee and ankle."""
    s = leg.side
    for start, end, way in (((0.06, 0.02), (0.55, -0.28), -1), ((0.1, 0.1), (0.5, 0.35), 1)):
        one, other = np.array([s * start[0], CROTCH + start[1]]), np.array([s * end[0], CROTCH + end[1]])
        draw_fold(canvas, area, one, other, 0.1 * s * way, 0.06)
    if short:
        return
    for y, reach in ((-0.1, 0.34), (0.06, 0.28), (0.2, 0.2)):
        outer, inner = leg.knee + [-s * 0.3, y], leg.knee + [-s * (0.3 - reach), y + 0.1]
        draw_fold(canvas, area, outer, inner, 0.1, 0.05)
    for rise in (0.15, 0.34):
        outer, inner = leg.ankle + [-0.26, -rise], leg.ankle + [0.12, -rise + 0.08]
        draw_fold(canvas, area, outer, inner, -0.2, 0.05)


def _sides(who: Character, view: View, high: float, long: float, wide: float) -> tuple[Points, Points]:
    hip = 0.84 - 0.06 * who.build.male
    knots = [
        (0.57 * who.build.broad, high),
        (hip, high + min(0.7, long * 0.4)),
        (hip + (wide - hip) * 0.6, high + long * 0.62),
        (wide, high + long),
    ]
    sway = 0.12 * view.stance + view.wind * min(1.5, long * 0.5)
    right = smooth(knots)
    shift = sway * ((right[:, 1] - high) / long) ** 1.5
    left = right * [-1, 1]
    right[:, 0] += shift
    left[:, 0] += shift
    return right, left


def _skirt(
    canvas: Canvas, who: Character, view: View, colour: Rgb, long: float, flare: float, pleated: bool
) -> None:
    outfit, high = who.outfit, WAIST + 0.1
    wide = 0.66 + flare * (0.45 + long * 0.42) + 0.06
    right, left = _sides(who, view, high, long, wide)
    count = outfit.pleats if flare > 0.15 else 1
    hem = wave(right[-1], left[-1], count, (0.06 if pleated else 0.16) if count > 1 else 0.05)
    if outfit.frill and not pleated:
        _hem_frill(canvas, who, hem, outfit.pleats + 4)
    area = canvas.fill(join(right, hem, left[::-1]), Paint(LOWER, colour))
    draw_pattern(
        canvas,
        area,
        outfit.lower_pattern or (outfit.pattern if outfit.top in ("kimono", "dress") else ""),
        who.cloth[2],
        (-wide - 1, high, wide + 1, high + long + 0.5),
        outfit.seed,
    )
    for i in range(1, count):
        _crease(
            canvas, who, area, hem[i * 6], (0.5 - i / count) * 1.1 * who.build.broad, high, long, pleated, i
        )
    canvas.cast(join(right, right[::-1] - [0.24, 0]), area)
    canvas.cast(
        join(bend((-0.9, high), (0.9, high), -0.05), bend((0.9, high + 0.3), (-0.9, high + 0.3), 0.08)), area
    )
    if outfit.trim and count > 1:
        _stripe(canvas, who, area, hem, long)
    band = join(
        bend((-0.6, high - 0.06), (0.6, high - 0.06), -0.04),
        bend((0.63, high + 0.14), (-0.63, high + 0.14), 0.04),
    )
    canvas.fill(band * [who.build.broad, 1], Paint(LOWER, colour), width=0.8)
    if outfit.top == "maid" and not view.behind:
        _apron(canvas, who, high, long)


def _crease(
    canvas: Canvas,
    who: Character,
    area: int,
    end: Points,
    x: float,
    high: float,
    long: float,
    pleated: bool,
    number: int,
) -> None:
    line = smooth([tuple(end), ((float(end[0]) + x * 1.4) / 2, high + min(0.8, long * 0.45)), (x, high)])
    if pleated:
        wedge = join(
            line,
            [tuple(line[-1] + [0.02, 0])],
            (line + np.linspace(0.17, 0.02, len(line))[:, None] * [1, 0])[::-1],
        )
        canvas.cast(wedge, area)
        canvas.mark(line, area, 0.85, 0.5)
        return
    rng = np.random.default_rng(who.outfit.seed + number)
    reach = int(len(line) * rng.uniform(0.4, 0.95))
    swing = line[:reach] + np.stack([0.05 * np.sin(np.linspace(0, 3, reach)), 0 * np.zeros(reach)], 1)
    wedge = join(swing, (swing + np.linspace(0.2, 0.0, reach)[:, None] * [1, 0])[::-1])
    canvas.cast(wedge, area)
    canvas.mark(swing, area, 0.9, 0.9)


def _stripe(canvas: Canvas, who: Character, area: int, hem: Points, long: float) -> None:
    for drop in (0.2,) if who.outfit.seed % 2 else (0.2, 0.42):
        upper, lower = (hem - [0, drop + 0.1]) * [0.99, 1], (hem - [0, drop]) * [0.995, 1]
        canvas.shade(join(upper, lower[::-1]), area, who.cloth[3] if who.outfit.seed % 5 else who.cloth[2])
        canvas.mark(upper, area, 0.6, 0.05)
        canvas.mark(lower, area, 0.6, 0.05)


def _hem_frill(canvas: Canvas, who: Character, hem: Points, waves: int) -> None:
    base = hem - [0, 0.12]
    t = np.linspace(0, 1, waves * 8 + 1)
    at = t * (len(base) - 1)
    line = np.stack([np.interp(at, np.arange(len(base)), base[:, i]) for i in (0, 1)], 1)
    edge = line + np.stack(
        [0.03 * np.sin(2 * np.pi * waves * t), 0.34 * (1 + 0.25 * np.cos(2 * np.pi * waves * t))], 1
    )
    area = canvas.fill(join(line, edge[::-1]), Paint(LOWER, who.cloth[3]))
    draw_frill(canvas, base, 0.34, area, waves)


def _apron(canvas: Canvas, who: Character, high: float, long: float) -> None:
    low = high + long * 0.72
    sides = smooth([(0.36, high), (0.62, high + 0.5), (0.78, low - 0.3), (0.6, low)])
    hem = wave(sides[-1], sides[-1] * [-1, 1], 6, 0.1)
    area = canvas.fill(join(sides, hem, (sides * [-1, 1])[::-1]), Paint(COLLAR, who.cloth[3]))
    for i in range(1, 6):
        draw_fold(canvas, area, hem[i * 6], hem[i * 6] * [0.7, 1] - [0, 0.5], 0.02, 0.06)
    canvas.mark(hem - [0, 0.16], area, 0.6, 0.05)
