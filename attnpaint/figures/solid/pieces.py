"""Pieces of surface that a figure shows, and how far its garments reach."""

from dataclasses import dataclass, field

import numpy as np

from attnpaint.figures.canvas import Paint
from attnpaint.figures.character import Character
from attnpaint.figures.outfits import LONG
from attnpaint.figures.solid.mesh import Ints
from attnpaint.figures.solid.raster import Faces
from attnpaint.figures.solid.surfaces import Surface

LOOSE = ("hoodie", "jacket", "sweater", "coat", "sport", "cardigan", "uniform")


@dataclass(frozen=True)
class Piece:
    """family: pieces of one have no line between them where they are equally deep, unless both have panels
    that differ. fine: thin things, where a small step in depth already is a line. near: it may lie before
    the head. ahead: half heads that it counts as nearer than it is, so that no loose cloth cuts through it.
    name: what it is, with its side."""

    paint: Paint
    family: str
    name: str
    panel: int = 0
    fine: bool = False
    near: bool = False
    ahead: float = 0.0


@dataclass
class Dress:
    """Points, and pieces with their faces, as they are added. skirt: its first point, and its columns;
    long: how far it hangs below the hips, in lengths of a leg;
    hidden: what of the legs it hides, as `Body.limb` counts."""

    points: Surface
    pieces: list[Piece] = field(default_factory=list)
    corners: list[Ints] = field(default_factory=list)
    both: list[bool] = field(default_factory=list)
    skirt: tuple[int, int] = (0, 0)
    long: float = 0.0
    hidden: float = 0.0

    def add(self, piece: Piece, faces: Ints, both: bool = False) -> None:
        if len(faces):
            self.pieces.append(piece)
            self.corners.append(faces)
            self.both.append(both)

    def faces(self) -> Faces:
        """All of them; a face's label is its piece's place, counted from 1."""
        counts = [len(faces) for faces in self.corners]
        label = np.repeat(np.arange(1, len(counts) + 1), counts)
        ahead = np.repeat([piece.ahead for piece in self.pieces], counts)
        return Faces(np.concatenate(self.corners), label, np.repeat(np.array(self.both), counts), ahead)


def sleeve_end(who: Character) -> float:
    """Where a sleeve ends, as `Body.limb` counts."""
    reach = who.outfit.sleeves
    if who.outfit.top in ("kimono", "robe", "coat"):
        return 1.92
    if reach <= 0.5:
        return 1.9 * reach
    return 1.0 + (reach - 0.5) * 1.84 if who.outfit.sleeve != "rolled" else 1.35


def is_loose(who: Character) -> bool:
    """Whether the top hangs over what is worn below it."""
    return who.outfit.top in LOOSE or (who.outfit.top == "shirt" and who.outfit.seed % 2 == 0)


def hem_height(who: Character) -> float:
    """Where the top ends, as `Body.height` counts."""
    if is_loose(who):
        return 4.12
    return 4.2 if skirt_length(who) else 3.62


def stocking_top(who: Character) -> float:
    """Where stockings begin, as `Body.limb` counts; 3 for none."""
    rise = who.outfit.stockings
    if not rise:
        return 3.0
    return 2 - 2 * rise if rise <= 0.5 else 1.0 - (rise - 0.5) * 1.3


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


def halves(points: Surface, faces: Ints) -> tuple[Ints, Ints]:
    """Faces of a limb before and beyond its joint."""
    far = points.limb[faces].mean(1) > 1
    return faces[~far], faces[far]
