"""Model folders: what is written comes back, and whatever is wrong with one is said in one line."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from tiny_model import TINY
from torch import nn

from attnpaint.config import GeneratorConfig, GuideConfig, PerceptualConfig, Recipe
from attnpaint.errors import AttnpaintError
from attnpaint.model.build import build_generator
from attnpaint.model.conditioning import Palette, stack
from attnpaint.model.folder import CONFIG, WEIGHTS, load_model, save_model
from attnpaint.model.model_config import REFINE, read_model_config, stages_in

RECIPE = Recipe(name="small", generator=TINY)
ANCESTOR = Recipe(name="old", generator=GeneratorConfig(kind="attention-unet", width=2))
Spoil = Callable[[Path], object]


def generator(recipe: Recipe = RECIPE) -> nn.Module:
    torch.manual_seed(0)
    return build_generator(recipe.generator).eval()


def paint(net: nn.Module) -> torch.Tensor:
    palette = Palette(torch.linspace(-1, 1, 48).view(1, 4, 4, 3), torch.full((1, 4, 4), 0.25))
    with torch.inference_mode():
        image: torch.Tensor = net(stack(torch.ones(1, 1, 64, 64), palette), palette).image
    return image


@pytest.mark.parametrize("recipe", [RECIPE, ANCESTOR])
def test_a_model_comes_back_as_it_was(recipe: Recipe, tmp_path: Path) -> None:
    net = generator(recipe)
    save_model(tmp_path / "a/model", net, recipe, {"steps": 7}, half=False)
    loaded, facts = load_model(tmp_path / "a/model")
    assert facts["recipe"] == recipe
    assert facts["steps"] == 7
    assert not loaded.training
    for name, tensor in loaded.state_dict().items():
        assert torch.equal(tensor, net.state_dict()[name])
    assert torch.equal(paint(loaded), paint(net))
    assert sorted(path.name for path in (tmp_path / "a/model").iterdir()) == [CONFIG, WEIGHTS]


def test_a_second_stage_lies_inside_the_first_and_in_no_other_place(tmp_path: Path) -> None:
    save_model(tmp_path / "run/model", generator(), RECIPE, {})
    assert stages_in(tmp_path / "run") == stages_in(tmp_path / "run/model") == [tmp_path / "run/model"]
    save_model(tmp_path / "run/model" / REFINE, generator(ANCESTOR), ANCESTOR, {"steps": 3})
    first, second = stages_in(tmp_path / "run")
    assert (first, second) == (tmp_path / "run/model", tmp_path / "run/model/refine")
    assert [read_model_config(folder)["recipe"] for folder in (first, second)] == [RECIPE, ANCESTOR]
    assert load_model(second)[1]["steps"] == 3


def test_the_folder_of_a_runs_second_stage_is_no_model_and_says_where_it_is(tmp_path: Path) -> None:
    for stage in ("", REFINE):
        (tmp_path / stage).mkdir(exist_ok=True)
        (tmp_path / stage / CONFIG).write_text(json.dumps(RECIPE.to_dict()))  # a run's
    with pytest.raises(AttnpaintError, match=r"is no model folder: model\.safetensors is missing"):
        load_model(tmp_path)  # before its first checkpoint
    save_model(tmp_path / "model", generator(), RECIPE, {})
    save_model(tmp_path / "model" / REFINE, generator(ANCESTOR), ANCESTOR, {})
    with pytest.raises(AttnpaintError, match="is the second stage of a run, and holds no model") as caught:
        load_model(tmp_path / REFINE)
    assert caught.value.remedy == f"give {tmp_path}, which paints with both stages"


def test_of_a_weights_file_the_name_is_kept_and_no_path(tmp_path: Path) -> None:
    file = str(tmp_path / "elsewhere/vgg19.pth")
    recipe = replace(RECIPE, guide=GuideConfig(weights=file), perceptual=PerceptualConfig(weights="random"))
    save_model(tmp_path / "model", generator(), recipe, {})
    kept = read_model_config(tmp_path / "model")["recipe"]
    assert (kept.guide.weights, kept.perceptual.weights) == ("vgg19.pth", "random")
    assert "elsewhere" not in (tmp_path / "model" / CONFIG).read_text()


def test_guide_decoders_are_left_out(tmp_path: Path) -> None:
    net = GeneratorConfig("double-conv-unet", ("style",), sketch_channels=1, width=2)
    recipe = Recipe(generator=net, guide=GuideConfig(width=8))
    full = build_generator(net, 8, decoders=True)
    save_model(tmp_path, full, recipe, {}, half=False)
    saved, loaded = load_file(tmp_path / WEIGHTS), load_model(tmp_path)[0]
    left_out = full.state_dict().keys() - saved.keys()
    assert left_out
    assert all(name.startswith(("guide.entry.", "guide.exit.")) for name in left_out)
    assert loaded.state_dict().keys() == saved.keys()


def test_half_weights_are_half_as_large_and_paint_the_same_picture(tmp_path: Path) -> None:
    net = generator().to(memory_format=torch.channels_last)
    save_model(tmp_path / "half", net, RECIPE, {})
    save_model(tmp_path / "full", net, RECIPE, {}, half=False)
    assert all(tensor.dtype == torch.float16 for tensor in load_file(tmp_path / "half" / WEIGHTS).values())
    sizes = [(tmp_path / name / WEIGHTS).stat().st_size for name in ("half", "full")]
    assert 0.4 < sizes[0] / sizes[1] < 0.75
    loaded, _ = load_model(tmp_path / "half")
    assert all(parameter.dtype == torch.float32 for parameter in loaded.parameters())
    assert torch.allclose(paint(loaded), paint(net), atol=0.02)


def test_whole_numbers_stay_whole_numbers(tmp_path: Path) -> None:
    save_model(tmp_path, generator(ANCESTOR), ANCESTOR, {})
    counts = [t for name, t in load_file(tmp_path / WEIGHTS).items() if name.endswith("num_batches_tracked")]
    assert counts
    assert all(count.dtype == torch.int64 for count in counts)


def edit(folder: Path, change: Callable[[dict[str, object]], object]) -> None:
    facts = json.loads((folder / CONFIG).read_text())
    change(facts)
    (folder / CONFIG).write_text(json.dumps(facts))


def other_weights(folder: Path) -> None:
    save_file({"x": torch.zeros(2)}, folder / WEIGHTS)


def wider(folder: Path) -> None:
    recipe = {"name": "wide", "generator": {"widths": [16, 16], "token_width": 16}}
    edit(folder, lambda facts: facts.update(recipe=recipe))


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda folder: (folder / CONFIG).unlink(), "config.json is missing"),
        (lambda folder: (folder / WEIGHTS).unlink(), "model.safetensors is missing"),
        (lambda folder: (folder / CONFIG).write_text("{"), "cannot be read"),
        (lambda folder: (folder / CONFIG).write_text("[1]"), "cannot be read"),
        (lambda folder: (folder / CONFIG).write_bytes(b"\xff\xfe"), "cannot be read"),
        (lambda folder: edit(folder, lambda facts: facts.pop("recipe")), "cannot be read"),
        (
            lambda folder: edit(folder, lambda facts: facts.update(recipe={"newer": 1})),
            "unknown recipe key newer",
        ),
        (lambda folder: (folder / WEIGHTS).write_bytes(b"no weights"), "cannot be read"),
        (
            lambda folder: (folder / WEIGHTS).write_bytes((folder / WEIGHTS).read_bytes()[:5000]),
            "cannot be read",
        ),
        (other_weights, "do not fit its config.json"),
        (wider, "do not fit its config.json"),
    ],
)
def test_what_is_wrong_with_a_folder_is_said_in_one_line(spoil: Spoil, says: str, tmp_path: Path) -> None:
    save_model(tmp_path, generator(), RECIPE, {})
    spoil(tmp_path)
    with pytest.raises(AttnpaintError) as caught:
        load_model(tmp_path)
    assert says in caught.value.problem
    assert str(tmp_path) in caught.value.problem
    assert caught.value.exit_code == 1
    assert "\n" not in str(caught.value)


def test_a_folder_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(AttnpaintError, match="is no model folder"):
        load_model(tmp_path / "nowhere")
