"""`attnpaint colorize`: drawings, with references or hints, to painted pictures and layers."""

import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

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
from attnpaint.cli.paint_jobs import paint_job, paint_jobs
from attnpaint.cli.painting import (
    COLORS,
    MACHINE,
    MANY,
    PAINT,
    DeviceOption,
    GuideWeightsOption,
    HintsOption,
    JsonOption,
    ModelOption,
    ModelOptions,
    RefOption,
    ThreadsOption,
)
from attnpaint.cli.streams import tell
from attnpaint.decoding.suffixes import SUFFIXES
from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.inference.look import MOST_GAP, Look, check_look
from attnpaint.jobs.check import is_project

if TYPE_CHECKING:
    from attnpaint.extract import Histogram

MOST = 9  # variants of one drawing


def colorize(
    context: typer.Context,
    sketches: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[SKETCH]...",
            help="Line drawings: dark lines on white or transparent paper. Files, folders, patterns; - is one"
            " from standard input. Or a project, drawing.attnpaint.",
        ),
    ] = None,
    ref: RefOption = None,
    palette: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            rich_help_panel=COLORS,
            help="A palette, as `attnpaint palette` writes it, instead of --ref: .json, .gpl, .aco, .ase, "
            ".hex or .act.",
        ),
    ] = None,
    keep_places: Annotated[
        bool,
        typer.Option(
            "--keep-places",
            rich_help_panel=COLORS,
            help="Paint from --ref, or as the project was painted, and only show the colours of --palette: "
            "regions keep the places in it that they had.",
        ),
    ] = False,
    swap: Annotated[
        list[str] | None,
        typer.Option(
            metavar="#OLD=#NEW",
            rich_help_panel=COLORS,
            help="Show the palette's colour OLD as NEW. Repeat it.",
        ),
    ] = None,
    hue: Annotated[
        float,
        typer.Option(
            rich_help_panel=COLORS,
            help="Turn the palette's hues by so many degrees.",
        ),
    ] = 0.0,
    saturation: Annotated[
        float,
        typer.Option(
            min=0, max=100, rich_help_panel=COLORS, help="0 is grey, 1 the palette as it is, 2 twice that."
        ),
    ] = 1.0,
    strength: Annotated[
        float,
        typer.Option(min=0, max=1, rich_help_panel=COLORS, help="Of the colour; 0 leaves the paper white."),
    ] = 1.0,
    hints: HintsOption = None,
    fill: FillOption = None,
    strokes: StrokesOption = None,
    group: GroupOption = False,
    skin: SkinOption = None,
    hair: HairOption = None,
    eyes: EyesOption = None,
    clothes: ClothesOption = None,
    ground: GroundOption = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            help="Where to write. PNG, JPEG, WebP, TIFF or BMP; .ora and .psd hold layers, .attnpaint a "
            "project; - is standard output (PNG). For many drawings a folder. Default: SKETCH.colored.png "
            "beside each.",
        ),
    ] = None,
    finish: Annotated[
        Literal["painted", "flat", "blend"] | None,
        typer.Option(
            rich_help_panel=PAINT,
            help="painted: the network's own picture; flat: one colour for each closed region; blend: flat "
            "with some of the painting's light and shade. Default: flat, for networks that point at palette "
            "colours.",
        ),
    ] = None,
    flats: Annotated[
        bool, typer.Option("--flats", rich_help_panel=PAINT, help="Short for --finish flat.")
    ] = False,
    gap: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=MOST_GAP,
            rich_help_panel=PAINT,
            help="Pixels: lines count as closed where they leave less than this open. Default: 1/100 of the "
            "drawing's long side, 1/50 of the short side of a long strip.",
        ),
    ] = None,
    no_lines: Annotated[
        bool, typer.Option("--no-lines", rich_help_panel=PAINT, help="Write the colour alone.")
    ] = False,
    opaque: Annotated[
        bool,
        typer.Option(
            "--opaque",
            rich_help_panel=PAINT,
            help="Fill the transparent parts of the drawing instead of keeping them.",
        ),
    ] = False,
    keep_alpha: Annotated[
        bool,
        typer.Option(
            "--keep-alpha",
            rich_help_panel=PAINT,
            help="Keep all that is transparent. Default: only in drawings with opaque paper somewhere; ink "
            "on a transparent layer is painted all over, and so are formats without transparency.",
        ),
    ] = False,
    invert: Annotated[
        Literal["auto", "yes", "no"],
        typer.Option(
            rich_help_panel=PAINT,
            help="Turn white lines on black round. auto: where a drawing looks like that, with a note.",
        ),
    ] = "auto",
    variants: Annotated[
        int,
        typer.Option(
            min=1,
            max=MOST,
            metavar="N",
            rich_help_panel=PAINT,
            help="Write N different pictures, OUT.1.png and so on, and a sheet of them all, OUT.png. For "
            "models that paint several at once.",
        ),
    ] = 1,
    attention: Annotated[
        Path | None,
        typer.Option(
            rich_help_panel=PAINT,
            help="Also write the attention maps here: gates, and where each colour went.",
        ),
    ] = None,
    recursive: Annotated[
        bool, typer.Option("--recursive", rich_help_panel=MANY, help="Also take the folders in a folder.")
    ] = False,
    pairs: Annotated[
        Path | None,
        typer.Option(
            metavar="CSV",
            rich_help_panel=MANY,
            help="Lines of sketch,reference[,output] instead of SKETCH and --ref. (A folder as --ref is "
            "matched by name.)",
        ),
    ] = None,
    kind: Annotated[
        Literal["png", "webp", "ora", "psd"] | None,
        typer.Option(
            "--format",
            rich_help_panel=MANY,
            help="What files in folders are; .ora and .psd hold layers. Default: png. A CSV's own names win.",
        ),
    ] = None,
    skip_existing: Annotated[
        bool,
        typer.Option(
            "--skip-existing",
            rich_help_panel=MANY,
            help="Leave out what was painted before; one drawing alone, too.",
        ),
    ] = False,
    overwrite: Annotated[
        bool,
        typer.Option(
            "--overwrite",
            rich_help_panel=MANY,
            help="Paint it again. Default: of many drawings, refuse to begin; one alone is always painted.",
        ),
    ] = False,
    frames: Annotated[
        bool,
        typer.Option(
            "--frames",
            rich_help_panel=MANY,
            help="Frames of an animation, f2 before f10: regions keep their colours from one to the next.",
        ),
    ] = False,
    model: ModelOption = None,
    guide_weights: GuideWeightsOption = "",
    engine: Annotated[
        Literal["auto", "onnx", "torch"],
        typer.Option(
            rich_help_panel=MACHINE,
            help="onnx starts sooner and needs no torch; for models with a graph, as the default one has and "
            "`attnpaint export --onnx` writes. auto: onnx where it can, torch for many drawings on a GPU.",
        ),
    ] = "auto",
    device: DeviceOption = "auto",
    dtype: Annotated[
        Literal["auto", "bf16", "fp32"],
        typer.Option(rich_help_panel=MACHINE, help="auto is bf16 where the device computes it."),
    ] = "auto",
    work_size: Annotated[
        int | None,
        typer.Option(
            metavar="PX",
            rich_help_panel=MACHINE,
            help="Side of the square that the network paints. Default: what the model was trained at, 512. "
            "Lines keep the drawing's own size in any case.",
        ),
    ] = None,
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
    from attnpaint.files import check_name
    from attnpaint.jobs.drawings import is_one
    from attnpaint.jobs.names import PIPE, in_order
    from attnpaint.jobs.plan import plan
    from attnpaint.palettes.edit import check_turn, parse_swap

    began = time.perf_counter()
    if flats and finish not in (None, "flat"):
        raise UsageError(f"--flats is --finish flat, and --finish {finish} is given too", "give one of them")
    if opaque and keep_alpha:
        raise UsageError("--opaque and --keep-alpha contradict each other", "give one of them")
    if skip_existing and overwrite:
        raise UsageError("--skip-existing and --overwrite contradict each other", "give one of them")
    if not sketches and not pairs:
        raise UsageError("there is nothing to paint", "give drawings, a folder of them, or --pairs")
    check_turn(hue, saturation)
    check_look(finish, strength, gap)
    refs, shown = _references(ref or (), palette, keep_places, sketches or ())
    roles = {"skin": skin, "hair": hair, "eyes": eyes, "clothes": clothes, "ground": ground}
    marks = marks_of(fill or (), strokes, group, roles)
    look = Look(
        "flat" if flats else finish, gap, work_size, strength,
        False if opaque else True if keep_alpha else None, invert,
        [parse_swap(text) for text in swap or ()], hue, saturation,
        shown, marks, not no_lines, variants,
    )  # fmt: skip
    _check_input([*(sketches or ()), *refs, *filter(None, [hints])])
    one = sketches[0] if sketches and len(sketches) == 1 and not pairs and is_one(sketches[0]) else None
    model_options = ModelOptions(model, guide_weights, device, engine, dtype, threads, many=one is None)
    for name, given in (("--recursive", recursive), ("--frames", frames)):
        if one and given:
            tell(f"{one} is one drawing: {name} does nothing")
    if output:
        check_name(output)
    into_folder = output is not None and output.is_dir()
    if one and output and not into_folder and output != PIPE and not output.suffix:
        raise AttnpaintError(f"{output} has no picture suffix", f"end it with one of {' '.join(SUFFIXES)}")
    if (marks.fills or strokes) and (not one or into_folder):
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
        model_options.check(refs or listed, any(job.hints is not None for job in jobs), look)
    if one and not into_folder:
        paint_job(model_options, jobs[0], "skip" if skip_existing else "overwrite", as_json, began)
        return
    if variants > 1 or attention:
        raise UsageError("--variants and --attention are for one drawing", "give one, and a file as -o")
    if frames and not pairs:  # a shell sorts f10 before f2
        jobs.sort(key=lambda job: in_order(job.source))
    policy: Literal["skip", "overwrite", "refuse"] = (
        "skip" if skip_existing else "overwrite" if overwrite or one else "refuse"
    )
    code = paint_jobs(model_options, jobs, policy, frames and not one, as_json, resume_command(context))
    if code:
        raise typer.Exit(code)


