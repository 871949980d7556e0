"""`attnpaint attention`: the pictures it writes, the numbers it tells, and one line for what goes wrong."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from models import tiny_model
from PIL import Image

from attnpaint.cli.app import main
from attnpaint.config import GeneratorConfig, Recipe
from attnpaint.images import read_picture
from attnpaint.model.build import build_generator
from attnpaint.model.folder import save_model


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny network that points, with random weights."""
    return tiny_model(tmp_path_factory.mktemp("model"), widths=(8, 16, 24))


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with sketch.png (60×30) and ref.png."""
    monkeypatch.chdir(tmp_path)
    sketch = np.full((30, 60, 3), 255, np.uint8)
    sketch[5:25, 20] = 0
    Image.fromarray(sketch).save("sketch.png")
    ref = np.random.default_rng(0).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    Image.fromarray(ref).save("ref.png")
    Path("note.png").write_text("no picture")
    Path("empty").mkdir()
    return tmp_path


def attention(*arguments: str | Path) -> int:
    return main(["attention", *map(str, arguments)])


PLAIN = ["sketch.png", "--ref", "ref.png"]


def test_the_maps_lie_beside_the_drawing_at_its_own_aspect_ratio(
    workspace: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert attention(*PLAIN, "--model", model) == 0
    folder = workspace / "sketch.attention"
    pointers = [f"pointer-band-{band}-rank-{rank}.png" for band in (1, 2, 3, 4) for rank in (1, 2, 3, 4)]
    maps = ["gate-1.png", "gate-2.png", "gate-1-map.png", "gate-2-map.png"]
    maps += [*pointers, "pointer-ink.png", "pointer-paper.png"]
    assert {path.name for path in folder.iterdir()} == {"attention.png", "pointer.png", *maps}
    assert {read_picture(folder / name).shape for name in maps} == {(256, 512, 3)}
    said = capsys.readouterr()
    assert said.out == ""
    assert "gate 1 of 2 · 1/4 of the drawing (128×128) · mean 0." in said.err
    assert said.err.endswith("begin with sketch.attention/attention.png\n")


def test_the_maps_alone_hold_the_values_that_json_tells(
    workspace: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert attention(*PLAIN, "--model", model, "-o", "maps", "--device", "cpu", "--json") == 0
    said: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (said["output"], said["recipe"], said["device"]) == ("maps", "tiny", "cpu")
    assert set(said["files"]) == {path.name for path in Path("maps").iterdir()}
    assert [(gate["gate"], gate["level"], gate["grid"]) for gate in said["gates"]] == [
        (1, "1/4", [128, 128]),
        (2, "1/2", [256, 256]),
    ]
    for gate in said["gates"]:
        alone = read_picture(Path("maps") / gate["files"][1])[..., 0] / 255
        assert alone.mean() == pytest.approx(gate["mean"], abs=0.003)
        assert alone.min() == pytest.approx(gate["lowest"], abs=0.003)
        assert alone.max() == pytest.approx(gate["highest"], abs=0.003)
    assert sum(color["share"] for color in said["colors"]) == pytest.approx(1, abs=0.002)
    shares = [read_picture(Path("maps") / color["file"])[..., 0] / 255 for color in said["colors"]]
    assert np.abs(sum(shares) - 1).max() < 18 * 0.5 / 255 + 1e-6


def test_a_network_without_a_pointer_shows_its_gates(workspace: Path, tmp_path: Path) -> None:
    recipe = Recipe(name="tiny", generator=GeneratorConfig(kind="attention-unet", width=2))
    (tmp_path / "old").mkdir()
    save_model(tmp_path / "old", build_generator(recipe.generator), recipe, {"steps": 0})
    assert attention(*PLAIN, "--model", tmp_path / "old", "-o", "maps") == 0
    names = {path.name for path in Path("maps").iterdir()}
    assert names == {"attention.png"} | {
        f"gate-{i}{end}" for i in range(1, 7) for end in (".png", "-map.png")
    }


def test_other_files_in_the_folder_stay(workspace: Path, model: Path) -> None:
    (workspace / "empty/mine.txt").write_text("kept")
    assert attention(*PLAIN, "--model", model, "-o", "empty") == 0
    assert (workspace / "empty/mine.txt").read_text() == "kept"
    assert (workspace / "empty/attention.png").is_file()


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["sketch.png"], 2, "--ref"),
        ([*PLAIN, "--device", "abacus"], 2, "abacus"),
        (["gone.png", "--ref", "ref.png"], 1, "gone.png does not exist; give the path of a picture"),
        (["sketch.png", "--ref", "note.png"], 1, "note.png is not a picture"),
        (["sketch.png", "--ref", "empty"], 1, "empty is a folder"),
        ([*PLAIN, "--model", "gone"], 1, "gone does not exist; give the path of a model folder"),
        ([*PLAIN, "--model", "empty"], 1, "empty is no model folder"),
        ([*PLAIN, "-o", "note.png"], 1, "note.png is not a folder; give a folder"),
        ([*PLAIN, "-o", "gone/maps"], 1, "there is no folder gone; "),
    ],
)
def test_what_goes_wrong_is_one_line_and_leaves_no_trace(
    arguments: list[str], code: int, says: str, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(workspace.rglob("*"))
    assert attention(*arguments) == code
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert said.err.startswith("attnpaint: ")
    assert says in said.err
    assert sorted(workspace.rglob("*")) == before


def test_it_never_replaces_what_it_was_given(
    workspace: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("sketch.png").rename("gate-1.png")
    before = Path("gate-1.png").read_bytes()
    assert attention("gate-1.png", "--ref", "ref.png", "--model", model, "-o", ".") == 2
    assert "would replace gate-1.png" in capsys.readouterr().err
    assert Path("gate-1.png").read_bytes() == before
    assert not Path("attention.png").exists()


def test_cheap_mistakes_are_told_without_loading_torch(workspace: Path) -> None:
    code = "import sys; from attnpaint.cli.app import main; main(sys.argv[1:]); print('torch' in sys.modules)"
    for mistake in (["note.png", "--ref", "ref.png"], [*PLAIN, "-o", "gone/maps"], ["--help"]):
        command = [sys.executable, "-c", code, "attention", *mistake]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert done.stdout.endswith("False\n")
