"""How scores are spread: a histogram for each painter over one axis, for an SVG."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from attnpaint.eval.metrics.measures import Measure
from attnpaint.eval.results import Cell, Values

WIDTH, HEIGHT = 240, 30


def number(measure: Measure, value: float, signed: bool = False) -> str:
    """As tables show it."""
    if not math.isfinite(value):
        return "–"
    text = f"{value:+,.{measure.digits}f}" if signed else f"{value:,.{measure.digits}f}"
    return (text[1:] if float(text.replace(",", "")) == 0 and text[0] in "+-" else text).replace("-", "−")


@dataclass(frozen=True)
class Strip:
    """The histogram of a painter's scores, WIDTH × HEIGHT. bars: an SVG path; mean: where; sure: left edge
    and width of its interval, None where there is none; told: mean and interval in words.
    """

    painter: str
    bars: str
    mean: float
    sure: tuple[float, float] | None
    told: str


@dataclass(frozen=True)
class Card:
    """A strip for each painter over one axis, from low to high."""

    measure: Measure
    strips: tuple[Strip, ...]
    low: float
    high: float


def card(measure: Measure, values: Mapping[str, Values], cells: Mapping[str, Cell]) -> Card:
    """The outermost hundredths stand at the ends of the axis."""
    every = np.concatenate([list(own.values()) for own in values.values()])
    low, high = (float(end) for end in np.percentile(every, (1, 99)))
    ends = [end for cell in cells.values() for end in (cell.mean, cell.low, cell.high) if math.isfinite(end)]
    low, high = min(low, *ends), max(high, *ends)
    if high - low < 1e-9:
        low, high = low - 0.5, high + 0.5
    bins = int(np.clip(2 * math.sqrt(len(every) / len(values)), 8, 40))
    counts = {painter: _counts(list(own.values()), low, high, bins) for painter, own in values.items()}
    most = max(max(own) for own in counts.values())
    strips = [_strip(measure, each, counts[each], most, cells[each], low, high) for each in values]
    return Card(measure, tuple(strips), low, high)


def _counts(values: Sequence[float], low: float, high: float, bins: int) -> list[float]:
    counts = np.histogram(np.clip(values, low, high), bins=bins, range=(low, high))[0]
    return [float(count) for count in counts / len(values)]


def _strip(
    measure: Measure, painter: str, shares: Sequence[float], most: float, cell: Cell, low: float, high: float
) -> Strip:
    step = WIDTH / len(shares)
    bars = "".join(
        f"M{i * step:.1f} {HEIGHT}v{-HEIGHT * share / most:.1f}h{step - 0.6:.1f}V{HEIGHT}z"
        for i, share in enumerate(shares)
        if share
    )
    mean = WIDTH * (cell.mean - low) / (high - low)
    told, sure = f"mean {number(measure, cell.mean)}", None
    if math.isfinite(cell.low):
        left, right = (WIDTH * (end - low) / (high - low) for end in (cell.low, cell.high))
        sure = left, max(right - left, 0.8)
        told += f", 95 % interval {number(measure, cell.low)} to {number(measure, cell.high)}"
    return Strip(painter, bars, mean, sure, told)
