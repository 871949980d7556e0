"""A CSV that names drawings, their references and where to paint them."""

import os
from pathlib import Path

from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.files import there
from attnpaint.images import SUFFIXES
from attnpaint.jobs.drawings import Row, first_of, spoken
from attnpaint.palettes.references import parse_reference
from attnpaint.text_files import filled, read_csv

COLUMNS = ("sketch", "reference", "output", "hints")
LAYERED = (".ora", ".psd")
_FILE = "give a CSV of pairs, sketch,reference[,output] in each line"
_REMEDY = "write a line for each drawing: sketch,reference[,output]"


def read_pairs(path: Path, output: Path | None = None) -> list[Row]:
    """The rows of a CSV: sketch, reference and, if it is given, output; empty lines do not count.

    Its first line may name the columns, which may then also be `hints`, stand in any order, and `reference`
    more than once, for several; others are not looked at. Separated by comma, semicolon or tab. Paths are
    relative to the CSV, outputs to the folder `output` if there is one; references may carry @bands.
    Raises AttnpaintError: not readable, a row that is no such row (with its line), files that do not exist.
    """
    lines = [(number, filled(values)) for number, values in read_csv(path, _FILE)]
    columns = ["sketch", "reference", "output"]
    if lines and lines[0][1][0].strip().lower() in COLUMNS:
        columns = _columns(path, lines.pop(0)[1])
    if not lines:
        raise AttnpaintError(f"{path} names no drawings", _REMEDY)
    rows, missing = list[Row](), list[str]()
    for number, values in lines:
        where = f"{path} line {number}"
        if len(values) > len(columns):
            problem = f"{where} has {len(values)} values for {spoken(len(columns), 'column')}"
            raise AttnpaintError(problem, _REMEDY)
        cells = list(zip(columns, map(str.strip, values), strict=False))
        row = _row(path.parent, cells, output)
        if not row or ("reference" in columns and not row.references):
            raise AttnpaintError(f"{where} names no {'reference' if row else 'sketch'}", _REMEDY)
        rows.append(row)
        missing += [f"line {number} {file}" for file in _missing(row, where)]
    if missing:
        are = "a file that is not" if len(missing) == 1 else f"{len(missing)} files that are not"
        problem = f"{path} names {are} there ({first_of(missing)})"
        raise AttnpaintError(problem, "paths are relative to the CSV")
    return rows


def _columns(path: Path, names: list[str]) -> list[str]:
    columns = [name.strip().lower() for name in names]
    if "sketch" not in columns:
        raise AttnpaintError(f"{path} has no column sketch", "name it in the first line")
    for name in COLUMNS:
        if columns.count(name) > 1 and name != "reference":
            raise AttnpaintError(f"{path} has {columns.count(name)} columns {name}", "keep one")
    return columns


def _row(home: Path, cells: list[tuple[str, str]], output: Path | None) -> Row | None:
    """None where no sketch is named."""
    given = {name: text for name, text in cells if text}
    if "sketch" not in given:
        return None
    place = Path(os.path.normpath(given["sketch"]))
    if place.is_absolute() or ".." in place.parts:
        place = Path(place.name)
    references = tuple(str(home / text) for name, text in cells if name == "reference" and text)
    hints = home / given["hints"] if "hints" in given else None
    target = (output or home) / given["output"] if "output" in given else None
    return Row(home / given["sketch"], place, references, hints, target)


def _missing(row: Row, where: str) -> list[Path]:
    """The files of a row that are not there; AttnpaintError for what cannot be in any case."""
    if row.output and row.output.suffix.lower() not in (*SUFFIXES, *LAYERED):
        problem = f"{where}: {row.output} has no picture suffix"
        raise AttnpaintError(problem, f"end it with one of {' '.join((*SUFFIXES, *LAYERED))}")
    try:
        references = [parse_reference(reference).path for reference in row.references]
    except UsageError as error:
        raise AttnpaintError(f"{where}: {error.problem}", error.remedy) from error
    named = [row.drawing, *references, *([row.hints] if row.hints else [])]
    return [file for file in named if not there(file) or file.is_dir()]
