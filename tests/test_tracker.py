"""Trackers: one object per step in metrics.jsonl, the same and pictures in Weights & Biases, or nothing."""

import json
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from attnpaint.cli.app import main
from attnpaint.errors import AttnpaintError
from attnpaint.images import read_picture
from attnpaint.training.tracker import (
    Example,
    JsonlTracker,
    NoTracker,
    Shown,
    Tracker,
    TrackerName,
)
from attnpaint.training.wandb_tracker import make_tracker

GREY = np.full((8, 8, 3), 100, np.uint8)
EXAMPLES = [Example(GREY, GREY + 1, GREY + 2, GREY + 3, psnr=20.5 + i, palette_distance=7.25) for i in (0, 1)]


def lines(folder: Path, name: str = "metrics.jsonl") -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / name).read_text().splitlines()]


def record(folder: Path, first: int, *steps: int) -> None:
    tracker = make_tracker(TrackerName.jsonl, folder, first, {})
    for step in steps:
        tracker.numbers(step, {"loss": step / 3})
    tracker.close()


def model_folder(folder: Path) -> Path:
    (folder / "model").mkdir()
    (folder / "model/model.safetensors").write_bytes(b"weights")
    (folder / "model/config.json").write_text("{}")
    return folder / "model"


def test_jsonl_holds_an_object_per_step_to_the_last_digit(tmp_path: Path) -> None:
    record(tmp_path, 0, 1, 2)
    assert lines(tmp_path) == [{"step": 1, "loss": 1 / 3}, {"step": 2, "loss": 2 / 3}]


def test_a_step_is_on_disk_as_soon_as_it_is_tracked(tmp_path: Path) -> None:
    tracker = JsonlTracker(tmp_path, 0)
    tracker.numbers(1, {"loss": 0.5})
    assert lines(tmp_path) == [{"step": 1, "loss": 0.5}]
    tracker.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("steps", [1, 3])
def test_a_full_disk_is_one_line(tmp_path: Path, steps: int) -> None:
    (tmp_path / "metrics.jsonl").symlink_to("/dev/full")
    tracker = JsonlTracker.__new__(JsonlTracker)
    tracker.file = (tmp_path / "metrics.jsonl").open("a", encoding="utf-8", buffering=1)
    for step in range(steps):
        with pytest.raises(
            AttnpaintError, match=r"metrics.jsonl cannot be written \(no space left on device\)"
        ):
            tracker.numbers(step, {"loss": 0.5})
    tracker.close()  # nor is it told once more


def test_a_file_of_numbers_that_cannot_be_opened_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(AttnpaintError, match=r"gone/metrics\.jsonl cannot be written"):
        JsonlTracker(tmp_path / "gone", 0)


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


def test_at_the_end_the_examples_lie_in_the_run_folder(tmp_path: Path) -> None:
    tracker = JsonlTracker(tmp_path, 0)
    tracker.finish(EXAMPLES, model_folder(tmp_path))
    tracker.close()
    first, second = lines(tmp_path, "examples.jsonl")
    assert (first["psnr"], second["psnr"], first["palette_distance"]) == (20.5, 21.5, 7.25)
    assert (read_picture(tmp_path / first["sketch"]) == GREY).all()
    assert (read_picture(tmp_path / second["truth"]) == GREY + 3).all()
    assert len(list((tmp_path / "examples").iterdir())) == 8


