"""The graphs of a model in ONNX Runtime: arrays of a batch in, arrays out."""

import os
import re
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from attnpaint.cores import usable_cores
from attnpaint.errors import AttnpaintError, PackageMissing
from attnpaint.inference.engine import Floats
from attnpaint.inference.onnx_file import INPUTS, TOKENS, VIEW

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

BLANK = 64  # px of a side: the least that a network takes
OLDEST = (1, 20)  # of ONNX Runtime
INSTALL = 'pip install -U "onnxruntime>=1.20"'
_FULL = ("bad_alloc", "bad allocation", "allocate memory")
_NEWER = ("ir version", "opset", "is not a registered function/op", "not implemented")

Arrays = Mapping[str, npt.NDArray[np.generic]]
Found = dict[str, Floats]


class Graphs:
    """network: of a drawing and a palette, opened when it is asked; stage: of regions, or None."""

    def __init__(
        self, network: Callable[[], "InferenceSession"], stage: "InferenceSession | None" = None
    ) -> None:
        self._open, self.stage = network, stage

    @cached_property
    def network(self) -> "InferenceSession":
        return self._open()

    @property
    def inputs(self) -> list[str]:
        return [one.name for one in self.network.get_inputs()]

    @property
    def outputs(self) -> list[str]:
        return [one.name for one in self.network.get_outputs()]

    @property
    def stage_takes_tokens(self) -> bool:
        """Whether the stage has to be given what the network makes of the palette, as earlier ones."""
        return self.stage is not None and TOKENS in (one.name for one in self.stage.get_inputs())

    def look(self, sketch: Floats, colors: Floats, weights: Floats) -> Found:
        """What the network says of sketch N×1×H×W, colors N×4×4×3 and weights N×4×4, by output."""
        given = dict(zip(INPUTS, (sketch, colors, weights), strict=True))
        return _ran(self.network, {name: given[name] for name in self.inputs})

    def decide(
        self, sketch: Floats, colors: Floats, weights: Floats, regions: Arrays, view: Arrays | None
    ) -> Found:
        """What the region stage says: STAGE_OUTPUTS.

        sketch N×1×H×W in [-1, 1], colors N×4×4×3 and weights N×4×4. regions: points N×R×P×2, geometry N×R×G
        and valid N×R; view: of the reference as `reference_arrays` gives it, of a batch and its lines in
        [-1, 1]; None where the palette alone is known.
        """
        assert self.stage is not None
        known = _unknown(regions, colors[0].size // 3) if view is None else view
        given: dict[str, Any] = {"sketch": sketch, "colors": colors, "weights": weights}
        given |= {name: regions[name] for name in ("points", "geometry", "valid")}
        given |= {name: known[of] for name, of in VIEW.items()}
        if self.stage_takes_tokens:  # the same whatever is drawn: a blank will do
            blank = np.ones((len(sketch), 1, BLANK, BLANK), np.float32)
            given[TOKENS] = self.look(blank, colors, weights)[TOKENS]
        return _ran(self.stage, {one.name: given[one.name] for one in self.stage.get_inputs()})


def _unknown(regions: Arrays, entries: int) -> Arrays:
    """A reference that nothing is known of, for each picture of the batch."""
    batch = len(regions["valid"])
    nothing: dict[str, Any] = {"sketch": np.ones((batch, 1, 32, 32), np.float32)}
    for prefix in ("", "own_"):
        for name in ("points", "geometry", "valid"):
            array = regions[name]
            nothing[prefix + name] = np.zeros((batch, entries, *array.shape[2:]), array.dtype)
    nothing["own_color"] = np.zeros((batch, entries, 3), np.float32)
    return nothing | {"own_weight": np.zeros((batch, entries), np.float32)}


def _ran(session: "InferenceSession", given: Mapping[str, npt.NDArray[np.generic]]) -> Found:
    """By name of the output. Raises MemoryError where memory ends, AttnpaintError for anything else."""
    try:
        arrays = session.run(None, given)
    except Exception as error:  # its classes derive from nothing narrower
        if any(words in str(error) for words in _FULL):
            raise MemoryError(str(error)) from error
        reason = next(iter(str(error).splitlines()), "no reason given")
        raise AttnpaintError(f"ONNX Runtime failed ({reason})", "export the model again") from error
    return dict(zip((one.name for one in session.get_outputs()), arrays, strict=True))


def opened(
    model: Path | bytes, threads: int = 0, many: bool = False, folder: Path | None = None
) -> "InferenceSession":
    """A file or its bytes, on the CPU; folder: of the weights that bytes point into; many: to run often.

    AttnpaintError: onnxruntime is not installed or too old, or this is no ONNX model.
    """
    onnxruntime = _onnxruntime()
    options: Any = onnxruntime.SessionOptions()
    usable = usable_cores()
    options.intra_op_num_threads = threads or (usable if usable != os.cpu_count() else 0)
    options.log_severity_level = 4  # what goes wrong is told by the exception
    # Blocked layouts take as much longer to load as two drawings gain. To keep the graph as it is then would
    # save a hundredth of a second, and cost 70 MB.
    levels = onnxruntime.GraphOptimizationLevel
    options.graph_optimization_level = levels.ORT_ENABLE_ALL if many else levels.ORT_ENABLE_BASIC
    if folder is not None:
        options.add_session_config_entry("session.model_external_initializers_file_folder_path", str(folder))
    data = model if isinstance(model, bytes) else str(model)
    try:
        return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # its classes derive from nothing narrower
        name = "the ONNX graph" if isinstance(model, bytes) else str(model)
        reason = str(error).splitlines()[0] if str(error) else "no reason given"
        remedy = "export the model again"
        if any(words in reason.lower() for words in _NEWER):
            remedy = f"it was written for a newer one: {INSTALL}"
        raise AttnpaintError(f"{name} cannot be loaded ({reason})", remedy) from error


def _onnxruntime() -> Any:
    """The module. AttnpaintError where it is not there, or too old for these graphs."""
    try:
        import onnxruntime
    except ImportError:
        raise PackageMissing("onnxruntime") from None
    version = tuple(map(int, re.findall(r"\d+", str(onnxruntime.__version__))[:2]))
    if version < OLDEST:
        problem = f"onnxruntime {onnxruntime.__version__} is too old for these graphs"
        raise AttnpaintError(problem, INSTALL)
    return onnxruntime
