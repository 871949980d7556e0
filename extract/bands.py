"""A picture as horizontal bands, and each band as the colours that it holds with their counts."""

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

BANDS = 4
OPAQUE = 128
"""Pixels with less alpha than this do not count."""
MOST_COLORS = 1024
"""A band with more distinct colours than this is measured on the mean colours of a 32×32×32 grid."""

_FLAT = 12  # levels per channel by which a flat backdrop may vary


@dataclass(frozen=True, eq=False)
class ColorCounts:
    """The distinct colours of a band (3, n) and the pixels of each, (n,); n may be 0.

    Sorted by `cells`, (n,): the colour's cell in a grid of 32×32×32.
    """

    colors: Bytes
    counts: npt.NDArray[np.intp]
    cells: npt.NDArray[np.uint16]

    def where(self, kept: npt.NDArray[np.bool_]) -> "ColorCounts":
        """Without the colours that are not `kept`, (n,)."""
        return ColorCounts(self.colors[:, kept], self.counts[kept], self.cells[kept])

    def points(self) -> tuple[Floats, Floats]:
        """Colours (3, m) in [0, 255] and weights (m,): the distinct ones, or the cells' means where many."""
        first = np.append(0, np.flatnonzero(self.cells[1:] != self.cells[:-1]) + 1)
        if len(self.counts) <= MOST_COLORS or len(first) == len(self.counts):
            return self.colors.astype(np.float32), self.counts.astype(np.float32)
        weights = self.counts.astype(np.float64)
        sums = np.add.reduceat(np.concatenate([self.colors * weights, weights[None]]), first, axis=1)
        return (sums[:3] / sums[3]).astype(np.float32), sums[3].astype(np.float32)


def band_edges(height: int, bands: int = BANDS) -> list[int]:
    """The rows at which bands begin and end: round(i·height/bands)."""
    return [round(band * height / bands) for band in range(bands + 1)]


def count_bands(picture: Bytes, bands: int = BANDS, counted: Bytes | None = None) -> list[ColorCounts]:
    """The colours of each band of an H×W×3 or H×W×4 picture, top to bottom; `counted`, H×W: 0 leaves out.

    Sorts one integer per pixel: its cell in the high half, its place in the cell in the low half.
    """
    found = []
    for first, end in pairwise(band_edges(len(picture), bands)):
        rows = picture[first:end]
        if counted is not None:
            rows = rows[counted[first:end].astype(bool)][:, None]
        if not rows.size:
            found.append(
                ColorCounts(np.zeros((3, 0), np.uint8), np.zeros(0, np.intp), np.zeros(0, np.uint16))
            )
            continue
        rows = np.ascontiguousarray(rows[..., :3])
        key = cv2.cvtColor(rows, cv2.COLOR_RGB2RGBA).view("<u4").ravel()
        key &= np.uint32(0x070707)  # the low three bits: red at 0, green at 8, blue at 16
        key |= key >> np.uint32(11)  # blue also at 5
        key.view("<u2")[1::2] = cv2.cvtColor(rows, cv2.COLOR_RGB2BGR555).view("<u2").ravel()
        key.sort()
        starts = np.append(0, np.flatnonzero(key[1:] != key[:-1]) + 1)  # where runs of equal ones begin
        counts, key = np.diff(starts, append=len(key)), key[starts]
        colors = np.empty((3, len(key)), dtype=np.uint8)
        for channel, (high, low) in enumerate(((23, 0), (18, 8), (13, 5))):
            colors[channel] = key >> np.uint32(high) & np.uint32(0xF8) | key >> np.uint32(low) & np.uint32(7)
        found.append(ColorCounts(colors, counts, key.view("<u2")[1::2]))
    return found


def off_backdrop(band: ColorCounts, rows: Bytes) -> ColorCounts:
    """The band without its most frequent colour, if half of its rows' left and right edge is like it."""
    if not len(band.counts):
        return band
    first = np.append(0, np.flatnonzero(band.cells[1:] != band.cells[:-1]) + 1)
    per_cell = np.add.reduceat(band.counts, first)
    cell = band.where(band.cells == band.cells[first[per_cell.argmax()]])
    backdrop = np.average(cell.colors, axis=1, weights=cell.counts)
    edges = np.concatenate([rows[:, 0], rows[:, -1]])
    if rows.shape[2] == 4:
        edges = edges[edges[:, 3] >= OPAQUE]
    like = np.abs(edges[:, :3] - backdrop).max(axis=1) <= _FLAT
    if not len(like) or like.mean() < 0.5:
        return band
    return band.where(np.abs(band.colors - backdrop[:, None]).max(axis=0) > _FLAT)
