"""Functions of tensors as ONNX graphs with free lengths."""

import json
import warnings
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from attnpaint import __version__
from attnpaint.config import Recipe
from attnpaint.errors import AttnpaintError
from attnpaint.inference.onnx_engine import RECIPE

if TYPE_CHECKING:
    import onnx

OPSET = 18


def traced(
    graph: nn.Module,
    trial: tuple[Any, ...],
    shapes: dict[str, Any],
    names: tuple[Sequence[str], Sequence[str]],
    recipe: str,
) -> "onnx.ModelProto":
    """trial: arguments of the graph; shapes: which of their axes are free; names: of inputs and outputs.

    Raises AttnpaintError where the graph has no ONNX form; recipe: its name, for the message.
    """
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
                input_names=names[0],
                output_names=names[1],
                opset_version=OPSET,
                external_data=False,
                verbose=False,
            )
    except Exception as error:  # what the tracer and the converter raise is of many kinds
        reason = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
        problem = f"{recipe} has no ONNX form ({reason.strip()})"
        raise AttnpaintError(problem, "use the model folder") from error
    assert written is not None
    proto: onnx.ModelProto = written.model_proto
    return proto


def tidy(proto: "onnx.ModelProto", recipe: Recipe, lengths: dict[str, dict[int, str]]) -> None:
    """Name the free lengths, leave the tracer's notes out, tell the recipe.

    lengths: by the name of an input or output, what an axis is called; those that are not told are called
    after it and their place.
    """
    from onnx import helper

    graph = proto.graph
    del graph.value_info[:], proto.metadata_props[:]
    for node in graph.node:
        node.ClearField("metadata_props")
        node.ClearField("doc_string")
    for value in (*graph.input, *graph.output):
        value.ClearField("metadata_props")
        named = lengths.get(value.name, {})
        for axis, length in enumerate(value.type.tensor_type.shape.dim):
            if length.HasField("dim_param"):
                length.dim_param = named.get(axis, f"{value.name}_{axis}")
    for weight in graph.initializer:
        weight.ClearField("metadata_props")
    proto.producer_name, proto.producer_version = "attnpaint", __version__
    proto.doc_string = recipe.name
    helper.set_model_props(proto, {RECIPE: json.dumps(recipe.to_dict())})
