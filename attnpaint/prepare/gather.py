"""What lies in folders and shards, each picture under a key of its own, in a fixed shuffle."""

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from attnpaint.data.layouts import Item, first_of, told_apart, twins
from attnpaint.errors import UsageError
from attnpaint.extract.sources import SHARD, Blob, Failure, cannot_read, find_sources, no_pictures, printable

MANIFEST = "manifest.csv"
Row = dict[str, str]


@dataclass(frozen=True)
class Entry:
    """key: `source/name` without a dot in its last part, unlike any other; origin: where it was found."""

    key: str
    origin: str
    item: Item


@dataclass
class Gathered:
    """entries: ordered by their keys' digests, so that every shard holds some of each source; rows: what a
    manifest.csv says, by key; notes: what else to say; mark: equal for equal files with equal times."""

    entries: list[Entry] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    rows: dict[str, Row] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    mark: str = ""


@dataclass
class _Set:
    """The pictures of a folder, without its shards, or of one shard. home: its folder; origins: by blob."""

    home: Path
    path: Path
    files: dict[str, Blob] = field(default_factory=dict)
    origins: dict[Blob, str] = field(default_factory=dict)


def gather(places: Sequence[Path], out: Path) -> Gathered:
    """All pictures below `places`, leaving out what lies in `out`, and what could not be looked through.

    AttnpaintError: a place is missing, or there is no picture; UsageError: `out` is one of the places.
    """
    if out.resolve() in [place.resolve() for place in places]:
        raise UsageError(f"{out} is the folder of the pictures", "give another one to write to")
    found, taken = Gathered(), set[str]()
    marks = hashlib.blake2b(digest_size=16)
    sets = [one for place in places for one in _sets(place, out, found, marks)]
    for files, items in _told(places, sets, found.notes):
        home = files.home.resolve().name
        rows = _manifest(files.home / MANIFEST, marks)
        for item in sorted(items, key=lambda item: item.name):
            key = _free(_key(item.name, home), taken)
            found.entries.append(Entry(key, files.origins[item.color], item))
            if row := rows.get(item.name):
                found.rows[key] = row
    if not found.entries and not found.failures:
        raise no_pictures(", ".join(map(str, places)))
    found.entries.sort(key=lambda entry: hashlib.blake2b(entry.key.encode(), digest_size=8).digest())
    found.mark = marks.hexdigest()
    return found


def _sets(place: Path, out: Path, found: Gathered, marks: "hashlib.blake2b") -> list[_Set]:
    sets: dict[str, _Set] = {}
    for source in find_sources([place], out):
        try:
            known = source if isinstance(source, Failure) else source.looked_up()
        except OSError as error:
            known = cannot_read(source.path, error)
        if isinstance(known, Failure):
            marks.update(known.line().encode())
            found.failures.append(known)
            continue
        marks.update(f"{place}\0{known.name}\0{known.offset}\0{known.size}\0{known.mtime_ns}\n".encode())
        path = Path(known.path)
        shard = path.relative_to(place.parent if path == place else place).as_posix()
        shard = shard if path.suffix.lower() == SHARD else ""
        home = path.parent if shard or path == place else place
        one = sets.setdefault(shard, _Set(home, path if shard else place))
        inner = known.name.removeprefix(f"{printable(shard)}/") if shard else known.name
        blob = Blob(known.path, known.offset, known.size)
        one.files[inner] = blob
        one.origins[blob] = printable(f"{path.as_posix()}/{inner}" if shard else path.as_posix())
    return list(sets.values())


def _told(places: Sequence[Path], sets: list[_Set], notes: list[str]) -> list[tuple[_Set, list[Item]]]:
    """The pictures of each set; two folders that are twins, together."""
    told: list[tuple[_Set, list[Item]]] = []
    loose = [one for one in sets if one.path.is_dir()]
    if len(places) == len(loose) == 2:
        pairs = twins(loose[0].files, loose[1].files, (str(places[0]), str(places[1])))
        if pairs.items:
            color = next(one for one in loose if pairs.items[0].color in one.origins)
            told.append((color, pairs.items))
            notes.extend(pairs.notes)
            sets = [one for one in sets if one not in loose]
    for one in sets:
        found = told_apart(one.files, str(one.path))
        notes.extend(found.notes)
        if found.alone:
            notes.append(f"left out: {first_of(found.alone)} line drawings without a colour picture")
        told.append((one, found.items))
    return told


def _manifest(path: Path, marks: "hashlib.blake2b") -> dict[str, Row]:
    if not path.is_file():
        return {}
    marks.update(path.read_bytes())
    with path.open(newline="", encoding="utf-8-sig", errors="replace") as file:
        rows = [
            {name: text for name, text in row.items() if name and isinstance(text, str)}
            for row in csv.DictReader(file)
        ]
    return {row["path"].removeprefix("./"): row for row in rows if "path" in row}


def _key(name: str, home: str) -> str:
    *folders, last = [part for part in name.split("/") if part not in ("", ".", "..")]
    stem = last.rpartition(".")[0].removesuffix(".color") or last
    return "/".join([*(folders or filter(None, [home])), stem.replace(".", "_")])


def _free(key: str, taken: set[str]) -> str:
    free, count = key, 1
    while free in taken:
        count += 1
        free = f"{key}-{count}"
    taken.add(free)
    return free
