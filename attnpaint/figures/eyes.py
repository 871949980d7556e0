"""Eyes on a face that looks at the viewer or to the right: lids, lashes, irises with their lights."""

from dataclasses import dataclass

import numpy as np

from attnpaint.figures.canvas import Canvas, Paint
from attnpaint.figures.curves import Points, bend, ellipse, join, ribbon, smooth
from attnpaint.figures.faces import Face
from attnpaint.figures.shading import Rgb, lit, shaded

EYE, FACE = 3, 4  # part indices: eyes; mouth, brows and lashes
INK: Rgb = (38, 26, 34)
WHITE: Rgb = (252, 250, 250)


@dataclass(frozen=True)
class Socket:
    """Where one eye lies: its centre, half its width and height; side: of its outer end, -1 or 1."""

    x: float
    y: float
    wide: float
    tall: float
    side: int

    def at(self, points: Points, tilt: float) -> Points:
        """Points whose eye spans -1 to 1, outer end at 1; a positive tilt lifts the outer end."""
        x, y = points[:, 0], points[:, 1]
        return np.stack(
            [self.x + self.side * self.wide * x, self.y + self.tall * y - tilt * self.wide * x], 1
        )


@dataclass(frozen=True)
class Gaze:
    """How an eye is held: opened 0 to 1, merry if a closed one laughs, x and y where it looks."""

    opened: float
    merry: bool
    x: float
    y: float


def sockets(face: Face, turn: float, nod: float) -> tuple[Socket, Socket]:
    """The near and the far eye of a face turned by 0 to 1."""
    middle, y = 0.31 * turn, face.eye_y + 0.1 * nod
    near = Socket(middle - face.apart * (1 + 0.02 * turn), y, face.wide, face.tall, -1)
    far = Socket(middle + face.apart * (1 - 0.3 * turn), y, face.wide * (1 - 0.27 * turn), face.tall, 1)
    return near, far


def draw_eye(canvas: Canvas, face: Face, socket: Socket, iris: Rgb, gaze: Gaze) -> None:
    """One eye with lashes and the crease of its lid."""
    if gaze.opened < 0.3:
        _closed(canvas, face, socket, gaze.merry)
        return
    if face.style == "simple" and socket.wide < 0.2:
        _bead(canvas, socket, iris)
        return
    upper, lower = _lids(face, gaze.opened)
    top, bottom = smooth(upper), smooth(lower)
    white = canvas.fill(socket.at(join(top, bottom), face.tilt), Paint(EYE, WHITE), [])
    canvas.cast(socket.at(join(top, top[::-1] + [0, 0.26]), face.tilt), white)
    _iris(canvas, face, socket, white, iris, gaze)
    _lashes(canvas, face, socket, top)
    if face.lower:
        low = bottom[: max(4, round(len(bottom) * face.lower))]
        canvas.stroke(socket.at(low, face.tilt), 0.75, taper=0.8)
    if face.crease and gaze.opened > 0.6:
        crease = smooth(upper[1:-1] * [0.95, 1.0] + [0.06, -0.2 - 0.05 / socket.tall])
        canvas.stroke(socket.at(crease, face.tilt), 0.6, taper=0.8)


def _lids(face: Face, opened: float) -> tuple[Points, Points]:
    """Knots of the upper lid from the inner end to the outer one, and of the lower one back."""
    p = face.peak
    upper = np.array([
        (-0.96, 0.4), (-0.8, -0.2), (-0.45 + 0.4 * p, -0.78), (0.1 + 0.6 * p, -0.98), (0.62 + 0.2 * p, -0.72),
        (0.93, -0.2 + 0.4 * face.outer), (1.0, 0.1 + face.outer),
    ])  # fmt: skip
    if face.style in ("sharp", "grown"):
        upper[:3] += [(0, 0.25), (0.0, 0.3), (0, 0.12)]
    low = 0.9 if face.style != "sharp" else 0.75
    lower = np.array(
        [(0.94, 0.3 + face.outer * 0.7), (0.74, low * 0.84), (0.15, low + 0.1), (-0.45, low), (-0.84, 0.66)]
    )
    lid = 1 - opened
    upper[:, 1] += lid * 1.5 * np.clip(1 - np.abs(upper[:, 0]) ** 2 * 0.75, 0, 1)
    return upper, lower


def _iris(canvas: Canvas, face: Face, socket: Socket, white: int, iris: Rgb, gaze: Gaze) -> None:
    middle = np.array([gaze.x * socket.side - 0.04, 0.04 + gaze.y])
    tall = 1.02 if face.style != "nineties" else 1.1
    rx, ry = face.iris * (face.wide / socket.wide) ** 0.4, tall
    if face.style in ("grown", "sharp"):
        ry = max(0.95, rx * socket.wide / socket.tall * 1.05)

    def oval(share: float, dx: float = 0.0, dy: float = 0.0, flat: float = 1.0, count: int = 24) -> Points:
        where = (float(middle[0] + dx * rx), float(middle[1] + dy * ry))
        return socket.at(ellipse(where, (rx * share, ry * share * flat), count), face.tilt * 0.2)

    rim = canvas.shade(oval(1), white, shaded(iris, 0.55))
    inner = canvas.shade(oval(0.86), rim, iris)
    if face.pupil != "none":
        canvas.shade(oval(1.0, 0, -0.75), inner, shaded(iris, 0.4))
    canvas.shade(oval(0.62, 0, 0.52, 0.5), inner, lit(iris, 0.4))
    if face.style in ("moe", "nineties") and face.shine != "one":
        canvas.shade(oval(0.34, 0, 0.66, 0.6), inner, lit(iris, 0.7))
    angle = np.linspace(-0.55, 1.3, 12)
    for way in (-1, 1):
        side = np.stack([middle[0] + way * rx * np.cos(angle), middle[1] + ry * np.sin(angle)], 1)
        canvas.stroke(socket.at(side, face.tilt * 0.2), 0.9, taper=0.2)
    _pupil(canvas, face, oval, iris)
    canvas.thick = 0.6
    for dx, dy, size, flat in _LIGHTS[face.shine]:
        canvas.fill(
            oval(size, dx * socket.side, dy, flat, 8 if face.shine == "square" else 18),
            Paint(EYE, (255, 255, 255)),
            width=0.6,
        )
    canvas.thick = 1.0


