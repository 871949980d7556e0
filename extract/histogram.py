"""The histogram of a reference: colours counted by bands, and the few that stand for each band."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from attnpaint.colour import Space, from_rgb, to_rgb
from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.extract.ground import OPAQUE, Bytes, Ground, find_ground
from attnpaint.extract.kmeans import Clusters, cluster
from attnpaint.extract.method import DEFAULT, Method, Solver

Floats = npt.NDArray[np.float32]
AncestorJson = dict[str, dict[str, list[int]]]
Numbers = dict[str, list[Any]]
BANDS, RANKS = 4, 4  # of a palette: bands from top to bottom, colours in each
MOST_COLORS = 1024
"""A band with more distinct colours than this is measured on the mean colours of a 32×32×32 grid."""

_FLAT = 12  # levels per channel by which a flat backdrop may vary
INK, STROKE = 110, 40  # luma of a line pixel; how much darker it is than what lies around its stroke


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


@dataclass(frozen=True, eq=False)
class Histogram:
    """colors (bands, ranks, RGB) uint8; weights (bands, ranks) float32, each band's sum 1, heaviest first.

    Four of each unless asked otherwise. A band of fewer colours repeats its last one with weight 0.
    ground: RGB of the picture's flat ground, where that was measured apart from them.
    """

    colors: npt.NDArray[np.uint8]
    weights: npt.NDArray[np.float32]
    ground: tuple[int, int, int] | None = None

    def images(self, height: int, width: int) -> npt.NDArray[np.uint8]:
        """The histogram images (ranks, height, width, 3): image i is each band in its rank-i colour."""
        rows = np.repeat(self.colors.swapaxes(0, 1), np.diff(band_edges(height, len(self.colors))), axis=1)
        return np.repeat(rows[:, :, None], width, axis=2)

    def to_json(self) -> AncestorJson:
        """AttentionedDeepPaint's layout, band → rank → RGB, both counted from "1"; it has no weights."""
        return {
            str(band): {str(rank): color.tolist() for rank, color in enumerate(colors, 1)}
            for band, colors in enumerate(self.colors, 1)
        }

    def to_numbers(self) -> Numbers:
        """All of it for JSON: colors and weights as nested lists, and the ground where it is known."""
        numbers: Numbers = {"colors": self.colors.tolist(), "weights": self.weights.tolist()}
        return numbers if self.ground is None else numbers | {"ground": list(self.ground)}

    @classmethod
    def from_numbers(cls, numbers: Numbers) -> "Histogram":
        """Read `to_numbers`'s layout. Raises AttnpaintError where it is another one."""
        try:
            colors = np.array(numbers["colors"], dtype=np.uint8)
            weights = np.array(numbers["weights"], dtype=np.float32)
            if colors.ndim != 3 or colors.shape != (*weights.shape, 3) or not np.isfinite(weights).all():
                raise ValueError
            if (weights < 0).any():
                raise AttnpaintError("the histogram has a negative weight", "give shares, 0 or more")
            ground = None
            if numbers.get("ground") is not None:
                red, green, blue = np.array(numbers["ground"], dtype=np.uint8).tolist()
                ground = (red, green, blue)
        except (KeyError, IndexError, TypeError, ValueError, OverflowError) as error:
            remedy = 'give {"colors": bands × ranks × RGB, "weights": bands × ranks}'
            raise AttnpaintError("these are not the numbers of a histogram", remedy) from error
        return cls(colors, weights, ground)

    @classmethod
    def from_json(cls, layout: Mapping[str, Mapping[str, Sequence[int]]]) -> "Histogram":
        """Read `to_json`'s layout; a band's distinct colours get equal weights."""
        try:
            ranks = range(1, len(layout["1"]) + 1)
            rows = [[layout[str(band)][str(rank)] for rank in ranks] for band in range(1, len(layout) + 1)]
            Method(bands=len(rows), colors=len(ranks))
            colors = np.array(rows, dtype=np.uint8).reshape(len(rows), len(ranks), 3)
        except (UsageError, LookupError, TypeError, AttributeError, ValueError, OverflowError) as error:
            problem = "this is not a histogram of bands with RGB colours"
            raise AttnpaintError(problem, 'give {"1": {"1": [r, g, b], … "4": …}, … "4": …}') from error
        fresh = np.ones(colors.shape[:2], dtype=np.float32)
        fresh[:, 1:] = (colors[:, 1:] != colors[:, :-1]).any(axis=2)
        return cls(colors, fresh / fresh.sum(axis=1, keepdims=True))


def check_shape(histogram: Histogram) -> Histogram:
    """The histogram itself; AttnpaintError where it has not four bands of four colours, or odd weights."""
    shape = histogram.weights.shape
    usual = BANDS, RANKS
    if shape == usual and histogram.colors.shape != (*usual, 3):
        shape = histogram.colors.shape
    if shape != usual:
        problem = f"a palette has 4 bands of 4 colours, not {' × '.join(map(str, shape))}"
        raise AttnpaintError(problem, "measure the reference with attnpaint palette")
    if not (np.isfinite(histogram.weights).all() and (histogram.weights >= 0).all()):
        raise AttnpaintError("a palette has a weight that is no share", "give weights of 0 or more")
    return histogram


