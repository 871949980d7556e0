"""Hair that hangs behind the head and beside the face."""

import numpy as np

from attnpaint.figures.canvas import HAIR, Canvas, Paint
from attnpaint.figures.curves import Pair, ellipse, join, smooth
from attnpaint.figures.fringe import crown, dome
from attnpaint.figures.hairdo import SHORT, Hairdo
from attnpaint.figures.locks import Strand, draw_lock
from attnpaint.figures.tails import TIED, draw_tails

_FLARES = {
    "bob": 1.1, "wavy": 1.4, "long": 1.2, "hime": 1.0, "curly": 1.2, "wolf": 1.15, "short": 0.92,
}  # fmt: skip
"""How far hair stands off below the ears."""


def draw_side_locks(canvas: Canvas, do: Hairdo, strand: Strand, turn: float) -> None:
    """The locks that hang before the ears."""
    if not do.side:
        return
    rng = np.random.default_rng(do.seed + 1)
    for side in (-1, 1):
        x = 0.93 + do.volume * 0.3 - (0.02 if side < 0 else 0.1 * turn)
        drop = do.side * rng.uniform(0.9, 1.1)
        blunt = 2.2 if do.bangs == "hime" or do.back == "hime" else 1.0
        inward = rng.uniform(-0.05, 0.2) if drop < 1.3 else rng.uniform(-0.1, 0.12)
        for i in range(1 + int(rng.random() < 0.6)):
            wide = do.side_wide * (1 if i == 0 else 0.5)
            low = drop * (1 if i == 0 else rng.uniform(0.6, 0.85))
            shift = 0.0 if i == 0 else -0.14
            knots = np.array([
                (x * 0.8 + shift * 0.5, -0.42), (x + 0.04 + shift, 0.08),
                (x + 0.02 + shift, low * 0.6), (x - inward + shift, low),
            ]) * [side, 1]  # fmt: skip
            draw_lock(
                canvas,
                strand,
                knots,
                wide,
                0.12,
                int(rng.integers(0, 2)),
                side if rng.random() < 0.5 else 0,
                blunt,
            )


def draw_back(canvas: Canvas, do: Hairdo, strand: Strand, behind: bool) -> None:
    """What hangs behind head and body, drawn before them; on a head from behind, after them."""
    rng = np.random.default_rng(do.seed + 2)
    if not behind:
        draw_tails(canvas, do, strand, rng)
    if do.back == "spiky":
        _spikes(canvas, do, strand, rng)
    if do.back in ("curly", "afro"):
        _curls(canvas, do, strand, rng)
    hangs = do.back in ("long", "wavy", "hime", "half up", *SHORT)
    _mass(canvas, do, strand, rng, do.length if hangs else 0.85, behind)
    if behind:
        draw_tails(canvas, do, strand, rng)


def _mass(
    canvas: Canvas, do: Hairdo, strand: Strand, rng: np.random.Generator, drop: float, behind: bool
) -> None:
    """Locks side by side from the round of the head down to `drop`."""
    over = dome(do)
    puff = 1.0 + do.volume * 0.6
    flare = _FLARES.get(do.back, 0.98)
    low = max(0.35, min(drop - 0.35, drop * 0.72))
    sides = smooth([(puff * 0.98, -0.1), (puff * (0.55 + 0.45 * flare), low * 0.6), (0.86 * flare, low)])
    shape = join(over, sides, (sides * [-1, 1])[::-1])
    area = canvas.fill(shape, Paint(HAIR, strand.colour), [join(sides[::-1], over[::-1], sides * [-1, 1])])
    if not behind:
        canvas.cast(join([(-0.86, -0.3), (0.86, -0.3)], [(0.9, low + 1), (-0.9, low + 1)]), area)
    count = max(5, do.count + int(drop > 2))
    even = np.linspace(-0.9, 0.9, count)
    places = even + rng.uniform(-0.09, 0.09, count) * (np.abs(even) < 0.8)
    for x in sorted(places, key=lambda x: -abs(x) if behind else abs(x)):
        wide = 2.5 / count * flare * rng.uniform(0.8, 1.35)
        knots = _hanging(do, float(x), drop, flare, wide, -0.55 if behind else -0.05, rng)
        blunt = 2.4 if do.back == "hime" else 1.2 if do.back == "bob" else 1.0
        lines = int(rng.integers(0, 2)) + int(do.fine > 0.5)
        side = int(np.sign(x)) if rng.random() < 0.35 and not behind else 0
        draw_lock(canvas, strand, knots, wide, 0.3 if behind else 0.12, lines, side, blunt)


