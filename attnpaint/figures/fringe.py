"""The hair on the head and over the forehead."""

import numpy as np

from attnpaint.figures.canvas import HAIR, Canvas, Paint
from attnpaint.figures.curves import Points, bend, join, ribbon, smooth
from attnpaint.figures.hairdo import Hairdo
from attnpaint.figures.locks import Strand, draw_gleam, draw_lock
from attnpaint.figures.shading import SHADE

Lock = tuple[Points, float]
"""Knots from root to tip, and a width."""


def dome(do: Hairdo, low: float = -0.25) -> Points:
    """The round of the hair over the skull from the left side to the right, not quite even."""
    rng = np.random.default_rng(do.seed + 9)
    puff = 1.0 + do.volume * 0.6
    t = np.linspace(-1, 1, 13) * 1.5
    uneven = 1 + np.interp(t, np.linspace(-1.5, 1.5, 5), rng.uniform(-0.03, 0.03, 5))
    x, y = puff * np.sin(t) * uneven, low - (1.02 + do.volume * 0.9) * np.cos(t) * uneven
    return smooth(np.stack([x, y], 1), 6)


def crown(turn: float) -> Points:
    """Where the hair grows from."""
    return np.array([-0.05 + 0.25 * turn, -1.0])


def lay_fringe(do: Hairdo, turn: float, parting: float) -> list[Lock]:
    """The locks of the fringe on a head turned 0 to 1, from the lowest to the topmost."""
    rng = np.random.default_rng(do.seed)
    if do.bangs == "up":
        return []
    middle = 0.5 * parting + 0.4 * turn
    x = np.linspace(-0.84, 0.84, do.count) + rng.uniform(-0.05, 0.05, do.count)
    gap = 1.68 / do.count
    locks: list[tuple[float, Lock]] = []
    for place in x:
        root = np.array([middle * 0.55 + 0.62 * (place - middle * 0.55), -0.72 + 0.22 * place**2])
        tip, belly = _tip(do, float(place), middle, rng)
        away = place - middle
        out = np.array(
            [
                root[0] * 0.35 + tip[0] * 0.65 + belly * np.sign(away) * min(1, abs(away) * 2),
                (root[1] + tip[1]) / 2,
            ]
        )
        wide = gap * rng.uniform(1.15, 1.7) * (0.8 if do.bangs == "messy" else 1)
        locks.append(
            (
                float(rng.random() + (2 if do.bangs == "eye" and away * parting > 0 else 0)),
                (np.array([root, out, tip]), wide),
            )
        )
    return [
        lock
        for _, lock in sorted(locks, key=lambda one: -abs(float(one[1][0][2][0]) - middle) + 0.5 * one[0])
    ]


def _tip(do: Hairdo, x: float, middle: float, rng: np.random.Generator) -> tuple[Points, float]:
    """Where a lock that hangs at x ends, and how far it bulges to its side."""
    away = x - middle
    far, way = min(1.2, abs(away)), float(np.sign(away) or 1)
    jitter = rng.uniform(-0.07, 0.1)
    temple = 0.42 * max(0.0, abs(x) - 0.55)
    if do.bangs == "hime":
        return np.array([x * 1.02, 0.02 + do.low + 0.08 * x * x]), 0.02
    if do.bangs == "parted":
        return np.array([x + way * 0.16, -0.42 + 0.75 * far + jitter]), 0.1
    if do.bangs == "curtain":
        return np.array([x + way * (0.2 + 0.1 * (1 - far)), -0.35 + 0.95 * far + jitter]), 0.14
    if do.bangs in ("side", "eye"):
        side = float(np.sign(do.parting or 1))
        heavy = away * side < 0
        drop = 0.1 + 0.42 * far if heavy else -0.25 + 0.6 * far
        if do.bangs == "eye" and heavy:
            drop = 0.5 + 0.3 * far
        return np.array([x - (side * 0.26 if heavy else -side * 0.2), drop + jitter + temple]), 0.1
    if do.bangs == "messy":
        return np.array([x + rng.uniform(-0.2, 0.2), rng.uniform(-0.12, 0.3) + temple]), rng.uniform(
            -0.05, 0.12
        )
    if do.bangs == "centre":  # one long tuft between the eyes, short ones beside it
        return np.array([x + way * 0.1, (0.36 if far < 0.22 else -0.08 + 0.3 * far) + jitter + temple]), 0.08
    return np.array([x + way * 0.06, 0.04 + do.low + jitter + temple + 0.06 * far]), 0.05


