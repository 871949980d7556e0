"""Eyes, brows, nose and mouth, drawn on a face that looks at the viewer or to the right."""

from dataclasses import dataclass

import numpy as np

from attnpaint.figures.canvas import Canvas, Paint, Rgb
from attnpaint.figures.character import Character, View
from attnpaint.figures.curves import Points, bend, ellipse, join, ribbon, smooth
from attnpaint.figures.hues import lit, shaded

EYE, FACE = 3, 4  # part indices: eyes; mouth, brows and lashes
INK: Rgb = (38, 26, 34)
_WHITE: Rgb = (252, 250, 250)


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


def sockets(character: Character, turn: float, nod: float) -> tuple[Socket, Socket]:
    """The near and the far eye of a face turned by 0 to 1."""
    middle, y = 0.31 * turn, 0.34 + 0.1 * nod
    apart = 0.13 + character.wide
    near = Socket(middle - apart * (1 + 0.02 * turn), y, character.wide, character.tall, -1)
    far = Socket(middle + apart * (1 - 0.35 * turn), y, character.wide * (1 - 0.3 * turn), character.tall, 1)
    return near, far


def draw_eye(canvas: Canvas, who: Character, socket: Socket, opened: float, iris: Rgb, view: View) -> None:
    """One eye with lashes and the crease of its lid; opened 0: closed, and laughing if the mouth does."""
    if opened < 0.3:
        _closed(canvas, who, socket, -1.0 if view.mouth in ("smile", "open", "grin", "cat") else 1.0)
        return
    lid = 1 - opened
    upper = np.array(
        [(-0.98, 0.32), (-0.74, -0.36), (-0.25, -0.78), (0.32, -0.8), (0.84, -0.36), (1.02, 0.16)]
    )
    upper[:, 1] += lid * 0.9 * (1 - np.abs(upper[:, 0]) ** 2 * 0.6)
    lower = np.array([(0.96, 0.3), (0.72, 0.78), (0.2, 0.98), (-0.35, 0.95), (-0.78, 0.7), (-0.95, 0.36)])
    top, bottom = smooth(upper), smooth(lower)
    white = canvas.fill(socket.at(join(top, bottom), who.tilt), Paint(EYE, _WHITE), [])
    if view.steps:
        canvas.shade(socket.at(join(top, top[::-1] + [0, 0.3]), who.tilt), white, (222, 220, 232))
    _iris(canvas, socket, white, iris, view, who)
    _lashes(canvas, who, socket, top, bottom)
    crease = socket.at(smooth(upper[1:-1] * [1.0, 1.12] + [0.04, -0.3]), who.tilt)
    canvas.stroke(crease, 0.6)


def _iris(canvas: Canvas, socket: Socket, white: int, iris: Rgb, view: View, who: Character) -> None:
    gaze_x, gaze_y = view.gaze[0] * socket.side + 0.1 * abs(view.turn) * socket.side, view.gaze[1]
    centre = (-0.03 + gaze_x, 0.08 + gaze_y)
    radius = (0.7, 1.04)

    def oval(share: float, dx: float = 0.0, dy: float = 0.0, flat: float = 1.0) -> Points:
        where = (centre[0] + dx, centre[1] + dy)
        return socket.at(ellipse(where, (radius[0] * share, radius[1] * share * flat)), who.tilt * 0.2)

    rim = canvas.shade(oval(1), white, shaded(iris, 0.62))
    inner = canvas.shade(oval(0.86), rim, iris)
    canvas.shade(oval(1, 0, -0.75), inner, shaded(iris, 0.45))
    canvas.shade(oval(0.5, 0, 0.5, 0.6), inner, lit(iris, 0.45))
    angle = np.linspace(-0.7, 1.25, 12)
    for way in (-1, 1):
        side = np.stack(
            [centre[0] + way * radius[0] * np.cos(angle), centre[1] + radius[1] * np.sin(angle)], 1
        )
        canvas.stroke(socket.at(side, who.tilt * 0.2), 0.8, taper=0.2)
    if who.seed % 3 == 0:  # a ring around the pupil
        canvas.stroke(oval(0.66)[np.r_[1:12]], 0.6, taper=0.4)
    canvas.solid(oval(0.4, 0, 0.02), Paint(EYE, INK))
    shine = -0.26 * socket.side  # the light comes from one side for both eyes
    for dx, dy, size, flat in ((shine, -0.34, 0.34, 0.75), (-shine * 0.9, 0.42, 0.17, 0.7)):
        canvas.fill(oval(size, dx, dy, flat), Paint(EYE, (255, 255, 255)), width=0.3)


