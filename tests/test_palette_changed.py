"""`--swap`, `--hue` and `--saturation` with networks that point at palette colours and with others."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from painting import drawing, recipe_of, saved
from tiny_model import TINY

from attnpaint.cli.app import main
from attnpaint.config import Recipe
from attnpaint.extract import Histogram, measure
from attnpaint.images import read_picture, write_picture
from attnpaint.palettes.edit import swap_all, turned

RED, GREEN = "#dc281e", "#1eb432"
POINTS = Recipe("points", generator=TINY)
MIXES = Recipe("mixes", generator=replace(TINY, head="rgb"))
TAKES = recipe_of("swish-unet", "histogram", width=3)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with sketch.png and ref.png of a few colours, red among them."""
    monkeypatch.chdir(tmp_path)
    write_picture("sketch.png", drawing())
    colors = np.random.default_rng(0).integers(0, 256, (16, 3), dtype=np.uint8)
    colors[0] = tuple(bytes.fromhex(RED[1:]))
    write_picture("ref.png", colors.reshape(4, 4, 3).repeat(16, 0).repeat(16, 1))
    return tmp_path


def colorize(*arguments: str) -> int:
    return main(
        ["colorize", "sketch.png", "--model", "model", "--device", "cpu", "--finish", "painted", *arguments]
    )


@pytest.mark.parametrize("recipe", [POINTS, MIXES, TAKES], ids=["points", "mixes", "takes"])
def test_a_changed_palette_changes_the_picture_and_is_what_json_says(
    recipe: Recipe, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved(workspace / "model", recipe)
    plain = measure(read_picture("ref.png"))
    changed: dict[str, tuple[list[str], Histogram]] = {
        "swap": (["--swap", f"{RED}={GREEN}"], swap_all(plain, [(RED, GREEN)])),
        "turn": (["--hue", "90", "--saturation", "0.5"], turned(plain, 90, 0.5)),
    }
    assert colorize("--ref", "ref.png", "-o", "plain.png") == 0
    for name, (options, wanted) in changed.items():
        capsys.readouterr()
        assert colorize("--ref", "ref.png", "-o", f"{name}.png", "--json", *options) == 0
        assert json.loads(capsys.readouterr().out)["colors"] == wanted.colors.tolist()
        assert (read_picture(f"{name}.png") != read_picture("plain.png")).any()


@pytest.mark.parametrize("taken", ["hint-image", "style", "none"])
def test_what_paints_from_no_palette_refuses_to_change_one(
    taken: str, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved(workspace / "model", recipe_of("double-conv-unet", taken))
    for options in (["--swap", f"{RED}={GREEN}"], ["--hue", "90"], ["--saturation", "0"]):
        assert colorize("--ref", "ref.png", *options) == 2
        said = capsys.readouterr().err
        assert "paints from no palette that could be changed; leave out --swap, --hue" in said
        assert said.count("\n") == 1
