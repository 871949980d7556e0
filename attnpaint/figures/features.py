"""Brows, noses, mouths, blush and marks on a face."""

import numpy as np

from attnpaint.figures.canvas import Canvas, Paint
from attnpaint.figures.curves import Points, bend, ellipse, join, ribbon, smooth
from attnpaint.figures.eyes import FACE, Socket
from attnpaint.figures.faces import Face
from attnpaint.figures.shading import Rgb, shaded

ACCESSORY = 250
MOUTHS = ("smile", "line", "open", "grin", "small", "cat", "frown", "o", "wavy", "shout", "smirk", "tongue")


def draw_brow(canvas: Canvas, face: Face, socket: Socket, anger: float, hair: Rgb) -> None:
    """A tapered brow, inked, for it is seen through the hair; a positive anger lowers its inner end."""
    thick, long, arch = face.brow
    height = -socket.tall - 0.16 - 0.1 * (0.3 - min(0.3, socket.tall))
    line = np.array([(-0.8, 0.5 * anger), (0.0, -0.14 - arch - 0.1 * anger), (0.95, 0.1 - 0.4 * anger)]) * [
        long,
        0.26,
    ]
    points = smooth(line) * [socket.side * socket.wide * 1.05, 1.0] + [socket.x, socket.y + height]
    half = np.interp(np.linspace(0, 1, len(points)), [0, 0.15, 0.5, 1], [0.5, 1, 0.85, 0.12]) * thick
    if thick > 0.034:
        canvas.fill(ribbon(points, half * 1.3), Paint(FACE, hair), width=0.9)
    else:
        canvas.solid(ribbon(points, half), Paint(FACE, shaded(hair, 0.5)))


def draw_nose(canvas: Canvas, face: Face, turn: float, nod: float, skin: int) -> None:
    """A hint of a nose on the area of the skin."""
    x, y = 0.43 * turn, 0.7 + 0.12 * nod + 0.4 * face.long
    if face.nose == "none":
        return
    if turn > 0.35 or face.nose == "side":
        way = 1 if turn >= 0 else -1
        canvas.stroke(smooth([(x, y - 0.12), (x + way * 0.06, y), (x + way * 0.005, y + 0.035)]), 0.85)
    elif face.nose == "dot":
        canvas.stroke(np.array([(x - 0.012, y), (x, y + 0.004), (x + 0.014, y)]), 1.1, taper=0.6)
    elif face.nose == "tick":
        canvas.stroke(smooth([(x + 0.01, y - 0.03), (x + 0.035, y + 0.01), (x - 0.005, y + 0.025)]), 0.8)
    elif face.nose == "bridge":
        canvas.stroke(
            smooth([(x + 0.06, y - 0.34), (x + 0.03, y - 0.16), (x + 0.065, y - 0.02)]), 0.7, taper=0.9
        )
        canvas.stroke(smooth([(x - 0.05, y + 0.01), (x, y + 0.035), (x + 0.05, y + 0.01)]), 0.85)
    if face.nose == "shadow" or face.style == "grown":
        canvas.cast(np.array([(x - 0.06, y + 0.01), (x + 0.05, y + 0.01), (x - 0.01, y + 0.06)]), skin)


