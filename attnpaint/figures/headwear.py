"""Hats, bows, flowers, horns and what else is worn on the head."""

from collections.abc import Callable

import numpy as np

from attnpaint.figures.canvas import Canvas, Paint
from attnpaint.figures.character import Character
from attnpaint.figures.curves import bend, ellipse, join, ribbon, smooth
from attnpaint.figures.shading import lit

ACCESSORY = 250


def draw_hat(canvas: Canvas, who: Character, turn: float) -> None:
    """What the outfit has for the head, over its hair."""
    if draw := _HATS.get(who.outfit.hat):
        draw(canvas, who, turn)
    if who.outfit.bow:
        _bow(canvas, who, turn)


def _bow(canvas: Canvas, who: Character, turn: float) -> None:
    back = who.outfit.seed % 3 == 0
    at, size = (np.array([0.0, -1.25]), 1.5) if back else (np.array([0.62, -1.02]), 1.0)
    for side in (-1, 1):
        tail = np.array([(0, 0), (0.14, 0.3), (0.36, 0.62), (0.2, 0.6), (0.12, 0.66)]) * [side, 1] * size
        canvas.fill(smooth(tail, closed=True) + at, Paint(ACCESSORY, who.cloth[2]), width=0.9)
        loop = smooth(
            np.array([(0, 0), (0.2, -0.26), (0.48, -0.24), (0.46, 0.16), (0.2, 0.14)]) * [side, 1] * size,
            closed=True,
        )
        area = canvas.fill(loop + at, Paint(ACCESSORY, who.cloth[2]), width=0.9)
        canvas.cast(loop * [0.5, 0.6] + at + [0, 0.03], area)
        canvas.stroke(bend(at + [side * 0.08, -0.01], at + [side * 0.3 * size, -0.06], 0.1), 0.7, taper=1)
    canvas.fill(
        ellipse((float(at[0]), float(at[1])), (0.1 * size, 0.11 * size), 12),
        Paint(ACCESSORY, who.cloth[2]),
        width=0.8,
    )


def _beret(canvas: Canvas, who: Character, turn: float) -> None:
    shape = smooth(
        [(-1.15, -0.85), (-0.9, -1.5), (0.1, -1.75), (1.1, -1.45), (1.3, -0.95), (0.6, -0.98), (-0.2, -0.92)],
        closed=True,
    )
    area = canvas.fill(shape, Paint(ACCESSORY, who.cloth[0]))
    canvas.cast(shape * [0.9, 0.4] + [0.1, -0.6], area)
    canvas.stroke(smooth([(-0.95, -0.98), (-0.2, -1.08), (0.9, -1.08)]), 0.8)
    canvas.stroke(smooth([(0.1, -1.75), (0.14, -1.9)]), 1.6, taper=0.1)


def _flower(canvas: Canvas, who: Character, turn: float) -> None:
    count = 5 + who.outfit.seed % 3
    for centre, size in (
        (np.array([-0.75 + 0.1 * turn, -0.72]), 1.0),
        (np.array([-0.98 + 0.1 * turn, -0.5]), 0.6),
    ):
        for angle in np.arange(count) * 6.2832 / count:
            petal = ellipse((0.17, 0), (0.17, 0.12), 14) * size
            cos, sin = np.cos(angle), np.sin(angle)
            canvas.fill(
                petal @ np.array([[cos, sin], [-sin, cos]]) + centre,
                Paint(ACCESSORY, who.cloth[2]),
                width=0.7,
            )
        canvas.fill(
            ellipse((float(centre[0]), float(centre[1])), (0.08 * size, 0.08 * size), 12),
            Paint(ACCESSORY, who.cloth[3]),
            width=0.6,
        )
        if who.outfit.seed % 2:
            break


