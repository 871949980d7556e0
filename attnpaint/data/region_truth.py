"""What is known of a training picture's regions: their true colours and parts, and the reference's view."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from attnpaint.data.augment import Matrix
from attnpaint.data.lines import EXTRACTORS, extract_lines
from attnpaint.extract import Histogram
from attnpaint.images import Picture, fitted
from attnpaint.parts import ACCESSORIES, CLOTHES
from attnpaint.segment.regions import find_regions
from attnpaint.segment.samples import (
    GROUND_FLAG,
    PARTS,
    REFERENCE,
    Arrays,
    Bools,
    RegionSamples,
    mean_colors,
    paper_light,
    reference_arrays,
    sample_regions,
)

GAPS = 4.0, 14.0  # px of a drawing of 512: the gaps closed when a training drawing's regions are found
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
    paper_ground: bool = False,
    inside: Bools | None = None,
) -> Arrays:
    """sketch uint8 S×S, truth uint8 S×S×3 → points, geometry, valid, area, and for each region color R×3 in
    [-1, 1], spread R (of its colours: large where two leak into one region) and part R, -1 unknown.

    paper_ground: what is known to be ground is paper, whatever its colour: no palette holds that.
    inside: bool S×S, where the picture is: there are no regions around it."""
    labels = find_regions(sketch, random.uniform(*GAPS) * len(sketch) / 512)
    if inside is not None:
        labels[~inside] = 0
    light = paper_light(sketch)
    found = sample_regions(labels, light, most, random)
    color, spread = mean_colors(labels, truth, light, found)
    part = np.full(most, NOT_KNOWN)
    if part_map is not None:
        part = _parts(found, part_map, len(sketch))
    ground = found.geometry[:, GROUND_FLAG] > 0
    if paper_ground:
        color[ground | (part == PARTS.index("ground"))] = 1
    spread[ground] = 0  # it counts, though a scene's is of several colours
    return {**found.described, "area": found.area, "color": color, "spread": spread, "part": part}


def reference_view(
    reference: Picture, histogram: Histogram, random: np.random.Generator, ground_apart: bool = False
) -> Arrays:
    """The reference's lines S×S, where each of its 16 colours is, and its own regions."""
    small = fitted(reference, REFERENCE, enlarge=False)
    lines = extract_lines(small, int(random.integers(len(EXTRACTORS))), float(random.random()))
    return reference_arrays(small, lines, histogram, random.uniform(*GAPS), random, ground_apart)


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
