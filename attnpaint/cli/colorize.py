"""`attnpaint colorize`: one drawing, with a reference or hints, to one painted picture or several."""

import json
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from attnpaint.cli.checks import check_targets
from attnpaint.cli.painting import (
    DeviceOption,
    GuideWeightsOption,
    HintsOption,
    Inputs,
    JsonOption,
    ModelOption,
    RefOption,
    SketchArgument,
)
from attnpaint.cli.variants import MOST, contact_sheet, numbered
from attnpaint.errors import UsageError


def colorize(
    sketch: SketchArgument,
    ref: RefOption = None,
    hints: HintsOption = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Where to write. Default: SKETCH.colored.png beside it."),
    ] = None,
    variants: Annotated[
        int,
        typer.Option(
            min=1,
            max=MOST,
            metavar="N",
            help="Write N different pictures, OUT.1.png and so on, and a sheet of them all, OUT.png. For "
            "models that paint several at once.",
        ),
    ] = 1,
    model: ModelOption = None,
    guide_weights: GuideWeightsOption = "",
    attention: Annotated[
        Path | None,
        typer.Option(help="Also write the attention maps here: gates, and where each colour went."),
    ] = None,
    device: DeviceOption = "auto",
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
    as_json: JsonOption = False,
) -> None:
    """Colour a line drawing with the colours of a reference picture, or with hints.

    Any size and aspect ratio; the result has the drawing's own size, lines and transparency.

    Example: attnpaint colorize sketch.png --ref ref.png

    Hints: open the drawing, add a transparent layer, dab colours where you want them, save that layer alone.

    Example: attnpaint colorize sketch.png --hints dabs.png --model runs/paints-chainer
    """
    began = time.perf_counter()
    inputs = Inputs(sketch, ref, hints, model, guide_weights, device)
    inputs.check(variants)
    output = output or sketch.with_name(f"{sketch.stem}.colored.png")
    several = numbered(output, variants)
    targets = [output, *several, *([attention] if attention else [])]
    check_targets(targets, inputs.pictures)
    if len({path.resolve() for path in targets}) < len(targets):
        raise UsageError("-o and --attention name the same file", "give two file names")

    coloring, made = inputs.paint(not soft, opaque)

    from attnpaint.images import write_picture

    pictures = coloring.variants[:variants] if several else []
    first = contact_sheet(pictures, several) if several else coloring.picture
    for target, picture in zip([output, *several], [first, *pictures], strict=True):
        write_picture(target, picture)
    if attention:
        write_picture(attention, coloring.attention())

    height, width = coloring.picture.shape[:2]
    found = coloring.histogram
    done = {
        "output": str(output),
        "variants": [str(path) for path in several],
        "width": width,
        "height": height,
        "attention": str(attention) if attention else None,
        **made,
        "network_seconds": round(coloring.seconds, 3),
        "seconds": round(time.perf_counter() - began, 3),
        "colors": found.colors.tolist() if found else None,
        "weights": found.weights.round(4).tolist() if found else None,
    }
    if as_json:
        print(json.dumps(done))
    else:
        what = f"{variants} pictures of {width}×{height}" if several else f"{width}×{height}"
        print(f"{output}: {what}, painted in {coloring.seconds:.2f} s on {made['device']}", file=sys.stderr)
