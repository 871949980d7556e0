"""The options of `attnpaint colorize` that no other command has; those of marks are in `marks`."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from attnpaint.cli.painting import COLORS, MACHINE, MANY, PAINT
from attnpaint.inference.look import MOST_GAP

MOST = 9  # variants of one drawing

SketchesArgument = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[SKETCH]...",
        help="Line drawings: dark lines on white or transparent paper. Files, folders, patterns; - is one"
        " from standard input. Or a project, drawing.attnpaint.",
    ),
]

PaletteOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        rich_help_panel=COLORS,
        help="A palette, as `attnpaint palette` writes it, instead of --ref: .json, .gpl, .aco, .ase, "
        ".hex or .act.",
    ),
]

KeepPlacesOption = Annotated[
    bool,
    typer.Option(
        "--keep-places",
        rich_help_panel=COLORS,
        help="Paint from --ref, or as the project was painted, and only show the colours of --palette: "
        "regions keep the places in it that they had.",
    ),
]

SwapOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="#OLD=#NEW",
        rich_help_panel=COLORS,
        help="Show the palette's colour OLD as NEW. Repeat it.",
    ),
]

HueOption = Annotated[
    float,
    typer.Option(
        rich_help_panel=COLORS,
        help="Turn the palette's hues by so many degrees.",
    ),
]

SaturationOption = Annotated[
    float,
    typer.Option(
        min=0, max=100, rich_help_panel=COLORS, help="0 is grey, 1 the palette as it is, 2 twice that."
    ),
]

StrengthOption = Annotated[
    float,
    typer.Option(min=0, max=1, rich_help_panel=COLORS, help="Of the colour; 0 leaves the paper white."),
]

OutputOption = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--output",
        help="Where to write. PNG, JPEG, WebP, TIFF or BMP; .ora and .psd hold layers, .attnpaint a "
        "project; - is standard output (PNG). For many drawings a folder. Default: SKETCH.colored.png "
        "beside each.",
    ),
]

FinishOption = Annotated[
    Literal["painted", "flat", "blend"] | None,
    typer.Option(
        rich_help_panel=PAINT,
        help="painted: the network's own picture; flat: one colour for each closed region; blend: flat "
        "with some of the painting's light and shade. Default: flat, for networks that point at palette "
        "colours.",
    ),
]

FlatsOption = Annotated[bool, typer.Option("--flats", rich_help_panel=PAINT, help="Short for --finish flat.")]

GapOption = Annotated[
    float | None,
    typer.Option(
        min=0,
        max=MOST_GAP,
        rich_help_panel=PAINT,
        help="Pixels: lines count as closed where they leave less than this open. Default: 1/37 of the "
        "drawing's long side, or of a long strip's short side; without a region stage 1/100 and 1/50.",
    ),
]

NoLinesOption = Annotated[
    bool, typer.Option("--no-lines", rich_help_panel=PAINT, help="Write the colour alone.")
]

OpaqueOption = Annotated[
    bool,
    typer.Option(
        "--opaque",
        rich_help_panel=PAINT,
        help="Fill the transparent parts of the drawing instead of keeping them.",
    ),
]

KeepAlphaOption = Annotated[
    bool,
    typer.Option(
        "--keep-alpha",
        rich_help_panel=PAINT,
        help="Keep all that is transparent. Default: only in drawings with opaque paper somewhere; ink "
        "on a transparent layer is painted all over, and so are formats without transparency.",
    ),
]

InvertOption = Annotated[
    Literal["auto", "yes", "no"],
    typer.Option(
        rich_help_panel=PAINT,
        help="Turn white lines on black round. auto: where a drawing looks like that, with a note.",
    ),
]

VariantsOption = Annotated[
    int,
    typer.Option(
        min=1,
        max=MOST,
        metavar="N",
        rich_help_panel=PAINT,
        help="Write N different pictures, OUT.1.png and so on, and a sheet of them all, OUT.png. For "
        "models that paint several at once.",
    ),
]

AttentionOption = Annotated[
    Path | None,
    typer.Option(
        rich_help_panel=PAINT,
        help="Also write the attention maps here: gates, and where each colour went.",
    ),
]

RecursiveOption = Annotated[
    bool, typer.Option("--recursive", rich_help_panel=MANY, help="Also take the folders in a folder.")
]

PairsOption = Annotated[
    Path | None,
    typer.Option(
        metavar="CSV",
        rich_help_panel=MANY,
        help="Lines of sketch,reference[,output] instead of SKETCH and --ref. (A folder as --ref is "
        "matched by name.)",
    ),
]

KindOption = Annotated[
    Literal["png", "webp", "ora", "psd"] | None,
    typer.Option(
        "--format",
        rich_help_panel=MANY,
        help="What files in folders are; .ora and .psd hold layers. Default: png. A CSV's own names win.",
    ),
]

SkipExistingOption = Annotated[
    bool,
    typer.Option(
        "--skip-existing",
        rich_help_panel=MANY,
        help="Leave out what was painted before; one drawing alone, too.",
    ),
]

OverwriteOption = Annotated[
    bool,
    typer.Option(
        "--overwrite",
        rich_help_panel=MANY,
        help="Paint it again. Default: of many drawings, refuse to begin; one alone is always painted.",
    ),
]

FramesOption = Annotated[
    bool,
    typer.Option(
        "--frames",
        rich_help_panel=MANY,
        help="Frames of an animation, f2 before f10: regions keep their colours from one to the next.",
    ),
]

EngineOption = Annotated[
    Literal["auto", "onnx", "torch"],
    typer.Option(
        rich_help_panel=MACHINE,
        help="onnx starts sooner and needs no torch; for models with a graph, as the default one has and "
        "`attnpaint export --onnx` writes. auto: onnx where it can, torch for many drawings on a GPU.",
    ),
]

DtypeOption = Annotated[
    Literal["auto", "bf16", "fp32"],
    typer.Option(rich_help_panel=MACHINE, help="auto is bf16 where the device computes it."),
]

WorkSizeOption = Annotated[
    int | None,
    typer.Option(
        metavar="PX",
        rich_help_panel=MACHINE,
        help="Side of the square that the network paints. Default: what the model was trained at, 512. "
        "Lines keep the drawing's own size in any case.",
    ),
]
