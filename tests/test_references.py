"""References of many drawings: each is measured once, and no more than one picture is held."""

from pathlib import Path

import numpy as np
import pytest
from painting import recipe_of, saved
from tiny_model import TINY

from attnpaint.cli.app import main
from attnpaint.config import GeneratorConfig, Recipe
from attnpaint.extract import Histogram, Method, measure
from attnpaint.images import Picture, read_picture, write_picture
from attnpaint.inference.colorizer import Colorizer
from attnpaint.jobs.painter import Painter
from attnpaint.palettes import references


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with 0.png to 4.png and two model folders."""
    monkeypatch.chdir(tmp_path)
    for seed in range(5):
        random = np.random.default_rng(seed)
        write_picture(f"{seed}.png", random.integers(0, 256, (32, 32, 3), dtype=np.uint8))
    saved(tmp_path / "points", Recipe("tiny", generator=TINY))
    saved(tmp_path / "styled", recipe_of("double-conv-unet", "style"))
    return tmp_path


def test_a_shared_reference_is_measured_once(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[Picture] = []

    def count(picture: Picture, method: Method) -> Histogram:
        measured.append(picture)
        return measure(picture, method)

    monkeypatch.setattr("attnpaint.palettes.references.measure", count)
    painter = Painter(Path("points"))
    found, needs = painter.references, painter.needs
    first = found.given(["0.png"], needs)
    assert isinstance(first, Histogram)
    assert (first.colors == measure(read_picture("0.png")).colors).all()
    assert found.given(["0.png"], needs) is first
    assert found.given(["1.png"], needs) is not first
    assert found.given(["0.png"], needs) is first  # they may come by turns
    assert len(measured) == 2


@pytest.mark.parametrize("model", ["points", "styled"])
def test_of_many_references_few_are_held(
    model: str, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(references, "PALETTES", 2)
    painter = Painter(Path(model))
    found, needs = painter.references, painter.needs
    for seed in range(5):
        reference, picture = found.given([f"{seed}.png"], needs), read_picture(f"{seed}.png")
        seen = found.picture([f"{seed}.png"], needs)
        assert seen is not None
        assert (seen == picture).all()  # as layers hold it
        assert model == "points" or reference is seen
    assert len(found.pictures) == 1
    assert len(found.palettes) <= 2


def test_a_model_that_asks_where_colours_were_is_given_the_one_picture(workspace: Path) -> None:
    places = GeneratorConfig(widths=(8, 16), token_width=16, region_width=32, region_layers=2)
    saved(workspace / "places", Recipe("tiny", generator=places))
    painter = Painter(Path("places"))
    found, needs = painter.references, painter.needs
    assert isinstance(found.given(["0.png"], needs), np.ndarray)
    assert isinstance(found.given(["0.png", "1.png"], needs), Histogram)
    assert isinstance(found.given(["0.png@1-4"], needs), Histogram)


def test_python_and_the_command_line_paint_the_same_with_the_default_model(workspace: Path) -> None:
    drawing = np.full((96, 96), 255, np.uint8)
    drawing[20:80, 20:80] = 0
    drawing[23:77, 23:48] = drawing[23:77, 51:77] = 255
    write_picture("drawing.png", drawing)
    assert main(["colorize", "drawing.png", "--ref", "0.png", "-o", "out.png", "--work-size", "64"]) == 0
    own = Colorizer.load().colorize("drawing.png", "0.png", work_size=64).picture
    assert (read_picture("out.png") == own).all()
