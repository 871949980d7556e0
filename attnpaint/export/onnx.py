"""A model folder as one ONNX file that paints drawings of any size, in batches of any size."""

import json
import shutil
import warnings
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from attnpaint import __version__
from attnpaint.config import Recipe
from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.export.graph import Graph, named
from attnpaint.export.parity import Parity, compared
from attnpaint.files import make_folder, replacing
from attnpaint.inference.onnx_engine import INPUTS, MODEL, RECIPE
from attnpaint.model.conditioning import Conditioning, Palette, inputs
from attnpaint.model.folder import load_model
from attnpaint.model.model_config import CONFIG, DEFAULT_MODEL, read_model_config, stages_in

if TYPE_CHECKING:
    import onnx

OPSET = 18
CLOSE = 1e-3  # in [-1, 1]; a graph that strays further from the network is not written
_AXES = {0: "batch", 2: "height", 3: "width"}


@dataclass(frozen=True)
class Exported:
    """file: model.onnx, of `size` bytes; outputs: their names; parity: how far it is from the network."""

    file: Path
    opset: int
    size: int
    outputs: tuple[str, ...]
    parity: tuple[Parity, ...]

    @property
    def error(self) -> float:
        """The largest difference to the network, in [-1, 1] for pictures."""
        return max(one.error for one in self.parity)


def export(model: str | Path = DEFAULT_MODEL, folder: str | Path = "onnx") -> Exported:
    """Write model.onnx and a copy of config.json into `folder`, which is made where it is missing.

    Inputs, float32: sketch N×1×H×W in [-1, 1]; colors N×4×4×3 in [-1, 1] and weights N×4×4, a histogram.
    Outputs: image N×3×H×W in [-1, 1]; pointer N×18×H×W and gate_1 … N×1×h×w where the network has them. N, H
    and W: any from 1. The recipe is in the file's metadata. Weights that fp16 holds exactly are stored in it,
    and become float32 when the file is loaded; those that batch norm is folded into stay float32. Before it
    is written, the graph is compared with the network.
    Not int8: the default model (static, per channel, ranges from drawings) is 22 MB then instead of 35 and
    1.7 times as fast on a CPU with VNNI, but 2 to 9 % of a picture's pixels point at a colour that is over 5
    in Lab away, and its PSNR to the network's own picture is 30 to 43 dB.
    Raises UsageError where the model paints from more than a histogram; AttnpaintError where packages are
    missing, the network has no ONNX form, or the graph computes something else.
    """
    recipe, generator, config = _one_stage(model)
    folder = make_folder(folder)
    graph = Graph(generator, recipe.generator).eval()
    trial = _example(getattr(generator, "multiple", 64))
    with torch.inference_mode():
        x, beside = inputs(recipe.generator, trial[0], Conditioning(Palette(*trial[1:])))
        outputs = tuple(named(generator(x, **beside)))
    proto = _traced(graph, trial, outputs, recipe.name)
    _tidy(proto, recipe)
    data = proto.SerializeToString()
    parity = compared(data, generator, recipe.generator)
    if not max(one.error for one in parity) < CLOSE:
        worst = max(parity, key=lambda one: one.error)
        problem = f"the ONNX graph of {recipe.name} is not the network: off by {worst.error:.2g} at {worst}"
        raise AttnpaintError(problem, "use the model folder")
    with replacing(folder / MODEL) as part:
        part.write_bytes(data)
    if config.resolve() != (folder / CONFIG).resolve():
        with replacing(folder / CONFIG) as part:
            shutil.copyfile(config, part)
    return Exported(folder / MODEL, OPSET, len(data), outputs, tuple(parity))


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


