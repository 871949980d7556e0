"""Trackers: one object per step in metrics.jsonl, the same and pictures in Weights & Biases, or nothing."""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from attnpaint.cli.app import main
from attnpaint.errors import AttnpaintError
from attnpaint.training.tracker import JsonlTracker, NoTracker, TrackerName, make_tracker


def lines(folder: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]


def record(folder: Path, first: int, *steps: int) -> None:
    tracker = make_tracker(TrackerName.jsonl, folder, first, {})
    for step in steps:
        tracker.numbers(step, {"loss": step / 3})
    tracker.close()


def test_jsonl_holds_an_object_per_step_to_the_last_digit(tmp_path: Path) -> None:
    record(tmp_path, 0, 1, 2)
    assert lines(tmp_path) == [{"step": 1, "loss": 1 / 3}, {"step": 2, "loss": 2 / 3}]


def test_a_step_is_on_disk_as_soon_as_it_is_tracked(tmp_path: Path) -> None:
    tracker = JsonlTracker(tmp_path / "metrics.jsonl", 0)
    tracker.numbers(1, {"loss": 0.5})
    assert lines(tmp_path) == [{"step": 1, "loss": 0.5}]
    tracker.close()


def test_steps_that_will_be_done_again_are_dropped_and_so_is_half_a_line(tmp_path: Path) -> None:
    record(tmp_path, 0, 1, 2, 3, 4)
    with (tmp_path / "metrics.jsonl").open("a") as file:
        file.write('{"step": 2, "lo')
    record(tmp_path, 2, 3, 4, 5)
    assert [line["step"] for line in lines(tmp_path)] == [1, 2, 3, 4, 5]


def test_a_run_from_the_start_begins_an_empty_file(tmp_path: Path) -> None:
    record(tmp_path, 0, 1, 2)
    record(tmp_path, 0, 1)
    assert [line["step"] for line in lines(tmp_path)] == [1]


def test_none_writes_nothing(tmp_path: Path) -> None:
    tracker = make_tracker(TrackerName.none, tmp_path, 0, {})
    assert type(tracker) is NoTracker
    tracker.numbers(1, {"loss": 1.0})
    tracker.pictures(1, {"validation": np.zeros((4, 4, 3), np.uint8)})
    tracker.close()
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def nobody_logged_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a fresh machine: no key, nothing in the home folder."""
    pytest.importorskip("wandb")
    for name in ("WANDB_API_KEY", "WANDB_MODE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HOME", "WANDB_CONFIG_DIR", "WANDB_CACHE_DIR", "WANDB_DATA_DIR"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("NETRC", str(tmp_path / "home/.netrc"))
    monkeypatch.setenv("WANDB_SILENT", "true")


@pytest.mark.usefixtures("nobody_logged_in")
def test_wandb_writes_an_offline_run_with_numbers_and_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WANDB_MODE", "offline")
    tracker = make_tracker(TrackerName.wandb, tmp_path, 0, {"training": {"steps": 2}})
    for step in (1, 2):
        picture = np.full((8, 8, 3), 100 * step, np.uint8)
        tracker.pictures(step, {"validation": picture, "attention/gate-1": picture})
        tracker.numbers(step, {"loss": 1 / step})
    tracker.close()
    assert [line["step"] for line in lines(tmp_path)] == [1, 2]
    (run,) = (tmp_path / "wandb").glob("offline-run-*")
    identity = (tmp_path / "wandb-id").read_text()
    assert run.name.endswith(identity)
    assert (run / f"run-{identity}.wandb").stat().st_size > 0
    shown = [path.relative_to(run / "files/media/images").as_posix() for path in run.rglob("*.png")]
    assert sorted(name.split("_")[0] for name in shown) == ["attention/gate-1"] * 2 + ["validation"] * 2


@pytest.mark.usefixtures("nobody_logged_in")
def test_training_shows_its_sheet_a_heat_map_per_gate_and_the_pointer_maps(
    tmp_path: Path, layouts: dict[str, Path], tiny: list[str]
) -> None:
    run = tmp_path / "run"
    arguments = ["--data", str(layouts["named"]), "--out", str(run), "--tracker", "wandb", "--steps", "1"]
    assert main(["train", *arguments, *tiny]) == 0
    shown = {path.relative_to(run).as_posix().split("/images/")[1] for path in run.glob("wandb/*/**/*.png")}
    assert {name.split("_")[0] for name in shown} == {"validation", "attention/gate-1", "attention/pointer"}
    assert lines(run)[0]["step"] == 1


@pytest.mark.usefixtures("nobody_logged_in")
def test_wandb_is_offline_when_nobody_is_logged_in_and_a_resumed_run_keeps_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[dict[str, Any]] = []
    monkeypatch.setattr("wandb.init", lambda **options: begun.append(options))
    for _ in range(2):
        make_tracker(TrackerName.wandb, tmp_path, 0, {})
    assert [options["mode"] for options in begun] == ["offline", "offline"]
    assert begun[0]["id"] == begun[1]["id"] == (tmp_path / "wandb-id").read_text()


def test_without_wandb_its_tracker_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "wandb", None)
    with pytest.raises(AttnpaintError, match="wandb is not installed; run: pip install"):
        make_tracker(TrackerName.wandb, tmp_path, 0, {})
