"""What a network is shown of each region: points where its features are read, and its geometry.

A palette colour's pixels in the reference are such a region, too, so that drawing and reference are
described in the same numbers.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from attnpaint.extract import Histogram
from attnpaint.extract.ground import find_ground
from attnpaint.extract.histogram import band_edges
from attnpaint.images import Picture, letterbox
from attnpaint.segment.regions import Labels, find_regions

PARTS = ("ground", "skin", "hair", "eyes", "mouth and brows", "clothes", "other")
POINTS = 24  # places where a region's features are read
GEOMETRY = 11  # numbers that describe a region's place and shape
GROUND_FLAG = 9  # the place among them of whether a region is the ground
REFERENCE = 320  # px; the square that a reference's lines are seen in
GRID = 32  # cells along each of its sides, of which is told how much of each palette colour lies there
REFERENCE_REGIONS = 96  # that are described, at most
MIXED = 0.5  # spread of a region's colours from which on it hardly counts
PIECES = 128  # of regions that are described, at most
LEAST = 12  # px; smaller regions are not described: they follow their neighbour
VOTES = (np.arange(256) / 255.0) ** 4 + 1e-3  # how much a pixel counts, by its light: hardly on lines
ALONG = 0.5  # share of the picture's edge from which on a region is the ground

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]
Arrays = dict[str, npt.NDArray[np.generic]]


@dataclass(frozen=True, eq=False)
class RegionSamples:
    """R regions, largest first; where there are fewer, `valid` is False behind them.

    points: R×POINTS×2 (x, y), from -1 to 1 over the picture. geometry: R×GEOMETRY. label: R, the number of
    each in the labels. area: R, shares of the picture. piece: R, whether it is a piece of another one: those
    see the regions, and are seen by none.
    """

    points: Floats
    geometry: Floats
    label: Numbers
    area: Floats
    valid: Bools
    piece: Bools

    @property
    def described(self) -> Arrays:
        """What a network is shown, by name."""
        return {"points": self.points, "geometry": self.geometry, "valid": self.valid & ~self.piece}


def sample_regions(
    labels: Labels, light: Picture, most: int, random: np.random.Generator, wanted: Bools | None = None
) -> RegionSamples:
    """Of the `most` largest regions of labels int H×W. light: uint8 H×W, dark where lines are: points lie
    on paper where there is any. Label 0 is no region; the picture ends where there is nothing else.

    wanted: of each number, or more, whether it is described; default: all.
    """
    height, width = labels.shape
    flat, weight = labels.ravel(), VOTES[light.ravel()]
    count = int(flat.max()) + 1
    area = np.bincount(flat, minlength=count)
    chosen = np.argsort(-area[1:], kind="stable") + 1
    if wanted is not None:
        chosen = chosen[wanted[chosen]]
    chosen = chosen[:most][area[chosen[:most]] >= LEAST]
    short = np.uint16 if count <= 2**16 else np.int32  # few numbers are sorted several times as fast
    order = np.argsort(flat.astype(short), kind="stable")  # the pixels of region 0, then of 1 …
    first = np.searchsorted(flat[order], np.arange(count + 1))
    edge, ground, figure = _ground_and_figure(labels, count)
    found = RegionSamples(
        np.zeros((most, POINTS, 2), np.float32),
        np.zeros((most, GEOMETRY), np.float32),
        np.zeros(most, np.int64),
        np.zeros(most, np.float32),
        np.zeros(most, np.bool_),
        np.zeros(most, np.bool_),
    )
    for place, region in enumerate(chosen):
        pixels = order[first[region] : first[region + 1]]
        chances = weight[pixels].cumsum()
        picked = pixels[chances.searchsorted(random.random(POINTS) * chances[-1])]
        x, y = picked % width + 0.5, picked // width + 0.5
        found.points[place] = np.stack([x / width, y / height], axis=1) * 2 - 1
        found.geometry[place] = _geometry(
            pixels, (height, width), figure, float(edge[region]), region == ground
        )
        found.label[place], found.area[place] = region, area[region] / flat.size
        found.valid[place] = True
    return found


def _ground_and_figure(
    labels: Labels, count: int
) -> tuple[npt.NDArray[np.float64], int, tuple[float, float, float, float]]:
    """How much of the edge of the picture, without what is empty around it, each of `count` regions has; the
    one that has most of it, -1 for none; and left, top, width and height of what is not that one, px."""
    edge, ground = np.zeros(count), -1
    rows, columns = (np.flatnonzero(labels.any(axis=axis)) for axis in (1, 0))
    if rows.size:
        inner = labels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        around = np.concatenate([inner[[0, -1]].ravel(), inner[:, [0, -1]].ravel()])
        edge = np.bincount(around, minlength=count) / around.size
        edge[0] = 0
    if edge.max() > ALONG:
        ground = int(edge.argmax())
    height, width = labels.shape
    figure = (labels != ground) & (labels > 0)
    x, y = (np.flatnonzero(figure.any(axis=axis)) for axis in (0, 1))
    if not x.size:
        return edge, ground, (0.0, 0.0, float(width), float(height))
    return edge, ground, (float(x.min()), float(y.min()), float(np.ptp(x) + 1), float(np.ptp(y) + 1))


def _geometry(
    pixels: npt.NDArray[np.integer],
    size: tuple[int, int],
    figure: tuple[float, float, float, float],
    edge: float,
    ground: bool,
) -> list[float]:
    """Logarithm of the area, centre, spread, share of the edge, place within the figure, ground, fullness."""
    height, width = size
    x, y = pixels % width + 0.5, pixels // width + 0.5
    left, top, wide, high = figure
    spread_x, spread_y = float(x.std()), float(y.std())
    return [
        float(np.log(pixels.size / (height * width))) / 5,
        float(x.mean()) / width * 2 - 1,
        float(y.mean()) / height * 2 - 1,
        4 * spread_x / width,
        4 * spread_y / height,
        edge,
        (float(x.mean()) - left) / wide * 2 - 1,
        (float(y.mean()) - top) / high * 2 - 1,
        wide / width,
        float(ground),
        pixels.size / (12 * (spread_x + 0.5) * (spread_y + 0.5)),  # 1 for a full box
    ]


def sample_pieces(
    pieces: Labels, region: Labels, light: Picture, most: int, random: np.random.Generator
) -> RegionSamples:
    """Of the regions, as `sample_regions` has it, and behind them of the pieces of those that have several:
    at most PIECES of these, `most` in all. A piece's label is its number behind all of `region`.

    pieces: int H×W; region: of each number the region (see `in_pieces`).
    """
    whole = sample_regions(region[pieces], light, most, random)
    several = np.bincount(region, minlength=len(region))[region] > 1
    if not several.any():
        return whole
    parts = sample_regions(pieces, light, PIECES, random, several)
    parts.label[:] += len(region)
    parts.piece[:] = True
    regions = np.flatnonzero(whole.valid)[: most - np.count_nonzero(parts.valid)]
    both = [
        np.concatenate([ours[regions], theirs[parts.valid], ours[~whole.valid]])[:most]
        for ours, theirs in zip(vars(whole).values(), vars(parts).values(), strict=True)
    ]
    return RegionSamples(*both)


def nearest_colors(picture: Picture, colors: npt.NDArray[np.uint8], lines: Picture) -> Labels:
    """Which palette colour each pixel of a reference has, H×W from 1: of its own band's the nearest.

    colors: uint8 4×4×3 (bands, ranks); lines: uint8 H×W, dark where lines are: those have none, 0.
    """
    labels = np.zeros(picture.shape[:2], np.int32)
    edges = band_edges(len(picture), len(colors))
    for band, four in enumerate(colors):
        rows = slice(edges[band], edges[band + 1])
        apart = np.square(picture[rows, :, None].astype(np.int32) - four.astype(np.int32)).sum(axis=3)
        labels[rows] = apart.argmin(axis=2) + band * len(four) + 1
    labels[lines < 128] = 0
    return labels


def sample_palette(
    labels: Labels, light: Picture, entries: int, random: np.random.Generator
) -> RegionSamples:
    """The reference's pixels of each palette colour as a region; entry i is label i + 1."""
    found = sample_regions(labels, light, entries, random)
    there = np.flatnonzero(found.valid)
    order = np.full(entries, entries - 1)  # of a colour without pixels the last one, which is none then
    order[found.label[there] - 1] = there
    return RegionSamples(*(array[order] for array in vars(found).values()))


