"""`attnpaint colorize`: drawings, with references or hints, to painted pictures and layers."""

import json
import re
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import typer

from attnpaint.cli.batch_runner import paint_jobs
from attnpaint.cli.colorize_options import (
    AttentionOption,
    DtypeOption,
    EngineOption,
    FinishOption,
    FlatsOption,
    FramesOption,
    GapOption,
    HueOption,
    InvertOption,
    KeepAlphaOption,
    KeepPlacesOption,
    KindOption,
    NoLinesOption,
    OpaqueOption,
    OutputOption,
    OverwriteOption,
    PairsOption,
    PaletteOption,
    RecursiveOption,
    SaturationOption,
    SketchesArgument,
    SkipExistingOption,
    StrengthOption,
    SwapOption,
    VariantsOption,
    WorkSizeOption,
)
from attnpaint.cli.interrupts import resume_command
from attnpaint.cli.marks import (
    ClothesOption,
    EyesOption,
    FillOption,
    GroundOption,
    GroupOption,
    HairOption,
    SkinOption,
    StrokesOption,
    marks_of,
)
from attnpaint.cli.painting import (
    DeviceOption,
    GuideWeightsOption,
    HintsOption,
    JsonOption,
    ModelOption,
    RefOption,
    ThreadsOption,
)
from attnpaint.cli.project import paint_as_project
from attnpaint.decoding.suffixes import SUFFIXES
from attnpaint.errors import AttnpaintError, UsageError, tell
from attnpaint.inference.look import Look

if TYPE_CHECKING:
    from attnpaint.extract import Histogram
    from attnpaint.inference.coloring import Coloring
    from attnpaint.jobs.painter import Painter
    from attnpaint.jobs.plan import Job


