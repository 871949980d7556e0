"""Checkpoints: whole or not at all, the last two kept."""

import pickle
from pathlib import Path
from typing import Any

import torch

from attnpaint.errors import AttnpaintError
from attnpaint.files import make_folder, replacing

KEPT = 2


def save_checkpoint(folder: Path, step: int, state: dict[str, Any]) -> Path:
    """Write `step-NNNNNNNN.pt` and remove all but the last two."""
    path = make_folder(folder) / f"step-{step:08d}.pt"
    with replacing(path) as part:
        torch.save(state, part)
    for old in checkpoints(folder)[:-KEPT]:
        old.unlink()
    return path


def checkpoints(folder: Path) -> list[Path]:
    """Oldest first."""
    return sorted(folder.glob("step-*.pt"))


def load_checkpoint(path: Path) -> dict[str, Any]:
    """Tensors and plain values only: nothing in the file can run code. AttnpaintError where it is damaged."""
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, EOFError, pickle.UnpicklingError, KeyError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        problem = f"{path} is no checkpoint that can be read ({reason})"
        raise AttnpaintError(problem, "delete it to go on from the one before") from None
    return state
