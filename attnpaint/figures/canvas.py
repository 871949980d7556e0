"""A canvas on which shapes cover each other: which shape each point shows, and how much ink lies on it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from attnpaint.figures.curves import Points, normals

Bytes = npt.NDArray[np.uint8]
Rgb = tuple[int, int, int]

SAMPLES = 2  # in each direction, for each pixel of the picture
_SHIFT = 4  # cv2 takes whole numbers: sixteenths of a sample
_SPECK = 12  # px: a smaller piece of a part goes to its neighbour


@dataclass(frozen=True)
class Pen:
    """How lines are drawn.

    width: px in a picture of 640. variation: how much it swells, 0 to 1. gaps: the chance of a gap in a long
    line. coloured: lines take a dark shade of what they lie on. ink: grey of black lines, 0 to 120.
    """

    width: float = 2.2
    variation: float = 0.4
    gaps: float = 0.0
    coloured: bool = False
    ink: int = 20


@dataclass(frozen=True)
class Paint:
    part: int
    colour: Rgb


@dataclass(frozen=True)
class Drawn:
    """A finished picture: colour and line uint8 H×W×3 and H×W; parts uint8 H×W."""

    colour: Bytes
    line: Bytes
    parts: Bytes


class Canvas:
    """Draws in units of the figure; `place` says where they lie on the picture."""

    def __init__(self, side: int, ground: Rgb, pen: Pen, rng: np.random.Generator) -> None:
        self.side, self.pen, self.rng = side, pen, rng
        full = side * SAMPLES
        self.shown = np.zeros((full, full), np.uint16)
        self.ink = np.zeros((full, full), np.uint8)
        self.paints = [Paint(0, ground)]
        self._unit = pen.width * max(side, 256) / 640 * SAMPLES
        self.matrix, self.shift = np.eye(2), np.zeros(2)
        self.warp: Callable[[Points], Points] | None = None

    def place(self, matrix: Points, shift: Points, warp: Callable[[Points], Points] | None = None) -> None:
        """A point p of the figure lies at matrix @ warp(p) + shift, in px of the picture."""
        self.matrix, self.shift, self.warp = matrix, shift, warp

    def fill(
        self,
        shapes: Points | Sequence[Points],
        paint: Paint,
        outline: Sequence[Points] | None = None,
        width: float = 1.0,
    ) -> int:
        """Cover the union of shapes and outline it; returns the number of the covered area.

        outline: only these lines in its stead, none for an empty list.
        """
        pieces = [shapes] if isinstance(shapes, np.ndarray) else list(shapes)
        lines = [np.concatenate([piece, piece[:2]]) for piece in pieces] if outline is None else outline
        for line in lines:
            self.stroke(line, 1.9 * width, taper=0.0 if outline is None else 0.25)
        self.paints.append(paint)
        number = len(self.paints) - 1
        for piece in pieces:
            pixels = [self._fixed(self._pixels(piece))]
            cv2.fillPoly(self.shown, pixels, number, shift=_SHIFT)
            cv2.fillPoly(self.ink, pixels, 0, cv2.LINE_AA, _SHIFT)
        return number

    def shade(self, shape: Points, area: int, colour: Rgb) -> int:
        """Another colour where the shape lies on what is visible of an area; no line."""
        pixels = self._pixels(shape)
        low = np.clip(np.floor(pixels.min(0)).astype(int), 0, self.side * SAMPLES)
        high = np.clip(np.ceil(pixels.max(0)).astype(int) + 1, 0, self.side * SAMPLES)
        if (high <= low).any():
            return area
        mask = np.zeros((high[1] - low[1], high[0] - low[0]), np.uint8)
        cv2.fillPoly(mask, [self._fixed(pixels - low)], 1, shift=_SHIFT)
        window = self.shown[low[1] : high[1], low[0] : high[0]]
        self.paints.append(Paint(self.paints[area].part, colour))
        window[(mask > 0) & (window == area)] = len(self.paints) - 1
        return len(self.paints) - 1

    def solid(self, shape: Points, paint: Paint) -> int:
        """Cover a shape with ink."""
        number = self.fill(shape, paint, outline=[])
        cv2.fillPoly(self.ink, [self._fixed(self._pixels(shape))], 255, cv2.LINE_AA, _SHIFT)
        return number

    def stroke(self, line: Points, width: float = 1.0, taper: float = 0.5) -> None:
        """Ink along a line; taper: the share of its length over which its two ends grow thin."""
        pixels = self._pixels(line)
        for piece in self._gapped(pixels) if taper > 0 and len(pixels) > 12 else [pixels]:
            self._ribbon(piece, width, taper)

    def _gapped(self, pixels: Points) -> list[Points]:
        if self.rng.random() >= self.pen.gaps:
            return [pixels]
        at = int(self.rng.integers(4, len(pixels) - 5))
        return [pixels[: at + 1], pixels[at + 1 :]]

    def _ribbon(self, pixels: Points, width: float, taper: float) -> None:
        t = np.linspace(0, 1, len(pixels))
        aside = normals(pixels)
        phase, turns = self.rng.random() * 6.28, 1 + self.rng.random()
        swell = 1 + self.pen.variation * (0.3 * np.sin(6.28 * turns * t + phase) + 0.35 * aside[:, 1])
        if taper:
            swell = swell * np.clip(np.minimum(t, 1 - t) / (taper / 2), 0.12, 1) ** 0.7
        half = aside * (np.maximum(self._unit * width * swell, 0.9) / 2)[:, None]
        quads = np.concatenate([pixels + half, (pixels - half)[::-1]])
        if taper:
            cv2.fillPoly(self.ink, [self._fixed(quads)], 255, cv2.LINE_AA, _SHIFT)
            return
        left, right = pixels + half, pixels - half  # a closed line may cross itself: quad by quad
        strips = np.stack([left[:-1], left[1:], right[1:], right[:-1]], 1)
        for strip in self._fixed(strips):
            cv2.fillConvexPoly(self.ink, strip, 255, cv2.LINE_AA, _SHIFT)

    def _pixels(self, points: Points) -> Points:
        points = self.warp(points) if self.warp else points
        out: Points = (points @ self.matrix.T + self.shift) * SAMPLES
        return out

    @staticmethod
    def _fixed(pixels: Points) -> npt.NDArray[np.int32]:
        return np.round(np.clip(pixels, -4000, 12000) * (1 << _SHIFT)).astype(np.int32)

    def finish(self, lines_in: bool = True) -> Drawn:
        """The picture at its own size; lines_in: the colour picture shows the lines."""
        flat = np.array([paint.colour for paint in self.paints], np.uint8)
        parts = np.array([paint.part for paint in self.paints], np.uint8)
        size = (self.side, self.side)
        colour = cv2.resize(flat[self.shown], size, interpolation=cv2.INTER_AREA).astype(np.float32)
        ink = cv2.resize(self.ink, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
        if lines_in:
            tint = colour * 0.38 if self.pen.coloured else np.full_like(colour, self.pen.ink)
            colour += (tint - colour) * ink[..., None]
        line = 255 - (255 - self.pen.ink) * ink
        chosen = parts[self.shown[::SAMPLES, ::SAMPLES]]
        return Drawn(
            np.round(colour).astype(np.uint8), np.round(line).astype(np.uint8), without_specks(chosen)
        )


def without_specks(parts: Bytes) -> Bytes:
    """uint8 H×W parts: each piece of a part that is smaller than 12 px goes to the nearest part."""
    small = np.zeros(parts.shape, bool)
    for part in np.unique(parts):
        count, pieces, stats, _ = cv2.connectedComponentsWithStats(np.asarray(parts == part, np.uint8))
        tiny = np.flatnonzero(stats[:, cv2.CC_STAT_AREA] < _SPECK)
        tiny = tiny[tiny > 0]
        if count > 1 and len(tiny):
            small |= np.isin(pieces, tiny)
    if not small.any():
        return parts
    _, labels = cv2.distanceTransformWithLabels(
        small.astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    owner = np.zeros(labels.max() + 1, np.uint8)
    owner[labels[~small]] = parts[~small]
    return np.where(small, owner[labels], parts).astype(np.uint8)