def mean_colors(
    labels: Labels, picture: Picture, light: Picture, found: RegionSamples
) -> tuple[Floats, Floats]:
    """Of each region found: mean R×3 in [-1, 1] of a picture away from its lines, root of its variance R."""
    flat, weight = labels.ravel(), VOTES[light.ravel()]
    total = np.bincount(flat, weight)
    values = picture.reshape(-1, 3) / 127.5 - 1
    mean = np.stack([np.bincount(flat, weight * plane) / total.clip(1e-9) for plane in values.T], axis=1)
    square = np.stack([np.bincount(flat, weight * plane**2) / total.clip(1e-9) for plane in values.T], axis=1)
    spread = np.sqrt((square - mean**2).clip(0).sum(axis=1))
    chosen = found.label
    color = np.where(found.valid[:, None], mean[chosen], 0).astype(np.float32)
    return color, np.where(found.valid, spread[chosen], 0).astype(np.float32)


def paper_light(sketch: Picture) -> Picture:
    """How far pixels of a drawing uint8 H×W lie from its lines: dark on and beside them."""
    return cv2.erode(sketch, np.ones((3, 3), np.uint8)).astype(np.uint8, copy=False)


def shares_in_cells(labels: Labels, entries: int) -> Floats:
    """entries×GRID×GRID: the share of each cell of int S×S that has each label, from 1."""
    planes = [(labels == entry).astype(np.float32) for entry in range(1, entries + 1)]
    return np.stack([cv2.resize(plane, (GRID, GRID), interpolation=cv2.INTER_AREA) for plane in planes])


