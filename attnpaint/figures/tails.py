"""Hair that is tied: tails, braids, drills, buns."""

import numpy as np

from attnpaint.figures.canvas import HAIR, Canvas, Paint
from attnpaint.figures.curves import Points, ellipse, smooth, turned
from attnpaint.figures.hairdo import Hairdo
from attnpaint.figures.locks import Strand, draw_lock
from attnpaint.figures.shading import Rgb

ACCESSORY = 250
TIED = ("twin", "low twin", "pony", "side pony", "half up", "braid", "braids", "drills", "buns")


def draw_tails(canvas: Canvas, do: Hairdo, strand: Strand, rng: np.random.Generator) -> None:
    """Tails that hang behind the body. Braids and low tails before the shoulders: `draw_front_tails`."""
    if do.back == "twin":
        for side in (-1, 1):
            _tail(canvas, do, strand, rng, np.array([side * 0.95, -0.7]), side * 0.8, do.length * 0.85)
    elif do.back == "pony":
        way = 1 if do.seed % 2 else -1
        _tail(canvas, do, strand, rng, np.array([way * 0.3, -1.0]), way * 1.15, do.length * 0.8)
    elif do.back == "side pony":
        way = 1 if do.seed % 2 else -1
        _tail(canvas, do, strand, rng, np.array([way * 0.95, -0.3]), way * 0.45, do.length * 0.8)
    elif do.back == "half up":
        _tail(canvas, do, strand, rng, np.array([0.35, -0.95]), 0.9, min(do.length, 2.4))
    elif do.back == "drills":
        for side in (-1, 1):
            _drill(canvas, do, strand, side)
    elif do.back == "buns":
        for side in (-1, 1):
            _bun(canvas, do, strand, side)


def draw_front_tails(canvas: Canvas, do: Hairdo, strand: Strand, tie: Rgb) -> None:
    """What lies over the shoulders, after the body."""
    rng = np.random.default_rng(do.seed + 5)
    if do.back == "low twin":
        for side in (-1, 1):
            root = np.array([side * 0.82, 0.95])
            _tail(canvas, do, strand, rng, root, side * 0.25, do.length * 0.7, 0.3)
            _tie(canvas, root + [side * 0.02, 0.1], 0.1 * side, tie)
    elif do.back in ("braid", "braids"):
        for side in (-1, 1) if do.back == "braids" else ((1,) if do.seed % 2 else (-1,)):
            _braid(canvas, do, strand, side, tie)


def draw_ties(canvas: Canvas, do: Hairdo, tie: Rgb) -> None:
    """Bands at the roots of tails, after the head's hair."""
    way = 1 if do.seed % 2 else -1
    if do.back == "twin":
        for side in (-1, 1):
            _tie(canvas, np.array([side * 1.02, -0.7]), 0.5 * side, tie)
    elif do.back == "side pony":
        _tie(canvas, np.array([way * 1.0, -0.26]), 0.6 * way, tie)
    elif do.back == "drills":
        for side in (-1, 1):
            _tie(canvas, np.array([side * 1.0, -0.5]), 0.3 * side, tie)


def _tie(canvas: Canvas, at: Points, angle: float, colour: Rgb) -> None:
    shape = turned(np.array([(-0.11, -0.17), (0.11, -0.17), (0.11, 0.17), (-0.11, 0.17)]), angle)
    canvas.fill(smooth(shape + at, closed=True), Paint(ACCESSORY, colour), width=0.9)


def _tail(
    canvas: Canvas,
    do: Hairdo,
    strand: Strand,
    rng: np.random.Generator,
    root: Points,
    out: float,
    drop: float,
    wide: float = 0.44,
) -> None:
    """Locks from a tie; out: how far they stand off before they fall."""
    count = int(rng.integers(3, 6))
    for share in sorted(np.linspace(-1, 1, count), key=lambda one: -abs(one)):
        low = drop * (1 - 0.22 * abs(share) * rng.uniform(0.4, 1.2))
        aside = share * wide * 0.75
        knots = [
            tuple(root), (root[0] + out * 0.75 + aside * 0.6, root[1] + 0.12 + 0.1 * abs(share)),
            (root[0] + out + aside * 1.25, root[1] + low * 0.45),
            (root[0] + out * 0.92 + aside * 1.1, root[1] + low * 0.8),
            (root[0] + out * 1.08 + aside * 0.4, root[1] + low),
        ]  # fmt: skip
        draw_lock(
            canvas,
            strand,
            knots,
            wide * rng.uniform(1.0, 1.35),
            0.1,
            1 + int(rng.random() < do.fine),
            int(np.sign(share)) if rng.random() < 0.5 else 0,
        )


