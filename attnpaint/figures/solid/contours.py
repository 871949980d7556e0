"""Lines of a picture of pieces: where one lies before another, and where two that touch differ."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from attnpaint.figures.curves import Points
from attnpaint.figures.solid.pieces import Piece
from attnpaint.figures.solid.raster import Seen

Mask = npt.NDArray[np.bool_]
STEP, FINE_STEP = 0.16, 0.05  # half heads: a step in depth that is a line
_SHORT, _FINE_SHORT = 0.34, 0.08  # half heads: a line that is shorter is none


def edges(seen: Seen, pieces: Sequence[Piece], unit: float) -> Mask:
    """H×W: points of a piece at whose rim a line is drawn; unit: samples in a half head."""
    families = {name: i + 1 for i, name in enumerate(dict.fromkeys(piece.family for piece in pieces))}
    family = np.array([0] + [families[piece.family] for piece in pieces], np.int32)
    panel = np.array([0] + [piece.panel for piece in pieces], np.int32)
    step = np.array([STEP] + [FINE_STEP if piece.fine else STEP for piece in pieces], np.float32) * unit
    kind, part, leap = family[seen.label], panel[seen.label], step[seen.label]
    out = np.zeros(seen.label.shape, bool)
    for axis in (0, 1):
        here, there = [slice(None)] * 2, [slice(None)] * 2
        here[axis], there[axis] = slice(1, None), slice(None, -1)
        one, two = tuple(here), tuple(there)
        drop = seen.depth[one] - seen.depth[two]
        far = np.minimum(leap[one], leap[two])
        part_differs = (part[one] != part[two]) & (part[one] > 0) & (part[two] > 0)
        differs = (kind[one] != kind[two]) | part_differs
        close = np.abs(drop) <= far
        first = seen.label[one] > seen.label[two]
        out[one] |= (drop > far) | (differs & close & first)
        out[two] |= (drop < -far) | (differs & close & ~first)
    return out & (seen.label > 0)


def lines(seen: Seen, drawn: Mask, label: int, unit: float, fine: bool) -> list[Points]:
    """The lines of one label, each N×2 in samples of the canvas."""
    mask = np.asarray(seen.label == label, np.uint8)
    found, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE, offset=(0, 0))
    out: list[Points] = []
    for contour in found:
        chain = contour[:, 0]
        if len(chain) < 8:
            continue
        on = _closed(drawn[chain[:, 1], chain[:, 0]], max(3, int(0.05 * unit)))
        for run in _runs(on):
            if len(run) > max(6.0, (_FINE_SHORT if fine else _SHORT) * unit):
                whole = len(run) > len(chain)
                out.append(_smooth(chain[run % len(chain)].astype(np.float64), unit, whole) + seen.low)
    return out


def _closed(on: Mask, gap: int) -> Mask:
    """A ring of yes and no without short gaps of no."""
    if on.all() or not on.any():
        return on
    kernel = np.ones(2 * gap + 1)
    ring = np.concatenate([on[-2 * gap :], on, on[: 2 * gap]]).astype(np.float64)
    grown = np.convolve(ring, kernel, "same") > 0
    shrunk = np.convolve((~grown).astype(np.float64), kernel, "same") == 0
    return np.asarray(shrunk[2 * gap : 2 * gap + len(on)], bool)


def _runs(on: Mask) -> list[npt.NDArray[np.int64]]:
    """Places of a ring that follow each other; a whole ring once, with its first place again at its end."""
    count = len(on)
    if on.all():
        return [np.arange(count + 1)]
    start = int(np.flatnonzero(~on)[0])
    turned = np.roll(on, -start)
    change = np.flatnonzero(np.diff(np.concatenate([[0], turned.astype(np.int8), [0]])))
    return [np.arange(a, b) + start for a, b in change.reshape(-1, 2)]


def _smooth(chain: Points, unit: float, whole: bool) -> Points:
    sigma = float(np.clip(0.035 * unit, 1.2, 4.0))
    reach = int(3 * sigma)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    kernel /= kernel.sum()
    if whole:
        padded = np.concatenate([chain[-reach - 1 : -1], chain, chain[1 : reach + 1]])
    else:
        first, last = chain[:1], chain[-1:]
        reach = min(reach, len(chain) - 1)
        kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
        kernel /= kernel.sum()
        padded = np.concatenate(
            [2 * first - chain[reach:0:-1], chain, 2 * last - chain[-2 : -reach - 2 : -1]]
        )
    smooth = np.stack([np.convolve(padded[:, i], kernel, "valid") for i in (0, 1)], 1)
    every = max(2, int(0.06 * unit))
    kept = smooth[::every]
    return np.concatenate([kept, smooth[-1:]]) if len(kept) * every - every < len(smooth) - 1 else kept
