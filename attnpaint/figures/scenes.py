"""What lies behind a figure: rooms, streets, skies, gardens. The picture is the square from 0 to 1."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from attnpaint.figures.canvas import Canvas
from attnpaint.figures.curves import bend, ellipse, join, limb, smooth
from attnpaint.figures.hues import hsv
from attnpaint.figures.indoors import box, draw_room, put
from attnpaint.figures.shading import lit


@dataclass(frozen=True)
class Scene:
    """A kind of scene with its chance; "" for a plain ground."""

    kind: str
    seed: int

    @classmethod
    def draw(cls, rng: np.random.Generator) -> "Scene":
        """A plain ground two times of three."""
        kind = str(rng.choice(list(_KINDS))) if rng.random() < 0.34 else ""
        return cls(kind, int(rng.integers(2**31)))


def draw_scene(canvas: Canvas, scene: Scene) -> None:
    """The scene over the whole picture, with finer lines than a figure's."""
    if not scene.kind:
        return
    canvas.place(np.eye(2) * canvas.side, np.zeros(2))
    canvas.thick = 0.65
    _KINDS[scene.kind](canvas, np.random.default_rng(scene.seed))
    canvas.thick = 1.0


def _sky(canvas: Canvas, rng: np.random.Generator, low: float = 1.05) -> None:
    night = rng.random() < 0.15
    dusk = rng.random() < 0.2
    top = (
        (34, 44, 88)
        if night
        else (238, 170, 130)
        if dusk
        else hsv(0.57 + rng.uniform(-0.03, 0.03), rng.uniform(0.2, 0.5), 0.97)
    )
    area = put(canvas, box(-0.05, -0.05, 1.05, low), top, False)
    for i in range(3):  # lighter towards the horizon
        canvas.shade(box(-0.05, low * (0.4 + 0.2 * i), 1.05, low), area, lit(top, 0.14 * (i + 1)))
    if night:
        for _ in range(25):
            at = rng.random(2) * [1, low * 0.8]
            canvas.shade(ellipse((float(at[0]), float(at[1])), (0.004, 0.004), 6), area, (255, 252, 220))
        put(canvas, ellipse((rng.uniform(0.1, 0.9), 0.15), (0.07, 0.07), 24), (250, 244, 206))
        return
    for _ in range(int(rng.integers(1, 5))):
        _cloud(canvas, rng, rng.uniform(0, 1), rng.uniform(0.05, low * 0.6), rng.uniform(0.08, 0.22))


def _cloud(canvas: Canvas, rng: np.random.Generator, x: float, y: float, size: float) -> None:
    t = np.linspace(np.pi, 2 * np.pi, 6)
    knots = [(x + size * np.cos(a), y + size * 0.45 * np.sin(a)) for a in t]
    bumps = [bend(knots[i], knots[i + 1], rng.uniform(0.2, 0.4)) for i in range(5)]
    area = put(canvas, join(*bumps, bend(knots[-1], knots[0], 0.04)), (253, 253, 255))
    canvas.cast(ellipse((x, y), (size * 0.9, size * 0.12), 20), area)


def _hills(canvas: Canvas, rng: np.random.Generator, low: float) -> None:
    for i in range(int(rng.integers(1, 3))):
        y = low - 0.06 + 0.03 * i
        ridge = smooth([(x, y - rng.uniform(0.0, 0.16)) for x in np.linspace(-0.1, 1.1, 6)])
        put(
            canvas,
            join(ridge, [(1.1, 1.1), (-0.1, 1.1)]),
            hsv(0.33 + 0.15 * rng.random(), 0.3, 0.7 + 0.1 * i),
        )


def _meadow(canvas: Canvas, rng: np.random.Generator) -> None:
    low = rng.uniform(0.5, 0.8)
    _sky(canvas, rng, low + 0.1)
    _hills(canvas, rng, low)
    area = put(
        canvas,
        join(bend((-0.1, low), (1.1, low), 0.03), [(1.1, 1.1), (-0.1, 1.1)]),
        hsv(rng.uniform(0.22, 0.36), rng.uniform(0.3, 0.5), rng.uniform(0.65, 0.85)),
    )
    for _ in range(int(rng.integers(15, 40))):
        x, y = rng.random(), rng.uniform(low + 0.02, 1)
        tall = 0.02 + 0.06 * (y - low)
        for lean in (-0.4, 0, 0.4):
            canvas.mark(bend((x, y), (x + lean * tall, y - tall), 0.1 * lean, 4), area, 0.8)
    for _ in range(int(rng.integers(0, 10))):
        _blossom(canvas, rng, rng.random(), rng.uniform(low + 0.05, 1), rng.uniform(0.012, 0.03))
    if rng.random() < 0.5:
        _tree(canvas, rng, float(rng.choice([rng.uniform(0, 0.25), rng.uniform(0.75, 1)])), low + 0.05)


def _blossom(canvas: Canvas, rng: np.random.Generator, x: float, y: float, size: float) -> None:
    colour = hsv(float(rng.choice([0.95, 0.12, 0.75, 0.0])), rng.uniform(0.1, 0.6), 0.97)
    angle = np.linspace(0, 2 * np.pi, 30, endpoint=False)
    radius = size * (1 + 0.35 * np.cos(5 * angle))
    put(canvas, np.stack([x + radius * np.cos(angle), y + radius * np.sin(angle)], 1), colour)
    put(canvas, ellipse((x, y), (size * 0.3, size * 0.3), 10), (250, 214, 110))


