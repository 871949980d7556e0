"""What has no ONNX form is refused with the reason, and bands lie where they lie in the network."""

import dataclasses
import sys
from pathlib import Path

import pytest
import torch
from painting import recipe_of, saved

from attnpaint.config import GeneratorConfig, Recipe, RefineConfig
from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.export.graph import Graph, TracedPalette
from attnpaint.export.onnx import export, exportable
from attnpaint.model.conditioning import Palette

for needed in ("onnx", "onnxscript", "onnxruntime"):
    pytest.importorskip(needed)

POINTING = Recipe(name="small", generator=GeneratorConfig(widths=(8, 16), token_width=16))
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
