"""What `colorize` and `attention` share: their options, and the model that they name."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from attnpaint.cli.streams import tell
from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.inference.look import Look
from attnpaint.process import MOST

if TYPE_CHECKING:
    from attnpaint.inference.choose_engine import Engines
    from attnpaint.inference.requirements import Requirements
    from attnpaint.jobs.painter import Painter

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


@dataclass(frozen=True, eq=False)
class ModelOptions:
    """A model, as the options name it, and what paints with it."""

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
    def painter(self) -> "Painter":
        """It loads the model when the first drawing has been read, and tells of references on stderr."""
        from attnpaint.cli.progress import counting
        from attnpaint.inference.colorizer import Colorizer
        from attnpaint.jobs.painter import Painter
        from attnpaint.jobs.references import Measured

        load = partial(
            Colorizer.load, self.folder, self.device, self.guide_weights, self.engine, self.precision,
            self.threads, self.many,
        )  # fmt: skip
        return Painter(self.needs, load, Measured(tell, counting))

    def check(self, refs: Sequence[str], hints: bool, look: Look | None = None) -> None:
        """What goes wrong is told without loading torch; what the model does not use, on stderr."""
        from attnpaint.inference.choose_engine import choose_engine
        from attnpaint.jobs.check import check_colours

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
        choose_engine(self.engine, self.folder, self.device, self.precision, self.many)
        check_colours(self.needs, bool(refs), hints, look or Look())
        if refs and not self.needs.reference:
            told = f"{self.needs.name} takes no reference: {' '.join(refs)} is not looked at"
            tell(told)
        if self.guide_weights and not self.needs.style:
            tell(f"{self.needs.name} takes no style: --guide-weights is not used")

    def facts(self) -> dict[str, Any]:
        """What --json says of the model."""
        choice = self.painter.colorizer.choice
        return {
            "model": str(self.model) if self.model else "default",
            "recipe": self.needs.name,
            "takes": list(self.needs.takes),
            "engine": choice.name if choice else self.engine,
            "engine_because": choice.why if choice else "",
            "device": self.painter.colorizer.engine.device,
        }