def draw_mouth(canvas: Canvas, face: Face, kind: str, turn: float, nod: float) -> None:
    """The mouth of an expression; an open one shows teeth or tongue."""
    place = np.array([0.33 * turn, 0.97 + 0.1 * nod + 0.75 * face.long])
    wide = face.mouth * (1 - 0.2 * turn)

    def put(points: list[tuple[float, float]]) -> Points:
        return smooth(np.array(points) * [wide, 0.1] + place)

    if kind == "o":
        oval = ellipse((float(place[0]), float(place[1]) + 0.04), (wide * 0.38, 0.075), 18)
        canvas.fill(oval, Paint(FACE, (150, 52, 58)), width=0.75)
    elif kind in _CURVES:
        line = put(_CURVES[kind])
        canvas.stroke(line, 1.1)
        if face.lips:
            canvas.stroke(put([(-0.4, 0.9), (0, 1.1), (0.4, 0.9)]), 0.7)
        elif kind != "cat" and face.style != "simple":
            canvas.stroke(put([(-0.25, 1.15), (0, 1.25), (0.25, 1.15)]), 0.6)
        if face.fang:
            tip = line[len(line) * 3 // 4]
            canvas.stroke(tip + np.array([(-0.025, 0), (0, 0.05), (0.025, -0.01)]), 0.7, taper=0.1)
    else:
        low = {"open": 1.9, "grin": 1.2, "shout": 2.9, "tongue": 1.7}[kind]
        upper = put([(-1, -0.35), (0, -0.1), (1, -0.35)])
        lower = put([(1, -0.35), (0.66, low * 0.66), (0, low), (-0.66, low * 0.66), (-1, -0.35)])
        _open_mouth(canvas, face, kind, upper, lower)


def _open_mouth(canvas: Canvas, face: Face, kind: str, upper: Points, lower: Points) -> None:
    teeth: Rgb = (255, 252, 250)
    inside = canvas.fill(join(upper, lower), Paint(FACE, (146, 50, 56)), width=0.8)
    middle, low, wide = float(lower[:, 0].mean()), float(lower[:, 1].max()), float(np.ptp(lower[:, 0])) / 2
    tongue = ellipse((middle, low), (wide * 0.62, 0.075 if kind != "tongue" else 0.12))
    canvas.shade(tongue, inside, (232, 122, 122))
    if kind == "tongue":
        canvas.mark(tongue, inside, 0.6, 0.1)
    if kind in ("grin", "shout"):
        canvas.shade(join(upper, upper[::-1] + [0, 0.06]), inside, teeth)
        canvas.stroke(upper[2:-2] + [0, 0.055], 0.5)
    if face.fang:
        root = upper[len(upper) * 3 // 4]
        canvas.shade(root + np.array([(-0.035, -0.02), (0.035, -0.02), (0, 0.07)]), inside, teeth)


_CURVES = {
    "smile": [(-1, -0.3), (-0.5, 0.18), (0, 0.3), (0.5, 0.18), (1, -0.3)],
    "line": [(-0.7, 0.02), (0, 0.1), (0.7, 0)],
    "small": [(-0.4, 0.05), (0, -0.05), (0.4, 0.05)],
    "frown": [(-0.75, 0.3), (0, -0.15), (0.75, 0.3)],
    "cat": [(-1, -0.3), (-0.6, 0.3), (-0.1, 0.1), (0, -0.1), (0.1, 0.1), (0.6, 0.3), (1, -0.3)],
    "wavy": [(-0.9, 0.1), (-0.45, -0.2), (0, 0.15), (0.45, -0.2), (0.9, 0.1)],
    "smirk": [(-0.6, 0.15), (0.1, 0.15), (0.6, -0.05), (1.0, -0.45)],
}  # fmt: skip


def draw_marks(canvas: Canvas, face: Face, near: Socket, far: Socket, area: int, skin: Rgb) -> None:
    """Moles, freckles, scars and what is painted or stuck on a cheek."""
    x, y = far.x, far.y + far.tall
    if face.mark == "mole":
        canvas.solid(ellipse((x - 0.1 * far.side, y + 0.12), (0.017, 0.017), 10), Paint(FACE, (60, 40, 40)))
    elif face.mark == "freckles":
        for i in range(7):
            spot = (
                near.x - 0.12 + 0.11 * (i % 4) + (0.62 if i > 3 else 0) * far.wide * 2,
                near.y + near.tall + 0.08 + 0.06 * (i % 2),
            )
            canvas.shade(ellipse(spot, (0.02, 0.016), 8), area, shaded(skin, 0.22))
    elif face.mark == "scar":
        canvas.stroke(bend((x - 0.1, y + 0.02), (x + 0.1, y + 0.3), 0.05), 0.8, taper=0.8)
        for down in (0.08, 0.16, 0.24):
            canvas.stroke(
                np.array(
                    [(x - 0.15 + 0.7 * down, y + down + 0.02), (x - 0.04 + 0.7 * down, y + down - 0.02)]
                ),
                0.6,
            )
    elif face.mark == "plaster":
        line = bend((near.x - 0.12, y + 0.1), (near.x + 0.12, y + 0.16), 0.02, 6)
        canvas.fill(ribbon(line, np.full(len(line), 0.05)), Paint(ACCESSORY, (238, 206, 172)), width=0.6)
    elif face.mark == "paint":
        for i in (0, 1):
            canvas.shade(
                np.array(
                    [
                        (near.x - 0.14, y + 0.08 + 0.09 * i),
                        (near.x + 0.1, y + 0.1 + 0.09 * i),
                        (near.x - 0.14, y + 0.13 + 0.09 * i),
                    ]
                ),
                area,
                (200, 60, 60),
            )
    elif face.mark == "teardrop":
        drop = smooth(
            [(x, y + 0.02), (x + 0.045, y + 0.13), (x, y + 0.17), (x - 0.045, y + 0.13)], closed=True
        )
        canvas.fill(drop, Paint(ACCESSORY, (190, 226, 250)), width=0.6)


def draw_blush(canvas: Canvas, sockets: tuple[Socket, Socket], area: int, skin: Rgb, kind: int) -> None:
    """kind: 0 none, 1 a patch, 2 with strokes, 3 strokes alone."""
    red = (min(255, skin[0] + 6), int(skin[1] * 0.82), int(skin[2] * 0.82))
    for socket in sockets:
        x, y = socket.x + socket.side * socket.wide * 0.35, socket.y + socket.tall + 0.14
        if kind in (1, 2):
            canvas.shade(ellipse((x, y), (socket.wide * 0.55, 0.085)), area, red)
        if kind >= 2:
            for i in (-1, 0, 1):
                middle = np.array([x + i * 0.09 * socket.wide / 0.33, y])
                canvas.stroke(bend(middle + [0.025, -0.05], middle + [-0.025, 0.05], 0, 3), 0.5)


def draw_eyewear(canvas: Canvas, face: Face, near: Socket, far: Socket, turn: float, colour: Rgb) -> None:
    """Glasses, a monocle, or a patch over the near eye."""
    if face.eyewear == "patch":
        x, y = near.x, near.y
        canvas.stroke(bend((-0.98, -0.12), (0.9, -0.5), -0.12), 1.4, taper=0.05)
        shape = smooth(
            [
                (x - 0.3, y - 0.26),
                (x, y - 0.32),
                (x + 0.3, y - 0.24),
                (x + 0.24, y + 0.22),
                (x, y + 0.36),
                (x - 0.25, y + 0.2),
            ],
            closed=True,
        )
        canvas.fill(shape, Paint(ACCESSORY, colour))
        return
    rims: list[Points] = []
    for socket in (near, far) if face.eyewear != "monocle" else (near,):
        wide, tall = socket.wide * 1.22, max(socket.tall * 1.1, 0.22)
        rim = ellipse((socket.x, socket.y + 0.05), (wide, tall), 32)
        if face.eyewear == "square":
            angle = np.linspace(0, 2 * np.pi, 32, endpoint=False)
            power = 0.5
            box = np.stack(
                [
                    np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** power,
                    np.sign(np.sin(angle)) * np.abs(np.sin(angle)) ** power,
                ],
                1,
            )
            rim = box * [wide, tall * 0.8] + [socket.x, socket.y + 0.06]
        drawn = rim[1:16] if face.eyewear == "half" else np.concatenate([rim, rim[:3]])
        canvas.stroke(drawn, 1.4, taper=0.02)
        rims.append(rim)
    if len(rims) == 2:
        canvas.stroke(
            smooth([tuple(rims[0][0]), (0.36 * turn, near.y - 0.02), tuple(rims[1][16])]), 1.3, taper=0.02
        )
        canvas.stroke(bend(rims[0][16], (-0.97, near.y - 0.04), 0.03), 1.1, taper=0.1)
