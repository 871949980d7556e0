"""Skirts: surfaces of their own that hips and thighs carry along."""

import numpy as np

from attnpaint.figures.body import COLLAR, LOWER
from attnpaint.figures.canvas import Paint
from attnpaint.figures.character import Character
from attnpaint.figures.clothes import lower_colour
from attnpaint.figures.outfits import LONG
from attnpaint.figures.shading import shaded
from attnpaint.figures.solid.mesh import SEGMENTS, Body, Floats
from attnpaint.figures.solid.pieces import Dress, Piece, is_loose
from attnpaint.figures.solid.skeleton import Posed, Proportions
from attnpaint.figures.solid.surfaces import grid, loose

RINGS = 9
WAIST = 0.62  # half heads above the hips' joints, where a skirt begins


def add_skirt(out: Dress, who: Character, body: Body, posed: Posed, sizes: Proportions) -> None:
    """A skirt that thighs and shins carry; its folds and pleats are panels of their own."""
    outfit, long = who.outfit, out.long
    if not long:
        return
    pleated = outfit.bottom == "pleated" and outfit.top not in ("dress", "maid", *LONG)
    panels = 2 * outfit.pleats if outfit.flare > 0.15 else 10
    panels = panels + 8 if pleated else panels
    count = panels * 2
    rest, share = _rest(who, body, sizes, posed, long, count, pleated)
    size = float(sizes.girth[body.bone("thigh_l")]) / 0.9
    thick = (0.56 if size > 0.8 else 0.68) * size  # the legs of tiny bodies are plumper
    place = carried(rest, share, body, posed, thick)
    faces = grid(RINGS, count, True)[:, ::-1]
    points = loose(place, faces)
    start = len(out.points.place)
    out.points = out.points.grown(points)
    out.skirt = start, count
    colour = lower_colour(who)
    column, row = np.tile(np.arange(count), RINGS - 1), np.repeat(np.arange(RINGS - 1), count)
    panel = column // 2 if pleated else column // 4
    rim = np.full(len(faces), "skirt", "<U8")
    if outfit.trim:
        rim[row == RINGS - 3] = "trim"
    if outfit.frill and not pleated:
        rim[row == RINGS - 2] = "frill"
        panel = np.where(rim == "frill", column, panel)
    front = np.sin((column + 0.5) / count * 2 * np.pi + 0.5 * np.pi) > 0.55
    if outfit.top == "maid":
        rim[front & (row < RINGS - 3)] = "apron"
        panel = np.where(rim == "apron", 0, panel)
    ahead = 0.0 if is_loose(who) else 0.1
    white = Paint(COLLAR, who.cloth[3])
    paints = {"skirt": Paint(LOWER, colour), "frill": white, "apron": white}
    paints["trim"] = Paint(LOWER, who.cloth[3] if outfit.seed % 5 else who.cloth[2])
    for name in dict.fromkeys(rim.tolist()):
        for number in np.unique(panel[rim == name]):
            of_panel = (rim == name) & (panel == number)
            part = int(number) + 1 if name not in ("apron", "trim") else 0
            family = "skirt" if name == "skirt" else f"hem {name}"
            out.add(Piece(paints[name], family, name, part, ahead=ahead), faces[of_panel] + start)
    inside = Piece(Paint(LOWER, shaded(colour, 0.35)), "inside", "inside")
    out.add(inside, faces[:, ::-1] + start)


def _rest(
    who: Character, body: Body, sizes: Proportions, posed: Posed, long: float, count: int, pleated: bool
) -> tuple[Floats, Floats]:
    """Where a skirt's points lie beside the hips' middle while both legs hang down, rings × count × 3; and
    where on the leg each ring is, 0 at the hip to 2 at the ankle."""
    outfit = who.outfit
    thigh = body.bone("thigh_l")
    size = float(sizes.girth[thigh]) / 0.9
    leg = 2.44 * (sizes.length[thigh] + sizes.length[body.bone("calf_l")])
    t = np.concatenate([np.linspace(0, 0.8, RINGS - 3), [0.86, 0.93, 1.0]])
    y = -WAIST * size + (long * leg + WAIST * size) * t
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False) + 0.5 * np.pi
    narrow = min(0.3, outfit.flare) if outfit.top in LONG else outfit.flare
    flare = np.clip(y + 0.3 * size, 0, None) * (0.03 + 0.36 * narrow) + 0.05 * size
    radius = girth(body, posed, size, y, angle) + flare[:, None]
    waves = (np.arange(count) % 2) * 2.0 - 1 if pleated else np.cos(np.arange(count) * np.pi / 2)
    rng = np.random.default_rng(outfit.seed)
    swell = rng.uniform(0.5, 1.2, count) if not pleated else np.ones(count)
    depth = (0.05 if pleated else 0.035 + 0.12 * outfit.flare) * np.clip(t * 1.4, 0, 1)
    ripple = 1 + depth[:, None] * (waves * swell)[None]
    if outfit.frill and not pleated:
        ripple[-1] *= 1 + 0.06 * ((np.arange(count) % 2) * 2.0 - 1)
    radius *= ripple
    tall = np.broadcast_to(y[:, None], radius.shape)
    ring = np.stack([np.cos(angle) * radius, tall, np.sin(angle) * radius], -1)
    return ring, np.clip(2 * y / leg, 0, 2)


