"""Locks of hair: tapered bands that fall, swing and curl, each with the lines at its edges."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from attnpaint.figures.canvas import HAIR, Canvas, Paint
from attnpaint.figures.curves import Pair, Points, join, normals, smooth
from attnpaint.figures.shading import GLEAM, SHADE, Rgb


@dataclass(frozen=True)
class Strand:
    """What a character's locks share. curl: how far they swing, in half heads; pitch: of the swings; wind:
    how far a view's wind drives the tips aside; below: where the tips' own colour begins."""

    colour: Rgb
    tips: Rgb
    curl: float
    pitch: float
    wind: float
    below: float
    rng: np.random.Generator


def draw_lock(
    canvas: Canvas,
    strand: Strand,
    knots: Sequence[Pair] | Points,
    width: float,
    start: float = 0.25,
    inner: int = 0,
    shade: int = 0,
    full: float = 1.0,
) -> None:
    """A lock through knots from its root to its tip. start: where its edge lines begin, inner: how many lines
    lie on it, shade: -1 or 1 for a shadow along its left or right edge, full: how blunt its tip is."""
    line = _swung(smooth(np.asarray(knots, dtype=np.float64), 10), strand)
    t = np.linspace(0, 1, len(line))
    half = width / 2 * np.interp(t, [0, 0.3, 0.65, 0.88, 1], [0.85, 1, 0.8 * full**0.3, 0.4 * full, 0.0])
    aside = normals(line) * half[:, None]
    one, other = line + aside, line - aside
    first = round(start * (len(line) - 1))
    edge = join(one[first:-1], line[-1:], other[first:-1][::-1])
    area = canvas.fill(join(one, other[::-1]), Paint(HAIR, strand.colour), [edge])
    if strand.tips != strand.colour:
        _tip(canvas, strand, area)
    if shade:
        inside = line + aside * 0.25 * np.sign(shade)
        canvas.cast(join(one if shade > 0 else other, inside[::-1]), area, SHADE)
    for _ in range(inner):
        share = strand.rng.uniform(-0.6, 0.6)
        begin, end = (
            int(strand.rng.uniform(0.1, 0.45) * len(line)),
            int(strand.rng.uniform(0.6, 0.97) * len(line)),
        )
        canvas.stroke((line + aside * share)[begin:end], 0.75, taper=1.0)


def _tip(canvas: Canvas, strand: Strand, area: int) -> None:
    at = strand.below
    zigzag = np.stack([np.linspace(-6, 6, 97), at + 0.12 * (np.arange(97) % 2)], 1)
    canvas.shade(join(zigzag, [(6.0, 14.0), (-6.0, 14.0)]), area, strand.tips)


def _swung(line: Points, strand: Strand) -> Points:
    """A lock's middle line as curls and wind move it; its root stays."""
    if not strand.curl and not strand.wind:
        return line
    steps = np.hypot(*np.diff(line, axis=0).T)
    run = np.concatenate([[0.0], np.cumsum(steps)])
    swing = (
        strand.curl
        * np.sin(run / strand.pitch * 6.28 + strand.rng.uniform(0, 0.8))
        * np.clip(run / 0.5, 0, 1)
    )
    out: Points = line + normals(line) * swing[:, None]
    out[:, 0] += strand.wind * np.clip(run - 0.4, 0, None) ** 1.4 * 0.2
    out[:, 1] -= abs(strand.wind) * np.clip(run - 0.4, 0, None) ** 1.4 * 0.05
    return out


def draw_gleam(
    canvas: Canvas, kind: str, area: int, middle: float, wide: float, rng: np.random.Generator
) -> None:
    """Light on the round of the head, at height `middle`: a zigzag ring, dashes, a soft band, or none."""
    x = np.linspace(-wide, wide, 29)
    arch = middle + 0.34 * x**2
    if kind == "ring":
        teeth = rng.uniform(0.4, 1, 29) * (np.arange(29) % 2) * 0.13 * (1 - 0.7 * (x / wide) ** 2)
        lower = arch + 0.07 * (1 - (x / wide) ** 2) + teeth
        canvas.cast(join(np.stack([x, arch - teeth * 0.6], 1), np.stack([x, lower], 1)[::-1]), area, GLEAM)
    elif kind == "band":
        thick = 0.1 * (1 - (x / wide) ** 2)
        canvas.cast(join(np.stack([x, arch - thick], 1), np.stack([x, arch + thick], 1)[::-1]), area, GLEAM)
    elif kind == "dashes":
        for _ in range(int(rng.integers(3, 7))):
            at = rng.uniform(-wide, wide) * 0.85
            y, tall = middle + 0.34 * at**2 + rng.uniform(-0.05, 0.05), rng.uniform(0.1, 0.24)
            lean = 0.5 * at
            dash = np.array(
                [
                    (at - 0.05, y),
                    (at - 0.02 - lean * 0.1, y - tall),
                    (at + 0.05, y),
                    (at + lean * tall * 0.6, y + tall),
                ]
            )
            canvas.cast(dash, area, GLEAM)
    elif kind == "spot":
        at = -0.35 * wide
        drop = smooth(
            [
                (at - 0.3, middle + 0.2),
                (at, middle - 0.12),
                (at + 0.3, middle - 0.1),
                (at + 0.04, middle + 0.06),
            ],
            closed=True,
        )
        canvas.cast(drop, area, GLEAM)
