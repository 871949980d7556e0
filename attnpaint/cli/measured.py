"""Palettes of references, measured: each file once, several at a time, with progress where there are many."""

import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from attnpaint.cli.checks import tell_if_transparent
from attnpaint.cli.streams import tell

if TYPE_CHECKING:
    from attnpaint.extract import Histogram
    from attnpaint.images import Picture

KEPT = 10_000  # palettes of files, a few hundred bytes each
FEW = 4  # files that are measured one after the other
AT_ONCE = 4  # pictures in memory at most: one may be of a hundred megapixels

Read = tuple["Histogram", "Picture | None", Sequence[str]]


class Measured:
    """The palettes of files; what was measured is kept. AttnpaintError for the first that cannot be read."""

    def __init__(self) -> None:
        self._known: dict[Path, Histogram] = {}

    def of(self, paths: Sequence[Path]) -> "dict[Path, Histogram]":
        """Of each file; what is odd about a picture is told on stderr, in their order."""
        new = [path for path in dict.fromkeys(paths) if path not in self._known]
        found = {path: self._known[path] for path in paths if path in self._known}
        for path, histogram in _measured(new):
            found[path] = histogram
            if len(self._known) >= KEPT:
                del self._known[next(iter(self._known))]
            self._known[path] = histogram
        return found


def read_reference(path: Path) -> "Picture":
    """A picture, or standard input for `-`. On stderr: what is odd about it."""
    picture, notes = _read(path)
    _tell(path, picture, notes)
    return picture


def _measured(paths: Sequence[Path]) -> "Iterator[tuple[Path, Histogram]]":
    if len(paths) <= FEW:
        for path in paths:
            yield path, _told(path, _palette(path))
        return
    from attnpaint.cli.progress import counting
    from attnpaint.cores import usable_cores

    at_once = min(usable_cores(), AT_ONCE)
    with ThreadPoolExecutor(at_once) as pool, counting("measuring references") as progress:
        waiting = iter(paths)
        begun = [(path, pool.submit(_palette, path)) for path in islice(waiting, at_once)]
        done = 0
        try:
            while begun:
                path, future = begun.pop(0)
                yield path, _told(path, future.result())
                done += 1
                progress(done, len(paths))
                begun += [(path, pool.submit(_palette, path)) for path in islice(waiting, 1)]
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _palette(path: Path) -> Read:
    from attnpaint.palettes.files import READABLE, read_palette

    if path.suffix.lower() in READABLE:
        return read_palette(path), None, ()
    from attnpaint.extract import measure

    picture, notes = _read(path)
    return measure(picture), picture, notes


def _read(path: Path) -> "tuple[Picture, Sequence[str]]":
    from attnpaint.images import read_noted
    from attnpaint.palettes.files import check_readable, is_foreign

    if is_foreign(path):
        check_readable(path)
    return read_noted(sys.stdin.buffer if str(path) == "-" else path)


def _told(path: Path, read: Read) -> "Histogram":
    histogram, picture, notes = read
    if picture is not None:
        _tell(path, picture, notes)
    return histogram


def _tell(path: Path, picture: "Picture", notes: Sequence[str]) -> None:
    for note in notes:
        tell(f"{path}: {note}")
    tell_if_transparent(path, picture)
