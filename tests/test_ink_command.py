"""`colorize` of ink on a transparent layer, of white lines on black, and into formats without alpha."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from attnpaint.cli.app import main
from attnpaint.images import read_picture


@pytest.fixture(scope="module")
def model(quick_model: Path) -> Path:
    return quick_model


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with ink.png, paper.png (half of it opaque paper), negative.png and ref.png."""
    monkeypatch.chdir(tmp_path)
    grey = np.full((80, 120), 255, np.uint8)
    grey[20:60, 30] = grey[20:60, 90] = grey[20, 30:90] = grey[60, 30:91] = 0
    ink = np.dstack([np.zeros_like(grey)] * 3 + [255 - grey])
    Image.fromarray(ink).save("ink.png")
    half = ink.copy()
    half[:, :60, :3] = grey[:, :60, None]
    half[:, :60, 3] = 255
    Image.fromarray(half).save("paper.png")
    Image.fromarray(grey).save("drawing.png")
    Image.fromarray(255 - grey).save("negative.png")
    Image.fromarray(np.full((16, 16, 3), (200, 40, 40), np.uint8)).save("ref.png")
    return tmp_path


def colorize(model: Path, *words: str) -> int:
    return main(["colorize", *words, "--ref", "ref.png", "--model", str(model)])


@pytest.mark.parametrize(
    ("words", "channels"),
    [
        (["ink.png"], 3),
        (["ink.png", "--keep-alpha"], 4),
        (["paper.png"], 4),
        (["paper.png", "--opaque"], 3),
        (["paper.png", "--keep-alpha"], 4),
    ],
)
def test_alpha_is_kept_where_there_is_paper_or_where_it_is_asked_for(
    workspace: Path, model: Path, words: list[str], channels: int
) -> None:
    assert colorize(model, *words, "-o", "out.png") == 0
    painted = read_picture("out.png")
    assert painted.shape == (80, 120, channels)
    if channels == 4:
        assert np.array_equal(painted[..., 3], read_picture(words[0])[..., 3])


@pytest.mark.parametrize("suffix", ["jpg", "bmp", "jpeg"])
@pytest.mark.parametrize("more", [[], ["--keep-alpha"], ["--no-lines"]])
def test_formats_without_alpha_are_painted_all_over(
    workspace: Path, model: Path, suffix: str, more: list[str]
) -> None:
    assert (
        colorize(
            model, "ink.png", "--opaque", "-o", "whole.png", *(["--no-lines"] if "--no-lines" in more else [])
        )
        == 0
    )
    assert colorize(model, "ink.png", "-o", f"out.{suffix}", *more) == 0
    painted, whole = read_picture(f"out.{suffix}").astype(int), read_picture("whole.png")
    assert np.abs(painted - whole).mean() < 3


def test_opaque_and_keep_alpha_contradict_each_other(workspace: Path, model: Path, capsys) -> None:
    assert colorize(model, "ink.png", "--opaque", "--keep-alpha") == 2
    assert "contradict" in capsys.readouterr().err


def test_white_on_black_is_painted_as_its_drawing_and_told(workspace: Path, model: Path, capsys) -> None:
    assert colorize(model, "drawing.png", "-o", "a.png") == 0
    assert "white on black" not in capsys.readouterr().err
    assert colorize(model, "negative.png", "-o", "b.png") == 0
    assert "white on black" in capsys.readouterr().err
    assert np.array_equal(read_picture("a.png"), read_picture("b.png"))
    assert colorize(model, "negative.png", "-o", "c.png", "--invert", "no") == 0
    assert "turned round" not in capsys.readouterr().err
    assert not np.array_equal(read_picture("a.png"), read_picture("c.png"))
    assert colorize(model, "drawing.png", "-o", "d.png", "--invert", "yes") == 0
    assert np.array_equal(read_picture("c.png"), read_picture("d.png"))


def test_a_profile_that_cannot_be_used_is_told_for_drawing_and_reference(
    workspace: Path, model: Path, capsys
) -> None:
    for name in ("drawing.png", "ref.png"):
        image = Image.open(name)
        image.load()
        image.save(name, icc_profile=b"no profile")
    assert colorize(model, "drawing.png", "-o", "a.png") == 0
    told = [line for line in capsys.readouterr().err.splitlines() if "colour profile cannot be used" in line]
    assert sorted(line.partition(":")[0] for line in told) == ["drawing.png", "ref.png"]
