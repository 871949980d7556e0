"""Arms with their sleeves."""

import numpy as np

from attnpaint.figures.body import COLLAR, SKIN, TOP, Arm
from attnpaint.figures.canvas import Canvas, Paint
from attnpaint.figures.character import Character
from attnpaint.figures.curves import Points, bend, ellipse, join, lee, limb, smooth
from attnpaint.figures.hands import draw_hand
from attnpaint.figures.patterns import draw_fold, draw_pattern
from attnpaint.figures.props import draw_held, draw_over
from attnpaint.figures.shading import Rgb

_BROAD = 0.5  # of a sleeve at the shoulder


def draw_upper_arm(canvas: Canvas, who: Character, arm: Arm, sleeve: Rgb, wide: float) -> None:
    """Arm or sleeve down to the elbow, and the slope of the shoulder that joins it to the trunk."""
    outfit, thin = who.outfit, 1.0 + 0.12 * who.build.male
    bare = limb((arm.shoulder, (arm.shoulder + arm.elbow) / 2, arm.elbow), np.array((0.4, 0.36, 0.29)) * thin)
    area = canvas.fill(
        [bare, _disc(arm.shoulder, 0.2 * thin), _disc(arm.elbow, 0.145 * thin)], Paint(SKIN, who.skin)
    )
    canvas.cast(lee(bare, 0.3), area)
    if not outfit.sleeves:
        _slope(canvas, arm, Paint(SKIN, who.skin), 0.42)
        return
    reach = 1.0 if wide >= 0.7 or outfit.sleeves > 0.5 else outfit.sleeves * 2
    end = arm.shoulder + (arm.elbow - arm.shoulder) * reach
    upper = limb((arm.shoulder, end), (_BROAD * thin, _BROAD * (0.8 if reach == 1 else 1.1) * thin))
    area = canvas.fill([_disc(arm.shoulder, _BROAD / 2 * thin), upper], Paint(TOP, sleeve))
    _printed(canvas, who, area, arm.shoulder)
    canvas.cast(lee(upper, 0.3), area)
    along = _unit(end - arm.shoulder)
    across = np.array([-along[1], along[0]])
    if reach < 1:
        edge = end - along * 0.1
        canvas.mark(bend(edge - across * 0.3, edge + across * 0.3, 0.05), area, 0.65, 0.1)
    _slope(canvas, arm, Paint(TOP, sleeve), _BROAD)
    if outfit.sleeve == "puff" and not wide:
        _puff(canvas, who, arm, sleeve, along, across)
        return
    s = arm.side
    armpit = arm.shoulder + [-s * 0.2, 0.55]
    canvas.stroke(bend(armpit, armpit + [s * 0.1, -0.4], 0.12 * s), 0.8, taper=1)
    draw_fold(
        canvas, area, arm.shoulder + [-s * 0.12, 0.3], arm.shoulder + along * 0.55 + across * 0.05, 0.15 * s
    )


def _unit(vector: Points) -> Points:
    out: Points = vector / max(1e-6, float(np.hypot(*vector)))
    return out


def _slope(canvas: Canvas, arm: Arm, paint: Paint, broad: float) -> None:
    s, top = arm.side, arm.shoulder + [arm.side * 0.02, -broad / 2]
    slope = smooth(
        [
            (s * 0.34, 1.62),
            (s * 0.52, 1.71),
            (float(top[0]), float(top[1])),
            (float(top[0] + s * 0.16), float(top[1] + 0.07)),
        ]
    )
    low = [
        (arm.shoulder[0] + s * 0.1, arm.shoulder[1]),
        (arm.shoulder[0] - s * 0.2, arm.shoulder[1] + 0.16),
        (s * 0.36, 2.3),
    ]
    canvas.fill(join(slope, low), paint, [slope])