_LIGHTS = {
    "two": ((-0.36, -0.4, 0.34, 0.8), (0.4, 0.45, 0.17, 0.8)), "one": ((-0.3, -0.42, 0.36, 0.75),),
    "oval": ((-0.3, -0.5, 0.46, 0.5), (0.4, 0.5, 0.14, 0.9)), "square": ((0.3, -0.4, 0.34, 0.8),),
    "low": ((0.36, -0.35, 0.28, 0.9), (-0.42, 0.4, 0.2, 0.8)),
    "many": ((-0.34, -0.46, 0.38, 0.7), (0.42, 0.3, 0.16, 0.8), (0.1, 0.62, 0.12, 0.8)),
}  # fmt: skip


def _pupil(canvas: Canvas, face: Face, oval, iris: Rgb) -> None:  # type: ignore[no-untyped-def]
    if face.pupil in ("round", "tall", "slit"):
        flat = {"round": 0.9, "tall": 1.35, "slit": 2.6}[face.pupil]
        canvas.solid(oval(0.42 if face.pupil != "slit" else 0.3, 0, 0.0, flat), Paint(EYE, INK))
    elif face.pupil == "soft":
        canvas.fill(oval(0.42), Paint(EYE, shaded(iris, 0.7)), width=0.4)
    elif face.pupil == "ring":
        canvas.fill(oval(0.6), Paint(EYE, shaded(iris, 0.2)), width=0.45)
        canvas.solid(oval(0.3), Paint(EYE, INK))


def _lashes(canvas: Canvas, face: Face, socket: Socket, top: Points) -> None:
    t = np.linspace(0, 1, len(top))
    thick = (face.lash / socket.tall) * np.interp(t, [0, 0.15, 0.55, 0.85, 1], [0.3, 0.8, 1.4, 2.0, 1.1])
    above = top - np.stack([-0.0 * t, thick], 1)
    end = top[-1]
    wing = (
        [(end[0] + 0.2, end[1] - 0.34), (end[0] + 0.02, end[1] + 0.06)]
        if face.lash > 0.04
        else [(end[0] + 0.06, end[1] - 0.1)]
    )
    band = join(top, wing[::-1], above[::-1][1:])
    canvas.solid(socket.at(band, face.tilt), Paint(FACE, INK))
    for i in range(face.hairs):
        root = top[-1 - 4 * (i + 1)] - [0.05, thick[-1 - 4 * (i + 1)] * 0.6]
        hair = bend(root, root + [0.3 - 0.03 * i, -0.1 - 0.13 * i], 0.15, 5)
        half = np.linspace(0.07, 0.005, len(hair))
        canvas.solid(socket.at(ribbon(hair, half), face.tilt), Paint(FACE, INK))


def _closed(canvas: Canvas, face: Face, socket: Socket, merry: bool) -> None:
    curve = -0.9 if merry else 0.75
    scale = min(1.0, 0.26 / socket.tall)
    knots = np.array([(-1.0, 0.0), (-0.55, 0.34), (0.0, 0.46), (0.6, 0.34), (1.05, -0.04)]) * [
        1,
        curve * scale,
    ]
    arc = smooth(knots + [0, 0.3])
    half = (
        np.interp(np.linspace(0, 1, len(arc)), [0, 0.3, 0.8, 1], [0.01, 0.7, 1.0, 0.05])
        * face.lash
        * 0.6
        / socket.tall
    )
    canvas.solid(socket.at(ribbon(arc, half), face.tilt * 0.5), Paint(FACE, INK))
    for i in range(face.hairs):
        start = arc[-3 - 3 * i]
        lash = bend(start, start + [0.2, 0.12 if not merry else -0.1], 0.1, 5)
        canvas.stroke(socket.at(lash, face.tilt * 0.5), 0.9)


def _bead(canvas: Canvas, socket: Socket, iris: Rgb) -> None:
    """The eye of a simple face: an oval with a light in it."""
    oval = socket.at(ellipse((0, 0.1), (0.72, 0.95), 28), 0)
    area = canvas.fill(oval, Paint(EYE, shaded(iris, 0.45)), width=1.2)
    canvas.shade(socket.at(ellipse((0, 0.5), (0.5, 0.45), 20), 0), area, iris)
    canvas.fill(
        socket.at(ellipse((-0.2 * socket.side, -0.3), (0.26, 0.26), 14), 0),
        Paint(EYE, (255, 255, 255)),
        width=0.4,
    )
