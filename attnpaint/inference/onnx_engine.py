"""The network in ONNX Runtime: no torch is imported, so that a process starts sooner."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import numpy as np

from attnpaint.config import Recipe
from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.extract import Histogram
from attnpaint.inference.engine import Answers, Asked, Floats, Maps
from attnpaint.inference.onnx_file import INPUTS, STAGE_INPUTS, TOKENS, OnnxModel, find_graph
from attnpaint.inference.onnx_file import MODEL as MODEL
from attnpaint.inference.onnx_session import Arrays, Found, Graphs, opened
from attnpaint.segment.samples import RegionSamples

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


class OnnxEngine:
    """One network that paints from a histogram, on the CPU; see `export.onnx`."""

    def __init__(self, graphs: "Future[Graphs]", recipe: Recipe) -> None:
        self._graphs = graphs
        self.recipes: Sequence[Recipe] = [recipe]

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

    @property
    def device(self) -> str:
        return "cpu"

    @property
    def decides_regions(self) -> bool:
        return bool(self.recipes[0].generator.region_width)

    @classmethod
    def load(cls, model: str | Path, threads: int = 0, many: bool = False, wait: bool = True) -> "OnnxEngine":
        """model: what `attnpaint export --onnx` wrote, the folder or the file; threads: 0 as many as cores.

        many: more than one drawing is to be painted: the graphs are made faster, which takes a while. wait:
        until the graphs are there; else they are opened while the caller goes on.
        Raises AttnpaintError where onnxruntime is not installed or too old, or a file is missing, damaged,
        another model's or another program's.
        """
        found = find_graph(model)
        engine = cls(_begun(lambda: _graphs(found, threads, many)), found.recipe)
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
    view = None if asked.view is None else _seen(asked.view)
    palette = _palette(asked.histogram)
    return _answers(graphs.decide(asked.sketch, *palette, _batched(vars(regions)), view), regions)


def _begun(make: Callable[[], Graphs]) -> "Future[Graphs]":
    """What `make` gives or raises, on a thread of its own."""
    future: Future[Graphs] = Future()

    def run() -> None:
        try:
            future.set_result(make())
        except BaseException as error:  # it belongs to who asks for the result
            future.set_exception(error)

    Thread(target=run, name="graphs").start()
    return future


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


def _batched(arrays: Arrays) -> Arrays:
    """A batch of one; only the regions that there are, which come first, and one at least."""
    count = max(1, int(np.flatnonzero(arrays["valid"]).max(initial=0)) + 1)
    return {name: arrays[name][None, :count] for name in ("points", "geometry", "valid")}


def _seen(view: Arrays) -> Arrays:
    """A batch of one reference, its lines in [-1, 1]."""
    lines = view["sketch"].astype(np.float32) / np.float32(127.5) - 1
    return {name: array[None] for name, array in view.items()} | {"sketch": lines[None]}


def _answers(found: Found, regions: RegionSamples) -> Answers:
    """Of the regions that there are."""
    there = np.flatnonzero(regions.valid)
    logits, embedding, parts = (found[name][0][there] for name in ("logits", "embedding", "parts"))
    label, area = regions.label[there], regions.area[there]
    return Answers(label, area, logits, embedding, parts, found["palette_parts"][0])


def _palette(histogram: Histogram | None) -> tuple[Floats, Floats]:
    if histogram is None or histogram.weights.shape != (4, 4):
        raise UsageError("this model paints from a histogram of 4 bands of 4 colours", "give a reference")
    colors = histogram.colors.astype(np.float32) / 127.5 - 1
    return colors[None], histogram.weights.astype(np.float32)[None]