def _drill(canvas: Canvas, do: Hairdo, strand: Strand, side: int) -> None:
    """Curls that wind downwards, each turn a band."""
    turns = int(np.clip(do.length * 1.4, 4, 8))
    x, y = side * 1.15, -0.35
    for i in reversed(range(turns)):
        wide = 0.5 * (1 - 0.75 * i / turns)
        at = y + sum(0.42 * (1 - 0.6 * k / turns) for k in range(i))
        band = smooth(
            np.array([(-1, -0.25), (-0.3, -0.42), (1, -0.05), (1.05, 0.35), (0.2, 0.62), (-0.95, 0.3)])
            * [wide * side, 0.5 * (0.5 + wide)],
            closed=True,
        )
        area = canvas.fill(band + [x + side * 0.12 * i / turns, at], Paint(HAIR, strand.colour))
        canvas.cast(band * [0.9, 0.4] + [x + side * 0.12 * i / turns, at + 0.16], area)
        canvas.stroke(
            smooth(np.array([(-0.7, 0.1), (0.1, 0.28), (0.8, 0.2)]) * [wide * side, 0.5])
            + [x + side * 0.12 * i / turns, at],
            0.7,
            taper=1,
        )


def _braid(canvas: Canvas, do: Hairdo, strand: Strand, side: int, tie: Rgb) -> None:
    drop = do.length * 0.75
    count = max(4, round(drop / 0.27))
    root = np.array([side * 0.85, 0.8])
    for i in range(count):
        share = i / count
        size = 1.15 - 0.45 * share
        way = 1 if i % 2 else -1
        link = smooth(
            np.array([(-0.24, -0.22), (0.06, -0.24), (0.25, 0.02), (0.14, 0.26), (-0.06, 0.3), (-0.2, 0.08)])
            * [way, 1]
            * size,
            closed=True,
        )
        at = root + [
            side * (0.12 + 0.1 * share) + way * 0.07 * size + strand.wind * 0.1 * share,
            share * drop,
        ]
        area = canvas.fill(link + at, Paint(HAIR, strand.colour if share < 0.75 else strand.tips))
        canvas.cast(link * [0.5, 0.9] + at + [0.08 * way, 0.06], area)
        canvas.stroke(
            smooth(
                [
                    tuple(at + [-0.1 * way * size, -0.1]),
                    tuple(at + [0.08 * way * size, 0.02]),
                    tuple(at + [0.06 * way, 0.18 * size]),
                ]
            ),
            0.65,
            taper=1,
        )
    end = root + [side * 0.22 + strand.wind * 0.1, drop + 0.02]
    for aside in (-0.07, 0.07, 0.0):
        draw_lock(
            canvas,
            strand,
            [tuple(end), tuple(end + [aside, 0.22]), tuple(end + [aside * 2.2, 0.55 - abs(aside)])],
            0.2,
            0.1,
        )
    canvas.fill(ellipse((float(end[0]), float(end[1])), (0.15, 0.09), 14), Paint(ACCESSORY, tie), width=0.8)


def _bun(canvas: Canvas, do: Hairdo, strand: Strand, side: int) -> None:
    at, size = np.array([side * 0.78, -1.12 - do.volume * 0.5]), 0.34 + 0.1 * (do.seed % 2)
    ball = ellipse((float(at[0]), float(at[1])), (size * 1.05, size), 22)
    area = canvas.fill(ball, Paint(HAIR, strand.colour))
    canvas.cast(ball * [0.5, 0.8] + at * [0.5, 0.2] + [0.1, 0.06], area)
    for bulge in (0.5, 0.15, -0.25):
        arc = smooth(
            [
                tuple(at + [-0.1 * side, -size * 0.85]),
                tuple(at + [side * size * bulge, 0]),
                tuple(at + [-0.15 * side, size * 0.75]),
            ]
        )
        canvas.stroke(arc, 0.75, taper=1)
