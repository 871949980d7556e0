"""The drawings that names, folders and patterns stand for.

Patterns are those that no shell resolved: where a part of one is there by its very name, that is meant.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from attnpaint.decoding.suffixes import READABLE
from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.images import SUFFIXES
from attnpaint.jobs.names import PIPE, hidden, in_order, pictures_in, there
from attnpaint.jobs.pairs_file import Row

_MAGIC = re.compile(r"[*?[]")
_ANY_FOLDERS = "**"
_OURS = re.compile(r"\.colored(\.\d+)?$")  # how the stem of what we wrote beside a drawing ends


def is_one(sketch: Path) -> bool:
    """Whether it names one drawing, be it there or not, or standard input: no folder and no pattern."""
    return not sketch.is_dir() if there(sketch) else not is_pattern(sketch)


def find_drawings(sketches: Sequence[Path], recursive: bool, output: Path | None) -> list[Row]:
    """The drawings, each once, and where they lie below the folder or pattern that they were found by."""
    if not sketches:
        raise UsageError("there is nothing to paint", "give drawings, folders or patterns, or a CSV of pairs")
    if list(sketches) == [PIPE]:
        return [Row(PIPE, PIPE)]
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
