"""Closed regions of a drawing, and the palette colour that the network points at in each."""

import cv2
import numpy as np
import numpy.typing as npt

from attnpaint.images import Picture
from attnpaint.inference.strip import extent

Labels = npt.NDArray[np.int32]
Floats = npt.NDArray[np.floating]

SCRAP = 0.0002  # share of the drawing under which a region joins its neighbour
GAP = 5.0  # px in a 512 px drawing; lines are taken as closed where they leave less than this open
BALLS = (1 / 2, 1 / 4, 1 / 8, 1 / 16, 0.0)  # radii, of the gap
NECK = 0.6  # of a ball: what is joined to a known region by a neck as wide as this is no region of its own
SHARPEN, LEAD = 2.0, 6.0  # powers of the votes: while colours are balanced, and in the end
BALANCE, ROUNDS, MOST = 0.5, 12, 4.0  # of the palette: step, rounds, and the largest push of a logit
ALIKE = 24.0  # distance in RGB at which two colours begin to differ
WHITE, BLACK = 225, 48  # least channel of what passes for paper, largest of what passes for ink
HIDES = 4.0  # how much less a colour as dark as ink is wanted
RARE = 0.002  # weight under which a colour may stay unused
ROOM, BEHIND = 4.0, 8.0  # a region that is given an unused one: most size over weight, most loss of logit
SAME = 0.25  # how alike colours are that pass for one

_ALL, _FIRST, _LAST = slice(None), slice(None, -1), slice(1, None)


