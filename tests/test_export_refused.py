"""What has no ONNX form is refused with the reason, and bands lie where they lie in the network."""

import dataclasses
import errno
import sys
from pathlib import Path

import pytest
import torch
from painting import recipe_of, saved
from tiny_model import TINY

from attnpaint import files
from attnpaint.config import Recipe, RefineConfig
from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.export import onnx
from attnpaint.export.graph import Graph, TracedPalette
from attnpaint.export.onnx import export, exportable
from attnpaint.export.parity import Parity
from attnpaint.model.conditioning import Palette

for needed in ("onnx", "onnxscript", "onnxruntime"):
    pytest.importorskip(needed)

POINTING = Recipe(name="small", generator=TINY)
ANCESTOR = recipe_of("attention-unet", width=2)


@pytest.mark.parametrize("height", [*range(1, 23), 90, 201])
def test_bands_end_where_the_histogram_images_say(height: int) -> None:
    colors = torch.rand(2, 4, 4, 3) * 2 - 1
    weights = torch.full((2, 4, 4), 0.25)
    drawn = TracedPalette(colors, weights).images(height, 3)
    assert torch.equal(drawn, Palette(colors, weights).images(height, 3))


@pytest.mark.parametrize(
    ("recipe", "says"),
    [
        (recipe_of("chainer-unet", "hint-image"), "paints from hint-image"),
        (recipe_of("palette-unet", "histogram", "tokens", "style", width=64), "paints from style"),
        (recipe_of("pix2pix-unet", "none"), "takes no histogram"),
        (
            dataclasses.replace(
                recipe_of("double-conv-unet", "histogram", "hint-image"), refine=RefineConfig(steps=1)
            ),
            "two stages",
        ),
    ],
)
def test_models_with_other_inputs_are_refused_with_the_reason(recipe: Recipe, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        exportable(recipe)
    with pytest.raises(UsageError, match="two stages"):
        exportable(POINTING, stages=2)
    exportable(POINTING)
    exportable(ANCESTOR)


def test_a_network_without_a_graph_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def looks(*_: object) -> None:
        raise RuntimeError("data-dependent\nmore lines")

    monkeypatch.setattr(Graph, "forward", looks)
    model = saved(tmp_path / "model", POINTING)
    with pytest.raises(AttnpaintError, match="small has no ONNX form") as caught:
        export(model, tmp_path / "out")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["onnx", "onnxscript", "onnxruntime"])
def test_a_missing_package_is_named(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(AttnpaintError, match=f"{name} is not installed"):
        export(saved(tmp_path / "model", POINTING), tmp_path / "out")


class NoGraph:
    """Of no bytes."""

    def SerializeToString(self) -> bytes:
        return b""


@pytest.mark.parametrize("name", ["unlink", "open", "replace"])
@pytest.mark.parametrize("where", ["beside", "elsewhere"])
def test_a_folder_that_cannot_be_written_to_is_told_in_one_line(
    name: str, where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = saved(tmp_path / "model", POINTING)
    monkeypatch.setattr(onnx, "graphs", lambda *_: ([NoGraph()], ("image",)))
    monkeypatch.setattr(onnx, "compared", lambda *_: [Parity(1, 1, 1, 0.0)])
    refuse_to_write(name, monkeypatch)
    with pytest.raises(AttnpaintError, match="cannot be written") as caught:
        export(model, model if where == "beside" else tmp_path / "out")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["unlink", "open", "replace"])
def test_so_is_one_that_a_model_is_to_be_saved_in(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_to_write(name, monkeypatch)
    with pytest.raises(AttnpaintError, match="cannot be written") as caught:
        saved(tmp_path / "model", POINTING)
    assert "\n" not in str(caught.value)


def refuse_to_write(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a file system that is mounted to be read alone; name: what is refused first."""

    unlink = Path.unlink

    def refused(path: Path, *_: object, **__: object) -> None:
        if name == "unlink" and path.suffix == ".part":  # none is begun on such a file system
            return unlink(path, missing_ok=True)
        raise OSError(errno.EROFS, "Read-only file system")

    if name == "open":
        monkeypatch.setattr(files, "_held", refused)
    else:
        monkeypatch.setattr(Path, name, refused)
