"""The options that `colorize` and `attention` share."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from attnpaint.process import MOST

COLORS, PAINT, MANY, MACHINE = "Colours", "Painting", "Many drawings", "Model and machine"

RefOption = Annotated[
    list[str] | None,
    typer.Option(
        "--ref",
        metavar="PICTURE",
        rich_help_panel=COLORS,
        help="The reference picture, or a palette file, whose colours are wanted. Several: hair.png@1 gives "
        "band 1 (the top) whole, dress.png@3-4 bands 3 and 4; others are mixed, rose.png*0.3 by that weight.",
    ),
]
HintsOption = Annotated[
    Path | None,
    typer.Option(
        metavar="PICTURE",
        rich_help_panel=COLORS,
        help="Colours at their places: a PNG as large as the drawing, transparent where nothing is asked. "
        "For models that take hints; see `attnpaint recipes`.",
    ),
]
ModelOption = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        rich_help_panel=MACHINE,
        help="A model folder, as `train` and `export` write. Default: the model inside attnpaint.",
    ),
]
GuideWeightsOption = Annotated[
    str,
    typer.Option(
        metavar="FILE",
        rich_help_panel=MACHINE,
        help="Weights of the network that tells the reference's style: a .safetensors or .pth file, or hub. "
        "For models that take a style. Default: as the model was trained.",
    ),
]
DeviceOption = Annotated[
    Literal["auto", "cpu", "cuda", "mps"],
    typer.Option(rich_help_panel=MACHINE, help="What computes; auto takes the fastest one."),
]
ThreadsOption = Annotated[
    int,
    typer.Option(
        min=0,
        max=MOST,
        rich_help_panel=MACHINE,
        help="CPU threads to use at most, and no more than there are cores. 0: as many as there are cores.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Say what was done as a JSON object.")]