def test_none_writes_nothing(tmp_path: Path) -> None:
    tracker = make_tracker(TrackerName.none, tmp_path, 0, {})
    assert type(tracker) is NoTracker
    tracker.numbers(1, {"loss": 1.0})
    tracker.pictures(1, {"validation": Shown(GREY)})
    tracker.finish(EXAMPLES, tmp_path)
    tracker.close()
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def nobody_logged_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a fresh machine: no key, nothing in the home folder."""
    pytest.importorskip("wandb")
    for name in ("WANDB_API_KEY", "WANDB_MODE", "WANDB_PROJECT", "WANDB_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HOME", "WANDB_CONFIG_DIR", "WANDB_CACHE_DIR", "WANDB_DATA_DIR"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("NETRC", str(tmp_path / "home/.netrc"))
    monkeypatch.setenv("WANDB_SILENT", "true")


def records(run: Path) -> Iterator[Any]:
    """What an offline run has written: a LevelDB log of protobuf messages, after a head of seven bytes."""
    import wandb
    from wandb.proto.wandb_internal_pb2 import Record

    wandb.teardown()  # its process writes the last of it as it ends
    (path,) = run.glob("*.wandb")
    data, place, parts = path.read_bytes(), 7, b""
    while place + 7 <= len(data):
        if 32768 - place % 32768 < 7:  # the rest of a block is too short for a head
            place += 32768 - place % 32768
            continue
        length, kind = struct.unpack("<HB", data[place + 4 : place + 7])
        parts += data[place + 7 : place + 7 + length]
        place += 7 + length
        if kind in (1, 4):  # whole, or the last part
            yield Record.FromString(parts)
            parts = b""


def history(run: Path) -> list[dict[str, Any]]:
    """A row per step; what is logged as an object is one again."""
    rows: list[dict[str, Any]] = []
    for record in records(run):
        if record.HasField("history"):
            rows.append({})
            for item in record.history.item:
                *parents, name = item.nested_key or [item.key]
                place = rows[-1]
                for parent in parents:
                    place = place.setdefault(parent, {})
                place[name] = json.loads(item.value_json)
    return rows


def artifacts(run: Path) -> dict[str, Any]:
    """The files in each artifact, by the artifact's type."""
    logged = [r.request.log_artifact.artifact for r in records(run) if r.request.HasField("log_artifact")]
    logged += [r.artifact for r in records(run) if r.HasField("artifact")]
    return {artifact.type: artifact.manifest.contents for artifact in logged}


def offline_runs(folder: Path) -> list[Path]:
    return sorted((folder / "wandb").glob("offline-run-*"))


def wandb_run(folder: Path, first: int, *steps: int) -> Tracker:
    tracker = make_tracker(TrackerName.wandb, folder, first, {"training": {"steps": 2}})
    for step in steps:
        tracker.pictures(step, {"attention/gate-1": Shown(GREY + step, f"gate 1 of 1 · step {step}")})
        tracker.numbers(step, {"loss": 1 / step, "lr/generator": 1e-4})
    return tracker


@pytest.mark.usefixtures("nobody_logged_in")
def test_wandb_keeps_numbers_pictures_captions_the_table_and_the_model_in_an_offline_run(
    tmp_path: Path,
) -> None:
    tracker = wandb_run(tmp_path, 0, 1, 2)
    tracker.finish(EXAMPLES, model_folder(tmp_path))
    tracker.close()
    assert [line["step"] for line in lines(tmp_path)] == [1, 2]
    assert len(lines(tmp_path, "examples.jsonl")) == 2

    (run,) = offline_runs(tmp_path)
    assert run.name.endswith((tmp_path / "wandb-id").read_text())
    rows = history(run)
    assert [row["_step"] for row in rows] == [1, 2]
    assert [row["loss"] for row in rows] == [1, 0.5]
    assert rows[0]["lr/generator"] == 1e-4
    for step, row in enumerate(rows, 1):
        shown = row["attention/gate-1"]
        assert shown["caption"] == f"gate 1 of 1 · step {step}"
        assert (read_picture(run / "files" / shown["path"]) == GREY + step).all()

    table = json.loads((run / "files" / rows[1]["examples"]["path"]).read_text())
    assert table["columns"] == ["sketch", "reference", "painted", "truth", "psnr", "palette distance"]
    assert [row[4:] for row in table["data"]] == [[20.5, 7.25], [21.5, 7.25]]
    found = artifacts(run)
    files = {file.path: Path(file.local_path) for file in found["run_table"]}
    (table_file,) = (path for name, path in files.items() if name.endswith(".table.json"))
    truth = json.loads(table_file.read_text())["data"][0][3]
    assert (read_picture(files[truth["path"]]) == GREY + 3).all()
    assert {file.path for file in found["model"]} == {"model.safetensors", "config.json"}


@pytest.mark.usefixtures("nobody_logged_in")
def test_a_resumed_run_goes_on_under_the_same_id(tmp_path: Path) -> None:
    wandb_run(tmp_path, 0, 1, 2).close()
    wandb_run(tmp_path, 1, 2, 3).close()
    first, second = offline_runs(tmp_path)
    ids = {r.run.run_id for run in (first, second) for r in records(run) if r.HasField("run")}
    assert ids == {(tmp_path / "wandb-id").read_text()}
    assert [[row["_step"] for row in history(run)] for run in (first, second)] == [[1, 2], [2, 3]]


