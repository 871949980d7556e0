"""`attnpaint extract-hist`: the colours of a folder of references, measured and written down."""

import json
import sys
import time
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """What is written for each reference."""

    parquet = "parquet"
    json = "json"


def extract_hist(
    refs: Annotated[Path, typer.Argument(help="A folder of references, searched through, or one picture.")],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="DIR", help="Where to write; by default REFS-histograms beside it."
        ),
    ] = None,
    images: Annotated[
        bool, typer.Option("--images", help="Also write the four histogram images of each reference.")
    ] = False,
    preview: Annotated[
        bool, typer.Option("--preview", help="Also draw preview.png: references beside their colours.")
    ] = False,
    format: Annotated[
        Format,
        typer.Option(help="json: beside the table, a file per reference in AttentionedDeepPaint's layout."),
    ] = Format.parquet,
    seed: Annotated[
        int, typer.Option(min=0, max=2**63 - 1, help="Of the k-means starts; equal seeds, equal results.")
    ] = 0,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Pictures at a time; by default one per processor core.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Say what was written as a JSON object.")] = False,
) -> None:
    """Measure the four main colours in each quarter of every reference, top to bottom.

    The result is histograms.parquet: a row per picture with its colours, heaviest first, and their weights.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from attnpaint.extract.folder import SHEET, TABLE, Request, extract

    begun = time.perf_counter()
    home = refs.resolve() if refs.name in ("", "..") else refs
    folder = out or home.with_name(f"{home.stem if home.is_file() else home.name}-histograms")
    request = Request(refs, folder, images, format is Format.json, preview, seed)
    if workers:
        request = replace(request, workers=workers)

    console = Console(stderr=True)
    columns = TextColumn("measuring"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)
        outcome = extract(request, lambda done, total: bar.update(task, completed=done, total=total))
    seconds = time.perf_counter() - begun

    for failure in outcome.failures:
        print(f"attnpaint: {failure}", file=sys.stderr)
    measured, failed = len(outcome.rows), len(outcome.failures)
    if as_json:
        written = {
            "table": TABLE if measured else None,
            "images": "images" if measured and images else None,
            "json": "json" if measured and request.ancestor_json else None,
            "preview": SHEET if measured and preview else None,
        }
        paths = {name: str(folder / file) if file else None for name, file in written.items()}
        problems = [str(failure) for failure in outcome.failures]
        print(json.dumps({"pictures": measured, "failed": problems, "seconds": round(seconds, 3), **paths}))
    else:
        where = str(folder / TABLE) if measured else "nothing was written"
        missed = f", {failed} failed" if failed else ""
        count = f"{measured} picture{'' if measured == 1 else 's'}"
        print(f"{count} in {seconds:.1f} s{missed}: {where}", file=sys.stderr)
    if outcome.stopped or failed:
        raise typer.Exit(130 if outcome.stopped else 1)
