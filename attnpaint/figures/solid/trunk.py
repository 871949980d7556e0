"""What lies on the trunk of a posed body: neckline, folds, pattern, collar; and folds on limbs."""

from collections.abc import Mapping

import numpy as np

from attnpaint.figures.body import SKIN, torso
from attnpaint.figures.canvas import Canvas
from attnpaint.figures.character import Character, View
from attnpaint.figures.clothes import draw_belt, neckline, straps, trunk_folds
from attnpaint.figures.curves import Points, bend, join, smooth
from attnpaint.figures.details import draw_details
from attnpaint.figures.outfits import LONG
from attnpaint.figures.patterns import draw_fold, draw_pattern
from attnpaint.figures.plates import draw_pauldrons
from attnpaint.figures.solid.chart import Mapped
from attnpaint.figures.solid.pieces import LOOSE

_DEPTHS = {"kimono": 2.3, "robe": 2.2, "sailor": 2.35, "dress": 2.1, "jacket": 2.3, "cardigan": 2.1,
           "bare": 2.2, "maid": 1.85, "china": 1.72, "uniform": 1.74, "coat": 2.2}  # fmt: skip


def draw_on_trunk(
    canvas: Canvas, who: Character, view: View, area: int, mapped: Mapped, behind: bool, turned: float
) -> None:
    """area: of the top; turned: of the trunk from the viewer, 0 to pi."""
    canvas.place(np.eye(2), np.zeros(2), mapped)
    outfit, right = who.outfit, torso(who)
    depth = _DEPTHS.get(outfit.top, {"v": 2.1, "round": 1.85, "high": 1.7, "square": 2.05}[outfit.neck])
    b = float(right[:, 0].max())
    if turned < 1.0 or turned > 2.2 or outfit.pattern not in ("check", "stripes"):  # bands would fold over
        draw_pattern(canvas, area, outfit.pattern, who.cloth[2], (-b - 0.4, 1.5, b + 0.4, 4.2), outfit.seed)
    bare = outfit.top == "bare"
    if behind:
        _hole(canvas, who, area, bend((-0.3, 1.6), (0.3, 1.6), -0.12) if not bare else _edge(2.3), bare)
        return
    if turned < 1.0:
        trunk_folds(canvas, who, view, area, right)
    outer = right[13 if bare else 4 :]
    line = _edge(depth) if bare else neckline(outer, depth, outfit.neck)
    _hole(canvas, who, area, line, bare)
    if bare:
        straps(canvas, who, outer, depth)
    if turned < 1.15:
        draw_details(canvas, who, view)
        if outfit.top == "armour":
            draw_pauldrons(canvas, who)
        if outfit.top not in LOOSE and outfit.top not in ("kimono", "bare") and (
            outfit.belt or outfit.top in ("robe", "armour")
        ):  # fmt: skip
            draw_belt(canvas, who, 0.2)


def _edge(depth: float) -> Points:
    """The upper edge of a top without sleeves or shoulders."""
    half = [(0.0, depth + 0.05), (0.45, depth - 0.08), (0.75, depth - 0.02), (1.15, depth + 0.02)]
    return np.array([(-x, y) for x, y in half[:0:-1]] + half)


def _hole(canvas: Canvas, who: Character, area: int, line: Points, bare: bool) -> None:
    """Skin above a line on the top, and the line."""
    left, right = line[0], line[-1]
    up = [(right[0] + 0.05, 1.2), (left[0] - 0.05, 1.2)]
    canvas.shade(join(line, up), area, who.skin, SKIN)
    canvas.mark(line, area, 1.0, 0.1)
    if not bare:
        return
    for side in (-1, 1):
        canvas.mark(bend((side * 0.12, 1.95), (side * 0.6, 1.84), 0.05 * side), area, 0.65)


