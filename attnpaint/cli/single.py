"""One drawing: its picture or layers, several pictures, attention maps; also through pipes."""

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from attnpaint.cli.checks import check_folder, check_inputs, check_targets, keep_inputs
from attnpaint.cli.painting import Look, Studio
from attnpaint.cli.project import is_project, paint_opened, project_of
from attnpaint.cli.streams import tell
from attnpaint.cli.variants import contact_sheet, numbered
from attnpaint.errors import AttnpaintError, UsageError

if TYPE_CHECKING:
    from attnpaint.images import Picture
    from attnpaint.inference.coloring import Coloring

PIPE = Path("-")


@dataclass(frozen=True)
class Targets:
    """What is written. several: OUT.1.png and so on, [] for one picture; no_lines: the colour alone."""

    output: Path
    several: list[Path]
    attention: Path | None
    no_lines: bool = False

    @classmethod
    def of(
        cls, sketch: Path, output: Path | None, variants: int, attention: Path | None, no_lines: bool
    ) -> "Targets":
        """output: None for SKETCH.colored.png beside the drawing, or standard output for one from a pipe."""
        if not output:
            output = PIPE if sketch == PIPE else sketch.with_name(f"{sketch.stem}.colored.png")
        if output == PIPE and variants > 1:
            raise UsageError("several pictures do not fit into standard output", "give a file with -o")
        return cls(output, numbered(output, variants), attention, no_lines)

    @property
    def there(self) -> list[Path]:
        """What of them exists."""
        from attnpaint.jobs.names import there

        files = [self.output, *self.several, *([self.attention] if self.attention else [])]
        return [file for file in files if file != PIPE and there(file)]

    def check(self, inputs: Sequence[Path]) -> None:
        """Raises what `check_targets` does, and UsageError where two of them are one file."""
        from attnpaint.files import check_name
        from attnpaint.layered.write import SUFFIXES as LAYERED

        files = [*self.several, *([self.attention] if self.attention else [])]
        for file in (self.output, *files):
            check_name(file)
        if self.output.suffix.lower() in LAYERED or is_project(self.output):
            if self.several or (self.no_lines and not is_project(self.output)):
                problem = f"{self.output.name} holds the lines and every layer of one picture"
                raise UsageError(problem, "leave out --variants and --no-lines, or write a PNG")
            if self.output.is_dir():
                raise AttnpaintError(f"{self.output} is a folder", "give a file name inside it")
            check_folder(self.output.parent)
            keep_inputs(self.output, inputs)
        elif self.output != PIPE:
            check_targets([self.output], inputs, LAYERED)
        check_targets(files, inputs)
        named = [path.resolve() for path in (self.output, *self.several)]
        if self.attention and self.attention.resolve() in named:
            raise UsageError("-o and --attention name the same file", "give two file names")


def single(
    studio: Studio,
    look: Look,
    sketch: Path,
    refs: Sequence[str],
    hints: Path | None,
    targets: Targets,
    skip: bool,
    as_json: bool,
    began: float,
) -> None:
    """Paint and write; `began` is when, for the seconds told. Raises AttnpaintError.

    skip: do nothing where a file is there that would be replaced.
    """
    from attnpaint.jobs.names import first_of
    from attnpaint.palettes.mix import parse_reference

    files = [sketch, *(parse_reference(ref).path for ref in refs), *([hints] if hints else [])]
    files = [file for file in files if file != PIPE]
    check_inputs(files, None)
    targets.check(files)
    if skip and targets.there:
        tell(f"{first_of(targets.there)}: there already, nothing is painted")
        if as_json:
            print(json.dumps({"output": str(targets.output), "skipped": True}))
        return
    if is_project(sketch) or is_project(targets.output):
        coloring = _as_project(studio, look, sketch, refs, hints, targets)
    else:
        coloring = studio.paint(sketch, refs, hints, look, targets.output)
        write(coloring, studio.references.picture(refs), targets)
    _tell(coloring, studio, targets, as_json, began)


def _as_project(
    studio: Studio, look: Look, sketch: Path, refs: Sequence[str], hints: Path | None, targets: Targets
) -> "Coloring":
    """Paint a project, or begin one; write its painting, or the project itself."""
    from attnpaint.inference.projects import picture_of
    from attnpaint.layered.write import SUFFIXES as LAYERED
    from attnpaint.layered.write import check_size
    from attnpaint.projects import write_project

    project = project_of(studio, sketch, refs, hints, look)
    given = refs or [sketch.name for one in (project.references, project.palette) if one]
    studio.check(given, sketch if project.hints else None, look, max(1, len(targets.several)))
    coloring, project = paint_opened(studio, project, look, sketch)
    if is_project(targets.output):
        lines = project.options.lines and not targets.no_lines
        write_project(targets.output, replace(project, options=replace(project.options, lines=lines)))
        return coloring
    check_size(targets.output.suffix, *coloring.canvas.drawing.clean.shape[:2])
    alone = not project.options.lines and targets.output.suffix.lower() not in LAYERED
    write(coloring, picture_of(project), replace(targets, no_lines=targets.no_lines or alone))
    return coloring


def _tell(coloring: "Coloring", studio: Studio, targets: Targets, as_json: bool, began: float) -> None:
    """What was done, on stderr, or as JSON."""
    height, width = coloring.canvas.drawing.clean.shape[:2]
    found = coloring.histogram
    done = {
        "output": str(targets.output),
        "variants": [str(path) for path in targets.several],
        "width": width,
        "height": height,
        "finish": coloring.finish,
        "attention": str(targets.attention) if targets.attention else None,
        **studio.facts(),
        "notes": coloring.notes,
        "network_seconds": round(coloring.seconds, 3),
        "seconds": round(time.perf_counter() - began, 3),
        "colors": found.colors.tolist() if found else None,
        "weights": found.weights.round(4).tolist() if found else None,
    }
    piped = targets.output == PIPE
    if as_json:
        print(json.dumps(done), file=sys.stderr if piped else sys.stdout)
    elif not piped:
        count = len(targets.several)
        what = f"{count} pictures of {width}×{height}" if count else f"{width}×{height}"
        told = f"{targets.output}: {what}, painted in {coloring.seconds:.2f} s on {done['device']}"
        tell(told)


def write(coloring: "Coloring", reference: "Picture | None", targets: Targets) -> None:
    """The picture or layers, the variants and the attention maps. reference: hidden among the layers."""
    from attnpaint.images import write_picture
    from attnpaint.inference.coloring import filled_for

    if targets.several:
        pictures = coloring.variants[: len(targets.several)]
        for path, picture in zip(targets.several, pictures, strict=True):
            write_picture(path, filled_for(path, picture))
        write_picture(targets.output, contact_sheet(pictures, targets.several))
    elif targets.output == PIPE:
        _to_pipe(_shown(coloring, targets.no_lines))
    elif targets.no_lines:
        write_picture(targets.output, filled_for(targets.output, _shown(coloring, True)))
    else:
        coloring.save(targets.output, reference)
    if targets.attention:
        write_picture(targets.attention, coloring.attention())


def _shown(coloring: "Coloring", no_lines: bool) -> "Picture":
    return coloring.unlined if no_lines else coloring.picture


def _to_pipe(picture: "Picture") -> None:
    from io import BytesIO

    from PIL import Image

    packed = BytesIO()  # Pillow asks a file for more than a pipe can do
    Image.fromarray(picture).save(packed, "PNG")
    sys.stdout.buffer.write(packed.getvalue())
    sys.stdout.buffer.flush()
