"""Checkpoints: whole or not at all; the last ones and the best one are kept."""

from pathlib import Path
from typing import Any

import torch

from attnpaint.errors import AttnpaintError
from attnpaint.files import make_folder, replacing


def save_checkpoint(folder: Path, step: int, state: dict[str, Any], keep: int = 2, best: int = 0) -> Path:
    """Write `step-NNNNNNNN.pt`, then remove all but the last `keep` and that of step `best`.

    Raises AttnpaintError where the disk is full; the older ones are still there then.
    """
    path = _path(folder, step)
    make_folder(folder)
    with replacing(path) as part, part.open("wb") as file:
        try:
            torch.save(state, file)
        except RuntimeError as error:  # torch's own, about positions, hides the full disk's
            raise error.__context__ if isinstance(error.__context__, OSError) else error from None
    for old in checkpoints(folder)[:-keep]:
        if old != _path(folder, best):
            old.unlink()
    return path


def checkpoints(folder: Path) -> list[Path]:
    """Oldest first."""
    return sorted(folder.glob("step-*.pt"))


def step_of(path: Path) -> int:
    return int(path.stem.removeprefix("step-"))


def load_checkpoint(path: Path) -> dict[str, Any]:
    """Tensors and plain values only: nothing in the file can run code. AttnpaintError where it is damaged."""
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        if not isinstance(state, dict):
            raise ValueError("it holds something else")
    except Exception as error:  # nobody documents what the unpickler raises at damaged files
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        problem = f"{path} is no checkpoint that can be read ({reason})"
        raise AttnpaintError(problem, "delete it to go on from the one before") from None
    return state


def _path(folder: Path, step: int) -> Path:
    return folder / f"step-{step:08d}.pt"
