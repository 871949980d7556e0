"""Which engine paints: ONNX Runtime, which starts sooner, or torch. Imports neither."""

import ctypes.util
import platform
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from attnpaint.errors import PackageMissing
from attnpaint.inference.onnx_file import MODEL
from attnpaint.model.model_config import inner_folder, stages_in

Engines = Literal["auto", "onnx", "torch"]
GPUS = "/dev/nvidiactl", "/dev/dxg", "/dev/kfd"  # NVIDIA's, that of WSL, AMD's


@dataclass(frozen=True)
class Choice:
    """name of the engine, and why, in words that follow `because`; note: what its user is to know of it."""

    name: Literal["onnx", "torch"]
    why: str
    note: str = ""


def choose_engine(
    engine: Engines, model: str | Path, device: str = "auto", precision: str = "auto", many: bool = False
) -> Choice:
    """engine: as it was asked for; many: more than one drawing is to be painted.

    Raises PackageMissing where what the choice needs is not installed.
    """
    torch, runtime = torch_there(), find_spec("onnxruntime") is not None
    if engine == "onnx":
        return Choice("onnx", "it was asked for")
    if engine == "torch":
        if not torch:
            raise PackageMissing("torch", "train")
        return Choice("torch", "it was asked for")
    reason = _for_torch(model, device, precision, many, torch, runtime)
    if not reason:
        why = "it starts sooner" if torch else "torch is not installed"
        return Choice("onnx", why)
    if not torch:
        raise PackageMissing("torch", "train", f"{reason}, and torch is not installed")
    return Choice("torch", reason)


def _for_torch(model: str | Path, device: str, precision: str, many: bool, torch: bool, runtime: bool) -> str:
    """Why torch must paint, or is to; an empty text where ONNX Runtime can."""
    if not has_graph(model):
        return f"{model} holds no ONNX graph"
    if not runtime:
        return "onnxruntime is not installed"
    if device not in ("auto", "cpu"):
        return f"--device {device} was asked for"
    if precision != "auto":
        return f"--dtype {precision} was asked for"
    if many and torch and device == "auto" and gpu_there():
        return "there are many drawings, and a GPU"
    return ""


def torch_there() -> bool:
    """Whether torch is installed; it is not imported."""
    return find_spec("torch") is not None


def has_graph(model: str | Path) -> bool:
    """Whether a graph lies in the model folder, whatever it holds."""
    return len(stages_in(model)) == 1 and (inner_folder(model) / MODEL).is_file()


def gpu_there() -> bool:
    """Whether there seems to be a GPU for torch; told without torch, whose import takes a second."""
    if sys.platform == "darwin":
        return platform.machine() == "arm64"
    if sys.platform == "win32":
        return ctypes.util.find_library("nvcuda") is not None
    return any(Path(name).exists() for name in GPUS)
