"""An evaluation in numbers: means with intervals by protocol, measure and painter, and paired differences."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attnpaint.errors import AttnpaintError
from attnpaint.eval.bootstrap import Interval, mean_interval, paired_difference
from attnpaint.eval.metrics.measures import TABLES, Measure
from attnpaint.eval.protocol import SIBLING
from attnpaint.eval.records import RECORDS, SUMMARY, Record, read_records, read_summary

Values = dict[str, float]
"""By picture."""


@dataclass(frozen=True)
class Cell:
    """A mean over `pictures` pictures and the ends of its 95 % interval; NaN where there is none."""

    mean: float
    low: float
    high: float
    pictures: int


Cells = dict[str, dict[str, Cell]]
"""By measure and painter, measures in the order of TABLES; what nobody has is left out."""


@dataclass(frozen=True)
class Protocol:
    """What painters reached under one protocol. differences: to the first painter, in pairs."""

    name: str
    pictures: int
    drawings: int
    cells: Cells
    by_lines: dict[str, Cells]
    differences: Cells


class Scores:
    """Every score that is a number, by protocol, measure, painter and picture."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._found: dict[tuple[str, str, str], dict[str, Values]] = defaultdict(lambda: defaultdict(dict))
        for record in records:
            scores = record["scores"]
            if (
                "sensitivity" in record
            ):  # it tells of two paintings and stands beside the scores of the second
                scores = {**scores, "sensitivity": record["sensitivity"]}
            for measure, score in scores.items():
                if score is not None and math.isfinite(score):
                    drawings = self._found[record["protocol"], measure, record["painter"]]
                    drawings[record["name"]][record["lines"]] = score

    def by_picture(self, protocol: str, measure: str, painter: str, lines: str | None = None) -> Values:
        """A picture's score: the mean over its drawings, or that of its drawing by one line extractor."""
        found = self._found.get((protocol, measure, painter), {})
        if lines is not None:
            return {picture: scores[lines] for picture, scores in found.items() if lines in scores}
        return {picture: math.fsum(scores.values()) / len(scores) for picture, scores in found.items()}


@dataclass(frozen=True)
class Results:
    """All that the report tells. painters: the first one is what the others are compared with.

    remarks: how a painter was judged, where its scores alone would mislead. records: those of the headline;
    aside: how many pictures are left out of it. protocols: siblings first, where there are any.
    """

    folder: Path
    summary: Record
    painters: tuple[str, ...]
    remarks: dict[str, str]
    lines: tuple[str, ...]
    records: tuple[Record, ...]
    scores: Scores
    protocols: tuple[Protocol, ...]
    aside: int = 0


