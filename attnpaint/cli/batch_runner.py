"""Many drawings in one call: one that fails does not stop the rest, and what failed is told at the end."""

import json
import re
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from attnpaint.cli.interrupts import INTERRUPTED
from attnpaint.errors import SOME_FAILED, AttnpaintError, Stopped, tell

if TYPE_CHECKING:
    from attnpaint.inference.coloring import Coloring
    from attnpaint.jobs.painter import Painter
    from attnpaint.jobs.plan import Job, Policy

Told = dict[str, Any]

_MEMORY = re.compile(r"out of memory|insufficient memory|allocate", re.IGNORECASE)


@dataclass
class _Outcome:
    """What --json says, so far: docs/colorize.schema.json."""

    done: list[Told] = field(default_factory=list)
    failed: list[Told] = field(default_factory=list)
    skipped: list[Told] = field(default_factory=list)


def paint_jobs(
    painter: "Painter",
    jobs: "Sequence[Job]",
    painted: Callable[["Job"], "Coloring"],
    policy: "Policy",
    frames: bool,
    as_json: bool,
    again: str,
) -> int:
    """Paint many and return the exit code; see `run`. painted: paints one; again: the call that goes on."""
    from attnpaint.inference.animation import Steady
    from attnpaint.jobs.plan import check_frames, sift

    if frames:
        check_frames(jobs, painter.needs, policy)
    todo, _ = sift(jobs, policy)
    if todo:  # what fails here would fail for every drawing
        _check_shared(painter, todo)
        _ = painter.colorizer
    steady = Steady() if frames else None

    def paint(job: "Job") -> dict[str, Any]:
        coloring = painted(job)
        if steady:
            coloring = steady(coloring)
        painter.write(job, coloring)
        height, width = coloring.picture.shape[:2]
        return {"width": width, "height": height, "finish": coloring.finish, "notes": coloring.notes}

    code = run(jobs, paint, policy, as_json, again, anew=frames)
    if steady:
        tell(steady.told)
    return code


def run(
    jobs: "Sequence[Job]",
    paint: Callable[["Job"], Told],
    policy: "Policy" = "refuse",
    as_json: bool = False,
    resume_command: str = "",
    anew: bool = False,
) -> int:
    """Paint them all; the exit code: 0, or SOME_FAILED where a picture failed.

    paint: writes job.output, whose folder is there, and says more about it for --json, which gets one object
    {"done": […], "failed": […], "skipped": […]}. What it raises is this picture's failure, memory that runs
    out too; so what can fail for all, such as the model, is loaded before. resume_command: the call that
    goes on. anew: it can only begin anew.
    Raises, before any work, what `sift` raises and AttnpaintError where a folder cannot be made or written
    to; Stopped at a KeyboardInterrupt, after the report: what is finished stays.
    """
    from attnpaint.cli.progress import counting
    from attnpaint.files import check_folder, make_folder
    from attnpaint.jobs.plan import sift

    began = time.perf_counter()
    todo, skipped = sift(jobs, policy)
    for folder in dict.fromkeys(job.output.parent for job in todo):
        check_folder(make_folder(folder))
    outcome = _Outcome(skipped=[job.named for job in skipped])
    stopped = False
    try:
        with counting("painting") as progress:
            log = _Log(len(todo))
            for number, job in enumerate(todo):
                progress(number, len(todo))
                log(number)
                try:
                    outcome.done.append({**job.named, **paint(job)})
                except Exception as error:  # of one picture; the others are to be painted
                    outcome.failed.append({**job.named, "reason": _reason(error)})
    except KeyboardInterrupt:
        stopped = True
    code = INTERRUPTED if stopped else SOME_FAILED if outcome.failed else 0
    _report(outcome, time.perf_counter() - began, as_json, code)
    if stopped:
        problem = f"stopped after {len(outcome.done)} of {len(todo)} pictures, which stay"
        raise Stopped(problem, _how_to_go_on(resume_command, policy, anew))
    return code


def _check_shared(painter: "Painter", jobs: "Sequence[Job]") -> None:
    """Read the references of all drawings, where they are the same, and change their palette as asked."""
    references, *others = {job.references for job in jobs}
    found = painter.references
    if others or found.given(references, painter.needs) is None:
        return
    if jobs[0].look.edits:
        jobs[0].look.edited(found.palette(references, painter.needs))


class _Log:
    """A line now and then where there is no terminal for a bar."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.began = self.told = time.monotonic()

    def __call__(self, done: int) -> None:
        from attnpaint.cli.progress import PATIENCE

        now = time.monotonic()
        if done and now - self.told > PATIENCE and not sys.stderr.isatty():
            left = (self.total - done) * (now - self.began) / done
            told = f"{left / 60:.0f} min" if left > 90 else f"{left:.0f} s"
            tell(f"{done} of {self.total} pictures, {told} left")
            self.told = now


def _report(outcome: _Outcome, seconds: float, as_json: bool, code: int) -> None:
    for failure in outcome.failed:
        sketch, reason = failure["sketch"], failure["reason"]
        line = reason if sketch in reason else f"{sketch}: {reason}"
        tell(f"attnpaint: {line}")
    if as_json:
        print(json.dumps({**vars(outcome), "seconds": round(seconds, 3), "exit_code": code}))
        return
    count = f"{len(outcome.done)} picture{'' if len(outcome.done) == 1 else 's'}"
    notes = [
        f"{len(outcome.failed)} failed" if outcome.failed else "",
        f"{len(outcome.skipped)} there already" if outcome.skipped else "",
    ]
    tell(", ".join(filter(None, [f"painted {count} in {seconds:.1f} s", *notes])))


def _reason(error: Exception) -> str:
    first = (str(error).splitlines() or [""])[0].rstrip(".")
    if isinstance(error, AttnpaintError):
        return str(error)
    if isinstance(error, MemoryError) or _MEMORY.search(first):
        return "not enough memory; paint it alone, or make it smaller first"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'a file'} cannot be used ({error.strerror.lower()}); check it"
    return f"{type(error).__name__}: {first}; this is a fault of attnpaint, please report it"


def _how_to_go_on(command: str, policy: "Policy", anew: bool) -> str:
    if policy == "overwrite":  # what is old and what is new could not be told apart
        return f"begin anew with: {command}" if command else "give the same command to begin anew"
    if anew:
        return f"begin anew with: {command} --overwrite" if command else "begin anew with --overwrite"
    if not command:
        return "go on with the same command and --skip-existing"
    return f"go on with: {command}{'' if policy == 'skip' else ' --skip-existing'}"