def draw_on_skirt(canvas: Canvas, who: Character, area: int, places: Points, unit: float) -> None:
    """Pattern and folds of a skirt without pleats. places rings × columns × 2: on the picture, in px."""
    middle = places.reshape(-1, 2).mean(0)
    canvas.place(np.eye(2) * unit, middle)
    pattern = who.outfit.lower_pattern or (
        who.outfit.pattern if who.outfit.top in ("kimono", "dress") else ""
    )
    draw_pattern(canvas, area, pattern, who.cloth[2], (-3.5, -3.5, 3.5, 3.5), who.outfit.seed)
    if who.outfit.bottom == "pleated" and who.outfit.top not in ("dress", "maid", *LONG):
        return
    canvas.place(np.eye(2), np.zeros(2))
    rng = np.random.default_rng(who.outfit.seed + 9)
    count = places.shape[1]
    for column in rng.permutation(count)[: count // 4]:
        begin = int(rng.integers(1, 5)) if rng.random() < 0.75 else 0
        end = len(places) if begin else int(rng.integers(3, 6))
        line, beside = places[begin:end, column], places[begin:end, (column + 1) % count]
        across, along = beside[-1] - line[-1], line[-1] - line[0]
        if across[0] * along[1] - across[1] * along[0] < 0.02 * unit * unit:
            continue  # turned away
        curve = smooth(line, 4)
        wedge = curve + (smooth(beside, 4) - curve) * np.linspace(0, 0.45, len(curve))[:, None]
        canvas.cast(join(curve, wedge[::-1]), area)
        canvas.mark(curve, area, 0.8, 1.0)


def draw_creases(
    canvas: Canvas, who: Character, areas: Mapping[str, int], joints: Mapping[str, Points], unit: float
) -> None:
    """Folds where cloth bends: at elbows, knees, shoulders, the crotch. joints: on the picture, in px.

    unit: px in a half head.
    """
    canvas.place(np.eye(2) * unit, np.zeros(2))
    rng = np.random.default_rng(who.outfit.seed + 5)
    for side in "lr":
        for name in ("upperarm", "lowerarm") if who.outfit.pattern else ():
            if (area := areas.get(("sleeve_" if name == "upperarm" else "cuff_") + side)) is not None:
                x, y = (joints[f"{name}_{side}"] / unit).tolist()
                box = (x - 1.7, y - 1.7, x + 1.7, y + 1.7)
                draw_pattern(canvas, area, who.outfit.pattern, who.cloth[2], box, who.outfit.seed)
        _bent(
            canvas, areas.get(f"cuff_{side}"), joints, ("upperarm", "lowerarm", "hand"), side, unit, 0.26, rng
        )
        for name in (f"shin_{side}", f"thigh_{side}"):
            _bent(canvas, areas.get(name), joints, ("thigh", "calf", "foot"), side, unit, 0.34, rng)
        if (area := areas.get(f"sleeve_{side}")) is not None:
            at, elbow = joints[f"upperarm_{side}"] / unit, joints[f"lowerarm_{side}"] / unit
            along = (elbow - at) / max(0.3, float(np.hypot(*(elbow - at))))
            across = np.array([-along[1], along[0]])
            for start, reach in ((0.0, 0.5), (0.16, 0.36)):
                begin = at + across * (start - 0.08)
                draw_fold(canvas, area, begin, begin + along * reach + across * 0.08, 0.12, 0.05)


def _bent(
    canvas: Canvas, area: int | None, joints: Mapping[str, Points], names: tuple[str, str, str], side: str,
    unit: float, half: float, rng: np.random.Generator,
) -> None:  # fmt: skip
    if area is None:
        return
    begin, joint, end = (joints[f"{name}_{side}"] / unit for name in names)
    one, two = joint - begin, end - joint
    long = float(np.hypot(*one)) * float(np.hypot(*two))
    if long < 0.2:
        return
    turn = float(one[0] * two[1] - one[1] * two[0]) / long
    way = 1.0 if turn > 0 else -1.0
    along = two / max(0.3, float(np.hypot(*two)))
    across = np.array([-along[1], along[0]]) * way
    for drop in rng.uniform(-0.12, 0.3, int(rng.integers(2, 4))):
        start = joint + across * half * 0.8 + along * drop
        reach = half * rng.uniform(0.5, 1.1)
        draw_fold(
            canvas, area, start, start - across * reach + along * rng.uniform(0.02, 0.2), 0.2 * way, 0.05
        )
