"""Which drawing is painted with which references into which file: settled before any work. Needs no torch."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.extract import Histogram
from attnpaint.files import there
from attnpaint.images import SUFFIXES, Picture
from attnpaint.inference.look import Look
from attnpaint.jobs.drawings import (
    PIPE,
    Names,
    Row,
    find_drawings,
    first_of,
    is_pattern,
    pictures_in,
    spoken,
)
from attnpaint.jobs.pairs_file import LAYERED, read_pairs
from attnpaint.model.model_config import Requirements
from attnpaint.palettes.references import parse_reference

Policy = Literal["refuse", "skip", "overwrite"]

PROJECT = ".attnpaint"
AS_USUAL = Look()


@dataclass(frozen=True)
class Job:
    """One drawing to paint: what of, into which file, and how it is to look.

    drawing: a file, - for standard input, or a picture uint8 H×W×{3,4}. references: as a person wrote them,
    with @bands or *weight where they have some; or one picture or palette. hints: a file or a picture.
    output: - is standard output. attention: where the sheet of attention maps goes.
    """

    drawing: Path | Picture
    references: tuple[str | Picture | Histogram, ...]
    hints: Path | Picture | None
    output: Path
    look: Look = AS_USUAL
    attention: Path | None = None

    @property
    def source(self) -> Path:
        """The drawing's file; - where it is none."""
        return self.drawing if isinstance(self.drawing, Path) else PIPE

    @property
    def named(self) -> dict[str, Any]:
        """As --json calls it."""
        references = list(self.references)
        return {"sketch": str(self.drawing), "references": references, "output": str(self.output)}

    @property
    def several(self) -> list[Path]:
        """OUT.1.png to OUT.N.png for OUT.png, of a job for N variants."""
        numbers = range(1, self.look.variants + 1)
        return [self.output.with_name(f"{self.output.stem}.{one}{self.output.suffix}") for one in numbers]

    @property
    def files(self) -> list[Path]:
        """All that is written, standard output aside."""
        several = self.several if self.look.variants > 1 else ()
        attention = (self.attention,) if self.attention else ()
        return [file for file in (self.output, *several, *attention) if file != PIPE]


def single_drawing(sketches: Sequence[Path], pairs: Path | None = None) -> Path | None:
    """The one drawing, be it there or not, or standard input: no folder, no pattern, no CSV of pairs."""
    if pairs or len(sketches) != 1:
        return None
    (sketch,) = sketches
    return None if (sketch.is_dir() if there(sketch) else is_pattern(sketch)) else sketch


def is_project(path: Path) -> bool:
    """Whether the suffix says that it is a project."""
    return path.suffix.lower() == PROJECT


def plan(
    sketches: Sequence[Path],
    refs: Sequence[str],
    output: Path | None,
    recursive: bool = False,
    pairs: Path | None = None,
    suffix: str = ".png",
    hints: Path | None = None,
    look: Look = AS_USUAL,
    attention: Path | None = None,
) -> list[Job]:
    """A job for each drawing, in natural order (2 before 10) within each of `sketches`.

    sketches: drawings, folders of them (recursive: with those below), patterns that no shell resolved, or
    standard input alone.
    refs: each a reference for all of them, or a folder with one for each, by path or else by name, without
    suffix; @bands behind a folder hold for all in it. hints: likewise, but a folder may lack some.
    pairs: a CSV instead of sketches, refs and hints; see `read_pairs`.
    output: a folder, in which the drawings' tree is mirrored; a file if `sketches` is one drawing; None:
    SKETCH.colored beside each drawing. suffix: of the pictures where `output` or the CSV names none.
    Pictures in a folder that are called *.colored.* or lie in `output` are no drawings.
    Raises UsageError, AttnpaintError, which name the files: nothing to paint, missing files or partners,
    outputs that are one file, or an input; a file with layers that is to hold less, or several pictures.
    """
    if pairs and (sketches or refs or hints):
        problem = f"{pairs} names the drawings with their references, and more are given"
        raise UsageError(problem, "give either the CSV or drawings")
    one = single_drawing(sketches, pairs)
    if pairs:
        rows = read_pairs(pairs, output)
    elif one:
        if not there(one) and one != PIPE:
            raise AttnpaintError(f"{one} does not exist", "give the path of a picture")
        rows = [Row(one, Path(one.name))]
    else:
        rows = find_drawings(sketches, recursive, output)
    if not pairs:
        columns = [_partners(rows, ref, bool(one)) for ref in refs]
        dabs = _dabs(rows, hints, bool(one)) if hints else [None] * len(rows)
        rows = [
            replace(row, references=tuple(references), hints=own)
            for row, own, *references in zip(rows, dabs, *columns, strict=True)
        ]
    if output and one and (output == PIPE or output.suffix) and not (there(output) and output.is_dir()):
        rows = [replace(rows[0], output=output)]
    elif output:
        _check_folder(output, len(rows), suffix)
    jobs = [
        Job(
            row.drawing,
            row.references,
            row.hints,
            row.output or _target(row, output, suffix),
            look,
            attention,
        )
        for row in rows
    ]
    _check_outputs(rows, jobs, [pairs] if pairs else [])
    return jobs


