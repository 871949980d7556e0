"""Finds the training pictures in folders and tar shards; what is left out, how often each source is drawn."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from attnpaint.data.characters import with_characters
from attnpaint.data.figure_items import SIDE, figure_items, names_figures
from attnpaint.data.layouts import HISTOGRAM, Blob, Item, Layout, Told, first_of, told_apart, twins
from attnpaint.decoding.suffixes import READABLE, left_out
from attnpaint.errors import AttnpaintError
from attnpaint.extract.batch.sources import SHARD, Failure, Source, find_sources, printable
from attnpaint.figures import LICENCE
from attnpaint.images import SUFFIXES
from attnpaint.text_files import read_csv

MANIFEST = "manifest.csv"
STRAY = 0.1  # drawings without a picture, of all that is learned: fewer are only told


@dataclass(frozen=True)
class Found:
    """items: sorted by name. notes: what is left out, and why."""

    items: tuple[Item, ...]
    layouts: tuple[Layout, ...]
    notes: tuple[str, ...] = ()

    def describe(self) -> str:
        drawn = sum(item.line is not None or item.side_by_side for item in self.items)
        counts = f"{len(self.items)} pictures, {drawn} with their own drawing"
        return f"{counts}: {'; '.join([*self.layouts, *self.notes])}"


@dataclass(frozen=True, eq=False)
class Place:
    """The pictures in one shard, or loose below a folder; files: by their names there."""

    root: Path
    path: Path
    files: dict[str, Blob]

    @property
    def home(self) -> Path:
        """The folder that was given, or that holds what was given."""
        return self.root if self.root.is_dir() else self.root.parent

    def told(self) -> Told:
        return told_apart(self.files, str(self.path))

    def named_by(self, manifest: Callable[[Path], Iterable[str]]) -> Iterator[tuple[Path, str, Blob]]:
        """What the manifests in their folder, and in those above it up to the root, name.

        manifest: the names that a manifest.csv gives. Yields that file, the name, and what has it.
        """
        if self.path.is_dir():
            parents = {name.rpartition("/")[0] for name in self.files}
            deep = {"/".join(p.split("/")[:n]) for p in parents for n in range(1, p.count("/") + 2)} - {""}
            prefixes = {self.root: "", **{self.root / inner: f"{inner}/" for inner in deep}}
        else:
            prefixes = {folder: "" for folder in self.path.parents if folder.is_relative_to(self.home)}
        for folder, prefix in prefixes.items():
            for name in manifest(folder / MANIFEST):
                if blob := self.files.get(prefix + name):
                    yield folder / MANIFEST, name, blob


def find_items(
    paths: Sequence[str | Path], exclude_licences: Iterable[str] = (), figure_side: int = SIDE
) -> Found:
    """Everything to train on below `paths` (folders, pictures, tar shards, figures:COUNT), sorted by name.

    Where a manifest.csv with columns path and licence lies beside a shard or in a folder, the named licences
    are left out. figure_side: of figures, in px. Raises AttnpaintError where a path is missing, a folder or
    shard cannot be read, most line drawings have no picture, side-by-side pairs lie among other pictures, or
    nothing is left; UsageError where figures are asked for in another form.
    """
    licences = frozenset(exclude_licences)
    asked = dict.fromkeys(str(path) for path in paths if names_figures(path))
    figures = [item for one in asked for item in figure_items(one, figure_side)]
    files = [Path(path) for path in paths if not names_figures(path)]
    if figures and LICENCE in licences:
        if not files:
            problem = f"no pictures to train on in {', '.join(asked)}: figures are {LICENCE}"
            raise AttnpaintError(problem, "change data.exclude_licences, or give others")
        figures = []
    if not figures:
        return _find_files(files, licences)
    if not files:
        return Found(tuple(sorted(figures, key=lambda item: item.name)), (Layout.figures,))
    found = _find_files(files, licences)
    items = tuple(sorted([*found.items, *figures], key=lambda item: item.name))
    return Found(items, (*found.layouts, Layout.figures), found.notes)


def _find_files(roots: Sequence[Path], licences: frozenset[str]) -> Found:
    where = ", ".join(map(str, roots))
    left = Counter[str]()
    found = {root: by_place(root, _sources(root, left)) for root in roots}
    if len(roots) > 1 and (empty := [root for root, there in found.items() if not there]):
        raise AttnpaintError(f"no pictures to train on in {empty[0]}", "leave it out, or give another")
    places = [place for there in found.values() for place in there]
    pairs, alone = paired(roots, places)
    told = [pairs, *(place.told() for place in alone)]
    _refuse_drawings_alone(told, where)
    items = [item for one in told for item in one.items]
    notes = [note for one in told for note in one.notes]
    if unpaired := [name for one in told for name in one.alone]:
        notes.append(f"left out, line drawings without a colour picture: {first_of(unpaired)}")
    manifest = lru_cache(lambda path: _under(path, licences))
    refused = {blob for place in places for *_, blob in place.named_by(manifest)} if licences else set()
    kept = [item for item in items if item.color not in refused and item.line not in refused]
    if not kept:
        problem = f"no pictures to train on in {where}"
        if items:
            problem += f": all {len(items)} are left out for their licence"
            raise AttnpaintError(problem, "change data.exclude_licences, or give others")
        raise AttnpaintError(problem, f"give {' '.join(SUFFIXES)} or .tar shards; hidden ones do not count")
    if len(kept) < len(items):
        notes.append(f"left out for their licence: {len(items) - len(kept)}")
    if left:
        notes.append(f"pictures that cannot be read, {left_out(left)}")
    layouts = dict.fromkeys(one.layout for one in told if one.items)
    known = _with_characters(places, kept)
    return Found(tuple(sorted(known, key=lambda item: item.name)), tuple(layouts), tuple(notes))


def _sources(root: Path, left: Counter[str]) -> Iterator[Source]:
    """What lies below the root; AttnpaintError where a part of it cannot be read."""
    if root.is_file() and not root.name.lower().endswith((*READABLE, SHARD)):
        problem = f"{root} is no picture and no .tar shard"
        raise AttnpaintError(problem, f"give {' '.join(SUFFIXES)} or .tar files, not compressed")
    for source in find_sources([root], endings=(*READABLE, HISTOGRAM), left=left):
        if isinstance(source, Failure):
            path = root if root.is_file() or source.path == str(root) else root / source.path
            raise AttnpaintError(f"{path} {source.problem}", source.remedy)
        yield source


def by_place(root: Path, sources: Iterable[Source]) -> list[Place]:
    """The loose pictures below the root, and each shard there; of equal members of a shard, the last."""
    places: dict[str, Place] = {}
    starts: dict[str, int] = {}  # where in a source's name its name in the place begins
    for source in sources:
        key = source.path if Path(source.path).suffix.lower() == SHARD else ""
        if key not in places:
            path = Path(key or root)
            places[key] = Place(root, path, {})
            shard = path.relative_to(root).as_posix() if path != root else path.name
            starts[key] = len(printable(shard)) + 1 if key else 0
        blob = Blob(source.path, source.offset, source.size)
        places[key].files[source.name[starts[key] :]] = blob
    return list(places.values())


def paired(roots: Sequence[Path], places: list[Place]) -> tuple[Told, list[Place]]:
    """What two folders that are twins hold, no items where there are no such two; and the other places."""
    loose = [place for place in places if place.path.is_dir()]
    if len(roots) != 2 or len(loose) != 2 or loose[0].root == loose[1].root:
        return Told([], Layout.twins), places
    pairs = twins(loose[0].files, loose[1].files, (str(roots[0]), str(roots[1])))
    return pairs, [place for place in places if not pairs.items or place not in loose]


def _refuse_drawings_alone(told: list[Told], where: str) -> None:
    alone = [name for one in told for name in one.alone]
    items = [item for one in told for item in one.items]
    drawings = len(alone) + sum((item.line is not None) + len(item.drawings) for item in items)
    if 2 * len(alone) > drawings and len(alone) > STRAY * len(items):
        problem = (
            f"{first_of(alone)} of {drawings} line drawings in {where} have no colour picture of their name"
        )
        remedy = (
            "put x.color.* beside x.line.*, or give two folders with equal names, or leave the drawings out"
        )
        raise AttnpaintError(problem, remedy)


def _with_characters(places: Sequence[Place], items: Iterable[Item]) -> list[Item]:
    """The items with their characters, as manifests (column same_as) and names tell.

    Equal names in two folders are two characters; shards given one by one lie in one folder.
    """
    homes = {blob: place.home for place in places for blob in place.files.values()}
    groups: dict[Path, list[Item]] = {}
    for item in items:
        groups.setdefault(homes[item.color], []).append(item)
    known: list[Item] = []
    taken: set[str] = set()
    for number, (home, group) in enumerate(groups.items(), 1):
        same_as = _told_same([place for place in places if place.home == home], group)
        there = with_characters(group, same_as)
        again = {item.character for item in there} & taken - {""}
        taken.update(item.character for item in there)
        known += [
            replace(item, character=f"{item.character} #{number}") if item.character in again else item
            for item in there
        ]
    return known


def _told_same(places: Iterable[Place], items: Iterable[Item]) -> dict[str, str]:
    """What the column same_as of a manifest.csv says of the items: by their names, a character or picture."""
    rows = lru_cache(lambda path: {name: row.get("same_as", "") for name, row in manifest_rows(path)})
    said: dict[Blob, str] = {}
    for place in places:
        for manifest, name, blob in place.named_by(rows):
            said.setdefault(blob, rows(manifest)[name])
    return {item.name: said[item.color] for item in items if said.get(item.color)}


def _under(manifest: Path, licences: frozenset[str]) -> frozenset[str]:
    """The paths to which a manifest gives one of these licences; none where there is no such file."""
    return frozenset(path for path, row in manifest_rows(manifest) if row.get("licence") in licences)


def manifest_rows(manifest: Path) -> list[tuple[str, dict[str, str]]]:
    """Its rows that name a path, and that path; none where there is no such file, or no column `path`.

    AttnpaintError where it is not a table in UTF-8, or in UTF-16 with a byte order mark: what it excludes
    must not be learned from in silence.
    """
    if not manifest.is_file():
        return []
    lines = read_csv(manifest, "mend it, or take it away", "save it as CSV UTF-8")
    names = [name.strip() for name in lines[0][1]] if lines else []
    rows = [dict(zip(names, values, strict=False)) for _, values in lines[1:]]
    return [(row["path"].removeprefix("./"), row) for row in rows if row.get("path")]


def draw_weights(items: Sequence[Item], balance: float, boost: dict[str, float]) -> npt.NDArray[np.float64]:
    """How often each item is drawn: a source of n pictures n**balance times, times its boost; sums to 1."""
    sizes = Counter(item.source for item in items)
    drawn = [sizes[item.source] ** (balance - 1) * boost.get(item.source, 1.0) for item in items]
    weights: npt.NDArray[np.float64] = np.array(drawn, dtype=np.float64)
    weights /= weights.sum()
    return weights
