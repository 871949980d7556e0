"""How sure a mean is: percentile bootstrap over pictures (Efron & Tibshirani 1993, chapter 13)."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
Interval = tuple[float, float, float]
"""A mean and the ends of its 95 % interval; NaN where there are too few values to tell."""

DRAWS = 10_000
_ENDS = (2.5, 97.5)
_AT_ONCE = 1_000_000  # counts that are drawn together
_KEPT = 10_000_000  # counts that are kept for the next call, at most


def mean_interval(values: Sequence[float] | Floats, seed: int = 0, draws: int = DRAWS) -> Interval:
    """The mean of `values` and its 95 % interval. No value: three NaN; one value: no interval."""
    sample = np.asarray(values, dtype=np.float64)
    if sample.size == 0:
        return (np.nan, np.nan, np.nan)
    mean = float(sample.mean())
    if sample.size == 1:
        return (mean, np.nan, np.nan)
    away = (sample - mean).astype(np.float32)
    means = np.concatenate([counts @ away for counts in _resamples(sample.size, seed, draws)])
    low, high = np.percentile(means, _ENDS) / sample.size
    return (mean, mean + float(low), mean + float(high))


def paired_difference(
    a: Mapping[str, float], b: Mapping[str, float], seed: int = 0, draws: int = DRAWS
) -> Interval:
    """The mean of a - b over the pictures that both hold, and its 95 % interval.

    Pairing takes out what makes a picture hard for everyone, so the interval is narrower than that of two
    separate samples.
    """
    both = [name for name in a if name in b]
    return mean_interval([a[name] - b[name] for name in both], seed, draws)


def _resamples(size: int, seed: int, draws: int) -> Iterator[Floats] | tuple[Floats, ...]:
    """How often each of `size` values is drawn, draws×size in parts; equal calls give equal counts."""
    return _kept(size, seed, draws) if size * draws <= _KEPT else _made(size, seed, draws)


def _made(size: int, seed: int, draws: int) -> Iterator[Floats]:
    random = np.random.default_rng((seed, size))
    rows = max(1, min(draws, _AT_ONCE // size))
    for first in range(0, draws, rows):
        count = min(rows, draws - first)
        drawn = random.integers(size, size=(count, size)) + np.arange(count)[:, None] * size
        yield np.bincount(drawn.ravel(), minlength=count * size).reshape(count, size).astype(np.float32)


@lru_cache(maxsize=2)
def _kept(size: int, seed: int, draws: int) -> tuple[Floats, ...]:
    return tuple(_made(size, seed, draws))
