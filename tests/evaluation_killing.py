"""An evaluation that kills itself at a chosen moment, in a process of its own."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from evaluating import one_extractor, quick_scores

from attnpaint.cli.app import main
from attnpaint.eval.painters import NearestBand
from attnpaint.eval.records import Records

MOMENTS = (
    "a painting",
    "half a small picture",
    "half a line",
    "before a commit",
    "after a commit",
    "half a summary",
    "half a report",
)


def killed(moment: str, arguments: Sequence[str]) -> int:
    """The exit code of `attnpaint evaluate` that met this moment; one line extractor, scores for nothing."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["attnpaint.eval.run", "attnpaint.eval.report"])
    process = context.Process(target=_evaluate, args=(moment, list(arguments)))
    process.start()
    process.join(60)
    assert process.exitcode is not None
    return process.exitcode


def _evaluate(moment: str, arguments: list[str]) -> None:
    torch.set_num_threads(1)
    with quick_scores(), one_extractor(), pytest.MonkeyPatch.context() as patch:
        _arrange(moment, patch)
        main(["evaluate", *arguments])


def _arrange(moment: str, patch: pytest.MonkeyPatch) -> None:
    match moment:
        case "a painting":
            patch.setattr(NearestBand, "paint", _at(8, _die, NearestBand.paint))
        case "half a small picture":
            patch.setattr(Path, "replace", _at(20, _half, Path.replace))
        case "half a line":
            patch.setattr(Records, "add", _at(15, _half_a_line, Records.add))
        case "before a commit":
            patch.setattr(Records, "commit", _at(2, _die, Records.commit))
        case "after a commit":
            patch.setattr(Records, "commit", _at(1, _then_die(Records.commit), Records.commit))
        case "half a summary":
            patch.setattr(Path, "replace", _towards("summary.json"))
        case "half a report":
            patch.setattr(Path, "replace", _towards("report.html"))


def _at(call: int, what: Callable[..., Any], otherwise: Callable[..., Any]) -> Callable[..., Any]:
    """A function that does something else at its so-many-th call."""
    calls = 0

    def function(*inputs: Any) -> Any:
        nonlocal calls
        calls += 1
        return (what if calls == call else otherwise)(*inputs)

    return function


def _die(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _then_die(method: Callable[..., Any]) -> Callable[..., Any]:
    def function(*inputs: Any) -> None:
        method(*inputs)
        _die()

    return function


def _towards(name: str) -> Callable[..., Any]:
    """Path.replace that dies when a file of this name has been half written."""
    replace = Path.replace
    return lambda part, to: (_half if Path(to).name == name else replace)(part, to)


def _half(part: Path, _: object) -> None:
    part.write_bytes(part.read_bytes()[: part.stat().st_size // 2])
    _die()


def _half_a_line(records: Any, *_: Any) -> None:
    records._file.write(b'{"painter": "mi')
    records._file.flush()
    _die()
