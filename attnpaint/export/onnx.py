"""A model folder with ONNX graphs that paint drawings of any size, in batches of any size."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from attnpaint.config import Recipe
from attnpaint.errors import AttnpaintError, PackageMissing, UsageError
from attnpaint.export.external import point_into
from attnpaint.export.graph import Graph, StageGraph, named, with_scaled_norms
from attnpaint.export.parity import Parity, compared, random_regions, random_view
from attnpaint.export.tracing import OPSET as OPSET
from attnpaint.export.tracing import tidy, traced
from attnpaint.files import make_folder, replacing, telling
from attnpaint.inference.onnx_engine import (
    INPUTS,
    MODEL,
    STAGE,
    STAGE_INPUTS,
    STAGE_OUTPUTS,
)
from attnpaint.model.conditioning import Conditioning, Palette, inputs
from attnpaint.model.folder import load_model
from attnpaint.model.model_config import CONFIG, DEFAULT_MODEL, WEIGHTS, read_model_config, stages_in
from attnpaint.model.palette_unet import PaletteUNet

if TYPE_CHECKING:
    import onnx

CLOSE = 1e-3  # in [-1, 1]; a graph that strays further from the network is not written
_FREE = torch.export.Dim.DYNAMIC
_AXES = {0: "batch", 2: "height", 3: "width"}


@dataclass(frozen=True)
class Exported:
    """file: model.onnx, of `size` bytes; outputs: their names; parity: how far it is from the network.

    stage: regions.onnx, where the model has a region stage.
    """

    file: Path
    opset: int
    size: int
    outputs: tuple[str, ...]
    parity: tuple[Parity, ...]
    stage: Path | None = None

    @property
    def error(self) -> float:
        """The largest difference to the network, in [-1, 1] for pictures."""
        return max(one.error for one in self.parity)


def export(model: str | Path = DEFAULT_MODEL, folder: str | Path = "onnx") -> Exported:
    """Write model.onnx, and copies of the weights and config.json, into `folder`, made where it is missing.

    Inputs, float32: sketch N×1×H×W in [-1, 1]; colors N×4×4×3 in [-1, 1] and weights N×4×4, a histogram.
    Outputs: image N×3×H×W in [-1, 1]; pointer N×18×H×W and gate_1 … N×1×h×w where the network has them. N, H
    and W: any from 1. The region stage of a network that has one is a second graph, regions.onnx (see
    `graph.StageGraph`). The recipe is in the files' metadata. The graphs hold no weights: they point into
    model.safetensors, which must lie beside them, and whose sum they tell. Before they are written, they are
    compared with the network.
    Not int8: the default model (static, per channel, ranges from drawings) is 22 MB then instead of 35 and
    1.7 times as fast on a CPU with VNNI, but 2 to 9 % of a picture's pixels point at a colour that is over 5
    in Lab away, and its PSNR to the network's own picture is 30 to 43 dB.
    Raises UsageError where the model paints from more than a histogram; AttnpaintError where packages are
    missing, the network has no ONNX form, or the graph computes something else.
    """
    recipe, generator, home = _one_stage(model)
    folder = make_folder(folder)
    protos, outputs = graphs(generator, recipe, home / WEIGHTS)
    parity = compared([proto.SerializeToString() for proto in protos], home, generator, recipe)
    if not max(one.error for one in parity) < CLOSE:
        worst = max(parity, key=lambda one: one.error)
        problem = f"the ONNX graph of {recipe.name} is not the network: off by {worst.error:.2g} at {worst}"
        raise AttnpaintError(problem, "use the model folder")
    if home.resolve() != folder.resolve():
        for name in (WEIGHTS, CONFIG):
            with replacing(folder / name) as part:
                shutil.copyfile(home / name, part)
    with telling(folder / STAGE):
        (folder / STAGE).unlink(missing_ok=True)
    for name, proto in zip((MODEL, STAGE), protos, strict=False):
        with replacing(folder / name) as part:
            part.write_bytes(proto.SerializeToString())
    size, stage = (folder / MODEL).stat().st_size, folder / STAGE if len(protos) > 1 else None
    return Exported(folder / MODEL, OPSET, size, outputs, tuple(parity), stage)


def exportable(recipe: Recipe, stages: int = 1) -> None:
    """UsageError where this recipe's model has inputs that the graph has none for, or two stages."""
    beyond = [name for name in recipe.generator.takes if name not in ("histogram", "tokens")]
    if stages > 1 or recipe.refine.steps:
        problem = f"{recipe.name} paints in two stages, and a graph holds one"
    elif beyond:
        problem = f"{recipe.name} paints from {' and '.join(beyond)}, which the graph has no input for"
    elif not recipe.generator.takes:
        problem = f"{recipe.name} takes no histogram, and the graph is one of sketch and histogram"
    else:
        return
    raise UsageError(problem, "give a model that paints from a histogram alone, as the default one does")


