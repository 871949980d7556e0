"""One palette from several references: some give whole bands, the others are mixed."""

import math
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from attnpaint.errors import UsageError
from attnpaint.extract import Histogram
from attnpaint.palettes.merge import ALIKE, merge
from attnpaint.palettes.swatch import BANDS, RANKS, check_shape, from_bands

Part = tuple[Histogram, Sequence[int] | None, float]

_FORM = re.compile(r"(?P<path>.+?)(?:@(?P<bands>[0-9][0-9,-]*))?(?:\*(?P<weight>[0-9.]+))?", re.DOTALL)
_REMEDY = "write PATH@1, PATH@3-4 or PATH@1,3"


@dataclass(frozen=True)
class Reference:
    """A picture or palette file, the bands (1 is the top) that it gives whole, or its weight in a mixture."""

    path: Path
    bands: tuple[int, ...] | None = None
    weight: float = 1.0


def parse_reference(text: str) -> Reference:
    """Read PATH, PATH@BANDS (@1, @3-4, @1,3) or PATH*WEIGHT (*0.3).

    A file that exists by the whole text, or by all of it but *WEIGHT, is meant as it is, @ and * included.
    Raises UsageError: a band or weight that cannot be, or both at once, as a band comes whole.
    """
    if _exists(text):
        return Reference(Path(text))
    found = _FORM.fullmatch(text)
    if not found:
        raise UsageError("a reference has no name", "give the path of a picture or palette")
    path, bands, weight = found["path"], found["bands"], found["weight"]
    if weight is not None and bands is not None and _exists(f"{path}@{bands}"):
        path, bands = f"{path}@{bands}", None
    if bands is None and weight is None:
        _refuse_odd(text)
    if bands is not None and weight is not None:
        raise UsageError(f"{text} has bands and a weight", "leave out one: a band is taken whole")
    return Reference(
        Path(path),
        _bands(bands, text) if bands is not None else None,
        _weight(weight, text) if weight is not None else 1.0,
    )


def gather(parts: Sequence[Part]) -> Histogram:
    """One palette from (histogram, bands, weight) each.

    A part with bands (from 1) gives these, whole. The other bands are mixed from the parts without: each
    colour weighs as in its part times the part's weight; colours hardly seen apart are joined, then those
    whose union costs least (see `merge`), until four are left, each a colour of some part. A single part
    without bands is taken as it is. The ground is the first that is known, of parts without bands before
    others.
    Raises UsageError: no such band, one given twice or by nobody, or nothing left for a part without bands.
    """
    giver: dict[int, Histogram] = {}
    mixed: list[tuple[Histogram, float]] = []
    for histogram, bands, weight in parts:
        check_shape(histogram)
        if bands is None:
            if not 0 < weight < math.inf:
                raise UsageError(f"a reference cannot weigh {weight}", "give a number over 0")
            mixed.append((histogram, weight))
        for band in bands or ():
            if not 1 <= band <= BANDS:
                raise UsageError(f"there is no band {band}", f"the bands are 1 (top) to {BANDS} (bottom)")
            if band in giver:
                raise UsageError(f"band {band} is given by two references", "leave it to one of them")
            giver[band] = histogram
    free = [band for band in range(1, BANDS + 1) if band not in giver]
    if free and not mixed:
        which = f"bands {_listed(free)}" if len(free) > 1 else f"band {free[0]}"
        raise UsageError(f"no reference gives {which}", "add a reference without @, for what is left")
    if mixed and not free:
        raise UsageError(
            "every band is given, so a reference without @ has no use", "leave it out, or give fewer bands"
        )
    colors = np.empty((BANDS, RANKS, 3), np.uint8)
    weights = np.empty((BANDS, RANKS), np.float32)
    for band in range(1, BANDS + 1):
        source = giver[band] if band in giver else _mixed(mixed, band - 1)
        colors[band - 1], weights[band - 1] = source.colors[band - 1], source.weights[band - 1]
    grounds = [one.ground for one in (*(histogram for histogram, _ in mixed), *giver.values()) if one.ground]
    return Histogram(colors, weights, grounds[0] if grounds else None)


def _mixed(parts: Sequence[tuple[Histogram, float]], band: int) -> Histogram:
    """A histogram whose `band` is mixed from that of each part."""
    if len(parts) == 1:
        return parts[0][0]
    heaviest = max(weight for _, weight in parts)
    colors = np.concatenate([histogram.colors[band] for histogram, _ in parts])
    shares = np.concatenate(
        [histogram.weights[band] * np.float32(weight / heaviest) for histogram, weight in parts]
    )
    kept = shares > 0
    few, held = merge(colors[kept], shares[kept], RANKS, ALIKE)
    pairs = list(zip(few.tolist(), held.tolist(), strict=True))
    return from_bands([pairs] * BANDS)


def _bands(text: str, whole: str) -> tuple[int, ...]:
    bands: list[int] = []
    for part in text.split(","):
        ends = part.split("-")
        if len(ends) > 2 or not all(ends) or len(part) > 20 or int(ends[0]) > int(ends[-1]):
            raise UsageError(f"{whole} names no bands", _REMEDY)
        first, last = int(ends[0]), int(ends[-1])
        for wrong in (first, last):
            if not 1 <= wrong <= BANDS:
                raise UsageError(
                    f"{whole}: there is no band {wrong}", f"the bands are 1 (top) to {BANDS} (bottom)"
                )
        bands += range(first, last + 1)
    if len(set(bands)) < len(bands):
        raise UsageError(f"{whole} names a band twice", _REMEDY)
    return tuple(bands)


def _weight(text: str, whole: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        weight = 0.0
    if not 0 < weight < math.inf:
        raise UsageError(f"{whole} has no weight that can be used", "write a number over 0, as in PATH*0.3")
    return weight


def _exists(path: str) -> bool:
    return os.access(path, os.F_OK)  # no error where a name is too long to exist


def _refuse_odd(text: str) -> None:
    """UsageError where only what follows the last @ or * keeps it from being a file that exists."""
    for mark, remedy in (("@", _REMEDY), ("*", "write a number over 0, as in PATH*0.3")):
        path, found, odd = text.rpartition(mark)
        if found and path and Path(path).is_file():
            raise UsageError(f"{text}: {odd!r} is no {'band' if mark == '@' else 'weight'}", remedy)


def _listed(numbers: Sequence[int]) -> str:
    return f"{', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"
