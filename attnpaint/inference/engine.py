"""The interface of engines, which run the networks: arrays in, arrays out; and which one paints.

Needs neither torch nor onnxruntime.
"""

import ctypes.util
import platform
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

from attnpaint.config import Recipe
from attnpaint.errors import PackageMissing
from attnpaint.extract import Histogram
from attnpaint.images import Picture
from attnpaint.model.model_config import GRAPHS, stages_in
from attnpaint.segment.samples import RegionSamples

Floats = npt.NDArray[np.float32]

Engines = Literal["auto", "onnx", "torch"]
GPUS = "/dev/nvidiactl", "/dev/dxg", "/dev/kfd"  # NVIDIA's, that of WSL, AMD's

LATER = ("image", "pointer", "gates", "variants")  # of `Maps`, what a flat finish does not look at


@dataclass(frozen=True, eq=False)
class Asked:
    """One drawing and what it is painted from. sketch: 1×1×S×S in [-1, 1], 1 is white paper.

    hint: uint8 S×S×4 as `data.hint_file` reads it, at its place in the square.
    looks: the reference, 1×3×h×w in [-1, 1], for networks that take its style.
    regions: of the drawing, and view: of the reference (see `reference_arrays`; None: only its histogram is
    known), for networks with a region stage.
    """

    sketch: Floats
    histogram: Histogram | None = None
    hint: Picture | None = None
    looks: Floats | None = None
    regions: RegionSamples | None = None
    view: Mapping[str, npt.NDArray[np.generic]] | None = None


@dataclass(frozen=True, eq=False)
class Answers:
    """What the region stage says of R regions, largest first. label: R, their numbers; area: R, shares of the
    square. logits: R×18 of the palette's colours, ink and paper. embedding: R×E of length 1, alike for
    regions of one colour. parts: R×7 and palette_parts: 16×7, shares of `PARTS`. one_scene: the chance that
    the reference shows the drawing's own scene, as the next frame does, or the sketch itself, painted."""

    label: npt.NDArray[np.int64]
    area: Floats
    logits: Floats
    embedding: Floats
    parts: Floats
    palette_parts: Floats
    one_scene: float = 0.0

    @property
    def decided_alone(self) -> bool:
        """Whether each region has a place in the reference, and decides for itself."""
        return self.one_scene > 0.5


@dataclass(eq=False)
class Maps:
    """What the last network painted. image: 3×S×S in [-1, 1]; variants: V×3×S×S, the first is `image`.

    pointer: 18×S×S, per pixel the share of each palette colour, ink and paper; sums to 1.
    gates: gate maps h×w in [0, 1], deepest first. seconds: the networks' own time. answers: of the region
    stage, where there is one and it was asked.
    """

    image: Floats
    pointer: Floats | None
    gates: tuple[Floats, ...]
    variants: Floats | None
    seconds: float
    answers: Answers | None = None


class MapsLater(Maps):
    """What the region stage said, and the rest as soon as somebody looks at it, which no flat finish does.

    Then it is painted, once whatever the threads, and these are plain `Maps`; so are its copies.
    """

    def __init__(self, answers: Answers, seconds: float, paint: Callable[[], Maps]) -> None:
        """seconds: that the answers took; paint: gives the rest."""
        self.answers, self.seconds = answers, seconds
        self._paint, self._lock = paint, Lock()

    def __getattr__(self, name: str) -> Any:
        """Called for what is not there yet."""
        if name not in LATER:
            raise AttributeError(name)
        here = vars(self)
        if lock := here.get("_lock"):  # none: another thread has just painted
            with lock:
                if "_paint" in here:
                    painted: Maps = here["_paint"]()
                    here.update({one: getattr(painted, one) for one in LATER})
                    here["seconds"] += painted.seconds
                    del here["_paint"], here["_lock"]
                    self.__class__ = Maps  # type: ignore[assignment]
        return here[name]

    def __reduce__(self) -> tuple[type[Maps], tuple[Any, ...]]:
        return Maps, tuple(getattr(self, one.name) for one in fields(Maps))


class Engine(Protocol):
    """recipes: of the stages; device: its name, for people."""

    @property
    def recipes(self) -> Sequence[Recipe]: ...

    @property
    def device(self) -> str: ...

    @property
    def decides_regions(self) -> bool:
        """Whether it answers for regions where it is asked about them."""
        ...

    def paint(self, asked: Asked) -> Maps:
        """The painting; what regions are is asked of `decide`."""
        ...

    def decide(self, asked: Asked) -> tuple[Answers, float]:
        """What it answers for `asked.regions`, and the seconds that took: nothing is painted."""
        ...


@dataclass(frozen=True)
class Choice:
    """name of the engine, and why, in words that follow `because`; note: what its user is to know of it."""

    name: Literal["onnx", "torch"]
    why: str
    note: str = ""


def choose_engine(
    engine: Engines, model: str | Path, device: str = "auto", precision: str = "auto", many: bool = False
) -> Choice:
    """ONNX Runtime, which starts sooner, or torch; neither is imported.

    engine: as it was asked for; many: more than one drawing is to be painted.
    Raises PackageMissing where what the choice needs is not installed.
    """
    if engine == "onnx":
        return Choice("onnx", "it was asked for")
    torch, reason = find_spec("torch") is not None, ""  # it is not imported
    stage, *more = stages_in(model)
    if engine == "torch":
        reason = "it was asked for"
    elif more or not (stage / GRAPHS[0]).is_file():  # whatever it holds
        reason = f"{model} holds no ONNX graph"
    elif find_spec("onnxruntime") is None:
        reason = "onnxruntime is not installed"
    elif device not in ("auto", "cpu"):
        reason = f"--device {device} was asked for"
    elif precision != "auto":
        reason = f"--dtype {precision} was asked for"
    elif many and torch and device == "auto" and gpu_there():
        reason = "there are many drawings, and a GPU"
    if not reason:
        return Choice("onnx", "it starts sooner" if torch else "torch is not installed")
    if not torch:
        lacking = "" if engine == "torch" else f"{reason}, and torch is not installed"
        raise PackageMissing("torch", "train", lacking)
    return Choice("torch", reason)


def gpu_there() -> bool:
    """Whether there seems to be a GPU for torch; told without torch, whose import takes a second."""
    if sys.platform == "darwin":
        return platform.machine() == "arm64"
    if sys.platform == "win32":
        return ctypes.util.find_library("nvcuda") is not None
    return any(Path(name).exists() for name in GPUS)
