"""What a weights file says of itself, in keys that other programs read."""

import json
from pathlib import Path

import numpy as np
import pytest
from painting import recipe_of, saved
from safetensors import safe_open
from safetensors.numpy import load, save
from tiny_model import TINY

from attnpaint.config import Recipe
from attnpaint.model.model_config import WEIGHTS
from attnpaint.model.model_spec import model_spec, with_metadata

TENSORS = {"b": np.arange(6, dtype=np.float16).reshape(2, 3), "a": np.ones(5, np.float32)}


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe(name="small", generator=TINY),
        recipe_of("chainer-unet", "hint-image"),
        recipe_of("chainer-unet"),
    ],
)
def test_a_saved_model_tells_what_it_is(recipe: Recipe, tmp_path: Path) -> None:
    folder = saved(tmp_path / "model", recipe)
    with safe_open(folder / WEIGHTS, "numpy") as file:
        told = file.metadata()
    assert told["format"] == "pt"
    assert told["modelspec.title"] == recipe.name
    assert told["modelspec.architecture"] == f"attnpaint/{recipe.generator.kind}"
    assert told["modelspec.resolution"] == f"{recipe.data.size}x{recipe.data.size}"
    assert all(name in told["modelspec.description"] for name in recipe.generator.takes)


def test_equal_weights_are_equal_files(tmp_path: Path) -> None:
    told = model_spec(Recipe(name="small", generator=TINY))
    turned = dict(reversed(told.items()))
    assert with_metadata(save(TENSORS), told) == with_metadata(save(TENSORS, {"x": "y"}), turned)


@pytest.mark.parametrize("told", [{}, {"a": "b"}, {"name": "“quotes” and ü, \\ \n"}, {"long": "x" * 5000}])
def test_tensors_stay_as_they_are(told: dict[str, str], tmp_path: Path) -> None:
    data = with_metadata(save(TENSORS), told)
    for name, array in load(data).items():
        np.testing.assert_array_equal(array, TENSORS[name])
        assert array.dtype == TENSORS[name].dtype
    (tmp_path / "w.safetensors").write_bytes(data)
    with safe_open(tmp_path / "w.safetensors", "numpy") as file:
        assert (file.metadata() or {}) == told
    length = int.from_bytes(data[:8], "little")
    assert length % 8 == 0
    assert list(json.loads(data[8 : 8 + length])["__metadata__"]) == sorted(told)
