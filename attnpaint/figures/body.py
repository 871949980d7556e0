"""The body below the head: where its joints lie, legs, arms and hands. The head's middle is the origin."""

from dataclasses import dataclass

import numpy as np

from attnpaint.figures.canvas import Canvas, Paint, Rgb
from attnpaint.figures.character import ARMS, Character, View
from attnpaint.figures.curves import Points, bend, lee, limb, smooth
from attnpaint.figures.hues import shaded

SKIN, TOP, LOWER, STOCKING, SHOE, COLLAR, ACCENT, CAPE, BELT = 1, 5, 6, 7, 8, 9, 10, 11, 12
SHOULDER, WAIST, HIP, CROTCH = 1.86, 3.5, 4.4, 4.75  # heights
RAISED = ("wave", "cheek")  # arms that are drawn before the head


@dataclass(frozen=True)
class Arm:
    side: int
    shoulder: Points
    elbow: Points
    wrist: Points
    angle: float  # of the hand from hanging down, clockwise


@dataclass(frozen=True)
class Leg:
    side: int
    hip: Points
    knee: Points
    ankle: Points


def pose_arm(who: Character, name: str, side: int) -> Arm:
    """Joints of one arm; side -1 is the left one on the picture."""
    upper, fore = ARMS[name]
    shoulder = np.array([side * 0.76 * who.broad, SHOULDER + 0.14])
    elbow = shoulder + 1.55 * np.array([side * np.sin(upper), np.cos(upper)])
    both = upper + fore
    wrist = elbow + 1.4 * np.array([side * np.sin(both), np.cos(both)])
    return Arm(side, shoulder, elbow, wrist, -side * both)


def pose_legs(who: Character, stance: float) -> tuple[Leg, Leg]:
    legs = []
    for side in (-1, 1):
        spread = 0.1 + 0.1 * max(0.0, stance * side)
        hip = np.array([side * 0.4, CROTCH - 0.3])
        knee = hip + 3.0 * who.legs * np.array([side * spread * 0.7, 1])
        ankle = knee + 2.9 * who.legs * np.array([side * (spread * 0.6 - 0.1), 1])
        legs.append(Leg(side, hip, knee, ankle))
    return legs[0], legs[1]


def torso(who: Character) -> Points:
    """The right half of the trunk from neck to hip, N×2."""
    b = who.broad
    return smooth([
        (0.3 * b, 1.6), (0.55 * b, 1.74), (0.86 * b, 1.86), (0.88 * b, 2.3), (0.74 * b, 2.8),
        (0.58 * b, WAIST), (0.68, 4.0), (0.78, HIP), (0.78, CROTCH),
    ])  # fmt: skip


def draw_legs(canvas: Canvas, who: Character, view: View) -> None:
    """Both legs with stockings, trousers are drawn by the clothes; and shoes."""
    for leg in pose_legs(who, view.stance):
        joints = (leg.hip, (leg.hip + leg.knee) / 2, leg.knee, (leg.knee * 2 + leg.ankle) / 3, leg.ankle)
        widths = (0.86, 0.78, 0.52, 0.52, 0.3)
        area = canvas.fill(limb(joints, widths), Paint(SKIN, who.skin))
        if view.steps:
            _shadow(canvas, joints, widths, area, who.skin, leg.side)
        canvas.stroke(bend(leg.knee + [-0.12, 0.1], leg.knee + [0.14, 0.1], -0.15), 0.7)
        if who.stockings:
            _stocking(canvas, who, view, leg)
        _shoe(canvas, who, leg)


def _shadow(
    canvas: Canvas, joints: tuple[Points, ...], widths: tuple[float, ...], area: int, colour: Rgb, side: int
) -> None:
    canvas.shade(lee(limb(joints, widths)), area, shaded(colour))


def _stocking(canvas: Canvas, who: Character, view: View, leg: Leg) -> None:
    rise = who.stockings
    top = (
        leg.ankle
        + (leg.knee - leg.ankle) * min(1, rise / 0.5)
        + (leg.hip - leg.knee) * max(0, rise - 0.5) * 1.3
    )
    middle = leg.knee if rise > 0.5 else (leg.knee + leg.ankle) / 2 + [leg.side * 0.03, -0.5]
    widths = (0.74, 0.56, 0.56, 0.33) if rise > 0.5 else (0.56, 0.57, 0.5, 0.33)
    joints = (top, middle, (middle + leg.ankle) / 2, leg.ankle)
    colour = who.cloth[4] if who.seed % 3 else who.cloth[3]
    area = canvas.fill(limb(joints, widths), Paint(STOCKING, colour))
    if view.steps:
        _shadow(canvas, joints, widths, area, colour, leg.side)
    half = widths[0] / 2
    canvas.stroke(bend(top + [-half, 0.14], top + [half, 0.14], -0.06), 0.6)


def _shoe(canvas: Canvas, who: Character, leg: Leg) -> None:
    x, y = leg.ankle
    s = leg.side
    if who.seed % 2:
        shaft = limb(((x, y - 1.1), (x, y - 0.4), (x, y + 0.1)), (0.52, 0.46, 0.44))
        canvas.fill(shaft, Paint(SHOE, who.cloth[4]))
        canvas.stroke(bend((x - 0.25, y - 0.98), (x + 0.25, y - 0.98), -0.08), 0.6)
    foot = smooth(
        [(x - s * 0.2, y - 0.02), (x + s * 0.18, y - 0.02), (x + s * 0.34, y + 0.26), (x + s * 0.5, y + 0.5),
         (x + s * 0.3, y + 0.62), (x - s * 0.1, y + 0.6), (x - s * 0.24, y + 0.36)], closed=True,
    )  # fmt: skip
    canvas.fill(foot, Paint(SHOE, who.cloth[4]))
    canvas.stroke(bend((x - s * 0.2, y + 0.52), (x + s * 0.46, y + 0.54), 0.04 * s), 0.7)
