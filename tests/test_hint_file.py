"""Hints that a person painted: what is read, what is refused, and what is said."""

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from attnpaint.data.hint_file import fitted_hints, read_hints
from attnpaint.errors import PictureError
from attnpaint.images import Picture, write_picture

RED = (255, 0, 0, 255)


def clear(height: int, width: int) -> Picture:
    return np.zeros((height, width, 4), np.uint8)


def test_what_is_painted_is_asked(tmp_path: Path) -> None:
    picture = clear(6, 8)
    picture[2, 3] = RED
    picture[4, 4] = (0, 200, 0, 127)
    picture[5, 5] = (9, 8, 7, 128)
    write_picture(tmp_path / "hints.png", picture)
    for source in (tmp_path / "hints.png", str(tmp_path / "hints.png"), picture, Image.fromarray(picture)):
        hints = read_hints(source, 6, 8)
        assert hints.notes == ()
        assert hints.picture.shape == (6, 8, 4)
        assert hints.picture.dtype == np.uint8
        assert hints.picture[2, 3].tolist() == list(RED)
        assert hints.picture[5, 5].tolist() == [9, 8, 7, 255]
        assert (hints.picture.any(axis=2)).sum() == 2


@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA"])
def test_a_picture_without_transparency_is_refused_in_one_line(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "hints.png"
    Image.new(mode, (8, 8), "white").save(path)
    with pytest.raises(PictureError, match="save it as PNG with a transparent background") as caught:
        read_hints(path, 8, 8)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_array_is_named_in_words() -> None:
    with pytest.raises(PictureError, match="the hint picture has no transparent part"):
        read_hints(np.full((4, 4, 3), 255, np.uint8), 4, 4)


def test_a_missing_file_and_one_that_is_no_picture(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="does not exist"):
        read_hints(tmp_path / "none.png", 4, 4)
    (tmp_path / "text.png").write_text("hello")
    with pytest.raises(PictureError, match="not a picture"):
        read_hints(tmp_path / "text.png", 4, 4)


def test_a_picture_that_asks_for_nothing_is_taken_and_told() -> None:
    hints = read_hints(clear(4, 4), 4, 4)
    assert hints.notes == ("the hint picture is transparent everywhere and asks for no colour",)
    assert not hints.picture.any()
    faint = clear(4, 4)
    faint[1, 1] = (255, 0, 0, 30)
    (note,) = read_hints(faint, 4, 4).notes
    assert "nearly transparent" in note


def test_another_size_is_resized_and_told() -> None:
    picture = clear(8, 8)
    picture[:, 4:] = RED
    hints = read_hints(picture, 4, 4)
    assert hints.notes == ("the hint picture is 8×8 px, the drawing 4×4: the hints were resized to it",)
    assert hints.picture[:, 2:].reshape(-1, 4).tolist() == [list(RED)] * 8
    assert not hints.picture[:, :2].any()
    larger = read_hints(picture, 16, 32)
    assert "resized and stretched" in larger.notes[0]
    assert larger.picture.shape == (16, 32, 4)
    assert larger.picture[:, 16:].reshape(-1, 4).tolist() == [list(RED)] * 256
    assert not larger.picture[:, :16].any()


@pytest.mark.parametrize("size", [(40, 40), (33, 57), (100, 7)])
def test_no_colour_comes_from_where_it_is_transparent(size: tuple[int, int]) -> None:
    picture = clear(64, 64)
    picture[..., :3] = (0, 0, 0)  # black beneath the transparency would make dark fringes
    picture[10:50, 20:40] = (200, 180, 90, 255)
    fitted = read_hints(picture, *size).picture
    painted = fitted[fitted[..., 3] > 0]
    assert len(painted)
    assert (painted == (200, 180, 90, 255)).all()


def test_a_thin_stroke_outlives_shrinking() -> None:
    picture = clear(512, 512)
    picture[:, 301] = RED
    fitted = read_hints(picture, 64, 64).picture
    assert (fitted[:, 37] == RED).all()
    assert (fitted[..., 3] > 0).sum() == 64


@pytest.mark.parametrize(("size", "most"), [((800, 800), 6), ((1000, 1000), 12), ((700, 700), 40)])
def test_few_bytes_are_taken_for_each_pixel(size: tuple[int, int], most: int) -> None:
    picture = clear(800, 800)
    picture[::3] = RED
    tracemalloc.start()
    try:
        fitted_hints(picture, *size)
        assert tracemalloc.get_traced_memory()[1] < most * 800 * 800
    finally:
        tracemalloc.stop()
