"""Frames of an animation in one palette: regions keep their colours from frame to frame."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from attnpaint.colour import Space, delta_e_2000, from_rgb
from attnpaint.errors import UsageError
from attnpaint.images import Picture, resize, to_grey
from attnpaint.inference.canvas import Canvas, fine
from attnpaint.inference.coloring import Coloring
from attnpaint.inference.tracking import Again, Drawn, Floats, Labels, find_again

HOLD = 1.0  # how much of a region's colours the next frame keeps
LIGHT = 200  # of 255; what is darker is a line


@dataclass(frozen=True, eq=False)
class Frame(Drawn):
    """A drawing, its regions, and what each of them takes: colors float32 (highest label + 1)×K.

    K: shares of a palette's colours, or RGB in [0, 255]. UsageError: a label without colours.
    """

    colors: Floats

    def __post_init__(self) -> None:
        least, most = int(self.labels.min()), int(self.labels.max())
        if least < 0 or most >= len(self.colors):
            problem = f"there are labels from {least} to {most}, and colours for {len(self.colors)}"
            raise UsageError(problem, "give a row of colours for each label from 0")


def match(previous: Frame, current: Frame) -> Labels:
    """The previous label of each current one, (R+1,) int32; -1 for what is new, and all of another scene."""
    return _matches(previous, current).names


def steady(previous: Frame, current: Frame, hold: float) -> Floats:
    """The current frame's colours, float32 (R+1)×K, held to the previous ones where regions are found again.

    hold: from 0, not at all, to 1: what is surely found keeps its colours for good. What is new, and all of
    another scene, takes its own. A row that is all 0 is one that nothing is known of: the other frame's is
    taken whole. previous: with the colours that it was given, not those it had of its own.
    """
    found = _matches(previous, current)
    before = previous.colors[found.names]
    held = hold * found.sureness
    held[(held > 0) & ~current.colors.any(axis=1)] = 1
    held[~before.any(axis=1)] = 0
    mixed: Floats = held[:, None] * before + (1 - held[:, None]) * current.colors
    return mixed.astype(np.float32, copy=False)


class Flicker:
    """How restless colours are: add frames one after the other, with RGB as `colors`."""

    def __init__(self) -> None:
        self.previous: Frame | None = None
        self.moved = self.area = 0.0

    def add(self, frame: Frame) -> None:
        previous, self.previous = self.previous, frame
        if previous is None:
            return
        names = match(previous, frame)
        area = np.bincount(frame.labels.ravel(), minlength=len(names)) * (names >= 0) / frame.labels.size
        before, after = (from_rgb(colors, Space.lab) for colors in (previous.colors[names], frame.colors))
        self.moved += float(area @ delta_e_2000(before, after))
        self.area += float(area.sum())

    @property
    def mean(self) -> float:
        """Mean ΔE2000 between a region's colours in consecutive frames, by area; NaN: none is found again."""
        return self.moved / self.area if self.area else float("nan")


def flicker(frames: Iterable[Frame]) -> float:
    """`Flicker.mean` of these frames."""
    seen = Flicker()
    for frame in frames:
        seen.add(frame)
    return seen.mean


def shown(frame: Frame, picture: Picture) -> Frame:
    """The frame with the mean colours that its regions have in a picture, uint8 H×W×3, off the lines."""
    height, width = frame.labels.shape
    labels, count = frame.labels.ravel(), len(frame.colors)
    small = resize(picture, height, width).reshape(-1, 3)
    light = (resize(frame.grey, height, width).ravel() >= LIGHT) + 1e-6  # what is all lines shows them
    area = np.maximum(np.bincount(labels, light, count), 1e-9)[:, None]
    means = np.stack([np.bincount(labels, plane * light, count) for plane in small.T], axis=1) / area
    return Frame(frame.grey, frame.labels, means.astype(np.float32))


class Steady:
    """Called with one frame's painting after the other: the same with its regions' colours held."""

    def __init__(self) -> None:
        self.previous: Frame | None = None
        self.flicker = Flicker(), Flicker()  # as painted, and held

    def __call__(self, coloring: Coloring) -> Coloring:
        canvas = coloring.canvas
        if canvas.region_weights is None:
            raise UsageError(
                "frames are held region by region", "give --finish flat or blend, and a model that points"
            )
        grey = to_grey(fine(canvas.drawing.clean))
        frame = Frame(grey, canvas.labels, canvas.region_weights, embedding=_embedding(canvas))
        held = canvas.region_weights if self.previous is None else steady(self.previous, frame, HOLD)
        self.previous = replace(frame, colors=held)
        result = replace(coloring, held=held)
        for flicker, painted in zip(self.flicker, (coloring, result), strict=True):
            flicker.add(shown(frame, painted.color))
        return result

    @property
    def told(self) -> str:
        """The flicker of regions that are found again, with and without holding."""
        own, held = (flicker.mean for flicker in self.flicker)
        if np.isnan(held):
            return "flicker: no region was found again from one frame to the next"
        return f"flicker, ΔE2000 between frames in regions found again: {held:.2f}; not held, {own:.2f}"


def _embedding(canvas: Canvas) -> Floats | None:
    """A row for each label; None without a region stage."""
    answers = canvas.answers
    if answers is None:
        return None
    rows = np.zeros((int(canvas.labels.max()) + 1, answers.embedding.shape[1]), np.float32)
    rows[answers.label] = answers.embedding
    return rows


def _matches(previous: Frame, current: Frame) -> Again:
    """For each row of the current colours, also those whose label does not occur."""
    found = find_again(previous, current)
    absent = len(current.colors) - len(found.names)
    return Again(np.pad(found.names, (0, absent), constant_values=-1), np.pad(found.sureness, (0, absent)))
