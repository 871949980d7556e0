"""What an evaluation came to: report.html for people, report.json for machines, a table for the terminal."""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attnpaint.eval.metrics.measures import TABLES, Measure
from attnpaint.eval.report_page import PAGE, make_page
from attnpaint.eval.results import Cell, Results, best, read_results, to_numbers
from attnpaint.eval.score_plots import number
from attnpaint.files import replacing

if TYPE_CHECKING:
    from rich.table import Table

NUMBERS = "report.json"
HEADS, COLUMN = 22, 16  # characters of the measures' names, and of a painter's figures

_WAYS = {"higher": " ↑", "lower": " ↓", "one": " → 1", "none": ""}


def write_report(folder: Path) -> None:
    """Read an evaluation's records and summary and write report.html and report.json beside them.

    AttnpaintError: the evaluation has not ended, its files are damaged, or the folder cannot be written.
    """
    results = read_results(folder)
    page, numbers = make_page(results), json.dumps(to_numbers(results), indent=1, ensure_ascii=False)
    for name, text in ((PAGE, page), (NUMBERS, f"{numbers}\n")):
        with replacing(folder / name) as part:
            part.write_text(text, encoding="utf-8", errors="backslashreplace")


def terminal_tables(folder: Path, width: int) -> "list[Table]":
    """A row per protocol and measure, a column per painter: mean ± half its 95 % interval, the best bold.

    As many tables as it takes where the painters do not fit beside each other into a width of characters.
    """
    results = read_results(folder)
    pictures = ", ".join(f"{each.name}: {each.pictures} pictures" for each in results.protocols)
    most = max(1, (width - HEADS) // COLUMN)
    count = -(-len(results.painters) // most)
    size = -(-len(results.painters) // count)
    parts = [results.painters[first : first + size] for first in range(0, len(results.painters), size)]
    tables = [_table(results, part) for part in parts]
    if results.aside:
        pictures += f"; {results.aside} of kits (dicebear-*) left out"
    tables[-1].caption = f"{pictures}; mean ± half of its 95 % interval; bold: best"
    return tables


def _table(results: Results, painters: Sequence[str]) -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table()
    table.add_column("")
    for painter in painters:
        table.add_column(Text(painter), justify="right", overflow="fold", min_width=7)
    for protocol in results.protocols:
        table.add_section()
        table.add_row(Text(f"{protocol.name} reference", style="italic"))
        for name, row in protocol.cells.items():
            measure, winners = TABLES[name], best(TABLES[name], row)
            cells = [
                Text(_told(measure, row.get(painter)), style="bold" if painter in winners else "")
                for painter in painters
            ]
            table.add_row(Text(f"{measure.title}{_WAYS[measure.better]}"), *cells)
    return table


def _told(measure: Measure, cell: Cell | None) -> str:
    if cell is None:
        return "–"
    half = (cell.high - cell.low) / 2
    return number(measure, cell.mean) + (f" ±{number(measure, half)}" if math.isfinite(half) else "")
