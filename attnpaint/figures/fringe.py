"""The hair over the forehead: locks, strands, a band of light."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from attnpaint.figures.canvas import Canvas, Paint
from attnpaint.figures.character import Character, View
from attnpaint.figures.curves import Points, bend, join, ribbon, smooth
from attnpaint.figures.hues import lit, shaded

HAIR = 2
TUFTED = ("spiky", "curly")


@dataclass(frozen=True)
class Fringe:
    """The closed outline N×2 of the hair over the forehead, and the lines in it, from below."""

    outline: Points
    strands: tuple[Points, ...]


def dome(puff: float, low: float, end: float) -> Points:
    """The round of the hair over the skull from the left side to the right."""
    t = np.linspace(-1, 1, 11) * 1.42
    arc = np.stack([puff * np.sin(t) * (1 + 0.03 * np.cos(t)), low - (0.94 + puff - 1.07) * np.cos(t)], 1)
    ends = np.array([(-puff * 0.99, end), (puff * 0.98, end - 0.03)])
    return smooth(np.concatenate([ends[:1], arc, ends[1:]]), 4)


def crown(turn: float) -> Points:
    """Where the hair grows from."""
    return np.array([-0.1 + 0.3 * turn, -1.02])


def lay_fringe(who: Character, turn: float, parting: float) -> Fringe:
    """The fringe of a head turned 0 to 1, the same locks for each view of a character."""
    rng = np.random.default_rng(who.seed)
    puff = 1.07 + who.volume
    over = dome(puff, -0.3, 0.2)
    if who.back in TUFTED:
        over = _tufts(over, rng, who.back == "curly")
    middle = parting * 0.5 + 0.42 * turn
    count = int(rng.integers(4, 8))
    edges = np.linspace(0.82, -0.82, count + 1) + np.r_[0, rng.uniform(-0.06, 0.06, count - 1), 0]
    outer = rng.uniform(0.45, 0.8) if who.bangs != "hime" else 0.35
    tips = [np.array([side * puff * 0.93, outer + rng.uniform(-0.08, 0.08)]) for side in (1, -1)]
    notches = [np.array([x, _notch(who, x, middle)]) for x in edges]
    lower, strands = [bend(over[-1], tips[0], -0.06), bend(tips[0], notches[0], 0.1)], []
    for i, (start, end) in enumerate(pairwise(notches)):
        tip = _tip(who, float(start[0] + end[0]) / 2, middle, rng)
        lean = np.sign(tip[0] - middle) or 1.0
        lower += [bend(start, tip, 0.1 * lean), bend(tip, end, 0.05 * lean)]
        strands.append(_strand(start, turn, rng.uniform(0.35, 0.85)))
        if i and rng.random() < 0.4:
            strands.append(_strand(tip + [0.03, -0.16], turn, rng.uniform(0.3, 0.6)))
    strands.append(_strand(notches[-1], turn, rng.uniform(0.35, 0.85)))
    lower += [bend(notches[-1], tips[1], 0.1), bend(tips[1], over[0], -0.06)]
    return Fringe(join(over, *lower), tuple(strands))


def _tufts(over: Points, rng: np.random.Generator, curly: bool) -> Points:
    """The round of the hair broken into tufts that stand off: curls, or spikes that point down."""
    count = int(rng.integers(6, 9))
    at = np.linspace(0, len(over) - 1, count + 1).astype(int)
    pieces = []
    for first, last in pairwise(at):
        start, end = over[first], over[last]
        middle = (start + end) / 2
        away = (middle - [0, -0.2]) / np.hypot(*(middle - [0, -0.2]))
        down = start if start[1] > end[1] else end
        tip = 0.6 * down + 0.4 * middle + away * rng.uniform(0.2, 0.36)
        long, short = (0.2, 0.1) if curly else (0.1, -0.1)
        if down is start:
            long, short = short, long
        pieces += [bend(start, tip, long), bend(tip, end, short)]
    return join(*pieces)


def _notch(who: Character, x: float, middle: float) -> float:
    """How low the gap between two locks at x reaches."""
    away = abs(x - middle)
    heights = {
        "straight": -0.12, "hime": 0.0, "parted": -0.62 + 0.62 * min(1, away),
        "curtain": -0.7 + 0.85 * min(1, away), "swept": -0.18 - 0.12 * np.sign(x - middle), "messy": -0.3,
    }  # fmt: skip
    return float(heights[who.bangs] + 0.08 * x * x)


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
        arch = dome(1.07 + who.volume, -0.3, 0.2)
        left = arch[: len(arch) * 5 // 12]
        t = np.linspace(0, 1, len(left))
        inner = left + np.stack([np.interp(t, [0, 0.4, 1], [0.02, 0.2, 0.1]), 0.16 * t], 1)
        if who.back not in TUFTED:
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
