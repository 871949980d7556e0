"""The report as one HTML page that needs nothing but itself: the template report.html, filled in."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from attnpaint.eval.gallery import Choice, Row, choose, embed
from attnpaint.eval.metrics.measures import TABLES, Measure
from attnpaint.eval.records import Record
from attnpaint.eval.results import Cell, Cells, Results, best
from attnpaint.eval.score_plots import HEIGHT, WIDTH, card, number
from attnpaint.eval.setup import BASELINES
from attnpaint.templates import load_template

PAGE = "report.html"

_TITLES = {"sibling": "Sibling reference", "same": "Same reference", "cross": "Cross reference"}
_TOLD = {
    "sibling": "The reference is another picture of the same character. It comes nearest to what people do.",
    "same": "The reference is a warped, cropped and recoloured copy of the truth: it tells every colour.",
    "cross": "The reference is another picture. No truth is known; colours are compared with the reference.",
}
_KINDS = ("drawing", "reference", "truth")
_WAYS = {
    "higher": "higher is better",
    "lower": "lower is better",
    "one": "best at 1",
    "none": "neither way is better",
}
_ARROWS = {"higher": "↑", "lower": "↓", "one": "→ 1", "none": ""}


@dataclass(frozen=True)
class _Figure:
    """A picture of a row: what it is, where its bytes are, and its score, where it has one."""

    word: str
    address: str
    score: float | None


@dataclass(frozen=True)
class _Shown:
    name: str
    lines: str
    figures: tuple[_Figure, ...]


@dataclass(frozen=True)
class _Gallery:
    measure: Measure
    groups: tuple[tuple[str, tuple[_Shown, ...]], ...]


def make_page(results: Results, seed: int = 0) -> str:
    """The whole page. Equal results give equal pages."""
    choices = {each.name: choose(results, each.name, seed) for each in results.protocols}
    addresses = embed(
        [
            path
            for choice in choices.values()
            for row in (*choice.best, *choice.worst, *choice.random)
            for _, path, _ in _pictures(results, row)
        ]
    )
    cards = {
        each.name: [
            card(TABLES[measure], values, each.cells[measure])
            for measure in each.cells
            if (values := _spread(results, each.name, measure))
        ]
        for each in results.protocols
    }
    used = {name for each in results.protocols for name in each.cells}
    return load_template("attnpaint.eval", PAGE, {"finite": math.isfinite}).render(
        painters=results.painters, protocols=results.protocols, seed=seed, tables=TABLES, titles=_TITLES,
        about=_TOLD, ways=_WAYS, arrows=_ARROWS, width=WIDTH, height=HEIGHT, cards=cards,
        facts=_facts(results), skipped=_skipped(results),
        galleries={name: _gallery(results, choice, addresses) for name, choice in choices.items()},
        measured=[each for name, each in TABLES.items() if name in used],
        number=number, best=best, verdict=_verdict, most=_most,
    )  # fmt: skip


def _facts(results: Results) -> list[tuple[str, str]]:
    summary = results.summary
    first, *others = results.painters
    drawings = max(each.drawings for each in results.protocols)
    protocols = (_TITLES.get(each.name, each.name).lower() for each in results.protocols)
    facts = {
        "Painters": ", ".join([f"{first} (the others are compared with it)", *others] if others else [first]),
        "Pictures": f"{summary['pictures']:,}, long side {summary['size']} px, seed {summary['seed']}",
        "Line drawings": f"{drawings:,} by {', '.join(results.lines)}",
        "Protocols": ", ".join(protocols),
    }
    if results.aside:
        facts["Not counted"] = f"{results.aside:,} pictures of kits (dicebear-*) that training data hold too"
    about = BASELINES | results.remarks
    return [*facts.items(), *((painter, about[painter]) for painter in results.painters if painter in about)]


def _skipped(results: Results) -> str:
    skipped = results.summary.get("skipped") or {}
    names = "; ".join(f"{name} ({why})" for name, why in list(skipped.items())[:5])
    return names + (f" and {len(skipped) - 5} more" if len(skipped) > 5 else "")


def _most(cells: Cells) -> int:
    return max((cell.pictures for row in cells.values() for cell in row.values()), default=0)


def _verdict(measure: Measure, difference: Cell) -> str:
    """Said where the interval leaves no doubt which way the difference goes."""
    if measure.better == "none" or not (difference.low > 0 or difference.high < 0):
        return ""
    return "better" if (difference.mean > 0) == (measure.better == "higher") else "worse"


def _spread(results: Results, protocol: str, measure: str) -> dict[str, dict[str, float]]:
    found = {each: results.scores.by_picture(protocol, measure, each) for each in results.painters}
    return {painter: values for painter, values in found.items() if values}


def _gallery(results: Results, choice: Choice, addresses: Mapping[Path, str]) -> _Gallery:
    measure = TABLES[choice.measure]
    groups = (("Best", choice.best), ("Worst", choice.worst), ("Random", choice.random))
    shown = (
        (kind, tuple(_shown(results, row, measure, addresses) for row in rows))
        for kind, rows in groups
        if rows
    )
    return _Gallery(measure, tuple(shown))


def _shown(results: Results, row: Row, measure: Measure, addresses: Mapping[Path, str]) -> _Shown:
    figures = [
        _Figure(word, addresses.get(path, ""), record["scores"].get(measure.name) if record else None)
        for word, path, record in _pictures(results, row)
    ]
    return _Shown(row.name, row.lines, tuple(figures))


def _pictures(results: Results, row: Row) -> list[tuple[str, Path, Record | None]]:
    """What was given, then what each painter made of it, with its record."""
    records = [(painter, row.records[painter]) for painter in results.painters if painter in row.records]
    found: list[tuple[str, Path, Record | None]] = []
    for kind in _KINDS:
        path = next((record[kind] for _, record in records if record.get(kind)), None)
        if path:
            found.append((kind, results.folder / path, None))
    return found + [(painter, results.folder / record["picture"], record) for painter, record in records]
