"""Pictures in folders, by patterns, and by the name of another; the drawings that are meant.

Patterns are those that no shell resolved: where a part of one is there by its very name, that is meant.
"""

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from attnpaint.decoding.suffixes import READABLE
from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.files import there
from attnpaint.images import SUFFIXES

PIPE = Path("-")  # standard input, or standard output
_NAMED = 3  # files that a message names
_MAGIC = re.compile(r"[*?[]")
_ANY_FOLDERS = "**"
_OURS = re.compile(r"\.colored(\.\d+)?$")  # how the stem of what we wrote beside a drawing ends


@dataclass(frozen=True)
class Row:
    """One drawing and what is said of it. place: its path in a mirrored tree."""

    drawing: Path
    place: Path
    references: tuple[str, ...] = ()
    hints: Path | None = None
    output: Path | None = None


def find_drawings(sketches: Sequence[Path], recursive: bool, output: Path | None) -> list[Row]:
    """The drawings, each once, and where they lie below the folder or pattern that they were found by."""
    if not sketches:
        raise UsageError("there is nothing to paint", "give drawings, folders or patterns, or a CSV of pairs")
    found: dict[Path, Row] = {}
    named = set[Path]()
    for sketch in sketches:
        if not there(sketch):
            if not is_pattern(sketch):
                raise AttnpaintError(f"{sketch} does not exist", "give the path of a picture")
            several = _by_pattern(sketch, output)
        elif sketch.is_dir():
            several = _in_folder(sketch, recursive, output)
        else:
            several = [Row(sketch, Path(sketch.name))]
            named.add(sketch.resolve())
        for one in several:
            found.setdefault(one.drawing.resolve(), one)
    stems = {path.with_suffix("") for path in found}
    return [  # a shell's *.png also names what an earlier run wrote beside the drawings
        one
        for path, one in found.items()
        if path not in named
        or not _OURS.search(path.stem)
        or path.with_name(_OURS.sub("", path.stem)) not in stems
    ]


def _in_folder(folder: Path, recursive: bool, output: Path | None) -> list[Row]:
    every = pictures_in(folder, recursive)
    drawings = [path for path in every if not _made(path, folder, output)]
    if not drawings:
        what = "no drawings, only what was painted" if every else "no pictures"
        deeper = not recursive and any(path.is_dir() for path in folder.iterdir())
        more = "add --recursive for the folders in it" if deeper else f"put some there ({' '.join(SUFFIXES)})"
        raise AttnpaintError(f"{folder} holds {what}", more)
    return [Row(path, path.relative_to(folder)) for path in drawings]


def _by_pattern(pattern: Path, output: Path | None) -> list[Row]:
    base, _ = split_pattern(pattern)
    suffixes = {*READABLE, pattern.suffix.lower()} - {""}
    found = matches(pattern)
    pictures = [path for path in found if path.suffix.lower() in suffixes and not hidden(path, base)]
    pictures = sorted(filter(Path.is_file, pictures), key=in_order)
    drawings = [path for path in pictures if not _made(path, base, output)]
    if not drawings:
        raise AttnpaintError(f"{pattern} matches no drawings", "check the pattern; ** stands for any folders")
    return [Row(path, path.relative_to(base)) for path in drawings]


def _made(path: Path, base: Path, output: Path | None) -> bool:
    """Whether we painted it: beside a drawing, or into an output folder below `base`."""
    if _OURS.search(path.stem):
        return True
    if not output:
        return False
    home, target = base.resolve(), output.resolve()
    return home in target.parents and target in (home / path.relative_to(base)).parents


def is_pattern(path: Path) -> bool:
    """Whether a path that is not there is a pattern: with * or ?, or with brackets that match something."""
    _, rest = split_pattern(path)
    return any(re.search("[*?]", part) for part in rest) or (
        any(map(_MAGIC.search, rest)) and bool(matches(path))
    )


