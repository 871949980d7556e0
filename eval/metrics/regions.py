"""Colour that does not keep to the drawing: uneven inside closed regions, or stepping where bands meet."""

import cv2
import numpy as np
import numpy.typing as npt

from attnpaint.colour import Floats, delta_e_2000
from attnpaint.eval.metrics.lines import Mask, ink, unit
from attnpaint.extract.histogram import band_edges
from attnpaint.images import Picture

Labels = npt.NDArray[np.int32]

BALL = 3.0  # px in a picture of 512 px: gaps in lines that this ball does not fit through are closed
BESIDE = 1.5  # px of the same: how near to a line a pixel counts
EVEN = 2.0  # ΔE2000 of mean spread up to which a region passes for one colour
SMALL = 0.0003  # share of the drawing under which a region does not count
REACH = 4  # px of the same: a step is the difference over twice this many rows


def bleed(lab: Floats, drawing: Picture, real: Floats | None = None) -> float:
    """How far colour spreads inside the drawing's closed regions: 0 for flat fills, NaN where there are none.

    lab: the painting H×W×3; drawing uint8 H×W; real: the picture that it draws, H×W×3 in Lab, if known. The
    mean ΔE2000 between a pixel and its region's mean colour, over all pixels in regions and off lines.
    Shading counts as spread too; but regions are left out that are not even in `real` either.
    """
    labels = closed_regions(drawing)
    if real is not None:
        inside, away = _spread(real, labels)
        names = labels[inside]
        even = np.bincount(names, away, labels.max() + 1) <= EVEN * np.bincount(
            names, minlength=labels.max() + 1
        )
        labels = np.where(even[labels], labels, 0)
    away = _spread(lab, labels)[1]
    return float(away.mean()) if away.size else float("nan")


def _spread(lab: Floats, labels: Labels) -> tuple[Mask, Floats]:
    """Where the n pixels of regions are, H×W, and each one's ΔE2000 to its region's mean colour, (n,)."""
    inside = labels > 0
    names, colors = labels[inside], lab[inside]
    area = np.bincount(names)
    sums = np.stack([np.bincount(names, channel) for channel in colors.T], axis=1)
    means = (sums / np.maximum(area, 1)[:, None]).astype(np.float32)
    return inside, delta_e_2000(colors, means[names])


def closed_regions(drawing: Picture) -> Labels:
    """uint8 H×W → labels H×W from 1, 0 on and beside lines and in what is too small or thin."""
    paper = (~ink(drawing)).astype(np.uint8)
    depth = cv2.distanceTransform(paper, cv2.DIST_L2, 5)
    scale = unit(drawing)
    _, labels, facts, _ = cv2.connectedComponentsWithStats(
        (depth > BALL * scale).astype(np.uint8), connectivity=4
    )
    large = facts[:, cv2.CC_STAT_AREA] >= SMALL * drawing.size
    large[0] = False  # what is outside
    kept = np.where(large[labels], labels, 0).astype(np.float32)
    side = 2 * round((BALL - BESIDE) * scale) + 1
    grown = cv2.dilate(kept, np.ones((side, side), np.uint8))
    return np.where(depth > BESIDE * scale, grown, 0).astype(np.int32)


def seams(lab: Floats, drawing: Picture) -> float:
    """How much larger colour steps are at the three edges between bands than elsewhere, ΔE; about 0: no seam.

    lab: the painting H×W×3; drawing uint8 H×W. Steps are differences in Lab between a row above and one
    below, only where no line of the drawing lies between them. It can be a little less than 0. NaN: there is
    no such place.
    """
    height = len(lab)
    reach = max(1, round(REACH * unit(drawing)))
    if height < 4 * reach:
        return float("nan")
    steps = np.sqrt(np.square(lab[2 * reach - 1 :] - lab[: height - 2 * reach + 1]).sum(axis=2))
    explained = cv2.dilate(ink(drawing).astype(np.uint8), np.ones((2 * reach + 3, 1), np.uint8))
    free: Mask = explained[reach : height - reach + 1] == 0  # row i: the edge above row i + reach
    edges = np.array(band_edges(height)[1:-1]) - reach
    far = np.abs(np.arange(len(steps))[:, None] - edges).min(axis=1) > 2 * reach
    here, elsewhere = free[edges], free & far[:, None]
    if not here.any() or not elsewhere.any():
        return float("nan")
    return float(steps[edges][here].mean() - steps[elsewhere].mean())
