"""What hands hold: swords, staffs, books, cups, bags, flowers, phones, umbrellas."""

from collections.abc import Callable

import numpy as np

from attnpaint.figures.body import Arm
from attnpaint.figures.canvas import Canvas, Paint
from attnpaint.figures.character import Character
from attnpaint.figures.curves import Points, bend, ellipse, join, limb, smooth, turned
from attnpaint.figures.shading import lit

ACCESSORY = 250


def draw_held(canvas: Canvas, who: Character, arm: Arm, prop: str) -> None:
    """Things that a hand closes around, drawn before it."""
    lean = -0.5 * arm.side
    grip = arm.wrist + turned(np.array([[0.0, 0.28]]), arm.angle)[0]

    def put(points: list[tuple[float, float]]) -> Points:
        out: Points = turned(np.array(points), lean) + grip
        return out

    if prop == "sword":
        blade = canvas.fill(
            put([(-0.1, -0.3), (-0.1, -3.0), (0, -3.35), (0.1, -3.0), (0.1, -0.3)]),
            Paint(ACCESSORY, (214, 222, 232)),
        )
        canvas.shade(put([(0, -0.3), (0, -3.35), (0.1, -3.0), (0.1, -0.3)]), blade, (178, 188, 204))
        canvas.mark(put([(0, -0.3), (0, -1.6), (0, -3.2)]), blade, 0.6, 0.3)
        canvas.fill(
            put([(-0.08, -0.3), (0.08, -0.3), (0.08, 0.5), (-0.08, 0.5)]), Paint(ACCESSORY, who.cloth[4])
        )
        canvas.fill(
            put([(-0.42, -0.4), (0.42, -0.4), (0.36, -0.24), (-0.36, -0.24)]),
            Paint(ACCESSORY, (226, 190, 96)),
        )
    elif prop == "staff":
        canvas.fill(
            put([(-0.07, -2.4), (0.07, -2.4), (0.07, 3.0), (-0.07, 3.0)]), Paint(ACCESSORY, (134, 94, 66))
        )
        knob = ellipse((0, -2.6), (0.32, 0.36), 22)
        area = canvas.fill(put([(float(x), float(y)) for x, y in knob]), Paint(ACCESSORY, who.cloth[2]))
        canvas.shade(
            put([(float(x), float(y)) for x, y in ellipse((-0.1, -2.7), (0.1, 0.12), 12)]),
            area,
            lit(who.cloth[2], 0.8),
        )
    elif prop == "umbrella":
        canvas.fill(
            put([(-0.04, -3.0), (0.04, -3.0), (0.04, 0.6), (-0.04, 0.6)]), Paint(ACCESSORY, who.cloth[4])
        )
        top = smooth([(-1.9, -2.2), (-1.3, -3.1), (0, -3.5), (1.3, -3.1), (1.9, -2.2)])
        hem = join(*(bend((1.9 - 0.95 * i, -2.2), (1.9 - 0.95 * (i + 1), -2.2), 0.14) for i in range(4)))
        area = canvas.fill(turned(join(top, hem), lean) + grip, Paint(ACCESSORY, who.cloth[2]))
        for x in (-0.95, 0, 0.95):
            canvas.mark(turned(bend((x, -2.25), (0, -3.5), 0.1 * np.sign(x)), lean) + grip, area, 0.8, 0.1)


def draw_over(canvas: Canvas, who: Character, arm: Arm, prop: str) -> None:
    """Things that lie on or hang from a hand, drawn after it."""
    if draw := _OVER.get(prop):
        at = arm.wrist + turned(np.array([[0.0, 0.35]]), arm.angle)[0]
        draw(canvas, who, float(at[0]), float(at[1]), arm.side)


def _tilted(wide: float, tall: float, angle: float, x: float, y: float) -> Points:
    corners = np.array([(-wide, -tall), (wide, -tall), (wide, tall), (-wide, tall)])
    out: Points = turned(corners, angle) + [x, y]
    return out


def _book(canvas: Canvas, who: Character, x: float, y: float, side: int) -> None:
    cover, at = _tilted(0.5, 0.62, 0.15 * side, x, y), np.array([x, y])
    area = canvas.fill(cover, Paint(ACCESSORY, who.cloth[2]))
    canvas.shade((cover - at) * [0.7, 0.5] + at, area, lit(who.cloth[2], 0.55))
    canvas.mark((cover - at) * [0.8, 0.98] + at, area, 0.7, 0.1)


