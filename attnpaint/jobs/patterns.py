"""Patterns that no shell resolved: where a part of one is there by its very name, that is meant."""

import re
from collections.abc import Iterator
from pathlib import Path

from attnpaint.errors import AttnpaintError
from attnpaint.jobs.names import there

_MAGIC = re.compile(r"[*?[]")
_ANY_FOLDERS = "**"


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
