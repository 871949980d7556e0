"""Animals and mascots beside a figure."""

from collections.abc import Callable

import numpy as np

from attnpaint.figures.canvas import Canvas, Paint
from attnpaint.figures.curves import Points, bend, ellipse, join, smooth
from attnpaint.figures.shading import Rgb, lit, shaded

ACCESSORY = 250
_DARK: Rgb = (40, 32, 38)
COATS: tuple[Rgb, ...] = (
    (250, 248, 244), (60, 56, 62), (222, 168, 104), (170, 136, 110), (206, 206, 212), (246, 214, 190),
    (250, 190, 206), (164, 206, 240), (180, 226, 190), (250, 226, 130),
)  # fmt: skip


def draw_animal(canvas: Canvas, kind: str, seed: int) -> None:
    """A small animal that stands on the height 1 and is about 2 wide, in its own units."""
    rng = np.random.default_rng(seed)
    ANIMALS[kind](canvas, COATS[int(rng.integers(len(COATS)))], rng)


def _face(canvas: Canvas, x: float, y: float, apart: float, size: float, rng: np.random.Generator) -> None:
    for side in (-1, 1):
        if rng.random() < 0.75:
            eye = ellipse((x + side * apart, y), (size, size * 1.3), 18)
            canvas.solid(eye, Paint(ACCESSORY, _DARK))
            canvas.fill(
                ellipse((x + side * apart - size * 0.3, y - size * 0.5), (size * 0.4, size * 0.4), 10),
                Paint(ACCESSORY, (255, 255, 255)),
                width=0.4,
            )
        else:
            canvas.stroke(bend((x + side * apart - size, y), (x + side * apart + size, y), 0.3), 1.1)
    w = size * 0.9
    canvas.stroke(
        smooth(
            [(x - w, y + 0.2), (x - w / 2, y + 0.27), (x, y + 0.2), (x + w / 2, y + 0.27), (x + w, y + 0.2)]
        ),
        0.9,
    )


def _coat(canvas: Canvas, shape: Points, colour: Rgb) -> int:
    area = canvas.fill(shape, Paint(ACCESSORY, colour))
    middle = shape.mean(0)
    canvas.cast(
        (shape - middle) * [0.95, 0.5] + middle + [0.05, 0.4 * float(np.ptp(shape[:, 1])) * 0.5], area
    )
    return area


def _cat(canvas: Canvas, colour: Rgb, rng: np.random.Generator) -> None:
    tail = smooth([(0.5, 0.8), (1.1, 0.6), (1.2, -0.1), (0.95, -0.35)])
    half = np.linspace(0.14, 0.1, len(tail))[:, None] * [1, 0.6]
    _coat(canvas, join(tail + half, (tail - half)[::-1]), colour)
    _coat(
        canvas,
        smooth([(-0.5, 1), (-0.55, 0.3), (-0.3, -0.2), (0.3, -0.2), (0.6, 0.4), (0.62, 1)], closed=True),
        colour,
    )
    for x in (-0.25, 0.2):
        canvas.fill(ellipse((x, 0.95), (0.17, 0.12), 16), Paint(ACCESSORY, lit(colour, 0.4)), width=0.8)
    for side in (-1, 1):
        ear = np.array([(0.18, -0.75), (0.52, -1.2), (0.62, -0.6)]) * [side, 1]
        _coat(canvas, ear, colour)
        canvas.fill((ear - ear.mean(0)) * 0.5 + ear.mean(0), Paint(ACCESSORY, (244, 176, 170)), width=0.6)
    head = _coat(canvas, ellipse((0, -0.42), (0.66, 0.5), 28), colour)
    if rng.random() < 0.4:
        canvas.shade(ellipse((0.35, -0.7), (0.4, 0.3), 20), head, shaded(colour, 0.3))
    _face(canvas, 0, -0.42, 0.28, 0.09, rng)


