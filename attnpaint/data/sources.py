"""Where the training pictures lie: folders, tar shards, side-by-side pairs, twin folders; told apart by looking."""

import csv
import tarfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import TypeVar

import numpy as np

from attnpaint.errors import AttnpaintError, PictureError, UsageError
from attnpaint.images import SUFFIXES, Picture, on_white, read_picture

Thing = TypeVar("Thing")

PROBES = 8  # pictures opened to tell a layout


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
        with open(self.path, "rb") as file:
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
        """The colour picture and its drawing, both uint8 H×W×3 on white; raises PictureError."""
        color = self._decode(self.color)
        if self.side_by_side:
            half = color.shape[1] // 2
            return color[:, :half], color[:, half : 2 * half]
        return color, self._decode(self.line) if self.line else None

    def _decode(self, blob: Blob) -> Picture:
        try:
            return on_white(read_picture(blob.read()))
        except (PictureError, OSError) as error:
            raise PictureError(f"{self.name} cannot be read ({error})", "remove it or save it again") from None


@dataclass(frozen=True)
class Found:
    items: tuple[Item, ...]
    layouts: tuple[Layout, ...]

    def describe(self) -> str:
        drawn = sum(item.line is not None or item.side_by_side for item in self.items)
        return f"{len(self.items)} pictures, {drawn} with their own drawing: {'; '.join(self.layouts)}"


def find_items(paths: Sequence[str | Path], exclude_licences: Iterable[str] = ()) -> Found:
    """Everything to train on below `paths` (folders, pictures, tar shards), sorted by name.

    Where a manifest.csv with columns path and licence lies beside a shard or in a folder, the named licences
    are left out. Raises UsageError for a missing path, AttnpaintError where nothing can be used.
    """
    roots = [Path(path) for path in paths]
    for root in roots:
        if not root.exists():
            raise UsageError(f"--data {root} does not exist", "give a folder, pictures or .tar shards")
    if len(roots) == 2 and all(root.is_dir() for root in roots):
        twins = _twins(_in_folder(roots[0]), _in_folder(roots[1]))
        if twins:
            return Found(tuple(twins), (Layout.twins,))
    items: list[Item] = []
    layouts: list[Layout] = []
    for root in roots:
        for files in _file_sets(root):
            found, layout = _told_apart(files)
            items += found
            layouts += [layout] if found and layout not in layouts else []
    excluded = _excluded(roots, set(exclude_licences))
    items = [item for item in items if item.name not in excluded]
    if not items:
        where = ", ".join(map(str, paths))
        raise AttnpaintError(f"no pictures to train on in {where}", f"give {' '.join(SUFFIXES)} or .tar shards")
    return Found(tuple(sorted(items, key=lambda item: item.name)), tuple(layouts))


Files = dict[str, Blob]


def _file_sets(root: Path) -> list[Files]:
    if root.is_file():
        return [_in_tar(root) if root.suffix == ".tar" else {root.name: Blob(str(root))}]
    return [files for files in [_in_folder(root), *map(_in_tar, sorted(root.rglob("*.tar")))] if files]


def _in_folder(root: Path) -> Files:
    paths = sorted(path for path in root.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    return {path.relative_to(root).as_posix(): Blob(str(path)) for path in paths}


def _in_tar(path: Path) -> Files:
    try:
        with tarfile.open(path) as tar:
            return {
                member.name.removeprefix("./"): Blob(str(path), member.offset_data, member.size)
                for member in tar
                if member.isfile() and Path(member.name).suffix.lower() in SUFFIXES
            }
    except (tarfile.TarError, OSError) as error:
        raise AttnpaintError(f"{path} is not a tar shard that can be read ({error})", "make it again") from error


def _told_apart(files: Files) -> tuple[list[Item], Layout]:
    named = _named(files)
    if named:
        return named, Layout.named
    folders = sorted({name.split("/")[0] for name in files if "/" in name})
    if len(folders) == 2:
        halves = [{n.split("/", 1)[1]: b for n, b in files.items() if n.startswith(f"{f}/")} for f in folders]
        twins = _twins(*halves)
        if twins:
            return twins, Layout.twins
    items = [Item(name, blob) for name, blob in files.items()]
    if _are_side_by_side(items):
        return [Item(item.name, item.color, side_by_side=True) for item in items], Layout.sides
    return items, Layout.pictures


def _named(files: Files) -> list[Item]:
    """x.color.png with x.line.png; pictures without such a mark stand alone."""
    lines = {_stem(name)[: -len(".line")]: blob for name, blob in files.items() if _stem(name).endswith(".line")}
    if not any(_stem(name).endswith(".color") for name in files):
        return []
    return [
        Item(name, blob, lines.get(_stem(name).removesuffix(".color")))
        for name, blob in files.items()
        if not _stem(name).endswith(".line")
    ]


def _twins(one: Files, other: Files) -> list[Item]:
    """Pairs by equal stems, where most stems are equal; the more colourful folder is the colour one."""
    ones, others = ({_stem(name): (name, blob) for name, blob in files.items()} for files in (one, other))
    stems = sorted(ones.keys() & others.keys())
    if not stems or 2 * len(stems) < max(len(ones), len(others)):
        return []
    shades = [np.mean([_colour(Item(*side[s]).open()[0]) for s in _spread(stems)]) for side in (ones, others)]
    if max(shades) < 2 * min(shades) + 1:
        return []
    colors, lines = (ones, others) if shades[0] > shades[1] else (others, ones)
    return [Item(*colors[stem], line=lines[stem][1]) for stem in stems]


def _are_side_by_side(items: list[Item]) -> bool:
    for item in _spread(items):
        picture, _ = item.open()
        height, width = picture.shape[:2]
        half = width // 2
        left, right = picture[:, :half], picture[:, half:]
        if abs(width - 2 * height) > 2 or _colour(right) > 4 or right.mean() < max(128, left.mean()):
            return False
    return True


def _colour(picture: Picture) -> float:
    """Mean distance between the channels, 0 for grey."""
    return float(np.ptp(picture.astype(np.int16), axis=2).mean())


def _spread(things: Sequence[Thing]) -> Sequence[Thing]:
    return things[:: max(1, len(things) // PROBES)][:PROBES]


def _stem(name: str) -> str:
    return str(PurePosixPath(name).with_suffix(""))


def _excluded(roots: Sequence[Path], licences: set[str]) -> set[str]:
    """Names that the manifests beside the data give one of these licences."""
    if not licences:
        return set()
    folders = {root if root.is_dir() else root.parent for root in roots}
    names: set[str] = set()
    for manifest in sorted(folder / "manifest.csv" for folder in folders):
        if manifest.is_file():
            with manifest.open(newline="", encoding="utf-8") as file:
                names |= {row["path"] for row in csv.DictReader(file) if row.get("licence") in licences}
    return names


def draw_weights(items: Sequence[Item], balance: float, boost: dict[str, float]) -> np.ndarray:
    """How often each item is drawn: a source of n pictures n**balance times, times its boost; sums to 1."""
    sizes = Counter(item.source for item in items)
    weights = np.array([sizes[i.source] ** (balance - 1) * boost.get(i.source, 1.0) for i in items])
    return weights / weights.sum()
