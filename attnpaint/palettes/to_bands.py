"""The colours of any palette file as four bands of four: what is known of their places is kept."""

from collections.abc import Sequence

import numpy as np

from attnpaint.errors import AttnpaintError
from attnpaint.extract import Histogram
from attnpaint.palettes.merge import merge
from attnpaint.palettes.swatch import BANDS, RANKS, Swatch, from_bands, from_named

MOST = 256  # colours of a palette


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
    if len(swatches) > MOST:
        problem = f"{name} holds {len(swatches)} colours, more than a palette of {MOST}"
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