def _lashes(canvas: Canvas, who: Character, socket: Socket, top: Points, bottom: Points) -> None:
    t = np.linspace(0, 1, len(top))
    thick = (who.lash / who.tall) * (0.35 + 1.15 * t**0.8)
    above = top - np.stack(
        [np.zeros_like(t), thick * 1.7 * np.sin(np.pi * np.clip(t * 0.93 + 0.05, 0, 1)) ** 0.7], 1
    )
    wing = np.array([(1.2, -0.12), (1.04, 0.2)])
    band = join(top, wing[1:], wing[:1], above[::-1][2:])
    canvas.solid(socket.at(band, who.tilt), Paint(FACE, INK))
    for start, end in (((0.86, -0.5), (1.22, -0.62)), ((0.66, -0.72), (0.98, -1.0))):
        hair = bend(start, end, 0.12)
        canvas.solid(
            socket.at(ribbon(hair, np.linspace(0.085, 0.005, len(hair))), who.tilt), Paint(FACE, INK)
        )
    canvas.stroke(socket.at(bottom[: int(len(bottom) * 0.72)], who.tilt), 0.75)


def _closed(canvas: Canvas, who: Character, socket: Socket, curve: float) -> None:
    arc = smooth(
        [
            (-1.0, 0.1),
            (-0.5, 0.1 + 0.36 * curve),
            (0.1, 0.1 + 0.46 * curve),
            (0.7, 0.1 + 0.3 * curve),
            (1.1, 0),
        ]
    )
    half = np.sin(np.linspace(0.15, np.pi - 0.1, len(arc))) * who.lash / who.tall * 0.62
    canvas.solid(socket.at(ribbon(arc + [0, 0.3], half), who.tilt * 0.5), Paint(FACE, INK))
    for x in (0.6, 0.95):
        lash = bend((x, 0.3 + 0.25 * curve * (1 - x * 0.6)), (x + 0.2, 0.42 + 0.1 * curve), 0.1, 5)
        canvas.stroke(socket.at(lash, who.tilt * 0.5), 0.9)


def draw_brow(canvas: Canvas, who: Character, socket: Socket, anger: float) -> None:
    """A tapered brow, inked, for it is seen through the hair; a positive anger lowers its inner end."""
    height = -socket.tall * 1.0 - 0.2
    line = np.array([(-0.75, 0.5 * anger), (0.0, -0.14 - 0.1 * anger), (0.95, 0.06 - 0.4 * anger)]) * [1, 0.3]
    points = smooth(line) * [socket.side * socket.wide * 1.05, 1.0] + [socket.x, socket.y + height]
    half = np.interp(np.linspace(0, 1, len(points)), [0, 0.15, 0.5, 1], [0.012, 0.024, 0.02, 0.004])
    canvas.solid(ribbon(points, half), Paint(FACE, shaded(who.hair, 0.5)))


def draw_nose(canvas: Canvas, turn: float, nod: float) -> None:
    x, y = 0.43 * turn, 0.66 + 0.13 * nod
    if turn > 0.35:
        canvas.stroke(smooth([(x + 0.03, y - 0.1), (x + 0.07, y + 0.01), (x + 0.015, y + 0.045)]), 0.85)
    else:
        canvas.stroke(smooth([(x + 0.01, y - 0.03), (x + 0.035, y + 0.01), (x - 0.005, y + 0.025)]), 0.8)


def draw_mouth(canvas: Canvas, view: View, turn: float) -> None:
    """The mouth of an expression; an open one shows teeth or tongue."""
    x, y, wide = 0.33 * turn, 0.93 + 0.1 * view.nod, 0.17 * (1 - 0.2 * turn)
    place = np.array([x, y])

    def put(points: list[tuple[float, float]]) -> Points:
        return smooth(np.array(points) * [wide, 0.1] + place)

    curves = {
        "smile": [(-1, -0.3), (-0.5, 0.18), (0, 0.3), (0.5, 0.18), (1, -0.3)],
        "line": [(-0.7, 0.02), (0, 0.1), (0.7, 0)],
        "small": [(-0.4, 0.05), (0, -0.05), (0.4, 0.05)],
        "frown": [(-0.75, 0.3), (0, -0.15), (0.75, 0.3)],
        "cat": [(-1, -0.3), (-0.6, 0.3), (-0.1, 0.1), (0, -0.1), (0.1, 0.1), (0.6, 0.3), (1, -0.3)],
    }  # fmt: skip
    if view.mouth in curves:
        canvas.stroke(put(curves[view.mouth]), 1.05)
        if view.mouth != "cat":
            canvas.stroke(put([(-0.25, 1.15), (0, 1.25), (0.25, 1.15)]), 0.6)
        return
    low = 1.9 if view.mouth == "open" else 1.2
    upper, lower = (
        put([(-1, -0.35), (0, -0.1), (1, -0.35)]),
        put([(1, -0.35), (0.62, low * 0.7), (0, low), (-0.62, low * 0.7), (-1, -0.35)]),
    )
    inside = canvas.fill(join(upper, lower), Paint(FACE, (150, 52, 58)), width=0.75)
    if view.mouth == "grin":
        canvas.shade(join(upper, upper[::-1] + [0, 0.055]), inside, (255, 252, 250))
        canvas.stroke(upper + [0, 0.05], 0.5)
    canvas.shade(ellipse((x, y + low * 0.1), (wide * 0.6, 0.07)), inside, (232, 122, 122))