def girth(body: Body, posed: Posed, size: float, y: Floats, angle: Floats) -> Floats:
    """How far the hips reach in every direction at heights beside their middle, rings×angles; below the
    middle as at it."""
    middle = (posed.joint[body.bone("thigh_l")] + posed.joint[body.bone("thigh_r")]) / 2
    used = np.unique(body.faces[body.segment <= SEGMENTS.index("belly")])
    local = (posed.points[used] - middle) @ posed.turn[body.bone("pelvis")]
    around, far = np.arctan2(local[:, 2], local[:, 0]), np.hypot(local[:, 0], local[:, 2])
    bins = np.linspace(-np.pi, np.pi, 21)
    which = np.clip(np.digitize(around, bins) - 1, 0, 19)
    at = (bins[:-1] + bins[1:]) / 2
    out = np.zeros((len(y), len(angle)))
    for ring, height in enumerate(np.minimum(y, -0.05 * size)):
        near = np.abs(local[:, 1] - height) < 0.17 * size
        reach = np.zeros(20)
        np.maximum.at(reach, which[near], far[near])
        known = reach > 0
        whole = np.interp(angle, at[known], reach[known], period=2 * np.pi)
        beside = np.interp(angle + 0.2, at[known], reach[known], period=2 * np.pi)
        out[ring] = np.maximum(whole, beside)
    return np.asarray(np.maximum.accumulate(out, axis=0))


def carried(rest: Floats, share: Floats, body: Body, posed: Posed, thick: float) -> Floats:
    """Each point with hips, thighs and shins, as much as its height and side ask for."""
    joint = {
        name: posed.joint[body.bone(name)]
        for name in ("thigh_l", "thigh_r", "calf_l", "calf_r", "foot_l", "foot_r")
    }
    hips = posed.turn[body.bone("pelvis")]
    middle = (joint["thigh_l"] + joint["thigh_r"]) / 2
    with_hips = middle + rest @ hips.T
    half = float(np.linalg.norm(joint["thigh_l"] - joint["thigh_r"])) / 2
    bent = max(_bent(body, posed, hips, side) for side in "lr")
    down = np.clip(share * (3.5 if bent > 0.5 else 1.6), 0, 1)[:, None, None]
    sides = []
    for side, sign in (("l", 1.0), ("r", -1.0)):
        root = np.array([sign * half, 0.0, 0.0])
        thigh = hips @ _swing(body, posed, hips, f"thigh_{side}")
        with_thigh = joint[f"thigh_{side}"] + (rest - root) @ thigh.T
        knee = np.array([sign * half, _length(joint, side), 0.0])
        shin = hips @ _swing(body, posed, hips, f"calf_{side}")
        with_shin = joint[f"calf_{side}"] + (rest - knee) @ shin.T
        lower = np.clip((share - 0.92) * 5, 0, 1)[:, None, None]
        sides.append(with_thigh + (with_shin - with_thigh) * lower)
    across = np.clip(rest[..., :1] / (0.5 * half + 1e-6), -1, 1) * 0.5 + 0.5
    across = across * across * (3 - 2 * across)
    legs = sides[1] + (sides[0] - sides[1]) * across
    place = (with_hips + (legs - with_hips) * down).reshape(-1, 3)
    for side in "lr":
        place = _beyond(place, joint[f"thigh_{side}"], joint[f"calf_{side}"], thick)
        place = _beyond(place, joint[f"calf_{side}"], joint[f"foot_{side}"], 0.8 * thick)
    return np.asarray(place)


def _beyond(place: Floats, begin: Floats, end: Floats, thick: float) -> Floats:
    """Points N×3 pushed out of a limb; thick: how thick it is at its begin, in half heads."""
    axis = end - begin
    share = np.clip((place - begin) @ axis / (axis @ axis), 0, 1)
    aside = place - begin - share[:, None] * axis
    far = np.linalg.norm(aside, axis=1)
    need = thick * (1 - 0.35 * share)
    out: Floats = place + aside * (np.maximum(0, need - far) / np.maximum(far, 1e-6))[:, None]
    return out


def _length(joint: dict[str, Floats], side: str) -> float:
    return float(np.linalg.norm(joint[f"calf_{side}"] - joint[f"thigh_{side}"]))


def _bent(body: Body, posed: Posed, hips: Floats, side: str) -> float:
    return 1 - float(_direction(body, posed, hips, f"thigh_{side}")[1])


def _direction(body: Body, posed: Posed, hips: Floats, bone: str) -> Floats:
    """Where a bone of the leg points, beside the hips."""
    index = body.bone(bone)
    end = {"thigh": "calf", "calf": "foot"}[bone.split("_")[0]]
    way = posed.joint[body.bone(f"{end}_{bone[-1]}")] - posed.joint[index]
    out: Floats = hips.T @ (way / np.linalg.norm(way))
    return out


def _swing(body: Body, posed: Posed, hips: Floats, bone: str) -> Floats:
    """The least rotation that brings straight down to where a bone of the leg points."""
    way = _direction(body, posed, hips, bone)
    down = np.array([0.0, 1.0, 0.0])
    axis, cosine = np.cross(down, way), float(way[1])
    x, y, z = axis
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    out: Floats = np.eye(3) + cross + cross @ cross / max(1e-3, 1 + cosine)
    return out
