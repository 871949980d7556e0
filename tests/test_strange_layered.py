"""OpenRaster files that nobody's program wrote: one line, and no more memory than a picture may take."""

import zipfile
from pathlib import Path

import numpy as np
import pytest

from attnpaint.errors import PictureError
from attnpaint.layered.layer import Layer, drawn
from attnpaint.layered.ora import MIMETYPE, read_ora, write_ora


def ora(path: Path, xml: str, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("mimetype", members.get("mimetype", MIMETYPE.encode()))
        file.writestr("stack.xml", xml)
        file.writestr("a.png", members.get("picture", b"no picture"))
    return path


def stack(size: str = 'w="8" h="8"', layer: str = 'src="a.png"') -> str:
    return f"<image {size}><stack><layer {layer}/></stack></image>"


@pytest.mark.parametrize(
    "xml",
    [
        stack('w="999999" h="999999"'),
        stack(f'w="{"9" * 5000}" h="8"'),
        stack('w="-8" h="8"'),
        stack('w="0" h="8"'),
        stack('w="inf" h="nan"'),
        stack("w='8'"),
        stack(layer='src="b.png"'),
        stack(layer='src="a.png" x="99999999999"'),
        stack(layer=f'src="a.png" y="{"1" * 5000}"'),
        stack(layer='src="a.png" opacity="nan"'),
        stack(layer='src="a.png" opacity="inf"'),
        stack(layer='src="a.png" opacity="-1"'),
        stack(layer=""),
        "<image w='8' h='8'></image>",
        "<image w='8' h='8'>" + "<stack>" * 5000 + "</stack>" * 5000 + "</image>",
        "<image w='8' h='8'><!--" + "x" * 9_000_000 + "--><stack></stack></image>",
        "no xml",
        "",
    ],
    ids=range(18),
)
def test_what_is_no_layer_file_is_one_line(xml: str, tmp_path: Path) -> None:
    with pytest.raises(PictureError) as caught:
        read_ora(ora(tmp_path / "a.ora", xml))
    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_mimetype_that_unpacks_to_gigabytes_is_not_unpacked(tmp_path: Path) -> None:
    path = ora(tmp_path / "a.ora", stack(), mimetype=bytes(300_000_000))
    assert path.stat().st_size < 1_000_000
    with pytest.raises(PictureError, match="not an OpenRaster file"):
        read_ora(path)


@pytest.mark.parametrize("place", range(0, 1500, 37))
def test_flipped_bytes_are_told_or_do_no_harm(place: int, tmp_path: Path) -> None:
    path, picture = tmp_path / "a.ora", np.full((8, 9, 3), 90, np.uint8)
    write_ora(path, [Layer("one", lambda: picture), Layer("two", lambda: picture, "multiply")], picture)
    data = bytearray(path.read_bytes())
    data[place % len(data)] ^= 0x41
    path.write_bytes(data)
    told = ""
    try:
        for layer in read_ora(path):
            assert isinstance(layer, Layer)
            assert drawn(layer, 8, 9).shape[:2] == (8, 9)
    except PictureError as error:
        told = str(error)
    assert "\n" not in told
