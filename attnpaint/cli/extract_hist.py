"""`attnpaint extract-hist`: the colours of references, few or millions, measured and written down."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from attnpaint.cli.packages import check_packages, packages_there
from attnpaint.errors import SOME_FAILED, UsageError, tell
from attnpaint.process import MOST, processes_of

if TYPE_CHECKING:
    from attnpaint.extract.batch.folder import Outcome
    from attnpaint.extract.method import Method


def extract_hist(
    refs: Annotated[
        list[str] | None,
        typer.Argument(
            help="Folders (searched through), pictures, .tar shards; with --engine ray also s3://…"
        ),
    ] = None,
    listed: Annotated[
        Path | None,
        typer.Option(
            "--list", metavar="FILE", help="Pictures, one a line or NUL between them; - reads stdin."
        ),
    ] = None,
    out: Annotated[
        str | None,
        typer.Option(
            "--out",
            "-o",
            metavar="DIR",
            help="Where to write; default: FIRST-histograms beside the first of REFS.",
        ),
    ] = None,
    bands: Annotated[int, typer.Option(min=1, max=16, help="Horizontal bands, top to bottom.")] = 4,
    colors: Annotated[int, typer.Option(min=1, max=16, help="Colours in each band.")] = 4,
    space: Annotated[
        Literal["rgb", "lab", "oklab"], typer.Option(help="Where distances between colours are measured.")
    ] = "rgb",
    ignore_background: Annotated[
        bool,
        typer.Option("--ignore-background", help="Paper or a flat backdrop does not count, band by band."),
    ] = False,
    ignore_lines: Annotated[
        bool, typer.Option("--ignore-lines", help="Dark, thin strokes do not count.")
    ] = False,
    ground_apart: Annotated[
        bool,
        typer.Option(
            "--ground-apart",
            help="The flat ground along the edges does not count; its colour has a column of its own.",
        ),
    ] = False,
    snap: Annotated[
        bool, typer.Option("--snap", help="Each colour becomes the nearest one that occurs in its band.")
    ] = False,
    images: Annotated[
        bool, typer.Option("--images", help="Also write the histogram images of each reference.")
    ] = False,
    preview: Annotated[
        bool, typer.Option("--preview", help="Also make preview.html and sheets: references, their colours.")
    ] = False,
    format: Annotated[
        Literal["parquet", "json"],
        typer.Option(help="json: beside the table, a file per reference in AttentionedDeepPaint's layout."),
    ] = "parquet",
    engine: Annotated[
        Literal["local", "sklearn", "ray"],
        typer.Option(help="local: this machine; ray: a Ray cluster; sklearn: scikit-learn's k-means, slow."),
    ] = "local",
    address: Annotated[
        str | None, typer.Option(help="With --engine ray: auto, or HOST:6379. Default: Ray on this machine.")
    ] = None,
    seed: Annotated[
        int, typer.Option(min=0, max=2**63 - 1, help="Of the k-means starts; equal seeds, equal results.")
    ] = 0,
    workers: Annotated[
        int | None, typer.Option(min=1, max=MOST, help="Processes; default: one for each processor core.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Say what was written as a JSON object.")] = False,
) -> None:
    """Measure the main colours in each band of every reference.

    The result is histograms.parquet: a row per picture with its colours, heaviest first, and their weights;
    where pyarrow is not installed, a JSON file per picture.
    Another call goes on where this one stopped, and measures only what is new or changed (not so with ray).
    Pictures that cannot be read are listed in errors.jsonl, and the exit code is 3.
    """
    from attnpaint.cli.progress import counting
    from attnpaint.colour import Space
    from attnpaint.extract.batch.folder import Request, extract
    from attnpaint.extract.batch.sources import read_list
    from attnpaint.extract.method import Method, Solver

    begun = time.perf_counter()
    if not refs and not listed:
        raise UsageError("there is nothing to measure", "give a folder, pictures, .tar shards or --list FILE")
    for text in [*(refs or []), out or ""] if engine != "ray" else ():
        if "://" in text:
            raise UsageError(f"{text} is an address, not a path", "add --engine ray")
    if address and engine != "ray":
        raise UsageError("--address names a Ray cluster", "add --engine ray")
    if workers and engine == "ray":
        raise UsageError("--workers is for this machine alone", "leave it out with --engine ray")
    solver = Solver.sklearn if engine == "sklearn" else Solver.attnpaint
    method = Method(
        bands, colors, Space(space), ignore_background, ignore_lines, snap, solver=solver, seed=seed,
        ground_apart=ground_apart,
    )  # fmt: skip
    places = refs or []
    if engine == "ray" and (len(places) != 1 or listed or images or preview or format == "json"):
        raise UsageError("--engine ray measures one place and writes the table", "give no more than that")
    folder = out or _beside(places[0] if places else "list")
    table = packages_there("pyarrow")
    if engine == "ray":
        check_packages("ray", "pyarrow")
    elif not table:
        told = 'no table is written, for which pyarrow is not installed: pip install "attnpaint[table]"'
        tell(f"attnpaint: {told}")
        format = "json"
    with counting("measuring") as progress:
        if engine == "ray":
            outcome = _on_cluster(places[0], folder, method, address, progress)
        else:
            names = read_list(listed) if listed else b""
            paths = tuple(map(Path, places))
            request = Request(paths, Path(folder), method, names, images, format == "json", preview, table)
            outcome = extract(
                replace(request, workers=processes_of(workers)) if workers else request, progress
            )
    asked = {"images": images, "json": format == "json", "preview": preview, "table": table}
    _report(outcome, folder, asked, time.perf_counter() - begun, as_json)
    if outcome.stopped or outcome.failed:
        raise typer.Exit(130 if outcome.stopped else SOME_FAILED)


def _on_cluster(
    place: str, out: str, method: "Method", address: str | None, progress: Callable[[int, int], None]
) -> "Outcome":
    from attnpaint.extract.batch.distributed import extract_with_ray
    from attnpaint.extract.batch.folder import Outcome

    found = extract_with_ray(place, out, method, address, progress)
    return Outcome(found.pictures, 0, found.failed, found.failures, found.left_out)


def _report(outcome: "Outcome", out: str, asked: dict[str, bool], seconds: float, as_json: bool) -> None:
    from attnpaint.extract.batch.folder import ERRORS, TABLE
    from attnpaint.extract.batch.preview import PAGE

    if outcome.left_out:
        tell(f"attnpaint: {outcome.left_out}")
    for failure in outcome.failures:
        tell(f"attnpaint: {failure}")
    errors = f"{out.rstrip('/')}/{ERRORS}"
    if (more := outcome.failed - len(outcome.failures)) > 0:
        tell(f"attnpaint: {more} more are in {errors}")
    pictures = outcome.measured + outcome.unchanged
    table = f"{out.rstrip('/')}/{TABLE}" if pictures and asked["table"] else None
    if as_json:
        beside = {"images": "images", "json": "json", "preview": PAGE}
        paths = {name: f"{out}/{file}" if pictures and asked[name] else None for name, file in beside.items()}
        counts = {"pictures": pictures, "unchanged": outcome.unchanged, "failed": outcome.failed}
        told = {**counts, "seconds": round(seconds, 3), "table": table, **paths}
        print(json.dumps({**told, "errors": errors if outcome.failed else None}))
        return
    count = f"{pictures} picture{'' if pictures == 1 else 's'} in {seconds:.1f} s"
    notes = [
        f"{outcome.measured / seconds:.0f} a second" if outcome.measured > 1 else "",
        f"{outcome.unchanged} unchanged" if outcome.unchanged else "",
        f"{outcome.failed} failed" if outcome.failed else "",
    ]
    where = table or (out if pictures else "nothing was written")
    tell(f"{', '.join(filter(None, [count, *notes]))}: {where}")


def _beside(text: str) -> str:
    if "://" in text:
        return f"{text.rstrip('/')}-histograms"
    place = Path(text)
    home = place.resolve() if place.name in ("", "..") else place
    if not home.name:
        raise UsageError(f"nothing can lie beside {home}", "say with --out where to write")
    return str(home.with_name(f"{home.stem if home.is_file() else home.name}-histograms"))
