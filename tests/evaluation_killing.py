"""An evaluation that kills itself at a chosen moment."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import killing
import pytest
import torch
from evaluating import one_extractor, quick_scores
from killing import at, die, then_die

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


def _evaluate(moment: str, arguments: list[str]) -> None:
    torch.set_num_threads(1)
    with quick_scores(), one_extractor(), pytest.MonkeyPatch.context() as patch:
        _arrange(moment, patch)
        main(["evaluate", *arguments])


killed = partial(killing.killed, _evaluate, ["attnpaint.eval.run", "attnpaint.eval.report"])
"""The exit code of `attnpaint evaluate` that met a moment; one line extractor, scores for nothing."""


def _arrange(moment: str, patch: pytest.MonkeyPatch) -> None:
    match moment:
        case "a painting":
            patch.setattr(NearestBand, "paint", at(8, die, NearestBand.paint))
        case "half a small picture":
            patch.setattr(Path, "replace", at(20, _half, Path.replace))
        case "half a line":
            patch.setattr(Records, "add", at(15, _half_a_line, Records.add))
        case "before a commit":
            patch.setattr(Records, "commit", at(2, die, Records.commit))
        case "after a commit":
            patch.setattr(Records, "commit", at(1, then_die(Records.commit), Records.commit))
        case "half a summary":
            patch.setattr(Path, "replace", _towards("summary.json"))
        case "half a report":
            patch.setattr(Path, "replace", _towards("report.html"))


def _towards(name: str) -> Callable[..., Any]:
    """Path.replace that dies when a file of this name has been half written."""
    replace = Path.replace
    return lambda part, to: (_half if Path(to).name == name else replace)(part, to)


def _half(part: Path, _: object) -> None:
    part.write_bytes(part.read_bytes()[: part.stat().st_size // 2])
    die()


def _half_a_line(records: Any, *_: Any) -> None:
    records._file.write(b'{"painter": "mi')
    records._file.flush()
    die()
