"""The body below the head: where its joints lie, and legs. The head's middle is the origin."""

from dataclasses import dataclass

import numpy as np

from attnpaint.figures.canvas import Canvas, Paint
from attnpaint.figures.character import ARMS, Character, View
from attnpaint.figures.curves import Points, bend, ellipse, lee, limb, smooth
from attnpaint.figures.shading import Rgb

SCENERY = 251
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


def pose_arm(who: Character, view: View, number: int) -> Arm:
    """Joints of one arm: number 0 is the left one on the picture, 1 the right one."""
    side, bent = 2 * number - 1, view.bends[number]
    upper, fore = ARMS[view.arms[number]][0] + bent[0], ARMS[view.arms[number]][1] + bent[1]
    raised = 0.16 * min(1.0, max(0.0, upper - 1.0))
    shoulder = np.array([side * (0.74 * who.build.broad - 0.3 * raised), SHOULDER + 0.16 - raised])
    elbow = shoulder + 1.5 * np.array([side * np.sin(upper), np.cos(upper)])
    both = upper + fore
    reach = 1.35 - 0.12 * abs(bent[1]) - 0.1 * (abs(fore) > 1)  # it comes forward
    wrist = elbow + reach * np.array([side * np.sin(both), np.cos(both)])
    return Arm(side, shoulder, elbow, wrist, -side * both)


def pose_legs(who: Character, view: View) -> tuple[Leg, Leg]:
    """Joints of the legs; see View.legs."""
    legs = []
    for side in (-1, 1):
        spread = 0.08 + 0.1 * max(0.0, view.stance * side)
        thigh, shin, reach = 3.0 * who.build.legs, 2.9 * who.build.legs, spread * 0.7
        turned_in = spread * 0.6 - 0.1
        if view.legs == "wide":
            reach, turned_in = 0.24, 0.16
        elif view.legs == "cross":
            reach, turned_in = -0.02, -0.14
        elif view.legs == "stride" and side * (view.stance or 1) > 0:
            thigh, reach, turned_in = thigh * 0.94, 0.16, 0.34
        elif view.legs == "sit":
            thigh, reach, turned_in = 1.0, 0.4 + 0.15 * spread, -0.08 + 0.5 * spread
        elif view.legs == "kneel":
            thigh, shin, reach, turned_in = 1.5, 0.5, 0.28, 0.5
        hip = np.array([side * 0.4, CROTCH - 0.3])
        knee = hip + thigh * np.array([side * reach, 1])
        ankle = knee + shin * np.array([side * turned_in, 1])
        legs.append(Leg(side, hip, knee, ankle))
    return legs[0], legs[1]


def torso(who: Character) -> Points:
    """The right half of the trunk from neck to hip, N×2."""
    b, man = who.build.broad, float(who.build.male)
    waist = 0.54 * b + 0.08 * man
    return smooth([
        (0.27 * b, 1.58), (0.5 * b, 1.71), (0.84 * b, 1.85), (0.86 * b, 2.3), (0.74 * b, 2.8),
        (waist, WAIST), (0.68 - 0.03 * man, 4.0), (0.8 - 0.06 * man, HIP), (0.8 - 0.06 * man, CROTCH),
    ])  # fmt: skip


def draw_seat(canvas: Canvas, who: Character, colour: Rgb) -> None:
    """A stool under a figure that sits; it counts as scenery."""
    y, low = CROTCH - 0.35, CROTCH + 0.9 + 2.9 * who.build.legs
    for side in (-1, 1):
        leg = np.array([(1.0, y + 0.3), (1.25, y + 0.3), (1.35, low), (1.15, low)]) * [side, 1]
        canvas.fill(leg, Paint(SCENERY, colour))
    rim = [(-1.4, y), (1.4, y), (1.45, y + 0.2), (1.35, y + 0.42), (-1.35, y + 0.42), (-1.45, y + 0.2)]
    seat = np.array(rim)
    area = canvas.fill(seat, Paint(SCENERY, colour))
    canvas.cast(seat * [1, 0.4] + [0, 0.6 * y + 0.3], area)


def draw_legs(canvas: Canvas, who: Character, view: View) -> None:
    """Both legs with stockings and shoes; trousers are drawn by the clothes."""
    for leg in pose_legs(who, view):
        widths = (0.88, 0.8, 0.54, 0.5, 0.27)
        if view.legs in ("sit", "kneel"):
            widths = (0.86, 0.84, 0.66, 0.54, 0.28)
        joints = (leg.hip, (leg.hip + leg.knee) / 2, leg.knee, (leg.knee * 2 + leg.ankle) / 3, leg.ankle)
        shape = limb(joints, widths)
        foot = ellipse((float(leg.ankle[0]), float(leg.ankle[1])), (widths[-1] * 0.5, 0.12), 14)
        area = canvas.fill([shape, foot] if view.legs == "kneel" else shape, Paint(SKIN, who.skin))
        canvas.cast(lee(shape, 0.3), area)
        canvas.stroke(bend(leg.knee + [-0.1, 0.08], leg.knee + [0.12, 0.1], -0.15), 0.65, taper=1)
        if who.outfit.stockings:
            _stocking(canvas, who, leg, view)
        if view.legs != "kneel":
            _shoe(canvas, who, leg)