def colorize(
    context: typer.Context,
    sketches: SketchesArgument = None,
    ref: RefOption = None,
    palette: PaletteOption = None,
    keep_places: KeepPlacesOption = False,
    swap: SwapOption = None,
    hue: HueOption = 0.0,
    saturation: SaturationOption = 1.0,
    strength: StrengthOption = 1.0,
    hints: HintsOption = None,
    fill: FillOption = None,
    strokes: StrokesOption = None,
    group: GroupOption = False,
    skin: SkinOption = None,
    hair: HairOption = None,
    eyes: EyesOption = None,
    clothes: ClothesOption = None,
    ground: GroundOption = None,
    output: OutputOption = None,
    finish: FinishOption = None,
    flats: FlatsOption = False,
    gap: GapOption = None,
    no_lines: NoLinesOption = False,
    opaque: OpaqueOption = False,
    keep_alpha: KeepAlphaOption = False,
    invert: InvertOption = "auto",
    variants: VariantsOption = 1,
    attention: AttentionOption = None,
    recursive: RecursiveOption = False,
    pairs: PairsOption = None,
    kind: KindOption = None,
    skip_existing: SkipExistingOption = False,
    overwrite: OverwriteOption = False,
    frames: FramesOption = False,
    model: ModelOption = None,
    guide_weights: GuideWeightsOption = "",
    engine: EngineOption = "auto",
    device: DeviceOption = "auto",
    dtype: DtypeOption = "auto",
    work_size: WorkSizeOption = None,
    threads: ThreadsOption = 0,
    as_json: JsonOption = False,
) -> None:
    """Colour line drawings with the colours of a reference picture, of a palette, or with hints.

    Any size and aspect ratio; the result has the drawing's own size, lines and transparency.

    Example: attnpaint colorize sketch.png --ref ref.png

    Layers for Krita, GIMP, Photoshop: attnpaint colorize sketch.png --ref ref.png -o sketch.psd

    A folder in the colours of one picture: attnpaint colorize drawings/ --ref ref.png -o painted/

    Hints: open the drawing, add a transparent layer, dab colours where you want them, save that layer alone.

    Example: attnpaint colorize sketch.png --hints dabs.png --model runs/paints-chainer
    """
    from attnpaint.cli.progress import counting
    from attnpaint.files import check_name
    from attnpaint.inference.coloring import check_look
    from attnpaint.jobs.drawings import PIPE, in_order
    from attnpaint.jobs.painter import Painter
    from attnpaint.jobs.plan import is_project, plan, single_drawing
    from attnpaint.palettes.edit import check_turn, parse_swap
    from attnpaint.palettes.references import References

    began = time.perf_counter()
    if flats and finish not in (None, "flat"):
        raise UsageError(f"--flats is --finish flat, and --finish {finish} is given too", "give one of them")
    if opaque and keep_alpha:
        raise UsageError("--opaque and --keep-alpha contradict each other", "give one of them")
    if skip_existing and overwrite:
        raise UsageError("--skip-existing and --overwrite contradict each other", "give one of them")
    if not sketches and not pairs:
        raise UsageError("there is nothing to paint", "give drawings, a folder of them, or --pairs")
    if (hue, saturation) != (0.0, 1.0):
        check_turn(hue, saturation)
    check_look(finish, strength, gap, work_size)
    refs, shown = list(ref or ()), None
    if palette or keep_places:
        refs, shown = _from_palette(refs, palette, keep_places, sketches or ())
    roles = {"skin": skin, "hair": hair, "eyes": eyes, "clothes": clothes, "ground": ground}
    by_hand = fill or strokes or group or any(roles.values())
    marks = marks_of(fill or (), strokes, group, roles) if by_hand else None
    look = Look(
        "flat" if flats else finish, gap, work_size, strength,
        False if opaque else True if keep_alpha else None, invert,
        tuple(parse_swap(text) for text in swap or ()), hue, saturation,
        shown, marks, not no_lines, variants,
    )  # fmt: skip
    files = [*(sketches or ()), *refs, *filter(None, [hints])]
    if sum(re.sub(r"[@*][0-9,.-]+$", "", str(file)) == "-" for file in files) > 1:
        raise UsageError(
            "standard input holds one picture, and - is given twice", "name a file for the others"
        )
    one = single_drawing(sketches or (), pairs)
    many, reader = one is None, References(tell, counting)
    painter = Painter(model, guide_weights, device, engine, dtype, threads, many, reader)
    for name, given in (("--recursive", recursive), ("--frames", frames)):
        if one and given:
            tell(f"{one} is one drawing: {name} does nothing")
    if output:
        check_name(output)
    into_folder = output is not None and output.is_dir()
    if one and output and not into_folder and output != PIPE and not output.suffix:
        raise AttnpaintError(f"{output} has no picture suffix", f"end it with one of {' '.join(SUFFIXES)}")
    if (fill or strokes) and (not one or into_folder):
        raise UsageError("--fill and --strokes are for one drawing", "give one, and a file as -o")
    if not one:
        _tell_left_out(sketches or (), recursive)
    jobs = plan(
        sketches or (),
        refs,
        output,
        recursive,
        pairs,
        hints=hints,
        suffix=f".{kind or 'png'}",
        look=look,
        attention=attention if one else None,
    )
    if kind and one and not into_folder and jobs[0].output.suffix.lower() != f".{kind}":
        raise UsageError(f"--format {kind} and {jobs[0].output} contradict each other", "give one of them")
    if not (one and is_project(one)):  # which may hold its reference
        listed = [f"the column reference of {pairs}"] if pairs and any(job.references for job in jobs) else []
        painter.check(refs or listed, any(job.hints is not None for job in jobs), look)
    if one and not into_folder:
        as_project = is_project(one) or is_project(jobs[0].output)
        _paint_one(painter, jobs[0], as_project, skip_existing, as_json, began)
        return
    if variants > 1 or attention:
        raise UsageError("--variants and --attention are for one drawing", "give one, and a file as -o")
    if frames and not pairs:  # a shell sorts f10 before f2
        jobs.sort(key=lambda job: in_order(job.source))
    policy: Literal["skip", "overwrite", "refuse"] = (
        "skip" if skip_existing else "overwrite" if overwrite or one else "refuse"
    )
    code = paint_jobs(
        painter,
        jobs,
        partial(_painted, painter),
        policy,
        frames and not one,
        as_json,
        resume_command(context),
    )
    if code:
        raise typer.Exit(code)


