"""Clothes over the body: the trunk's garment, belts, capes."""

import numpy as np

from attnpaint.figures.body import BELT, CAPE, COLLAR, SKIN, TOP, WAIST, torso
from attnpaint.figures.canvas import Canvas, Paint
from attnpaint.figures.character import Character, View
from attnpaint.figures.curves import Points, bend, join, mirrored, smooth
from attnpaint.figures.patterns import draw_fold, draw_pattern
from attnpaint.figures.shading import DEEP, Rgb, shaded

LIGHT = ("sailor", "shirt", "cardigan")  # tops that are most often light


def top_colour(who: Character) -> Rgb:
    light = who.outfit.top in LIGHT
    if who.outfit.top == "maid":
        return who.cloth[4] if who.outfit.swap else who.cloth[0]
    return (
        who.cloth[3]
        if light != who.outfit.swap
        else who.cloth[0]
        if light
        else who.cloth[1]
        if who.outfit.swap
        else who.cloth[0]
    )


def lower_colour(who: Character) -> Rgb:
    if who.outfit.top in ("dress", "kimono", "maid", "robe", "china"):
        return top_colour(who)
    choices = (who.cloth[0], who.cloth[4], who.cloth[1], who.cloth[4])
    colour = choices[who.outfit.seed % 4]
    if max(abs(one - other) for one, other in zip(colour, who.skin, strict=True)) < 48:
        colour = who.cloth[4]  # not the colour of skin
    return colour if colour != top_colour(who) else who.cloth[4]


def draw_cape(canvas: Canvas, who: Character, view: View) -> None:
    """A cape over the back."""
    sway = view.stance * 0.2 + view.wind * 2
    right = smooth([(0.4, 1.6), (1.05 * who.build.broad, 1.9), (1.45, 4.0), (1.9 + sway, 7.8)])
    left = smooth([(-0.4, 1.6), (-1.05 * who.build.broad, 1.9), (-1.45, 4.0), (-1.9 + sway, 7.8)])
    hem = wave(right[-1], left[-1], 7, 0.18)
    area = canvas.fill(join(right, hem, left[::-1]), Paint(CAPE, who.cloth[2]))
    if not view.behind:  # its inner side
        canvas.shade(join(right * [0.78, 1], left[::-1] * [0.78, 1]), area, shaded(who.cloth[2], 0.3))
    for x in (-1.2, -0.7, 0.75, 1.25):
        draw_fold(canvas, area, np.array([x * 1.25 + sway, 7.6]), np.array([x * 0.7, 2.8]), 0.02, 0.16)


def wave(start: Points, end: Points, waves: int, depth: float) -> Points:
    """A wavy line that sags a little, 6 points for each wave."""
    t = np.linspace(0, 1, waves * 6 + 1)
    line = start + (end - start) * t[:, None]
    line[:, 1] += depth * (0.5 - 0.5 * np.cos(2 * np.pi * waves * t)) + 0.25 * np.sin(np.pi * t)
    return line


_DEPTHS = {"kimono": 2.3, "robe": 2.2, "sailor": 2.35, "dress": 2.1, "jacket": 2.3, "cardigan": 2.1,
           "bare": 2.25, "maid": 1.85, "china": 1.72, "uniform": 1.74, "coat": 2.2}  # fmt: skip


def draw_trunk(canvas: Canvas, who: Character, view: View) -> None:
    """Skin of the chest, the garment over the trunk, and what lies on it."""
    right, outfit = torso(who), who.outfit
    body = join(right, mirrored(right)[::-1])
    chest = canvas.fill(body[np.r_[0:30, -30:0]], Paint(SKIN, who.skin), [])
    if not view.behind:
        for side in (-1, 1):
            canvas.mark(bend((side * 0.12, 2.0), (side * 0.62, 1.86), 0.05 * side), chest, 0.65)
    depth = _DEPTHS.get(outfit.top, {"v": 2.15, "round": 1.85, "high": 1.7, "square": 2.1}[outfit.neck])
    depth = 1.74 if view.behind else depth
    loose = outfit.top in ("hoodie", "jacket", "sweater", "coat", "sport", "cardigan", "uniform") or (
        outfit.top == "shirt" and outfit.seed % 2 == 0
    )
    cut = 45 if loose else 32
    strapless = outfit.top == "bare"
    outer = right[13 if strapless else 4 : cut]
    edge = neckline(outer, depth, outfit.neck if not strapless else "strap")
    hem = bend(outer[-1], mirrored(outer)[-1], -0.05)
    area = canvas.fill(join(outer, hem, mirrored(outer)[::-1], edge), Paint(TOP, top_colour(who)))
    b = float(right[:, 0].max())
    draw_pattern(canvas, area, outfit.pattern, who.cloth[2], (-b - 0.4, 1.5, b + 0.4, 5), outfit.seed)
    trunk_folds(canvas, who, view, area, right)
    if strapless:
        straps(canvas, who, outer, depth)
    if outfit.top in ("sweater", "sport", "hoodie"):
        ribbing(canvas, who, outer[-1], 0.22)
    if (
        not loose
        and outfit.top not in ("kimono", "bare")
        and (outfit.belt or outfit.top in ("robe", "armour"))
    ):
        draw_belt(canvas, who, 0.2)