def _stocking(canvas: Canvas, who: Character, leg: Leg, view: View) -> None:
    rise = who.outfit.stockings
    top = (
        leg.ankle
        + (leg.knee - leg.ankle) * min(1, rise / 0.5)
        + (leg.hip - leg.knee) * max(0, rise - 0.5) * 1.25
    )
    high = rise > 0.5
    middle = leg.knee if high else (top + leg.ankle) / 2 + [leg.side * 0.03, -0.1]
    widths = (0.8, 0.6, 0.54, 0.31) if high else (0.54, 0.53, 0.46, 0.31)
    if view.legs in ("sit", "kneel"):
        widths = (0.88, 0.66, 0.6, 0.34) if high else (0.6, 0.58, 0.5, 0.34)
    shape = limb((top, middle, (middle + leg.ankle) / 2, leg.ankle), widths)
    colour = (who.cloth[4], who.cloth[3], who.cloth[4], who.cloth[1])[who.outfit.seed % 4]
    area = canvas.fill(shape, Paint(STOCKING, colour))
    if who.outfit.stripes:
        for y in np.arange(top[1] + 0.2, leg.ankle[1], 0.44):
            band = np.array(
                [
                    (leg.knee[0] - 1.2, y),
                    (leg.knee[0] + 1.2, y),
                    (leg.knee[0] + 1.2, y + 0.22),
                    (leg.knee[0] - 1.2, y + 0.22),
                ]
            )
            canvas.shade(band, area, who.cloth[2])
            for edge in (y, y + 0.22):
                canvas.mark(
                    bend((leg.knee[0] - 0.8, edge), (leg.knee[0] + 0.8, edge), -0.03), area, 0.55, 0.05
                )
    canvas.cast(lee(shape, 0.3), area)
    if rise < 1:
        half = widths[0] / 2
        canvas.mark(bend(top + [-half, 0.13], top + [half, 0.13], -0.06), area, 0.6, 0.1)


def _shoe(canvas: Canvas, who: Character, leg: Leg) -> None:
    x, y = leg.ankle
    s, kind = leg.side, who.outfit.shoe
    paint = Paint(SHOE, who.cloth[4] if who.outfit.seed % 3 else who.cloth[2])
    foot = smooth(
        [(x - s * 0.17, y - 0.02), (x + s * 0.16, y - 0.02), (x + s * 0.28, y + 0.24),
         (x + s * 0.42, y + 0.46), (x + s * 0.28, y + 0.58), (x - s * 0.06, y + 0.57),
         (x - s * 0.21, y + 0.34)], closed=True,
    )  # fmt: skip
    area = canvas.fill(foot, paint)
    canvas.stroke(bend((x - s * 0.17, y + 0.49), (x + s * 0.4, y + 0.5), 0.04 * s), 0.7)
    if kind in ("boot", "high boot"):
        tall = 1.1 if kind == "boot" else 2.4
        share = min(1.0, tall / max(0.3, leg.ankle[1] - leg.knee[1]))
        top = leg.ankle + (leg.knee - leg.ankle) * share
        shaft = limb((top, (top + leg.ankle) / 2, leg.ankle + [0, 0.12]), (0.6, 0.5, 0.44))
        shaft_area = canvas.fill(shaft, paint)
        canvas.cast(lee(shaft, 0.35), shaft_area)
        canvas.mark(bend(top + [-0.32, 0.13], top + [0.32, 0.13], -0.08), shaft_area, 0.6, 0.1)
        for drop in (0.3, 0.42):
            canvas.mark(
                bend(leg.ankle + [-0.24, -drop], leg.ankle + [0.06, -drop + 0.08], 0.15), shaft_area, 0.65
            )
    elif kind == "pump":
        opening = smooth(
            [
                (x - s * 0.12, y - 0.08),
                (x + s * 0.1, y - 0.08),
                (x + s * 0.18, y + 0.2),
                (x, y + 0.28),
                (x - s * 0.13, y + 0.16),
            ],
            closed=True,
        )
        canvas.shade(
            opening,
            area,
            who.skin if not who.outfit.stockings else who.cloth[3],
            SKIN if not who.outfit.stockings else STOCKING,
        )
        canvas.stroke(opening[6:], 0.7)
    else:
        canvas.mark(bend((x - s * 0.2, y + 0.24), (x + s * 0.32, y + 0.2), -0.1), area, 0.7)
