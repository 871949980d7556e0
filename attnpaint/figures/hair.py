"""Hair that hangs behind the head and beside the face."""

import numpy as np

from attnpaint.figures.canvas import Canvas, Paint
from attnpaint.figures.character import Character, View
from attnpaint.figures.curves import bend, join, ribbon, smooth, turned
from attnpaint.figures.fringe import HAIR, TUFTED, crown, dome
from attnpaint.figures.hues import shaded

ACCESSORY = 250


def draw_side_locks(canvas: Canvas, who: Character, view: View, turn: float) -> None:
    """The locks that hang before the ears."""
    rng = np.random.default_rng(who.seed + 1)
    drop = {"hime": 1.35, "parted": 1.0, "curtain": 1.2}.get(who.bangs, float(rng.choice([0.8, 1.15, 1.5])))
    drop = min(drop, 0.85) if who.back in ("short", *TUFTED) else drop
    for side in (-1, 1):
        x = side * (0.92 + who.volume * 0.8 - (0.02 if side < 0 else 0.1 * turn))
        knots = [
            (x + side * 0.1, -0.5),
            (x + side * 0.15, 0.1),
            (x + side * 0.06, drop * 0.62),
            (x - side * 0.12, drop),
        ]
        outer = smooth(knots)
        if who.bangs == "hime":
            inner = smooth(
                [
                    (x - side * 0.26, drop),
                    (x - side * 0.24, drop * 0.6),
                    (x - side * 0.2, 0.1),
                    (x - side * 0.1, -0.4),
                ]
            )
        else:
            inner = smooth(
                [
                    (x - side * 0.12, drop),
                    (x - side * 0.2, drop * 0.55),
                    (x - side * 0.22, 0.2),
                    (x - side * 0.06, -0.4),
                ]
            )
        area = canvas.fill(join(outer, inner), Paint(HAIR, who.hair), [outer, inner])
        _tint(canvas, who, area, drop * 0.6)
        if view.steps and side < 0:
            canvas.shade(join(outer, outer[::-1] + [0.1, 0]), area, shaded(who.hair))
        canvas.stroke(smooth(np.array(knots)[::-1] + [-side * 0.12, -0.1])[2:16], 0.7, taper=1.0)


def _tint(canvas: Canvas, who: Character, area: int, above: float) -> None:
    if who.tips != who.hair:
        zigzag = np.stack([np.linspace(-6, 6, 97), above + 0.12 * (np.arange(97) % 2)], 1)
        canvas.shade(join(zigzag, [(6.0, 12.0), (-6.0, 12.0)]), area, who.tips)


def draw_back(canvas: Canvas, who: Character, view: View) -> None:
    """What hangs behind head and body, drawn before them."""
    rng = np.random.default_rng(who.seed + 2)
    if who.back in ("twin", "pony", "braid"):
        _tails(canvas, who, view, rng)
    drop = who.length if who.back in ("long", "wavy", "bob") else 1.0
    flare = {"bob": 1.2, "wavy": 1.6, "long": 1.35, "short": 1.08, "spiky": 1.02, "curly": 1.15}.get(
        who.back, 1.0
    )
    wave = 0.1 if who.back == "wavy" else 0.0
    _mass(canvas, who, view, rng, drop, flare, wave)


def _mass(
    canvas: Canvas,
    who: Character,
    view: View,
    rng: np.random.Generator,
    drop: float,
    flare: float,
    wave: float,
) -> None:
    puff = 1.06 + who.volume
    down = np.linspace(0, 1, 7)[1:]
    sway = wave * np.sin(down * drop * 2.6)
    reach = puff + (flare - puff) * np.sin(down * np.pi / 2) + (-0.22 * down**3 if who.back == "bob" else 0)
    right = np.stack([reach + sway, -0.3 + down * (drop + 0.3)], 1)
    left = np.stack([-reach + sway, -0.3 + down * (drop + 0.3)], 1)
    top = [(float(x), float(y)) for x, y in dome(puff - 0.02, -0.28, -0.2)[4:-4:4]]
    around = smooth(
        [*[(float(x), float(y)) for x, y in left[::-1]], *top, *[(float(x), float(y)) for x, y in right]]
    )
    count = int(rng.integers(5, 9))
    edges = np.linspace(right[-1, 0], left[-1, 0], count + 1)
    lower, strands = [], []
    for i in range(count):
        middle = (edges[i] + edges[i + 1]) / 2
        tip = np.array(
            [middle * 0.96 + rng.uniform(-0.05, 0.05), drop + 0.14 + drop * rng.uniform(0.02, 0.1)]
        )
        ends = [np.array([edges[i + k], drop + (0.0 if i + k in (0, count) else -0.1)]) for k in (0, 1)]
        lower += [bend(ends[0], tip, 0.1), bend(tip, ends[1], 0.1)]
        if i:
            rise = np.linspace(0, rng.uniform(0.3, 0.7), 12)
            x = ends[0][0] * (1 - 0.25 * rise) + wave * (np.sin((1 - rise) * drop * 2.6) - np.sin(drop * 2.6))
            strands.append(np.stack([x, ends[0][1] - rise * drop], 1))
    area = canvas.fill(join(around, *lower), Paint(HAIR, who.hair))
    _tint(canvas, who, area, drop * 0.66)
    if view.steps and not view.behind:
        canvas.shade(
            join(
                smooth([(-0.95, -0.4), (-0.85, drop * 0.5), (-0.8, drop + 1)]),
                [(0.8, drop + 1), (0.95, -0.4)],
            ),
            area,
            shaded(who.hair, 0.3),
        )
    for strand in strands:
        canvas.stroke(strand, 0.85, taper=1.0)


