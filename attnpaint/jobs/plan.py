"""Which drawing is painted with which references into which file: settled before any work. Needs no torch."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from attnpaint.decoding.suffixes import READABLE
from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.images import SUFFIXES
from attnpaint.jobs.names import (
    Names,
    first_of,
    hidden,
    in_order,
    pictures_in,
    spoken,
    there,
    without_bands,
)
from attnpaint.jobs.pairs_file import LAYERED, Row, read_pairs
from attnpaint.jobs.patterns import is_pattern, matches, split_pattern

Policy = Literal["refuse", "skip", "overwrite"]

_OURS = re.compile(r"\.colored(\.\d+)?$")  # how the stem of what we wrote beside a drawing ends


@dataclass(frozen=True)
class Job:
    """One drawing to paint. references: as the user wrote them, with @bands where they have some."""

    drawing: Path
    references: tuple[str, ...]
    hints: Path | None
    output: Path


def plan(
    sketches: Sequence[Path],
    refs: Sequence[str],
    output: Path | None,
    recursive: bool = False,
    pairs: Path | None = None,
    suffix: str = ".png",
    hints: Path | None = None,
) -> list[Job]:
    """A job for each drawing, in natural order (2 before 10) within each of `sketches`.

    sketches: drawings, folders of them (recursive: with those below) and patterns that no shell resolved.
    refs: each a reference for all of them, or a folder with one for each, by path or else by name, without
    suffix; @bands behind a folder hold for all in it. hints: likewise, but a folder may lack some.
    pairs: a CSV instead of sketches, refs and hints; see `read_pairs`.
    output: a folder, in which the drawings' tree is mirrored; a file if `sketches` is one drawing; None:
    SKETCH.colored beside each drawing. suffix: of the pictures where `output` or the CSV names none.
    Pictures in a folder that are called *.colored.* or lie in `output` are no drawings.
    Raises UsageError, AttnpaintError, which name the files: nothing to paint, missing files or partners,
    outputs that are one file, or an input.
    """
    alone = False
    if not pairs:
        rows = find_drawings(sketches, recursive, output)
        alone = len(sketches) == 1 and there(sketches[0]) and not sketches[0].is_dir()
        columns = [_partners(rows, ref) for ref in refs]
        dabs = _dabs(rows, hints)
        rows = [
            replace(row, references=tuple(column[i] for column in columns), hints=dabs[i])
            for i, row in enumerate(rows)
        ]
    elif sketches or refs or hints:
        problem = f"{pairs} names the drawings with their references, and more are given"
        raise UsageError(problem, "give either the CSV or drawings")
    else:
        rows = read_pairs(pairs, output)
    if output and alone and output.suffix and not (there(output) and output.is_dir()):
        rows = [replace(rows[0], output=output)]
    elif output:
        _check_folder(output, len(rows), suffix)
    jobs = [Job(row.drawing, row.references, row.hints, _target(row, output, suffix)) for row in rows]
    _check_outputs(jobs, [pairs] if pairs else [])
    return jobs


def sift(jobs: Sequence[Job], policy: Policy) -> tuple[list[Job], list[Job]]:
    """(to do, left out because their output exists); the latter only with `skip`.

    Raises UsageError: `refuse`, and some exist; AttnpaintError: one is a folder.
    """
    done = [job for job in jobs if there(job.output)]
    for job in done:
        if job.output.is_dir():
            raise AttnpaintError(f"{job.output} is a folder", "move it away or write elsewhere with -o")
    if done and policy == "refuse":
        are = "exists" if len(done) == 1 else "exist"
        which = first_of(job.output for job in done)
        problem = f"{len(done)} of {spoken(len(jobs), 'picture')} {are} already ({which})"
        raise UsageError(problem, "add --skip-existing or --overwrite, or write elsewhere with -o")
    if policy == "overwrite":
        return list(jobs), []
    exist = {job.output for job in done}
    return [job for job in jobs if job.output not in exist], done


def is_one(sketch: Path) -> bool:
    """Whether it names one drawing, be it there or not, or standard input: no folder and no pattern."""
    return not sketch.is_dir() if there(sketch) else not is_pattern(sketch)


def partners_of(drawing: Path, refs: Sequence[str], hints: Path | None) -> tuple[list[str], Path | None]:
    """What one drawing is painted with, where a reference or the hints are a folder with one for each.

    Raises AttnpaintError where nothing of its name is there.
    """
    row = Row(drawing, Path(drawing.name))
    found = [_partners([row], ref)[0] if _holds_pictures(without_bands(ref)[0]) else ref for ref in refs]
    return found, _dabs([row], hints)[0] if hints and _holds_pictures(hints) else hints


def find_drawings(sketches: Sequence[Path], recursive: bool, output: Path | None) -> list[Row]:
    """The drawings, each once, and where they lie below the folder or pattern that they were found by."""
    if not sketches:
        raise UsageError("there is nothing to paint", "give drawings, folders or patterns, or a CSV of pairs")
    found: dict[Path, Row] = {}
    named = set[Path]()
    for sketch in sketches:
        if not there(sketch):
            if not is_pattern(sketch):
                raise AttnpaintError(f"{sketch} does not exist", "give the path of a picture")
            several = _by_pattern(sketch, output)
        elif sketch.is_dir():
            several = _in_folder(sketch, recursive, output)
        else:
            several = [Row(sketch, Path(sketch.name))]
            named.add(sketch.resolve())
        for one in several:
            found.setdefault(one.drawing.resolve(), one)
    stems = {path.with_suffix("") for path in found}
    return [  # a shell's *.png also names what an earlier run wrote beside the drawings
        one
        for path, one in found.items()
        if path not in named
        or not _OURS.search(path.stem)
        or path.with_name(_OURS.sub("", path.stem)) not in stems
    ]


def _in_folder(folder: Path, recursive: bool, output: Path | None) -> list[Row]:
    every = pictures_in(folder, recursive)
    drawings = [path for path in every if not _made(path, folder, output)]
    if not drawings:
        what = "no drawings, only what was painted" if every else "no pictures"
        deeper = not recursive and any(path.is_dir() for path in folder.iterdir())
        more = "add --recursive for the folders in it" if deeper else f"put some there ({' '.join(SUFFIXES)})"
        raise AttnpaintError(f"{folder} holds {what}", more)
    return [Row(path, path.relative_to(folder)) for path in drawings]


def _by_pattern(pattern: Path, output: Path | None) -> list[Row]:
    base, _ = split_pattern(pattern)
    suffixes = {*READABLE, pattern.suffix.lower()} - {""}
    found = matches(pattern)
    pictures = [path for path in found if path.suffix.lower() in suffixes and not hidden(path, base)]
    pictures = sorted(filter(Path.is_file, pictures), key=in_order)
    drawings = [path for path in pictures if not _made(path, base, output)]
    if not drawings:
        raise AttnpaintError(f"{pattern} matches no drawings", "check the pattern; ** stands for any folders")
    return [Row(path, path.relative_to(base)) for path in drawings]


def _made(path: Path, base: Path, output: Path | None) -> bool:
    """Whether we painted it: beside a drawing, or into an output folder below `base`."""
    if _OURS.search(path.stem):
        return True
    if not output:
        return False
    home, target = base.resolve(), output.resolve()
    return home in target.parents and target in (home / path.relative_to(base)).parents


def _holds_pictures(path: Path) -> bool:
    return there(path) and path.is_dir() and bool(pictures_in(path, recursive=True))


def _partners(rows: Sequence[Row], ref: str) -> list[str]:
    """The reference of each drawing."""
    path, bands = without_bands(ref)
    if not there(path) or not path.is_dir():
        if ref != "-" and not there(path):
            raise AttnpaintError(f"{ref} does not exist", "give the path of a picture")
        return [ref] * len(rows)
    names = Names(path)
    partners = [names.find(row.place) for row in rows]
    missing = [row.drawing for row, partner in zip(rows, partners, strict=True) if not partner]
    if missing:
        have = "has" if len(missing) == 1 else "have"
        problem = (
            f"{len(missing)} of {len(rows)} drawings {have} no reference in {path} ({first_of(missing)})"
        )
        raise AttnpaintError(problem, "put pictures of the same names there")
    return [f"{partner}{bands}" for partner in partners]


def _dabs(rows: Sequence[Row], hints: Path | None) -> list[Path | None]:
    """The hints of each drawing."""
    if hints and not there(hints):
        raise AttnpaintError(f"{hints} does not exist", "give the path of a picture")
    if not hints or not hints.is_dir():
        return [hints] * len(rows)
    names = Names(hints)
    found = [names.find(row.place) for row in rows]
    if not any(found):
        raise AttnpaintError(f"no drawing has hints in {hints}", "put pictures of the same names there")
    return found


def _target(row: Row, output: Path | None, suffix: str) -> Path:
    if row.output:
        return row.output
    if output:
        return output / row.place.with_suffix(suffix)
    return row.drawing.with_name(f"{row.drawing.stem}.colored{suffix}")


def _check_folder(output: Path, count: int, suffix: str) -> None:
    if there(output) and not output.is_dir():
        raise UsageError(f"{output} is a file, not a folder for {spoken(count, 'picture')}", "give a folder")
    if not there(output) and output.suffix.lower() in (*SUFFIXES, *LAYERED, suffix):
        raise UsageError(f"{output} would be a folder for {spoken(count, 'picture')}", "give a folder's name")


def _check_outputs(jobs: Sequence[Job], others: Sequence[Path]) -> None:
    """UsageError where an output would replace another one or an input."""
    painters: dict[object, Job] = {}
    for job in jobs:
        other = painters.setdefault(_identity(job.output), job)
        if other is not job:
            problem = f"{other.drawing} and {job.drawing} would both become {job.output}"
            raise UsageError(problem, "rename one, or name the outputs in a CSV of pairs")
    inputs = {*others, *(job.drawing for job in jobs), *(job.hints for job in jobs if job.hints)}
    inputs |= {without_bands(reference)[0] for job in jobs for reference in job.references}
    for path in sorted(inputs):
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