def neckline(outer: Points, depth: float, kind: str) -> Points:
    left, right = mirrored(outer)[0], outer[0]
    if kind == "v" or depth > 2.25:
        return join([left], bend(left, (0, depth), -0.06), bend((0, depth), right, -0.06))
    if kind == "square":
        return join(
            [left],
            smooth([(-0.42, 1.75), (-0.4, depth), (0.0, depth + 0.04), (0.4, depth), (0.42, 1.75)], 5),
            [right],
        )
    if kind == "strap":
        return smooth(
            [tuple(left), (-0.45, depth - 0.1), (0, depth + 0.05), (0.45, depth - 0.1), tuple(right)]
        )
    y = (1.7 + depth) / 2 + 0.05
    return smooth([tuple(left), (-0.24, y), (0.0, depth), (0.24, y), tuple(right)])


def straps(canvas: Canvas, who: Character, outer: Points, depth: float) -> None:
    for side in (-1, 1):
        line = join([(side * 0.42, 1.68)], bend((side * 0.5, 1.74), (side * 0.56, depth), 0.02 * side))
        wide = 0.06 if who.outfit.seed % 2 else 0.14
        normal = np.array([wide, 0])
        canvas.fill(join(line + normal, (line - normal)[::-1]), Paint(TOP, top_colour(who)), width=0.8)


def ribbing(canvas: Canvas, who: Character, corner: Points, tall: float) -> None:
    x, y = float(corner[0]) * 0.98, float(corner[1]) - tall * 0.4
    band = join(bend((-x, y), (x, y), -0.04), bend((x * 0.96, y + tall), (-x * 0.96, y + tall), 0.04))
    area = canvas.fill(band, Paint(TOP, who.cloth[1] if who.outfit.trim else top_colour(who)), width=0.9)
    for at in np.linspace(-x, x, 15)[1:-1]:
        canvas.mark(np.array([(at, y), (at, y + tall / 2), (at * 0.98, y + tall + 0.1)]), area, 0.5, 0.3)


def trunk_folds(canvas: Canvas, who: Character, view: View, area: int, right: Points) -> None:
    """Shade and folds on the trunk, whose right half is given."""
    rng = np.random.default_rng(who.outfit.seed + 1)
    canvas.cast(join(right, right[::-1] - [0.26, 0]), area)
    canvas.cast(smooth([(-0.7, 1.6), (-0.5, 2.0), (0, 2.15), (0.55, 1.95), (0.7, 1.6)]), area, DEEP)
    if who.build.bust and not view.behind and who.outfit.top not in ("kimono", "robe", "coat"):
        _bust(canvas, area, who.build.bust)
    for side in (-1, 1):
        for y in rng.uniform(3.0, 3.45, int(rng.integers(1, 4))):
            inner = np.array([side * rng.uniform(0.1, 0.35), y + rng.uniform(0.02, 0.2)])
            draw_fold(canvas, area, np.array([side * 0.62, y]), inner, 0.1 * side, 0.07)
        if rng.random() < 0.4:
            inner = np.array([side * 0.42, 2.6 + rng.uniform(0, 0.2)])
            draw_fold(canvas, area, np.array([side * 0.74, 2.5]), inner, 0.12 * side, 0.06)


def _bust(canvas: Canvas, area: int, full: float) -> None:
    for side in (-1, 1):
        line = [(0.34, 2.72), (0.16, 2.9 + 0.06 * full), (-0.14, 2.9 + 0.05 * full), (-0.28, 2.8)]
        canvas.mark(smooth(np.array(line) * [side, 1] + [side * 0.38, 0]), area, 0.7)
        shadow = np.array([(0.34, 2.7), (0.12, 2.9), (-0.28, 2.8), (-0.2, 3.0), (0.2, 3.05)])
        canvas.cast(smooth(shadow * [side, 1] + [side * 0.38, 0], closed=True), area)


def draw_belt(canvas: Canvas, who: Character, tall: float) -> None:
    """A belt with its buckle, or a sash."""
    b = 0.6 * who.build.broad + 0.06
    band = join(
        bend((-b, WAIST), (b, WAIST), -0.04), bend((b + 0.02, WAIST + tall), (-b - 0.02, WAIST + tall), 0.04)
    )
    canvas.fill(band, Paint(BELT, who.cloth[4] if who.outfit.seed % 2 else who.cloth[2]))
    if who.outfit.seed % 3:
        y = WAIST + tall / 2 + 0.04
        buckle = np.array([(-0.13, y - 0.12), (0.13, y - 0.12), (0.13, y + 0.12), (-0.13, y + 0.12)])
        area = canvas.fill(buckle, Paint(COLLAR, (226, 194, 104)), width=0.7)
        canvas.shade((buckle - [0, y]) * 0.5 + [0, y], area, who.cloth[4])