def _one_stage(model: str | Path) -> tuple[Recipe, torch.nn.Module, Path]:
    """Of the model folder: its recipe, its generator, its config.json."""
    folders = stages_in(model)
    exportable(read_model_config(folders[0])["recipe"], len(folders))
    for name in ("onnx", "onnxscript", "onnxruntime"):
        try:
            __import__(name)
        except ImportError:
            raise AttnpaintError(f"{name} is not installed", 'pip install "attnpaint[export]"') from None
    generator, facts = load_model(folders[0])
    return facts["recipe"], generator, folders[0] / CONFIG


def _example(multiple: int) -> tuple[Tensor, Tensor, Tensor]:
    """Inputs to trace with: no two lengths are alike, none is a multiple that needs no padding."""
    chance = torch.Generator().manual_seed(0)
    sketch = torch.rand(2, 1, 2 * multiple + 8, 3 * multiple + 8, generator=chance) * 2 - 1
    colors = torch.rand(2, 4, 4, 3, generator=chance) * 2 - 1
    return sketch, colors, torch.rand(2, 4, 4, generator=chance).softmax(dim=-1)


def _traced(
    graph: Graph, trial: tuple[Tensor, ...], outputs: tuple[str, ...], name: str
) -> "onnx.ModelProto":
    free = torch.export.Dim.DYNAMIC
    shapes = {"sketch": {0: free, 2: free, 3: free}, "colors": {0: free}, "weights": {0: free}}
    try:
        with warnings.catch_warnings(), redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            warnings.simplefilter("ignore")
            # strict: Python's own code is traced, which keeps len(x) of a batch a symbol
            program = torch.export.export(
                graph,
                trial,
                dynamic_shapes=shapes,
                strict=True,
                prefer_deferred_runtime_asserts_over_guards=True,
            )
            written = torch.onnx.export(
                program,
                dynamo=True,
                input_names=INPUTS,
                output_names=outputs,
                opset_version=OPSET,
                external_data=False,
                verbose=False,
            )
    except Exception as error:  # what the tracer and the converter raise is of many kinds
        reason = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
        raise AttnpaintError(f"{name} has no ONNX form ({reason.strip()})", "use the model folder") from error
    assert written is not None
    proto: onnx.ModelProto = written.model_proto
    return proto


def _tidy(proto: "onnx.ModelProto", recipe: Recipe) -> None:
    """Name the free lengths, leave the tracer's notes out, store what fp16 holds in fp16, tell the recipe."""
    from onnx import helper

    graph = proto.graph
    del graph.value_info[:], proto.metadata_props[:]
    for node in graph.node:
        node.ClearField("metadata_props")
        node.ClearField("doc_string")
    for value in (*graph.input, *graph.output):
        value.ClearField("metadata_props")
        for axis, length in enumerate(value.type.tensor_type.shape.dim):
            if length.HasField("dim_param"):
                own = value.name.startswith("gate_") and axis > 0
                length.dim_param = f"{value.name}_{_AXES[axis]}" if own else _AXES[axis]
    for weight in graph.initializer:
        weight.ClearField("metadata_props")
    _halve(graph)
    proto.producer_name, proto.producer_version = "attnpaint", __version__
    proto.doc_string = recipe.name
    helper.set_model_props(proto, {RECIPE: json.dumps(recipe.to_dict())})


def _halve(graph: "onnx.GraphProto") -> None:
    """Initializers whose values all are fp16 numbers become fp16, cast to float32 where the graph begins."""
    from onnx import TensorProto, helper, numpy_helper

    casts = []
    for weight in graph.initializer:
        if weight.data_type != TensorProto.FLOAT:
            continue
        values = numpy_helper.to_array(weight)
        with np.errstate(over="ignore"):
            half = values.astype(np.float16)
        if values.size < 64 or not np.array_equal(half.astype(np.float32), values):
            continue
        name = weight.name
        weight.CopyFrom(numpy_helper.from_array(half, f"{name}.half"))
        casts.append(
            helper.make_node("Cast", [weight.name], [name], name=f"{name}.cast", to=TensorProto.FLOAT)
        )
    nodes = list(graph.node)
    del graph.node[:]
    graph.node.extend([*casts, *nodes])
