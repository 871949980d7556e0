"""An evaluation killed with SIGKILL: the same command goes on, and ends with the same report."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from evaluating import corpus, one_extractor, quick_scores
from evaluation_killing import MOMENTS, killed
from models import tiny_model

from attnpaint.cli.app import main
from attnpaint.eval.records import Records

pytestmark = pytest.mark.slow

PICTURES = 3


@pytest.fixture(scope="module", autouse=True)
def quick() -> Iterator[None]:
    with quick_scores(), one_extractor():
        yield


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures, a model, and an evaluation without a break in `whole`."""
    workspace = tmp_path_factory.mktemp("workspace")
    corpus(workspace / "in", PICTURES)
    tiny_model(workspace / "mine")
    assert main(["evaluate", *command(workspace, workspace / "whole")]) == 0
    return workspace


def command(workspace: Path, out: Path) -> list[str]:
    fixed = ("--size", "64", "--device", "cpu", "--workers", "1")
    return [str(workspace / "mine"), "--data", str(workspace / "in"), "--out", str(out), *fixed]


def found(out: Path) -> dict[str, bytes]:
    """Every file but the journal, hidden ones too."""
    files = [path for path in out.rglob("*") if path.is_file() and ".evaluate.sqlite" not in path.name]
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in files}


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_anywhere_the_same_command_goes_on_to_the_same_report(
    workspace: Path, tmp_path: Path, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    assert killed(moment, command(workspace, out)) == -signal.SIGKILL
    committed: list[int] = []
    commit = Records.commit

    def committing(records: Records, done: int) -> None:
        committed.append(done)
        commit(records, done)

    monkeypatch.setattr(Records, "commit", committing)
    assert main(["evaluate", *command(workspace, out)]) == 0
    left = {"after a commit": [2, 3, 3], "before a commit": [2, 3, 3]}
    if moment in left:  # pictures that were judged are not judged again
        assert committed == left[moment]
    whole = found(workspace / "whole")
    assert {"report.html", "report.json", "records.jsonl", "summary.json"} <= whole.keys()
    assert found(out) == whole
