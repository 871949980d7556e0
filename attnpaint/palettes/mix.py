"""One palette from several references: some give whole bands, the others are mixed."""

import math
from collections.abc import Sequence

import numpy as np

from attnpaint.errors import UsageError
from attnpaint.extract import Histogram
from attnpaint.extract.histogram import check_shape
from attnpaint.palettes.merge import ALIKE, merge
from attnpaint.palettes.swatch import BANDS, RANKS, from_bands

Part = tuple[Histogram, Sequence[int] | None, float]


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


def _listed(numbers: Sequence[int]) -> str:
    return f"{', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"
