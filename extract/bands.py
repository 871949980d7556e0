"""A picture as four horizontal bands, and each band as the colours that it holds with their counts."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

BANDS = 4
OPAQUE = 128
"""Pixels with less alpha than this do not count."""
MOST_COLORS = 1024
"""A band with more distinct colours than this is measured on the mean colours of a 32×32×32 grid."""


@dataclass(frozen=True)
class ColorCounts:
    """Colours (n, 3) float32 in [0, 255] and the pixels that each stands for, (n,) float32; n may be 0."""

    colors: npt.NDArray[np.float32]
    counts: npt.NDArray[np.float32]


def band_edges(height: int) -> list[int]:
    """The five rows at which bands begin and end: round(i·height/4)."""
    return [round(band * height / BANDS) for band in range(BANDS + 1)]


def count_bands(picture: npt.NDArray[np.uint8]) -> list[ColorCounts]:
    """The counted colours of each band of an H×W×3 or H×W×4 picture, top to bottom, each band's sorted."""
    edges = band_edges(picture.shape[0])
    coded = np.empty((*picture.shape[:2], 4), dtype=np.uint8)  # R G B band, one little-endian integer
    coded[..., :3] = picture[..., :3]
    coded[..., 3] = np.repeat(np.arange(BANDS), np.diff(edges))[:, None]
    codes = coded.view("<u4")[..., 0]
    if picture.shape[2] == 4:
        codes = codes[picture[..., 3] >= OPAQUE]
    seen, counts = np.unique(codes, return_counts=True)
    bounds = np.searchsorted(seen, np.arange(1, BANDS) << 24)
    colors = seen.view(np.uint8).reshape(-1, 4)[:, :3]
    return [_thin(*band) for band in zip(np.split(colors, bounds), np.split(counts, bounds), strict=True)]


def _thin(colors: npt.NDArray[np.uint8], counts: npt.NDArray[np.intp]) -> ColorCounts:
    if len(colors) <= MOST_COLORS:
        return ColorCounts(colors.astype(np.float32), counts.astype(np.float32))
    red, green, blue = (colors >> 3).T.astype(np.intp)
    cell = red << 10 | green << 5 | blue
    pixels = np.bincount(cell, counts)
    used = np.flatnonzero(pixels)
    sums = [np.bincount(cell, counts * channel)[used] for channel in colors.T]
    means = np.stack(sums, axis=1) / pixels[used, None]
    return ColorCounts(means.astype(np.float32), pixels[used].astype(np.float32))