def _tree(canvas: Canvas, rng: np.random.Generator, x: float, y: float) -> None:
    tall = rng.uniform(0.35, 0.7)
    trunk = limb([(x, y + 0.04), (x + 0.01, y - tall * 0.4), (x, y - tall * 0.7)], [0.08, 0.055, 0.04])
    area = put(canvas, trunk, (132, 98, 72))
    canvas.cast(trunk * [1, 1] + [0.02, 0], area)
    colour = hsv(float(rng.choice([0.3, 0.36, 0.95, 0.08])), rng.uniform(0.25, 0.55), rng.uniform(0.6, 0.9))
    for _ in range(int(rng.integers(4, 8))):
        at = np.array([x, y - tall]) + rng.uniform(-0.14, 0.14, 2) * [1, 0.8]
        size = rng.uniform(0.09, 0.15)
        angle = np.linspace(0, 2 * np.pi, 9)
        knots = at + size * np.stack([np.cos(angle), 0.8 * np.sin(angle)], 1) * rng.uniform(0.85, 1.1, (9, 1))
        knots[-1] = knots[0]
        blob = join(*(bend(knots[k], knots[k + 1], 0.28) for k in range(8)))
        leaf = put(canvas, blob, colour)
        canvas.cast(ellipse((float(at[0]) + 0.02, float(at[1]) + size * 0.4), (size, size * 0.5), 16), leaf)


def _street(canvas: Canvas, rng: np.random.Generator) -> None:
    low = rng.uniform(0.65, 0.85)
    _sky(canvas, rng, low + 0.05)
    x = -0.1
    while x < 1.05:
        wide, tall = rng.uniform(0.16, 0.34), rng.uniform(0.3, 0.75)
        colour = hsv(rng.random(), rng.uniform(0.03, 0.25), rng.uniform(0.65, 0.95))
        front = put(canvas, box(x, low - tall, x + wide, low + 0.02), colour)
        glass = hsv(0.57, rng.uniform(0.1, 0.35), rng.uniform(0.6, 0.95))
        count = int(rng.integers(2, 4))
        for i in range(count):
            for y in np.arange(low - tall + 0.05, low - 0.1, rng.uniform(0.1, 0.14)):
                left = x + wide * (i + 0.25) / count
                put(canvas, box(left, y, left + wide * 0.5 / count, y + 0.06), glass)
        canvas.cast(box(x + wide * 0.85, low - tall, x + wide, low), front)
        x += wide + rng.uniform(0, 0.03)
    road = put(canvas, box(-0.1, low, 1.1, 1.1), hsv(0.6, 0.05, rng.uniform(0.5, 0.75)))
    for y in (low + 0.05, low + 0.07):
        canvas.mark(np.array([(-0.1, y), (0.5, y), (1.1, y)]), road, 0.9, 0.05)
    if rng.random() < 0.5:
        _tree(canvas, rng, rng.uniform(0.0, 0.2), low + 0.05)


def _sea(canvas: Canvas, rng: np.random.Generator) -> None:
    low = rng.uniform(0.45, 0.65)
    _sky(canvas, rng, low + 0.03)
    area = put(canvas, box(-0.1, low, 1.1, 1.1), hsv(0.54, rng.uniform(0.3, 0.55), rng.uniform(0.7, 0.95)))
    for _ in range(14):
        x, y, wide = rng.random(), rng.uniform(low + 0.02, 0.8), rng.uniform(0.03, 0.1)
        canvas.mark(bend((x - wide, y), (x + wide, y), 0.04), area, 0.8)
    put(canvas, join(bend((-0.1, 0.82), (1.1, 0.8), 0.04), [(1.1, 1.1), (-0.1, 1.1)]), (240, 222, 178))


def _mist(canvas: Canvas, rng: np.random.Generator) -> None:
    """No place, but a mood: bands, bubbles or rays of pale colour."""
    base = hsv(rng.random(), rng.uniform(0.05, 0.35), rng.uniform(0.8, 1))
    area = put(canvas, box(-0.1, -0.1, 1.1, 1.1), base, False)
    kind, other = rng.integers(4), hsv(rng.random(), rng.uniform(0.05, 0.3), 0.97)
    if kind == 0:
        for _ in range(int(rng.integers(5, 14))):
            x, y, size = rng.random(), rng.random(), rng.uniform(0.03, 0.14)
            put(canvas, ellipse((x, y), (size, size), 28), other, bool(rng.random() < 0.7))
    elif kind == 1:
        lean = rng.uniform(-0.5, 0.5)
        for x in np.arange(-0.6, 1.4, rng.uniform(0.12, 0.25)):
            canvas.shade(
                np.array([(x, -0.1), (x + 0.08, -0.1), (x + 0.08 + lean, 1.1), (x + lean, 1.1)]), area, other
            )
    elif kind == 2:
        for angle in np.arange(0, 2 * np.pi, 0.35):
            a, b = angle, angle + 0.15
            canvas.shade(
                np.array(
                    [
                        (0.5, 0.45),
                        (0.5 + 1.2 * np.cos(a), 0.45 + 1.2 * np.sin(a)),
                        (0.5 + 1.2 * np.cos(b), 0.45 + 1.2 * np.sin(b)),
                    ]
                ),
                area,
                other,
            )
    else:
        for angle in rng.uniform(0, 2 * np.pi, 60):  # lines of speed
            way, start = np.array([np.cos(angle), np.sin(angle)]), rng.uniform(0.5, 0.65)
            canvas.stroke(
                np.array([0.5 + way * start, 0.5 + way * (start + 0.2), 0.5 + way * 0.9]), 1.0, taper=1
            )


_KINDS: dict[str, Callable[[Canvas, np.random.Generator], None]] = {
    "meadow": _meadow, "street": _street, "room": draw_room, "sky": _sky, "sea": _sea, "mist": _mist,
}  # fmt: skip