def _cap(canvas: Canvas, who: Character, turn: float) -> None:
    crown = smooth(
        [(-1.1, -0.55), (-1.02, -1.15), (-0.5, -1.55), (0.1, -1.62), (0.7, -1.5), (1.08, -1.1), (1.12, -0.55)]
    )
    area = canvas.fill(join(crown, bend(crown[-1], crown[0], -0.1)), Paint(ACCESSORY, who.cloth[0]))
    canvas.cast(crown[: len(crown) // 3] * [0.92, 1], area)
    canvas.stroke(bend((0.05, -1.62), (0.2 * turn, -0.75), 0.05), 0.8)
    x = 0.3 * turn
    brim = smooth(
        [
            (-0.85 + x, -0.68),
            (-0.8 + x, -0.4),
            (0 + x, -0.28),
            (0.85 + x, -0.42),
            (0.9 + x, -0.7),
            (0.0 + x, -0.82),
        ],
        closed=True,
    )
    canvas.fill(brim, Paint(ACCESSORY, who.cloth[1]))


def _brimmed(canvas: Canvas, who: Character, turn: float) -> None:
    witch = who.outfit.hat == "witch"
    if witch:
        top = smooth(
            [
                (-0.95, -0.85),
                (-0.5, -1.7),
                (0.05, -2.3),
                (0.75, -2.45),
                (0.45, -2.0),
                (0.75, -1.3),
                (0.98, -0.85),
            ]
        )
    else:
        top = smooth([(-0.98, -0.8), (-0.85, -1.4), (-0.2, -1.62), (0.5, -1.58), (0.92, -1.3), (1.0, -0.8)])
    colour = who.cloth[0] if witch else (232, 206, 150)
    brim = smooth(
        [
            (-1.9, -0.62),
            (-1.0, -1.02),
            (0, -1.1),
            (1.0, -1.02),
            (1.9, -0.62),
            (1.0, -0.62),
            (0, -0.58),
            (-1.0, -0.62),
        ],
        closed=True,
    )
    area = canvas.fill(brim, Paint(ACCESSORY, colour))
    canvas.cast(brim * [0.9, 0.3] + [0, -0.48], area)
    area = canvas.fill(join(top, bend(top[-1], top[0], -0.08)), Paint(ACCESSORY, colour))
    canvas.cast(top[: len(top) // 3] * [0.85, 1], area)
    band = join(bend((-0.96, -1.0), (0.98, -1.0), -0.08), bend((0.98, -0.8), (-0.96, -0.8), 0.08))
    canvas.fill(band, Paint(ACCESSORY, who.cloth[2]), width=0.8)


def _crown(canvas: Canvas, who: Character, turn: float) -> None:
    points = [(-0.5, -1.12)]
    for i in range(5):
        points += [(-0.5 + 0.25 * i, -1.62 + 0.1 * abs(i - 2)), (-0.5 + 0.25 * i + 0.125, -1.36)]
    shape = np.array([*points[:-1], (0.5, -1.12), (0, -1.05)]) + [0.1 * turn, 0]
    canvas.fill(shape, Paint(ACCESSORY, (242, 204, 96)), width=0.9)
    canvas.fill(ellipse((0.1 * turn, -1.24), (0.07, 0.08), 12), Paint(ACCESSORY, who.cloth[2]), width=0.6)


def _headphones(canvas: Canvas, who: Character, turn: float) -> None:
    arc = smooth([(-1.08, 0.1), (-1.0, -0.9), (0, -1.42), (1.0, -0.9), (1.06, 0.1)])
    canvas.fill(ribbon(arc, np.full(len(arc), 0.07)), Paint(ACCESSORY, who.cloth[4]), width=0.9)
    for side in (-1, 1):
        cup = ellipse((side * (1.08 - 0.1 * turn * (side > 0)), 0.2), (0.2, 0.34), 20)
        area = canvas.fill(cup, Paint(ACCESSORY, who.cloth[0]))
        canvas.shade(cup * [0.6, 0.6] + [side * 0.43, 0.08], area, who.cloth[2])


def _headband(canvas: Canvas, who: Character, turn: float) -> None:
    arc = smooth([(-1.06, -0.15), (-0.9, -0.85), (0, -1.24), (0.9, -0.85), (1.05, -0.15)])
    if who.outfit.top == "maid" or who.outfit.seed % 2:
        frill = arc + np.stack([0 * arc[:, 0], -0.14 - 0.06 * np.abs(np.sin(np.arange(len(arc)) * 1.3))], 1)
        canvas.fill(join(arc[5:-5], frill[5:-5][::-1]), Paint(ACCESSORY, who.cloth[3]), width=0.8)
    canvas.fill(ribbon(arc, np.full(len(arc), 0.06)), Paint(ACCESSORY, who.cloth[2]), width=0.9)


def _horns(canvas: Canvas, who: Character, turn: float) -> None:
    for side in (-1, 1):
        line = smooth(np.array([(0.62, -0.95), (0.98, -1.25), (1.05, -1.65), (0.8, -1.95)]) * [side, 1])
        area = canvas.fill(
            ribbon(line, np.linspace(0.17, 0.01, len(line))), Paint(ACCESSORY, lit(who.cloth[4], 0.2))
        )
        canvas.cast(ribbon(line + [0.06, 0], np.linspace(0.08, 0.01, len(line))), area)
        for i in (4, 8, 12):
            canvas.stroke(bend(line[i] + [-0.12 * side, -0.03], line[i] + [0.1 * side, 0.05], 0.15), 0.6)


def _halo(canvas: Canvas, who: Character, turn: float) -> None:
    ring, hole = ellipse((0.05, -1.72), (0.72, 0.2), 30), ellipse((0.05, -1.72), (0.58, 0.12), 30)
    canvas.fill(
        np.concatenate([ring, ring[:1], hole[:1], hole[::-1]]),
        Paint(ACCESSORY, (250, 232, 150)),
        [ring, hole],
        width=0.8,
    )


def _band(canvas: Canvas, who: Character, turn: float) -> None:
    band = join(bend((-1.03, -0.45), (1.02, -0.45), -0.14), bend((1.03, -0.22), (-1.03, -0.22), 0.14))
    canvas.fill(band, Paint(ACCESSORY, who.cloth[2]))


def _hairpin(canvas: Canvas, who: Character, turn: float) -> None:
    for i in range(1 + who.outfit.seed % 3):
        t = np.linspace(0, 1, 8)
        pin = ribbon(
            np.stack([-0.92 + 0.36 * t, -0.3 - 0.12 * i - 0.1 * t * (1 if i % 2 else -1)], 1),
            np.full(8, 0.04),
        )
        canvas.fill(pin, Paint(ACCESSORY, who.cloth[2]), width=0.7)


def _beanie(canvas: Canvas, who: Character, turn: float) -> None:
    top = smooth([(-1.1, -0.7), (-0.95, -1.3), (-0.3, -1.68), (0.4, -1.66), (0.98, -1.25), (1.1, -0.7)])
    canvas.fill(join(top, [(0, -0.6)]), Paint(ACCESSORY, who.cloth[0]))
    band = join(bend((-1.13, -0.85), (1.13, -0.85), -0.1), bend((1.12, -0.5), (-1.12, -0.5), 0.1))
    canvas.fill(band, Paint(ACCESSORY, who.cloth[1]))
    for x in np.linspace(-0.95, 0.95, 11):
        canvas.stroke(
            bend((x, -0.95 - 0.2 * (1 - x * x)), (x * 1.01, -0.62 - 0.18 * (1 - x * x)), 0.02, 4), 0.6
        )


_HATS: dict[str, Callable[[Canvas, Character, float], None]] = {
    "beret": _beret, "flower": _flower, "cap": _cap, "witch": _brimmed, "straw": _brimmed, "crown": _crown,
    "headphones": _headphones, "headband": _headband, "horns": _horns, "halo": _halo, "band": _band,
    "hairpin": _hairpin, "beanie": _beanie,
}  # fmt: skip
