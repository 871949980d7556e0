"""`attnpaint prepare`: pictures filtered, freed of duplicates, and written as shards to train on."""

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attnpaint.cli.interrupts import resume_command
from attnpaint.errors import SOME_FAILED, AttnpaintError, Stopped, tell
from attnpaint.process import MOST, processes_of

if TYPE_CHECKING:
    from attnpaint.prepare.options import Outcome


def prepare(
    context: typer.Context,
    pictures: Annotated[
        list[Path], typer.Argument(help="Folders (searched through), .tar shards, pictures.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Where to write the shards.")],
    single_subject: Annotated[
        bool, typer.Option("--single-subject", help="Keep only one figure on a plain light background.")
    ] = False,
    size: Annotated[
        int,
        typer.Option(
            min=64, max=16_384, help="Long side in px at most: one and a half of what is trained on."
        ),
    ] = 768,
    min_side: Annotated[
        int, typer.Option(min=0, max=16_384, help="Tiny: the short side is under so many px.")
    ] = 128,
    min_colour: Annotated[
        float,
        typer.Option(min=0, max=1, help="Grey: under this share of what is not white paper is coloured."),
    ] = 0.02,
    max_white: Annotated[
        float, typer.Option(min=0, max=1, help="Nearly white: more than this share is white paper.")
    ] = 0.97,
    distance: Annotated[
        int, typer.Option(min=0, max=11, help="Near-duplicates differ in so many of 64 bits at most.")
    ] = 4,
    keep_duplicates: Annotated[bool, typer.Option("--keep-duplicates", help="Keep near-duplicates.")] = False,
    min_backdrop: Annotated[
        float, typer.Option(min=0, max=1, help="--single-subject: share of the border in one light colour.")
    ] = 0.75,
    min_subject: Annotated[
        float, typer.Option(min=0, max=1, help="--single-subject: share of the picture that is the figure.")
    ] = 0.06,
    min_single: Annotated[
        float, typer.Option(min=0, max=1, help="--single-subject: the figure's share of all that stands out.")
    ] = 0.85,
    lines: Annotated[
        bool, typer.Option("--lines/--no-lines", help="Add line drawings by every extractor.")
    ] = True,
    shard_size: Annotated[
        float, typer.Option(min=0.01, max=100_000, help="Of a shard, in MiB, at most.")
    ] = 64,
    workers: Annotated[
        int | None, typer.Option(min=1, max=MOST, help="Processes; default: one for each processor core.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Say what was written as a JSON object.")] = False,
) -> None:
    """Choose pictures to train on and write them as WebDataset shards with line drawings and histograms.

    Left out: unreadable, tiny, grey and nearly white pictures, and near-duplicates, but for the largest.
    The same command goes on where it was stopped. report.html shows what is kept, what is left out, and why.
    """
    from attnpaint.cli.progress import counting
    from attnpaint.prepare.filters import Limits
    from attnpaint.prepare.options import Options
    from attnpaint.prepare.run import Request
    from attnpaint.prepare.run import prepare as run

    begun = time.perf_counter()
    limits = Limits(min_side, min_colour, max_white, single_subject, min_backdrop, min_subject, min_single)
    options = Options(limits, None if keep_duplicates else distance, size, shard_size, lines)
    request = Request(tuple(pictures), out, options)
    try:
        outcome = run(replace(request, workers=processes_of(workers)) if workers else request, counting)
    except Stopped as stopped:
        raise Stopped(stopped.problem, f"go on with: {resume_command(context)}") from None
    _report(outcome, out, time.perf_counter() - begun, as_json)
    if not outcome.kept:
        raise AttnpaintError(f"none of {outcome.pictures} pictures is kept", f"see {out / 'report.html'}")
    if outcome.unreadable:
        raise typer.Exit(SOME_FAILED)


def _report(outcome: "Outcome", out: Path, seconds: float, as_json: bool) -> None:
    for note in outcome.notes:
        tell(f"attnpaint: {note}")
    if as_json:
        counts = {"pictures": outcome.pictures, "kept": outcome.kept, "dropped": outcome.dropped}
        told = {**counts, "shards": outcome.shards, "bytes": outcome.bytes, "seconds": round(seconds, 3)}
        print(
            json.dumps({**told, "again": outcome.again, "out": str(out), "report": str(out / "report.html")})
        )
        return
    kept = f"{outcome.kept} of {outcome.pictures} pictures in {_count(outcome.shards, 'shard')}"
    lost = ", ".join(f"{count} {reason}" for reason, count in outcome.dropped.items())
    left_out = f"; left out: {lost}" if lost else ""
    done = "done already, nothing to do: " if outcome.again else ""
    speed = "" if outcome.again else f" in {seconds:.1f} s, {outcome.pictures / seconds:.0f} a second"
    tell(f"{done}{kept}{speed}{left_out}; see {out / 'report.html'}")


def _count(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
