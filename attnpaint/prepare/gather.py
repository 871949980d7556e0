"""The pictures of folders and shards, each under a key of its own, in a fixed shuffle."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from attnpaint.data.layouts import Blob, Item, first_of
from attnpaint.data.sources import MANIFEST as MANIFEST
from attnpaint.data.sources import Place, by_place, manifest_rows, paired
from attnpaint.decoding.suffixes import left_out
from attnpaint.errors import UsageError
from attnpaint.extract.batch.sources import (
    SHARD,
    Failure,
    Source,
    cannot_read,
    find_sources,
    no_pictures,
    printable,
)

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
    manifest.csv says, by key; notes: what else to say; digest: equal for equal files with equal times."""

    entries: list[Entry] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    rows: dict[str, Row] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    digest: str = ""


def gather(places: Sequence[Path], out: Path) -> Gathered:
    """All pictures below `places`, leaving out what lies in `out`, and what could not be looked through.

    AttnpaintError: a place is missing, or there is no picture; UsageError: `out` is one of the places.
    """
    if out.resolve() in [place.resolve() for place in places]:
        raise UsageError(f"{out} is the folder of the pictures", "give another one to write to")
    found, taken = Gathered(), set[str]()
    hashed = hashlib.blake2b(digest_size=16)
    left = Counter[str]()
    sets = [one for place in places for one in by_place(place, _sources(place, out, found, hashed, left))]
    if left:
        found.notes.append(left_out(left))
    for one, items in _told(places, sets, found.notes):
        home = (one.path if one.path.is_dir() else one.path.parent).resolve()
        rows = _manifest(home / MANIFEST, hashed)
        origins = {blob: _origin(name, blob) for name, blob in one.files.items()}
        for item in sorted(items, key=lambda item: item.name):
            key = _free(_key(item.name, home.name), taken)
            found.entries.append(Entry(key, origins[item.color], item))
            if row := rows.get(item.name):
                found.rows[key] = row
    if not found.entries and not found.failures:
        raise no_pictures(", ".join(map(str, places)))
    found.entries.sort(key=lambda entry: hashlib.blake2b(entry.key.encode(), digest_size=8).digest())
    found.digest = hashed.hexdigest()
    return found


def _sources(
    place: Path, out: Path, found: Gathered, hashed: "hashlib.blake2b", left: Counter[str]
) -> Iterator[Source]:
    """The pictures below a place, looked up; failures go to `found`, and both to the digest."""
    for source in find_sources([place], out, left=left):
        try:
            known = source if isinstance(source, Failure) else source.looked_up()
        except OSError as error:
            known = cannot_read(source.path, error)
        if isinstance(known, Failure):
            hashed.update(known.line().encode())
            found.failures.append(known)
            continue
        hashed.update(f"{place}\0{known.name}\0{known.offset}\0{known.size}\0{known.mtime_ns}\n".encode())
        yield known


def _origin(name: str, blob: Blob) -> str:
    path = Path(blob.path)
    return printable(f"{path.as_posix()}/{name}" if path.suffix.lower() == SHARD else path.as_posix())


def _told(places: Sequence[Path], sets: list[Place], notes: list[str]) -> list[tuple[Place, list[Item]]]:
    """The pictures of each set; two folders that are twins, together."""
    told: list[tuple[Place, list[Item]]] = []
    pairs, alone = paired(places, sets)
    if pairs.items:
        color = next(one for one in sets if pairs.items[0].color in one.files.values())
        told.append((color, pairs.items))
        notes.extend(pairs.notes)
    for one in alone:
        found = one.told()
        notes.extend(found.notes)
        if found.alone:
            notes.append(f"left out: {first_of(found.alone)} line drawings without a colour picture")
        told.append((one, found.items))
    return told


def _manifest(path: Path, hashed: "hashlib.blake2b") -> dict[str, Row]:
    if not path.is_file():
        return {}
    hashed.update(path.read_bytes())
    return dict(manifest_rows(path))


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
