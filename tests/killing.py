"""A training run that kills itself at a chosen moment, in a process of its own."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any

import pytest
import torch

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


def killed(moment: str, arguments: Sequence[str]) -> int:
    """The exit code of `attnpaint train` that met this moment."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["attnpaint.training.loop", "accelerate"])
    process = context.Process(target=_train, args=(moment, list(arguments)))
    process.start()
    process.join(60)
    assert process.exitcode is not None
    return process.exitcode


def _train(moment: str, arguments: list[str]) -> None:
    from attnpaint.cli.app import main

    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patch:
        _arrange(moment, patch)
        main(["train", *arguments])


def _arrange(moment: str, patch: pytest.MonkeyPatch) -> None:
    from attnpaint.training import checkpoint, loop
    from attnpaint.training.tracker import JsonlTracker

    match moment:
        case "within a step":
            step = loop.AdversarialStep
            patch.setattr(step, "_teach_generator", _at(7, _die, step._teach_generator))
        case "half a line":
            patch.setattr(JsonlTracker, "numbers", _at(6, _half_a_line, JsonlTracker.numbers))
        case "half a picture":
            patch.setattr(loop, "write_picture", _at(2, _half_a_file, loop.write_picture))
        case "half a checkpoint":
            patch.setattr(torch, "save", _at(3, _half_a_stream, torch.save))
        case "two checkpoints":  # the third is there, the first not yet removed
            patch.setattr(checkpoint, "checkpoints", _at(3, _die, checkpoint.checkpoints))
        case "half a model":
            patch.setattr(loop, "save_model", _at(3, _die, loop.save_model))
        case "the last model":
            patch.setattr(
                loop, "save_model", _at(LAST, _die, loop.save_model, lambda inputs: inputs[3]["steps"])
            )
        case "the end":
            patch.setattr(JsonlTracker, "finish", _die)


def _at(
    call: int,
    what: Callable[..., Any],
    otherwise: Callable[..., Any],
    number: Callable[[Any], int] | None = None,
) -> Callable[..., Any]:
    """A function whose call `call`, by count or by what `number` says of its inputs, does something else."""
    calls = 0

    def function(*inputs: Any, **options: Any) -> Any:
        nonlocal calls
        calls = number(inputs) if number else calls + 1
        return (what if calls == call else otherwise)(*inputs, **options)

    return function


def _die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _half_a_line(tracker: Any, step: int, values: dict[str, float]) -> None:
    tracker.file.write(f'{{"step": {step}, "lo')
    tracker.file.flush()
    _die()


def _half_a_file(path: Path, _: object) -> None:
    path.write_bytes(b"\x89PNG half a picture")
    _die()


def _half_a_stream(state: object, file: IO[bytes]) -> None:
    file.write(b"PK half a checkpoint" * 1000)
    file.flush()
    _die()
