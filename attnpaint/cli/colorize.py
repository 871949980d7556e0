"""`attnpaint colorize`: one drawing, one reference, one painted picture."""

import json
import os
import sys
import time
from pathlib import Path
from typing import Annotated, Literal

import typer

from attnpaint.errors import AttnpaintError, UsageError


def colorize(
    sketch: Annotated[
        Path, typer.Argument(help="The line drawing: dark lines on white or transparent paper.")
    ],
    ref: Annotated[Path, typer.Option("--ref", help="The reference picture whose colours are wanted.")],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Where to write. Default: SKETCH.colored.png beside it."),
    ] = None,
    model: Annotated[
        Path | None,
        typer.Option(help="A model folder, as `train` writes. Default: the model inside attnpaint."),
    ] = None,
    attention: Annotated[
        Path | None,
        typer.Option(help="Also write the attention maps here: gates, and where each colour went."),
    ] = None,
    device: Annotated[
        Literal["auto", "cpu", "cuda", "mps"], typer.Option(help="What computes; auto takes the fastest one.")
    ] = "auto",
    opaque: Annotated[
        bool,
        typer.Option("--opaque", help="Fill the transparent parts of the drawing instead of keeping them."),
    ] = False,
    soft: Annotated[
        bool,
        typer.Option(
            "--soft", help="Keep the network's own picture instead of a colour for each closed region."
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Say what was done as a JSON object.")] = False,
) -> None:
    """Colour a line drawing with the colours of a reference picture.

    Any size and aspect ratio; the result has the drawing's own size, lines and transparency.

    Example: attnpaint colorize sketch.png --ref ref.png
    """
    began = time.perf_counter()
    _check_inputs(sketch, ref, model)
    output = output or sketch.with_name(f"{sketch.stem}.colored.png")
    targets = [output, attention] if attention else [output]
    _check_targets(targets, [sketch, ref])

    from attnpaint.images import alpha_of, on_white, read_picture, write_picture

    drawing, reference = read_picture(sketch), read_picture(ref)
    alpha = alpha_of(drawing)
    if opaque:
        drawing = on_white(drawing)
    elif alpha is not None and (alpha < 128).mean() > 0.5:
        print(f"{sketch} is mostly transparent and so is the result; --opaque fills it", file=sys.stderr)

    hidden = alpha_of(reference)
    if hidden is not None and hidden.max() < 128:
        print(f"{ref} is wholly transparent and counts as white", file=sys.stderr)

    from attnpaint.inference.colorizer import Colorizer
    from attnpaint.model.folder import DEFAULT_MODEL

    colorizer = Colorizer.load(model or DEFAULT_MODEL, device)
    coloring = colorizer.colorize(drawing, reference, flat=not soft)
    pictures = [coloring.picture, coloring.attention()] if attention else [coloring.picture]
    for target, picture in zip(targets, pictures, strict=True):
        write_picture(target, picture)

    height, width = coloring.picture.shape[:2]
    done = {
        "output": str(output),
        "width": width,
        "height": height,
        "attention": str(attention) if attention else None,
        "model": str(model) if model else "default",
        "recipe": colorizer.facts["recipe"].name,
        "device": str(colorizer.device),
        "network_seconds": round(coloring.seconds, 3),
        "seconds": round(time.perf_counter() - began, 3),
        "colors": coloring.histogram.colors.tolist(),
        "weights": coloring.histogram.weights.round(4).tolist(),
    }
    if as_json:
        print(json.dumps(done))
    else:
        told = f"{output}: {width}×{height}, painted in {coloring.seconds:.2f} s on {colorizer.device}"
        print(told, file=sys.stderr)


def _check_inputs(sketch: Path, ref: Path, model: Path | None) -> None:
    for path in filter(None, (sketch, ref, model)):
        if not os.access(path, os.F_OK):
            wanted = "a model folder" if path is model else "a picture"
            raise AttnpaintError(f"{path} does not exist", f"give the path of {wanted}")
    for picture in (sketch, ref):
        if picture.is_dir():
            raise AttnpaintError(f"{picture} is a folder", "give one picture")
    if model and not model.is_dir():
        remedy = "give a model folder; attnpaint import-weights makes one from a checkpoint"
        raise AttnpaintError(f"{model} is not a folder", remedy)


def _check_targets(targets: list[Path], inputs: list[Path]) -> None:
    """What would fail after the work is told before it."""
    from attnpaint.images import SUFFIXES

    for path in targets:
        if path.is_dir():
            raise AttnpaintError(f"{path} is a folder", "give a file name inside it")
        if path.suffix.lower() not in SUFFIXES:
            raise AttnpaintError(f"{path} has no picture suffix", f"end it with one of {' '.join(SUFFIXES)}")
        if not path.parent.is_dir():
            raise AttnpaintError(f"there is no folder {path.parent}", "create it or write elsewhere")
        if not os.access(path.parent, os.W_OK):
            raise AttnpaintError(f"the folder {path.parent} cannot be written to", "write elsewhere with -o")
        if path.exists() and any(path.samefile(picture) for picture in inputs):
            raise UsageError(f"the output would replace {path}", "give another file name")
    if len({path.resolve() for path in targets}) < len(targets):
        raise UsageError("-o and --attention name the same file", "give two file names")
