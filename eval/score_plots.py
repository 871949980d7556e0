"""Small drawings of how scores are spread: a histogram for each painter over one axis, as SVG."""

import math
from collections.abc import Mapping, Sequence
from html import escape

import numpy as np

from attnpaint.eval.metrics.measures import Measure
from attnpaint.eval.results import Cell, Values

_WIDTH, _HEIGHT = 240, 30


def number(measure: Measure, value: float, signed: bool = False) -> str:
    """As tables show it."""
    if not math.isfinite(value):
        return "–"
    text = f"{value:+,.{measure.digits}f}" if signed else f"{value:,.{measure.digits}f}"
    return (text[1:] if float(text.replace(",", "")) == 0 and text[0] in "+-" else text).replace("-", "−")


def strips(measure: Measure, values: Mapping[str, Values], cells: Mapping[str, Cell]) -> str:
    """A card with a row per painter; the outermost hundredths stand at the ends of the axis."""
    every = np.concatenate([list(own.values()) for own in values.values()])
    low, high = (float(end) for end in np.percentile(every, (1, 99)))
    ends = [end for cell in cells.values() for end in (cell.mean, cell.low, cell.high) if math.isfinite(end)]
    low, high = min(low, *ends), max(high, *ends)
    if high - low < 1e-9:
        low, high = low - 0.5, high + 0.5
    bins = int(np.clip(2 * math.sqrt(len(every) / len(values)), 8, 40))
    counts = {painter: _counts(list(own.values()), low, high, bins) for painter, own in values.items()}
    most = max(max(own) for own in counts.values())
    rows = "".join(
        f"<tr><th scope=row>{escape(painter)}<td>"
        f"{_strip(measure, counts[painter], most, cells[painter], low, high)}"
        for painter in values
    )
    axis = f"<span>{number(measure, low)}</span><span>{number(measure, high)}</span>"
    unit = f" <small>{escape(measure.unit)}</small>" if measure.unit else ""
    return (
        f'<div class="card"><h4>{escape(measure.title)}{unit}</h4><table class="strips">{rows}'
        f'<tr class="axis"><th><td><div>{axis}</div></table></div>'
    )


def _counts(values: Sequence[float], low: float, high: float, bins: int) -> list[float]:
    counts = np.histogram(np.clip(values, low, high), bins=bins, range=(low, high))[0]
    return [float(count) for count in counts / len(values)]


def _strip(
    measure: Measure, shares: Sequence[float], most: float, cell: Cell, low: float, high: float
) -> str:
    step = _WIDTH / len(shares)
    bars = "".join(
        f"M{i * step:.1f} {_HEIGHT}v{-_HEIGHT * share / most:.1f}h{step - 0.6:.1f}V{_HEIGHT}z"
        for i, share in enumerate(shares)
        if share
    )
    mean = _WIDTH * (cell.mean - low) / (high - low)
    told, band = f"mean {number(measure, cell.mean)}", ""
    if math.isfinite(cell.low):
        left, right = (_WIDTH * (end - low) / (high - low) for end in (cell.low, cell.high))
        wide = max(right - left, 0.8)
        band = f'<rect class="sure" x="{left:.1f}" y="0" width="{wide:.1f}" height="{_HEIGHT}"/>'
        told += f", 95 % interval {number(measure, cell.low)} to {number(measure, cell.high)}"
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" preserveAspectRatio="none" role="img" aria-label="{told}">'
        f'<path class="bars" d="{bars}"/>{band}<path class="mean" d="M{mean:.1f} 0V{_HEIGHT}"/></svg>'
    )
