"""Where the figure of a picture is, and into which areas of one colour its truth divides it."""

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from attnpaint.colour import Floats, delta_e_2000, to_lab
from attnpaint.eval.metrics.lines import Mask, ink, unit
from attnpaint.eval.metrics.regions import BESIDE, SMALL, Labels, closed_regions
from attnpaint.extract.ground import FLAT, find_ground
from attnpaint.images import Picture
from attnpaint.parts import GROUND

SAME = 10.0
"""ΔE2000 up to which two colours of a picture count as one; shading within it is no colour of its own."""
CLASSES = 32  # colours of a truth, at most; the rest go to the nearest
BITS = 3  # of each channel that are dropped where colours are counted


def figure(truth: Picture, parts: Picture | None = None, drawing: Picture | None = None) -> Mask:
    """uint8 H×W×3 → H×W, where the figure is: all that is not ground.

    The part map tells (uint8 H×W of indices, see attnpaint.parts). Without one the ground is found as that of
    a reference is (see `find_ground`), as far as it hangs together with the picture's edge; lines of the
    drawing (uint8 H×W) stop it. A picture without a ground is all figure, one of a single colour none.
    """
    if parts is not None:
        return np.asarray(parts != GROUND)
    found = find_ground(truth)
    if found is None:
        blank = np.ptp(truth.reshape(-1, 3), axis=0).max() <= FLAT
        return np.full(truth.shape[:2], not blank)
    there = found.there > 0
    if drawing is not None:
        there &= ~ink(drawing)
    _, labels = cv2.connectedComponents(there.astype(np.uint8), connectivity=4)
    frame = np.ones(truth.shape[:2], bool)
    frame[1:-1, 1:-1] = False
    outer = np.unique(labels[frame & there])
    return ~np.isin(labels, outer)


@dataclass(frozen=True, eq=False)
class Areas:
    """The figure's areas that are each of one true colour, off lines.

    labels: H×W, from 1; 0 elsewhere. lab: (n, 3), the true colour of each, its median; area: (n,) in pixels.
    group: (n,), equal where colour and part are equal in the truth. inside: H×W, the figure off lines.
    """

    labels: Labels
    lab: Floats
    area: npt.NDArray[np.int64]
    group: npt.NDArray[np.int64]
    inside: Mask


def true_areas(truth: Picture, drawing: Picture, parts: Picture | None = None) -> Areas:
    """The closed regions of the drawing, cut further where parts or true colours change within them.

    truth uint8 H×W×3; drawing and parts uint8 H×W. What is smaller than a region may be has no label.
    """
    depth = cv2.distanceTransform((~ink(drawing)).astype(np.uint8), cv2.DIST_L2, 5)
    inside: Mask = figure(truth, parts, drawing) & (depth > BESIDE * unit(drawing))
    colours = colour_classes(truth, inside)
    groups = colours if parts is None else colours.astype(np.int64) * 256 + parts
    regions = closed_regions(drawing)
    keys = np.where(inside, 1 + groups * (int(regions.max()) + 1) + regions, 0)
    labels, first = _connected(keys, SMALL * drawing.size)
    found = groups.ravel()[first]
    lab, area = medians(to_lab(truth), labels, len(found))
    return Areas(labels, lab, area, found, inside)


def _connected(keys: npt.NDArray[np.int64], least: float) -> tuple[Labels, npt.NDArray[np.int64]]:
    """H×W of keys, 0 for none → labels H×W, from 1, of what hangs together and has one key and at least
    `least` pixels; and where in the raveled picture each begins."""
    values, dense = np.unique(keys, return_inverse=True)
    numbered: Labels = dense.reshape(keys.shape).astype(np.int32)
    labels, first = np.zeros(keys.shape, np.int32), list[int]()
    for number, box in enumerate(_boxes(numbered, len(values))):
        if values[number] == 0:
            continue
        own = (numbered[box] == number).astype(np.uint8)
        count, pieces, facts, _ = cv2.connectedComponentsWithStats(own, connectivity=4)
        for piece in range(1, count):
            if facts[piece, cv2.CC_STAT_AREA] >= least:
                here = pieces == piece
                labels[box][here] = len(first) + 1
                row, column = np.unravel_index(int(here.argmax()), here.shape)
                first.append(int((box[0].start + row) * keys.shape[1] + box[1].start + column))
    return labels, np.array(first, np.int64)


def _boxes(dense: Labels, count: int) -> list[tuple[slice, slice]]:
    """The smallest box around each of the numbers 0 … count - 1 in H×W, all of which occur."""
    rows, columns = np.indices(dense.shape)
    found = np.stack([np.full(count, dense.size), np.full(count, -1)] * 2)  # top, bottom, left, right
    for place, axis in ((0, rows), (2, columns)):
        np.minimum.at(found[place], dense.ravel(), axis.ravel())
        np.maximum.at(found[place + 1], dense.ravel(), axis.ravel())
    return [
        (slice(int(top), int(bottom) + 1), slice(int(left), int(right) + 1))
        for top, bottom, left, right in found.T
    ]


def medians(lab: Floats, labels: Labels, count: int) -> tuple[Floats, npt.NDArray[np.int64]]:
    """H×W×3 and labels 1 … count → the median of each channel by label (count, 3), and areas (count,)."""
    flat = labels.ravel()
    order = np.argsort(flat, kind="stable")
    ends = np.searchsorted(flat[order], np.arange(1, count + 2))
    pixels = lab.reshape(-1, 3)[order]
    middle = [np.median(pixels[a:b], axis=0) for a, b in pairwise(ends)]
    return np.array(middle, np.float32).reshape(-1, 3), np.diff(ends)


def colour_classes(picture: Picture, where: Mask) -> npt.NDArray[np.int64]:
    """uint8 H×W×3 → H×W: which of the colours within `where` a pixel has, numbered by frequency; 0 elsewhere.

    The commonest colour takes all that is within SAME of it, then the commonest of the rest, and so on.
    """
    classes = np.zeros(where.shape, np.int64)
    if where.any():
        classes[where] = leaders(picture[where])
    return classes


def leaders(colours: Picture) -> npt.NDArray[np.int64]:
    """uint8 (n, 3) → (n,) numbers of like colours, the commonest first."""
    _, first, place, counts = np.unique(
        (colours >> BITS).astype(np.int64) @ (1, 256, 65536),
        return_index=True,
        return_inverse=True,
        return_counts=True,
    )
    lab = to_lab(colours[first])
    numbers = np.full(len(first), -1, np.int64)
    heads: list[int] = []
    left = counts.copy()
    while left.any() and len(heads) < CLASSES:
        head = int(left.argmax())
        near = (numbers < 0) & (delta_e_2000(lab, lab[head]) <= SAME)
        numbers[near], left[near] = len(heads), 0
        heads.append(head)
    rest = numbers < 0
    if rest.any():
        numbers[rest] = delta_e_2000(lab[rest][:, None], lab[heads][None]).argmin(axis=1)
    return np.asarray(numbers[place.ravel()])
