"""Assigns a palette colour to each region, by where the network's pointer looks."""

import numpy as np
import numpy.typing as npt

from attnpaint.images import Picture
from attnpaint.segment.regions import Labels

Floats = npt.NDArray[np.floating]

SHARPEN, LEAD = 2.0, 6.0  # powers of the votes: while colours are balanced, and in the end
BALANCE, ROUNDS, MOST = 0.5, 12, 4.0  # of the palette: step, rounds, and the largest push of a logit
ALIKE = 24.0  # distance in RGB at which two colours begin to differ
WHITE, BLACK = 225, 48  # least channel of what passes for paper, largest of what passes for ink
HIDES = 4.0  # how much less a colour as dark as ink is wanted
RARE = 0.002  # weight under which a colour may stay unused
ROOM, BEHIND = 4.0, 8.0  # a region that is given an unused one: most size over weight, most loss of logit
SAME = 0.25  # how alike colours are that pass for one


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
    region_weights = _softmax(LEAD * moved)
    leading = (region_weights @ alike).argmax(axis=1)  # mixed with unlike colours it would turn to mud
    leading[empty] = -1
    share = area / max(area.sum(), 1e-9)
    give_unused(leading, region_weights, moved, share, weights * (1.0 - dark[:size]), alike)
    region_weights *= alike[leading]
    region_weights[empty] = 0
    whole = region_weights.sum(axis=1, keepdims=True)
    return np.asarray(region_weights / np.maximum(whole, 1e-9))


def give_unused(
    leading: Labels, region_weights: Floats, logits: Floats, share: Floats, weights: Floats, alike: Floats
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
            leading[region], region_weights[region] = color, np.eye(len(alike))[color]


def _softmax(logits: Floats) -> Floats:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)  # type: ignore[no-any-return]
