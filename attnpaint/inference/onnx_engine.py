"""The network in ONNX Runtime: no torch is imported, so that a process starts sooner."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from attnpaint.config import Recipe
from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.extract import Histogram
from attnpaint.inference.engine import Asked, Floats, Maps
from attnpaint.parsing import parse_json
from attnpaint.recipe_file import recipe_from

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

MODEL = "model.onnx"
RECIPE = "attnpaint.recipe"  # key of the file's metadata
INPUTS = ("sketch", "colors", "weights")
_FULL = ("bad_alloc", "bad allocation", "allocate memory")


class OnnxEngine:
    """One network that paints from a histogram, on the CPU; see `export.onnx`."""

    def __init__(self, session: "InferenceSession", recipe: Recipe) -> None:
        self.session = session
        self.recipes: Sequence[Recipe] = [recipe]
        self.inputs = [one.name for one in session.get_inputs()]
        self.outputs = [one.name for one in session.get_outputs()]

    @property
    def device(self) -> str:
        return "cpu"

    @property
    def decides_regions(self) -> bool:
        """The graph holds no region stage: its pixels decide."""
        return False

    @classmethod
    def load(cls, model: str | Path, threads: int = 0) -> "OnnxEngine":
        """model: what `attnpaint export --onnx` wrote, the folder or the file; threads: 0 as many as cores.

        Raises AttnpaintError where onnxruntime is not installed, or the file is missing, damaged or another
        program's.
        """
        file = Path(model) / MODEL if Path(model).is_dir() else Path(model)
        if not file.is_file():
            remedy = "write one with: attnpaint export --onnx DIR"
            raise AttnpaintError(f"there is no ONNX model {file}", remedy)
        session = opened(file, threads)
        try:
            recipe = recipe_from(parse_json(session.get_modelmeta().custom_metadata_map[RECIPE]))
        except KeyError:
            problem = f"{file} does not say which recipe it was made of"
            raise AttnpaintError(problem, "give a file that attnpaint export wrote") from None
        except (ValueError, TypeError, UsageError) as error:
            raise AttnpaintError(
                f"the recipe in {file} cannot be read ({error})", "export it again"
            ) from None
        engine = cls(session, recipe)
        if "image" not in engine.outputs or not set(engine.inputs) <= set(INPUTS):
            problem = f"{file} takes {', '.join(engine.inputs)} and gives {', '.join(engine.outputs)}"
            raise AttnpaintError(problem, "give a file that attnpaint export wrote")
        return engine

    def paint(self, asked: Asked) -> Maps:
        """Raises UsageError where no histogram of 4×4 colours is asked for, MemoryError where memory ends."""
        given = dict(zip(INPUTS, (asked.sketch, *_palette(asked.histogram)), strict=True))
        began = time.perf_counter()
        try:
            arrays = self.session.run(None, {name: given[name] for name in self.inputs})
        except Exception as error:  # its classes derive from nothing narrower
            if any(words in str(error) for words in _FULL):
                raise MemoryError(str(error)) from error
            reason = next(iter(str(error).splitlines()), "no reason given")
            raise AttnpaintError(f"ONNX Runtime failed ({reason})", "export the model again") from error
        seconds = time.perf_counter() - began
        found: dict[str, Floats] = dict(zip(self.outputs, (array[0] for array in arrays), strict=True))
        gates = tuple(found[name][0] for name in self.outputs if name.startswith("gate_"))
        return Maps(found["image"], found.get("pointer"), gates, found.get("variants"), seconds)


def opened(model: Path | bytes, threads: int = 0) -> "InferenceSession":
    """A file or its bytes, on the CPU. AttnpaintError: onnxruntime is not installed, or no ONNX model."""
    try:
        import onnxruntime
    except ImportError:
        raise AttnpaintError("onnxruntime is not installed", 'pip install "attnpaint[onnx]"') from None
    options: Any = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 4  # what goes wrong is told by the exception
    data = model if isinstance(model, bytes) else str(model)
    try:
        return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # its classes derive from nothing narrower
        name = "the ONNX graph" if isinstance(model, bytes) else str(model)
        reason = str(error).splitlines()[0] if str(error) else "no reason given"
        raise AttnpaintError(f"{name} cannot be loaded ({reason})", "export the model again") from error


def _palette(histogram: Histogram | None) -> tuple[Floats, Floats]:
    if histogram is None or histogram.weights.shape != (4, 4):
        raise UsageError("this model paints from a histogram of 4 bands of 4 colours", "give a reference")
    colors = histogram.colors.astype(np.float32) / 127.5 - 1
    return colors[None], histogram.weights.astype(np.float32)[None]