def measure(picture: npt.NDArray[np.uint8], method: Method = DEFAULT) -> Histogram:
    """The histogram of a uint8 H×W×3 or H×W×4 picture by k-means; equal input gives equal output.

    Pixels with alpha under 128 do not count, nor what the method ignores as long as other pixels are left.
    A band without a counted pixel takes after the nearest one that has some, the upper of two; a picture
    without any is white.
    """
    ground = find_ground(picture) if method.ground_apart else None
    bands = _counted(picture, method, ground)
    full = [i for i, band in enumerate(bands) if len(band.counts)]
    if not full and (method.ignore_background or method.ignore_lines or method.ground_apart):
        every = replace(method, ignore_background=False, ignore_lines=False, ground_apart=False)
        return measure(picture, every)
    if not full:
        white = np.full((method.bands, method.colors, 3), 255, dtype=np.uint8)
        return Histogram(white, np.eye(1, method.colors, dtype=np.float32).repeat(method.bands, axis=0))
    if method.solver is Solver.sklearn:
        found = _sklearn([bands[i] for i in full], method)
    else:
        sets = [bands[i].points() for i in full]
        placed = [(from_rgb(colors.T, method.space).T, weights) for colors, weights in sets]
        found = cluster(placed, method.colors, method.starts, method.seed)
    centers = found.centers
    if method.snap:
        centers = np.stack([_snapped(centers[j], bands[i], method.space) for j, i in enumerate(full)])
    rgb = to_rgb(centers, method.space).round().astype(np.uint8)
    # heaviest first, equals by their RGB; what has no share repeats the last colour that has one
    order = np.lexsort((*np.moveaxis(rgb, 2, 0)[::-1], -found.shares), axis=1)
    last = np.count_nonzero(found.shares, axis=1)[:, None] - 1
    source = np.take_along_axis(order, np.minimum(np.arange(method.colors), last), axis=1)
    colors = np.take_along_axis(rgb, source[..., None], axis=1)
    weights = np.take_along_axis(found.shares, order, axis=1)
    like = [min(range(len(full)), key=lambda j: abs(full[j] - band)) for band in range(method.bands)]
    return Histogram(colors[like], weights[like], None if ground is None else ground.color)


def _counted(picture: npt.NDArray[np.uint8], method: Method, ground: Ground | None) -> list[ColorCounts]:
    counted = (picture[..., 3] >= OPAQUE).astype(np.uint8) if picture.shape[2] == 4 else None
    if ground is not None:
        counted = 1 - ground.there if counted is None else counted & (1 - ground.there)
    if method.ignore_lines:  # dark strokes, thinner than a fiftieth of the long side
        grey = cv2.cvtColor(np.ascontiguousarray(picture[..., :3]), cv2.COLOR_RGB2GRAY)
        width = max(2, max(grey.shape) // 100) * 2 + 1
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))
        darker = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, kernel)
        drawn = ((grey >= INK) | (darker < STROKE)).astype(np.uint8)
        counted = drawn if counted is None else counted & drawn
    bands = count_bands(picture, method.bands, counted)
    if not method.ignore_background:
        return bands
    edges = band_edges(len(picture), method.bands)
    return [off_backdrop(band, picture[a:b]) for band, a, b in zip(bands, edges[:-1], edges[1:], strict=True)]


def _sklearn(bands: list[ColorCounts], method: Method) -> Clusters:
    """scikit-learn's k-means with ten starts on every distinct colour, weighted with its pixels."""
    try:
        from sklearn.cluster import KMeans
    except ImportError as error:
        raise AttnpaintError("scikit-learn is not installed", "pip install scikit-learn") from error
    centers = np.zeros((len(bands), method.colors, 3), dtype=np.float32)
    shares = np.zeros((len(bands), method.colors), dtype=np.float32)
    for i, band in enumerate(bands):
        points = from_rgb(band.colors.T.astype(np.float32), method.space)
        clusters = min(method.colors, len(points))
        fit = KMeans(clusters, n_init=10, random_state=method.seed % 2**32).fit(points, None, band.counts)
        centers[i, :clusters] = fit.cluster_centers_
        shares[i, :clusters] = np.bincount(fit.labels_, band.counts, clusters) / band.counts.sum()
    return Clusters(centers, shares)


def _snapped(centers: npt.NDArray[np.float32], band: ColorCounts, space: Space) -> npt.NDArray[np.float32]:
    """(K, 3): for each centre the nearest colour that occurs in the band."""
    there = from_rgb(band.colors.T.astype(np.float32), space)
    return there[[np.square(there - center).sum(axis=1).argmin() for center in centers]]


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
