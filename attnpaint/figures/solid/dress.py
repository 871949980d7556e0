"""What the surface of a body shows: skin and the garments that lie on it, each as a piece with a paint."""

from dataclasses import dataclass, field

import numpy as np

from attnpaint.figures.body import LOWER, SHOE, SKIN, STOCKING, TOP
from attnpaint.figures.canvas import Paint
from attnpaint.figures.character import Character
from attnpaint.figures.clothes import lower_colour, top_colour
from attnpaint.figures.hands import GLOVE
from attnpaint.figures.outfits import LONG
from attnpaint.figures.solid.mesh import FINGERS, SEGMENTS, Body, Floats, Ints
from attnpaint.figures.solid.raster import Faces
from attnpaint.figures.solid.surfaces import Surface, cut, lifted

LOOSE = ("hoodie", "jacket", "sweater", "coat", "sport", "cardigan", "uniform")


@dataclass(frozen=True)
class Piece:
    """family: pieces of one have no line between them where they are equally deep, unless both have panels
    that differ. fine: thin things, where a small step in depth already is a line. near: it may lie before
    the head. name: what it is, with its side."""

    paint: Paint
    family: str
    name: str
    panel: int = 0
    fine: bool = False
    near: bool = False


@dataclass
class Dress:
    """Surface, and pieces with their faces, as they are added."""

    points: Surface
    pieces: list[Piece] = field(default_factory=list)
    corners: list[Ints] = field(default_factory=list)
    both: list[bool] = field(default_factory=list)

    def add(self, piece: Piece, faces: Ints, both: bool = False) -> None:
        if len(faces):
            self.pieces.append(piece)
            self.corners.append(faces)
            self.both.append(both)

    def faces(self) -> Faces:
        """All of them; a face's label is its piece's place, counted from 1."""
        counts = [len(faces) for faces in self.corners]
        label = np.repeat(np.arange(1, len(counts) + 1), counts)
        return Faces(np.concatenate(self.corners), label, np.repeat(np.array(self.both), counts))


def sleeve_end(who: Character) -> float:
    """Where a sleeve ends, as `Body.limb` counts."""
    reach = who.outfit.sleeves
    if who.outfit.top in ("kimono", "robe", "coat"):
        return 1.92
    if reach <= 0.5:
        return 1.9 * reach
    return 1.0 + (reach - 0.5) * 1.84 if who.outfit.sleeve != "rolled" else 1.35


def hem_height(who: Character) -> float:
    """Where the top ends, as `Body.height` counts."""
    outfit = who.outfit
    if outfit.top in LOOSE or (outfit.top == "shirt" and outfit.seed % 2 == 0):
        return 4.12
    return 3.95 if skirt_length(who) else 3.62


def stocking_top(who: Character) -> float:
    """Where stockings begin, as `Body.limb` counts; 3 for none."""
    rise = who.outfit.stockings
    if not rise:
        return 3.0
    return 2 - 2 * rise if rise <= 0.5 else 1.0 - (rise - 0.5) * 1.3


def dress(body: Body, points: Surface, who: Character) -> Dress:
    """Skin and close-fitting garments; points: of the posed body."""
    out = Dress(points)
    by_name = {name: body.faces[body.segment == i] for i, name in enumerate(SEGMENTS)}
    _trunk(out, by_name, who)
    for side in "lr":
        _arm(out, by_name, who, side)
        _leg(out, by_name, who, side)
    return out


def _trunk(out: Dress, by_name: dict[str, Ints], who: Character) -> None:
    out.add(Piece(Paint(SKIN, who.skin), "skin", "neck"), by_name["neck"])
    trunk = np.concatenate([by_name[name] for name in ("pelvis", "belly", "chest")])
    out.points, upper, lower = cut(out.points, trunk, out.points.height, hem_height(who))
    out.points, upper = lifted(out.points, upper, _looseness(who, out.points))
    out.add(Piece(Paint(TOP, top_colour(who)), "top", "trunk"), upper)
    if not wears_trousers(who):  # what a skirt hides
        out.points, _, lower = cut(out.points, lower, out.points.height, 4.5)
    else:
        out.points, lower = lifted(out.points, lower, np.full(len(out.points.place), 0.02))
    out.add(Piece(Paint(LOWER, lower_colour(who)), "lower", "seat"), lower)


def _looseness(who: Character, points: Surface) -> Floats:
    """How far the top stands off, N: less at the neck, more at a loose hem, and as sleeves do on arms."""
    outfit, limb = who.outfit, points.limb
    wide = 0.09 if hem_height(who) > 4 else 0.02
    trunk = 0.03 + wide * np.clip((points.height - 2.0) / 1.5, 0, 1)
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


def wears_trousers(who: Character) -> bool:
    outfit = who.outfit
    return outfit.bottom in ("trousers", "shorts") and outfit.top not in ("dress", "maid", *LONG)


