"""`attnpaint colorize`: one drawing, one reference, one painted picture."""

import json
import sys
import time
from pathlib import Path
from typing import Annotated, Literal

import typer

from attnpaint.cli.checks import check_inputs, check_targets, tell_if_transparent
from attnpaint.errors import UsageError


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
    check_inputs(sketch, ref, model)
    output = output or sketch.with_name(f"{sketch.stem}.colored.png")
    targets = [output, attention] if attention else [output]
    check_targets(targets, [sketch, ref])
    if len({path.resolve() for path in targets}) < len(targets):
        raise UsageError("-o and --attention name the same file", "give two file names")

    from attnpaint.images import alpha_of, on_white, read_picture, write_picture

    drawing, reference = read_picture(sketch), read_picture(ref)
    alpha = alpha_of(drawing)
    if opaque:
        drawing = on_white(drawing)
    elif alpha is not None and (alpha < 128).mean() > 0.5:
        print(f"{sketch} is mostly transparent and so is the result; --opaque fills it", file=sys.stderr)

    tell_if_transparent(ref, reference)

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
