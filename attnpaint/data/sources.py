"""Where the training pictures lie: folders, tar shards, twins; what to leave out, how often to draw."""

import csv
import tarfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
import numpy.typing as npt

from attnpaint.data.layouts import Blob, Files, Item, Layout, told_apart, twins
from attnpaint.errors import AttnpaintError
from attnpaint.images import SUFFIXES


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
    are left out. Raises AttnpaintError for a missing path and where nothing can be used.
    """
    roots = [Path(path) for path in paths]
    for root in roots:
        if not root.exists():
            raise AttnpaintError(f"{root} does not exist", "give a folder, pictures or .tar shards")
    items: list[Item] = []
    layouts: list[Layout] = []
    if len(roots) == 2 and all(root.is_dir() for root in roots):
        items = twins(_in_folder(roots[0]), _in_folder(roots[1]))
        layouts = [Layout.twins]
    if not items:
        told = [told_apart(files) for root in roots for files in _file_sets(root)]
        items = [item for found, _ in told for item in found]
        layouts = list(dict.fromkeys(layout for found, layout in told if found))
    excluded = _excluded(roots, set(exclude_licences))
    items = [item for item in items if item.name not in excluded]
    if not items:
        where = ", ".join(map(str, paths))
        problem = f"no pictures to train on in {where}"
        raise AttnpaintError(problem, f"give {' '.join(SUFFIXES)} or .tar shards")
    return Found(tuple(sorted(items, key=lambda item: item.name)), tuple(layouts))


def _file_sets(root: Path) -> list[Files]:
    if root.is_file():
        return [_in_tar(root) if root.suffix == ".tar" else {root.name: Blob(str(root))}]
    return [files for files in [_in_folder(root), *map(_in_tar, sorted(root.rglob("*.tar")))] if files]


def _in_folder(root: Path) -> Files:
    names = {path.relative_to(root).as_posix(): path for path in sorted(root.rglob("*")) if path.is_file()}
    return {name: Blob(str(path)) for name, path in names.items() if _is_picture(name)}


def _in_tar(path: Path) -> Files:
    try:
        with tarfile.open(path, "r:") as tar:  # not compressed: members are read where they lie
            members = {member.name.removeprefix("./"): member for member in tar if member.isfile()}
    except (tarfile.TarError, OSError) as error:
        problem = f"{path} is not a tar shard that can be read ({error})"
        raise AttnpaintError(problem, "make it again, without compression") from error
    return {
        name: Blob(str(path), member.offset_data, member.size)
        for name, member in members.items()
        if _is_picture(name)
    }


def _is_picture(name: str) -> bool:
    path = PurePosixPath(name)
    return path.suffix.lower() in SUFFIXES and not any(part.startswith(".") for part in path.parts)


def _excluded(roots: Sequence[Path], licences: set[str]) -> set[str]:
    """Names that the manifests beside the data give one of these licences."""
    if not licences:
        return set()
    folders = {root if root.is_dir() else root.parent for root in roots}
    names: set[str] = set()
    for manifest in sorted(folder / "manifest.csv" for folder in folders):
        if manifest.is_file():
            with manifest.open(newline="", encoding="utf-8", errors="replace") as file:
                names |= {row["path"] for row in csv.DictReader(file) if row.get("licence") in licences}
    return names


def draw_weights(items: Sequence[Item], balance: float, boost: dict[str, float]) -> npt.NDArray[np.float64]:
    """How often each item is drawn: a source of n pictures n**balance times, times its boost; sums to 1."""
    sizes = Counter(item.source for item in items)
    drawn = [sizes[item.source] ** (balance - 1) * boost.get(item.source, 1.0) for item in items]
    weights: npt.NDArray[np.float64] = np.array(drawn, dtype=np.float64)
    weights /= weights.sum()
    return weights
