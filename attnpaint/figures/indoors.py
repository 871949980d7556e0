"""Rooms behind a figure. The picture is the square from 0 to 1."""

import numpy as np

from attnpaint.figures.canvas import Canvas, Paint
from attnpaint.figures.curves import Points, bend, join, smooth
from attnpaint.figures.hues import hsv
from attnpaint.figures.shading import Rgb, shaded

SCENERY = 251


def box(left: float, top: float, right: float, bottom: float) -> Points:
    """An upright rectangle, 4×2."""
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], dtype=np.float64)


def put(canvas: Canvas, shape: Points, colour: Rgb, lines: bool = True) -> int:
    """A shape of scenery; the number of its area."""
    return canvas.fill(shape, Paint(SCENERY, colour), None if lines else [])


def draw_room(canvas: Canvas, rng: np.random.Generator) -> None:
    """A wall with a window, a floor, and perhaps pictures and furniture."""
    wall = hsv(rng.random(), rng.uniform(0.04, 0.3), rng.uniform(0.75, 0.97))
    area = put(canvas, box(-0.1, -0.1, 1.1, 1.1), wall, False)
    if rng.random() < 0.3:
        for x in np.arange(0, 1, 0.08):
            canvas.shade(box(x, 0, x + 0.04, 1), area, shaded(wall, 0.06))
    low = rng.uniform(0.72, 0.9)
    floor = put(
        canvas,
        box(-0.1, low, 1.1, 1.1),
        hsv(rng.uniform(0.05, 0.12), rng.uniform(0.2, 0.5), rng.uniform(0.5, 0.85)),
    )
    for x in np.linspace(-0.6, 1.6, 12):
        canvas.mark(np.array([(0.5 + (x - 0.5) * 0.6, low), (x, 1.05), (x * 1.02, 1.1)]), floor, 0.8, 0.05)
    _window(canvas, rng, float(rng.choice([rng.uniform(-0.05, 0.15), rng.uniform(0.55, 0.75)])))
    for _ in range(int(rng.integers(0, 3))):
        x, y, w, h = (
            rng.uniform(0, 0.85),
            rng.uniform(0.08, 0.4),
            rng.uniform(0.08, 0.18),
            rng.uniform(0.08, 0.18),
        )
        put(canvas, box(x, y, x + w, y + h), (150, 110, 78))
        put(canvas, box(x + 0.012, y + 0.012, x + w - 0.012, y + h - 0.012), hsv(rng.random(), 0.3, 0.9))
    if rng.random() < 0.6:
        _furniture(canvas, rng, low)


def _window(canvas: Canvas, rng: np.random.Generator, x: float) -> None:
    y, w, h = rng.uniform(0.05, 0.2), rng.uniform(0.28, 0.4), rng.uniform(0.3, 0.45)
    put(canvas, box(x - 0.015, y - 0.015, x + w + 0.015, y + h + 0.015), (240, 236, 228))
    sky = hsv(0.56, rng.uniform(0.12, 0.4), 0.98)
    for left in (x, x + w / 2):
        for top in (y, y + h / 2):
            pane = put(canvas, box(left + 0.006, top + 0.006, left + w / 2 - 0.006, top + h / 2 - 0.006), sky)
            glint = [(left + 0.03, top), (left + 0.08, top), (left, top + 0.12), (left, top + 0.05)]
            canvas.shade(np.array(glint), pane, (255, 255, 255))
    if rng.random() < 0.6:
        cloth = hsv(rng.random(), rng.uniform(0.1, 0.5), 0.9)
        _curtain(canvas, x - 0.03, y, h, 1, cloth)
        _curtain(canvas, x + w + 0.03, y, h, -1, cloth)


def _curtain(canvas: Canvas, edge: float, y: float, h: float, way: int, cloth: Rgb) -> None:
    middle, low = y + h * 0.6, y + h + 0.08
    outer = smooth([(edge, y - 0.04), (edge - 0.01 * way, middle), (edge, low)])
    inner = smooth([(edge + 0.07 * way, low), (edge + 0.05 * way, middle), (edge + 0.12 * way, y - 0.04)])
    area = put(canvas, join(outer, inner), cloth)
    for share in (0.03, 0.06):
        canvas.mark(bend((edge + share * way, y), (edge + share * way * 0.7, y + h), 0.02), area, 0.8)


def _furniture(canvas: Canvas, rng: np.random.Generator, low: float) -> None:
    x, wood = (
        float(rng.choice([rng.uniform(-0.05, 0.15), rng.uniform(0.6, 0.8)])),
        hsv(0.07, rng.uniform(0.3, 0.55), rng.uniform(0.45, 0.8)),
    )
    if rng.random() < 0.5:  # shelves with books
        tall = rng.uniform(0.4, 0.6)
        put(canvas, box(x, low - tall, x + 0.28, low + 0.02), wood)
        for i in range(3):
            top = low - tall + 0.02 + i * tall / 3
            put(canvas, box(x + 0.015, top, x + 0.265, top + tall / 3 - 0.03), shaded(wood, 0.3))
            at = x + 0.02
            while at < x + 0.24:
                wide, high = rng.uniform(0.014, 0.03), rng.uniform(0.6, 0.95) * (tall / 3 - 0.03)
                put(
                    canvas,
                    box(at, top + tall / 3 - 0.03 - high, at + wide, top + tall / 3 - 0.03),
                    hsv(rng.random(), rng.uniform(0.2, 0.6), rng.uniform(0.5, 0.9)),
                )
                at += wide + 0.002
        return
    put(canvas, box(x + 0.02, low - 0.16, x + 0.05, low + 0.06), wood)
    put(canvas, box(x + 0.27, low - 0.16, x + 0.3, low + 0.06), wood)
    put(canvas, box(x, low - 0.19, x + 0.32, low - 0.155), wood)
    pot = put(
        canvas,
        np.array(
            [(x + 0.1, low - 0.27), (x + 0.2, low - 0.27), (x + 0.185, low - 0.19), (x + 0.115, low - 0.19)]
        ),
        (196, 116, 84),
    )
    canvas.cast(box(x + 0.16, low - 0.3, x + 0.2, low - 0.19), pot)
    for angle in np.linspace(-1.1, 1.1, 7):
        tip = np.array([x + 0.15 + 0.14 * np.sin(angle), low - 0.27 - 0.16 * np.cos(angle)])
        leaf = join(bend((x + 0.15, low - 0.27), tip, 0.16), bend(tip, (x + 0.15, low - 0.27), 0.16))
        put(canvas, leaf, hsv(0.34, rng.uniform(0.4, 0.6), rng.uniform(0.5, 0.75)))
