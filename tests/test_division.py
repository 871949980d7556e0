"""A batch may be taken in parts and shared by processes: the losses are those of the whole batch."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from attnpaint.cli.app import main
from attnpaint.data.loading import piece_of
from attnpaint.errors import UsageError

EVERYTHING = (
    "training.precision=fp32",
    "discriminator.norm=none",  # spectral norm moves a little at every look
    'discriminator.augment=["color", "shift", "cutout"]',
    "loss.lecam=0.3",
    "loss.r1=10.0",
    "loss.r1_every=2",
)
COMPARED = (
    "loss",
    "l1",
    "discriminator",
    "r1",
    "adversarial",
    "grad_norm/generator",
    "grad_norm/discriminator",
)


@pytest.fixture(scope="module")
def arguments(layouts: dict[str, Path], tiny: list[str]) -> list[str]:
    settings = [f"--set={setting}" for setting in EVERYTHING]
    return ["train", "--data", str(layouts["named"]), "--steps", "4", *tiny, *settings]


@pytest.fixture(scope="module")
def whole(arguments: list[str], tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, float]]:
    run = tmp_path_factory.mktemp("runs") / "whole"
    assert main([*arguments, "--out", str(run)]) == 0
    return losses(run)


def losses(run: Path) -> list[dict[str, float]]:
    found = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    return [{name: line[name] for name in COMPARED if name in line} for line in found]


def assert_alike(found: list[dict[str, float]], wanted: list[dict[str, float]]) -> None:
    assert {"discriminator", "r1"} <= wanted[2].keys()
    for one, other in zip(found, wanted, strict=True):
        assert one == pytest.approx(other, rel=1e-4, abs=1e-9)


def test_a_batch_in_two_parts(arguments: list[str], whole: list[dict[str, float]], tmp_path: Path) -> None:
    assert main([*arguments, "--set", "training.accumulate=2", "--out", str(tmp_path / "run")]) == 0
    assert_alike(losses(tmp_path / "run"), whole)


@pytest.mark.slow
def test_a_batch_shared_by_two_processes(
    arguments: list[str], whole: list[dict[str, float]], tmp_path: Path
) -> None:
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    command = [*launcher, "-m", "attnpaint", *arguments, "--out", str(tmp_path / "run")]
    done = subprocess.run(
        command, env=os.environ | {"OMP_NUM_THREADS": "1"}, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert_alike(losses(tmp_path / "run"), whole)
    assert done.stderr.count("done: 4 steps") == 1  # one of them speaks
    assert "2 processes" in done.stderr
    assert done.stdout == ""


def test_a_batch_that_cannot_be_divided_is_told_before_the_run(
    layouts: dict[str, Path], tiny: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ["--data", str(layouts["pictures"]), "--validation", str(layouts["named"])]
    run = ["--out", str(tmp_path / "run"), "--set", "data.batch_size=5", "--set", "training.accumulate=2"]
    assert main(["train", *data, *tiny, *run]) == 2
    told = capsys.readouterr().err.splitlines()[-1]
    assert "a batch of 5 cannot be taken in 2 parts by 1 processes; give --set data.batch_size=6" in told
    assert not list((tmp_path / "run").glob("*.json"))


def test_a_process_has_its_piece_of_each_part() -> None:
    assert piece_of(12, 2, 3) == 2
    with pytest.raises(UsageError, match=r"give --set data\.batch_size=12"):
        piece_of(8, 2, 3)
