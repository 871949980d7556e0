"""Regions divided where a person draws a line, and joined where one should not divide. Needs no torch."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from attnpaint.segment.regions import SCRAP, Labels, extent, spread_labels

Points = npt.NDArray[np.float64]
REACH = 6.0  # px in a drawing of 512: how far a drawn line is lengthened at both ends
BITS = 4  # of a line's fractions of pixels


def cut(labels: Labels, line: Points) -> tuple[Labels, dict[int, int]]:
    """Regions divided by a line, and for each new region the number of the one that it was part of.

    labels: int H×W from 1; line: n×2, x and y in px of `labels`. The largest part keeps its number. Parts
    that would be scraps, and the line itself, stay with the part that is nearest.
    """
    drawn = _drawn(line, labels.shape)
    found, parents = labels.copy(), dict[int, int]()
    least = max(4.0, SCRAP * labels.size / 4)
    for region in np.unique(labels[drawn > 0]):
        box = cv2.boundingRect((labels == region).astype(np.uint8))
        view = np.s_[box[1] : box[1] + box[3], box[0] : box[0] + box[2]]
        inside = labels[view] == region
        count, parts, facts, _ = cv2.connectedComponentsWithStats(
            (inside & (drawn[view] == 0)).astype(np.uint8), connectivity=4
        )
        areas = facts[1:, cv2.CC_STAT_AREA]
        kept = [part + 1 for part in np.argsort(-areas, kind="stable") if areas[part] >= least]
        if count < 3 or len(kept) < 2:
            continue
        names = np.zeros(count, np.int32)
        for place, part in enumerate(kept):
            names[part] = region if place == 0 else int(found.max()) + place
            if place:
                parents[int(names[part])] = int(region)
        found[view][inside] = spread_labels(names[parts])[inside]
    return found, parents


def join(labels: Labels, points: Points) -> Labels:
    """The regions at these points (n×2, x and y in px of `labels`) become one, with the largest's number."""
    rows, columns = rows_of(points, labels.shape)
    regions = np.unique(labels[rows, columns])
    areas = np.bincount(labels.ravel())[regions]
    names = np.arange(int(labels.max()) + 1, dtype=np.int32)
    names[regions] = regions[areas.argmax()]
    return names[labels]


def rows_of(points: Sequence[tuple[float, float]] | Points, shape: tuple[int, ...]) -> tuple[Labels, Labels]:
    """Rows and columns of the pixels at points x, y; what lies outside comes to the edge."""
    places = np.floor(np.asarray(points, np.float64).reshape(-1, 2)).astype(np.int32)
    return places[:, 1].clip(0, shape[0] - 1), places[:, 0].clip(0, shape[1] - 1)


def _drawn(line: Points, shape: tuple[int, ...]) -> npt.NDArray[np.uint8]:
    """H×W, not 0 on the line, which is longer at both ends."""
    reach = REACH * max(1.0, extent(*shape[:2]) / 512)
    longer = line.astype(np.float64).copy()
    for end, inner in ((0, 1), (-1, -2)):
        way = line[end] - line[inner]
        longer[end] += way * reach / max(float(np.hypot(*way)), 1e-6)
    drawn = np.zeros(shape[:2], np.uint8)
    cv2.polylines(
        drawn, [np.rint((longer - 0.5) * 2**BITS).astype(np.int32)], False, 255, 1, cv2.LINE_8, BITS
    )
    return drawn
