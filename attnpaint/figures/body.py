"""The body below the head: where its joints lie, legs, arms and hands. The head's middle is the origin."""

from dataclasses import dataclass

import numpy as np

from attnpaint.figures.canvas import Canvas, Paint, Rgb
from attnpaint.figures.character import ARMS, Character, View
from attnpaint.figures.curves import Points, bend, ellipse, join, lee, limb, mirrored, smooth, turned
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


def draw_arm(canvas: Canvas, who: Character, view: View, arm: Arm, sleeve: Rgb, wide: float) -> None:
    """An arm with its hand and a sleeve; wide: how far the sleeve hangs at its end, 0 for close-fitting."""
    upper = limb((arm.shoulder, (arm.shoulder + arm.elbow) / 2, arm.elbow), (0.5, 0.44, 0.36))
    fore = limb((arm.elbow, arm.elbow * 0.6 + arm.wrist * 0.4, arm.wrist), (0.36, 0.38, 0.24))
    joint = ellipse((float(arm.elbow[0]), float(arm.elbow[1])), (0.18, 0.18))
    canvas.fill([upper, joint], Paint(SKIN, who.skin))
    _hand(canvas, who, arm)
    area = canvas.fill([upper, joint, fore] if who.sleeves < 1 else [fore], Paint(SKIN, who.skin))
    if view.steps:
        canvas.shade(lee(fore), area, shaded(who.skin))
    if who.sleeves:
        _sleeve(canvas, who, view, arm, sleeve, wide)


def _sleeve(canvas: Canvas, who: Character, view: View, arm: Arm, colour: Rgb, wide: float) -> None:
    broad = 0.56
    cap = ellipse((float(arm.shoulder[0]), float(arm.shoulder[1])), (broad * 0.5, broad * 0.5))
    reach = who.sleeves if not wide else 1.0
    if reach <= 0.5:
        end = arm.shoulder + (arm.elbow - arm.shoulder) * reach * 2
        pieces = [cap, limb((arm.shoulder, end), (broad, broad * 1.06))]
        before = arm.shoulder
        width = broad * 1.06
    else:
        end, before = arm.elbow + (arm.wrist - arm.elbow) * (reach - 0.5) * 1.86, arm.elbow
        width = broad * 0.72 + wide
        bow = ellipse((float(arm.elbow[0]), float(arm.elbow[1])), (broad * 0.39, broad * 0.39))
        pieces = [
            cap,
            limb((arm.shoulder, arm.elbow), (broad, broad * 0.78)),
            bow,
            limb((arm.elbow, end), (broad * 0.78, width)),
        ]
    area = canvas.fill(pieces, Paint(TOP, colour))
    if view.steps:
        for piece in pieces[1::2]:
            canvas.shade(lee(piece), area, shaded(colour))
    along = (end - before) / np.hypot(*(end - before))
    across = np.array([-along[1], along[0]]) * width / 2
    cuff = end - along * 0.12
    if not wide and who.sleeves >= 1:
        band = join(
            bend(cuff - across * 1.06, cuff + across * 1.06, 0.06),
            bend(end + along * 0.1 + across * 1.06, end + along * 0.1 - across * 1.06, -0.06),
        )
        canvas.fill(band, Paint(COLLAR, who.cloth[1]))
    else:
        canvas.stroke(bend(cuff - across, cuff + across, 0.05), 0.6)
    for share in (0.1, -0.12):
        fold = arm.elbow + np.array([-arm.side * 0.1, share])
        if reach > 0.5:
            canvas.stroke(bend(fold, fold + [arm.side * 0.22, -0.12 + share], 0.2), 0.7, taper=1)
    armpit = arm.shoulder + [-arm.side * 0.2, 0.5]
    canvas.stroke(bend(armpit, arm.shoulder + [arm.side * 0.05, 0.2], 0.15 * arm.side), 0.7, taper=1)


def _hand(canvas: Canvas, who: Character, arm: Arm) -> None:
    palm = [(-0.11, -0.12), (-0.17, 0.1), (-0.18, 0.3), (0.17, 0.3), (0.16, 0.08), (0.11, -0.12)]
    fingers = [
        limb(((x, 0.24), (x * 1.12, 0.44), (x * 1.05 + 0.02, long)), (0.115, 0.105, 0.06))
        for x, long in ((-0.125, 0.58), (-0.04, 0.66), (0.05, 0.65), (0.13, 0.56))
    ]
    thumb = limb(((0.1, 0.0), (0.24, 0.14), (0.25, 0.34)), (0.16, 0.12, 0.06))
    flip = arm.side > 0

    def put(shape: Points) -> Points:
        return turned(shape if flip else mirrored(shape), arm.angle) + arm.wrist

    canvas.fill(
        [put(piece) for piece in (smooth(palm, closed=True), *fingers, thumb)],
        Paint(SKIN, who.skin),
        width=0.9,
    )
    for x in (-0.085, 0.005, 0.09):
        canvas.stroke(put(bend((x, 0.3), (x * 1.1, 0.54), 0.02)), 0.6, taper=1)
    canvas.stroke(put(bend((0.12, 0.26), (0.08, 0.1), 0.1)), 0.6, taper=1)
