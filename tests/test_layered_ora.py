"""OpenRaster files of other programs, and what is none."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from attnpaint.errors import PictureError
from attnpaint.layered import Layer, read_ora, write_layers

SMALL = np.random.default_rng(3).integers(0, 256, (4, 5, 3), np.uint8)


def test_thumbnails_are_256_pixels_at_most(tmp_path: Path) -> None:
    wide = np.full((300, 900, 3), 40, np.uint8)
    write_layers(tmp_path / "wide.ora", [Layer("all", lambda: wide)], wide)
    with zipfile.ZipFile(tmp_path / "wide.ora") as file:
        assert Image.open(io.BytesIO(file.read("Thumbnails/thumbnail.png"))).size == (256, 85)


def test_what_is_no_ora_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "p.ora"
    with pytest.raises(PictureError, match="cannot be opened"):
        read_ora(path)
    path.write_bytes(b"no zip")
    with pytest.raises(PictureError, match="is not an OpenRaster file"):
        read_ora(path)
    write_layers(path, [Layer("small", lambda: SMALL)], SMALL)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(PictureError, match="is not an OpenRaster file"):
        read_ora(path)
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("mimetype", "image/openraster")
        file.writestr(
            "stack.xml", '<image w="1" h="1"><stack><layer name="x" src="data/0.png"/></stack></image>'
        )
    with pytest.raises(PictureError, match="is not an OpenRaster file"):
        read_ora(path)


def test_groups_in_groups_without_end_are_told(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "p.ora", "w") as file:
        file.writestr("mimetype", "image/openraster")
        file.writestr("stack.xml", f'<image w="1" h="1">{"<stack>" * 5000}{"</stack>" * 5000}</image>')
    with pytest.raises(PictureError, match="is not an OpenRaster file"):
        read_ora(tmp_path / "p.ora")


def test_small_layers_of_other_programs_come_back_in_place(tmp_path: Path) -> None:
    small = io.BytesIO()
    Image.fromarray(SMALL).save(small, "PNG")
    layer = '<layer name="x" src="a.png" x="{}" y="{}"/>'
    text = f'<image w="10" h="8"><stack>{layer.format(-2, 6)}{layer.format(3, 1)}</stack></image>'
    with zipfile.ZipFile(tmp_path / "p.ora", "w") as file:
        file.writestr("mimetype", "image/openraster")
        file.writestr("stack.xml", text)
        file.writestr("a.png", small.getvalue())
    inside, over = (layer.draw() for layer in read_ora(tmp_path / "p.ora"))
    assert (inside[1:5, 3:8, :3] == SMALL).all()
    assert inside[..., 3].sum() == 20 * 255
    assert (over[6:, :3, :3] == SMALL[:2, 2:]).all()
    assert over[..., 3].sum() == 6 * 255


def test_modes_that_are_not_known_are_named(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "p.ora", "w") as file:
        file.writestr("mimetype", "image/openraster")
        text = (
            '<image w="1" h="1"><stack><layer name="x" src="a.png" composite-op="svg:plus"/></stack></image>'
        )
        file.writestr("stack.xml", text)
    with pytest.raises(
        PictureError, match="a layer 'x' on svg:plus with opacity 1; give a file that attnpaint"
    ):
        read_ora(tmp_path / "p.ora")
