"""Arms with their sleeves, and hands."""

import numpy as np

from attnpaint.figures.body import COLLAR, SKIN, TOP, Arm
from attnpaint.figures.canvas import Canvas, Paint, Rgb
from attnpaint.figures.character import Character, View
from attnpaint.figures.curves import Points, bend, ellipse, join, lee, limb, mirrored, smooth, turned
from attnpaint.figures.hues import shaded

_BROAD = 0.52  # of a sleeve at the shoulder


def draw_upper_arm(canvas: Canvas, who: Character, view: View, arm: Arm, sleeve: Rgb, wide: float) -> None:
    """Arm or sleeve down to the elbow, and the slope of the shoulder that joins it to the trunk."""
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
    slope = smooth(
        [
            (s * 0.34, 1.62),
            (s * 0.52, 1.72),
            (float(top[0]), float(top[1])),
            (float(top[0] + s * 0.16), float(top[1] + 0.07)),
        ]
    )
    patch = join(
        slope,
        [
            (arm.shoulder[0] + s * 0.1, arm.shoulder[1]),
            (arm.shoulder[0] - s * 0.2, arm.shoulder[1] + 0.16),
            (s * 0.36, 2.3),
        ],
    )
    canvas.fill(patch, Paint(TOP, sleeve), [slope])
    armpit = arm.shoulder + [-s * 0.23, 0.62]
    canvas.stroke(bend(armpit, armpit + [s * 0.1, -0.42], 0.12 * s), 0.8, taper=1)


def draw_forearm(canvas: Canvas, who: Character, view: View, arm: Arm, sleeve: Rgb, wide: float) -> None:
    """What lies beyond the elbow; wide: how far the sleeve hangs at its end, 0 for close-fitting."""
    half = (arm.shoulder + arm.elbow) / 2
    bare = arm.shoulder + (arm.elbow - arm.shoulder) * max(0.5, min(1.9 * who.sleeves + 0.06, 0.85))
    fore = limb((arm.elbow, arm.elbow * 0.6 + arm.wrist * 0.4, arm.wrist), (0.33, 0.35, 0.22))
    _hand(canvas, who, arm)
    _jointed(canvas, who, view, Paint(SKIN, who.skin), limb((bare, arm.elbow), (0.38, 0.33)), fore, arm)
    if not wide and who.sleeves <= 0.5:
        return
    reach = 1.0 if wide else who.sleeves
    end = arm.elbow + (arm.wrist - arm.elbow) * (reach - 0.5) * 1.86
    width = _BROAD * 0.74 + wide
    cloth = limb((arm.elbow, end), (_BROAD * 0.8, width))
    _jointed(
        canvas,
        who,
        view,
        Paint(TOP, sleeve),
        limb((half, arm.elbow), (_BROAD * 0.9, _BROAD * 0.8)),
        cloth,
        arm,
    )
    along = (end - arm.elbow) / np.hypot(*(end - arm.elbow))
    across = np.array([-along[1], along[0]]) * width * 0.54
    cuff = end - along * 0.14
    if wide or reach < 1:
        canvas.stroke(bend(cuff - across * 0.9, cuff + across * 0.9, 0.05), 0.6)
    else:
        low = end + along * 0.1
        band = join(bend(cuff - across, cuff + across, 0.06), bend(low + across, low - across, -0.06))
        canvas.fill(band, Paint(COLLAR, who.cloth[1]))
    one, two = arm.elbow - arm.shoulder, arm.wrist - arm.elbow
    bent = one[0] * two[1] > one[1] * two[0]
    inner = np.array([-along[1], along[0]]) * (0.18 if bent else -0.18)
    for drop, size in ((0.0, 0.26), (0.13, 0.18)):
        start = arm.elbow + inner + along * drop
        canvas.stroke(bend(start, start - inner * size / 0.15 + along * 0.1, 0.2), 0.75, taper=1)


def _disc(centre: Points, radius: float) -> Points:
    return ellipse((float(centre[0]), float(centre[1])), (radius, radius))


def _jointed(
    canvas: Canvas, who: Character, view: View, paint: Paint, upper: Points, fore: Points, arm: Arm
) -> None:
    """A forearm and the half of the upper arm that it grows from, without a line between them."""
    disc = _disc(arm.elbow, float(np.hypot(*(fore[0] - fore[-1]))) / 2)
    side = len(upper) // 2
    rim = np.concatenate([fore, fore[:1]])
    area = canvas.fill(
        [upper, disc, fore], paint, [upper[:side], upper[side:], np.roll(rim, 3, 0), disc, fore]
    )
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