def graphs(
    generator: nn.Module, recipe: Recipe, weights: Path
) -> tuple[list["onnx.ModelProto"], tuple[str, ...]]:
    """Of the network, and of its region stage if it has one; and the outputs' names of the first.

    weights: the file that holds the generator's, which the graphs point into.
    """
    graph = Graph(with_scaled_norms(generator), recipe.generator).eval()
    trial = _example(getattr(generator, "multiple", 64))
    outputs = _names(generator, recipe, trial)
    shapes = {"sketch": {0: _FREE, 2: _FREE, 3: _FREE}, "colors": {0: _FREE}, "weights": {0: _FREE}}
    protos = [traced(graph, trial, shapes, (INPUTS, outputs), recipe.name)]
    if isinstance(generator, PaletteUNet) and generator.stage is not None:
        protos.append(_stage_graph(generator, trial, recipe.name))
    for proto in protos:
        tidy(
            proto,
            recipe,
            {name: _lengths(name) for name in (*INPUTS, *outputs, *STAGE_INPUTS, *STAGE_OUTPUTS)},
        )
        point_into(proto, weights)
    return protos, outputs


def _names(generator: nn.Module, recipe: Recipe, trial: tuple[Tensor, ...]) -> tuple[str, ...]:
    """Of the graph's outputs, in order."""
    palette = Palette(*trial[1:])
    x, beside = inputs(recipe.generator, trial[0], Conditioning(palette))
    with torch.inference_mode():
        return tuple(named(generator(x, **beside)))


def _stage_graph(network: PaletteUNet, trial: tuple[Tensor, ...], name: str) -> "onnx.ModelProto":
    """trial: sketch, colors and weights."""
    sketch = trial[0]
    view = random_view(len(sketch))
    told_of = (*vars(view.entries).values(), *vars(view.regions).values())
    beside = view.colors, view.weight, view.where
    given = (*trial, *random_regions(len(sketch), 5, 1), view.sketch, *told_of, *beside)
    several = {0: _FREE, 1: _FREE}
    shapes: dict[str, Any] = {key: {0: _FREE} for key in STAGE_INPUTS}
    shapes |= {key: several for key in STAGE_INPUTS if key.startswith("own_")}
    shapes |= dict.fromkeys(("points", "geometry", "valid"), several)
    shapes |= {key: {0: _FREE, 2: _FREE, 3: _FREE} for key in ("sketch", "reference")}
    return traced(StageGraph(network).eval(), given, shapes, (STAGE_INPUTS, STAGE_OUTPUTS), name)


def _lengths(name: str) -> dict[int, str]:
    """What the free axes of an input or output are called: all pictures of a batch are of one size."""
    if name.startswith(("gate_", "reference")):
        return {0: "batch"} | {axis: f"{name}_{_AXES[axis]}" for axis in (2, 3)}
    if name in ("points", "geometry", "valid", "logits", "embedding", "parts"):
        return {0: "batch", 1: "regions"}
    return {0: "batch", 1: "reference_regions"} if name.startswith("own_") else _AXES


def _one_stage(model: str | Path) -> tuple[Recipe, nn.Module, Path]:
    """Of the model folder: its recipe, its generator, the folder that holds the files themselves."""
    folders = stages_in(model)
    exportable(read_model_config(folders[0])["recipe"], len(folders))
    for name in ("onnx", "onnxscript", "onnxruntime"):
        try:
            __import__(name)
        except ImportError:
            raise PackageMissing(name, "export") from None
    generator, facts = load_model(folders[0])
    return facts["recipe"], generator, folders[0]


def _example(multiple: int) -> tuple[Tensor, Tensor, Tensor]:
    """Inputs to trace with: no two lengths are alike, none is a multiple that needs no padding."""
    rng = torch.Generator().manual_seed(0)
    sketch = torch.rand(2, 1, 2 * multiple + 8, 3 * multiple + 8, generator=rng) * 2 - 1
    colors = torch.rand(2, 4, 4, 3, generator=rng) * 2 - 1
    return sketch, colors, torch.rand(2, 4, 4, generator=rng).softmax(dim=-1)