def _references(
    refs: Sequence[str], palette: Path | None, keep_places: bool, sketches: Sequence[Path]
) -> "tuple[list[str], Histogram | None]":
    """What is painted from: --ref, or --palette instead; and the palette that is shown for it.

    Raises UsageError for options that contradict each other, AttnpaintError for a palette of another format.
    """
    if keep_places and not palette:
        raise UsageError("--keep-places shows a palette, and none is given", "add --palette FILE")
    if keep_places and not refs and not all(map(is_project, sketches or (Path(),))):
        remedy = "add the --ref that it was painted from, or give its project"
        raise UsageError("--keep-places needs what the drawing was painted from", remedy)
    if not palette:
        return list(refs), None
    if refs and not keep_places:
        raise UsageError("--palette stands instead of --ref, and both are given", "mix them with --ref alone")
    if str(palette) != "-" and palette.suffix.lower() not in SUFFIXES:
        from attnpaint.palettes.files import check_readable

        check_readable(palette)
    if not keep_places:
        return [*refs, str(palette)], None
    from attnpaint.jobs.references import Measured

    return list(refs), Measured(tell).of([palette])[palette]


def _tell_left_out(sketches: Sequence[Path], recursive: bool) -> None:
    """On stderr: the pictures in folders that cannot be read, by their suffixes."""
    from attnpaint.decoding.suffixes import left_out, unreadable_in

    for sketch in sketches:
        if sketch.is_dir() and (left := left_out(unreadable_in(sketch, recursive))):
            tell(f"{sketch}: {left}")


def _check_input(files: Sequence[str | Path]) -> None:
    """UsageError where standard input is to be several pictures, of which it holds one."""
    if sum(re.sub(r"[@*][0-9,.-]+$", "", str(file)) == "-" for file in files) > 1:
        raise UsageError(
            "standard input holds one picture, and - is given twice", "name a file for the others"
        )