def _puff(canvas: Canvas, who: Character, arm: Arm, sleeve: Rgb, along: Points, across: Points) -> None:
    middle, low = arm.shoulder + along * 0.3, arm.shoulder + along * 0.72
    ball = smooth(
        [
            tuple(arm.shoulder - along * 0.3),
            tuple(middle + across * 0.42),
            tuple(low + across * 0.26),
            tuple(low - across * 0.26),
            tuple(middle - across * 0.42),
        ],
        closed=True,
    )
    area = canvas.fill(ball, Paint(TOP, sleeve))
    canvas.cast(join(ball[: len(ball) // 3], (ball[: len(ball) // 3] * 0.6 + middle * 0.4)[::-1]), area)
    for share in (-0.5, 0.0, 0.5):
        canvas.mark(
            bend(low + across * share * 0.4, low - along * 0.34 + across * share * 0.6, 0.1), area, 0.65, 1
        )
        canvas.mark(
            bend(
                arm.shoulder - along * 0.25 + across * share * 0.3, arm.shoulder + across * share * 0.6, -0.1
            ),
            area,
            0.65,
            1,
        )
    band = join(
        bend(low - across * 0.29, low + across * 0.29, 0.05),
        bend(low + along * 0.13 + across * 0.28, low + along * 0.13 - across * 0.28, -0.05),
    )
    canvas.fill(band, Paint(COLLAR, who.cloth[3]), width=0.8)


def draw_forearm(
    canvas: Canvas, who: Character, arm: Arm, sleeve: Rgb, wide: float, hand: str, prop: str
) -> None:
    """What lies beyond the elbow; wide: how far the sleeve hangs at its end, 0 for close-fitting."""
    outfit, thin = who.outfit, 1.0 + 0.12 * who.build.male
    half = (arm.shoulder + arm.elbow) / 2
    bare = arm.shoulder + (arm.elbow - arm.shoulder) * max(0.5, min(1.9 * outfit.sleeves + 0.06, 0.85))
    fore = limb(
        (arm.elbow, arm.elbow * 0.6 + arm.wrist * 0.4, arm.wrist), np.array((0.29, 0.31, 0.19)) * thin
    )
    draw_held(canvas, who, arm, prop)
    draw_hand(canvas, who, arm, "fist" if prop in ("sword", "staff", "umbrella", "bag") else hand)
    _jointed(canvas, Paint(SKIN, who.skin), limb((bare, arm.elbow), (0.33 * thin, 0.29 * thin)), fore, arm)
    long = wide >= 0.7 or (outfit.sleeves > 0.5 and (outfit.sleeve != "puff" or outfit.sleeves == 1))
    if long:
        _sleeve(canvas, who, arm, sleeve, wide, half, thin)
    draw_over(canvas, who, arm, prop)


def _sleeve(
    canvas: Canvas, who: Character, arm: Arm, sleeve: Rgb, wide: float, half: Points, thin: float
) -> None:
    outfit = who.outfit
    reach = 1.0 if wide >= 0.7 else outfit.sleeves if outfit.sleeve != "rolled" else 0.66
    end = arm.elbow + (arm.wrist - arm.elbow) * (reach - 0.5) * 1.86
    width = _BROAD * 0.74 * thin + wide
    cloth = limb((arm.elbow, end), (_BROAD * 0.8 * thin, width))
    area = _jointed(
        canvas,
        Paint(TOP, sleeve),
        limb((half, arm.elbow), (_BROAD * 0.9 * thin, _BROAD * 0.8 * thin)),
        cloth,
        arm,
    )
    _printed(canvas, who, area, arm.elbow)
    along = _unit(end - arm.elbow)
    across = np.array([-along[1], along[0]])
    if outfit.trim or outfit.sleeve == "rolled" or (not wide and reach == 1):
        _cuff(canvas, who, end, along, across * width * 0.54, bool(wide), area)
    one, two = arm.elbow - arm.shoulder, arm.wrist - arm.elbow
    way = 1.0 if one[0] * two[1] > one[1] * two[0] else -1.0
    inner = across * 0.17 * way
    for drop, size in ((-0.06, 0.3), (0.08, 0.24), (0.22, 0.16)):
        start = arm.elbow + inner + along * drop
        draw_fold(canvas, area, start, start - inner * size / 0.13 + along * 0.1, 0.2 * way, 0.05)
    if wide:
        for share in (-0.3, 0.1, 0.4):
            foot = end - along * 0.04 + across * width * share
            draw_fold(canvas, area, foot, arm.elbow + along * 0.3 + across * share * 0.3, 0.06, 0.06)


def _cuff(
    canvas: Canvas, who: Character, end: Points, along: Points, across: Points, wide: bool, area: int
) -> None:
    if wide:
        edge = end - along * 0.14
        canvas.mark(bend(edge - across, edge + across, 0.05), area, 0.65, 0.1)
        return
    low, top = end + along * 0.1, end - along * 0.02
    band = join(bend(top - across, top + across, 0.06), bend(low + across, low - across, -0.06))
    canvas.fill(band, Paint(COLLAR, who.cloth[1] if who.outfit.trim else who.cloth[3]), width=0.9)


def _printed(canvas: Canvas, who: Character, area: int, at: Points) -> None:
    x, y = float(at[0]), float(at[1])
    draw_pattern(
        canvas, area, who.outfit.pattern, who.cloth[2], (x - 1.6, y - 1.6, x + 1.6, y + 1.8), who.outfit.seed
    )


def _disc(centre: Points, radius: float) -> Points:
    return ellipse((float(centre[0]), float(centre[1])), (radius, radius))


def _jointed(canvas: Canvas, paint: Paint, upper: Points, fore: Points, arm: Arm) -> int:
    """A forearm and the half of the upper arm that it grows from, without a line between them."""
    disc = _disc(arm.elbow, float(np.hypot(*(fore[0] - fore[-1]))) / 2)
    side = len(upper) // 2
    rim = np.concatenate([fore, fore[:1]])
    area = canvas.fill(
        [upper, disc, fore], paint, [upper[:side], upper[side:], np.roll(rim, 3, 0), disc, fore]
    )
    canvas.cast(lee(upper, 0.3), area)
    canvas.cast(lee(fore, 0.3), area)
    return area
