"""The head seen from the side, looking to the right."""

import numpy as np

from attnpaint.figures.canvas import HAIR, Canvas, Paint
from attnpaint.figures.character import Character, View
from attnpaint.figures.curves import Points, bend, ellipse, join, ribbon, smooth
from attnpaint.figures.eyes import EYE, FACE, INK, WHITE
from attnpaint.figures.fringe import dome, draw_ahoge
from attnpaint.figures.hairdo import SHORT
from attnpaint.figures.locks import Strand, draw_gleam, draw_lock
from attnpaint.figures.shading import DEEP, lit, shaded
from attnpaint.figures.tails import TIED

SKIN = 1


def draw_profile(canvas: Canvas, who: Character, view: View, strand: Strand) -> None:
    """Face, ear and hair of a head from the side."""
    face, long = who.face, who.face.long
    nose = 0.04 * (face.style in ("grown", "sharp"))
    front = smooth([
        (0.64, -0.62), (0.77, -0.3), (0.8, 0.02), (0.77, 0.22), (0.84, 0.44 + long * 0.4),
        (0.93 + nose, 0.56 + long * 0.5),
    ], 5)  # fmt: skip
    lips = smooth([
        (0.93 + nose, 0.56 + long * 0.5), (0.83, 0.63 + long * 0.5), (0.855, 0.72 + long * 0.6),
        (0.815, 0.78 + long * 0.7), (0.835, 0.85 + long * 0.7), (0.785, 0.92 + long * 0.8),
    ], 4)  # fmt: skip
    chin = smooth([
        (0.785, 0.92 + long * 0.8), (0.79, 1.07 + long), (0.64, 1.19 + long), (0.28, 1.08 + long),
        (-0.08, 0.86), (-0.2, 0.5),
    ], 5)  # fmt: skip
    contour = join(front, lips[1:], chin[1:])
    area = canvas.fill(join(contour, [(-0.3, -0.4)]), Paint(SKIN, who.skin), [contour])
    canvas.cast(join(chin, chin[::-1] - [0.0, 0.12]), area)
    _eye(canvas, who, view, area)
    if view.blush:
        canvas.shade(
            ellipse((0.5, 0.34 + face.eye_y + face.tall * 0.6), (0.17, 0.08)),
            area,
            (min(255, who.skin[0] + 6), int(who.skin[1] * 0.84), int(who.skin[2] * 0.84)),
        )
    _mouth(canvas, view, 0.78 + 0.7 * long)
    _hair(canvas, who, strand, area)
    draw_ahoge(canvas, who.hairdo, strand, 0.0)


def _eye(canvas: Canvas, who: Character, view: View, skin: int) -> None:
    face = who.face
    x, y, tall = 0.5, face.eye_y + 0.02, face.tall
    if view.open[0] < 0.3:
        merry = view.mouth in ("smile", "open", "grin")
        arc = bend((x - 0.2, y + 0.08), (x + 0.18, y + 0.06), -0.25 if not merry else 0.25, 10)
        canvas.solid(ribbon(arc, np.linspace(0.02, 0.035, len(arc))), Paint(FACE, INK))
    else:
        lid = (1 - view.open[0]) * tall
        top = smooth(
            [(x - 0.24, y + 0.1), (x - 0.08, y - 0.72 * tall + lid), (x + 0.12, y - 0.98 * tall + lid)]
        )
        front = smooth([(x + 0.12, y - 0.98 * tall + lid), (x + 0.17, y), (x + 0.1, y + 0.9 * tall)])
        low = smooth([(x + 0.1, y + 0.9 * tall), (x - 0.08, y + 0.85 * tall), (x - 0.2, y + 0.3)])
        white = canvas.fill(join(top, front, low), Paint(EYE, WHITE), [front, low])
        iris = who.colours.eyes[0]
        rim = canvas.shade(ellipse((x + 0.09, y + 0.02), (0.1, tall * 0.98), 22), white, shaded(iris, 0.55))
        inner = canvas.shade(ellipse((x + 0.09, y + 0.04), (0.08, tall * 0.86), 22), rim, iris)
        canvas.shade(ellipse((x + 0.09, y - 0.5 * tall), (0.1, tall * 0.6), 18), inner, shaded(iris, 0.4))
        canvas.shade(ellipse((x + 0.08, y + 0.55 * tall), (0.06, tall * 0.3), 14), inner, lit(iris, 0.4))
        canvas.mark(ellipse((x + 0.09, y + 0.02), (0.1, tall * 0.98), 22)[6:18], white, 0.8, 0.3)
        canvas.solid(ellipse((x + 0.1, y), (0.04, tall * 0.4), 14), Paint(EYE, INK))
        canvas.fill(
            ellipse((x + 0.06, y - 0.42 * tall), (0.035, tall * 0.24), 12),
            Paint(EYE, (255, 255, 255)),
            width=0.5,
        )
        above = top - [0, 0.05 + face.lash * 0.5]
        canvas.solid(join(top, [(x + 0.2, y - 1.02 * tall + lid)], above[::-1]), Paint(FACE, INK))
        for i in range(face.hairs):
            start = top[-1 - 3 * i]
            canvas.solid(
                ribbon(bend(start, start + [0.16, -0.06 - 0.03 * i], 0.1, 4), np.linspace(0.02, 0.004, 5)),
                Paint(FACE, INK),
            )
    brow = bend((x - 0.2, y - tall - 0.14), (x + 0.24, y - tall - 0.12 + 0.2 * view.brow), 0.14, 8)
    canvas.solid(
        ribbon(brow, np.linspace(0.2, 1, len(brow)) * face.brow[0]), Paint(FACE, shaded(who.hair, 0.5))
    )