def skirt_length(who: Character) -> float:
    """How far a skirt hangs below the hips' joints, in lengths of a leg to the ankle; 0 for none."""
    if wears_trousers(who):
        return 0.0
    if who.outfit.top in LONG:
        return 0.93
    return float(np.clip((who.outfit.skirt - 0.55) / 5.2, 0.16, 0.9))


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
        upper, fore = _halves(out.points, cloth)
        out.add(Piece(Paint(TOP, top_colour(who)), "top", f"sleeve_{side}", near=True), upper, True)
        out.add(Piece(Paint(TOP, top_colour(who)), "top", f"cuff_{side}", near=True), fore, True)
    glove = Paint(GLOVE, who.cloth[3] if outfit.seed % 2 else who.cloth[4])
    hand = glove if outfit.gloves else skin
    family = "glove" if outfit.gloves else "skin"
    if outfit.gloves:
        from_there = 1.86 if end > 1 or outfit.seed % 3 else 1.2
        out.points, bare, covered = cut(out.points, bare, out.points.limb, from_there)
        out.points, covered = lifted(out.points, covered, np.full(len(out.points.place), 0.015))
        out.add(Piece(glove, "glove", f"glove_{side}", near=True), covered)
    upper, fore = _halves(out.points, bare)
    out.add(Piece(skin, "skin", f"upper_{side}", near=True), upper)
    out.add(Piece(skin, "skin", f"fore_{side}", near=True), fore)
    out.add(Piece(hand, family, f"hand_{side}", fine=True, near=True), by_name[f"hand_{side}"])
    for number, finger in enumerate(FINGERS):
        piece = Piece(hand, family, f"{finger}_{side}", number + 1, fine=True, near=True)
        out.add(piece, by_name[f"{finger}_{side}"])


def _halves(points: Surface, faces: Ints) -> tuple[Ints, Ints]:
    """Faces of a limb before and beyond its joint."""
    far = points.limb[faces].mean(1) > 1
    return faces[~far], faces[far]


def _leg(out: Dress, by_name: dict[str, Ints], who: Character, side: str) -> None:
    outfit, skin = who.outfit, Paint(SKIN, who.skin)
    bare = np.concatenate([by_name[f"thigh_{side}"], by_name[f"shin_{side}"]])
    if hidden := skirt_length(who):
        out.points, _, bare = cut(out.points, bare, out.points.limb, min(0.34, 1.1 * hidden))
    if wears_trousers(who):
        end = 0.5 if outfit.bottom == "shorts" else 1.93
        out.points, cloth, bare = cut(out.points, bare, out.points.limb, end)
        wide = 0.05 * (outfit.seed % 4)
        limb = np.clip(out.points.limb, 0, 2)
        off = 0.02 + 0.05 * np.clip(limb * 3, 0, 1) + wide * np.clip((limb - 0.6) / 1.4, 0, 1)
        off += 0.1 * (outfit.bottom == "shorts") * np.clip(limb * 2, 0, 1)
        out.points, cloth = lifted(out.points, cloth, off)
        upper, lower = _halves(out.points, cloth)
        out.add(Piece(Paint(LOWER, lower_colour(who)), "lower", f"thigh_{side}"), upper, True)
        out.add(Piece(Paint(LOWER, lower_colour(who)), "lower", f"shin_{side}"), lower, True)
    shoe = Paint(SHOE, who.cloth[4] if outfit.seed % 3 else who.cloth[2])
    foot = by_name[f"foot_{side}"]
    boot = {"boot": 1.5, "high boot": 1.12}.get(outfit.shoe, 1.9)
    if boot < 1.9 and not (wears_trousers(who) and outfit.bottom == "trousers"):
        out.points, bare, shaft = cut(out.points, bare, out.points.limb, boot)
        off = 0.05 + 0.06 * np.clip((1.7 - out.points.limb) * 2, 0, 1)
        out.points, shaft = lifted(out.points, shaft, off)
        out.add(Piece(shoe, "shoe", f"shaft_{side}"), shaft, True)
    start = stocking_top(who)
    stocking = Paint(STOCKING, (who.cloth[4], who.cloth[3], who.cloth[4], who.cloth[1])[outfit.seed % 4])
    if start < 2:
        out.points, bare, covered = cut(out.points, bare, out.points.limb, start)
        out.points, covered = lifted(out.points, covered, np.full(len(out.points.place), 0.012))
        upper, lower = _halves(out.points, covered)
        out.add(Piece(stocking, "stocking", f"sock thigh_{side}"), upper)
        out.add(Piece(stocking, "stocking", f"sock shin_{side}"), lower)
    upper, lower = _halves(out.points, bare)
    out.add(Piece(skin, "skin", f"bare thigh_{side}"), upper)
    out.add(Piece(skin, "skin", f"bare shin_{side}"), lower)
    out.points, foot = lifted(out.points, foot, np.full(len(out.points.place), 0.035))
    out.add(Piece(shoe, "shoe", f"foot_{side}"), foot)
