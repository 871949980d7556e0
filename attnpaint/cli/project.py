"""`attnpaint colorize drawing.attnpaint`, and `-o drawing.attnpaint`: projects painted and saved."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from attnpaint.cli.marks import file_bytes
from attnpaint.errors import tell
from attnpaint.inference.look import Look

if TYPE_CHECKING:
    from attnpaint.inference.coloring import Coloring
    from attnpaint.jobs.painter import Painter
    from attnpaint.jobs.plan import Job
    from attnpaint.projects import Marks, Model, Options, Project

NAME = 80  # letters of a drawing's name that are kept


def paint_as_project(painter: "Painter", job: "Job") -> "Coloring":
    """Paint a project, or begin one; write its painting, or the project itself."""
    from attnpaint.files import make_folder
    from attnpaint.inference.projects import picture_of
    from attnpaint.jobs.pairs_file import LAYERED
    from attnpaint.jobs.plan import is_project
    from attnpaint.layered.write import check_size
    from attnpaint.projects import write_project

    project = project_of(painter, job)
    held = [job.source.name] if project.references or project.palette else []
    given = list(map(str, job.references)) or held
    painter.check(given, project.hints is not None, job.look)
    coloring, project = paint_opened(painter, project, job.look, job.source)
    make_folder(job.output.parent)
    if is_project(job.output):
        lines = project.options.lines and job.look.lines
        write_project(job.output, replace(project, options=replace(project.options, lines=lines)))
        return coloring
    check_size(job.output.suffix, *coloring.canvas.drawing.clean.shape[:2])
    alone = not project.options.lines and job.output.suffix.lower() not in LAYERED
    look = replace(job.look, lines=job.look.lines and not alone)
    painter.write(replace(job, look=look), coloring, picture_of(project))
    return coloring


def project_of(painter: "Painter", job: "Job") -> "Project":
    """A project opened, or begun with a drawing; what the command line asks for lies over what it holds."""
    from attnpaint.jobs.plan import is_project
    from attnpaint.projects import Project, read_project

    sketch, look = job.source, job.look
    if is_project(sketch):
        project = read_project(sketch)
    else:
        data = sys.stdin.buffer.read() if str(sketch) == "-" else file_bytes(sketch)
        plain = "".join(letter for letter in sketch.stem if letter.isprintable())
        project = Project(plain[:NAME] if str(sketch) != "-" else "drawing", data)
    project = replace(
        project, options=_options(project.options, look), marks=_together(project.marks, look.marks)
    )
    if isinstance(job.hints, Path):
        project = replace(project, hints=file_bytes(job.hints))
    return _painted_from(project, painter, list(map(str, job.references))) if job.references else project


def paint_opened(
    painter: "Painter", project: "Project", look: Look, name: Path
) -> "tuple[Coloring, Project]":
    """The painting, and the project with the model and colours that it has now. Notes are told on stderr."""
    from attnpaint.inference.projects import paint_project

    known = _model(painter)
    coloring = paint_project(painter.colorizer, project, known, look.edited)
    for note in coloring.notes:
        tell(f"{name}: {note}")
    shown = coloring.histogram if look.edits else project.shown
    return coloring, replace(project, shown=shown, model=known)


def _options(options: "Options", look: Look) -> "Options":
    return replace(
        options,
        finish=look.finish or options.finish,
        strength=options.strength if look.strength == 1 else look.strength,
        gap=options.gap if look.gap is None else look.gap,
        work_size=look.work_size or options.work_size,
        keep_alpha=options.keep_alpha if look.keep_alpha is None else look.keep_alpha,
        invert=options.invert if look.invert == "auto" else look.invert,
    )


def _together(marks: "Marks", more: "Marks | None") -> "Marks":
    """The project's marks, and over them those of the command line."""
    if not more:
        return marks
    return replace(
        marks,
        fills=marks.fills + more.fills,
        strokes=marks.strokes if more.strokes is None else more.strokes,
        stroke_groups=marks.stroke_groups if more.strokes is None else more.stroke_groups,
        role_colors={**marks.role_colors, **more.role_colors},
    )


def _painted_from(project: "Project", painter: "Painter", refs: Sequence[str]) -> "Project":
    """One whole picture is kept as it is; of several, of bands and of palette files the palette."""
    from PIL import Image

    from attnpaint.palettes.references import parse_reference
    from attnpaint.projects import Reference

    project = replace(project, references=(), palette=None, shown=None)
    reader, needs = painter.references, painter.needs
    picture = reader.picture(refs, needs)
    if picture is None:
        return replace(project, palette=reader.palette(refs, needs)) if needs.histogram else project
    path = parse_reference(refs[0]).path
    if str(path) != "-":
        return replace(project, references=(Reference(file_bytes(path), path.name[:NAME]),))
    packed = BytesIO()
    Image.fromarray(picture).save(packed, "PNG")
    return replace(project, references=(Reference(packed.getvalue()),))


def _model(painter: "Painter") -> "Model":
    from attnpaint.model.model_config import DEFAULT_MODEL, weights_sum
    from attnpaint.projects import Model

    name = painter.model.name if painter.model else "default"
    return Model(name[:NAME] or "model", weights_sum(painter.model or DEFAULT_MODEL))
