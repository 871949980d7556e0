"""Layered files: what is in them, what comes back, and what cannot be written."""

import builtins
import errno
import io
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from attnpaint.errors import AttnpaintError, PictureError
from attnpaint.layered import Group, Layer, flatten, read_ora, write_layers

HEIGHT, WIDTH = 40, 60
BOTH = pytest.mark.parametrize("suffix", [".ora", ".psd"])


def random_picture(seed: int, channels: int = 4) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (HEIGHT, WIDTH, channels), np.uint8)


PICTURES = {name: random_picture(seed, 3 if seed == 0 else 4) for seed, name in enumerate("abcdé")}


def example() -> list[Layer | Group]:
    a, b, c, d, e = (lambda name=name: PICTURES[name] for name in PICTURES)
    inner = Group("inner", (Layer("c", c, "screen"),), visible=False)
    group = Group("group", (Layer("b", b, opacity=0.6), inner, Layer("d", d, "multiply", visible=False)))
    return [Layer("a", a), group, Layer("lines <é> \x00", e, "multiply", opacity=0.8)]


def merged() -> np.ndarray:
    return flatten(example(), HEIGHT, WIDTH)


def worst(found: np.ndarray, wanted: np.ndarray) -> float:
    return float(np.abs(found.astype(float) - wanted).max())


def outline(layers: Any) -> list[Any]:
    """Names, modes, opacities in 255, visibility; a group with its own list."""
    return [
        (layer.name, layer.visible, outline(layer.layers))
        if isinstance(layer, Group)
        else (layer.name, layer.visible, layer.mode, round(255 * layer.opacity))
        for layer in layers
    ]


@pytest.fixture
def ora(tmp_path: Path) -> Path:
    write_layers(tmp_path / "picture.ora", example(), merged())
    return tmp_path / "picture.ora"


@pytest.fixture
def psd(tmp_path: Path) -> Any:
    psd_tools = pytest.importorskip("psd_tools")
    write_layers(tmp_path / "picture.psd", example(), merged())
    return psd_tools.PSDImage.open(tmp_path / "picture.psd")


def test_an_ora_file_is_laid_out_as_its_specification_says(ora: Path) -> None:
    assert ora.read_bytes()[30:54] == b"mimetypeimage/openraster"  # programs look there without unpacking
    with zipfile.ZipFile(ora) as file:
        names = file.namelist()
        assert file.getinfo("mimetype").compress_type == zipfile.ZIP_STORED
        stack = ElementTree.fromstring(file.read("stack.xml"))
        whole = Image.open(io.BytesIO(file.read("mergedimage.png")))
        assert (np.asarray(whole) == merged()).all()
        thumbnail = Image.open(io.BytesIO(file.read("Thumbnails/thumbnail.png")))
    assert thumbnail.size == (WIDTH, HEIGHT)  # never larger than the picture
    assert stack.attrib == {"version": "0.0.5", "w": "60", "h": "40"}
    sources = [layer.get("src") for layer in stack.iter("layer")]
    assert {*names} == {"mimetype", "stack.xml", "mergedimage.png", "Thumbnails/thumbnail.png", *sources}
    lines, group, below = stack[0]
    assert (lines.get("name"), lines.get("composite-op")) == ("lines <é> ?", "svg:multiply")
    assert (group.tag, group.get("isolation"), group.get("name")) == ("stack", "isolate", "group")
    assert (below.get("name"), below.get("opacity"), below.get("visibility")) == ("a", "1.0000", "visible")
    assert group[0].get("visibility") == "hidden"


def test_an_ora_file_read_back_is_what_was_written(ora: Path) -> None:
    layers = read_ora(ora)
    wanted = outline(example())
    wanted[-1] = ("lines <é> ?", *wanted[-1][1:])
    assert outline(layers) == wanted
    for layer, name in ((layers[0], "a"), (layers[1].layers[0], "b"), (layers[2], "é")):
        assert (layer.draw() == PICTURES[name]).all()
    assert (flatten(layers, HEIGHT, WIDTH) == merged()).all()


def test_a_psd_file_read_back_is_what_was_written(psd: Any) -> None:
    assert (psd.width, psd.height) == (WIDTH, HEIGHT)
    below, group, lines = psd
    assert [layer.name for layer in psd] == ["a", "group", "lines <é> ?"]
    assert [layer.name for layer in group] == ["b", "inner", "d"]
    assert [layer.blend_mode.name for layer in psd] == ["NORMAL", "NORMAL", "MULTIPLY"]  # not "pass through"
    assert group[1][0].blend_mode.name == "SCREEN"
    assert [layer.visible for layer in group] == [True, False, False]
    assert (lines.opacity, group[0].opacity) == (204, 153)
    assert not below.has_mask()
    for layer, name in ((group[0], "b"), (group[1][0], "c"), (lines, "é")):
        assert (np.asarray(layer.topil().convert("RGBA")) == PICTURES[name]).all()
    assert (np.asarray(below.topil())[..., :3] == PICTURES["a"]).all()


def test_the_layers_of_a_psd_file_look_as_ours(psd: Any) -> None:
    found = np.asarray(psd.composite(ignore_preview=True).convert("RGBA"))
    assert worst(found, merged()) <= 1


