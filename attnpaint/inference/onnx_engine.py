"""The network in ONNX Runtime, arrays in and out: no torch is imported, so that a process starts sooner."""

import os
import re
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from attnpaint.config import Recipe
from attnpaint.errors import AttnpaintError, PackageMissing, UsageError
from attnpaint.extract import Histogram
from attnpaint.inference.engine import Answers, Asked, Floats, Maps, for_regions
from attnpaint.inference.onnx_file import INPUTS, STAGE_INPUTS, TOKENS, VIEW, OnnxModel, find_graph
from attnpaint.inference.onnx_file import MODEL as MODEL
from attnpaint.process import usable_cores
from attnpaint.segment.samples import RegionSamples

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
        return _ran(self.network, dict(zip(INPUTS, (sketch, colors, weights), strict=True)))

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
        return _ran(self.stage, given)


class OnnxEngine:
    """One network that paints from a histogram, on the CPU; see `export.onnx`."""

    def __init__(self, graphs: "Future[Graphs]", recipe: Recipe) -> None:
        self._graphs = graphs
        self.device = "cpu"
        self.recipes: Sequence[Recipe] = [recipe]
        self.decides_regions = bool(recipe.generator.region_width)

    @property
    def graphs(self) -> Graphs:
        """Raises what `load` does, where that did not wait."""
        return self._graphs.result()

    @property
    def session(self) -> "InferenceSession":
        return self.graphs.network

    @property
    def inputs(self) -> list[str]:
        return self.graphs.inputs

    @property
    def outputs(self) -> list[str]:
        return self.graphs.outputs

    @classmethod
    def load(cls, model: str | Path, threads: int = 0, many: bool = False, wait: bool = True) -> "OnnxEngine":
        """model: what `attnpaint export --onnx` wrote, the folder or the file; threads: 0 as many as cores.

        many: more than one drawing is to be painted: the graphs are made faster, which takes a while. wait:
        until the graphs are there; else they are opened while the caller goes on.
        Raises AttnpaintError where onnxruntime is not installed or too old, or a file is missing, damaged,
        another model's or another program's.
        """
        found = find_graph(model)
        thread = ThreadPoolExecutor(1, "graphs")
        engine = cls(thread.submit(_graphs, found, threads, many), found.recipe)
        thread.shutdown(wait=False)
        if wait:
            _ = engine.graphs.network
        return engine

    def paint(self, asked: Asked) -> Maps:
        """Raises UsageError where no histogram of 4×4 colours is asked for, MemoryError where memory ends."""
        palette = _palette(asked.histogram)
        graphs = self.graphs
        began = time.perf_counter()
        found = graphs.look(asked.sketch, *palette)
        answers = None
        if asked.regions is not None and self.decides_regions:
            answers = _decided(graphs, asked, asked.regions)
        seconds = time.perf_counter() - began
        gates = tuple(found[name][0, 0] for name in self.outputs if name.startswith("gate_"))
        pointer, variants = (found[name][0] if name in found else None for name in ("pointer", "variants"))
        return Maps(found["image"][0], pointer, gates, variants, seconds, answers)

    def decide(self, asked: Asked) -> tuple[Answers, float]:
        """Raises what `paint` does."""
        graphs = self.graphs
        began = time.perf_counter()
        assert asked.regions is not None
        return _decided(graphs, asked, asked.regions), time.perf_counter() - began


def _decided(graphs: Graphs, asked: Asked, regions: RegionSamples) -> Answers:
    """Of the regions that there are, which come first; a batch of one."""
    there, arrays = np.flatnonzero(regions.valid), vars(regions)
    count = max(1, int(there.max(initial=0)) + 1)
    shown = {name: arrays[name][None, :count] for name in ("points", "geometry", "valid")}
    view: Arrays | None = None
    if asked.view is not None:
        lines = asked.view["sketch"].astype(np.float32) / np.float32(127.5) - 1
        view = {name: array[None] for name, array in asked.view.items()} | {"sketch": lines[None]}
    found = graphs.decide(for_regions(asked.sketch), *_palette(asked.histogram), shown, view)
    logits, embedding, parts = (found[name][0][there] for name in ("logits", "embedding", "parts"))
    label, area = regions.label[there], regions.area[there]
    return Answers(label, area, logits, embedding, parts, found["palette_parts"][0])


def _graphs(found: OnnxModel, threads: int, many: bool) -> Graphs:
    """Raises what `OnnxEngine.load` does."""
    network = partial(_session, found.file, threads, many, "image", INPUTS)
    if not found.stage:
        graphs = Graphs(network)
    else:
        graphs = Graphs(network, _session(found.stage, threads, many, "logits", (*STAGE_INPUTS, TOKENS)))
    if not found.stage or graphs.stage_takes_tokens:  # what is asked first
        _ = graphs.network
    return graphs


def _session(file: Path, threads: int, many: bool, needed: str, known: Sequence[str]) -> "InferenceSession":
    """AttnpaintError where a graph does not give what is needed, or takes what is not known."""
    session = opened(file, threads, many)
    takes, gives = ([one.name for one in ends] for ends in (session.get_inputs(), session.get_outputs()))
    if needed not in gives or not set(takes) <= set(known):
        problem = f"{file} takes {', '.join(takes)} and gives {', '.join(gives)}"
        raise AttnpaintError(problem, "give a file that attnpaint export wrote")
    return session


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
    """By name of the output; what it does not take may be given. Raises MemoryError where memory ends,
    AttnpaintError for anything else."""
    try:
        arrays = session.run(None, {one.name: given[one.name] for one in session.get_inputs()})
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
    try:
        import onnxruntime
    except ImportError:
        raise PackageMissing("onnxruntime") from None
    if tuple(map(int, re.findall(r"\d+", str(onnxruntime.__version__))[:2])) < OLDEST:
        problem = f"onnxruntime {onnxruntime.__version__} is too old for these graphs"
        raise AttnpaintError(problem, INSTALL)
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


def _palette(histogram: Histogram | None) -> tuple[Floats, Floats]:
    if histogram is None or histogram.weights.shape != (4, 4):
        raise UsageError("this model paints from a histogram of 4 bands of 4 colours", "give a reference")
    colors = histogram.colors.astype(np.float32) / 127.5 - 1
    return colors[None], histogram.weights.astype(np.float32)[None]
