"""Jobs carried out by `colorize`: painted, written and told of; one drawing is a list of one."""

import json
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from attnpaint.cli.batch_runner import run
from attnpaint.cli.project import paint_as_project
from attnpaint.errors import tell

if TYPE_CHECKING:
    from attnpaint.inference.coloring import Coloring
    from attnpaint.jobs.painter import Painter
    from attnpaint.jobs.plan import Job, Policy


def paint_jobs(
    painter: "Painter", jobs: "Sequence[Job]", policy: "Policy", frames: bool, as_json: bool, again: str
) -> int:
    """Paint many and return the exit code; see `batch_runner.run`. again: the call that goes on."""
    from attnpaint.inference.animation import Steady
    from attnpaint.jobs.plan import check_frames, check_layers, sift

    if frames:
        check_frames(jobs, painter.needs, policy)
    check_layers(jobs)
    todo, _ = sift(jobs, policy)
    if todo:  # what fails here would fail for every drawing
        _check_shared(painter, todo)
        _ = painter.colorizer
    steady = Steady() if frames else None

    def paint(job: "Job") -> dict[str, Any]:
        coloring = _painted(painter, job)
        if steady:
            coloring = steady(coloring)
        painter.write(job, coloring)
        height, width = coloring.picture.shape[:2]
        return {"width": width, "height": height, "finish": coloring.finish, "notes": coloring.notes}

    code = run(jobs, paint, policy, as_json, again, anew=frames)
    if steady:
        tell(steady.told)
    return code


def paint_job(painter: "Painter", job: "Job", policy: "Policy", as_json: bool, began: float) -> None:
    """Paint one and tell of it; `began` is when, for the seconds told. Raises AttnpaintError.

    policy: with `skip` nothing is done where a file is there that would be replaced.
    """
    from attnpaint.files import make_folder, there
    from attnpaint.jobs.drawings import first_of
    from attnpaint.jobs.plan import check_layers, check_output, is_project, sift

    check_layers([job])
    check_output(job)
    if policy == "skip" and not sift([job], policy)[0]:
        print(
            f"{first_of(file for file in job.files if there(file))}: there already, nothing is painted",
            file=sys.stderr,
        )
        if as_json:
            told = {"done": [], "failed": [], "skipped": [job.named], "exit_code": 0}
            print(json.dumps({"output": str(job.output), **told}))
        return
    if is_project(job.source) or is_project(job.output):
        coloring = paint_as_project(painter, job)
    else:
        coloring = _painted(painter, job)
        make_folder(job.output.parent)
        painter.write(job, coloring)
    _tell(painter, job, coloring, as_json, began)


def _painted(painter: "Painter", job: "Job") -> "Coloring":
    """The painting of a drawing; what is odd is told on stderr."""
    coloring = painter.paint(job)
    alpha = coloring.canvas.drawing.alpha
    if job.look.keep_alpha is None and alpha is not None and (alpha < 128).mean() > 0.5:
        told = f"{job.source} is mostly transparent and so is the result; --opaque fills it"
        tell(told)
    for note in coloring.notes:
        tell(f"{job.source}: {note}")
    return coloring


def _check_shared(painter: "Painter", jobs: "Sequence[Job]") -> None:
    """Read the references of all drawings, where they are the same, and change their palette as asked."""
    references, *others = {job.references for job in jobs}
    found = painter.references
    if others or found.given(references) is None:
        return
    if jobs[0].look.edits:
        jobs[0].look.edited(found.palette(references))


def _tell(painter: "Painter", job: "Job", coloring: "Coloring", as_json: bool, began: float) -> None:
    """What was done, on stderr, or as JSON: as of many, and more (docs/colorize.schema.json)."""
    from attnpaint.jobs.drawings import PIPE

    height, width = coloring.canvas.drawing.clean.shape[:2]
    piped = job.output == PIPE
    if not as_json and not piped:
        count, device = len(job.several), painter.colorizer.engine.device
        what = f"{count} pictures of {width}×{height}" if count else f"{width}×{height}"
        tell(f"{job.output}: {what}, painted in {coloring.seconds:.2f} s on {device}")
    if not as_json:
        return
    found = coloring.histogram
    size = {"width": width, "height": height, "finish": coloring.finish, "notes": coloring.notes}
    done = {
        "done": [{**job.named, **size}],
        "failed": [],
        "skipped": [],
        "exit_code": 0,
        "output": str(job.output),
        "variants": [str(path) for path in job.several],
        **size,
        "attention": str(job.attention) if job.attention else None,
        **painter.facts(),
        "network_seconds": round(coloring.seconds, 3),
        "seconds": round(time.perf_counter() - began, 3),
        "colors": found.colors.tolist() if found else None,
        "weights": found.weights.round(4).tolist() if found else None,
    }
    print(json.dumps(done), file=sys.stderr if piped else sys.stdout)
