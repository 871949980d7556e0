"""Hair: what hangs behind the head, the locks beside the face, and the fringe before it."""

from dataclasses import dataclass

import numpy as np

from attnpaint.figures.canvas import Canvas, Paint
from attnpaint.figures.character import Character, View
from attnpaint.figures.curves import Points, bend, join, ribbon, smooth, turned
from attnpaint.figures.hues import lit, shaded

HAIR, ACCESSORY = 2, 250


@dataclass(frozen=True)
class Fringe:
    """The closed outline N×2 of the hair over the forehead, its upper edge, and the lines in it, from their thick ends up."""

    outline: Points
    dome: Points
    strands: tuple[Points, ...]


def _dome(puff: float, low: float, end: float) -> Points:
    """The round of the hair over the skull from the left side to the right."""
    t = np.linspace(-1, 1, 11) * 1.42
    arc = np.stack(
        [puff * np.sin(t) * (1 + 0.03 * np.cos(t)), low - (0.94 + puff - 1.07) * np.cos(t) - 0.0], 1
    )
    ends = np.array([(-puff * 0.9, end), (puff * 0.89, end - 0.03)])
    return smooth(np.concatenate([ends[:1], arc, ends[1:]]), 4)


def crown(turn: float) -> Points:
    """Where the hair grows from."""
    return np.array([-0.1 + 0.3 * turn, -1.02])


def lay_fringe(who: Character, turn: float, parting: float) -> Fringe:
    """The fringe of a head turned 0 to 1, the same locks for each view of a character."""
    rng = np.random.default_rng(who.seed)
    puff = 1.07 + who.volume
    over = _dome(puff, -0.3, 0.28)
    middle = parting * 0.5 + 0.42 * turn
    count = int(rng.integers(4, 8))
    edges = np.linspace(0.98, -1.0, count + 1) + np.r_[0, rng.uniform(-0.06, 0.06, count - 1), 0]
    lower, strands = [], []
    for i in range(count):
        right, left = edges[i], edges[i + 1]
        start, end = (
            np.array([right, _notch(who, right, middle)]),
            np.array([left, _notch(who, left, middle)]),
        )
        start[1], end[1] = (0.24 if i == 0 else start[1]), (0.28 if i == count - 1 else end[1])
        tip = _tip(who, (right + left) / 2, middle, rng)
        lean = np.sign(tip[0] - middle) or 1.0
        lower += [bend(start, tip, 0.1 * lean), bend(tip, end, 0.05 * lean)]
        if i:
            strands.append(_strand(start, turn, rng.uniform(0.35, 0.85)))
        if rng.random() < 0.5:
            strands.append(_strand(tip + [0.03, -0.16], turn, rng.uniform(0.3, 0.6)))
    return Fringe(join(over, *lower), over, tuple(strands))


def _notch(who: Character, x: float, middle: float) -> float:
    """How low the gap between two locks at x reaches."""
    away = abs(x - middle)
    return {
        "straight": -0.12, "hime": 0.0, "parted": -0.62 + 0.62 * min(1, away), "curtain": -0.7 + 0.85 * min(1, away),
        "swept": -0.18 - 0.12 * np.sign(x - middle), "messy": -0.3,
    }[who.bangs] + 0.08 * x * x  # fmt: skip


def _tip(who: Character, x: float, middle: float, rng: np.random.Generator) -> Points:
    away = abs(x - middle)
    drop = {
        "straight": 0.1, "hime": 0.06, "parted": -0.28 + 0.62 * away, "curtain": -0.42 + 0.95 * away,
        "swept": 0.16, "messy": rng.uniform(0.02, 0.3),
    }[who.bangs]  # fmt: skip
    aside = {"hime": 0.0, "straight": 0.04, "messy": rng.uniform(-0.14, 0.14)}.get(who.bangs, 0.16)
    way = np.sign(who.parting or 1) if who.bangs == "swept" else np.sign(x - middle)
    jitter = 0.0 if who.bangs == "hime" else rng.uniform(-0.04, 0.05)
    return np.array([np.clip(x + aside * way, -1.02, 1.0), drop + jitter + 0.1 * x * x])


def _strand(start: Points, turn: float, share: float) -> Points:
    """A line from a notch towards the crown, bulging outwards as hair lies on a skull."""
    goal = crown(turn)
    line = bend(start, goal, -0.16 * np.sign(start[0] - goal[0]) * min(1, abs(start[0] - goal[0]) * 1.6), 14)
    return line[: max(4, int(len(line) * share))]


