"""`attnpaint doctor`: a set-up that works is told so, and each part that does not, with what to do."""

import json
import shutil
import socket
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import psutil
import pytest

from attnpaint.cli import doctor as module
from attnpaint.cli.app import main
from attnpaint.cli.doctor import examine
from attnpaint.cli.packages import version_of
from attnpaint.errors import AttnpaintError
from attnpaint.inference.coloring import Coloring
from attnpaint.inference.onnx_engine import OnnxEngine
from attnpaint.model.model_config import DEFAULT_MODEL


def found(part: str, model: Path | None = None) -> tuple[str, str]:
    (finding,) = [one for one in examine(model) if one.part == part]
    return finding.state, finding.told


def test_this_set_up_works(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0].split(None, 1)[1] for line in lines] == [
        "packages", "model", "engine", "memory", "temporary files", "painting", "page",
    ]  # fmt: skip
    assert not [line for line in lines if line.startswith("PROBLEM")]


@pytest.mark.parametrize("damage", ["weights", "config", "gone"])
def test_a_damaged_model_is_a_problem_and_the_rest_is_tried_all_the_same(
    damage: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = tmp_path / "model"
    shutil.copytree(DEFAULT_MODEL, model, ignore=shutil.ignore_patterns("ancestor"))
    if damage == "weights":
        with (model / "model.safetensors").open("r+b") as file:
            file.seek(1_000_000)
            file.write(b"damaged")
    elif damage == "config":
        (model / "config.json").write_text("{")
    else:
        shutil.rmtree(model)
    assert main(["doctor", "--json", "--model", str(model)]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["works"] is False
    states = {one["part"]: one["state"] for one in told["findings"]}
    assert states["model"] == "problem"
    assert states["packages"] == states["memory"] == "ok"
    assert all("\n" not in one["told"] for one in told["findings"])


@pytest.mark.parametrize("name", ["numpy", "rich", "typer"])
def test_a_package_that_is_too_old_is_a_problem(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "attnpaint.cli.packages.version_of", lambda one: "0.0.1" if one == name else version_of(one)
    )
    state, told = found("packages")
    assert state == "problem"
    assert f'pip install -U "{name}>=' in told


def test_opencv_twice_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("attnpaint.cli.packages.version_of", lambda one: version_of(one) or "9.9")
    state, told = found("packages")
    assert state == "problem"
    assert "opencv-python opencv-python-headless" in told


def test_little_memory_and_no_room_are_problems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=2**28, total=2**33))
    assert found("memory") == ("problem", "0.2 GiB free; close other programs")
    monkeypatch.setattr(module.shutil, "disk_usage", lambda _: SimpleNamespace(free=2**20))
    state, told = found("temporary files")
    assert state == "problem"
    assert "TMPDIR" in told


def test_no_port_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError("Operation not permitted")

    monkeypatch.setattr(socket.socket, "bind", refused)
    state, told = found("page")
    assert state == "problem"
    assert "Operation not permitted" in told


def test_without_the_pages_packages_there_is_a_note_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "attnpaint.cli.packages.version_of", lambda one: None if one == "fastapi" else version_of(one)
    )
    state, told = found("page")
    assert state == "note"
    assert "fastapi" in told


@pytest.mark.parametrize("graph", ["model.onnx", "regions.onnx"])
def test_a_graph_that_cannot_be_used_is_told_though_torch_paints(graph: str, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    model = tmp_path / "model"
    shutil.copytree(DEFAULT_MODEL, model, ignore=shutil.ignore_patterns("ancestor"))
    (model / graph).write_bytes(b"damaged")
    state, told = found("painting", model)
    assert state == "note"
    assert "torch paints, as the graph cannot be used" in told


@pytest.mark.parametrize("finish", ["flat", "painted"])
@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_picture_without_colour_is_a_problem_in_either_finish(
    finish: str, level: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    color = Coloring.color.func
    grey = cached_property(
        lambda self: np.full_like(color(self), level) if self.finish == finish else color(self)
    )
    grey.__set_name__(Coloring, "color")
    monkeypatch.setattr(Coloring, "color", grey)
    state, told = found("painting")
    assert state == "problem"
    assert f"the {finish} picture came out without any colour" in told


@pytest.mark.parametrize("error", [RuntimeError("no such operator"), AttnpaintError("it broke", "mend it")])
def test_the_network_that_a_flat_finish_does_not_run_is_tried_too(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr(OnnxEngine, "paint", broken)
    state, told = found("painting")
    assert state == "problem"
    assert str(error) in told
