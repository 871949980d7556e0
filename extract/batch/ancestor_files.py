"""AttentionedDeepPaint's own files, one JSON per picture, to and from the table."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from attnpaint.errors import AttnpaintError
from attnpaint.extract.batch.sources import Failure
from attnpaint.extract.batch.store import Table, TableWriter
from attnpaint.extract.batch.table_check import Row
from attnpaint.extract.histogram import Histogram
from attnpaint.extract.method import Method
from attnpaint.files import SMALL, make_folder, parse_json, read_bytes, replacing

SUFFIX = ".json"
LONGEST = 255  # bytes of a file name


@dataclass
class Converted:
    """How many histograms were written, and what could not be read."""

    written: int = 0
    failures: list[Failure] = field(default_factory=list)


def write_json(path: str | Path, histogram: Histogram) -> None:
    """Write one histogram in the ancestor's JSON layout (see `Histogram.to_json`)."""
    with replacing(path) as part:
        part.write_text(json.dumps(histogram.to_json()) + "\n", encoding="utf-8")


def read_json(path: str | Path) -> Histogram:
    """Read one histogram in the ancestor's JSON layout; AttnpaintError where it is none."""
    try:
        return Histogram.from_json(parse_json(read_bytes(Path(path), SMALL)))
    except (OSError, ValueError) as error:
        raise AttnpaintError(f"{path} is no JSON ({error})", "make it again") from error


def table_to_json(
    table: str | Path, folder: str | Path, progress: Callable[[int, int], None] = lambda done, total: None
) -> Converted:
    """Write folder/<path>.json for each row of a table; the weights are lost, the layout has none."""
    rows, converted = Table(table), Converted()
    for done, row in enumerate(rows, 1):
        target = json_path(Path(folder), row.path)
        if any(len(os.fsencode(part)) > LONGEST for part in target.parts):
            converted.failures.append(Failure(f"{row.path[:60]}…", "is too long for a name", "rename it"))
            continue
        write_json(make_folder(target.parent) / target.name, row.histogram)
        converted.written += 1
        progress(done, len(rows))
    return converted


def json_to_table(
    folder: str | Path, table: str | Path, progress: Callable[[int, int], None] = lambda done, total: None
) -> Converted:
    """Write a table with a row for each <path>.json below a folder; distinct colours get equal weights.

    Width, height and size are 0 and the digest is empty: the layout does not know them. All files need as
    many bands and colours as the first one.
    """
    folder = Path(folder)
    files = sorted(folder.rglob(f"*{SUFFIX}")) if folder.is_dir() else []
    if not files:
        raise AttnpaintError(
            f"{folder} holds no {SUFFIX} files", "give the folder of the ancestor's histograms"
        )
    converted = Converted()
    shape: tuple[int, ...] | None = None

    def rows() -> Iterator[Row]:
        nonlocal shape
        for done, path in enumerate(files, 1):
            name = path.relative_to(folder).as_posix().removesuffix(SUFFIX)
            try:
                histogram = read_json(path)
            except AttnpaintError as error:
                converted.failures.append(
                    Failure(str(path), f"is no histogram ({error.problem})", error.remedy)
                )
                continue
            shape = shape or histogram.weights.shape
            if histogram.weights.shape != shape:
                problem = f"has {histogram.weights.shape} bands and colours, not {shape}"
                converted.failures.append(Failure(str(path), problem, "convert it by itself"))
                continue
            yield Row(name, 0, 0, histogram, 0, path.stat().st_mtime_ns, "")
            progress(done, len(files))

    found = rows()
    first = next(found, None)
    if first is None:
        return converted
    bands, colors = first.histogram.weights.shape
    with TableWriter(table, Method(bands=bands, colors=colors)) as writer:
        writer.write(first)
        for row in found:
            writer.write(row)
            converted.written += 1
    converted.written += 1
    return converted


def json_path(folder: Path, name: str) -> Path:
    """Where the JSON of a reference lies below a folder; names never lead out of it."""
    return inside(folder, name + SUFFIX)


def inside(folder: Path, name: str) -> Path:
    """A path below the folder, also for a name that is absolute or climbs."""
    parts = [part for part in name.replace(os.sep, "/").split("/") if part not in ("", ".")]
    return folder.joinpath(*("__" if part == ".." else part for part in parts))
