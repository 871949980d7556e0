"""Closed regions of a drawing, and the palette colour that the network points at in each."""

import cv2
import numpy as np
import numpy.typing as npt

from attnpaint.images import Picture

Labels = npt.NDArray[np.int32]
Floats = npt.NDArray[np.floating]

SCRAP = 0.0002  # share of the drawing under which a region joins its neighbour
GAP = 5.0  # px in a 512 px drawing; lines are taken as closed where they leave less than this open
BALLS = (1 / 2, 1 / 4, 1 / 8)  # radii, of the gap
SHARPEN, LEAD = 2.0, 6.0  # powers of the votes: while colours are balanced, and in the end
BALANCE, ROUNDS, MOST = 0.5, 12, 4.0  # of the palette: step, rounds, and the largest push of a logit
ALIKE = 24.0  # distance in RGB at which two colours begin to differ
WHITE, BLACK = 225, 48  # least channel of what passes for paper, largest of what passes for ink
HIDES = 4.0  # how much less a colour as dark as ink is wanted


def find_regions(sketch: Picture, gap: float = GAP) -> Labels:
    """sketch uint8 H×W, dark lines on white → labels int32 H×W from 1: every pixel belongs to a region.

    gap: what is closed in the lines at most, in px of a drawing whose long side is 512.
    Trapped balls of falling size (Zhang et al. 2009): where a ball fits that is not connected to a known
    region, a new one begins; where it is connected to one alone, that region grows. From there the regions
    flood the rest, paper before lines (Meyer 1992), so that none runs through a line into a corner.
    """
    threshold, _ = cv2.threshold(sketch, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    paper = (sketch > np.clip(threshold, 128, 225)).astype(np.uint8)
    depth = cv2.distanceTransform(paper, cv2.DIST_L2, 5)
    labels = np.zeros(sketch.shape, np.int32)
    unit = max(1.0, max(sketch.shape) / 512)
    for ball in BALLS:
        count, parts = cv2.connectedComponents((depth > ball * gap * unit).astype(np.uint8), connectivity=4)
        known = labels > 0
        parts_of, labels_of = parts[known], labels[known]
        names = np.zeros(count, np.int32)
        names[parts_of] = labels_of
        shared = np.zeros(count, bool)
        shared[parts_of[names[parts_of] != labels_of]] = True
        new = names == 0
        new[0] = False  # part 0 is where the ball does not fit
        names[new] = labels.max() + 1 + np.arange(new.sum())
        names[shared] = 0  # left to the flood
        labels = np.where(known, labels, names[parts])
    if not labels.any():
        return np.ones_like(labels)
    labels = _nearest(_flooded(sketch, labels))
    scraps = np.bincount(labels.ravel()) < SCRAP * labels.size
    return labels if scraps[1:].all() else _nearest(np.where(scraps[labels], 0, labels))


def _flooded(sketch: Picture, labels: Labels) -> Labels:
    """The regions grown until they meet; 0 where they do."""
    framed = cv2.copyMakeBorder(labels, 1, 1, 1, 1, cv2.BORDER_REPLICATE)  # its outermost pixels are not set
    grey = cv2.copyMakeBorder(sketch, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    flooded = cv2.watershed(cv2.merge([grey] * 3), framed)[1:-1, 1:-1]
    return np.maximum(flooded, 0).astype(np.int32, copy=False)


def _nearest(labels: Labels) -> Labels:
    """Every pixel without a label takes the nearest one."""
    free = (labels == 0).astype(np.uint8)
    _, place = cv2.distanceTransformWithLabels(free, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    names = np.zeros(place.max() + 1, np.int32)
    names[place[free == 0]] = labels[free == 0]
    return names[place]


def choose_colors(
    labels: Labels, count: int, shares: Floats, weights: Floats, colors: Floats, light: Picture
) -> Floats:
    """How much of each colour each of `count` regions takes, count×K: rows sum to 1, without a vote to 0.

    A region's pixels vote with their shares, those on lines (dark in `light`) hardly. Then the palette is
    balanced: a colour that the picture uses less than the palette holds is asked for more, which moves the
    regions that are least sure of theirs (after Sinkhorn 1967). Left as the network wants them are the
    largest region and paper, and white where the largest region is white; what is as dark as ink is avoided.
    """
    flat, vote = labels.ravel(), (light.ravel() / 255.0) ** 4 + 1e-3
    area = np.bincount(flat, vote, count)
    votes = np.stack([np.bincount(flat, share.ravel() * vote, count) for share in shares], axis=1)
    logits = SHARPEN * np.log(votes / np.maximum(area, 1e-9)[:, None] + 1e-4)
    dark = colors.max(axis=1) < BLACK
    logits[:, dark] -= HIDES  # it would hide the lines
    alike = np.exp(np.square(colors[:, None] - colors).sum(axis=2) / (-2 * ALIKE**2))  # K×K
    ground, size, empty = int(area.argmax()), len(weights), area == 0
    area[ground] = 0
    lead = int(logits[ground].argmax())
    rest = 1 - alike[lead, :size]
    free = (rest if colors[lead].min() > WHITE else 1.0) * ~dark[:size]
    near = alike[:size, :size] * free
    held = near @ (weights * rest)  # what is left for the other regions
    bias = np.zeros(size)
    for _ in range(ROUNDS if held.any() and area.any() else 0):
        used = near @ (area @ _softmax(logits + np.pad(bias, (0, 2))))[:size]
        asked = bias + BALANCE * np.log((held / held.sum() + 0.01) / (used / max(used.sum(), 1e-9) + 0.01))
        bias = free * asked.clip(-MOST, MOST)
    moved = np.where(np.arange(count)[:, None] == ground, logits, logits + np.pad(bias, (0, 2)))
    taken = _softmax(LEAD * moved)
    leading = (taken @ alike).argmax(axis=1)  # mixed with unlike colours it would turn to mud
    taken *= alike[leading]
    taken[empty] = 0
    whole = taken.sum(axis=1, keepdims=True)
    return np.asarray(taken / np.maximum(whole, 1e-9))


def _softmax(logits: Floats) -> Floats:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)  # type: ignore[no-any-return]
