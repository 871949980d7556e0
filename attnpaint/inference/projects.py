"""A project painted: what it was made from, in its colours, with all that a person did to it."""

from collections.abc import Callable
from dataclasses import replace

from attnpaint.errors import AttnpaintError
from attnpaint.extract import FIGURE, Histogram, Method, measure
from attnpaint.images import Picture, read_picture
from attnpaint.inference.coloring import FINISHES, Coloring
from attnpaint.inference.colorizer import Colorizer
from attnpaint.inference.marks import marked
from attnpaint.palettes.mix import gather
from attnpaint.projects import Model, Project


def paint_project(
    colorizer: Colorizer,
    project: Project,
    model: Model | None = None,
    edited: Callable[[Histogram], Histogram] = lambda palette: palette,
) -> Coloring:
    """The painting of a project, by the model that `colorizer` holds.

    model: which that is; where the project was painted by another, a note tells. edited: what to make of the
    colours that it is shown in. Raises what `Colorizer.colorize` and `marked` raise.
    """
    options = project.options
    finish = next((one for one in FINISHES if one == options.finish), None)
    coloring = colorizer.colorize(
        project.drawing, reference_of(project, colorizer.needs.method), finish, project.hints,
        options.work_size, options.gap, options.strength, options.keep_alpha,
        "no" if options.invert == "no" else "yes" if options.invert == "yes" else "auto",
    )  # fmt: skip
    if coloring.histogram is not None:
        shown = coloring.histogram if project.shown is None else project.shown
        coloring = coloring.recolor(edited(shown))
    if model and project.model and model.sha256 != project.model.sha256:
        told = f"it was painted by another model ({project.model.name}): its regions may differ"
        coloring = replace(coloring, notes=(*coloring.notes, told))
    return marked(coloring, project.marks)


def reference_of(project: Project, method: Method = FIGURE) -> Picture | Histogram | None:
    """What it is painted from: its palette, its one reference picture, or a palette of several."""
    if project.palette is not None:
        return project.palette
    picture = picture_of(project)
    if picture is not None or not project.references:
        return picture
    return gather([(measure(_read(one.data), method), one.bands, one.weight) for one in project.references])


def picture_of(project: Project) -> Picture | None:
    """Its reference, where it is one whole picture."""
    if len(project.references) != 1 or project.references[0].bands:
        return None
    return _read(project.references[0].data)


def _read(data: bytes) -> Picture:
    try:
        return read_picture(data)
    except AttnpaintError as error:
        problem = error.problem.replace("the picture", "a reference in the project", 1)
        raise type(error)(problem, error.remedy) from error