def fringe_shadow(locks: list[Lock]) -> list[Points]:
    """What throws a shadow on the forehead."""
    shapes = []
    for knots, wide in locks:
        line = smooth(knots, 4)
        half = wide / 2 * np.interp(np.linspace(0, 1, len(line)), [0, 0.4, 0.8, 1], [1, 1, 0.55, 0.1])
        shapes.append(ribbon(line, half))
    return shapes


def draw_fringe(canvas: Canvas, do: Hairdo, strand: Strand, locks: list[Lock], turn: float) -> None:
    """The cap of hair on the head and the fringe over the face."""
    over = dome(do)
    high, peak = 0.16 * do.low / 0.12, 0.14 * (do.seed % 3 == 0)
    wide = 1.0 + do.volume * 0.5
    half = [(wide, 0.02), (0.86, -0.04), (0.62, -0.4 + 0.5 * high), (0.3, -0.58 + high)]
    brow = [*half, (0.0, -0.62 + high + peak), *[(-x, y) for x, y in reversed(half)]]
    lower = smooth(brow)
    rim = join(smooth(brow)[-4:], over, lower[:4])  # down to the temples, so that it closes
    outline = [rim, lower] if do.bangs == "up" else [rim]
    cap = canvas.fill(join(over, lower), Paint(HAIR, strand.colour), outline)
    rng = np.random.default_rng(do.seed + 4)
    _round(canvas, do, over, cap, rng)
    if do.bangs == "up":
        for angle in np.linspace(-1.2, 1.2, 9) + rng.uniform(-0.05, 0.05, 9):
            start = np.array([0.75 * np.sin(angle), -0.05 - 0.6 * np.cos(angle)])
            canvas.stroke(
                bend(
                    start,
                    start + [0.25 * np.sin(angle), -0.42 * np.cos(angle) - 0.05],
                    0.1 * np.sign(angle),
                    8,
                ),
                0.8,
                taper=1,
            )
    for knots, wide in locks:
        lean = np.sign(knots[2][0] - knots[0][0])
        draw_lock(
            canvas,
            strand,
            knots,
            wide,
            0.04 + 0.18 * rng.random(),
            int(rng.random() < do.fine),
            int(lean) if rng.random() < 0.5 else 0,
            1.6 if do.bangs == "hime" else 1.0,
        )
    _part(canvas, do, locks, rng)
    if do.bangs != "up":
        draw_gleam(canvas, do.gleam, cap, -0.86, 0.72, rng)


def _round(canvas: Canvas, do: Hairdo, over: Points, cap: int, rng: np.random.Generator) -> None:
    """Shadow along one side of the round, and hairs that stand off."""
    left = over[: len(over) * 4 // 9]
    t = np.linspace(0, 1, len(left))
    inner = left + np.stack([np.interp(t, [0, 0.4, 1], [0.05, 0.16, 0.06]), 0.12 * t], 1)
    canvas.cast(join(left, inner[::-1]), cap, SHADE)
    for _ in range(int(rng.integers(0, 4) * do.fine)):
        i = int(rng.integers(6, len(over) - 10))
        canvas.stroke(
            over[i : i + 8] * 1.0 + np.linspace(0, 1, 8)[:, None] * (over[i + 4] - [0, -0.2]) * 0.07,
            0.6,
            taper=1,
        )


def _part(canvas: Canvas, do: Hairdo, locks: list[Lock], rng: np.random.Generator) -> None:
    """Lines from the roots of some locks back towards the crown."""
    if not locks:
        return
    middle = float(np.mean([knots[0][0] for knots, _ in locks]))
    goal = np.array([middle, -1.08 - do.volume])
    for knots, wide in [*locks, *locks[:: 2 if do.fine < 0.4 else 1]]:
        if rng.random() < 0.4 + 0.5 * do.fine:
            start = knots[0] + [rng.uniform(-0.7, 0.7) * wide, rng.uniform(-0.15, 0.3)]
            side = np.sign(start[0] - goal[0])
            line = bend(start, goal, -0.16 * side * min(1, abs(start[0] - goal[0]) * 1.6), 14)
            canvas.stroke(line[: int(rng.integers(5, 12))], 0.8, taper=1.0)


def draw_ahoge(canvas: Canvas, do: Hairdo, strand: Strand, turn: float) -> None:
    """Hairs that stand up from the crown, drawn before it."""
    x, y = crown(turn) + [0, -0.1 - do.volume]
    for i in range(do.ahoge):
        way = 1 if (do.seed + i) % 2 else -1
        tall = 0.34 + 0.2 * (do.seed % 3 == i)
        curl = [
            (x, y),
            (x + way * 0.04, y - tall * 0.7),
            (x + way * 0.24, y - tall),
            (x + way * 0.5, y - tall * 0.62),
        ]
        draw_lock(canvas, strand, curl, 0.13, 0.0)
