"""Networks in ONNX Runtime, arrays in and out: no torch is imported, so that a process starts sooner.

The graphs of a model folder hold no weights: they point into model.safetensors beside them, and their
metadata has its sum. What can be checked is checked before they are opened.
"""

import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from attnpaint.config import Recipe, read_as
from attnpaint.errors import AttnpaintError, PackageMissing, UsageError
from attnpaint.extract import Histogram
from attnpaint.files import parse_json
from attnpaint.inference.engine import Answers, Asked, Floats, Maps
from attnpaint.model.model_config import GRAPHS, WEIGHTS, stages_in
from attnpaint.segment.samples import GRID

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

MODEL, STAGE = GRAPHS
RECIPE, SUM = "attnpaint.recipe", "attnpaint.weights.sha256"  # keys of the metadata

INPUTS = ("sketch", "colors", "weights")
TOKENS = "tokens"  # of a palette: what stages of earlier graphs take from the network's
VIEW = {
    "reference": "sketch",
    **{f"entry_{name}": name for name in ("points", "geometry", "valid")},
    **{f"own_{name}": f"own_{name}" for name in ("points", "geometry", "valid", "color", "weight")},
    "where": "where",
}
"""What the stage takes of a reference, and what `reference_arrays` calls it."""
STAGE_INPUTS = (*INPUTS, "points", "geometry", "valid", *VIEW)
STAGE_OUTPUTS = ("logits", "embedding", "parts", "palette_parts", "one_scene")

LARGEST = 16 * 2**20  # bytes of a graph; weights do not belong into it
_METADATA = 14  # field of ModelProto
_KEY, _VALUE = 1, 2  # fields of StringStringEntryProto
_BYTES = 2  # wire type of what tells its own length
_HEAD = re.compile(
    rb"([\x80-\xff]{0,9}[\0-\x7f])([\x80-\xff]{0,9}[\0-\x7f])?"
)  # seven bits a byte, least first

BLANK = 64  # px of a side: the least that a network takes
OLDEST = (1, 20)  # of ONNX Runtime
INSTALL = 'pip install -U "onnxruntime>=1.20"'
_FULL = ("bad_alloc", "bad allocation", "allocate memory")
_NEWER = ("ir version", "opset", "is not a registered function/op", "not implemented")

Arrays = Mapping[str, npt.NDArray[np.generic]]
Found = dict[str, Floats]
Opening = Callable[[], "InferenceSession"]