def _tails(canvas: Canvas, who: Character, view: View, rng: np.random.Generator) -> None:
    sides = (-1, 1) if who.back == "twin" else (1,)
    for side in sides:
        root = np.array([side * (1.0 if who.back == "twin" else 0.6), -0.75])
        drop, out = who.length * 0.85, side * (0.75 if who.back == "twin" else 1.0)
        if who.back == "braid":
            _braid(canvas, who, side, drop)
            continue
        line = smooth(
            [
                tuple(root),
                tuple(root + [out * 0.75, 0.15]),
                tuple(root + [out * 1.1, drop * 0.4]),
                tuple(root + [out * 0.85, drop * 0.8]),
                tuple(root + [out * 1.15, drop]),
            ]
        )
        t = np.linspace(0, 1, len(line))
        half = 0.44 * np.sin(np.pi * np.clip(0.14 + 0.86 * t, 0, 1)) ** 0.75 + 0.004
        area = canvas.fill(ribbon(line, half), Paint(HAIR, who.hair))
        _tint(canvas, who, area, drop * 0.45)
        if view.steps:
            canvas.shade(ribbon(line - [side * 0.24, 0], half * 0.6), area, shaded(who.hair))
        for share in (-0.45, 0.0, 0.4):
            inner = line + np.stack([share * half * 1.6, 0 * half], 1)
            begin = int(rng.integers(1, 6))
            canvas.stroke(inner[begin : len(inner) - int(rng.integers(1, 6))], 0.8, taper=1.0)
        tie = (
            turned(np.array([(-0.13, -0.2), (0.13, -0.2), (0.13, 0.2), (-0.13, 0.2)]), 0.4 * side)
            + root
            + [side * 0.14, 0.02]
        )
        canvas.fill(smooth(tie, closed=True), Paint(ACCESSORY, who.cloth[2]))


def _braid(canvas: Canvas, who: Character, side: int, drop: float) -> None:
    y, i = 0.9, 0
    while y < 0.9 + drop:
        sway = 0.13 if i % 2 else -0.13
        link = smooth(
            np.array([(-0.2, -0.16), (0.1, -0.26), (0.24, 0.05), (0.02, 0.3), (-0.2, 0.15)])
            * [1 if i % 2 else -1, 1],
            closed=True,
        )
        canvas.fill(
            link * (1 - 0.35 * (y - 0.9) / drop) + [side * 1.0 + sway * 0.7, y], Paint(HAIR, who.hair)
        )
        y, i = y + 0.27, i + 1
    end = np.array([side * 1.0, y])
    canvas.fill(
        smooth(np.array([(-0.12, -0.1), (0.12, -0.1), (0.18, 0.25), (0.02, 0.55), (-0.15, 0.3)]), closed=True)
        + end,
        Paint(HAIR, who.tips),
    )
    canvas.fill(
        smooth(np.array([(-0.14, -0.16), (0.14, -0.16), (0.14, 0.0), (-0.14, 0.0)]), closed=True) + end,
        Paint(ACCESSORY, who.cloth[2]),
    )


def draw_crown(canvas: Canvas, who: Character, turn: float) -> None:
    """The lines of the hair around its crown, on a head seen from behind."""
    rng = np.random.default_rng(who.seed + 3)
    root = crown(turn) + [0, 0.25]
    for angle in np.linspace(0.1, np.pi - 0.1, 8):
        way = np.array([np.cos(angle), np.sin(angle)])
        line = bend(
            root + 0.12 * way,
            root + way * rng.uniform(0.6, 1.1) * (0.6 + 0.4 * way[1]),
            0.12 * np.sign(way[0]),
            10,
        )
        canvas.stroke(line, 0.85, taper=1.0)


def draw_buns(canvas: Canvas, who: Character) -> None:
    """Two round buns on top of the head, before the fringe is drawn."""
    for side in (-1, 1):
        t = np.linspace(0, 2 * np.pi, 20, endpoint=False)
        ball = np.stack([side * 0.82 + 0.4 * np.cos(t), -1.12 + 0.37 * np.sin(t)], 1)
        canvas.fill(ball, Paint(HAIR, who.hair))
        canvas.stroke(smooth([(side * 0.95, -1.35), (side * 0.72, -1.2), (side * 0.78, -0.95)]), 0.8)
        canvas.stroke(smooth([(side * 1.06, -1.2), (side * 0.92, -1.12), (side * 0.95, -0.95)]), 0.7)