def _paint_one(
    painter: "Painter", job: "Job", as_project: bool, skip: bool, as_json: bool, began: float
) -> None:
    """Paint one and tell of it; `began` is when, for the seconds told. Raises AttnpaintError.

    as_project: the drawing or the output is one. skip: nothing is done where a file is there that would be
    replaced.
    """
    from attnpaint.files import check_folder, check_name, make_folder, there
    from attnpaint.jobs.drawings import first_of
    from attnpaint.jobs.pairs_file import LAYERED
    from attnpaint.jobs.plan import PROJECT, sift

    for path in job.files:  # could they be written: by their names, their suffixes, their folders
        check_name(path)
        if path.is_dir():
            raise AttnpaintError(f"{path} is a folder", "give a file name inside it")
        fits = (*SUFFIXES, *LAYERED) if path is job.output else SUFFIXES
        if path.suffix.lower() not in fits and not (path is job.output and path.suffix.lower() == PROJECT):
            raise AttnpaintError(f"{path} has no picture suffix", f"end it with one of {' '.join(fits)}")
        check_folder(path.parent, to_be_made=path.parent == job.output.parent)
    if skip and not sift([job], "skip")[0]:
        print(
            f"{first_of(file for file in job.files if there(file))}: there already, nothing is painted",
            file=sys.stderr,
        )
        if as_json:
            told = {"done": [], "failed": [], "skipped": [job.named], "exit_code": 0}
            print(json.dumps({"output": str(job.output), **told}))
        return
    if as_project:
        coloring = paint_as_project(painter, job)
    else:
        coloring = _painted(painter, job)
        make_folder(job.output.parent)
        painter.write(job, coloring)
    _tell(painter, job, coloring, as_json, began)


def _painted(painter: "Painter", job: "Job") -> "Coloring":
    """The painting of a drawing; what is odd is told on stderr."""
    coloring = painter.paint(job)
    alpha = coloring.canvas.drawing.alpha
    if job.look.keep_alpha is None and alpha is not None and (alpha < 128).mean() > 0.5:
        told = f"{job.source} is mostly transparent and so is the result; --opaque fills it"
        tell(told)
    for note in coloring.notes:
        tell(f"{job.source}: {note}")
    return coloring


def _tell(painter: "Painter", job: "Job", coloring: "Coloring", as_json: bool, began: float) -> None:
    """What was done, on stderr, or as JSON: as of many, and more (docs/colorize.schema.json)."""
    from attnpaint.jobs.drawings import PIPE

    height, width = coloring.canvas.drawing.clean.shape[:2]
    piped = job.output == PIPE
    if not as_json and not piped:
        count, device = job.look.variants, painter.colorizer.engine.device
        what = f"{count} pictures of {width}×{height}" if count > 1 else f"{width}×{height}"
        tell(f"{job.output}: {what}, painted in {coloring.canvas.maps.seconds:.2f} s on {device}")
    if not as_json:
        return
    found = coloring.histogram
    size = {"width": width, "height": height, "finish": coloring.finish, "notes": coloring.notes}
    done = {
        "done": [{**job.named, **size}],
        "failed": [],
        "skipped": [],
        "exit_code": 0,
        "output": str(job.output),
        "variants": [str(path) for path in job.several] if job.look.variants > 1 else [],
        **size,
        "attention": str(job.attention) if job.attention else None,
        **painter.facts(),
        "network_seconds": round(coloring.canvas.maps.seconds, 3),
        "seconds": round(time.perf_counter() - began, 3),
        "colors": found.colors.tolist() if found else None,
        "weights": found.weights.round(4).tolist() if found else None,
    }
    print(json.dumps(done), file=sys.stderr if piped else sys.stdout)


def _from_palette(
    refs: list[str], palette: Path | None, keep_places: bool, sketches: Sequence[Path]
) -> "tuple[list[str], Histogram | None]":
    """What is painted from: --palette instead of --ref; or --ref, and the palette that is shown for it.

    Raises UsageError for options that contradict each other, AttnpaintError for a palette of another format.
    """
    from attnpaint.jobs.plan import is_project

    if not palette:
        raise UsageError("--keep-places shows a palette, and none is given", "add --palette FILE")
    if keep_places and not refs and not all(map(is_project, sketches or (Path(),))):
        remedy = "add the --ref that it was painted from, or give its project"
        raise UsageError("--keep-places needs what the drawing was painted from", remedy)
    if refs and not keep_places:
        raise UsageError("--palette stands instead of --ref, and both are given", "mix them with --ref alone")
    if str(palette) != "-" and palette.suffix.lower() not in SUFFIXES:
        from attnpaint.palettes.files import check_readable

        check_readable(palette)
    if not keep_places:
        return [str(palette)], None
    from attnpaint.palettes.references import References

    return refs, References(tell).of([palette])[palette]


def _tell_left_out(sketches: Sequence[Path], recursive: bool) -> None:
    """On stderr: the pictures in folders that cannot be read, by their suffixes."""
    from attnpaint.decoding.suffixes import left_out, unreadable_in

    for sketch in sketches:
        if sketch.is_dir() and (left := left_out(unreadable_in(sketch, recursive))):
            tell(f"{sketch}: {left}")
