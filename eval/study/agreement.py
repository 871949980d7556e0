"""How far raters agree: Krippendorff's alpha."""

from collections.abc import Iterable, Sequence
from typing import Literal

import numpy as np

Level = Literal["nominal", "ordinal", "interval"]


def krippendorff_alpha(units: Iterable[Sequence[float]], level: Level = "interval") -> float:
    """1 where raters agree, 0 where they might as well have rolled dice, NaN where nothing can be told.

    units: for each thing rated, the ratings it got, of any number of raters; one alone tells nothing.
    Source: Krippendorff, Computing Krippendorff's Alpha-Reliability, 2011, section E.
    """
    rated = [np.asarray(unit, dtype=np.float64) for unit in units if len(unit) > 1]
    if not rated:
        return float("nan")
    values = np.unique(np.concatenate(rated))
    together = np.zeros((len(values), len(values)))  # coincidences of two values in a unit
    for unit in rated:
        counts = (unit[:, None] == values).sum(axis=0)
        together += (np.outer(counts, counts) - np.diag(counts)) / (len(unit) - 1)
    totals = together.sum(axis=0)
    place = values if level == "interval" else np.cumsum(totals) - totals / 2  # mid-ranks
    apart = (place[:, None] - place) ** 2 if level != "nominal" else 1 - np.eye(len(values))
    expected = (np.outer(totals, totals) * apart).sum() / (totals.sum() - 1)
    return float(1 - (together * apart).sum() / expected) if expected else float("nan")
