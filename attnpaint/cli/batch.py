"""Many drawings: what `many.run` is given to paint each with; frames of an animation kept steady."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from attnpaint.cli.batch_runner import run
from attnpaint.cli.painting import Look, Studio
from attnpaint.cli.single import Targets, write
from attnpaint.cli.streams import tell
from attnpaint.errors import UsageError

if TYPE_CHECKING:
    from attnpaint.inference.animation import Frame
    from attnpaint.inference.coloring import Coloring
    from attnpaint.jobs.plan import Job, Policy

HOLD = 1.0  # how much of a region's colours the next frame keeps


def batch(
    studio: Studio,
    look: Look,
    jobs: "Sequence[Job]",
    policy: "Policy",
    no_lines: bool,
    frames: bool,
    as_json: bool,
    again: str,
) -> int:
    """Paint them all and return the exit code; see `many.run`."""
    from attnpaint.jobs.names import first_of
    from attnpaint.jobs.plan import sift
    from attnpaint.layered.write import SUFFIXES as LAYERED

    steady = Steady() if frames else None
    if steady and look.finish == "painted":
        raise UsageError("frames are held region by region", "give --finish flat or blend")
    if steady and policy == "skip":
        raise UsageError("a frame is painted after those before it", "give --overwrite, not --skip-existing")
    if frames and not studio.needs.points:
        problem = f"frames are held by their palette colours, and {studio.needs.name} does not point at any"
        raise UsageError(problem, "leave out --frames, or give a model that points")
    if frames and len({job.references for job in jobs}) > 1:
        raise UsageError("frames share one palette", "give one --ref for all of them")
    layered = [job.output.name for job in jobs if job.output.suffix.lower() in LAYERED]
    if no_lines and layered:
        problem = f"{first_of(layered)}: such a file holds the lines and every layer"
        raise UsageError(problem, "leave out --no-lines, or name a PNG")
    todo, _ = sift(jobs, policy)
    if todo:  # what fails here would fail for every drawing
        _check_shared(studio, look, todo)
        _ = studio.colorizer

    def paint(job: "Job") -> dict[str, Any]:
        coloring = studio.paint(job.drawing, job.references, job.hints, look, job.output)
        if steady:
            coloring = steady(coloring)
        write(coloring, studio.references.picture(job.references), Targets(job.output, [], None, no_lines))
        height, width = coloring.picture.shape[:2]
        return {"width": width, "height": height, "finish": coloring.finish, "notes": coloring.notes}

    code = run(jobs, paint, policy, as_json, again, anew=frames)
    if steady:
        tell(steady.told)
    return code


def _check_shared(studio: Studio, look: Look, jobs: "Sequence[Job]") -> None:
    """Read the references of all drawings, where they are the same, and change their palette as asked."""
    references, *others = {job.references for job in jobs}
    if others or studio.references.given(references) is None:
        return
    if look.edits:
        look.edited(studio.references.palette(references))


class Steady:
    """Called with one frame's painting after the other: the same with its regions' colours held."""

    def __init__(self) -> None:
        from attnpaint.inference.animation import Flicker

        self.previous: Frame | None = None
        self.flicker = Flicker(), Flicker()  # as painted, and held

    def __call__(self, coloring: "Coloring") -> "Coloring":
        from attnpaint.images import to_grey
        from attnpaint.inference.animation import Frame, shown, steady
        from attnpaint.inference.canvas import fine

        canvas = coloring.canvas
        if canvas.region_weights is None:
            raise UsageError(
                "frames are held region by region", "give --finish flat or blend, and a model that points"
            )
        grey = to_grey(fine(canvas.drawing.clean))
        frame = Frame(grey, canvas.labels, canvas.region_weights)
        held = canvas.region_weights if self.previous is None else steady(self.previous, frame, HOLD)
        self.previous = replace(frame, colors=held)
        result = replace(coloring, held=held)
        for flicker, painted in zip(self.flicker, (coloring, result), strict=True):
            flicker.add(shown(frame, painted.color))
        return result

    @property
    def told(self) -> str:
        """The flicker of regions that are found again, with and without holding."""
        own, held = (flicker.mean for flicker in self.flicker)
        return f"flicker, ΔE2000 between frames in regions found again: {held:.2f}; not held, {own:.2f}"
