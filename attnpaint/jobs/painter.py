"""Paints jobs with one model, and writes their files."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

from PIL import Image

from attnpaint.data.hint_file import read_hints
from attnpaint.errors import UsageError
from attnpaint.extract import Histogram
from attnpaint.files import check_name
from attnpaint.images import Picture, check_sides, read_noted, write_picture
from attnpaint.inference.coloring import Coloring
from attnpaint.inference.colorizer import Colorizer
from attnpaint.inference.engine import Engines, choose_engine
from attnpaint.inference.look import Look
from attnpaint.jobs.check import check_inputs
from attnpaint.jobs.drawings import PIPE
from attnpaint.jobs.pairs_file import LAYERED
from attnpaint.jobs.plan import AS_USUAL, Job
from attnpaint.layered.write import check_size
from attnpaint.model.model_config import DEFAULT_MODEL, Requirements, read_model_config, stages_in
from attnpaint.palettes.references import References


@dataclass(eq=False)
class Painter:
    """A model as a person names it, and what paints with it: loaded when the first drawing has been read.

    model: a folder, None for the one inside the package; the others: see `Colorizer.load`.
    references: reads them; its `tell` is told what is odd about them, and what the model does not use.
    """

    model: Path | None = None
    guide_weights: str = ""
    device: str = "auto"
    engine: Engines = "auto"
    precision: Literal["auto", "bf16", "fp32"] = "auto"
    threads: int = 0
    many: bool = False
    references: References = field(default_factory=References)

    @classmethod
    def of(cls, colorizer: Colorizer) -> "Painter":
        """What paints with a model that is loaded already."""
        painter = cls()
        painter.needs, painter.colorizer = colorizer.needs, colorizer
        return painter

    @cached_property
    def needs(self) -> Requirements:
        """Of the model, told by its config.json."""
        stages = stages_in(self.model or DEFAULT_MODEL)
        return Requirements.of([read_model_config(folder)["recipe"] for folder in stages])

    @cached_property
    def colorizer(self) -> Colorizer:
        return Colorizer.load(
            self.model or DEFAULT_MODEL, self.device, self.guide_weights,
            self.engine, self.precision, self.threads, self.many,
        )  # fmt: skip

    def check(self, refs: Sequence[str], hints: bool, look: Look = AS_USUAL) -> None:
        """What goes wrong is told before the model is loaded: AttnpaintError where there is none, UsageError
        where it lacks a reference, or cannot do what is asked of it."""
        if self.model:
            check_inputs((), self.model)
        elsewhere = f"--device {self.device}" if self.device not in ("auto", "cpu") else ""
        if self.engine == "onnx" and (elsewhere or self.precision != "auto"):
            option = elsewhere or f"--dtype {self.precision}"
            problem = f"--engine onnx computes on the CPU, with numbers as they were exported, not {option}"
            raise UsageError(problem, "leave out one of the two")
        choose_engine(self.engine, self.model or DEFAULT_MODEL, self.device, self.precision, self.many)
        needs = self.needs
        needs.check(bool(refs), hints, look.variants)
        if look != AS_USUAL and look.edits and not needs.editable:
            problem = f"{needs.name} paints from no palette that could be changed"
            raise UsageError(problem, "leave out --swap, --hue and --saturation")
        if look.shown and not needs.points:
            problem = f"{needs.name} does not point at palette colours that could be shown otherwise"
            raise UsageError(problem, "leave out --keep-places, or give a model that points")
        if refs and not needs.reference:
            self.references.tell(f"{needs.name} takes no reference: {' '.join(refs)} is not looked at")
        if self.guide_weights and not needs.style:
            self.references.tell(f"{needs.name} takes no style: --guide-weights is not used")

    def facts(self) -> dict[str, Any]:
        """What --json says of the model."""
        choice = self.colorizer.choice
        return {
            "model": str(self.model) if self.model else "default",
            "recipe": self.needs.name,
            "takes": list(self.needs.takes),
            "engine": choice.name if choice else self.engine,
            "engine_because": choice.why if choice else "",
            "device": self.colorizer.engine.device,
        }

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
        reference = self.references.given(job.references, self.needs)
        if isinstance(reference, Histogram) and not self.needs.points:
            reference = look.edited(reference)
        coloring = self.colorizer.colorize(
            drawing, reference, look.finish, dabs, look.work_size, look.gap, look.strength,
            look.keep_alpha, look.invert,
        )  # fmt: skip
        coloring = replace(coloring, notes=(*notes, *coloring.notes))
        changed = look != AS_USUAL and (self.needs.points or look.shown)
        if changed and coloring.histogram is not None:
            coloring = coloring.recolor(look.edited(coloring.histogram))
        if look.marks:
            from attnpaint.inference.marks import marked

            coloring = marked(coloring, look.marks)
        return coloring

    def write(self, job: Job, coloring: Coloring, reference: Picture | None = None) -> None:
        """The picture, which may go to standard output, or layers; the variants and the attention maps.

        reference: hidden among the layers; default: the job's own. Raises what `Coloring.save` raises.
        """
        output = job.output
        if job.look.variants > 1:
            from attnpaint.sheets.labels import contact_sheet

            pictures = coloring.for_file(output).variants[: job.look.variants]
            for path, picture in zip(job.several, pictures, strict=True):
                write_picture(path, picture)
            write_picture(output, contact_sheet(pictures, job.several))
        elif output == PIPE:
            _to_pipe(coloring.picture if job.look.lines else coloring.unlined)
        elif output.suffix.lower() in LAYERED:
            if reference is None:
                reference = self.references.picture(job.references, self.needs)
            coloring.save(output, reference)
        elif job.look.lines:
            coloring.save(output)
        else:
            write_picture(output, coloring.for_file(output).unlined)
        if job.attention:
            write_picture(job.attention, coloring.attention())


def _to_pipe(picture: Picture) -> None:
    packed = BytesIO()  # Pillow asks a file for more than a pipe can do
    Image.fromarray(picture).save(packed, "PNG")
    sys.stdout.buffer.write(packed.getvalue())
    sys.stdout.buffer.flush()
