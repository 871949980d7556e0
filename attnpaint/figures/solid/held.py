"""Things that two hands hold before the body. The origin lies between the hands."""

from collections.abc import Callable

import numpy as np

from attnpaint.figures.animals import ANIMALS, draw_animal
from attnpaint.figures.body import Arm
from attnpaint.figures.canvas import Canvas, Paint
from attnpaint.figures.character import Character
from attnpaint.figures.curves import Points, bend, ellipse, join, smooth
from attnpaint.figures.props import ACCESSORY, draw_over
from attnpaint.figures.shading import Rgb, lit, shaded


def draw_held_by_two(canvas: Canvas, who: Character, held: str, at: Points, unit: float, wide: float) -> None:
    """at: px; unit: px in a half head; wide: half the distance of the hands, in half heads."""
    canvas.place(np.eye(2) * unit, at)
    _HELD[held](canvas, who, max(0.35, wide))


def _book(canvas: Canvas, who: Character, wide: float) -> None:
    for side in (-1, 1):
        cover = np.array([(0, -0.55), (side * 0.86, -0.66), (side * 0.86, 0.36), (0, 0.48)])
        canvas.fill(cover, Paint(ACCESSORY, who.cloth[2]))
        page = join(bend((0, -0.5), (side * 0.8, -0.62), 0.08 * side), [(side * 0.8, 0.3), (0.0, 0.42)])
        area = canvas.fill(page, Paint(ACCESSORY, (250, 246, 236)), width=0.8)
        for y in np.linspace(-0.4, 0.2, 5):
            canvas.mark(bend((side * 0.12, y), (side * 0.68, y - 0.08), 0.03 * side), area, 0.5, 0.1)


def _tray(canvas: Canvas, who: Character, wide: float) -> None:
    area = canvas.fill(ellipse((0, 0), (wide + 0.35, 0.24), 32), Paint(ACCESSORY, (206, 160, 116)))
    canvas.mark(ellipse((0, -0.03), (wide + 0.24, 0.16), 32), area, 0.6, 0.05)
    for x in (-0.3, 0.32):
        cup = smooth([(x - 0.2, -0.4), (x - 0.17, -0.08), (x, -0.02), (x + 0.17, -0.08), (x + 0.2, -0.4)])
        piece = canvas.fill(join(cup, bend(cup[-1], cup[0], 0.1)), Paint(ACCESSORY, who.cloth[3]))
        canvas.shade(ellipse((x, -0.4), (0.18, 0.05), 16), piece, (122, 80, 54))


def _box(canvas: Canvas, who: Character, wide: float) -> None:
    w = wide + 0.1
    top = np.array([(-w, -0.5), (-w + 0.18, -0.75), (w - 0.1, -0.75), (w, -0.5)])
    canvas.fill(top, Paint(ACCESSORY, lit(who.cloth[2], 0.3)))
    front = np.array([(-w, -0.5), (w, -0.5), (w, 0.45), (-w, 0.45)])
    area = canvas.fill(front, Paint(ACCESSORY, who.cloth[2]))
    band = np.array([(-0.1, -0.5), (0.1, -0.5), (0.1, 0.45), (-0.1, 0.45)])
    canvas.shade(band, area, who.cloth[3])
    canvas.mark(band[:2] * [1, 0] + [[0, -0.5], [-0.2, 0.45]], area, 0.6, 0.05)
    canvas.mark(band[2:] * [1, 0] + [[0, -0.5], [0.2, 0.45]], area, 0.6, 0.05)
    for side in (-1, 1):
        loop = smooth(np.array([(0, 0), (0.34, -0.3), (0.42, -0.04)]) * [side, 1] + [0, -0.62], closed=True)
        canvas.fill(loop, Paint(ACCESSORY, who.cloth[3]), width=0.8)


def _plush(canvas: Canvas, who: Character, wide: float) -> None:
    canvas.place(canvas.matrix * 0.8, canvas.shift - canvas.matrix @ np.array([0.0, 0.15]))
    draw_animal(canvas, list(ANIMALS)[who.hairdo.seed % len(ANIMALS)], who.hairdo.seed + 3)


def _bouquet(canvas: Canvas, who: Character, wide: float) -> None:
    canvas.place(canvas.matrix * 1.25, canvas.shift)
    at = np.zeros(2)
    draw_over(canvas, who, Arm(1, at, at, np.array([0.0, -0.35]), 0.0), "flowers")


def _phone(canvas: Canvas, who: Character, wide: float) -> None:
    area = canvas.fill(_box_of(0.24, 0.44), Paint(ACCESSORY, who.cloth[4]))
    canvas.shade(_box_of(0.19, 0.36), area, (186, 214, 236))


def _ball(canvas: Canvas, who: Character, wide: float) -> None:
    radius = max(0.5, wide)
    area = canvas.fill(ellipse((0, -0.1), (radius, radius), 36), Paint(ACCESSORY, who.cloth[2]))
    stripe = smooth([(-radius, -0.1), (-0.2, -0.1 - radius * 0.3), (radius, -0.1)])
    low = stripe + [0, radius * 0.42]
    canvas.shade(join(stripe, low[::-1]), area, who.cloth[3])
    canvas.mark(stripe, area, 0.8, 0.05)
    canvas.mark(low, area, 0.8, 0.05)


def _sign(canvas: Canvas, who: Character, wide: float) -> None:
    w = wide + 0.3
    area = canvas.fill(_box_of(w, 0.6), Paint(ACCESSORY, (252, 250, 244)))
    dark: Rgb = shaded(who.cloth[2], 0.2)
    heart = smooth(
        [(0, 0.3), (-0.34, -0.05), (-0.2, -0.32), (0, -0.16), (0.2, -0.32), (0.34, -0.05)], closed=True
    )
    canvas.shade(heart, area, dark)
    canvas.mark(join(heart, heart[:1]), area, 0.7, 0.05)


def _box_of(wide: float, tall: float) -> Points:
    return np.array([(-wide, -tall), (wide, -tall), (wide, tall), (-wide, tall)])


_HELD: dict[str, Callable[[Canvas, Character, float], None]] = {
    "book": _book, "tray": _tray, "box": _box, "plush": _plush, "bouquet": _bouquet, "phone": _phone,
    "ball": _ball, "sign": _sign,
}  # fmt: skip