def find_regions(sketch: Picture, gap: float = GAP) -> Labels:
    """sketch uint8 H×W, dark lines on white → labels int32 H×W from 1: every pixel belongs to a region.

    gap: what is closed in the lines at most, in px of a drawing whose long side is 512 (see `strip.extent`).
    Trapped balls of falling size (Zhang et al. 2009): where a ball fits that is not connected to a known
    region, by a neck nearly as wide as itself, a new one begins; where it is connected to one alone, that
    region grows. From there the regions flood the rest, paper before lines (Meyer 1992), so that none runs
    through a line into a corner; each pixel of a line goes to the region nearest to it.
    """
    threshold, _ = cv2.threshold(sketch, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    paper = (sketch > np.clip(threshold, 128, 225)).astype(np.uint8)
    depth = cv2.distanceTransform(paper, cv2.DIST_L2, 5)
    labels = np.zeros(sketch.shape, np.int32)
    long = extent(*sketch.shape)
    unit = max(1.0, long / 512)
    for ball in BALLS:
        radius = ball * gap * unit
        count, parts = _parts(depth, radius)
        names, alone = _names(labels, parts, count)
        _, wider = _parts(depth, radius * NECK)
        beside, apart = _names(labels, wider, int(wider.max()) + 1)
        first = np.zeros(count, np.int32)  # a pixel's part at the wider ball, for each part
        first[parts] = wider
        unborn = alone & apart[first]
        unborn[0] = False  # where the ball does not fit
        names = np.where(alone, beside[first], names)
        names[unborn] = labels.max() + 1 + np.arange(unborn.sum())
        names[0] = 0
        labels = np.where(labels > 0, labels, names[parts])
    if not labels.any():
        return np.ones_like(labels)
    labels = _flooded(paper, labels)
    labels = _nearest(np.where(paper, labels, 0)) if (labels * paper).any() else _nearest(labels)
    scraps = np.bincount(labels.ravel()) < SCRAP * min(labels.size, long * min(labels.shape))
    return labels if scraps[1:].all() else _joined(labels, paper, scraps)


def _parts(depth: Floats, radius: float) -> tuple[int, Labels]:
    """How many, and which part each pixel is in that a ball of this radius reaches; 0: none."""
    count, parts = cv2.connectedComponents((depth > radius).astype(np.uint8), connectivity=4)
    return count, parts.astype(np.int32, copy=False)


def _names(labels: Labels, parts: Labels, count: int) -> tuple[Labels, npt.NDArray[np.bool_]]:
    """The one label that lies in each part, 0 where there are several or none; and where there is none."""
    known = labels > 0
    parts_of, labels_of = parts[known], labels[known]
    names = np.zeros(count, np.int32)
    names[parts_of] = labels_of
    alone = names == 0
    names[parts_of[names[parts_of] != labels_of]] = 0
    return names, alone


def _flooded(paper: npt.NDArray[np.uint8], labels: Labels) -> Labels:
    """The regions grown until they meet; 0 where they do.

    OpenCV's flood takes the smallest step between neighbours first: paper is made even, lines a chequerboard.
    """
    board = np.indices(paper.shape).sum(axis=0, dtype=np.uint8) % 2
    ground = np.where(paper, np.uint8(255), board.astype(np.uint8) * np.uint8(128))
    framed = cv2.copyMakeBorder(labels, 1, 1, 1, 1, cv2.BORDER_REPLICATE)  # its outermost pixels are not set
    grey = cv2.copyMakeBorder(ground, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    flooded = cv2.watershed(cv2.merge([grey] * 3), framed)[1:-1, 1:-1]
    return np.maximum(flooded, 0).astype(np.int32, copy=False)


def _joined(labels: Labels, paper: npt.NDArray[np.uint8], scraps: npt.NDArray[np.bool_]) -> Labels:
    """Each scrap becomes part of the region that it shares most paper with, or else of the one that is
    nearest to most of it.
    """
    inside = scraps[labels]
    nearest = _nearest(np.where(inside, 0, labels))
    names = np.arange(len(scraps), dtype=np.int32)
    _vote(names, labels[inside], nearest[inside])
    touching = [
        (labels[y, x], labels[v, u])
        for y, x, v, u in (
            (_FIRST, _ALL, _LAST, _ALL), (_LAST, _ALL, _FIRST, _ALL),
            (_ALL, _FIRST, _ALL, _LAST), (_ALL, _LAST, _ALL, _FIRST),
        )
    ]  # fmt: skip
    papers = [
        paper[_FIRST] & paper[_LAST], paper[_FIRST] & paper[_LAST],
        paper[:, _FIRST] & paper[:, _LAST], paper[:, _FIRST] & paper[:, _LAST],
    ]  # fmt: skip
    met = [
        (ours[where], theirs[where])
        for (ours, theirs), both in zip(touching, papers, strict=True)
        for where in [(both > 0) & scraps[ours] & ~scraps[theirs]]
    ]
    _vote(names, *(np.concatenate(side) for side in zip(*met, strict=True)))
    return names[labels]


def _vote(names: Labels, ours: Labels, theirs: Labels) -> None:
    """Set the name of each of `ours` to the one of `theirs` that it stands beside most often."""
    pairs, counts = np.unique(np.stack([ours, theirs]), axis=1, return_counts=True)
    order = np.argsort(counts, kind="stable")
    names[pairs[0, order]] = pairs[1, order]  # the last one stays


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
    regions that are least sure of theirs (after Sinkhorn 1967), and what no region took is given to one that
    can spare its own. Left as the network wants them are the largest region and paper, and white where the
    largest region is white; what is as dark as ink is avoided.
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
    leading[empty] = -1
    share = area / max(area.sum(), 1e-9)
    _give_unused(leading, taken, moved, share, weights * (1.0 - dark[:size]), alike)
    taken *= alike[leading]
    taken[empty] = 0
    whole = taken.sum(axis=1, keepdims=True)
    return np.asarray(taken / np.maximum(whole, 1e-9))


def _give_unused(
    leading: Labels, taken: Floats, logits: Floats, share: Floats, weights: Floats, alike: Floats
) -> None:
    """Colours that lead in no region, heaviest first, each get the one that is least against it.

    share: of the area. Not a region without area, one far larger than the colour's weight, or the last one of
    its own colour.
    """
    behind = logits.max(axis=1, keepdims=True) - logits
    for color in np.argsort(-weights, kind="stable"):
        held = (alike[leading[leading >= 0]] > SAME).sum(axis=0)
        if weights[color] < RARE or held[color]:
            continue
        spared = (share > 0) & (share < ROOM * weights[color]) & (held[leading] > 1)
        lost = np.where(spared, behind[:, color], np.inf)
        region = int(lost.argmin())
        if lost[region] < BEHIND:
            leading[region], taken[region] = color, np.eye(len(alike))[color]


def _softmax(logits: Floats) -> Floats:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)  # type: ignore[no-any-return]