def draw_fringe(canvas: Canvas, who: Character, view: View, fringe: Fringe, turn: float) -> None:
    """The fringe over the face, its strands, a band of light and a cel shadow."""
    if who.ahoge:
        x, y = crown(turn) + [0, -0.16]
        curl = smooth([(x, y), (x + 0.08, y - 0.36), (x + 0.34, y - 0.5), (x + 0.58, y - 0.34)])
        canvas.fill(ribbon(curl, np.linspace(0.07, 0.005, len(curl))), Paint(HAIR, who.hair))
    area = canvas.fill(fringe.outline, Paint(HAIR, who.hair), width=1.05)
    if view.steps:
        left = fringe.dome[: len(fringe.dome) * 5 // 12]
        inner = left + np.stack([np.linspace(0.2, 0.12, len(left)), np.linspace(0, 0.16, len(left))], 1)
        canvas.shade(join(left, inner[::-1]), area, shaded(who.hair))
        for i in range(1, len(fringe.strands), 2):
            gap = fringe.strands[i][: max(4, len(fringe.strands[i]) // 2)]
            canvas.shade(ribbon(gap, np.linspace(0.06, 0.005, len(gap))), area, shaded(who.hair))
        _shine(canvas, who, view, area)
    for strand in fringe.strands:
        canvas.stroke(strand, 0.85, taper=1.0)



def _shine(canvas: Canvas, who: Character, view: View, area: int) -> None:
    x = np.linspace(-0.72, 0.78, 25)
    middle = -0.7 + 0.3 * x**2 + 0.05 * view.nod
    zigzag = np.where(np.arange(25) % 2 == 0, 0.0, 0.1) * (1 - 0.8 * np.abs(x))
    upper = np.stack([x, middle - zigzag * 0.7], 1)
    lower = np.stack([x, middle + 0.1 * (1 - np.abs(x)) + zigzag], 1)
    canvas.shade(join(upper, lower[::-1]), area, lit(who.hair, 0.45))


def draw_side_locks(canvas: Canvas, who: Character, view: View, turn: float) -> None:
    """The locks that hang before the ears."""
    rng = np.random.default_rng(who.seed + 1)
    drop = {"hime": 1.35, "parted": 1.0, "curtain": 1.2}.get(who.bangs, float(rng.choice([0.8, 1.15, 1.5])))
    drop = min(drop, 0.85) if who.back == "short" else drop
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
    flare = {"bob": 1.2, "wavy": 1.6, "long": 1.35, "short": 1.08}.get(who.back, 1.0)
    wave = 0.1 if who.back == "wavy" else 0.0
    _mass(canvas, who, view, rng, drop, flare, wave)


def _mass(
    canvas: Canvas, who: Character, view: View, rng: np.random.Generator, drop: float, flare: float, wave: float
) -> None:  # fmt: skip
    puff = 1.06 + who.volume
    down = np.linspace(0, 1, 7)[1:]
    sway = wave * np.sin(down * drop * 2.6)
    reach = puff + (flare - puff) * np.sin(down * np.pi / 2) + (-0.22 * down**3 if who.back == "bob" else 0)
    right = np.stack([reach + sway, -0.3 + down * (drop + 0.3)], 1)
    left = np.stack([-reach + sway, -0.3 + down * (drop + 0.3)], 1)
    top = [(float(x), float(y)) for x, y in _dome(puff - 0.02, -0.28, -0.2)[4:-4:4]]
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
    if view.steps:
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


def draw_buns(canvas: Canvas, who: Character) -> None:
    """Two round buns on top of the head, before the fringe is drawn."""
    for side in (-1, 1):
        t = np.linspace(0, 2 * np.pi, 20, endpoint=False)
        ball = np.stack([side * 0.82 + 0.4 * np.cos(t), -1.12 + 0.37 * np.sin(t)], 1)
        canvas.fill(ball, Paint(HAIR, who.hair))
        canvas.stroke(smooth([(side * 0.95, -1.35), (side * 0.72, -1.2), (side * 0.78, -0.95)]), 0.8)
        canvas.stroke(smooth([(side * 1.06, -1.2), (side * 0.92, -1.12), (side * 0.95, -0.95)]), 0.7)
