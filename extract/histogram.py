"""The histogram of a reference: the four colours that stand for each of its four bands, heaviest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from attnpaint.errors import AttnpaintError
from attnpaint.extract.bands import BANDS, ColorCounts, band_edges, count_bands
from attnpaint.extract.kmeans import cluster

RANKS = 4
STARTS = 8
AncestorJson = dict[str, dict[str, list[int]]]


@dataclass(frozen=True, eq=False)
class Histogram:
    """colors (4 bands, 4 ranks, RGB) uint8; weights (4, 4) float32, each band summing to 1, heaviest first.

    A band of fewer than four colours repeats its last one with weight 0.
    """

    colors: npt.NDArray[np.uint8]
    weights: npt.NDArray[np.float32]

    def images(self, height: int, width: int) -> npt.NDArray[np.uint8]:
        """The histogram images (4, height, width, 3): image i is each band filled with its rank-i colour."""
        rows = np.repeat(self.colors.swapaxes(0, 1), np.diff(band_edges(height)), axis=1)  # rank H 3
        return np.repeat(rows[:, :, None], width, axis=2)

    def to_json(self) -> AncestorJson:
        """AttentionedDeepPaint's layout, band → rank → RGB, both counted from "1"; it has no weights."""
        return {
            str(band): {str(rank): color.tolist() for rank, color in enumerate(colors, 1)}
            for band, colors in enumerate(self.colors, 1)
        }

    @classmethod
    def from_json(cls, layout: Mapping[str, Mapping[str, Sequence[int]]]) -> "Histogram":
        """Read `to_json`'s layout; a band's distinct colours get equal weights."""
        ranks = range(1, RANKS + 1)
        try:
            rows = [[layout[str(band)][str(rank)] for rank in ranks] for band in range(1, BANDS + 1)]
            colors = np.array(rows, dtype=np.uint8).reshape(BANDS, RANKS, 3)
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            problem = "this is not a histogram of four bands with four RGB colours each"
            raise AttnpaintError(problem, 'give {"1": {"1": [r, g, b], … "4": …}, … "4": …}') from error
        fresh = np.ones((BANDS, RANKS), dtype=np.float32)
        fresh[:, 1:] = (colors[:, 1:] != colors[:, :-1]).any(axis=2)
        return cls(colors, fresh / fresh.sum(axis=1, keepdims=True))


def measure(picture: npt.NDArray[np.uint8], seed: int = 0, starts: int = STARTS) -> Histogram:
    """The histogram of a uint8 H×W×3 or H×W×4 picture by k-means in RGB; equal input gives equal output.

    Pixels with alpha under 128 do not count. A band without a counted pixel takes after the nearest one that
    has some, the upper of two; a picture without any is white. Fewer `starts`: faster, a little less exact.
    """
    bands = count_bands(picture)
    counted = [i for i, band in enumerate(bands) if len(band.counts)]
    if not counted:
        white = np.full((BANDS, RANKS, 3), 255, dtype=np.uint8)
        return Histogram(white, np.eye(1, RANKS, dtype=np.float32).repeat(BANDS, axis=0))
    found = cluster(*_padded([bands[i] for i in counted]), RANKS, starts, seed)
    colors, weights = _ranked(found.centres.round().clip(0, 255).astype(np.uint8), found.shares)
    like = [min(range(len(counted)), key=lambda j: abs(counted[j] - band)) for band in range(BANDS)]
    return Histogram(colors[like], weights[like])


def _padded(bands: list[ColorCounts]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    length = max(len(band.counts) for band in bands)
    short = [length - len(band.counts) for band in bands]
    colors = [np.pad(band.colors, ((0, n), (0, 0)), "edge") for band, n in zip(bands, short, strict=True)]
    counts = [np.pad(band.counts, (0, n)) for band, n in zip(bands, short, strict=True)]
    return np.stack(colors), np.stack(counts)


def _ranked(
    colors: npt.NDArray[np.uint8], shares: npt.NDArray[np.float32]
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32]]:
    """Heaviest first, equals by their RGB; what has no share repeats the last colour that has one."""
    order = np.lexsort((*np.moveaxis(colors, 2, 0)[::-1], -shares), axis=1)
    last = np.count_nonzero(shares, axis=1)[:, None] - 1
    source = np.take_along_axis(order, np.minimum(np.arange(RANKS), last), axis=1)
    return np.take_along_axis(colors, source[..., None], axis=1), np.take_along_axis(shares, order, axis=1)
