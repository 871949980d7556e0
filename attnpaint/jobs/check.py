"""Checks before any work: outputs and folders, layers, frames, and what the model needs."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attnpaint.errors import AttnpaintError, UsageError

if TYPE_CHECKING:
    from attnpaint.inference.look import Look
    from attnpaint.inference.requirements import Requirements
    from attnpaint.jobs.plan import Job

PROJECT = ".attnpaint"
MOST_PICTURES = 10**7
"""That may be asked for; more can only be a mistake."""


def check_inputs(pictures: Sequence[Path], model: Path | None) -> None:
    """AttnpaintError where one of them is missing or not what it should be."""
    for path in (*pictures, *([model] if model else [])):
        if not os.access(path, os.F_OK):
            wanted = "a model folder" if path is model else "a picture"
            raise AttnpaintError(f"{path} does not exist", f"give the path of {wanted}")
    for picture in pictures:
        if picture.is_dir():
            raise AttnpaintError(f"{picture} is a folder", "give one picture")
    if model and not model.is_dir():
        remedy = "give a model folder; attnpaint import-weights makes one from a checkpoint"
        raise AttnpaintError(f"{model} is not a folder", remedy)


def check_output(job: "Job") -> None:
    """AttnpaintError where a file of the job could not be written: its name, its suffix, its folder, which is
    made for the picture where it is missing.
    """
    from attnpaint.files import check_name
    from attnpaint.images import SUFFIXES
    from attnpaint.jobs.pairs_file import LAYERED

    for path in job.files:
        check_name(path)
        if path.is_dir():
            raise AttnpaintError(f"{path} is a folder", "give a file name inside it")
        fits = (*SUFFIXES, *LAYERED) if path is job.output else SUFFIXES
        if path.suffix.lower() not in fits and not (path is job.output and is_project(path)):
            raise AttnpaintError(f"{path} has no picture suffix", f"end it with one of {' '.join(fits)}")
        check_folder(_nearest_folder(path.parent) if path.parent == job.output.parent else path.parent)


def check_layers(jobs: "Sequence[Job]") -> None:
    """UsageError where a file with layers is asked to hold less, or several pictures."""
    from attnpaint.jobs.drawings import first_of
    from attnpaint.jobs.pairs_file import LAYERED

    layered = [
        job.output.name
        for job in jobs
        if (job.output.suffix.lower() in LAYERED and not (job.look.lines and job.look.variants == 1))
        or (is_project(job.output) and job.look.variants > 1)
    ]
    if layered:
        problem = f"{first_of(layered)}: such a file holds the lines and every layer of one picture"
        raise UsageError(problem, "leave out --variants and --no-lines, or write a PNG")


def check_frames(jobs: "Sequence[Job]", needs: "Requirements", policy: str) -> None:
    """UsageError where these cannot be the frames of one animation."""
    if any(job.look.finish == "painted" for job in jobs):
        raise UsageError("frames are held region by region", "give --finish flat or blend")
    if policy == "skip":
        raise UsageError("a frame is painted after those before it", "give --overwrite, not --skip-existing")
    if not needs.points:
        problem = f"frames are held by their palette colours, and {needs.name} does not point at any"
        raise UsageError(problem, "leave out --frames, or give a model that points")
    if len({job.references for job in jobs}) > 1:
        raise UsageError("frames share one palette", "give one --ref for all of them")


def check_colours(needs: "Requirements", reference: bool, hints: bool, look: "Look") -> None:
    """UsageError where the model lacks a reference, or cannot use hints, variants or a changed palette."""
    needs.check(reference, hints, look.variants)
    if look.work_size is not None:
        from attnpaint.inference.colorizer import check_size

        check_size(look.work_size)
    if look.edits and not needs.editable:
        problem = f"{needs.name} paints from no palette that could be changed"
        raise UsageError(problem, "leave out --swap, --hue and --saturation")
    if look.shown and not needs.points:
        problem = f"{needs.name} does not point at palette colours that could be shown otherwise"
        raise UsageError(problem, "leave out --keep-places, or give a model that points")


def is_project(path: Path) -> bool:
    """Whether the suffix says that it is a project."""
    return path.suffix.lower() == PROJECT


def check_folder(folder: Path) -> None:
    """AttnpaintError where there is no such folder, or one that may not be written to."""
    if not folder.is_dir():
        raise AttnpaintError(f"there is no folder {folder}", "create it or write elsewhere")
    if not os.access(folder, os.W_OK):
        raise AttnpaintError(f"the folder {folder} cannot be written to", "write elsewhere with -o")


def _nearest_folder(folder: Path) -> Path:
    """The folder itself, or the first above it that is there."""
    while not os.path.lexists(folder) and folder.parent != folder:
        folder = folder.parent
    return folder


def keep_inputs(target: Path, inputs: Sequence[Path]) -> None:
    """UsageError where `target` is one of the inputs."""
    if target.exists() and any(target.samefile(path) for path in inputs):
        raise UsageError(f"the output would replace {target}", "give another name")
