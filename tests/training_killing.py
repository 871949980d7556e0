"""A training run that kills itself at a chosen moment."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import IO, Any

import killing
import pytest
import torch
from killing import at, die

LAST = 9  # step
MOMENTS = (
    "within a step",
    "half a line",
    "half a picture",
    "half a checkpoint",
    "two checkpoints",
    "half a model",
    "the last model",
    "the end",
)


def train(moment: str, arguments: Sequence[str]) -> None:
    """`attnpaint train`, which does not survive the moment."""
    from attnpaint.cli.app import main

    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patch:
        arrange(moment, patch)
        main(["train", *arguments])


killed = partial(killing.killed, train, ["attnpaint.training.loop", "accelerate"])
"""The exit code of `attnpaint train` that met a moment."""


def arrange(moment: str, patch: pytest.MonkeyPatch) -> None:
    from attnpaint.training import loop, run_folder
    from attnpaint.training.tracker import JsonlTracker

    match moment:
        case "within a step":
            step = loop.AdversarialStep
            patch.setattr(step, "_teach_generator", at(7, die, step._teach_generator))
        case "half a line":
            patch.setattr(JsonlTracker, "numbers", at(6, half_a_line, JsonlTracker.numbers))
        case "half a picture":
            patch.setattr(loop, "write_picture", at(2, half_a_file, loop.write_picture))
        case "half a checkpoint":
            patch.setattr(torch, "save", at(3, half_a_stream, torch.save))
        case "two checkpoints":  # the third is there, the first not yet removed
            patch.setattr(run_folder, "checkpoints", at(3, die, run_folder.checkpoints))
        case "half a model":
            patch.setattr(loop, "save_model", at(3, die, loop.save_model))
        case "the last model":
            patch.setattr(
                loop, "save_model", at(LAST, die, loop.save_model, lambda inputs: inputs[3]["steps"])
            )
        case "the end":
            patch.setattr(JsonlTracker, "finish", die)


def half_a_line(tracker: Any, step: int, values: dict[str, float]) -> None:
    tracker.file.write(f'{{"step": {step}, "lo')
    tracker.file.flush()
    die()


def half_a_file(path: Path, _: object) -> None:
    path.write_bytes(b"\x89PNG half a picture")
    die()


def half_a_stream(state: object, file: IO[bytes]) -> None:
    file.write(b"PK half a checkpoint" * 1000)
    file.flush()
    die()
