"""Patterns on cloth, and folds in it."""

import numpy as np

from attnpaint.figures.canvas import Canvas
from attnpaint.figures.curves import Points, bend, ellipse, join, smooth
from attnpaint.figures.shading import Rgb

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


def draw_pattern(canvas: Canvas, area: int, kind: str, colour: Rgb, box: Box, seed: int) -> None:
    """What is woven into or printed on an area; most of it is outlined. Equal seeds make equal patterns."""
    if not kind:
        return
    rng = np.random.default_rng(seed)
    left, top, right, bottom = box
    pitch = rng.uniform(0.28, 0.5)
    if kind in ("check", "stripes"):
        _bands(canvas, area, colour, box, pitch * 1.5, kind == "check", bool(rng.random() < 0.5))
        return
    for row, y in enumerate(np.arange(top, bottom, pitch)):
        for x in np.arange(left, right, pitch * 1.2) + (row % 2) * pitch * 0.6:
            at = np.array([x, y]) + rng.uniform(-0.1, 0.1, 2) * pitch * (kind not in ("dots", "waves"))
            shape = _motif(kind, at, pitch * 0.24, rng)
            if canvas.sees(shape):
                canvas.shade(shape, area, colour)
                canvas.mark(np.concatenate([shape, shape[:2]]), area, 0.55, 0.05)


def _motif(kind: str, at: Points, size: float, rng: np.random.Generator) -> Points:
    if kind == "flowers":
        angle = np.linspace(0, 2 * np.pi, 30, endpoint=False)
        radius = size * (1.1 + 0.4 * np.cos(5 * angle + rng.uniform(0, 6)))
        return np.stack([at[0] + radius * np.cos(angle), at[1] + radius * np.sin(angle)], 1)
    if kind == "stars":
        angle = np.arange(10) * np.pi / 5 + rng.uniform(0, 1)
        radius = size * np.where(np.arange(10) % 2, 0.6, 1.4)
        return np.stack([at[0] + radius * np.cos(angle), at[1] + radius * np.sin(angle)], 1)
    if kind == "waves":
        arc = bend(at - [size * 1.6, 0], at + [size * 1.6, 0], -0.3)
        return join(arc, bend(at + [size * 1.6, 0], at - [size * 1.6, 0], 0.18))
    return ellipse((float(at[0]), float(at[1])), (size * 0.8, size * 0.8), 14)


def _bands(canvas: Canvas, area: int, colour: Rgb, box: Box, pitch: float, both: bool, upright: bool) -> None:
    left, top, right, bottom = box
    for y in np.arange(top, bottom, pitch) if both or not upright else ():
        for low in (y, y + pitch * 0.36):
            canvas.mark(bend((left, low), (right, low), -0.02), area, 0.5, 0.05)
        canvas.shade(
            np.array([(left, y), (right, y), (right, y + pitch * 0.36), (left, y + pitch * 0.36)]),
            area,
            colour,
        )
    for x in np.arange(left, right, pitch) if both or upright else ():
        for edge in (x, x + pitch * 0.36):
            canvas.mark(
                np.array([(edge, top), (edge, (top + bottom) / 2), (edge * 1.05, bottom)]), area, 0.5, 0.05
            )
        canvas.shade(
            np.array([(x, top), (x + pitch * 0.36, top), (x + pitch * 0.36, bottom), (x, bottom)]),
            area,
            colour,
        )


def draw_fold(
    canvas: Canvas, area: int, start: Points, end: Points, bulge: float, deep: float = 0.09
) -> None:
    """A fold from where the cloth is held: a line and a wedge of shade below it."""
    line = bend(start, end, bulge, 10)
    t = np.linspace(0, 1, len(line))
    chord = np.asarray(end) - np.asarray(start)
    across = np.array([-chord[1], chord[0]]) / max(1e-6, float(np.hypot(*chord)))
    wedge = join(line, (line + across * (deep * np.sin(np.pi * t) ** 0.8)[:, None])[::-1])
    canvas.cast(wedge, area)
    canvas.mark(line, area, 0.8, 1.0)


def draw_frill(canvas: Canvas, line: Points, deep: float, area_of: int, waves: int) -> Points:
    """The wavy edge of a frill below a line, N×2; its folds are marked on the area."""
    t = np.linspace(0, 1, waves * 8 + 1)
    at = np.linspace(0, len(line) - 1, len(t))
    base = np.stack([np.interp(at, np.arange(len(line)), line[:, i]) for i in (0, 1)], 1)
    edge: Points = base + np.stack(
        [0.03 * np.sin(2 * np.pi * waves * t), deep * (1 + 0.3 * np.cos(2 * np.pi * waves * t))], 1
    )
    for i in range(4, len(t) - 4, 8):
        canvas.mark(
            smooth([tuple(edge[i]), tuple((edge[i] + base[i]) / 2 + [0.02, 0]), tuple(base[i])]),
            area_of,
            0.55,
            1,
        )
    return edge
