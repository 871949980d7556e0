"""Weights of a graph that lie in model.safetensors beside it: ONNX's external data."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from safetensors import safe_open

from attnpaint.inference.onnx_engine import SUM
from attnpaint.model.model_config import WEIGHTS

if TYPE_CHECKING:
    import onnx

FEW = 64  # numbers; what has fewer stays in the graph
_HEAD = 8  # bytes that tell the length of the header, which the tensors lie behind

Array = npt.NDArray[np.generic]


@dataclass(frozen=True, eq=False)
class Stored:
    """A tensor of the file: fp16 or fp32, of so many bytes behind `offset`."""

    name: str
    values: Array
    offset: int

    @property
    def half(self) -> bool:
        return self.values.dtype == np.float16


def point_into(proto: "onnx.ModelProto", weights: Path) -> int:
    """Let the graph's weights be those of the file `weights`, which it will lie beside; bytes still inside.

    fp16 becomes float32 by a Cast, and what the graph has turned round is turned round from the file's, both
    of which ONNX Runtime does once, when it loads the graph. What is not in the file stays in the graph. The
    file's sum goes into the metadata.
    """
    stored = list(_stored(weights))
    by_name, by_size = {one.name: one for one in stored}, dict[int, list[Stored]]()
    for one in stored:
        by_size.setdefault(one.values.size, []).append(one)
    kept: list[onnx.TensorProto] = []
    before: list[onnx.NodeProto] = []
    moved: dict[str, onnx.TensorProto] = {}
    for weight in proto.graph.initializer:
        found = _found(weight, by_name, by_size)
        if found is None:
            kept.append(weight)
        else:
            before += _pointing(weight, *found, moved)
    nodes = list(proto.graph.node)
    del proto.graph.initializer[:], proto.graph.node[:]
    proto.graph.initializer.extend([*kept, *moved.values()])
    proto.graph.node.extend([*before, *nodes])
    entry = proto.metadata_props.add()
    entry.key = SUM
    with weights.open("rb") as file:
        entry.value = hashlib.file_digest(file, "sha256").hexdigest()
    return sum(len(weight.raw_data) for weight in kept)


def _stored(weights: Path) -> Iterator[Stored]:
    with weights.open("rb") as file:
        length = int.from_bytes(file.read(_HEAD), "little")
        header = json.loads(file.read(length))
    with safe_open(weights, "numpy") as opened:
        for name, told in header.items():
            if name != "__metadata__" and told["dtype"] in ("F16", "F32"):
                yield Stored(name, opened.get_tensor(name), _HEAD + length + told["data_offsets"][0])


def _found(
    weight: "onnx.TensorProto", by_name: dict[str, Stored], by_size: dict[int, list[Stored]]
) -> tuple[Stored, bool] | None:
    """The stored tensor that holds these values, and whether its rows are columns in the graph."""
    from onnx import TensorProto, numpy_helper

    if weight.data_type != TensorProto.FLOAT or np.prod(weight.dims) < FEW:
        return None
    values = numpy_helper.to_array(weight)
    own = by_name.get(weight.name.partition(".")[2])
    for one in [*([own] if own else []), *by_size.get(values.size, [])]:
        if np.array_equal(one.values.ravel(), values.ravel()):
            return one, False
        if values.ndim == one.values.ndim == 2 and np.array_equal(one.values.T, values):
            return one, True
    return None


def _pointing(
    weight: "onnx.TensorProto", found: Stored, turned: bool, moved: dict[str, "onnx.TensorProto"]
) -> list["onnx.NodeProto"]:
    """Nodes that make `weight` of the stored tensor, which is put into `moved`."""
    from onnx import TensorProto, helper

    dims = found.values.shape if turned else tuple(weight.dims)
    plain = not (found.half or turned)
    name = weight.name if plain else f"{found.name}:{'x'.join(map(str, dims))}"
    if name not in moved:
        kind = TensorProto.FLOAT16 if found.half else TensorProto.FLOAT
        tensor = TensorProto(name=name, dims=dims, data_type=kind, data_location=TensorProto.EXTERNAL)
        facts = {"location": WEIGHTS, "offset": found.offset, "length": found.values.nbytes}
        for key, value in facts.items():
            tensor.external_data.add(key=key, value=str(value))
        moved[name] = tensor
    if plain:
        return []
    nodes, last = [], name
    steps = [("Cast", {"to": TensorProto.FLOAT})] * found.half + [("Transpose", {"perm": [1, 0]})] * turned
    for number, (step, how) in enumerate(steps, 1):
        made = weight.name if number == len(steps) else f"{weight.name}.{step}"
        nodes.append(helper.make_node(step, [last], [made], name=f"{weight.name}.{step}.node", **how))
        last = made
    return nodes