def split_pattern(pattern: Path) -> tuple[Path, tuple[str, ...]]:
    """The folder that a pattern begins with, as far as it is there or is no pattern, and the parts below."""
    base, parts = Path(pattern.anchor), pattern.parts[bool(pattern.anchor) :]
    for i, part in enumerate(parts):
        if _MAGIC.search(part) and not there(base / part):
            return base, parts[i:]
        base = base / part
    return base, ()


def matches(pattern: Path) -> list[Path]:
    """The paths that it stands for, each once. AttnpaintError where ** does not stand alone."""
    base, rest = split_pattern(pattern)
    if any(_ANY_FOLDERS in part and part != _ANY_FOLDERS for part in rest):
        raise AttnpaintError(f"{pattern} is no pattern", "** must stand alone between two slashes")
    return list(dict.fromkeys(_below(base, rest)))


def _below(base: Path, parts: tuple[str, ...]) -> Iterator[Path]:
    if not parts:
        yield base
        return
    first, *rest = parts
    if not _MAGIC.search(first) or there(base / first):
        found = [base / first] if there(base / first) else []
    else:
        found = sorted(base.glob(first))
    if first == _ANY_FOLDERS:
        found = [path for path in found if path.is_dir()]
    for path in found:
        if not rest or path.is_dir():
            yield from _below(path, tuple(rest))


def pictures_in(folder: Path, recursive: bool) -> list[Path]:
    """The pictures in a folder, in natural order, hidden ones left out; [] where there are none."""
    if not os.access(folder, os.R_OK | os.X_OK):
        raise AttnpaintError(f"the folder {folder} cannot be read", "check that you may read it")
    found = (
        path
        for path in (folder.rglob("*") if recursive else folder.glob("*"))
        if path.suffix.lower() in READABLE and not hidden(path, folder) and path.is_file()
    )
    return sorted(found, key=in_order)


def hidden(path: Path, folder: Path) -> bool:
    """Whether it, or a folder that it lies in below `folder`, begins with a dot."""
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def in_order(path: Path) -> list[list[str | int]]:
    """A key to sort by: frame2 before frame10."""
    return [[int(run) if i % 2 else run for i, run in enumerate(re.split(r"(\d+)", p))] for p in path.parts]


class Names:
    """The pictures below a folder, to be found by the path of a partner, or else by its name, both without
    suffix.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.by_path: dict[str, list[Path]] = {}
        self.by_stem: dict[str, list[Path]] = {}
        every = pictures_in(folder, recursive=True)
        if not every:
            raise AttnpaintError(f"{folder} holds no pictures", f"put some there ({' '.join(SUFFIXES)})")
        for path in every:
            self.by_path.setdefault(_plain(path.relative_to(folder).with_suffix("")), []).append(path)
            self.by_stem.setdefault(_plain(Path(path.stem)), []).append(path)

    def find(self, place: Path) -> Path | None:
        """The partner of a picture whose relative path is `place`; AttnpaintError where there are several."""
        found = self.by_path.get(_plain(place.with_suffix(""))) or self.by_stem.get(
            _plain(Path(place.stem)), []
        )
        if len(found) > 1:
            problem = f"{self.folder} holds {place.stem} {len(found)} times ({first_of(found)})"
            raise AttnpaintError(problem, f"keep the one that is meant for {place}")
        return found[0] if found else None


def first_of(things: Iterable[object]) -> str:
    """The first few, and how many more there are."""
    told = [str(thing) for thing in things]
    more = f" and {len(told) - _NAMED} more" if len(told) > _NAMED else ""
    return ", ".join(told[:_NAMED]) + more


def spoken(count: int, word: str) -> str:
    """`1 picture`, `2 pictures`."""
    return f"{count} {word}{'' if count == 1 else 's'}"


def _plain(path: Path) -> str:
    """Accents are written in two ways, and file systems differ in which."""
    return unicodedata.normalize("NFC", path.as_posix())
