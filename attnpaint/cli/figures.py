"""`attnpaint figures`: anime figures of its own drawing, as colour, line art and part map."""

import time
from pathlib import Path
from typing import Annotated

import typer

from attnpaint.cli.interrupts import resume_command
from attnpaint.errors import Stopped, tell
from attnpaint.process import usable_cores


def figures(
    context: typer.Context,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The folder to write to.")],
    count: Annotated[int, typer.Option(min=1, help="How many figures.")] = 1000,
    views: Annotated[int, typer.Option(min=1, help="Pictures of each: other poses, crops, lines.")] = 4,
    seed: Annotated[int, typer.Option(min=0, help="Other figures for another seed.")] = 0,
    size: Annotated[int, typer.Option(min=64, max=2048, help="Sides of the square pictures in px.")] = 640,
    shards: Annotated[bool, typer.Option("--shards", help="Write .tar shards, not folders.")] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes; default: one for each processor core.")
    ] = None,
) -> None:
    """Draw anime figures to learn from: colour, line art and part map of each view. All of it is CC0-1.0.

    Figure and view with the same numbers and seed are always the same picture. The same command goes on where
    it was stopped.
    """
    from attnpaint.cli.progress import counting
    from attnpaint.prepare.figure_files import Settings, write_figures

    begun = time.perf_counter()
    settings = Settings(views, seed, size, shards)
    try:
        written = write_figures(out, count, settings, workers or usable_cores(), counting)
    except Stopped as stopped:
        raise Stopped(stopped.problem, f"go on with: {resume_command(context)}") from None
    seconds = time.perf_counter() - begun
    speed = f", {written.drawn / seconds:.1f} a second" if written.drawn else ""
    tell(f"{written.views} views, {written.drawn} of them drawn now{speed}; see {out}")
