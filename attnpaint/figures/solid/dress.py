"""What the surface of a body shows: skin and the garments that lie on it, each as a piece with a paint."""

import numpy as np

from attnpaint.figures.body import COLLAR, LOWER, SKIN, TOP
from attnpaint.figures.canvas import Paint
from attnpaint.figures.character import Character
from attnpaint.figures.clothes import lower_colour, top_colour
from attnpaint.figures.hands import GLOVE
from attnpaint.figures.shading import shaded
from attnpaint.figures.solid.legs import dress_leg
from attnpaint.figures.solid.mesh import FINGERS, SEGMENTS, Body, Floats, Ints
from attnpaint.figures.solid.pieces import (
    LOOSE,
    Dress,
    Piece,
    halves,
    hem_height,
    is_loose,
    skirt_length,
    sleeve_end,
    wears_trousers,
)
from attnpaint.figures.solid.surfaces import Surface, cut, lifted

NECK = 1.52
"""Where the mesh's neck ends, as `Body.height` counts."""


def dress(body: Body, points: Surface, who: Character, worn: tuple[float, float]) -> Dress:
    """Skin and close-fitting garments; points: of the posed body; worn: `long` and `hidden` of the skirt."""
    out = Dress(points, long=worn[0], hidden=worn[1])
    by_name = {name: body.faces[body.segment == i] for i, name in enumerate(SEGMENTS)}
    _trunk(out, by_name, who)
    for side in "lr":
        _arm(out, by_name, who, side)
        dress_leg(out, by_name, who, side)
    return out


def _trunk(out: Dress, by_name: dict[str, Ints], who: Character) -> None:
    out.points, _, neck = cut(out.points, by_name["neck"], out.points.height, NECK)
    out.add(Piece(Paint(SKIN, who.skin), "skin", "neck"), neck)
    trunk = np.concatenate([by_name[name] for name in ("pelvis", "belly", "chest")])
    out.points, upper, lower = cut(out.points, trunk, out.points.height, hem_height(who))
    out.points, upper = lifted(out.points, upper, _looseness(who, out.points))
    if out.long and not is_loose(who):  # what is tucked in is as dark as the inside of the skirt
        out.points, upper, tucked = cut(out.points, upper, out.points.height, 3.78)
        out.add(_inside(who), tucked)
    out.add(Piece(Paint(TOP, top_colour(who)), "top", "trunk", ahead=0.12 if is_loose(who) else 0.0), upper)
    if not wears_trousers(who):  # what a skirt hides
        out.points, _, lower = cut(out.points, lower, out.points.height, 4.5)
        out.add(_inside(who), lower)
        return
    out.points, lower = lifted(out.points, lower, np.full(len(out.points.place), 0.02))
    out.add(Piece(Paint(LOWER, lower_colour(who)), "lower", "seat"), lower)


def _inside(who: Character) -> Piece:
    return Piece(Paint(LOWER, shaded(lower_colour(who), 0.35)), "inside", "inside")


def _looseness(who: Character, points: Surface) -> Floats:
    """How far the top stands off, N: less at the neck, more at a loose hem, and as sleeves do on arms."""
    outfit, limb = who.outfit, points.limb
    wide = 0.09 if is_loose(who) else 0.02
    trunk = 0.03 + wide * np.clip((points.height - 2.0) / 1.5, 0, 1)
    if skirt_length(who) and not is_loose(who):  # tucked in
        trunk = trunk * np.clip((4.0 - points.height) / 0.5, 0, 1)
    arm = 0.035 + 0.035 * np.clip(limb, 0, 2) + 0.03 * (outfit.top in LOOSE)
    share = np.clip((limb + 0.3) / 0.5, 0, 1)
    return np.asarray(trunk + (arm - trunk) * share + _flare(who, limb))


def _hanging(who: Character) -> float:
    return 0.4 if who.outfit.top in ("kimono", "robe") else 0.16 if who.outfit.sleeve == "bell" else 0.0


def _flare(who: Character, limb: Floats) -> Floats:
    """How far sleeves stand off beside that, N."""
    end, wide = sleeve_end(who), _hanging(who)
    flare = wide * np.clip((limb - 0.8) / max(0.2, end - 0.8), 0, 1) ** 1.5
    if 0.05 < end < 0.9:
        flare = flare + 0.1 * np.clip(limb / end, 0, 1) ** 2
    if who.outfit.sleeve == "puff" and not wide and end > 0.05:
        flare = flare + 0.2 * np.sin(np.pi * np.clip(limb / min(end, 0.75), 0, 1)) ** 0.7
    return np.asarray(flare)


def _cuffed(who: Character) -> bool:
    outfit = who.outfit
    if _hanging(who):
        return outfit.trim
    return (
        outfit.trim or outfit.sleeve in ("rolled", "puff") or (outfit.sleeves == 1 and outfit.seed % 2 == 0)
    )


def _arm(out: Dress, by_name: dict[str, Ints], who: Character, side: str) -> None:
    outfit, skin = who.outfit, Paint(SKIN, who.skin)
    faces = np.concatenate([by_name[f"upper_{side}"], by_name[f"fore_{side}"]])
    end = sleeve_end(who)
    bare = faces
    if end > 0.05:
        out.points, cloth, bare = cut(out.points, faces, out.points.limb, end)
        sag = np.zeros((len(out.points.limb), 3))
        sag[:, 1] = (
            1.6 * _hanging(who) * _flare(who, out.points.limb) * np.clip(out.points.normal[:, 1], 0, 1)
        )
        out.points, cloth = lifted(out.points, cloth, _looseness(who, out.points), sag)
        if _cuffed(who):
            out.points, cloth, cuff = cut(out.points, cloth, out.points.limb, end - 0.09)
            colour = who.cloth[1] if outfit.trim else who.cloth[3]
            out.add(Piece(Paint(COLLAR, colour), "cuff", f"trim_{side}", near=True, ahead=0.25), cuff, True)
        upper, fore = halves(out.points, cloth)
        out.add(Piece(Paint(TOP, top_colour(who)), "top", f"sleeve_{side}", near=True), upper, True)
        out.add(Piece(Paint(TOP, top_colour(who)), "top", f"cuff_{side}", near=True, ahead=0.2), fore, True)
    glove = Paint(GLOVE, who.cloth[3] if outfit.seed % 2 else who.cloth[4])
    hand = glove if outfit.gloves else skin
    family = "glove" if outfit.gloves else "skin"
    if outfit.gloves:
        from_there = 1.86 if end > 1 or outfit.seed % 3 else 1.2
        out.points, bare, covered = cut(out.points, bare, out.points.limb, from_there)
        out.points, covered = lifted(out.points, covered, np.full(len(out.points.place), 0.015))
        out.add(Piece(glove, "glove", f"glove_{side}", near=True, ahead=0.25), covered)
    upper, fore = halves(out.points, bare)
    out.add(Piece(skin, "skin", f"upper_{side}", near=True), upper)
    out.add(Piece(skin, "skin", f"fore_{side}", near=True, ahead=0.2), fore)
    out.add(Piece(hand, family, f"hand_{side}", fine=True, near=True, ahead=0.3), by_name[f"hand_{side}"])
    for number, finger in enumerate(FINGERS):
        piece = Piece(hand, family, f"{finger}_{side}", number + 1, fine=True, near=True, ahead=0.3)
        out.add(piece, by_name[f"{finger}_{side}"])
