"""The histogram that a training picture is painted with: measured, then disturbed at random."""

from dataclasses import replace

import numpy as np

from attnpaint.config import DataConfig
from attnpaint.extract import FIGURE, Histogram, Method, measure
from attnpaint.images import Picture, fitted

THUMBNAIL = 128  # px; histograms of training references are measured on this size
QUICK = Method(starts=8)
SWATCH = 64  # px; the side of the picture that stands for a stored histogram
FARTHEST = 0.8  # of half a band: how far an edge between bands may move


def thumbnail(picture: Picture) -> Picture:
    """At most THUMBNAIL px on the long side."""
    return fitted(picture, THUMBNAIL, enlarge=False)


def swatch(histogram: Histogram) -> Picture:
    """A picture SWATCH×SWATCH with this histogram: each band's colours side by side."""
    ends = np.round(np.cumsum(histogram.weights, axis=1) * SWATCH).astype(int)
    rank = (np.arange(SWATCH) >= ends[:, :-1, None]).sum(axis=1)  # bands × columns
    bands: Picture = np.take_along_axis(histogram.colors, rank[..., None], axis=1)
    return np.repeat(bands, SWATCH // len(bands), axis=0)


def move_edges(picture: Picture, random: np.random.Generator) -> Picture:
    """The same rows from top to bottom, but the three edges between bands fall elsewhere."""
    height = len(picture)
    even = np.linspace(0, 1, 5)
    edges = even + np.array([0, *random.uniform(-FARTHEST, FARTHEST, 3) / 8, 0])
    rows = np.interp((np.arange(height) + 0.5) / height, even, edges) * height
    moved_rows: Picture = picture[np.minimum(rows.astype(int), height - 1)]
    return moved_rows


def vary(histogram: Histogram, config: DataConfig, random: np.random.Generator) -> Histogram:
    """Seldom: bands like the one beside them, in another order, or with fewer colours."""
    colors, weights = histogram.colors.copy(), histogram.weights.copy()
    count, ranks = weights.shape
    if random.random() < config.drop_bands:
        kept = np.sort(random.permutation(count)[: random.integers(1, count)])
        nearest = np.abs(np.arange(count)[:, None] - kept - random.choice([-0.1, 0.1])).argmin(axis=1)
        colors, weights = colors[kept[nearest]], weights[kept[nearest]]
    if random.random() < config.permute_bands:
        order = random.permutation(count)
        colors, weights = colors[order], weights[order]
    if random.random() < config.drop_ranks:
        keep = int(random.integers(1, ranks))
        colors[:, keep:], weights[:, keep:] = colors[:, keep - 1 : keep], 0
        weights /= weights.sum(axis=1, keepdims=True)
    return Histogram(colors, weights, histogram.ground)


def measured(picture: Picture, ground_apart: bool = False) -> Histogram:
    """ground_apart: the flat ground and the lines do not count."""
    return measure(picture, replace(FIGURE, starts=QUICK.starts) if ground_apart else QUICK)
