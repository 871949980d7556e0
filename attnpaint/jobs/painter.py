"""Paints a job with one model, and writes its files."""

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from io import BytesIO
from pathlib import Path

from PIL import Image

from attnpaint.data.hint_file import read_hints
from attnpaint.extract import Histogram
from attnpaint.files import check_name
from attnpaint.images import Picture, check_sides, read_noted, write_picture
from attnpaint.inference.coloring import Coloring, filled_for
from attnpaint.inference.colorizer import Colorizer
from attnpaint.inference.requirements import Requirements
from attnpaint.jobs.drawings import PIPE
from attnpaint.jobs.pairs_file import LAYERED
from attnpaint.jobs.plan import Job
from attnpaint.jobs.references import Measured, References
from attnpaint.layered.write import check_size


class Painter:
    """Paints jobs. needs: what the model paints from; load: it, called when the first drawing has been read.

    measured: reads references, and tells what is to be told of them.
    """

    def __init__(
        self, needs: Requirements, load: Callable[[], Colorizer], measured: Measured | None = None
    ) -> None:
        self.needs, self._load = needs, load
        self.references = References(needs, measured)

    @cached_property
    def colorizer(self) -> Colorizer:
        return self._load()

    def paint(self, job: Job) -> Coloring:
        """The painting, with a note for each thing that its giver may not have meant.

        Raises AttnpaintError for what cannot be read, before the network paints where the output could not
        hold a picture of that size, and for all that the model needs and is not given, or cannot use.
        """
        look, hints = job.look, job.hints
        piped = isinstance(job.drawing, Path) and job.drawing == PIPE
        drawing, notes = read_noted(sys.stdin.buffer.read() if piped else job.drawing)
        if job.output != PIPE:
            check_name(job.output)
            fits = check_size if job.output.suffix.lower() in LAYERED else check_sides
            fits(job.output.suffix, *drawing.shape[:2])
        dabs = None if hints is None else read_hints(hints, *drawing.shape[:2])
        reference = self.references.given(job.references)
        if isinstance(reference, Histogram) and not self.needs.points:
            reference = look.edited(reference)
        coloring = self.colorizer.colorize(
            drawing, reference, look.finish, dabs, look.work_size, look.gap, look.strength,
            look.keep_alpha, look.invert,
        )  # fmt: skip
        coloring = replace(coloring, notes=(*notes, *coloring.notes))
        if coloring.histogram is not None and look.edits and (self.needs.points or look.shown):
            coloring = coloring.recolor(look.edited(coloring.histogram))
        if look.marks:
            from attnpaint.inference.marks import marked

            coloring = marked(coloring, look.marks)
        return coloring

    def write(self, job: Job, coloring: Coloring) -> None:
        """All files of the job; its picture may go to standard output. Raises what `Coloring.save` raises."""
        write(job, coloring, self.references.picture(job.references))


def write(job: Job, coloring: Coloring, reference: Picture | None = None) -> None:
    """The picture or layers, the variants and the attention maps. reference: hidden among the layers."""
    if job.several:
        from attnpaint.sheets.labels import contact_sheet

        pictures = coloring.for_file(job.several[0]).variants[: len(job.several)]
        for path, picture in zip(job.several, pictures, strict=True):
            write_picture(path, filled_for(path, picture))
        write_picture(job.output, contact_sheet(pictures, job.several))
    elif job.output == PIPE:
        _to_pipe(coloring.picture if job.look.lines else coloring.unlined)
    elif not job.look.lines:
        write_picture(job.output, filled_for(job.output, coloring.for_file(job.output).unlined))
    else:
        coloring.save(job.output, reference)
    if job.attention:
        write_picture(job.attention, coloring.attention())


def _to_pipe(picture: Picture) -> None:
    packed = BytesIO()  # Pillow asks a file for more than a pipe can do
    Image.fromarray(picture).save(packed, "PNG")
    sys.stdout.buffer.write(packed.getvalue())
    sys.stdout.buffer.flush()
