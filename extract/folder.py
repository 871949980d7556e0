"""A folder of references, measured by several workers; what fails is reported and what is done is kept."""

import math
import os
import warnings
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from attnpaint.errors import AttnpaintError, PictureError, UsageError
from attnpaint.extract.histogram import STARTS, measure
from attnpaint.extract.preview import SHEET_LIMIT, Tile, draw_sheet, draw_tile
from attnpaint.extract.store import Row, write_histograms, write_json
from attnpaint.files import make_folder
from attnpaint.images import find_pictures, read_picture, write_picture

TABLE = "histograms.parquet"
SHEET = "preview.png"


@dataclass(frozen=True)
class Request:
    """What to measure and what to write: the table always, the rest where asked for.

    `source` is a folder, searched through, or one picture. Beside the table in `out` appear `images/` (four
    histogram images per reference), `json/` (the ancestor's layout) and preview.png. A file there has the
    whole relative name of its reference in its own, suffix too, so that equal stems stay apart.
    """

    source: Path
    out: Path
    images: bool = False
    ancestor_json: bool = False
    preview: bool = False
    seed: int = 0
    starts: int = STARTS
    workers: int = field(default_factory=lambda: os.cpu_count() or 1)


@dataclass(frozen=True)
class Outcome:
    """The rows that were written, in the order of their paths, and the error of each picture that failed."""

    rows: list[Row]
    failures: list[PictureError]
    stopped: bool
    """Whether a KeyboardInterrupt ended the work early."""


@dataclass(frozen=True)
class Measured:
    """One reference, with its card where a sheet is wanted that shows it."""

    row: Row
    tile: Tile | None


def extract(request: Request, progress: Callable[[int, int], None] = lambda done, total: None) -> Outcome:
    """Measure and write all that is asked for; `progress` hears of every picture (done, total).

    A picture that cannot be read becomes a failure and the others go on. After a KeyboardInterrupt the table
    and the sheet hold what was done until then.
    """
    pictures = _pictures(request)
    new = not request.out.exists()
    make_folder(request.out)
    done: list[Measured] = []
    failures: list[PictureError] = []
    stopped = False
    try:
        with closing(_results(request, pictures)) as results:
            for count, result in enumerate(results, 1):
                if isinstance(result, PictureError):
                    failures.append(result)
                else:
                    done.append(result)
                progress(count, len(pictures))
    except KeyboardInterrupt:
        stopped = True
    tiles = [result.tile for result in done if result.tile]
    if done:
        write_histograms(request.out / TABLE, [result.row for result in done])
    elif new:
        with suppress(OSError):  # not empty after all: an interrupted worker wrote there
            request.out.rmdir()
    if tiles:
        write_picture(request.out / SHEET, draw_sheet(tiles))
    return Outcome([result.row for result in done], failures, stopped)


def _pictures(request: Request) -> list[Path]:
    if request.source.is_file():
        return [request.source]
    source, out = request.source.resolve(), request.out.resolve()
    if source == out:
        raise UsageError(f"{request.out} is the folder of the references", "give another one to write to")
    pictures = [path for path in find_pictures(request.source) if not path.resolve().is_relative_to(out)]
    if not pictures:
        raise AttnpaintError(
            f"{request.source} holds no pictures but those in {request.out}", "add references"
        )
    return pictures


def _results(request: Request, pictures: list[Path]) -> Generator[Measured | PictureError, None, None]:
    """One result per picture, in order; closing it lets running ones end and drops the others."""
    root = request.source.parent if request.source.is_file() else request.source
    shown_every = math.ceil(len(pictures) / SHEET_LIMIT)

    def work(index: int, path: Path) -> Measured | PictureError:
        try:
            picture = read_picture(path)
        except PictureError as error:
            return error
        histogram = measure(picture, request.seed, request.starts)
        height, width = picture.shape[:2]
        name = path.relative_to(root).as_posix().encode(errors="backslashreplace").decode()
        if request.images:
            for rank, image in enumerate(histogram.images(height, width), 1):
                target = request.out / "images" / f"{name}.{rank}.png"
                write_picture(make_folder(target.parent) / target.name, image)
        if request.ancestor_json:
            target = request.out / "json" / f"{name}.json"
            write_json(make_folder(target.parent) / target.name, histogram)
        shown = request.preview and index % shown_every == 0
        tile = draw_tile(name, picture, histogram) if shown else None
        return Measured(Row(name, width, height, histogram, request.seed), tile)

    with warnings.catch_warnings(), ThreadPoolExecutor(request.workers) as pool:
        try:
            yield from pool.map(work, range(len(pictures)), pictures)
        finally:
            pool.shutdown(cancel_futures=True)
