"""`attnpaint export`: what it writes, says and refuses. The graphs themselves: test_export_onnx."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import typer
from painting import recipe_of, saved
from tiny_model import TINY
from typer.testing import CliRunner

from attnpaint.cli.export import export
from attnpaint.config import Recipe
from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.export import onnx as export_onnx
from attnpaint.export.onnx import OPSET, Exported
from attnpaint.export.parity import Parity
from attnpaint.inference.onnx_engine import MODEL
from attnpaint.model.model_config import CONFIG, REFINE, WEIGHTS

SMALL = Recipe(name="small", generator=TINY)


def called(*arguments: str | Path) -> Any:
    app = typer.Typer(add_completion=False)
    app.command()(export)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def refused(*arguments: str | Path) -> AttnpaintError:
    error = called(*arguments).exception
    assert isinstance(error, AttnpaintError)
    assert "\n" not in str(error)
    return error


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return saved(tmp_path / "model", SMALL)


def test_the_hubs_folder_and_what_is_said_of_it(model: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = called("--model", model, "--hub", out, "--repo", "me/mine", "--license", "mit")
    assert done.exit_code == 0, done.exception
    assert "hf upload me/mine" in done.stderr
    assert not done.stdout
    assert 'license: "mit"' in (out / "README.md").read_text()
    error = refused("--model", model, "--hub", out)
    assert isinstance(error, UsageError)
    assert "already holds config.json and model.safetensors and README.md" in error.problem
    assert "--force" in error.remedy
    (out / CONFIG).write_text("old")
    done = called("--model", model, "--hub", out, "--force", "--json")
    assert done.exit_code == 0
    said = json.loads(done.stdout)["hub"]
    assert said["folder"] == str(out)
    assert set(said["files"]) == {CONFIG, WEIGHTS, "README.md"}
    assert (out / CONFIG).read_bytes() == (model / CONFIG).read_bytes()


def test_a_second_stage_that_is_there_already_is_not_removed_unasked(model: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / REFINE).mkdir(parents=True)
    (out / REFINE / WEIGHTS).write_text("old")
    assert "already holds refine/model.safetensors" in refused("--model", model, "--hub", out).problem
    assert (out / REFINE / WEIGHTS).read_text() == "old"
    assert called("--model", model, "--hub", out, "--force").exit_code == 0
    assert not (out / REFINE).exists()


def test_an_onnx_file_and_what_is_said_of_it(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def written(source: Path, folder: Path) -> Exported:
        assert source == model
        folder.mkdir(exist_ok=True)
        if folder != source:
            shutil.copy(source / CONFIG, folder)
        (folder / MODEL).write_bytes(b"graph")
        compared = (Parity(1, 64, 64, 1e-6), Parity(2, 30, 40, 3e-6))
        return Exported(folder / MODEL, OPSET, 5, ("image", "pointer", "gate_1"), compared)

    monkeypatch.setattr(export_onnx, "export", written)
    out = tmp_path / "out"
    done = called("--model", model, "--onnx", out, "--json")
    assert done.exit_code == 0, done.exception
    said = json.loads(done.stdout)["onnx"]
    assert said["file"] == str(out / MODEL)
    assert said["bytes"] == 5
    assert said["outputs"] == ["image", "pointer", "gate_1"]
    assert said["opset"] == OPSET
    assert said["error"] == 3e-6
    assert said["compared"][1] == {"batch": 2, "height": 30, "width": 40, "error": 3e-6}
    assert "already holds model.onnx and config.json" in refused("--model", model, "--onnx", out).problem
    done = called("--model", model, "--onnx", out, "--force")
    assert done.exit_code == 0
    assert f"--engine onnx --model {out}" in done.stderr
    assert called("--model", model, "--onnx", model).exit_code == 0  # beside itself
    assert str(refused("--model", model, "--onnx", model)).startswith(f"{model} already holds model.onnx;")


def test_nothing_is_computed_where_nothing_can_be_written(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_onnx, "load_model", None)
    (tmp_path / "file").write_text("")
    assert "nothing to write is named" in refused().problem
    assert "are for a model card" in refused("--onnx", tmp_path / "o", "--license", "mit").problem
    assert "is a file" in refused("--model", model, "--onnx", tmp_path / "file").problem
    assert "does not exist" in refused("--model", tmp_path / "none", "--onnx", tmp_path / "o").problem
    assert "name the same folder" in refused("--onnx", tmp_path / "o", "--hub", tmp_path / "x/../o").problem
    hinted = saved(tmp_path / "hinted", recipe_of("chainer-unet", "hint-image"))
    assert "paints from hint-image" in refused("--model", hinted, "--onnx", tmp_path / "o").problem
    assert not (tmp_path / "o").exists()


def test_its_help_says_how() -> None:
    said = called("--help").stdout
    for words in ("--onnx", "--hub", "--force", "--license", "Example: attnpaint export"):
        assert words in said