@pytest.mark.usefixtures("nobody_logged_in")
def test_training_shows_its_sheets_a_heat_map_per_gate_and_the_pointer_maps(
    tmp_path: Path, layouts: dict[str, Path], tiny: list[str]
) -> None:
    run = tmp_path / "run"
    arguments = ["--data", str(layouts["named"]), "--out", str(run), "--tracker", "wandb", "--steps", "1"]
    assert main(["train", *arguments, *tiny]) == 0
    assert lines(run)[0]["step"] == 1
    (offline,) = offline_runs(run)
    (row,) = history(offline)
    assert row["attention/gate-1"]["caption"].startswith("gate 1 of 1 · 1/2 of the drawing (16×16) · mean 0.")
    names = {"validation", "reference-swap", "attention/gate-1", "attention/pointer"}
    assert {name for name, value in row.items() if isinstance(value, dict) and "caption" in value} == names
    for name in names:
        shown = read_picture(offline / "files" / row[name]["path"])
        assert (shown == read_picture(run / name / "00000001.png")).all()
    assert row["examples"]["nrows"] == len(lines(run, "examples.jsonl")) == 8
    assert row["validation/psnr"] == lines(run)[0]["validation/psnr"]


@pytest.mark.usefixtures("nobody_logged_in")
def test_wandb_mode_is_respected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANDB_MODE", "disabled")
    tracker = wandb_run(tmp_path, 0, 1)
    tracker.finish(EXAMPLES, model_folder(tmp_path))
    tracker.close()
    assert [line["step"] for line in lines(tmp_path)] == [1]
    assert not (tmp_path / "wandb").exists()


class Broken:
    """A run whose process has died; `step` was reached before it was resumed."""

    disabled, id, step = False, "broken", 0
    config: dict[str, Any]

    def log(self, values: dict[str, Any], step: int | None = None) -> None:
        raise BrokenPipeError("the pipe is gone")

    def finish(self) -> None:
        raise AssertionError("nobody waits for a broken run")


@pytest.mark.usefixtures("nobody_logged_in")
def test_a_failure_of_wandb_is_one_line_and_the_training_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("wandb.init", lambda **options: Broken())
    tracker = wandb_run(tmp_path, 0, 1, 2)
    tracker.finish(EXAMPLES, model_folder(tmp_path))
    tracker.close()
    assert [line["step"] for line in lines(tmp_path)] == [1, 2]
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert said.startswith("attnpaint: W&B failed (the pipe is gone); the training goes on")


@pytest.mark.usefixtures("nobody_logged_in")
def test_a_server_that_does_not_answer_makes_the_run_an_offline_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import wandb

    begin, tried = wandb.init, []

    def unreachable(**options: Any) -> Any:
        tried.append(options["mode"])
        if options["mode"] == "online":
            raise wandb.errors.CommError("no route to host")
        return begin(**options)

    monkeypatch.setattr("wandb.init", unreachable)
    monkeypatch.setattr("wandb.login", lambda **options: True)
    wandb_run(tmp_path, 0, 1).close()
    assert tried == ["online", "offline"]
    assert [row["_step"] for row in history(offline_runs(tmp_path)[0])] == [1]
    assert capsys.readouterr().err.startswith("attnpaint: W&B does not answer (no route to host); ")


@pytest.mark.usefixtures("nobody_logged_in")
def test_what_wandb_has_already_is_not_sent_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[int | None] = []

    class Resumed(Broken):
        step = 3

        def log(self, values: dict[str, Any], step: int | None = None) -> None:
            sent.append(step)

        def finish(self) -> None: ...

    monkeypatch.setattr("wandb.init", lambda **options: Resumed())
    tracker = make_tracker(TrackerName.wandb, tmp_path, 1, {})
    for step in (2, 3, 4):
        tracker.numbers(step, {"loss": 1.0})
    tracker.close()
    assert sent == [3, 4]
    assert [line["step"] for line in lines(tmp_path)] == [2, 3, 4]


def test_without_wandb_its_tracker_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "wandb", None)
    with pytest.raises(AttnpaintError, match="wandb is not installed; run: pip install"):
        make_tracker(TrackerName.wandb, tmp_path, 0, {})
    assert list(tmp_path.iterdir()) == []
