"""Jobs carried out by `colorize`: painted, written and told of; one drawing is a list of one."""

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from attnpaint.cli.batch_runner import run
from attnpaint.cli.painting import ModelOptions
from attnpaint.cli.project import paint_opened, project_of
from attnpaint.cli.streams import tell
from attnpaint.jobs.check import check_frames, check_layers, check_output, is_project

if TYPE_CHECKING:
    from attnpaint.inference.animation import Steady
    from attnpaint.inference.coloring import Coloring
    from attnpaint.jobs.plan import Job, Policy


def paint_jobs(
    model: ModelOptions, jobs: "Sequence[Job]", policy: "Policy", frames: bool, as_json: bool, again: str
) -> int:
    """Paint many and return the exit code; see `batch_runner.run`. again: the call that goes on."""
    from attnpaint.jobs.plan import sift

    if frames:
        check_frames(jobs, model.needs, policy)
    check_layers(jobs)
    todo, _ = sift(jobs, policy)
    if todo:  # what fails here would fail for every drawing
        _check_shared(model, todo)
        _ = model.painter.colorizer
    steady = _steady() if frames else None

    def paint(job: "Job") -> dict[str, Any]:
        coloring = _painted(model, job)
        if steady:
            coloring = steady(coloring)
        model.painter.write(job, coloring)
        height, width = coloring.picture.shape[:2]
        return {"width": width, "height": height, "finish": coloring.finish, "notes": coloring.notes}

    code = run(jobs, paint, policy, as_json, again, anew=frames)
    if steady:
        tell(steady.told)
    return code


def paint_job(model: ModelOptions, job: "Job", policy: "Policy", as_json: bool, began: float) -> None:
    """Paint one and tell of it; `began` is when, for the seconds told. Raises AttnpaintError.

    policy: with `skip` nothing is done where a file is there that would be replaced.
    """
    from attnpaint.files import make_folder
    from attnpaint.jobs.drawings import first_of, there
    from attnpaint.jobs.plan import sift

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
        coloring = _as_project(model, job)
    else:
        coloring = _painted(model, job)
        make_folder(job.output.parent)
        model.painter.write(job, coloring)
    _tell(model, job, coloring, as_json, began)


def _painted(model: ModelOptions, job: "Job") -> "Coloring":
    """The painting of a drawing; what is odd is told on stderr."""
    coloring = model.painter.paint(job)
    alpha = coloring.canvas.drawing.alpha
    if job.look.keep_alpha is None and alpha is not None and (alpha < 128).mean() > 0.5:
        told = f"{job.source} is mostly transparent and so is the result; --opaque fills it"
        tell(told)
    for note in coloring.notes:
        tell(f"{job.source}: {note}")
    return coloring


def _check_shared(model: ModelOptions, jobs: "Sequence[Job]") -> None:
    """Read the references of all drawings, where they are the same, and change their palette as asked."""
    references, *others = {job.references for job in jobs}
    found = model.painter.references
    if others or found.given(references) is None:
        return
    if jobs[0].look.edits:
        jobs[0].look.edited(found.palette(references))


def _steady() -> "Steady":
    from attnpaint.inference.animation import Steady

    return Steady()


def _as_project(model: ModelOptions, job: "Job") -> "Coloring":
    """Paint a project, or begin one; write its painting, or the project itself."""
    from attnpaint.files import make_folder
    from attnpaint.inference.projects import picture_of
    from attnpaint.jobs.painter import write
    from attnpaint.jobs.pairs_file import LAYERED
    from attnpaint.layered.write import check_size
    from attnpaint.projects import write_project

    project = project_of(model, job)
    held = [job.source.name] if project.references or project.palette else []
    given = list(map(str, job.references)) or held
    model.check(given, project.hints is not None, job.look)
    coloring, project = paint_opened(model, project, job.look, job.source)
    make_folder(job.output.parent)
    if is_project(job.output):
        lines = project.options.lines and job.look.lines
        write_project(job.output, replace(project, options=replace(project.options, lines=lines)))
        return coloring
    check_size(job.output.suffix, *coloring.canvas.drawing.clean.shape[:2])
    alone = not project.options.lines and job.output.suffix.lower() not in LAYERED
    look = replace(job.look, lines=job.look.lines and not alone)
    write(replace(job, look=look), coloring, picture_of(project))
    return coloring


def _tell(model: ModelOptions, job: "Job", coloring: "Coloring", as_json: bool, began: float) -> None:
    """What was done, on stderr, or as JSON: as of many, and more (docs/colorize.schema.json)."""
    from attnpaint.jobs.drawings import PIPE

    height, width = coloring.canvas.drawing.clean.shape[:2]
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
        **model.facts(),
        "network_seconds": round(coloring.seconds, 3),
        "seconds": round(time.perf_counter() - began, 3),
        "colors": found.colors.tolist() if found else None,
        "weights": found.weights.round(4).tolist() if found else None,
    }
    piped = job.output == PIPE
    if as_json:
        print(json.dumps(done), file=sys.stderr if piped else sys.stdout)
    elif not piped:
        count = len(job.several)
        what = f"{count} pictures of {width}×{height}" if count else f"{width}×{height}"
        told = f"{job.output}: {what}, painted in {coloring.seconds:.2f} s on {done['device']}"
        tell(told)
