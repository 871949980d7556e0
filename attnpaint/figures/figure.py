"""One view of one figure: everything laid over each other in the right order."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from attnpaint.figures.animals import draw_animal
from attnpaint.figures.arms import draw_forearm, draw_upper_arm
from attnpaint.figures.body import RAISED, draw_legs, draw_seat, pose_arm
from attnpaint.figures.canvas import Canvas, Drawn
from attnpaint.figures.character import CROPS, Character, View, draw_character, draw_view
from attnpaint.figures.clothes import draw_cape, draw_trunk, top_colour
from attnpaint.figures.curves import Points
from attnpaint.figures.details import draw_details
from attnpaint.figures.hair import draw_back
from attnpaint.figures.head import draw_neck
from attnpaint.figures.heads import draw_head, strand_of
from attnpaint.figures.outfits import LONG
from attnpaint.figures.plates import draw_pauldrons
from attnpaint.figures.scenes import draw_scene
from attnpaint.figures.skirts import draw_lower
from attnpaint.figures.solid.figure import draw_posed
from attnpaint.figures.tails import draw_front_tails

LYING = 0.6  # radians: a figure that lies has no scene behind it
STOOLS = ((150, 108, 76), (196, 152, 104), (96, 100, 112), (226, 226, 230), (172, 92, 92))
_MIDDLES = {"face": -0.02, "bust": 0.7, "cowboy": 2.75, "full": 4.85}  # height at the middle of the picture


def render(seed: int, number: int, view: int, side: int) -> Drawn:
    """View `view` of figure `number`, side×side px; equal arguments give equal pixels."""
    who, shown = draw_character(seed, number), draw_view(seed, number, view)
    beside = [
        (draw_character(seed, number + 2 + i), draw_view(seed, number + 2 + i, view))
        for i in range(shown.others)
    ]
    return draw(who, shown, side, (seed, number, view), beside)


def draw(
    who: Character,
    view: View,
    side: int,
    chance: tuple[int, ...] = (0,),
    beside: Sequence[tuple[Character, View]] = (),
) -> Drawn:
    """A character in a view; chance: for the small irregularities of the lines; beside: who else is there."""
    canvas = Canvas(side, view.ground, view.pen, np.random.default_rng((*chance, 0x11E)), view.light)
    if abs(view.roll) < LYING:
        draw_scene(canvas, view.scene)
    if not beside:
        _draw_figure(canvas, who, view, side)
        return canvas.finish(view.lines_in)
    crop = "bust" if view.crop == "face" else view.crop
    places = (-0.24, 0.24, 0.0)
    for (other, seen), place in zip(beside, places[1:], strict=False):
        _draw_figure(canvas, other, replace(seen, crop=crop, shift=(place / 0.12, 0.06), behind=False), side)
    _draw_figure(canvas, who, replace(view, crop=crop, shift=(places[0] / 0.12, 0.0)), side)
    return canvas.finish(view.lines_in)


def _draw_figure(canvas: Canvas, who: Character, view: View, side: int) -> None:
    if view.pose:
        draw_posed(canvas, who, view, view.pose, side)
        if view.animal:
            _place_animal(canvas, who, view, side)
        return
    long = who.outfit.top in LONG or who.outfit.bottom == "long"
    if (view.legs in ("sit", "kneel") and long) or (view.legs == "kneel" and who.outfit.bottom == "trousers"):
        view = replace(view, legs="stand")
    flip = -1.0 if view.turn < 0 else 1.0
    turn = 1.5 if view.profile else abs(view.turn)
    head, (body, trunk) = _frames(who, view, side, flip)
    posture = partial(_posture, view.stance, turn)
    strand = strand_of(who, view, flip)
    back = (
        (head[0] @ np.diag([0.9, 1.0]), head[1] + head[0] @ np.array([-0.24, 0.0])) if view.profile else head
    )
    canvas.place(*back)
    if not view.behind:
        draw_back(canvas, who.hairdo, strand, False)
    canvas.place(body, trunk, posture)
    _draw_body(canvas, who, view, turn)
    canvas.place(*back)
    if not view.behind:
        draw_front_tails(canvas, who.hairdo, strand, who.cloth[2])
    canvas.place(*head)
    draw_head(canvas, who, view, strand, turn, who.hairdo.parting * flip)
    canvas.place(body, trunk, posture)
    for i, arm in enumerate(view.arms):
        if arm in RAISED:
            _forearm(canvas, who, view, i)
    if view.animal:
        _place_animal(canvas, who, view, side)


def _place_animal(canvas: Canvas, who: Character, view: View, side: int) -> None:
    """On a shoulder or the head where little is seen, else at the feet."""
    seed = who.hairdo.seed
    if view.crop in ("face", "bust"):
        at = np.array([0.85, 0.88 if seed % 2 else 0.95]) if view.turn < 0 else np.array([0.15, 0.9])
        canvas.place(np.eye(2) * side * 0.1, at * side)
    else:
        at = np.array([0.16 if seed % 2 else 0.84, 0.86])
        canvas.place(np.eye(2) * side * 0.09, at * side)
    draw_animal(canvas, view.animal, seed)


def _frames(
    who: Character, view: View, side: int, flip: float
) -> tuple[tuple[Points, Points], tuple[Points, Points]]:
    """How the units of the head and of the body lie on the picture."""
    size = who.build.size
    far = view.crop in ("cowboy", "full")
    low = {"kneel": 0.66, "sit": 0.8}.get(view.legs, 1.0) if view.crop == "full" else 1.0
    scale = side / (CROPS[view.crop] * (0.25 + 0.75 * size * low if far else 1.0))
    centre = _MIDDLES[view.crop] * (size * low if far else 1.0) + view.shift[1]
    middle = np.array([side * (0.5 + 0.12 * view.shift[0]), side * 0.5 - scale * centre])
    upright = np.diag([flip, 1.0]) * scale
    cos, sin = np.cos(view.lean), np.sin(view.lean)
    tilt, pivot = np.array([[cos, -sin], [sin, cos]]), np.array([0.0, 1.15])
    head = upright @ tilt, middle + upright @ (pivot - tilt @ pivot)
    body = upright * size, middle + [0, scale * (1.2 * (1 - size) - 0.1)]
    return _rolled(head, view.roll, side), _rolled(body, view.roll, side)


def _rolled(frame: tuple[Points, Points], roll: float, side: int) -> tuple[Points, Points]:
    """A frame on a picture that is turned about its middle."""
    cos, sin, middle = np.cos(roll), np.sin(roll), np.full(2, side / 2)
    turn = np.array([[cos, -sin], [sin, cos]])
    return turn @ frame[0], turn @ (frame[1] - middle) + middle


def _posture(stance: float, turn: float, points: Points) -> Points:
    """A body that stands straight and looks at the viewer, as one that rests on a leg and is turned."""
    x, y = points[:, 0], points[:, 1]
    aside, tilt, started = (np.interp(y, _HEIGHTS, bent) for bent in _BENT)
    out: Points = np.empty_like(points)
    out[:, 0] = x * (1 - 0.12 * turn) + stance * aside
    if turn:
        out[:, 0] += 0.2 * turn * np.maximum(1 - (x / 0.85) ** 2, 0) * started
    out[:, 1] = y - stance * tilt * x
    return out


def _bent() -> tuple[Points, Points, Points]:
    """For _HEIGHTS: how far aside a body that rests on a leg is, how it tilts, where it begins."""
    y = _HEIGHTS
    down, started = np.clip((y - 1.2) / 3.4, 0, 1), np.clip((y - 1.2) * 2, 0, 1)
    aside = 0.3 * np.sin(down * np.pi / 2) - 0.27 * np.clip((y - 4.6) / 6, 0, 1.2)
    return aside, 0.1 * np.cos(np.pi * down) * started * np.clip((6.5 - y) / 2, 0, 1), started


_HEIGHTS = np.linspace(0, 14, 281)
_BENT = _bent()


def _wide(who: Character) -> float:
    return 0.7 if who.outfit.top in ("kimono", "robe") else 0.3 if who.outfit.sleeve == "bell" else 0.0


def _forearm(canvas: Canvas, who: Character, view: View, number: int) -> None:
    joints = pose_arm(who, view, number)
    draw_forearm(canvas, who, joints, top_colour(who), _wide(who), view.hands[number], view.props[number])


def _draw_body(canvas: Canvas, who: Character, view: View, turn: float) -> None:
    if who.outfit.cape and not view.behind:
        draw_cape(canvas, who, view)
    if view.legs == "sit" and view.crop in ("cowboy", "full") and abs(view.roll) < LYING:
        draw_seat(canvas, who, STOOLS[who.outfit.seed % len(STOOLS)])
    draw_legs(canvas, who, view)
    draw_lower(canvas, who, view)
    draw_neck(canvas, who, view, np.array([0.0, 1.75]), np.array([0.2 * turn, 1.15]))
    draw_trunk(canvas, who, view)
    for i in range(2):
        draw_upper_arm(canvas, who, pose_arm(who, view, i), top_colour(who), _wide(who))
    if not view.behind:
        draw_details(canvas, who, view)
    for i, arm in enumerate(view.arms):
        if arm not in RAISED:
            _forearm(canvas, who, view, i)
    if who.outfit.top == "armour":
        draw_pauldrons(canvas, who)
    if who.outfit.cape and view.behind:
        draw_cape(canvas, who, view)
