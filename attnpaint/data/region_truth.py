"""What is known of a training picture's regions: their true colours and parts, and the reference's view."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from attnpaint.data.augment import Matrix
from attnpaint.data.lines import EXTRACTORS, extract_lines
from attnpaint.extract import Histogram
from attnpaint.extract.ground import find_ground
from attnpaint.images import Picture, fitted, letterbox
from attnpaint.parts import ACCESSORIES, CLOTHES
from attnpaint.segment.regions import find_regions
from attnpaint.segment.samples import (
    GROUND_FLAG,
    PARTS,
    RegionSamples,
    nearest_colors,
    paper_light,
    sample_palette,
    sample_regions,
)

Arrays = dict[str, npt.NDArray[np.generic]]

GAPS = 4.0, 14.0  # px of a drawing of 512: the gaps closed when a training drawing's regions are found
REFERENCE = 320  # px; the square that a reference's lines are seen in
REFERENCE_REGIONS = 96  # that are described, at most
MIXED = 0.5  # spread of a region's colours from which on it hardly counts
SURE = 0.6  # share of a region's points that agree on its part
NOT_KNOWN = -1
PART_OF = [*range(CLOTHES), *[CLOTHES] * (ACCESSORIES - CLOTHES), 6, *[NOT_KNOWN] * (255 - ACCESSORIES)]
"""The place in PARTS of each index of a part map."""


@dataclass(frozen=True, eq=False)
class PartMap:
    """Parts uint8 H×W of the whole picture, and how the picture lies in the square (`View.matrix`)."""

    parts: Picture
    matrix: Matrix


def region_truth(
    sketch: Picture,
    truth: Picture,
    most: int,
    part_map: PartMap | None,
    random: np.random.Generator,
    ground_apart: bool = False,
) -> Arrays:
    """sketch uint8 S×S, truth uint8 S×S×3 → points, geometry, valid, area, and for each region color R×3 in
    [-1, 1], spread R (of its colours: large where two leak into one region) and part R, -1 unknown.

    ground_apart: what is known to be ground is paper, whatever its colour: no palette holds that."""
    labels = find_regions(sketch, random.uniform(*GAPS) * len(sketch) / 512)
    light = paper_light(sketch)
    found = sample_regions(labels, light, most, random)
    color, spread = _colors(labels, truth, light, found)
    part = np.full(most, NOT_KNOWN)
    if part_map is not None:
        part = _parts(found, part_map, len(sketch))
    if ground_apart:
        color[(part == PARTS.index("ground")) | (found.geometry[:, GROUND_FLAG] > 0)] = 1
    return {**_described(found), "area": found.area, "color": color, "spread": spread, "part": part}


def reference_view(
    reference: Picture, histogram: Histogram, random: np.random.Generator, ground_apart: bool = False
) -> Arrays:
    """The reference's lines S×S, where each of its 16 colours is, and its own regions."""
    small = fitted(reference, REFERENCE, enlarge=False)
    lines = extract_lines(small, int(random.integers(len(EXTRACTORS))), float(random.random()))
    return reference_arrays(small, lines, histogram, random.uniform(*GAPS), random, ground_apart)


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
    color, spread = _colors(own, colored, light, regions)
    return {
        "sketch": square[None],
        **_described(colors),
        **{f"own_{name}": array for name, array in _described(regions).items()},
        "own_color": color,
        "own_weight": regions.area * (1 - spread / MIXED).clip(0.05, 1).astype(np.float32),
    }


def _described(samples: RegionSamples) -> Arrays:
    return {"points": samples.points, "geometry": samples.geometry, "valid": samples.valid}


def _colors(
    labels: npt.NDArray[np.int32], truth: Picture, light: Picture, found: RegionSamples
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Mean R×3 in [-1, 1] of the truth away from lines, and the root of its variance."""
    flat, weight = labels.ravel(), (light.ravel() / 255.0) ** 4 + 1e-3
    total = np.bincount(flat, weight)
    values = truth.reshape(-1, 3) / 127.5 - 1
    mean = np.stack([np.bincount(flat, weight * plane) / total.clip(1e-9) for plane in values.T], axis=1)
    square = np.stack([np.bincount(flat, weight * plane**2) / total.clip(1e-9) for plane in values.T], axis=1)
    spread = np.sqrt((square - mean**2).clip(0).sum(axis=1))
    chosen = found.label
    color = np.where(found.valid[:, None], mean[chosen], 0).astype(np.float32)
    return color, np.where(found.valid, spread[chosen], 0).astype(np.float32)


def _parts(found: RegionSamples, part_map: PartMap, size: int) -> npt.NDArray[np.int64]:
    """What most of a region's points are; NOT_KNOWN where they do not agree."""
    back = np.linalg.inv(np.vstack([part_map.matrix, [0, 0, 1]]))
    places = (found.points * 0.5 + 0.5) * size
    x, y = np.einsum("ij,rpj->irp", back[:2, :2], places) + back[:2, 2, None, None]
    x, y = np.floor(x).astype(int), np.floor(y).astype(int)
    rows, columns = part_map.parts.shape
    inside = (x >= 0) & (y >= 0) & (x < columns) & (y < rows)
    value = part_map.parts[y.clip(0, rows - 1), x.clip(0, columns - 1)].astype(np.int64)
    value = np.where(inside, np.array(PART_OF)[value], 0)
    counts = np.stack([(value == part).mean(axis=1) for part in range(len(PARTS))], axis=1)
    part = np.where(found.valid & (counts.max(axis=1) > SURE), counts.argmax(axis=1), NOT_KNOWN)
    return part.astype(np.int64)
