"""A painting of four boxes on a ground, with a region stage's answers made by hand."""

import cv2
import numpy as np

from attnpaint.extract import Histogram
from attnpaint.images import Picture, to_grey
from attnpaint.inference.canvas import Canvas
from attnpaint.inference.coloring import Coloring
from attnpaint.inference.drawing import Drawing
from attnpaint.inference.engine import Answers, Maps
from attnpaint.segment.regions import find_regions

SIZE = 160
CENTRES = {"a": (45, 45), "b": (115, 45), "c": (45, 115), "d": (115, 115)}  # x, y
GROUND = (5, 5)
ENTRIES = {"a": 1, "b": 2, "c": 1, "d": 3}  # of the palette
PARTS = {"a": 2, "b": 1, "c": 2, "d": 5}  # hair, skin, hair, clothes
PAPER = 17


def palette() -> Histogram:
    colors = np.random.default_rng(4).integers(60, 220, (4, 4, 3)).astype(np.uint8)
    return Histogram(colors, np.full((4, 4), 0.25, np.float32))


def sketch(scale: int = 1) -> Picture:
    grey = np.full((SIZE * scale, SIZE * scale), 255, np.uint8)
    for x, y in CENTRES.values():
        corners = ((x - 25) * scale, (y - 25) * scale), ((x + 25) * scale, (y + 25) * scale)
        cv2.rectangle(grey, *corners, 0, 2 * scale)
    return np.repeat(grey[..., None], 3, axis=2)


def boxes(told: bool = True, scale: int = 1) -> Coloring:
    """a and c are hair of one colour and one kind, b is skin, d clothes; without `told` nothing tells so.

    a and c do not touch. All that is not a box points at paper.
    """
    drawing = Drawing.of(sketch(scale), SIZE)
    shares = np.zeros((18, SIZE, SIZE), np.float32)
    shares[PAPER] = 1
    for name, (x, y) in CENTRES.items():
        shares[:, y - 25 : y + 25, x - 25 : x + 25] = 0
        shares[ENTRIES[name], y - 25 : y + 25, x - 25 : x + 25] = 1
    colors = np.concatenate([palette().colors.reshape(-1, 3), [[0] * 3, [255] * 3]])
    image = np.tensordot(colors.T / np.float32(127.5) - 1, shares, 1).astype(np.float32)
    labels = find_regions(to_grey(drawing.clean))
    maps = Maps(image, shares, (), None, 0.0, _answers(labels, scale) if told else None)
    return Coloring(Canvas(drawing, maps, palette(), labels), palette(), "flat")


def region(coloring: Coloring, point: tuple[float, float]) -> int:
    """The region at a point of `sketch()`."""
    labels = coloring.canvas.labels
    scale = labels.shape[0] / SIZE
    return int(labels[int(point[1] * scale), int(point[0] * scale)])


def shown(coloring: Coloring, point: tuple[float, float]) -> tuple[int, ...]:
    """The flat colour at a point of `sketch()`."""
    return tuple(coloring.flats[region(coloring, point)].tolist())


def _answers(labels: np.ndarray, scale: int) -> Answers:
    names = list(CENTRES)
    found = [int(labels[y * scale, x * scale]) for x, y in CENTRES.values()]
    found.append(int(labels[GROUND[1] * scale, GROUND[0] * scale]))
    logits = np.full((5, 18), -9, np.float32)
    logits[np.arange(5), [*(ENTRIES[name] for name in names), PAPER]] = 9
    embedding = np.eye(8, dtype=np.float32)[[ENTRIES[name] for name in names] + [0]]
    parts = np.full((5, 7), 0.01, np.float32)
    parts[np.arange(5), [*(PARTS[name] for name in names), 0]] = 0.94
    area = np.array([0.1, 0.1, 0.1, 0.1, 0.6], np.float32)
    return Answers(np.array(found), area, logits, embedding, parts, np.full((16, 7), 1 / 7, np.float32))
