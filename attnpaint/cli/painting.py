"""What `colorize` and `attention` share: their options, and a loaded model."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from attnpaint.cli.streams import tell
from attnpaint.cores import MOST
from attnpaint.errors import AttnpaintError, UsageError

if TYPE_CHECKING:
    from attnpaint.cli.references import References
    from attnpaint.extract import Histogram
    from attnpaint.inference.choose_engine import Engines
    from attnpaint.inference.coloring import Coloring, Finish
    from attnpaint.inference.colorizer import Colorizer
    from attnpaint.inference.paper import Invert
    from attnpaint.inference.requirements import Requirements
    from attnpaint.palettes.edit import Swap
    from attnpaint.projects import Marks

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


@dataclass(frozen=True)
class Look:
    """How a painting is to look; see `Colorizer.colorize`, and `palettes.edit` for the last three."""

    finish: "Finish | None" = None
    gap: float | None = None
    work_size: int | None = None
    strength: float = 1.0
    opaque: bool | None = None  # fill the drawing's transparent parts; None: nobody will look at them
    swaps: "Sequence[Swap]" = ()
    hue: float = 0.0
    saturation: float = 1.0
    keep_alpha: bool = False
    invert: "Invert" = "auto"
    marks: "Marks | None" = None  # what is done by hand

    @property
    def edits(self) -> bool:
        """Whether the palette is to be changed."""
        return bool(self.swaps or self.hue or self.saturation != 1)

    def edited(self, histogram: "Histogram") -> "Histogram":
        """The palette as it is wanted."""
        if self.swaps:
            from attnpaint.palettes.edit import swap_all

            histogram = swap_all(histogram, self.swaps)
        if self.hue or self.saturation != 1:
            from attnpaint.palettes.edit import turned

            histogram = turned(histogram, self.hue, self.saturation)
        return histogram


@dataclass(frozen=True, eq=False)
class Studio:
    """A model, as the options name it, and what it paints from."""

    model: Path | None = None
    guide_weights: str = ""
    device: str = "auto"
    engine: "Engines" = "auto"
    precision: Literal["auto", "bf16", "fp32"] = "auto"
    threads: int = 0
    many: bool = False

    @cached_property
    def folder(self) -> Path:
        from attnpaint.model.model_config import DEFAULT_MODEL

        return self.model or DEFAULT_MODEL

    @cached_property
    def needs(self) -> "Requirements":
        """Of the model, told by its config.json."""
        from attnpaint.inference.requirements import Requirements
        from attnpaint.model.model_config import read_model_config, stages_in

        return Requirements.of([read_model_config(folder)["recipe"] for folder in stages_in(self.folder)])

    @cached_property
    def references(self) -> "References":
        from attnpaint.cli.references import References

        return References(self.needs)

    @cached_property
    def colorizer(self) -> "Colorizer":
        from attnpaint.inference.colorizer import Colorizer

        return Colorizer.load(
            self.folder,
            self.device,
            self.guide_weights,
            self.engine,
            self.precision,
            self.threads,
            self.many,
        )

    def check(
        self, refs: Sequence[str], hints: Path | None, look: Look | None = None, variants: int = 1
    ) -> None:
        """What goes wrong is told without loading torch; what the model does not use, on stderr."""
        from attnpaint.inference.choose_engine import choose_engine

        if self.model and not self.model.exists():
            raise AttnpaintError(f"{self.model} does not exist", "give the path of a model folder")
        if self.model and not self.model.is_dir():
            remedy = "give a model folder; attnpaint import-weights makes one from a checkpoint"
            raise AttnpaintError(f"{self.model} is not a folder", remedy)
        if self.engine == "onnx" and (self.device not in ("auto", "cpu") or self.precision != "auto"):
            option = (
                f"--dtype {self.precision}" if self.device in ("auto", "cpu") else f"--device {self.device}"
            )
            problem = f"--engine onnx computes on the CPU, with numbers as they were exported, not {option}"
            raise UsageError(problem, "leave out one of the two")
        self.needs.check(bool(refs), hints is not None, variants)
        choose_engine(self.engine, self.folder, self.device, self.precision, self.many)
        if look and look.work_size is not None:
            from attnpaint.inference.colorizer import check_size

            check_size(look.work_size)
        if look and look.edits and not self.needs.editable:
            problem = f"{self.needs.name} paints from no palette that could be changed"
            raise UsageError(problem, "leave out --swap, --hue and --saturation")
        if refs and not self.needs.reference:
            told = f"{self.needs.name} takes no reference: {' '.join(refs)} is not looked at"
            tell(told)
        if self.guide_weights and not self.needs.style:
            tell(f"{self.needs.name} takes no style: --guide-weights is not used")

    def paint(
        self, sketch: Path, refs: Sequence[str], hints: Path | None, look: Look, output: Path | None = None
    ) -> "Coloring":
        """The painting. What is odd is told on stderr.

        AttnpaintError before it begins where the file `output` could not hold a picture of that size.
        """
        from attnpaint.data.hint_file import read_hints
        from attnpaint.extract import Histogram
        from attnpaint.files import check_name
        from attnpaint.images import read_noted
        from attnpaint.layered.write import check_size

        drawing, notes = read_noted(sys.stdin.buffer.read() if str(sketch) == "-" else sketch)
        if output:
            check_name(output)
            check_size(output.suffix, *drawing.shape[:2])
        dabs = read_hints(hints, *drawing.shape[:2]) if hints else None
        reference = self.references.given(refs)
        if isinstance(reference, Histogram) and not self.needs.points:
            reference = look.edited(reference)
        coloring = self.colorizer.colorize(
            drawing, reference, look.finish, dabs, look.work_size, look.gap, look.strength,
            False if look.opaque else True if look.keep_alpha else None, look.invert,
        )  # fmt: skip
        alpha = coloring.canvas.drawing.alpha
        if look.opaque is False and not look.keep_alpha and alpha is not None and (alpha < 128).mean() > 0.5:
            told = f"{sketch} is mostly transparent and so is the result; --opaque fills it"
            tell(told)
        coloring = replace(coloring, notes=(*notes, *coloring.notes))
        if coloring.histogram is not None and self.needs.points:
            coloring = coloring.recolor(look.edited(coloring.histogram))
        if look.marks:
            from attnpaint.inference.marks import marked

            coloring = marked(coloring, look.marks)
        for note in coloring.notes:
            tell(f"{sketch}: {note}")
        return coloring

    def facts(self) -> dict[str, Any]:
        """What --json says of the model."""
        choice = self.colorizer.choice
        return {
            "model": str(self.model) if self.model else "default",
            "recipe": self.needs.name,
            "takes": list(self.needs.takes),
            "engine": choice.name if choice else self.engine,
            "engine_because": choice.why if choice else "",
            "device": self.colorizer.engine.device,
        }
