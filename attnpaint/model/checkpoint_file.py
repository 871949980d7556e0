"""Checkpoint files (.pt, .pth, .pth.tar) of any origin: no code in them is run, and all is checked."""

import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from attnpaint.errors import AttnpaintError

DEEPEST = 32  # containers inside each other
MOST = 1_000_000  # values in all of them


def read_checkpoint(path: Path, remedy: str) -> Any:
    """What the file holds: tensors, plain values, and containers of them.

    Raises AttnpaintError, with `remedy`: not readable, no checkpoint, one that would run code, packed, nested
    too deep, or with tensors that are sparse, larger than their bytes, or hold what is no finite number.
    """
    try:
        problem = _packed(path)
        if problem:
            raise AttnpaintError(f"{path} {problem}", remedy)
        with warnings.catch_warnings(action="ignore"):  # what it warns of fails below, in one line
            loaded = torch.load(path, map_location="cpu", weights_only=True)
        for name, tensor in _tensors(loaded):
            if problem := _fault(tensor):
                raise AttnpaintError(f"{path} holds a tensor, {name[-60:]}, {problem}", remedy)
    except AttnpaintError:
        raise
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise AttnpaintError(f"{path} cannot be read ({reason})", remedy) from error
    except Exception as error:  # nobody documents what the unpickler raises at other files
        refused = re.search(r"[Uu]nsupported (?:global: )?GLOBAL (\S+)", str(error))
        if refused:
            problem = f"{path} holds a Python object ({refused[1]}), and only weights are loaded from a file"
            raise AttnpaintError(problem, "save its state dict alone and give that") from error
        raise AttnpaintError(f"{path} is not a checkpoint, or is damaged", remedy) from error
    return loaded


def _packed(path: Path) -> str:
    """What speaks against unpacking it: PyTorch only stores, and never says more bytes than there are."""
    if not path.is_file() or not zipfile.is_zipfile(path):
        return ""
    with zipfile.ZipFile(path) as file:
        members = file.infolist()
    if any(member.compress_type != zipfile.ZIP_STORED for member in members):
        return "is a compressed archive, which PyTorch does not write"
    if sum(member.file_size for member in members) > path.stat().st_size:
        return "is damaged: it tells of more bytes than it has"
    return ""


def _tensors(loaded: object) -> Iterator[tuple[str, Tensor]]:
    """All of them, with what they are called; ValueError where it is nested too deep or endless."""
    waiting, seen = [("it", loaded, 0)], 0
    while waiting:
        name, value, depth = waiting.pop()
        seen += 1
        if depth > DEEPEST or seen > MOST:
            raise ValueError("nested too deep")
        if isinstance(value, Tensor):
            yield name, value
        elif isinstance(value, Mapping):
            waiting += [(str(key), inner, depth + 1) for key, inner in value.items()]
        elif isinstance(value, list | tuple | set):
            waiting += [(name, inner, depth + 1) for inner in value]


def _fault(tensor: Tensor) -> str:
    """What is wrong with it, or an empty text."""
    if tensor.layout != torch.strided or tensor.is_quantized or tensor.device.type != "cpu":
        return "that is stored in a way that is not read"
    if tensor.numel() * tensor.element_size() > tensor.untyped_storage().nbytes():
        return "of more numbers than the file holds"
    if (tensor.is_floating_point() or tensor.is_complex()) and not bool(torch.isfinite(tensor).all()):
        return "with numbers that are not finite"
    return ""
