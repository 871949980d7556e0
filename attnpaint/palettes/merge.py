"""Many weighted colours to few, and the colours of any palette file as four bands of four."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from attnpaint.colour import Space, from_rgb
from attnpaint.errors import AttnpaintError
from attnpaint.extract import Histogram
from attnpaint.palettes.swatch import BANDS, RANKS, Swatch, from_bands, from_named

MOST = 256  # colours that are joined one by one: the four of 64 references
ALIKE = 2.3  # ΔE in Lab that is just seen (Mahy et al. 1994)


def merge(
    colors: npt.NDArray[np.uint8], weights: npt.NDArray[np.float32], most: int, alike: float = 0.0
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32]]:
    """(n, 3) RGB and (n,) weights over 0 → at most `most` of these colours, in their order; weights add up.

    The two groups whose union costs least are joined (Ward 1963, in Lab) until few enough are left and none
    lie within ΔE `alike`. A group is shown by its member nearest to its weighted mean.
    """
    colors, weights = _thinned(colors, weights)
    places = from_rgb(colors.astype(np.float32), Space.lab).astype(np.float64)
    means, masses = places.copy(), weights.astype(np.float64)
    group = np.arange(len(colors))
    left = np.ones(len(colors), bool)
    far = np.linalg.norm(means[:, None] - means, axis=2)
    np.fill_diagonal(far, np.inf)
    while left.sum() > 1:
        cost = far**2 / (1 / masses[:, None] + 1 / masses)
        if left.sum() <= most:
            cost[far > alike] = np.inf
        one, other = sorted(int(i) for i in np.unravel_index(cost.argmin(), cost.shape))
        if not np.isfinite(cost[one, other]):
            break
        means[one] = np.average(means[[one, other]], axis=0, weights=masses[[one, other]])
        masses[one] += masses[other]
        group[group == other] = one
        left[other] = False
        far[other] = far[:, other] = np.inf
        far[one] = far[:, one] = np.where(left, np.linalg.norm(means - means[one], axis=1), np.inf)
        far[one, one] = np.inf
    kept = np.flatnonzero(left)
    shown = [_nearest(places, np.flatnonzero(group == one), means[one]) for one in kept]
    return colors[shown], masses[kept].astype(np.float32)


def _thinned(
    colors: npt.NDArray[np.uint8], weights: npt.NDArray[np.float32]
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32]]:
    """At most MOST colours: what shares a cell of RGB becomes its heaviest colour, in the order of the first.

    Joining costs the square of their number and more, so many references are brought to this many first.
    Equal colours become one, then those in cells of 2³, 4³ … levels.
    """
    shift = 0
    while len(colors) > MOST:
        cells = (colors >> shift).astype(np.int64) @ np.array([1 << 16, 1 << 8, 1])
        order = np.lexsort((np.arange(len(cells)), -weights.astype(np.float64), cells))
        starts = np.flatnonzero(np.r_[True, np.diff(cells[order]) > 0])
        sums = np.add.reduceat(weights[order].astype(np.float64), starts)
        first = np.minimum.reduceat(order, starts)
        turn = np.argsort(first)
        colors, weights = colors[order[starts]][turn], sums[turn].astype(np.float32)
        shift += 1
    return colors, weights


def _nearest(
    places: npt.NDArray[np.float64], members: npt.NDArray[np.int_], mean: npt.NDArray[np.float64]
) -> int:
    return int(members[np.linalg.norm(places[members] - mean, axis=1).round(6).argmin()])


MOST_COLORS = 256  # colours of a palette


def spread(swatches: Sequence[Swatch], name: str) -> Histogram:
    """A histogram from 1 to 256 colours in their order; `name` is the palette's in an error.

    Named as `named` does: as they were, with their weights. Sixteen without such names: four rows of four,
    top to bottom, of equal weights; a colour that follows itself counts once. Else places are unknown:
    - up to 4 different colours: all of them in every band, of equal weights;
    - 5 to 16: dealt round and round, four to each band, of equal weights;
    - more: merged into 16 of them, which weigh as many as they stand for; the bands take turns.
    Raises AttnpaintError where there are none or more than 256.
    """
    if not swatches:
        raise AttnpaintError(f"{name} holds no colours", "give a palette of 1 to 256 colours")
    if len(swatches) > MOST_COLORS:
        problem = f"{name} holds {len(swatches)} colours, more than a palette of {MOST_COLORS}"
        raise AttnpaintError(problem, "keep those that you want")
    found = from_named(swatches)
    if found:
        return found
    listed = [swatch.color for swatch in swatches]
    if len(listed) == BANDS * RANKS:
        rows = [listed[i : i + RANKS] for i in range(0, len(listed), RANKS)]
        return from_bands([[(color, 1.0) for color in _apart(row)] for row in rows])
    different = list(dict.fromkeys(listed))
    if len(different) <= RANKS:
        return from_bands([[(color, 1.0) for color in different]] * BANDS)
    if len(different) <= BANDS * RANKS:
        dealt = [
            [different[(band * RANKS + i) % len(different)] for i in range(RANKS)] for band in range(BANDS)
        ]
        return from_bands([[(color, 1.0) for color in band] for band in dealt])
    equal = np.ones(len(different), np.float32)
    colors, weights = merge(np.array(different, np.uint8), equal, BANDS * RANKS)
    pairs = list(zip(colors.tolist(), weights.tolist(), strict=True))
    return from_bands([pairs[band::BANDS] for band in range(BANDS)])


def _apart(row: Sequence[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """The row without colours that repeat the one before."""
    return [color for i, color in enumerate(row) if i == 0 or color != row[i - 1]]