@pytest.mark.parametrize("channels", [3, 4])
def test_what_a_psd_file_shows_without_its_layers_is_the_merged_picture(
    tmp_path: Path, channels: int
) -> None:
    psd_tools = pytest.importorskip("psd_tools")
    shown = random_picture(9, channels)
    if channels == 4:
        shown[..., 3] = np.where(shown[..., 3] < 128, 0, 255)
    write_layers(tmp_path / "p.psd", [Layer("a", lambda: PICTURES["a"])], shown)
    seen = (
        shown if channels == 3 else np.where(shown[..., 3:] == 255, shown, 255 * np.uint8([[[1, 1, 1, 0]]]))
    )
    found = np.asarray(psd_tools.PSDImage.open(tmp_path / "p.psd").topil())
    assert found.shape == shown.shape
    where = seen[..., -1] > 0 if channels == 4 else np.ones(shown.shape[:2], bool)
    assert (found[where] == seen[where]).all()
    if channels == 4:
        assert (found[..., 3] == shown[..., 3]).all()
    pillow = np.asarray(Image.open(tmp_path / "p.psd").convert("RGB"))
    assert (pillow[where] == seen[where][:, :3]).all()


@BOTH
def test_every_layer_is_drawn_once_bottom_to_top(tmp_path: Path, suffix: str) -> None:
    drawn = []

    def drawing(name: str) -> Callable[[], np.ndarray]:
        return lambda: drawn.append(name) or PICTURES["b"]

    group = Group("g", (Layer("2", drawing("2")), Layer("3", drawing("3"), visible=False)))
    layers = [Layer("1", drawing("1")), group, Layer("4", drawing("4"))]
    write_layers(tmp_path / f"p{suffix}", layers, merged())
    assert drawn == ["1", "2", "3", "4"]


@BOTH
def test_equal_layers_give_equal_bytes(tmp_path: Path, suffix: str) -> None:
    one, other = (tmp_path / f"{name}{suffix}" for name in ("one", "other"))
    write_layers(one, example(), merged())
    write_layers(other, example(), merged())
    assert one.read_bytes() == other.read_bytes()


class Full(io.FileIO):
    """A file on a disk with 3,000 bytes left."""

    def write(self, data: Any) -> int:
        if self.tell() + len(data) > 3000:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(data)


@BOTH
def test_a_full_disk_is_one_line_and_leaves_what_was_there(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"p{suffix}"
    path.write_bytes(b"before")
    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", lambda path, mode: Full(path, mode))
        with pytest.raises(AttnpaintError, match=r"cannot be written \(no space left on device\); choose"):
            write_layers(path, example(), merged())
    assert path.read_bytes() == b"before"
    assert [*tmp_path.iterdir()] == [path]


@BOTH
def test_a_layer_that_cannot_be_drawn_leaves_nothing(tmp_path: Path, suffix: str) -> None:
    layers = [*example(), Layer("small", lambda: PICTURES["a"][1:])]
    with pytest.raises(PictureError, match="'small' is 39×60×3 of uint8; draw uint8 40×60×3"):
        write_layers(tmp_path / f"p{suffix}", layers, merged())
    assert not [*tmp_path.iterdir()]


@BOTH
def test_places_that_cannot_be_written(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(AttnpaintError, match="does not exist; create it"):
        write_layers(tmp_path / "no" / f"p{suffix}", example(), merged())
    (tmp_path / f"folder{suffix}").mkdir()
    with pytest.raises(AttnpaintError, match="is a folder; give a file name"):
        write_layers(tmp_path / f"folder{suffix}", example(), merged())
    with pytest.raises(AttnpaintError, match="cannot be written"):
        write_layers(f"/proc/p{suffix}", example(), merged())


def test_another_suffix_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        AttnpaintError, match=r"p\.kra has no suffix of a file with layers; use one of \.ora \.psd"
    ):
        write_layers(tmp_path / "p.kra", example(), merged())
    write_layers(tmp_path / "p.ORA", example(), merged())
    assert read_ora(tmp_path / "p.ORA")


def test_without_psd_tools_the_remedy_is_an_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *others: Any) -> Any:
        if name.startswith("psd_tools"):
            raise ImportError(name)
        return real(name, *others)

    monkeypatch.delitem(sys.modules, "psd_tools", raising=False)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(AttnpaintError, match=r"needs psd-tools; pip install 'attnpaint\[psd\]'"):
        write_layers(tmp_path / "p.psd", example(), merged())
    write_layers(tmp_path / "p.ora", example(), merged())


def test_a_picture_too_large_for_psd_is_told_before_anything_is_drawn(tmp_path: Path) -> None:
    long = np.zeros((1, 30_001, 3), np.uint8)
    with pytest.raises(AttnpaintError, match=r"30001×1 is too large for a \.psd file, which ends at 30000"):
        write_layers(tmp_path / "p.psd", example(), long)


def test_layers_over_two_gigabytes_are_too_large_for_psd(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("psd_tools")
    monkeypatch.setattr("attnpaint.layered.psd.LARGEST", 10_000)
    with pytest.raises(AttnpaintError, match=r"which ends at 2 GB; write an \.ora"):
        write_layers(tmp_path / "p.psd", example(), merged())


def test_layers_load_neither_torch_nor_psd_tools() -> None:
    import subprocess

    code = "import sys, attnpaint.layered; print({'torch', 'psd_tools'} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "set()"
