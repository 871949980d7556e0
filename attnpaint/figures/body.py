"""The body below the head: where its joints lie, legs, arms and hands. The head's middle is the origin."""

from dataclasses import dataclass

import numpy as np

from attnpaint.figures.canvas import Canvas, Paint, Rgb
from attnpaint.figures.character import ARMS, Character, View
from attnpaint.figures.curves import Points, bend, ellipse, join, lee, limb, mirrored, smooth, turned
from attnpaint.figures.hues import shaded

SKIN, TOP, LOWER, STOCKING, SHOE, COLLAR, ACCENT, CAPE, BELT = 1, 5, 6, 7, 8, 9, 10, 11, 12
SHOULDER, WAIST, HIP, CROTCH = 1.86, 3.5, 4.4, 4.75  # heights
_BROAD = 0.52  # of a sleeve at the shoulder
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


def draw_upper_arm(canvas: Canvas, who: Character, view: View, arm: Arm, sleeve: Rgb, wide: float) -> None:
    """Arm or sleeve down to the elbow, and the slope from the neck to the shoulder that joins it to the trunk."""
    bare = limb((arm.shoulder, (arm.shoulder + arm.elbow) / 2, arm.elbow), (0.44, 0.4, 0.33))
    area = canvas.fill([bare, _disc(arm.elbow, 0.16)], Paint(SKIN, who.skin))
    if view.steps:
        canvas.shade(lee(bare), area, shaded(who.skin))
    reach = 1.0 if wide or who.sleeves > 0.5 else who.sleeves * 2
    end = arm.shoulder + (arm.elbow - arm.shoulder) * reach
    upper = limb((arm.shoulder, end), (_BROAD, _BROAD * (0.8 if reach == 1 else 1.1)))
    area = canvas.fill([_disc(arm.shoulder, _BROAD / 2), upper], Paint(TOP, sleeve))
    if view.steps:
        canvas.shade(lee(upper), area, shaded(sleeve))
    if reach < 1:
        along = (end - arm.shoulder) / np.hypot(*(end - arm.shoulder))
        across = np.array([-along[1], along[0]]) * _BROAD * 0.54
        canvas.stroke(bend(end - along * 0.1 - across, end - along * 0.1 + across, 0.05), 0.6)
    s, top = arm.side, arm.shoulder + [arm.side * 0.02, -_BROAD / 2]
    slope = smooth([(s * 0.34, 1.62), (s * 0.52, 1.72), (float(top[0]), float(top[1])), (float(top[0] + s * 0.16), float(top[1] + 0.07))])
    patch = join(slope, [(arm.shoulder[0] + s * 0.1, arm.shoulder[1]), (arm.shoulder[0] - s * 0.2, arm.shoulder[1] + 0.16), (s * 0.36, 2.3)])
    canvas.fill(patch, Paint(TOP, sleeve), [slope])
    armpit = arm.shoulder + [-s * 0.23, 0.62]
    canvas.stroke(bend(armpit, armpit + [s * 0.1, -0.42], 0.12 * s), 0.8, taper=1)


def draw_forearm(canvas: Canvas, who: Character, view: View, arm: Arm, sleeve: Rgb, wide: float) -> None:
    """What lies beyond the elbow; wide: how far the sleeve hangs at its end, 0 for close-fitting."""
    half = (arm.shoulder + arm.elbow) / 2
    fore = limb((arm.elbow, arm.elbow * 0.6 + arm.wrist * 0.4, arm.wrist), (0.33, 0.35, 0.22))
    _hand(canvas, who, arm)
    _jointed(canvas, who, view, Paint(SKIN, who.skin), limb((half, arm.elbow), (0.4, 0.33)), fore, arm)
    if not wide and who.sleeves <= 0.5:
        return
    reach = 1.0 if wide else who.sleeves
    end = arm.elbow + (arm.wrist - arm.elbow) * (reach - 0.5) * 1.86
    width = _BROAD * 0.74 + wide
    cloth = limb((arm.elbow, end), (_BROAD * 0.8, width))
    _jointed(canvas, who, view, Paint(TOP, sleeve), limb((half, arm.elbow), (_BROAD * 0.9, _BROAD * 0.8)), cloth, arm)
    along = (end - arm.elbow) / np.hypot(*(end - arm.elbow))
    across = np.array([-along[1], along[0]]) * width * 0.54
    cuff = end - along * 0.14
    if wide or reach < 1:
        canvas.stroke(bend(cuff - across * 0.9, cuff + across * 0.9, 0.05), 0.6)
    else:
        low = end + along * 0.1
        band = join(bend(cuff - across, cuff + across, 0.06), bend(low + across, low - across, -0.06))
        canvas.fill(band, Paint(COLLAR, who.cloth[1]))
    bent = np.cross(arm.elbow - arm.shoulder, arm.wrist - arm.elbow) > 0
    inner = np.array([-along[1], along[0]]) * (0.18 if bent else -0.18)
    for drop, size in ((0.0, 0.26), (0.13, 0.18)):
        start = arm.elbow + inner + along * drop
        canvas.stroke(bend(start, start - inner * size / 0.15 + along * 0.1, 0.2), 0.75, taper=1)


def _disc(centre: Points, radius: float) -> Points:
    return ellipse((float(centre[0]), float(centre[1])), (radius, radius))


def _jointed(canvas: Canvas, who: Character, view: View, paint: Paint, upper: Points, fore: Points, arm: Arm) -> None:
    """A forearm and the half of the upper arm that it grows from, without a line between them."""
    disc = _disc(arm.elbow, float(np.hypot(*(fore[0] - fore[-1]))) / 2)
    side = len(upper) // 2
    rim = np.concatenate([fore, fore[:1]])
    area = canvas.fill([upper, disc, fore], paint, [upper[:side], upper[side:], np.roll(rim, 3, 0), disc, fore])
    if view.steps:
        canvas.shade(lee(upper), area, shaded(paint.colour))
        canvas.shade(lee(fore), area, shaded(paint.colour))


def _hand(canvas: Canvas, who: Character, arm: Arm) -> None:
    palm = [(-0.1, -0.12), (-0.17, 0.1), (-0.18, 0.3), (0.17, 0.3), (0.16, 0.08), (0.11, -0.12)]
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
