"""`attnpaint colorize` with many drawings: what is wrong for all of them is told once, before any work."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from painting import drawing, recipe_of, saved
from tiny_model import TINY

from attnpaint.cli.app import main
from attnpaint.config import Recipe
from attnpaint.images import write_picture

NETWORKS = {
    "points": Recipe("points", generator=TINY),
    "mixes": Recipe("mixes", generator=replace(TINY, head="rgb")),
    "hinted": recipe_of("chainer-unet", "hint-image"),
}


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with drawings/f1.png, f2.png and f10.png, one.png and model folders."""
    monkeypatch.chdir(tmp_path)
    Path("drawings").mkdir()
    for number in (1, 2, 10):
        write_picture(f"drawings/f{number}.png", drawing())
    write_picture("one.png", np.random.default_rng(0).integers(0, 256, (32, 32, 3), dtype=np.uint8))
    for name, recipe in NETWORKS.items():
        saved(tmp_path / name, recipe)
    Path("bad.json").write_text("no palette")
    Path("note.png").write_text("no picture")
    rows = [
        f"drawings/f1.png,one.png,a.{suffix}\ndrawings/f2.png,one.png,b.png\n" for suffix in ("psd", "ora")
    ]
    Path("psd.csv").write_text(rows[0])
    Path("ora.csv").write_text(rows[1])
    return tmp_path


def colorize(*arguments: str, model: str = "points") -> int:
    return main(["colorize", "--device", "cpu", "--model", model, *arguments])


ALL = ["drawings", "-o", "out"]


@pytest.mark.parametrize(
    ("arguments", "model", "code", "says"),
    [
        ([*ALL, "--ref", "one.png", "--palette", "bad.json"], "points", 2, "instead of --ref, and both"),
        ([*ALL, "--ref", "one.png", "--engine", "onnx", "--dtype", "fp32"], "points", 2, "not --dtype fp32"),
        ([*ALL, "--ref", "one.png", "--engine", "onnx", "--dtype", "bf16"], "points", 2, "not --dtype bf16"),
        ([*ALL, "--ref", "one.png", "--engine", "onnx", "--device", "mps"], "points", 2, "not --device mps"),
        ([*ALL, "--palette", "bad.json"], "points", 1, "bad.json"),
        ([*ALL, "--ref", "note.png"], "points", 1, "note.png is not a picture"),
        ([*ALL, "--ref", "one.png", "--work-size", "10"], "points", 2, "give a work size of 64 to 2048"),
        ([*ALL, "--ref", "one.png", "--swap", "#ff00ff=#00ff00"], "grey", 2, "no colour like #ff00ff"),
        (
            [*ALL, "--ref", "one.png", "--frames"],
            "mixes",
            2,
            "mixes does not point at any; leave out --frames",
        ),
        (["--pairs", "psd.csv", "--no-lines"], "points", 2, "a.psd: such a file holds the lines"),
        (["--pairs", "ora.csv", "--no-lines"], "points", 2, "a.ora: such a file holds the lines"),
        ([*ALL, "--ref", "one.png", "--hue", "9"], "hinted", 2, "no palette that could be changed"),
    ],
)
def test_what_is_wrong_for_all_is_told_once(
    arguments: list[str],
    model: str,
    code: int,
    says: str,
    workspace: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if model == "grey":
        write_picture("one.png", np.full((32, 32, 3), 128, np.uint8))
    capsys.readouterr()
    assert colorize(*arguments, model=model.replace("grey", "points")) == code
    said = capsys.readouterr().err
    assert says in said
    assert said.count("\n") == 1
    assert not Path("out").exists()


def test_what_is_wrong_for_one_of_several_references_stops_no_other(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("p.csv").write_text("drawings/f1.png,one.png,a.png\ndrawings/f2.png,note.png,b.png\n")
    assert colorize("--pairs", "p.csv") == 3
    assert "note.png is not a picture" in capsys.readouterr().err
    assert Path("a.png").exists()


def test_a_model_is_not_asked_where_nothing_is_left_to_paint(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("out").mkdir()
    for number in (1, 2, 10):
        Path(f"out/f{number}.png").write_bytes(b"an older picture")
    Path("points/model.safetensors").write_bytes(b"no weights")
    assert colorize(*ALL, "--ref", "one.png", "--skip-existing") == 0
    assert capsys.readouterr().err.endswith(", 3 there already\n")


def test_what_a_model_does_not_look_at_is_told_once_and_by_its_name(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = "tiny chainer-unet takes no reference: {} is not looked at\n"
    assert colorize(*ALL, "--ref", "one.png", model="hinted") == 0
    assert capsys.readouterr().err.count(told.format("one.png")) == 1
    Path("p.csv").write_text("drawings/f1.png,one.png,a.png\n")
    assert colorize("--pairs", "p.csv", model="hinted") == 0
    assert capsys.readouterr().err.count(told.format("the column reference of p.csv")) == 1
    Path("q.csv").write_text("sketch,output\ndrawings/f1.png,b.png\n")
    assert colorize("--pairs", "q.csv", model="hinted") == 0
    assert "is not looked at" not in capsys.readouterr().err


def test_frames_are_painted_in_their_natural_order(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    by_shell = [f"drawings/f{number}.png" for number in (1, 10, 2)]
    order = {
        "o": ([*by_shell, "--ref", "one.png", "--frames"], [1, 2, 10]),
        "p": ([*by_shell, "--ref", "one.png"], [1, 10, 2]),
        "q": (["--pairs", "frames.csv", "--frames"], [1, 10, 2]),  # as they are listed
    }
    Path("frames.csv").write_text("".join(f"{name},one.png\n" for name in by_shell))
    for folder, (given, numbers) in order.items():
        capsys.readouterr()
        assert colorize(*given, "-o", folder, "--json") == 0
        done = json.loads(capsys.readouterr().out)["done"]
        assert [one["sketch"] for one in done] == [f"drawings/f{number}.png" for number in numbers]