def read_results(folder: Path) -> Results:
    """Read records.jsonl and summary.json of an evaluation. AttnpaintError: missing or damaged."""
    summary, written = read_summary(folder), tuple(read_records(folder))
    try:
        records = tuple(record for record in written if record.get("headline", True))
        aside = len({record["name"] for record in written} - {record["name"] for record in records})
        painters = tuple(map(str, summary["painters"]))
        told = summary.get("remarks", {})
        remarks = {painter: str(told[painter]) for painter in painters if painter in told}
        lines = tuple(dict.fromkeys(str(record["lines"]) for record in records))
        scores = Scores(records)
        by_protocol: dict[str, list[Record]] = defaultdict(list)
        for record in records:
            by_protocol[record["protocol"]].append(record)
        protocols = tuple(
            _protocol(name, painters, own, scores, summary.get("distributions", {}))
            for name, own in sorted(by_protocol.items(), key=lambda each: each[0] != SIBLING)
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        problem = f"{folder / RECORDS} and {SUMMARY} lack what a report needs ({error})"
        raise AttnpaintError(problem, "evaluate again") from error
    if not protocols:
        raise AttnpaintError(f"{folder / RECORDS} holds no painted picture", "evaluate some pictures")
    return Results(folder, summary, painters, remarks, lines, records, scores, protocols, aside)


def to_numbers(results: Results) -> dict[str, Any]:
    """Plain numbers for JSON; None where nothing can be told."""
    return {
        **{word: results.summary.get(word) for word in ("size", "pictures", "seed", "skipped")},
        "aside": results.aside,
        "painters": results.painters,
        "remarks": results.remarks,
        "digests": (results.summary.get("setup") or {}).get("painters", {}),  # of the painters' files
        "lines": results.lines,
        "measures": {
            name: {"title": each.title, "unit": each.unit, "better": each.better}
            for name, each in TABLES.items()
            if any(name in protocol.cells for protocol in results.protocols)
        },
        "protocols": {
            each.name: {
                "pictures": each.pictures,
                "drawings": each.drawings,
                "measures": _plain(each.cells),
                "lines": {lines: _plain(cells) for lines, cells in each.by_lines.items()},
                "differences": _plain(each.differences),
            }
            for each in results.protocols
        },
    }


def distance(measure: Measure, value: float) -> float:
    """How far from the best a value is, smaller is better; 0 where no value is better than another."""
    return {"higher": -value, "lower": value, "one": abs(value - 1), "none": 0.0}[measure.better]


def best(measure: Measure, cells: Mapping[str, Cell]) -> set[str]:
    """Who is best, as the table shows it: equal to the last digit counts as equal."""
    if measure.better == "none" or len(cells) < 2:
        return set()
    found = {painter: distance(measure, round(cell.mean, measure.digits)) for painter, cell in cells.items()}
    least = min(found.values())
    winners = {painter for painter, value in found.items() if math.isclose(value, least, abs_tol=1e-9)}
    return winners if len(winners) < len(cells) else set()


def _protocol(
    name: str, painters: tuple[str, ...], records: list[Record], scores: Scores, distributions: Record
) -> Protocol:
    lines = list(dict.fromkeys(str(record["lines"]) for record in records))
    pictures = {record["name"] for record in records}
    cells = _cells(name, painters, scores, None)
    for measure in TABLES:
        found = {painter: distributions.get(painter, {}).get(name, {}).get(measure) for painter in painters}
        row = {
            p: Cell(value, math.nan, math.nan, len(pictures))
            for p, value in found.items()
            if value is not None
        }
        if row:
            cells[measure] = row
    return Protocol(
        name,
        len(pictures),
        len({(record["name"], record["lines"]) for record in records}),
        {measure: cells[measure] for measure in TABLES if measure in cells},
        {each: _cells(name, painters, scores, each) for each in lines},
        _differences(name, painters, scores),
    )


def _cells(protocol: str, painters: tuple[str, ...], scores: Scores, lines: str | None) -> Cells:
    cells: Cells = {}
    for measure in TABLES:
        found = {painter: scores.by_picture(protocol, measure, painter, lines) for painter in painters}
        row = {p: _cell(mean_interval(list(own.values())), len(own)) for p, own in found.items() if own}
        if row:
            cells[measure] = row
    return cells


def _differences(protocol: str, painters: tuple[str, ...], scores: Scores) -> Cells:
    cells: Cells = {}
    for name, measure in TABLES.items():
        found = {}
        for painter in painters:
            own = scores.by_picture(protocol, name, painter)
            if measure.better == "one":
                own = {picture: distance(measure, value) for picture, value in own.items()}
            found[painter] = own
        first = found[painters[0]]
        row = {
            painter: _cell(paired_difference(own, first), len(own.keys() & first.keys()))
            for painter, own in found.items()
            if painter != painters[0] and own.keys() & first.keys()
        }
        if row:
            cells[name] = row
    return cells


def _cell(interval: Interval, pictures: int) -> Cell:
    return Cell(*interval, pictures)


def _plain(cells: Cells) -> dict[str, Any]:
    return {
        measure: {
            painter: {
                **{part: _known(getattr(cell, part)) for part in ("mean", "low", "high")},
                "pictures": cell.pictures,
            }
            for painter, cell in row.items()
        }
        for measure, row in cells.items()
    }


def _known(number: float) -> float | None:
    return round(number, 6) if math.isfinite(number) else None