def _hanging(
    do: Hairdo, x: float, drop: float, flare: float, wide: float, top: float, rng: np.random.Generator
) -> list[Pair]:
    """Knots of a lock that hangs at x from the height `top` to about `drop`."""
    puff = 1.0 + do.volume * 0.6
    end = drop * rng.uniform(0.9, 1.08) - (0.14 * drop * abs(x) if do.back in ("wolf", "short") else 0)
    inward = {"bob": 0.28, "short": 0.16, "wolf": -0.25}.get(do.back, rng.uniform(-0.12, 0.06))
    knots = [
        (x * 0.8, top),
        (x * (puff + 0.02), 0.3),
        (x * flare * (1.02 + 0.06 * rng.random()), end * 0.66),
        (x * flare * (1 - inward) + rng.uniform(-0.06, 0.06), end),
    ]
    if do.back in ("short", "bob", *TIED):  # it lies on the head
        return [(kx * (1 - 0.42 * wide * abs(x)) if i else kx, ky) for i, (kx, ky) in enumerate(knots)]
    return knots


def _spikes(canvas: Canvas, do: Hairdo, strand: Strand, rng: np.random.Generator) -> None:
    count = int(rng.integers(9, 14))
    for angle in rng.permutation(np.linspace(-1.9, 1.9, count)):
        way = np.array([np.sin(angle), -np.cos(angle)])
        root = way * 0.75 + [0, -0.25]
        reach = rng.uniform(0.45, 0.85) * (0.75 + 0.25 * abs(np.sin(angle)))
        fall = 0.25 * np.sign(way[0]) * np.array([0.3, 1.0]) * abs(way[0])
        draw_lock(
            canvas,
            strand,
            [
                tuple(root),
                tuple(root + way * reach * 0.6),
                tuple(root + way * reach + fall * [np.sign(way[0]), 1]),
            ],
            rng.uniform(0.4, 0.6),
            0.1,
            int(rng.random() < 0.4),
        )


def _curls(canvas: Canvas, do: Hairdo, strand: Strand, rng: np.random.Generator) -> None:
    """Hooked tufts about the head, or many small round ones for an afro."""
    if do.back == "afro":
        for angle in rng.permutation(np.linspace(-2.25, 2.25, 34)):
            size, reach = rng.uniform(0.13, 0.24), 1.16 + do.volume + rng.uniform(-0.12, 0.08)
            at = np.array([np.sin(angle), -np.cos(angle)]) * reach + [0, -0.2]
            ball = ellipse((float(at[0]), float(at[1])), (size, size * rng.uniform(0.8, 1)), 16)
            canvas.fill(ball, Paint(HAIR, strand.colour), [np.roll(ball, int(rng.integers(16)), 0)[:12]])
        return
    for angle in rng.permutation(np.linspace(-2.3, 2.3, int(rng.integers(16, 24)))):
        way = np.array([np.sin(angle), -np.cos(angle)])
        side = np.sign(angle) or 1.0
        aside = np.array([np.cos(angle), np.sin(angle)]) * side
        root, reach = way * 0.72 + [0, -0.22], rng.uniform(0.32, 0.5)
        middle = root + way * reach * 0.8 + aside * 0.04
        tip = root + way * reach * rng.uniform(0.8, 1.15) + aside * rng.uniform(0.14, 0.3)
        draw_lock(canvas, strand, np.array([root, middle, tip]), rng.uniform(0.26, 0.4), 0.05, 1, 0, 1.3)


def draw_crown(canvas: Canvas, do: Hairdo, turn: float) -> None:
    """The lines of the hair around its crown, on a head seen from behind."""
    rng = np.random.default_rng(do.seed + 3)
    root = crown(turn) + [0, 0.25]
    for angle in np.linspace(0.1, np.pi - 0.1, 8):
        way = np.array([np.cos(angle), np.sin(angle)])
        side = np.sign(way[0])
        middle = root + way * 0.45 + [side * 0.1, -0.06]
        line = smooth(
            [
                tuple(root + 0.12 * way),
                tuple(middle),
                tuple(root + way * rng.uniform(0.6, 1.1) * (0.6 + 0.4 * way[1])),
            ]
        )
        canvas.stroke(line, 0.85, taper=1.0)