def _mouth(canvas: Canvas, view: View, y: float) -> None:
    if view.mouth in ("open", "grin", "shout", "tongue"):
        shape = smooth(
            [(0.83, y - 0.02), (0.72, y - 0.01), (0.66, y + 0.02), (0.72, y + 0.09), (0.81, y + 0.08)],
            closed=True,
        )
        canvas.fill(shape, Paint(FACE, (146, 50, 56)), width=0.9)
        return
    up = {"smile": -0.07, "cat": -0.06, "smirk": -0.06, "frown": 0.06}.get(view.mouth, 0.0)
    canvas.stroke(smooth([(0.815, y), (0.73, y + 0.01), (0.65, y + up)]), 1.0)


def _hair(canvas: Canvas, who: Character, strand: Strand, skin: int) -> None:
    do = who.hairdo
    rng = np.random.default_rng(do.seed + 11)
    over = dome(do) * [0.98, 1] + [-0.06, 0]
    over = over[: len(over) * 15 // 16]
    nape = min(max(do.length, 0.8), 1.2) if do.back in SHORT else 0.66 if do.back in TIED else 1.15
    left = (-0.7, nape + 0.15), (-1.0, nape * 0.75)
    if do.back in TIED:  # it lies on the neck
        left = (-0.6, nape + 0.1), (-0.9, nape * 0.6)
    inner = smooth([
        (0.68, -0.52), (0.34, -0.36), (0.1, 0.0), (0.02, 0.3), (-0.14, 0.1), (-0.3, 0.4), (-0.4, nape),
        *left, (float(over[0][0]), float(over[0][1])),
    ])  # fmt: skip
    _ear(canvas, who)
    for shape in _locks(do.seed):
        canvas.cast(ribbon(smooth(shape, 4) + [0.02, 0.09], np.linspace(0.14, 0.02, 9)), skin)
    cap = canvas.fill(
        join(over, inner),
        Paint(HAIR, strand.colour),
        [over, inner[: len(inner) // 3], inner[len(inner) // 2 :]],
    )
    canvas.cast(join(over[: len(over) // 3], over[: len(over) // 3][::-1] + [0.2, 0.1]), cap, DEEP)
    for knots in _locks(do.seed) if do.bangs != "up" else []:
        draw_lock(canvas, strand, knots, rng.uniform(0.26, 0.4), 0.12, int(rng.random() < do.fine))
    if do.side:
        drop = do.side * rng.uniform(0.9, 1.1)
        draw_lock(
            canvas,
            strand,
            [(0.1, -0.5), (0.2, 0.0), (0.12, drop * 0.6), (0.06, drop)],
            do.side_wide,
            0.12,
            1,
        )
    goal = np.array([-0.15, -1.0])
    for _ in range(4 + int(6 * do.fine)):
        start = np.array([rng.uniform(-0.9, 0.3), rng.uniform(-0.2, 0.5)])
        line = bend(start, goal, 0.12 * np.sign(start[0] - goal[0]) * -1, 14)
        canvas.mark(line[int(rng.integers(0, 5)) : int(rng.integers(8, 13))], cap, 0.75, 1)
    draw_gleam(canvas, do.gleam, cap, -0.8, 0.6, rng)


def _locks(seed: int) -> list[Points]:
    rng = np.random.default_rng(seed + 12)
    count = int(rng.integers(3, 6))
    return [
        np.array(
            [
                (x, -0.8),
                (x + 0.2 + 0.1 * rng.random(), -0.36),
                (x * 0.75 + 0.4 + rng.uniform(-0.08, 0.08), rng.uniform(-0.1, 0.22)),
            ]
        )
        for x in np.linspace(0.0, 0.5, count)
    ]


def _ear(canvas: Canvas, who: Character) -> None:
    tip = (-0.42, -0.12) if who.face.ears == "elf" else (-0.2, 0.12)
    shape = smooth([(0.04, 0.22), (-0.04, 0.1), tip, (-0.2, 0.34), (-0.08, 0.58), (0.02, 0.5)], closed=True)
    area = canvas.fill(shape, Paint(SKIN, who.skin))
    canvas.mark(smooth([(-0.02, 0.2), (-0.12, 0.24), (-0.08, 0.42)]), area, 0.65)
