"""Regions cut further by hand: along a line that the drawing lacks, or by an area that was drawn round."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from attnpaint.images import Picture
from attnpaint.segment.regions import Labels

INK = 128  # brightness of the drawing under which there is a line
LEAST = 12  # px of a drawing of 1024 px; smaller pieces stay with the region that they were cut from
REACH = 3.0  # px of such a drawing by which a line goes on at both ends, to meet the drawing's own
WIDE = 3  # px of such a drawing
VIEW = 1024

Points = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Division:
    """points: (x, y) in pixels of the drawing. line: from one line of the drawing to another; area: what lies
    within becomes a region of its own, as far as the region goes that most of it belongs to."""

    kind: Literal["line", "area"]
    points: Sequence[tuple[float, float]]


def divided(
    labels: Labels, grey: Picture, divisions: Sequence[Division], size: tuple[int, int]
) -> tuple[Labels, list[int]]:
    """labels int H×W from 1, grey uint8 H×W of the drawing, size: height and width of the drawing itself.

    → the labels with new regions, numbered on from the last; and for each of these the region that it was cut
    from. A division that divides nothing is passed over.
    """
    labels, parents = labels.copy(), list[int]()
    height, width = labels.shape
    unit = max(1.0, max(height, width) / VIEW)
    next_one = int(labels.max()) + 1
    for division in divisions:
        points = np.array(division.points, np.float64).reshape(-1, 2) * (width / size[1], height / size[0])
        if len(points) < (2 if division.kind == "line" else 3):
            continue
        inside = _drawn(points, division.kind, labels.shape, unit)
        touched = np.unique(labels[inside & (grey >= INK)], return_counts=True)
        if division.kind == "area":
            parents += _carved(labels, inside, *touched, next_one + len(parents))
        else:
            for region in touched[0]:
                parents += _cut(labels, grey, inside, int(region), next_one + len(parents), unit)
    return labels, parents


def _drawn(points: Points, kind: str, shape: tuple[int, ...], unit: float) -> Mask:
    """Where the area or the line, lengthened at both ends, lies."""
    mask = np.zeros(shape, np.uint8)
    if kind == "area":
        cv2.fillPoly(mask, [np.rint(points).astype(np.int32)], 1)
        return mask > 0
    ends = [
        tip + REACH * unit * (tip - before) / max(float(np.hypot(*(tip - before))), 1e-9)
        for tip, before in ((points[0], points[1]), (points[-1], points[-2]))
    ]
    path = np.rint(np.stack([ends[0], *points, ends[1]])).astype(np.int32)
    cv2.polylines(mask, [path], False, 1, max(1, round(WIDE * unit)))
    return mask > 0


def _carved(
    labels: Labels, inside: Mask, regions: npt.NDArray[np.integer], counts: npt.NDArray[np.integer], new: int
) -> list[int]:
    if not regions.size:
        return []
    region = int(regions[counts.argmax()])
    labels[inside & (labels == region)] = new
    return [region]


def _cut(labels: Labels, grey: Picture, barrier: Mask, region: int, new: int, unit: float) -> list[int]:
    """The pieces of a region that paper alone holds together, without the barrier; the largest keeps its
    number, lines and barrier go to the piece that is nearest."""
    own = labels == region
    free = (own & ~barrier & (grey >= INK)).astype(np.uint8)
    count, pieces, facts, _ = cv2.connectedComponentsWithStats(free, connectivity=4)
    areas = facts[1:count, cv2.CC_STAT_AREA]
    order = np.argsort(-areas, kind="stable")
    order = order[areas[order] >= LEAST * unit**2]
    if len(order) < 2:
        return []
    names = np.zeros(count, np.int32)
    names[order + 1] = np.arange(1, len(order) + 1)
    placed = names[pieces]
    _, place = cv2.distanceTransformWithLabels(
        (placed == 0).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    nearest = np.zeros(int(place.max()) + 1, np.int32)
    nearest[place[placed > 0]] = placed[placed > 0]
    piece = nearest[place]
    labels[own & (piece > 1)] = new + piece[own & (piece > 1)] - 2
    return [region] * (len(order) - 1)
