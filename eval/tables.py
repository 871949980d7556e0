"""The report's tables of numbers, as HTML: a row per measure, a column per painter."""

import math
from collections.abc import Mapping, Sequence
from html import escape

from attnpaint.eval.metrics.measures import TABLES, Measure
from attnpaint.eval.results import Cell, Cells, Protocol, best
from attnpaint.eval.score_plots import number

WAYS = {
    "higher": "higher is better",
    "lower": "lower is better",
    "one": "best at 1",
    "none": "neither way is better",
}

_ARROWS = {"higher": "↑", "lower": "↓", "one": "→ 1", "none": ""}


def table(painters: Sequence[str], cells: Cells, pictures: int) -> str:
    """Means with their intervals; the best of each row is marked."""
    body = "".join(
        f"<tr>{_head(TABLES[name])}{_values(painters, TABLES[name], row, pictures)}"
        for name, row in cells.items()
    )
    return _scrolled(f"<thead>{_painters(painters, f'n = {pictures:,}')}<tbody>{body}")


def by_lines(painters: Sequence[str], protocol: Protocol) -> str:
    """The same for each line extractor, by measure."""
    counts = {lines: _most(cells) for lines, cells in protocol.by_lines.items()}
    bodies = []
    for name in protocol.cells:
        measure = TABLES[name]
        rows = "".join(
            f'<tr><th scope="row">{escape(lines)} <small>n = {counts[lines]:,}</small>'
            f"{_values(painters, measure, cells[name], counts[lines])}"
            for lines, cells in protocol.by_lines.items()
            if name in cells
        )
        if rows:
            wide = len(painters)
            bodies.append(f'<tbody><tr class="group">{_head(measure)}<td colspan="{wide}">{rows}')
    return _scrolled(f"<thead>{_painters(painters)}{''.join(bodies)}")


def _most(cells: Cells) -> int:
    return max((cell.pictures for row in cells.values() for cell in row.values()), default=0)


def differences(painters: Sequence[str], cells: Cells) -> str:
    """Differences to the first painter; it is said where the interval leaves no doubt which way they go."""
    rows = []
    for name, row in cells.items():
        measure = TABLES[name]
        told = "".join(_difference(measure, row.get(painter)) for painter in painters)
        rows.append(f"<tr>{_head(measure)}{told}")
    return _scrolled(f"<thead>{_painters(painters)}<tbody>{''.join(rows)}")


def _difference(measure: Measure, cell: Cell | None) -> str:
    if cell is None:
        return "<td>–"
    verdict = ""
    if measure.better != "none" and (cell.low > 0 or cell.high < 0):
        verdict = "better" if (cell.mean > 0) == (measure.better == "higher") else "worse"
    word = f' <b class="{verdict}">{verdict}</b>' if verdict else ""
    return f"<td>{number(measure, cell.mean, True)}{word}{_interval(measure, cell, True)}"


def _painters(painters: Sequence[str], corner: str = "") -> str:
    heads = "".join(f'<th scope="col">{escape(painter)}' for painter in painters)
    return f"<tr><th><small>{corner}</small>{heads}"


def _head(measure: Measure) -> str:
    unit = f" {escape(measure.unit)}" if measure.unit else ""
    arrow = f'<i title="{WAYS[measure.better]}">{_ARROWS[measure.better]}</i>'
    link = f'<a href="#m-{measure.name}">{escape(measure.title)}</a>'
    return f'<th scope="row">{link}<small>{unit} {arrow}</small>'


def _values(painters: Sequence[str], measure: Measure, row: Mapping[str, Cell], pictures: int) -> str:
    winners, told = best(measure, row), []
    for painter in painters:
        cell = row.get(painter)
        if cell is None:
            told.append("<td>–")
            continue
        fewer = f"<small>n = {cell.pictures:,}</small>" if cell.pictures != pictures else ""
        mark = ' class="best"' if painter in winners else ""
        value = f"<b>{number(measure, cell.mean)}</b>" if mark else number(measure, cell.mean)
        told.append(f"<td{mark}>{value}{_interval(measure, cell)}{fewer}")
    return "".join(told)


def _interval(measure: Measure, cell: Cell, signed: bool = False) -> str:
    if not math.isfinite(cell.low):
        return ""
    low, high = (number(measure, end, signed) for end in (cell.low, cell.high))
    return f"<small>{low} to {high}</small>"


def _scrolled(rows: str) -> str:
    scroll = '<div class="scroll" tabindex="0" role="region" aria-label="Table">'
    return f'{scroll}<table class="scores">{rows}</table></div>'