def _rabbit(canvas: Canvas, colour: Rgb, rng: np.random.Generator) -> None:
    for side in (-1, 1):
        ear = smooth(
            np.array([(0.08, -0.8), (0.1, -1.6), (0.32, -1.75), (0.42, -1.4), (0.34, -0.75)]) * [side, 1],
            closed=True,
        )
        _coat(canvas, ear, colour)
        canvas.fill(
            (ear - ear.mean(0)) * [0.5, 0.7] + ear.mean(0), Paint(ACCESSORY, (246, 186, 184)), width=0.6
        )
    _coat(
        canvas,
        smooth([(-0.5, 1), (-0.6, 0.4), (-0.3, -0.1), (0.3, -0.1), (0.6, 0.4), (0.5, 1)], closed=True),
        colour,
    )
    _coat(canvas, ellipse((0, -0.4), (0.58, 0.5), 28), colour)
    _face(canvas, 0, -0.42, 0.26, 0.08, rng)


def _bird(canvas: Canvas, colour: Rgb, rng: np.random.Generator) -> None:
    body = _coat(
        canvas,
        smooth(
            [(-0.75, 0.2), (-0.5, -0.7), (0.1, -0.9), (0.6, -0.4), (0.7, 0.4), (0.3, 0.95), (-0.4, 0.9)],
            closed=True,
        ),
        colour,
    )
    canvas.shade(ellipse((-0.1, 0.5), (0.5, 0.45), 20), body, lit(colour, 0.5))
    wing = smooth([(0.2, -0.1), (0.75, 0.1), (0.95, 0.75), (0.5, 0.6), (0.2, 0.35)], closed=True)
    canvas.fill(wing, Paint(ACCESSORY, shaded(colour, 0.2)))
    canvas.fill(np.array([(-0.6, -0.35), (-1.0, -0.2), (-0.6, -0.08)]), Paint(ACCESSORY, (244, 178, 74)))
    canvas.solid(ellipse((-0.3, -0.4), (0.09, 0.1), 16), Paint(ACCESSORY, _DARK))
    for x in (-0.1, 0.2):
        canvas.stroke(np.array([(x, 0.92), (x, 1.0), (x - 0.08, 1.06)]), 1.2, taper=0.1)


def _slime(canvas: Canvas, colour: Rgb, rng: np.random.Generator) -> None:
    area = _coat(
        canvas,
        smooth(
            [
                (-0.95, 0.9),
                (-0.85, 0.2),
                (-0.3, -0.5),
                (0.05, -0.95),
                (0.3, -0.5),
                (0.85, 0.2),
                (0.95, 0.9),
                (0, 1.02),
            ],
            closed=True,
        ),
        colour,
    )
    canvas.shade(ellipse((-0.4, 0.0), (0.14, 0.2), 14), area, lit(colour, 0.8))
    _face(canvas, 0, 0.3, 0.3, 0.1, rng)


def _bear(canvas: Canvas, colour: Rgb, rng: np.random.Generator) -> None:
    for side in (-1, 1):
        _coat(canvas, ellipse((side * 0.48, -0.92), (0.2, 0.2), 20), colour)
        _coat(canvas, ellipse((side * 0.6, 0.3), (0.22, 0.34), 20), colour)
        _coat(canvas, ellipse((side * 0.36, 0.88), (0.28, 0.2), 20), colour)
    _coat(canvas, ellipse((0, 0.4), (0.56, 0.6), 28), colour)
    _coat(canvas, ellipse((0, -0.5), (0.64, 0.55), 28), colour)
    canvas.fill(ellipse((0, -0.28), (0.26, 0.2), 20), Paint(ACCESSORY, lit(colour, 0.5)), width=0.8)
    canvas.solid(ellipse((0, -0.38), (0.08, 0.06), 12), Paint(ACCESSORY, _DARK))
    _face(canvas, 0, -0.56, 0.3, 0.07, rng)


ANIMALS: dict[str, Callable[[Canvas, Rgb, np.random.Generator], None]] = {
    "cat": _cat, "rabbit": _rabbit, "bird": _bird, "slime": _slime, "bear": _bear,
}  # fmt: skip