class OnnxEngine:
    """One network that paints from a histogram, and its region stage, if any, on the CPU: see `export.onnx`.

    network: opened when it is asked, as a flat finish asks the stage alone; stage: opened meanwhile.
    """

    def __init__(self, recipe: Recipe, network: Opening, stage: Opening | None = None) -> None:
        self.recipes: Sequence[Recipe] = [recipe]
        self.device = "cpu"
        self.decides_regions = bool(recipe.generator.region_width)
        self._network, self._stage = network, stage

    @cached_property
    def network(self) -> "InferenceSession":
        return self._network()

    @cached_property
    def stage(self) -> "InferenceSession | None":
        return self._stage() if self._stage else None

    @property
    def outputs(self) -> list[str]:
        return [one.name for one in self.network.get_outputs()]

    @classmethod
    def load(cls, model: str | Path, threads: int = 0, many: bool = False, wait: bool = True) -> "OnnxEngine":
        """model: what `attnpaint export --onnx` wrote, the folder or the file; threads: 0 as many as cores.

        many: more than one drawing is to be painted: the graphs are made faster, which takes a while. wait:
        until the graphs are there; else they are opened while the caller goes on.
        Raises AttnpaintError where onnxruntime is not installed or too old, or a file is missing, damaged,
        another model's or another program's.
        """
        found = find_graph(model)
        network = partial(opened, found.file, threads, many, needed="image", known=INPUTS)
        thread = ThreadPoolExecutor(1, "graphs")
        if found.stage:
            takes = *STAGE_INPUTS, TOKENS
            opening = thread.submit(opened, found.stage, threads, many, needed="logits", known=takes)
            engine = cls(found.recipe, network, opening.result)
        else:
            engine = cls(found.recipe, thread.submit(network).result)
        thread.shutdown(wait=False)
        if wait:
            _ = engine.stage, engine.network
        return engine

    def paint(self, asked: Asked) -> Maps:
        """Raises UsageError where no histogram of 4×4 colours is asked for, MemoryError where memory ends."""
        palette = _palette(asked.histogram)
        network = self.network
        began = time.perf_counter()
        found = self.look(asked.sketch, *palette)
        seconds = time.perf_counter() - began
        gates = tuple(found[one.name][0, 0] for one in network.get_outputs() if one.name.startswith("gate_"))
        pointer, variants = (found[name][0] if name in found else None for name in ("pointer", "variants"))
        return Maps(found["image"][0], pointer, gates, variants, seconds)

    def decide(self, asked: Asked) -> tuple[Answers, float]:
        """Of the regions that there are, which come first. Raises what `paint` does."""
        regions = asked.regions
        assert regions is not None
        _ = self.stage  # it may still be opened
        began = time.perf_counter()
        there = np.flatnonzero(regions.valid)
        count = max(1, int(there.max(initial=0)) + 1)
        shown = {name: array[None, :count] for name, array in regions.described.items()}
        view: Arrays | None = None
        if asked.view is not None:
            lines = asked.view["sketch"].astype(np.float32) / np.float32(127.5) - 1
            view = {name: array[None] for name, array in asked.view.items()} | {"sketch": lines[None]}
        found = self.say(asked.sketch, *_palette(asked.histogram), shown, view)
        logits, embedding, parts = (found[name][0][there] for name in ("logits", "embedding", "parts"))
        label, area = regions.label[there], regions.area[there]
        one_scene = float(found.get("one_scene", [0])[0])  # earlier graphs do not tell
        answers = Answers(label, area, logits, embedding, parts, found["palette_parts"][0], one_scene)
        return answers, time.perf_counter() - began

    def look(self, sketch: Floats, colors: Floats, weights: Floats) -> Found:
        """What the network says of sketch N×1×H×W, colors N×4×4×3 and weights N×4×4, by output."""
        return _ran(self.network, dict(zip(INPUTS, (sketch, colors, weights), strict=True)))

    def say(
        self, sketch: Floats, colors: Floats, weights: Floats, regions: Arrays, view: Arrays | None
    ) -> Found:
        """What the region stage says: STAGE_OUTPUTS.

        sketch N×1×H×W in [-1, 1], colors N×4×4×3 and weights N×4×4. regions: points N×R×P×2, geometry N×R×G
        and valid N×R; view: of the reference as `reference_arrays` gives it, of a batch and its lines in
        [-1, 1]; None where the palette alone is known.
        """
        assert self.stage is not None
        known = _unknown(regions, colors[0].size // 3) if view is None else view
        given: dict[str, Any] = {"sketch": sketch, "colors": colors, "weights": weights, **regions}
        given |= {name: known[of] for name, of in VIEW.items()}
        if TOKENS in (one.name for one in self.stage.get_inputs()):  # the same whatever is drawn
            blank = np.ones((len(sketch), 1, BLANK, BLANK), np.float32)
            given[TOKENS] = self.look(blank, colors, weights)[TOKENS]
        return _ran(self.stage, given)


@dataclass(frozen=True)
class OnnxModel:
    """file: of the network's graph; stage: of the region stage's, where there is one; recipe: of both."""

    file: Path
    stage: Path | None
    recipe: Recipe


def find_graph(model: str | Path) -> OnnxModel:
    """model: a model folder with graphs, or a training run's; or the file model.onnx in one.

    Raises AttnpaintError where a file is missing, cut short, of another program or of another model.
    """
    file = stages_in(model)[0] / MODEL if Path(model).is_dir() else Path(model)
    if not file.is_file():
        raise AttnpaintError(f"there is no ONNX model {file}", "write one with: attnpaint export --onnx DIR")
    told = metadata(file)
    if RECIPE not in told:
        problem = f"{file} does not say which recipe it was made of"
        raise AttnpaintError(problem, "give a file that attnpaint export wrote")
    try:
        recipe = read_as(Recipe, parse_json(told[RECIPE]))
    except (ValueError, TypeError, UsageError) as error:
        raise AttnpaintError(f"the recipe in {file} cannot be read ({error})", "export it again") from None
    stage = file.with_name(STAGE) if recipe.generator.region_width else None
    if stage is not None:
        if not stage.is_file():
            problem = f"{file.parent} holds no {STAGE}, which {recipe.name} decides with"
            raise AttnpaintError(problem, "export the model again")
        if metadata(stage).get(SUM) != told.get(SUM):
            raise AttnpaintError(f"{stage} is of another model than {file}", "export the model again")
    weights = file.with_name(WEIGHTS)
    if not told.get(SUM):
        problem = f"{file} does not say which weights it belongs to"
        raise AttnpaintError(problem, "export the model again")
    try:
        with weights.open("rb") as opened:
            found = hashlib.file_digest(opened, "sha256").hexdigest()
    except FileNotFoundError:
        problem = f"{file} has no weights: {weights.name} is missing beside it"
        raise AttnpaintError(problem, "keep the files of one export together") from None
    except OSError as error:
        raise AttnpaintError(f"{weights} cannot be read ({error})", "check the file") from None
    if found != told[SUM]:
        problem = f"{weights} is damaged, or of another model than {file.name} beside it"
        raise AttnpaintError(problem, "get it again, or write the graph anew: attnpaint export --onnx")
    return OnnxModel(file, stage, recipe)


def metadata(file: Path) -> dict[str, str]:
    """What a graph's file says of itself. Raises AttnpaintError where it is no ONNX model, or cut short."""
    try:
        if file.stat().st_size > LARGEST:
            problem = f"{file} is larger than any graph: it holds weights of its own"
            raise AttnpaintError(problem, "export the model again")
        data = file.read_bytes()
        parts = [data[inner:end] for number, _, inner, end in spans(data) if number == _METADATA]
        entries = [{number: part[inner:end] for number, _, inner, end in spans(part)} for part in parts]
        return {entry[_KEY].decode(): entry.get(_VALUE, b"").decode() for entry in entries}
    except (OSError, ValueError, KeyError) as error:
        reason = str(error) or "it is cut short"
        raise AttnpaintError(f"{file} cannot be loaded ({reason})", "export the model again") from None


def spans(data: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Of each field of a protocol buffer: its number, 0 where it does not tell its length, where it and its
    content begin, and where it ends.

    Raises ValueError where the data end too soon, or are none.
    """
    place = 0
    while place < len(data):
        head = _HEAD.match(data, place)
        if not head:
            raise ValueError("it is cut short")
        tag, value = (
            sum((byte & 127) << 7 * i for i, byte in enumerate(part or b"")) for part in head.groups()
        )
        number, kind, start = tag >> 3, tag & 7, place
        if kind not in (0, 1, _BYTES, 5) or (kind == _BYTES and not number):
            raise ValueError("it is no ONNX model")
        if kind in (1, 5):
            place = head.end(1) + (8 if kind == 1 else 4)
        elif head[2]:
            place = head.end() + (value if kind == _BYTES else 0)
        if place > len(data) or place == start:
            raise ValueError("it is cut short")
        yield (number, start, head.end(), place) if kind == _BYTES else (0, start, start, place)


def _unknown(regions: Arrays, entries: int) -> Arrays:
    """A reference that nothing is known of, for each picture of the batch."""
    batch = len(regions["valid"])
    nothing: dict[str, Any] = {"sketch": np.ones((batch, 1, 32, 32), np.float32)}
    for prefix in ("", "own_"):
        for name in ("points", "geometry", "valid"):
            array = regions[name]
            nothing[prefix + name] = np.zeros((batch, entries, *array.shape[2:]), array.dtype)
    nothing["own_color"] = np.zeros((batch, entries, 3), np.float32)
    nothing["own_weight"] = np.zeros((batch, entries), np.float32)
    return nothing | {"where": np.zeros((batch, entries, GRID, GRID), np.float32)}


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
    model: Path | bytes,
    threads: int = 0,
    many: bool = False,
    folder: Path | None = None,
    needed: str = "",
    known: Sequence[str] = (),
) -> "InferenceSession":
    """A file or its bytes, on the CPU; folder: of the weights that bytes point into; many: to run often.

    AttnpaintError: onnxruntime is not installed or too old, this is no ONNX model, or one that does not give
    what is needed, where that is said, or takes what is not known.
    """
    try:
        import onnxruntime
    except ImportError:
        raise PackageMissing("onnxruntime") from None
    if tuple(map(int, re.findall(r"\d+", str(onnxruntime.__version__))[:2])) < OLDEST:
        problem = f"onnxruntime {onnxruntime.__version__} is too old for these graphs"
        raise AttnpaintError(problem, INSTALL)
    options: Any = onnxruntime.SessionOptions()
    # by itself it takes as many as the machine has, also where this process may use fewer
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    options.intra_op_num_threads = threads or (usable if usable != os.cpu_count() else 0)
    # To plan which results share memory takes time with the square of the nodes, longer than all else here;
    # without a plan what is used up is given back as well, and less is held at once.
    options.enable_mem_reuse = options.enable_mem_pattern = False
    options.log_severity_level = 4  # what goes wrong is told by the exception
    # Blocked layouts take as much longer to load as two drawings gain. To keep the graph as it is then would
    # save a hundredth of a second, and cost 70 MB.
    levels = onnxruntime.GraphOptimizationLevel
    options.graph_optimization_level = levels.ORT_ENABLE_ALL if many else levels.ORT_ENABLE_BASIC
    if folder is not None:
        options.add_session_config_entry("session.model_external_initializers_file_folder_path", str(folder))
    data = model if isinstance(model, bytes) else str(model)
    try:
        session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # its classes derive from nothing narrower
        name = "the ONNX graph" if isinstance(model, bytes) else str(model)
        reason = str(error).splitlines()[0] if str(error) else "no reason given"
        remedy = "export the model again"
        if any(words in reason.lower() for words in _NEWER):
            remedy = f"it was written for a newer one: {INSTALL}"
        raise AttnpaintError(f"{name} cannot be loaded ({reason})", remedy) from error
    takes, gives = ([one.name for one in ends] for ends in (session.get_inputs(), session.get_outputs()))
    if needed and not (needed in gives and set(takes) <= set(known)):
        problem = f"{model!s} takes {', '.join(takes)} and gives {', '.join(gives)}"
        raise AttnpaintError(problem, "give a file that attnpaint export wrote")
    return session


def _palette(histogram: Histogram | None) -> tuple[Floats, Floats]:
    if histogram is None or histogram.weights.shape != (4, 4):
        raise UsageError("this model paints from a histogram of 4 bands of 4 colours", "give a reference")
    colors = histogram.colors.astype(np.float32) / 127.5 - 1
    return colors[None], histogram.weights.astype(np.float32)[None]
