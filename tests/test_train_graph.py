"""`attnpaint train` leaves a model that paints without torch, where it can."""

from pathlib import Path

import numpy as np
import pytest

from attnpaint.cli import packages, train
from attnpaint.cli.app import main
from attnpaint.errors import AttnpaintError
from attnpaint.inference.colorizer import Colorizer
from attnpaint.inference.onnx_engine import MODEL, STAGE, find_graph

DRAWING = np.full((40, 60), 255, np.uint8)
DRAWING[10:14] = DRAWING[:, 20:23] = 0
REFERENCE = np.random.default_rng(0).integers(0, 256, (32, 32, 3), dtype=np.uint8)


def trained(out: Path, pictures: Path, tiny: list[str], *more: str) -> int:
    options = [option for option in tiny if option != "--no-graph"]
    return main(["train", "--data", str(pictures), "--out", str(out), "--steps", "1", *options, *more])


@pytest.mark.slow
def test_the_model_of_a_run_has_its_graph(layouts: dict[str, Path], tiny: list[str], tmp_path: Path) -> None:
    pytest.importorskip("onnxscript")
    out = tmp_path / "run"
    assert trained(out, layouts["pictures"], tiny) == 0
    assert find_graph(out / "model").recipe.training.steps == 1
    assert not (out / "model" / STAGE).exists()
    loaded = Colorizer.load(out)
    assert loaded.choice is not None
    assert loaded.choice.name == "onnx"
    assert loaded.colorize(DRAWING, REFERENCE).picture.shape == (40, 60, 3)


def test_it_is_left_out_where_it_is_not_wanted(
    layouts: dict[str, Path], tiny: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []
    monkeypatch.setattr(train, "_write_graph", lambda model, *_: asked.append(model))
    assert trained(tmp_path / "without", layouts["pictures"], tiny, "--no-graph") == 0
    assert asked == []
    assert trained(tmp_path / "with", layouts["pictures"], tiny) == 0
    assert asked == [tmp_path / "with" / "model"]


def test_a_run_ends_well_without_the_packages_and_where_the_graph_fails(
    layouts: dict[str, Path],
    tiny: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    pytest.importorskip("onnxscript")
    from attnpaint.export import onnx

    def fails(*_: object) -> None:
        raise AttnpaintError("tiny has no ONNX form", "use the model folder")

    monkeypatch.setattr(onnx, "export", fails)
    assert trained(tmp_path / "fails", layouts["pictures"], tiny) == 0
    assert "the model has no graph for ONNX Runtime: tiny has no ONNX form" in capsys.readouterr().err
    monkeypatch.setattr(packages, "packages_there", lambda *_: False)
    monkeypatch.setattr(packages, "check_packages", lambda *_: None)
    assert trained(tmp_path / "plain", layouts["pictures"], tiny) == 0
    assert not (tmp_path / "plain" / "model" / MODEL).exists()
    assert "ONNX" not in capsys.readouterr().err
