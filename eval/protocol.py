"""What every painter is given: drawings of pictures held out, each with its references. Fixed by a seed."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import cv2
import numpy as np

from attnpaint.data.augment import colour_turn, crop, recolour
from attnpaint.data.characters import siblings
from attnpaint.data.layouts import Blob, Item, digest_of
from attnpaint.data.lines import EXTRACTORS
from attnpaint.data.sources import draw_weights
from attnpaint.errors import AttnpaintError, PictureError
from attnpaint.images import Picture, fitted, to_grey

GRID = 4  # knots on each side of the field that bends
BEND = 0.05  # of the picture's sides: how far a knot moves at most
TURN, ZOOM = 8.0, 1.15  # degrees at most, and how much larger at most
LEAST = 0.8  # of each side that a crop keeps


def warped(picture: Picture, random: np.random.Generator) -> Picture:
    """uint8 H×W×3, bent by a smooth random field, turned and enlarged a little, then cropped.

    At the edges the picture is mirrored, so that no colour comes in that it does not hold.
    """
    height, width = picture.shape[:2]
    knots = random.uniform(-BEND, BEND, (GRID, GRID, 2)) * (width, height)
    field = cv2.resize(knots.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    turn, zoom = random.uniform(-TURN, TURN), random.uniform(1, ZOOM)
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), turn, 1 / zoom)
    grid = np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=2)
    place = (grid @ matrix[:, :2].T + matrix[:, 2] + field).astype(np.float32)
    bent = cv2.remap(
        picture, place[..., 0], place[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
    )
    return np.ascontiguousarray(crop(bent.astype(np.uint8, copy=False), random, LEAST))


STRENGTH = 0.5  # of every extractor
BALANCE = 0.5  # a source of n pictures is drawn from √n times: many emoji do not outvote few figures
GENUINE = "genuine"
SIBLING = "sibling"
"""A third protocol, of drawings whose character another picture shows: the reference is that picture, both
are in their own colours. It comes nearest to what users do, and is the headline where there are siblings."""
KITS = "dicebear-"
"""Sources of this name are put together from kits that training data hold too: measured, but no headline."""


class Protocol(StrEnum):
    """same: the reference is a warped and cropped copy of the truth; both are recoloured by one random map, a
    rotation of the colour cube about grey. cross: it is another picture, in its own colours."""

    same = "same"
    cross = "cross"


@dataclass(frozen=True, eq=False)
class Case:
    """A drawing to paint. name: the picture's; protocol: a Protocol or SIBLING; lines: an extractor of
    data.lines, or "genuine".

    drawing uint8 H×W, the long side as asked for, without padding; reference uint8 h×w×3; truth uint8 H×W×3,
    None for cross, where none is known; real: the picture's own colours there, else the truth. parts: the
    picture's part map, uint8 H×W (see attnpaint.parts), None where it has none.
    """

    name: str
    protocol: str
    lines: str
    drawing: Picture
    reference: Picture
    truth: Picture | None
    real: Picture
    parts: Picture | None = None


@dataclass(frozen=True)
class Selection:
    """order: all pictures, shuffled by the seed; the first `count` are judged. names: theirs, each one's own.

    size: px of the long side. kin: of each character that two or more pictures show, those pictures.
    """

    order: tuple[Item, ...]
    names: tuple[str, ...]
    count: int
    size: int
    seed: int
    kin: dict[str, tuple[Item, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, items: Sequence[Item], size: int, pictures: int, seed: int) -> "Selection":
        """`pictures` of the items, or all there are; more pictures add to fewer, and change none of them.

        Raises AttnpaintError where there are fewer than two: each is painted from another one too.
        """
        if len(items) < 2:
            raise AttnpaintError("there is only one picture", "give two or more: one is another's reference")
        weights = draw_weights(items, BALANCE, {})
        times = (
            np.random.default_rng(seed).exponential(size=len(items)) / weights
        )  # Efraimidis, Spirakis 2006
        order = tuple(items[i] for i in times.argsort(kind="stable"))
        seen: Counter[str] = Counter()
        names = []
        for item in order:
            seen[item.name] += 1
            names.append(f"{item.name} ({seen[item.name]})" if seen[item.name] > 1 else item.name)
        return cls(order, tuple(names), min(pictures, len(items)), size, seed, siblings(order))

    @property
    def digest(self) -> str:
        """Equal for equal pictures, told by names and bytes, in whatever folder or shard they lie."""
        return digest_of(self.order, _told)

    def drawings(self, index: int) -> int:
        """How many drawings of a picture there are; a case each for every of its `protocols`."""
        item = self.order[index]
        return len(EXTRACTORS) + (item.line is not None or item.side_by_side)

    def protocols(self, index: int) -> tuple[str, ...]:
        """Those that a picture's drawings are painted under, in the order of its cases."""
        return (*Protocol, SIBLING) if self.order[index].character in self.kin else tuple(Protocol)

    def is_headline(self, index: int) -> bool:
        """Whether a picture counts in the tables: those of kits do only where there are no others."""
        kits = [item.source.startswith(KITS) for item in self.order[: self.count]]
        return not kits[index] or all(kits)

    def cases(self, index: int) -> Iterator[Case]:
        """`protocols` for each drawing of a picture, the extractors' first; PictureError if unreadable."""
        item = self.order[index]
        name = self.names[index]
        key = hashlib.blake2b(name.encode(), digest_size=8).digest()
        random = np.random.default_rng([self.seed, int.from_bytes(key)])
        color, line = item.open()
        picture = fitted(color, self.size)
        truth = recolour(picture, colour_turn(random))
        same, other = warped(truth, random), self._other(index)
        kin = self._sibling(index) if SIBLING in self.protocols(index) else None
        parts = item.open_parts(*picture.shape[:2])
        drawings = {lines: extract(picture, STRENGTH) for lines, extract in EXTRACTORS.items()}
        if line is not None:
            drawings[GENUINE] = to_grey(fitted(line, self.size))
        for lines, drawing in drawings.items():
            yield Case(name, Protocol.same, lines, drawing, same, truth, truth, parts)
            yield Case(name, Protocol.cross, lines, drawing, other, None, picture, parts)
            if kin is not None:
                yield Case(name, SIBLING, lines, drawing, kin, picture, picture, parts)

    def _sibling(self, index: int) -> Picture:
        """The character's next picture that can be read; PictureError: there is none."""
        item = self.order[index]
        group = self.kin[item.character]
        place = group.index(item)
        for other in (*group[place + 1 :], *group[:place]):
            try:
                return fitted(other.open()[0], self.size)
            except PictureError:
                continue
        raise PictureError(
            "no other picture of its character can be read", "save them again, or leave it out"
        )

    def _other(self, index: int) -> Picture:
        """The next picture in the order that can be read: of another source, where there is one."""
        later = [*self.order[index + 1 :], *self.order[:index]]
        source = self.order[index].source
        for item in sorted(later, key=lambda item: item.source == source):
            try:
                return fitted(item.open()[0], self.size)
            except PictureError:
                continue
        raise PictureError("no other picture can be read", "give two or more")


def cases(items: Sequence[Item], size: int, pictures: int, seed: int) -> Iterator[Case]:
    """All cases of `Selection.of(items, size, pictures, seed)`; pictures that cannot be read are left out."""
    selection = Selection.of(items, size, pictures, seed)
    for index in range(selection.count):
        try:
            yield from selection.cases(index)
        except PictureError:
            continue


def _told(item: Item) -> list[object]:
    """What is told of an item in the digest of a selection, beside its name."""
    told: list[object] = [_bytes(item.color), item.line and _bytes(item.line)]
    if item.parts:
        told.append(f"parts {_bytes(item.parts)}")
    if item.character:
        told.append(f"of {item.character}")
    return told


def _bytes(blob: Blob) -> int:
    try:
        return blob.size if blob.size >= 0 else Path(blob.path).stat().st_size
    except OSError:
        return -1
