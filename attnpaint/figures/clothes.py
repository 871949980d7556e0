"""Clothes over the body: trunk, skirts, collars, belts, capes."""

import numpy as np

from attnpaint.figures.body import (
    BELT,
    CAPE,
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
from attnpaint.figures.curves import Points, bend, join, lee, limb, mirrored, smooth
from attnpaint.figures.hues import shaded

_BUST = (
    (-0.7, 2.75), (-0.3, 2.98), (0.0, 2.85), (0.4, 2.98), (0.75, 2.7), (0.4, 2.84), (0.0, 2.76), (-0.3, 2.84),
)  # fmt: skip


def top_colour(who: Character) -> Rgb:
    return who.cloth[3] if who.top in ("sailor", "shirt") else who.cloth[0]


def lower_colour(who: Character) -> Rgb:
    return who.cloth[0] if who.top in ("sailor", "shirt", "dress", "kimono") else who.cloth[4]


def draw_cape(canvas: Canvas, who: Character, view: View) -> None:
    """A cape over the back."""
    right = smooth([(0.4, 1.6), (1.05 * who.broad, 1.9), (1.45, 4.0), (1.9 + 0.2 * view.stance, 7.8)])
    hem = wave(right[-1], mirrored(right)[-1], 7, 0.18)
    area = canvas.fill(join(right, hem, mirrored(right)[::-1]), Paint(CAPE, who.cloth[2]))
    if not view.behind:  # its inner side
        inner = right * [0.75, 1]
        canvas.shade(join(inner, mirrored(inner)[::-1]), area, shaded(who.cloth[2], 0.35))
    for x in (-1.2, -0.7, 0.75, 1.25):
        canvas.stroke(bend((x * 0.7, 2.6), (x * 1.25, 7.4), 0.02), 0.8, taper=1)


def wave(start: Points, end: Points, waves: int, depth: float) -> Points:
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
    hem = wave(right[-1], left[-1], pleats, 0.13 if pleats > 1 else 0.05)
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
    depth = 1.74 if view.behind else depth
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
    hem = bend(outer[-1], mirrored(outer)[-1], -0.05)
    garment = join(outer, hem, mirrored(outer)[::-1], neckline)
    area = canvas.fill(garment, Paint(TOP, top_colour(who)))
    _trunk_folds(canvas, who, view, area, right)
    if not loose and who.top != "kimono":
        _belt(canvas, who, 0.2)


def _trunk_folds(canvas: Canvas, who: Character, view: View, area: int, right: Points) -> None:
    """Shade and folds on the trunk, whose right half is given."""
    colour = top_colour(who)
    if view.steps:
        canvas.shade(join(right, right[::-1] - [0.3, 0]), area, shaded(colour))
    if view.steps and not view.behind:
        canvas.shade(smooth(_BUST, closed=True), area, shaded(colour))
    if who.top in ("sailor", "shirt", "dress") and not who.trousers and not view.behind:
        for side in (-1, 1):
            canvas.stroke(bend((side * 0.66, 2.7), (side * 0.3, 2.88), -0.2 * side), 0.7, taper=0.9)
    for side, y in ((-1, 3.2), (1, 3.3), (1, 3.05)):
        canvas.stroke(bend((side * 0.56, y), (side * 0.22, y + 0.12), 0.1 * side), 0.7, taper=1)


def _belt(canvas: Canvas, who: Character, tall: float) -> None:
    b = 0.61 * who.broad
    band = join(
        bend((-b, WAIST), (b, WAIST), -0.04), bend((b + 0.02, WAIST + tall), (-b - 0.02, WAIST + tall), 0.04)
    )
    canvas.fill(band, Paint(BELT, who.cloth[4] if tall < 0.5 else who.cloth[2]))
