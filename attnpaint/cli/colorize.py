"""`attnpaint colorize`."""

import json
import os
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from attnpaint.errors import AttnpaintError, UsageError


def colorize(
    sketch: Annotated[Path, typer.Argument(help="The line drawing: dark lines on white or transparent paper.")],
    ref: Annotated[Path, typer.Option("--ref", help="The reference picture whose colours are wanted.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Where to write. Default: SKETCH.colored.png beside it.")
    ] = None,
    model: Annotated[
        Path | None, typer.Option(help="A model folder, as `train` writes. Default: the model inside attnpaint.")
    ] = None,
    attention: Annotated[
        Path | None, typer.Option(help="Also write the attention maps here: gates, and where each colour went.")
    ] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
    opaque: Annotated[
        bool, typer.Option("--opaque", help="Fill the transparent parts of the drawing instead of keeping them.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was done as one JSON object.")] = False,
) -> None:
    """Colour a line drawing with the colours of a reference picture.

    Any size and aspect ratio; the result has the drawing's own size, lines and transparency.

    Example: attnpaint colorize sketch.png --ref ref.png
    """
    began = time.perf_counter()
    output = output or sketch.with_name(f"{sketch.stem}.colored.png")
    for picture in (sketch, ref):
        if not picture.exists():
            raise UsageError(f"{picture} does not exist", "give the path of a picture")
    for target in filter(None, (output, attention)):
        _check_target(target)

    from attnpaint.images import read_picture

    drawing, reference = read_picture(sketch), read_picture(ref)
    clear = 0.0 if drawing.shape[2] == 3 else float((drawing[..., 3] < 128).mean())
    if opaque:
        from attnpaint.images import on_white

        drawing = on_white(drawing)
    elif clear > 0.5:
        print(
            f"{sketch.name} is {clear:.0%} transparent and stays so; --opaque fills the whole picture", file=sys.stderr
        )

    from attnpaint.images import write_picture
    from attnpaint.inference.colorizer import Colorizer
    from attnpaint.model.folder import DEFAULT_MODEL

    colorizer = Colorizer.load(model or DEFAULT_MODEL, device)
    coloring = colorizer.colorize(drawing, reference)
    coloring.save(output)
    if attention:
        write_picture(attention, coloring.attention())
    height, width = coloring.picture.shape[:2]
    if as_json:
        print(
            json.dumps(
                {
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
            )
        )
    else:
        print(f"{output}  {width}×{height}, painted in {coloring.seconds:.2f} s on {colorizer.device}")


def _check_target(path: Path) -> None:
    """Told before the work, not after it."""
    from attnpaint.images import SUFFIXES

    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(f"{path} has no picture suffix", f"end it with one of: {' '.join(SUFFIXES)}")
    if not path.parent.is_dir():
        raise AttnpaintError(f"the folder {path.parent} does not exist", "create it or write somewhere else")
    if not os.access(path.parent, os.W_OK):
        raise AttnpaintError(f"the folder {path.parent} cannot be written to", "choose another place with -o")