def reference_arrays(
    picture: Picture,
    lines: Picture,
    histogram: Histogram,
    gap: float,
    random: np.random.Generator,
    ground_apart: bool = False,
) -> Arrays:
    """picture uint8 h×w×3 of at most REFERENCE px, lines uint8 h×w: both laid into the square. gap: px of a
    drawing of 512, closed in the lines when the reference's own regions are found. ground_apart: nothing is
    told of its flat ground."""
    square, box = letterbox(lines, REFERENCE)
    colored, _ = letterbox(picture, REFERENCE)
    light = paper_light(square)
    inner, drawn = box.crop(colored), box.crop(square)
    entries, own = (np.zeros((REFERENCE, REFERENCE), np.int32) for _ in range(2))
    box.crop(entries)[:] = nearest_colors(inner, histogram.colors, drawn)
    box.crop(own)[:] = find_regions(drawn, gap * REFERENCE / 512)
    ground = np.zeros(own.shape, np.uint8)
    found = find_ground(np.ascontiguousarray(inner)) if ground_apart else None
    if found is not None:
        box.crop(ground)[:] = found.there > 0
        entries[ground > 0] = 0
    colors = sample_palette(entries, light, histogram.weights.size, random)
    regions = sample_regions(own, light, REFERENCE_REGIONS, random)
    of_ground = np.bincount(own.ravel(), ground.ravel()) / np.maximum(np.bincount(own.ravel()), 1)
    regions.valid[of_ground[regions.label] > 0.5] = False
    color, spread = mean_colors(own, colored, light, regions)
    return {
        "sketch": square[None],
        "where": shares_in_cells(entries, histogram.weights.size),
        **colors.described,
        **{f"own_{name}": array for name, array in regions.described.items()},
        "own_color": color,
        "own_weight": regions.area * (1 - spread / MIXED).clip(0.05, 1).astype(np.float32),
    }
