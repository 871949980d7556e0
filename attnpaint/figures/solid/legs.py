"""What legs and feet wear."""

import numpy as np

from attnpaint.figures.body import LOWER, SHOE, SKIN, STOCKING
from attnpaint.figures.canvas import Paint
from attnpaint.figures.character import Character
from attnpaint.figures.clothes import lower_colour
from attnpaint.figures.shading import shaded
from attnpaint.figures.solid.mesh import Ints
from attnpaint.figures.solid.pieces import Dress, Piece, halves, stocking_top, wears_trousers
from attnpaint.figures.solid.surfaces import cut, lifted

_BOOTS = {"boot": 1.5, "high boot": 1.12}  # where their shafts begin, as `Body.limb` counts
_SOLE, _INSTEP = 9.68, 9.48  # as `Body.height` counts


def dress_leg(out: Dress, by_name: dict[str, Ints], who: Character, side: str) -> None:
    """Trousers, stockings, shoes and skin of one leg."""
    outfit, skin = who.outfit, Paint(SKIN, who.skin)
    bare = np.concatenate([by_name[f"thigh_{side}"], by_name[f"shin_{side}"]])
    if out.long:  # what a skirt hides
        out.points, _, bare = cut(out.points, bare, out.points.limb, out.hidden)
    if wears_trousers(who):
        end = 0.5 if outfit.bottom == "shorts" else 1.93
        out.points, cloth, bare = cut(out.points, bare, out.points.limb, end)
        wide = 0.05 * (outfit.seed % 4)
        limb = np.clip(out.points.limb, 0, 2)
        off = 0.02 + 0.05 * np.clip(limb * 3, 0, 1) + wide * np.clip((limb - 0.6) / 1.4, 0, 1)
        off += 0.1 * (outfit.bottom == "shorts") * np.clip(limb * 2, 0, 1)
        out.points, cloth = lifted(out.points, cloth, off)
        upper, lower = halves(out.points, cloth)
        out.add(Piece(Paint(LOWER, lower_colour(who)), "lower", f"thigh_{side}"), upper, True)
        out.add(Piece(Paint(LOWER, lower_colour(who)), "lower", f"shin_{side}"), lower, True)
    boot = _BOOTS.get(outfit.shoe, 1.9)
    if boot < 1.9 and not (wears_trousers(who) and outfit.bottom == "trousers"):
        out.points, bare, shaft = cut(out.points, bare, out.points.limb, boot)
        off = 0.05 + 0.06 * np.clip((1.7 - out.points.limb) * 2, 0, 1)
        out.points, shaft = lifted(out.points, shaft, off)
        out.add(Piece(_leather(who), "shoe", f"shaft_{side}"), shaft, True)
    stocking = Paint(STOCKING, (who.cloth[4], who.cloth[3], who.cloth[4], who.cloth[1])[outfit.seed % 4])
    if (start := stocking_top(who)) < 2:
        out.points, bare, covered = cut(out.points, bare, out.points.limb, start)
        out.points, covered = lifted(out.points, covered, np.full(len(out.points.place), 0.012))
        upper, lower = halves(out.points, covered)
        for name, faces in (("thigh", upper), ("shin", lower)):
            _stocking(out, who, stocking, f"sock {name}_{side}", faces, start)
    upper, lower = halves(out.points, bare)
    out.add(Piece(skin, "skin", f"bare thigh_{side}"), upper)
    out.add(Piece(skin, "skin", f"bare shin_{side}"), lower)
    _shoe(out, who, stocking if start < 2 else skin, by_name[f"foot_{side}"], side)


def _stocking(out: Dress, who: Character, paint: Paint, name: str, faces: Ints, start: float) -> None:
    """A stocking with its upper band, or with stripes."""
    if who.outfit.stripes:
        for number, low in enumerate(np.arange(start, 1.95, 0.14)):
            colour = Paint(STOCKING, who.cloth[2]) if number % 2 else paint
            out.points, band, faces = cut(out.points, faces, out.points.limb, low + 0.14)
            out.add(Piece(colour, "stocking", name, number + 1), band)
    elif 0 < start:
        out.points, band, faces = cut(out.points, faces, out.points.limb, start + 0.06)
        out.add(Piece(paint, "stocking", name + " band", 1), band)
        out.add(Piece(paint, "stocking", name, 2), faces)
        return
    out.add(Piece(paint, "stocking", name, 99), faces)


def _shoe(out: Dress, who: Character, leg: Paint, foot: Ints, side: str) -> None:
    """A shoe with its sole; pumps leave the instep free."""
    outfit = who.outfit
    if outfit.shoe == "pump":
        out.points, free, foot = cut(out.points, foot, out.points.height, _INSTEP)
        out.add(Piece(leg, "skin" if leg.part == SKIN else "stocking", f"instep_{side}", 99), free)
    out.points, foot = lifted(out.points, foot, np.full(len(out.points.place), 0.035))
    out.points, upper, sole = cut(out.points, foot, out.points.height, _SOLE)
    out.add(Piece(_leather(who), "shoe", f"foot_{side}"), upper)
    light = outfit.seed % 5 < 3 and outfit.shoe != "pump"
    colour = (238, 236, 232) if light else shaded(_leather(who).colour, 0.45)
    out.add(Piece(Paint(SHOE, colour), "sole", f"sole_{side}"), sole)


def _leather(who: Character) -> Paint:
    return Paint(SHOE, who.cloth[4] if who.outfit.seed % 3 else who.cloth[2])
