"""A canvas on which shapes cover each other: which shape each point shows, and how much ink lies on it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from attnpaint.figures.curves import Points, even, normals
from attnpaint.figures.pens import DARK, Bytes, Ink, Pen, filled, grained
from attnpaint.figures.shading import DEEP, GLEAM, SHADE, Light, Rgb, painted, toned

SAMPLES = 2  # in each direction, for each pixel of the picture
HAIR = 2  # the part that black may be spotted on
_SHIFT = 4  # cv2 takes whole numbers: sixteenths of a sample
_SPECK = 12  # px: a smaller piece of a part goes to its neighbour


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

    def __init__(
        self, side: int, ground: Rgb, pen: Pen, rng: np.random.Generator, light: Light | None = None
    ) -> None:
        self.side, self.pen, self.rng, self.light = side, pen, rng, light or Light()
        full = side * SAMPLES
        self.shown = np.zeros((full, full), np.uint16)
        self.tone = np.zeros((full, full), np.uint8)
        self.ink = np.zeros((full, full), np.uint8)
        self.paints = [Paint(0, ground)]
        self._family = [0]
        self._unit = pen.width * max(side, 256) / 640 * SAMPLES
        self.matrix, self.shift = np.eye(2), np.zeros(2)
        self.warp: Callable[[Points], Points] | None = None
        self.thick = 1.0

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
            self.stroke(line, 2.6 * width, taper=0.0 if outline is None else 0.12)
        number = self._added(paint)
        for piece in pieces:
            if not self._seen(there := self._pixels(piece)):
                continue
            pixels = [self._fixed(there)]
            cv2.fillPoly(self.shown, pixels, number, shift=_SHIFT)
            cv2.fillPoly(self.tone, pixels, 0, shift=_SHIFT)
            cv2.fillPoly(self.ink, pixels, 0, cv2.LINE_AA, _SHIFT)
        return number

    def cast(self, shape: Points, area: int, level: int = SHADE) -> None:
        """Shadow or light where the shape lies on what is visible of an area; no line. See `shading`."""
        if self.light.steps < (2 if level == DEEP else 1):
            return
        if (found := self._inside(shape, area)) is not None:
            window, mask = found
            self.tone[window][mask] = level

    def shade(self, shape: Points, area: int, colour: Rgb, part: int | None = None) -> int:
        """Another colour where the shape lies on what is visible of an area; no line. The area's shade stays,
        and shade that falls on the area later falls on this too."""
        found = self._inside(shape, area)
        if found is None:
            return area
        number = self._added(
            Paint(self.paints[area].part if part is None else part, colour), self._family[area]
        )
        window, mask = found
        self.shown[window][mask] = number
        return number

    def _added(self, paint: Paint, family: int | None = None) -> int:
        self.paints.append(paint)
        self._family.append(len(self.paints) - 1 if family is None else family)
        return len(self.paints) - 1

    def area(self, paint: Paint, family: int | None = None) -> int:
        """The number of an area that `cover` is to show; family: of another area that marks may run on to."""
        return self._added(paint, None if family is None else self._family[family])

    def cover(
        self,
        window: tuple[slice, slice],
        mask: npt.NDArray[np.bool_],
        areas: npt.NDArray[np.uint16],
        tone: Bytes,
    ) -> None:
        """Show areas where a mask holds, with their levels of shade; all as large as the window."""
        self.shown[window][mask] = areas[mask]
        self.tone[window][mask] = tone[mask]
        self.ink[window][mask] = 0

    def _inside(self, shape: Points, area: int) -> tuple[tuple[slice, slice], npt.NDArray[np.bool_]] | None:
        pixels = self._pixels(shape)
        low = np.floor(pixels.min(0)).clip(0, self.side * SAMPLES).astype(int)
        high = np.ceil(pixels.max(0) + 1).clip(0, self.side * SAMPLES).astype(int)
        if (high <= low).any():
            return None
        mask = np.zeros((high[1] - low[1], high[0] - low[0]), np.uint8)
        cv2.fillPoly(mask, [self._fixed(pixels - low)], 1, shift=_SHIFT)
        window = slice(low[1], high[1]), slice(low[0], high[0])
        kin = np.array(self._family) == self._family[area]
        return window, (mask > 0) & kin[self.shown[window]]

    def solid(self, shape: Points, paint: Paint) -> int:
        """Cover a shape with ink."""
        number = self.fill(shape, paint, outline=[])
        cv2.fillPoly(self.ink, [self._fixed(self._pixels(shape))], 255, cv2.LINE_AA, _SHIFT)
        return number

    def stroke(self, line: Points, width: float = 1.0, taper: float = 0.5) -> None:
        """Ink along a line; taper: the share of its length over which its two ends grow thin."""
        pixels = self._pixels(line)
        if not self._seen(pixels):
            return
        pixels = self._strayed(pixels)
        if taper > 0 and self.pen.overshoot and len(pixels) > 6:
            ends = np.stack([pixels[0] - pixels[2], pixels[-1] - pixels[-3]])
            far = ends * self.pen.overshoot * self.rng.random() * len(pixels) / 2
            pixels = np.concatenate([pixels[:1] + far[:1], pixels, pixels[-1:] + far[1:]])
        for piece in self._gapped(pixels) if taper > 0 and len(pixels) > 12 else [pixels]:
            self._ribbon(piece, width, taper)
            if self.pen.double and self.rng.random() < self.pen.double and len(piece) > 5:
                aside = self.rng.normal(0, self._unit * 0.55, (2, 2))
                again = piece + aside[:1] + (aside[1:] - aside[:1]) * np.linspace(0, 1, len(piece))[:, None]
                cut = self.rng.integers(0, max(1, len(piece) // 4), 2)
                self._ribbon(again[cut[0] : len(again) - cut[1]], width * 0.6, max(taper, 0.6))

    def mark(self, line: Points, area: int, width: float = 1.0, taper: float = 0.9) -> None:
        """Ink along a line, but only on what is visible of an area."""
        pixels, margin = self._pixels(line), int(4 * self._unit) + 4
        low = np.clip(pixels.min(0).astype(int) - margin, 0, len(self.ink))
        high = np.clip(pixels.max(0).astype(int) + margin, 0, len(self.ink))
        if (high <= low).any():
            return
        window = slice(low[1], high[1]), slice(low[0], high[0])
        before, kin = self.ink[window].copy(), np.array(self._family) == self._family[area]
        pen, self.pen = self.pen, replace(self.pen, overshoot=0.0)
        self.stroke(line, width, taper)
        self.pen = pen
        self.ink[window] = np.where(kin[self.shown[window]], self.ink[window], before)

    def sees(self, shape: Points) -> bool:
        """Whether a shape may lie on the picture."""
        return self._seen(self._pixels(shape))

    def _seen(self, pixels: Points) -> bool:
        """Whether points may lie on the picture."""
        low, high, full = pixels.min(0), pixels.max(0), len(self.ink)
        return bool(high[0] > -8 and high[1] > -8 and low[0] < full + 8 and low[1] < full + 8)

    def _strayed(self, pixels: Points) -> Points:
        """The line as a hand draws it that is not quite steady."""
        if not self.pen.wobble or len(pixels) < 4:
            return pixels
        along = np.linspace(0, 1, len(pixels))
        knots = max(3, min(9, len(pixels) // 4))
        stray = self.rng.normal(0, self.pen.wobble * self._unit / self.pen.width * 0.5, (knots, 2))
        at = np.linspace(0, 1, knots)
        moved: Points = pixels + np.stack([np.interp(along, at, stray[:, i]) for i in (0, 1)], 1)
        return moved

    def _gapped(self, pixels: Points) -> list[Points]:
        if self.rng.random() >= self.pen.gaps:
            return [pixels]
        at = int(self.rng.integers(4, len(pixels) - 5))
        open_for = self.rng.uniform(1, 5) * self._unit / self.pen.width
        step = pixels[at + 1] - pixels[at]
        share = min(1.0, open_for / max(1e-6, float(np.hypot(*step))))
        return [pixels[: at + 1], np.concatenate([pixels[at : at + 1] + share * step, pixels[at + 1 :]])]

    def _ribbon(self, pixels: Points, width: float, taper: float) -> None:
        t = even(len(pixels))
        aside = normals(pixels)
        phase, turns = self.rng.random() * 6.28, 1 + self.rng.random()
        swell = 1 + self.pen.variation * (0.3 * np.sin(6.28 * turns * t + phase) + 0.35 * aside[:, 1])
        if taper:
            swell = swell * np.clip(np.minimum(t, 1 - t) / (taper / 2), 0.12, 1) ** 0.7
        half = (
            aside
            * (np.maximum(self._unit * self.thick * width * swell, 0.9 if taper > 0.3 else 2.2) / 2)[:, None]
        )
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
        size = (self.side, self.side)
        parts = np.array([paint.part for paint in self.paints], np.uint8)
        flat = [paint.colour for paint in self.paints]
        drawn = (parts > 0) & (parts <= 250)
        whole = painted(flat, self.shown, self.tone, drawn[self.shown], self.light)
        colour = cv2.resize(whole, size, interpolation=cv2.INTER_AREA)[..., :3].astype(np.float32)
        ink = self._small(self.ink)
        worn = grained(ink, self.pen, self.rng)
        tint = colour * 0.38 if self.pen.coloured else np.full_like(colour, self.pen.ink)
        told = filled(worn, self.pen, *self._dark(flat, parts), self.rng) if self.pen.fill else worn
        depth = np.float32(255 - self.pen.ink)
        if self.pen.coloured and self.pen.faint:
            depth = 255 - tint.mean(axis=2)
        line = 255 - depth * told
        if lines_in:
            colour += (tint - colour) * worn[..., None]
        else:  # what only lines tell, such as a mouth, is still to be seen
            colour *= 1 - 0.25 * worn[..., None]
        chosen = parts[self.shown[::SAMPLES, ::SAMPLES]]
        colour = toned(colour, chosen > 0, self.light, self.rng)
        return Drawn(_bytes(colour), _bytes(line), without_specks(chosen))

    def _dark(self, flat: list[Rgb], parts: Bytes) -> tuple[Ink, Ink]:
        """Where dark hair is, away from its gleam, and where shadows are."""
        black = np.array(flat) @ [0.299, 0.587, 0.114] < DARK
        hair = ((black & (parts == HAIR))[self.shown] & (self.tone != GLEAM)).astype(np.uint8) * 255
        shadow = np.isin(self.tone, (SHADE, DEEP)).astype(np.uint8) * 255
        return self._small(hair), self._small(shadow)

    def _small(self, array: Bytes) -> Ink:
        resized = cv2.resize(array, (self.side, self.side), interpolation=cv2.INTER_AREA)
        return np.asarray(resized.astype(np.float32) / np.float32(255), np.float32)


def _bytes(array: npt.NDArray[np.float32]) -> Bytes:
    return np.clip(np.round(array), 0, 255).astype(np.uint8)


def without_specks(parts: Bytes) -> Bytes:
    """uint8 H×W parts: each piece of a part that is smaller than 12 px goes to the nearest part."""
    small = np.zeros(parts.shape, bool)
    for part in np.flatnonzero(np.bincount(parts.ravel())):
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
