"""Model folders are strangers' files: what one asks for is looked at before memory is given."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from painting import drawing, knowing, recipe_of, saved
from safetensors.torch import load_file, save_file

from attnpaint.errors import AttnpaintError
from attnpaint.extract import Histogram
from attnpaint.model.build import build_generator
from attnpaint.model.folder import load_model, save_model
from attnpaint.model.model_config import CONFIG, DEFAULT_MODEL, SUMS, WEIGHTS
from attnpaint.recipe_file import load_recipe, recipe_names


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return saved(tmp_path, recipe_of("palette-unet", widths=(8, 16), token_width=8))


def change(folder: Path, **generator: object) -> None:
    facts = json.loads((folder / CONFIG).read_text())
    facts["recipe"]["generator"].update(generator)
    (folder / CONFIG).write_text(json.dumps(facts))


def refusal(folder: Path) -> str:
    with pytest.raises(AttnpaintError) as caught:
        load_model(folder)
    told = str(caught.value)
    assert str(folder) in told
    assert "\n" not in told
    assert len(told) < 400 + len(str(folder))
    return told


@pytest.mark.parametrize(
    "generator",
    [
        {"token_width": 4096},
        {"widths": [4096] * 6},
        {"depth": 40},
        {"attended": 0},
        {"head": "rgb"},
        {"sketch_channels": 3},
        {"kind": "attention-unet", "width": 1024, "conditioning": ["histogram"]},
        {"kind": "residual-unet", "width": 1024, "conditioning": []},
    ],
)
def test_what_asks_for_another_network_is_refused_without_building_it(
    folder: Path, generator: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    change(folder, **generator)
    real: list[torch.device] = []
    init = torch.nn.Parameter.__new__

    def watched(kind: type, data: torch.Tensor, *more: object, **named: object) -> torch.nn.Parameter:
        real.append(data.device)
        return init(kind, data, *more, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(torch.nn.Parameter, "__new__", watched)
    assert "do not fit its config.json" in refusal(folder)
    assert {device.type for device in real} == {"meta"}


@pytest.mark.parametrize(
    "generator",
    [
        {"token_width": 40_000},
        {"token_width": 0},
        {"token_width": -4},
        {"widths": [0, 0]},
        {"widths": []},
        {"widths": [8] * 40},
        {"widths": [800_000]},
        {"widths": [8, 10**30]},
        {"depth": 10**6},
        {"depth": 0},
        {"attended": -1},
        {"attended": 10**9},
        {"variants": 10**9},
        {"width": 0},
        {"width": 1e300},
        {"kind": "residual-unet", "width": 10**7},
        {"kind": ["palette-unet"]},
        {"conditioning": [[["tokens"]]]},
    ],
)
def test_numbers_that_no_network_can_have_are_refused(folder: Path, generator: dict[str, object]) -> None:
    change(folder, **generator)
    assert "generator." in refusal(folder)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 500 + "]" * 500,
        '{"recipe": ' * 300 + "1" + "}" * 300,
        '{"recipe": {"name": "\\ud800"}}',
        "7" * 5000,
    ],
)
def test_a_config_that_is_no_plain_table_is_refused(folder: Path, text: str) -> None:
    (folder / CONFIG).write_text(text)
    assert "cannot be read" in refusal(folder)


@pytest.mark.parametrize("name", recipe_names())
def test_every_recipes_network_can_be_laid_out_without_memory(name: str) -> None:
    recipe = load_recipe(name)
    with torch.device("meta"):
        net = build_generator(recipe.generator, recipe.guide.width)
    assert all(tensor.is_meta for tensor in net.state_dict().values())


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("which", [0, 7, -1])
def test_weights_that_are_not_finite_are_one_error(folder: Path, value: float, which: int) -> None:
    state = load_file(folder / WEIGHTS)
    name = [name for name in state if state[name].is_floating_point()][which]
    state[name].view(-1)[0] = value
    save_file(state, folder / WEIGHTS)
    told = refusal(folder)
    assert "not finite" in told
    assert name in told


def test_weights_too_large_for_the_network_are_not_finite(folder: Path) -> None:
    state = {name: tensor.double() for name, tensor in load_file(folder / WEIGHTS).items()}
    next(iter(state.values())).view(-1)[0] = 1e200
    save_file(state, folder / WEIGHTS)
    assert "not finite" in refusal(folder)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_painting_that_is_not_finite_is_one_error_and_no_black_picture(value: float) -> None:
    recipe = recipe_of("pix2pix-unet", "histogram")

    def paint(x: torch.Tensor, **beside: object) -> torch.Tensor:
        image = torch.zeros(1, 3, *x.shape[2:])
        image[0, 1, 5, 5] = value
        return image

    histogram = Histogram(np.zeros((4, 4, 3), np.uint8), np.full((4, 4), 0.25, np.float32))
    with pytest.raises(AttnpaintError, match="not finite"):
        knowing((recipe, paint)).colorize(drawing(), histogram)


@pytest.mark.parametrize("shipped", [DEFAULT_MODEL, DEFAULT_MODEL / "ancestor"])
def test_the_shipped_weights_are_those_of_their_checksum(shipped: Path) -> None:
    assert (shipped / SUMS).is_file()
    load_model(shipped)


@pytest.mark.parametrize("place", [0.5, 0.9, 0.999])
def test_a_flipped_bit_is_noticed_where_there_is_a_checksum(place: float, tmp_path: Path) -> None:
    for name in (CONFIG, WEIGHTS, SUMS):
        (tmp_path / name).write_bytes((DEFAULT_MODEL / "ancestor" / name).read_bytes())
    load_model(tmp_path)
    data = bytearray((tmp_path / WEIGHTS).read_bytes())
    data[int(len(data) * place)] ^= 1
    (tmp_path / WEIGHTS).write_bytes(data)
    assert "damaged or replaced" in refusal(tmp_path)


def test_other_weights_written_over_need_no_checksum(tmp_path: Path) -> None:
    recipe = recipe_of("pix2pix-unet", width=8)
    (tmp_path / SUMS).write_text("0" * 64 + "  model.safetensors\n")
    loaded, _ = load_model(saved(tmp_path, recipe))
    (tmp_path / SUMS).write_text("0" * 64 + "  model.safetensors\n")
    save_model(tmp_path, loaded, recipe, {})
    load_model(tmp_path)
