"""The layouts that training pictures come in, and how one is told from another."""

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import TypeVar

import cv2
import numpy as np
import numpy.typing as npt

from attnpaint.errors import PictureError
from attnpaint.images import Picture, on_white, read_picture, resize

Thing = TypeVar("Thing")

PROBES = 8  # pictures opened to tell a layout
ALIKE = 0.5  # 158 of the corpus: pictures and their drawings 0.76 to 1, halves of one picture -0.3 to 0.54


class Layout(StrEnum):
    pictures = "colour pictures (line drawings are made on the fly)"
    named = "pictures, some with their drawing (x.color.* beside x.line.*)"
    sides = "side-by-side pairs (colour left, drawing right)"
    twins = "two folders with equal names (colour and drawing)"


@dataclass(frozen=True)
class Blob:
    """The bytes of a file, or of a member of a tar shard."""

    path: str
    offset: int = 0
    size: int = -1

    def read(self) -> bytes:
        with Path(self.path).open("rb") as file:
            file.seek(self.offset)
            return file.read(self.size)


@dataclass(frozen=True)
class Item:
    """One training picture. name: path inside its folder or shard; source: the name's first folder."""

    name: str
    color: Blob
    line: Blob | None = None
    side_by_side: bool = False

    @property
    def source(self) -> str:
        return PurePosixPath(self.name).parts[0] if "/" in self.name else ""

    def open(self) -> tuple[Picture, Picture | None]:
        """The colour picture and its drawing, both uint8 H×W×3 on white, of one size; raises PictureError."""
        color = self._decode(self.color)
        if self.side_by_side:
            return _halves(color)
        return color, resize(self._decode(self.line), *color.shape[:2]) if self.line else None

    def _decode(self, blob: Blob) -> Picture:
        try:
            return on_white(read_picture(blob.read()))
        except (PictureError, OSError) as error:
            reason = error.problem if isinstance(error, PictureError) else error
            problem = f"{self.name} cannot be read ({reason})"
            raise PictureError(problem, "remove it or save it again") from None


Files = dict[str, Blob]


def told_apart(files: Files) -> tuple[list[Item], Layout]:
    """What the files of one folder or shard are; files: name, with forward slashes → where it lies."""
    named = _named(files)
    if named:
        return named, Layout.named
    folders = sorted({name.split("/")[0] for name in files if "/" in name})
    if len(folders) == 2:
        halves = [{n.split("/", 1)[1]: b for n, b in files.items() if n.startswith(f"{f}/")} for f in folders]
        pairs = twins(*halves)
        if pairs:
            return pairs, Layout.twins
    items = [Item(name, blob) for name, blob in files.items()]
    if _are_side_by_side(items):
        return [Item(item.name, item.color, side_by_side=True) for item in items], Layout.sides
    return items, Layout.pictures


def _named(files: Files) -> list[Item]:
    """x.color.png with x.line.png; pictures without such a mark stand alone."""
    stems = {_stem(name): blob for name, blob in files.items()}
    lines = {stem.removesuffix(".line"): blob for stem, blob in stems.items() if stem.endswith(".line")}
    if not any(stem.endswith(".color") for stem in stems):
        return []
    return [
        Item(name, blob, lines.get(_stem(name).removesuffix(".color")))
        for name, blob in files.items()
        if not _stem(name).endswith(".line")
    ]


def twins(one: Files, other: Files) -> list[Item]:
    """Pairs by equal stems, where most stems are equal; the more colourful folder is the colour one."""
    ones, others = ({_stem(name): (name, blob) for name, blob in files.items()} for files in (one, other))
    stems = sorted(ones.keys() & others.keys())
    if not stems or 2 * len(stems) < max(len(ones), len(others)):
        return []
    probes = [[Item(*side[stem]) for stem in _spread(stems)] for side in (ones, others)]
    shades = [float(np.mean([_colour(picture) for picture in _readable(side)] or [0.0])) for side in probes]
    if max(shades) < 2 * min(shades) + 1:
        return []
    colors, lines = (ones, others) if shades[0] > shades[1] else (others, ones)
    return [Item(*colors[stem], line=lines[stem][1]) for stem in stems]


def _are_side_by_side(items: list[Item]) -> bool:
    """The right half is grey and light in every picture looked at, and mostly shows what the left does."""
    likeness = []
    for picture in _readable(_spread(items)):
        left, right = _halves(picture)
        if right.size == 0 or _colour(right) > 4 or right.mean() < max(128, left.mean()):
            return False
        likeness.append(_likeness(left, right))
    return bool(likeness) and float(np.mean(likeness)) > ALIKE


def _readable(items: Iterable[Item]) -> Iterator[Picture]:
    """The colour pictures, without those that cannot be read."""
    for item in items:
        with contextlib.suppress(PictureError):
            yield item.open()[0]


def _halves(picture: Picture) -> tuple[Picture, Picture]:
    half = picture.shape[1] // 2
    return picture[:, :half], picture[:, half : 2 * half]


def _likeness(one: Picture, other: Picture) -> float:
    """Correlation of where their edges are, on a grid of 32×32."""
    one, other = _edges(one), _edges(other)
    return float(np.corrcoef(one, other)[0, 1]) if one.std() and other.std() else 0.0


def _edges(picture: Picture) -> npt.NDArray[np.uint8]:
    small, kernel = resize(picture, 128, 128), np.ones((3, 3), np.uint8)
    edges = cv2.absdiff(cv2.dilate(small, kernel), cv2.erode(small, kernel)).max(axis=2)
    return resize(edges, 32, 32).ravel()


def _colour(picture: Picture) -> float:
    """Mean distance between the channels, 0 for grey."""
    return float(np.ptp(picture.astype(np.int16), axis=2).mean())


def _spread(things: Sequence[Thing]) -> Sequence[Thing]:
    return things[:: max(1, len(things) // PROBES)][:PROBES]


def _stem(name: str) -> str:
    return str(PurePosixPath(name).with_suffix(""))