def sift(jobs: Sequence[Job], policy: Policy) -> tuple[list[Job], list[Job]]:
    """(to do, left out because something of theirs is there); the latter only with `skip`.

    Raises UsageError: `refuse`, and some exist; AttnpaintError: one is a folder.
    """
    done = [job for job in jobs if any(map(there, job.files))]
    for file in (file for job in done for file in job.files):
        if file.is_dir():
            raise AttnpaintError(f"{file} is a folder", "move it away or write elsewhere with -o")
    if done and policy == "refuse":
        are = "exists" if len(done) == 1 else "exist"
        which = first_of(job.output for job in done)
        problem = f"{len(done)} of {spoken(len(jobs), 'picture')} {are} already ({which})"
        raise UsageError(problem, "add --skip-existing or --overwrite, or write elsewhere with -o")
    if policy == "overwrite":
        return list(jobs), []
    exist = {job.output for job in done}
    return [job for job in jobs if job.output not in exist], done


def check_frames(jobs: Sequence[Job], needs: Requirements, policy: str) -> None:
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


def _partners(rows: Sequence[Row], ref: str, alone: bool) -> list[str]:
    """The reference of each drawing."""
    path = parse_reference(ref).path
    if not there(path) or not path.is_dir():
        if ref != "-" and path != PIPE and not there(path):
            raise AttnpaintError(f"{ref} does not exist", "give the path of a picture")
        return [ref] * len(rows)
    names = _names(path, alone)
    partners = [names.find(row.place) for row in rows]
    missing = [row.drawing for row, partner in zip(rows, partners, strict=True) if not partner]
    if missing:
        have = "has" if len(missing) == 1 else "have"
        problem = (
            f"{len(missing)} of {len(rows)} drawings {have} no reference in {path} ({first_of(missing)})"
        )
        raise AttnpaintError(problem, "put pictures of the same names there")
    bands = "" if path == Path(ref) else ref[max(map(ref.rfind, "@*")) :]
    return [f"{partner}{bands}" for partner in partners]


def _dabs(rows: Sequence[Row], hints: Path, alone: bool) -> list[Path | None]:
    """The hints of each drawing."""
    if not there(hints):
        raise AttnpaintError(f"{hints} does not exist", "give the path of a picture")
    if not hints.is_dir():
        return [hints] * len(rows)
    names = _names(hints, alone)
    found = [names.find(row.place) for row in rows]
    if not any(found):
        raise AttnpaintError(f"no drawing has hints in {hints}", "put pictures of the same names there")
    return found


def _names(folder: Path, alone: bool) -> Names:
    """The pictures in a folder of partners; for one drawing that was hardly meant where there are none."""
    if alone and not pictures_in(folder, recursive=True):
        raise AttnpaintError(f"{folder} is a folder", "give one picture")
    return Names(folder)


def _target(row: Row, output: Path | None, suffix: str) -> Path:
    """Where a drawing goes for which no file is named. output: a folder; None: beside the drawing."""
    if output:
        return output / row.place.with_suffix(suffix)
    if row.drawing == PIPE:
        return PIPE
    return row.drawing.with_name(f"{row.drawing.stem}.colored{suffix}")


def _check_folder(output: Path, count: int, suffix: str) -> None:
    if there(output) and not output.is_dir():
        raise UsageError(f"{output} is a file, not a folder for {spoken(count, 'picture')}", "give a folder")
    if not there(output) and output.suffix.lower() in (*SUFFIXES, *LAYERED, suffix):
        raise UsageError(f"{output} would be a folder for {spoken(count, 'picture')}", "give a folder's name")


def _check_outputs(rows: Sequence[Row], jobs: Sequence[Job], others: Sequence[Path]) -> None:
    """UsageError where a file with layers is asked to hold less, or several pictures, and where an output
    would replace another one or an input: of others, too."""
    layered = [
        job.output.name
        for job in jobs
        if (job.output.suffix.lower() in LAYERED and not (job.look.lines and job.look.variants == 1))
        or (is_project(job.output) and job.look.variants > 1)
    ]
    if layered:
        problem = f"{first_of(layered)}: such a file holds the lines and every layer of one picture"
        raise UsageError(problem, "leave out --variants and --no-lines, or write a PNG")
    painters: dict[object, Row] = {}
    for row, job in zip(rows, jobs, strict=True):
        own = [_identity(file) for file in job.files]
        if len(set(own)) < len(own):
            raise UsageError("-o and --attention name the same file", "give two file names")
        for file, identity in zip(job.files, own, strict=True):
            other = painters.setdefault(identity, row)
            if other is not row:
                problem = f"{other.drawing} and {row.drawing} would both become {file}"
                raise UsageError(problem, "rename one, or name the outputs in a CSV of pairs")
    inputs = {*others, *(row.drawing for row in rows), *(row.hints for row in rows if row.hints)}
    inputs |= {parse_reference(reference).path for row in rows for reference in row.references}
    for path in sorted(inputs - {PIPE}):
        painter = painters.get(_identity(path))
        if painter:
            raise UsageError(f"painting {painter.drawing} would replace {path}", "write elsewhere with -o")


def _identity(path: Path) -> object:
    """Equal for two names of one file."""
    try:
        known = path.stat()
    except (OSError, ValueError):  # not there, or no name for a file
        return os.path.normcase(os.path.realpath(path))
    return known.st_dev, known.st_ino