def _cup(canvas: Canvas, who: Character, x: float, y: float, side: int) -> None:
    rim = [(x - 0.3, y - 0.3), (x - 0.27, y + 0.2), (x, y + 0.32), (x + 0.27, y + 0.2), (x + 0.3, y - 0.3)]
    cup = smooth(rim)
    canvas.stroke(ellipse((x + 0.33 * side, y - 0.02), (0.16, 0.16), 18), 1.6, taper=0.05)
    area = canvas.fill(join(cup, bend(cup[-1], cup[0], 0.08)), Paint(ACCESSORY, who.cloth[3]))
    canvas.shade(ellipse((x, y - 0.3), (0.27, 0.07), 18), area, (120, 78, 52))
    canvas.mark(ellipse((x, y - 0.3), (0.28, 0.08), 18), area, 0.7, 0.1)


def _bag(canvas: Canvas, who: Character, x: float, y: float, side: int) -> None:
    handle = [(x - 0.3, y + 0.7), (x - 0.15, y + 0.05), (x + 0.15, y + 0.05), (x + 0.3, y + 0.7)]
    canvas.stroke(smooth(handle), 1.4, taper=0.1)
    top, low = (
        [(x - 0.6, y + 0.65), (x + 0.6, y + 0.65)],
        [(x + 0.66, y + 1.5), (x, y + 1.62), (x - 0.66, y + 1.5)],
    )
    area = canvas.fill(smooth([*top, *low], closed=True), Paint(ACCESSORY, who.cloth[1]))
    canvas.mark(smooth([(x - 0.62, y + 0.8), (x, y + 1.15), (x + 0.62, y + 0.8)]), area, 0.8, 0.1)
    canvas.fill(ellipse((x, y + 1.12), (0.09, 0.09), 10), Paint(ACCESSORY, (226, 190, 96)), width=0.7)


def _phone(canvas: Canvas, who: Character, x: float, y: float, side: int) -> None:
    area = canvas.fill(_tilted(0.19, 0.36, 0.2 * side, x, y), Paint(ACCESSORY, who.cloth[4]))
    canvas.shade(_tilted(0.15, 0.29, 0.2 * side, x, y), area, (170, 206, 232))


def _fan(canvas: Canvas, who: Character, x: float, y: float, side: int) -> None:
    angle = np.linspace(-2.6, -0.55, 13)
    folded = 1 - 0.05 * (np.arange(13) % 2)
    fan = np.stack([x + 0.85 * np.cos(angle) * folded, y + 0.85 * np.sin(angle)], 1)
    area = canvas.fill(join(fan, [(x, y)]), Paint(ACCESSORY, who.cloth[2]))
    for i in range(1, 12, 2):
        canvas.mark(np.array([(x, y), tuple((fan[i] + [x, y]) / 2), tuple(fan[i])]), area, 0.6, 0.1)


def _flowers(canvas: Canvas, who: Character, x: float, y: float, side: int) -> None:
    for i in range(5):
        end = np.array([x - 0.5 + 0.25 * i, y - 0.75 - 0.12 * (2 - abs(i - 2))])
        canvas.fill(
            limb(((x, y + 0.2), tuple(end)), (0.05, 0.04)), Paint(ACCESSORY, (104, 150, 92)), width=0.6
        )
        for angle in np.arange(5) * 1.2566:
            petal = ellipse(
                (float(end[0] + 0.11 * np.cos(angle)), float(end[1] + 0.11 * np.sin(angle))), (0.1, 0.1), 10
            )
            canvas.fill(
                petal, Paint(ACCESSORY, who.cloth[2] if i % 2 else lit(who.cloth[2], 0.4)), width=0.55
            )
        canvas.fill(
            ellipse((float(end[0]), float(end[1])), (0.06, 0.06), 8),
            Paint(ACCESSORY, (250, 220, 120)),
            width=0.5,
        )
    wrap = np.array([(x - 0.4, y - 0.45), (x + 0.4, y - 0.45), (x + 0.1, y + 0.45), (x - 0.1, y + 0.45)])
    canvas.fill(wrap, Paint(ACCESSORY, who.cloth[3]))
    canvas.stroke(bend((x - 0.25, y), (x + 0.25, y), 0.05), 0.8)


_OVER: dict[str, Callable[[Canvas, Character, float, float, int], None]] = {
    "book": _book, "cup": _cup, "bag": _bag, "flowers": _flowers, "phone": _phone, "fan": _fan,
}  # fmt: skip
