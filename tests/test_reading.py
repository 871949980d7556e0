"""Pictures read quickly for training are those that read_picture gives."""

from pathlib import Path

import numpy as np
import pytest
from conftest import COLORS, PAIRS
from PIL import Image

from attnpaint.data.layouts import Blob, Item
from attnpaint.data.reading import read, read_color
from attnpaint.errors import PictureError
from attnpaint.images import Picture, on_white, read_picture, resize


def smooth(height: int, width: int) -> Picture:
    """Soft spots of colour."""
    few = np.random.default_rng(0).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    return resize(few, height, width)


@pytest.mark.parametrize("path", [COLORS[0], PAIRS[0], PAIRS[1]])
def test_webp_is_read_as_it_is(path: Path) -> None:
    found = read("x", Blob(str(path)))
    assert np.array_equal(found, on_white(read_picture(path)))
    assert found.dtype == np.uint8


def test_alpha_is_laid_on_white(tmp_path: Path) -> None:
    clear = np.dstack([smooth(40, 30), np.full((40, 30), 60, np.uint8)])
    for name in ("x.webp", "x.png"):
        Image.fromarray(clear).save(tmp_path / name, lossless=True)
        found = read("x", Blob(str(tmp_path / name)), 10)
        assert np.array_equal(found, on_white(read_picture(tmp_path / name)))


def test_the_cameras_turn_is_kept(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn
    for name in ("x.webp", "x.jpg"):
        Image.fromarray(smooth(400, 300)).save(tmp_path / name, exif=exif)
        assert read("x", Blob(str(tmp_path / name))).shape == (300, 400, 3)
        small = read("x", Blob(str(tmp_path / name)), 30)
        assert small.shape[1] > small.shape[0]


@pytest.mark.parametrize(("size", "shape"), [(1000, (1200, 900)), (256, (600, 450)), (100, (300, 225))])
def test_a_large_jpeg_comes_at_twice_the_size_that_is_shown_or_more(
    size: int, shape: tuple[int, int], tmp_path: Path
) -> None:
    picture = smooth(1200, 900)
    Image.fromarray(picture).save(tmp_path / "x.jpg", quality=95)
    item = Item("x", Blob(str(tmp_path / "x.jpg")))
    found = read_color(item, size)
    assert found.shape[:2] == shape
    whole = resize(on_white(read_picture(tmp_path / "x.jpg")), 100, 75)
    assert np.abs(resize(found, 100, 75).astype(int) - whole).max() <= 4


@pytest.mark.parametrize("name", ["x.webp", "x.jpg", "x.png"])
def test_damaged_pictures_are_named_with_the_reason(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    Image.fromarray(smooth(200, 200)).save(path)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(PictureError, match=r"some picture cannot be read \(.*damaged"):
        read("some picture", Blob(str(path)), 50)
    with pytest.raises(PictureError, match=r"gone cannot be read \(.*No such file"):
        read("gone", Blob(str(tmp_path / "gone.png")))


@pytest.mark.parametrize("kind", ["webp", "png", "jpg", "gif", "bmp", "tif"])
@pytest.mark.parametrize("damage", ["cut by one byte", "cut by a tenth", "flipped", "size told wrong"])
def test_what_read_picture_refuses_is_not_learned_from(kind: str, damage: str, tmp_path: Path) -> None:
    path = tmp_path / f"x.{kind}"
    Image.fromarray(smooth(240, 200)).save(path)
    whole = bytearray(path.read_bytes())
    if damage == "flipped":
        for place in np.random.default_rng(1).integers(len(whole) // 4, len(whole), 12):
            whole[place] ^= 0xFF
    elif damage == "size told wrong":
        whole[4:8] = (len(whole) + 1000).to_bytes(4, "little")
    else:
        del whole[len(whole) - (1 if damage == "cut by one byte" else len(whole) // 10) :]
    path.write_bytes(whole)
    try:
        wanted = read_picture(path)
    except PictureError:
        for size in (50, float("inf")):
            with pytest.raises(PictureError):
                read("x", Blob(str(path)), size)
    else:
        assert np.array_equal(read("x", Blob(str(path))), on_white(wanted))
