"""What `colorize` and `attention` share: their inputs, and what is told about them."""

import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from attnpaint.cli.checks import check_inputs, tell_if_transparent

if TYPE_CHECKING:
    from attnpaint.inference.colorizer import Coloring
    from attnpaint.inference.needs import Needs

SketchArgument = Annotated[
    Path, typer.Argument(help="The line drawing: dark lines on white or transparent paper.")
]
RefOption = Annotated[
    Path | None,
    typer.Option(
        "--ref",
        metavar="PICTURE",
        help="The reference picture whose colours are wanted. Needed by models that look at one, as the "
        "default one does.",
    ),
]
HintsOption = Annotated[
    Path | None,
    typer.Option(
        metavar="PICTURE",
        help="Colours at their places: a PNG as large as the drawing, transparent where nothing is asked. "
        "For models that take hints; see `attnpaint recipes`.",
    ),
]
ModelOption = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR", help="A model folder, as `train` writes. Default: the model inside attnpaint."
    ),
]
GuideWeightsOption = Annotated[
    str,
    typer.Option(
        metavar="FILE",
        help="Weights of the network that tells the reference's style: a .safetensors or .pth file, or hub. "
        "For models that take a style. Default: as the model was trained.",
    ),
]
DeviceOption = Annotated[
    Literal["auto", "cpu", "cuda", "mps"], typer.Option(help="What computes; auto takes the fastest one.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Say what was done as a JSON object.")]


@dataclass(frozen=True)
class Inputs:
    """As the options name them."""

    sketch: Path
    ref: Path | None
    hints: Path | None
    model: Path | None
    guide_weights: str
    device: str

    @property
    def pictures(self) -> list[Path]:
        return [path for path in (self.sketch, self.ref, self.hints) if path]

    @cached_property
    def needs(self) -> "Needs":
        """Of the model, told by its config.json."""
        from attnpaint.inference.needs import Needs
        from attnpaint.model.facts import DEFAULT_MODEL, read_facts, stages_in

        return Needs.of([read_facts(folder)["recipe"] for folder in stages_in(self.model or DEFAULT_MODEL)])

    def check(self, variants: int = 1) -> None:
        """What goes wrong is told without loading torch; what the model does not use, on stderr."""
        check_inputs(self.pictures, self.model)
        self.needs.check(self.ref is not None, self.hints is not None, variants)
        if self.ref and not self.needs.reference:
            print(f"{self.needs.name} takes no reference: {self.ref} is not looked at", file=sys.stderr)
        if self.guide_weights and not self.needs.style:
            print(f"{self.needs.name} takes no style: --guide-weights is not used", file=sys.stderr)

    def paint(self, flat: bool, opaque: bool | None = None) -> "tuple[Coloring, dict[str, Any]]":
        """The painting, and what --json says of how it was made. What is odd is told on stderr.

        opaque: fill the drawing's transparent parts; None: nobody will look at them.
        """
        from attnpaint.data.hint_file import read_hints
        from attnpaint.images import alpha_of, on_white, read_picture

        drawing = read_picture(self.sketch)
        alpha = alpha_of(drawing)
        if opaque:
            drawing = on_white(drawing)
        elif opaque is False and alpha is not None and (alpha < 128).mean() > 0.5:
            told = f"{self.sketch} is mostly transparent and so is the result; --opaque fills it"
            print(told, file=sys.stderr)
        reference = None
        if self.ref and self.needs.reference:
            reference = read_picture(self.ref)
            tell_if_transparent(self.ref, reference)
        hints = read_hints(self.hints, *drawing.shape[:2]) if self.hints else None

        from attnpaint.inference.colorizer import Colorizer
        from attnpaint.model.facts import DEFAULT_MODEL

        colorizer = Colorizer.load(self.model or DEFAULT_MODEL, self.device, self.guide_weights)
        coloring = colorizer.colorize(drawing, reference, flat, hints)
        for note in coloring.notes:
            print(note, file=sys.stderr)
        return coloring, {
            "model": str(self.model) if self.model else "default",
            "recipe": colorizer.needs.name,
            "takes": list(colorizer.needs.takes),
            "device": str(colorizer.device),
        }
