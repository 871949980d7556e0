"""Lays a picture of pieces on a canvas: areas, shade, lines."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from attnpaint.figures.canvas import SAMPLES, Canvas
from attnpaint.figures.curves import Points
from attnpaint.figures.pens import Bytes
from attnpaint.figures.shading import DEEP, SHADE
from attnpaint.figures.solid.contours import Mask, edges, lines
from attnpaint.figures.solid.pieces import Piece
from attnpaint.figures.solid.raster import FAR, Seen

_LIT = 0.05  # light below this is shade


@dataclass(frozen=True)
class Laid:
    """What is to be laid: seen, its pieces, where lines are; unit: samples in a half head."""

    seen: Seen
    pieces: Sequence[Piece]
    drawn: Mask
    unit: float


def prepare(seen: Seen, pieces: Sequence[Piece], unit: float) -> Laid:
    return Laid(seen, pieces, edges(seen, pieces, unit), unit)


def lay(canvas: Canvas, laid: Laid, chosen: Callable[[Piece], bool], nearer: float = FAR) -> dict[str, int]:
    """Lays the chosen pieces where they are nearer than a depth; the area of each, by its name."""
    seen = laid.seen
    labels = [i + 1 for i, piece in enumerate(laid.pieces) if chosen(piece)]
    present = np.bincount(seen.label.ravel(), minlength=len(laid.pieces) + 1) > 0
    labels = [label for label in labels if present[label]]
    areas = np.zeros(len(laid.pieces) + 1, np.uint16)
    names: dict[str, int] = {}
    by_family: dict[str, int] = {}
    for label in labels:
        piece = laid.pieces[label - 1]
        areas[label] = names[piece.name] = canvas.area(piece.paint, by_family.get(piece.family))
        by_family.setdefault(piece.family, int(areas[label]))
    (left, top), (height, width) = seen.low, seen.label.shape
    number = areas[seen.label]
    mask = number > 0
    if nearer > FAR:
        mask &= seen.depth > nearer
    window = slice(top, top + height), slice(left, left + width)
    canvas.cover(window, mask, number, _tones(laid, canvas.light.steps))
    canvas.place(np.eye(2) / SAMPLES, np.zeros(2))
    for label in labels:
        piece = laid.pieces[label - 1]
        thick = 0.62 if piece.fine else 0.75 if piece.family == "skirt" and piece.panel else 1.0
        for line in lines(seen, laid.drawn, label, laid.unit, piece.fine):
            if nearer > FAR and not _most(mask, line, seen):
                continue
            short = min(1.0, 0.7 * laid.unit / (8.0 * max(1, len(line))))
            canvas.stroke(line, 1.25 * thick, taper=max(0.12, short))
    return names


def _most(mask: Mask, line: Points, seen: Seen) -> bool:
    at = np.round(line - seen.low).astype(int)
    inside = (at >= 0).all(1) & (at[:, 1] < mask.shape[0]) & (at[:, 0] < mask.shape[1])
    at = at[inside]
    return bool(len(at)) and float(mask[at[:, 1], at[:, 0]].mean()) > 0.5


def _tones(laid: Laid, steps: int) -> Bytes:
    """Levels of shade, H×W: sides turned from the light, and what falls from nearer things."""
    seen = laid.seen
    tone: Bytes = np.zeros(seen.label.shape, np.uint8)
    if not steps:
        return tone
    there = (seen.label > 0).astype(np.float32)
    sigma = float(np.clip(0.09 * laid.unit, 1.5, 9))
    weight = cv2.GaussianBlur(there, (0, 0), sigma)
    light = cv2.GaussianBlur(seen.light * there, (0, 0), sigma) / np.maximum(weight, 1e-3)
    tone[light < _LIT] = SHADE
    dx, dy = max(1, int(0.07 * laid.unit)), max(1, int(0.16 * laid.unit))
    if dy < tone.shape[0] and dx < tone.shape[1]:
        above = seen.depth[:-dy, :-dx] - seen.depth[dy:, dx:]
        fallen = (above > 0.1 * laid.unit) & (above < 1.6 * laid.unit)
        fallen = cv2.medianBlur(fallen.astype(np.uint8), 5) > 0
        tone[dy:, dx:][fallen] = DEEP if steps > 1 else SHADE
    return tone
