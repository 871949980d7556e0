"""Recipes: what is read, what is refused, and what the refusal says."""

import json
from pathlib import Path
from typing import Any

import pytest

from attnpaint.config import Recipe, read_as
from attnpaint.errors import UsageError
from attnpaint.recipe_file import apply_setting, load_recipe, recipe_names


def refusal(*settings: str, recipe: str | Path = "attnpaint") -> UsageError:
    with pytest.raises(UsageError) as caught:
        load_recipe(recipe, settings)
    assert "\n" not in str(caught.value)
    return caught.value


def test_the_shipped_recipes_are_these() -> None:
    founding = "style2paints-v1 sgru sgru-ssn sgru-hint auto-painter paints-chainer pix2pix two-stage"
    assert {*recipe_names()} == {"attnpaint", "attnpaint-1", "attentioned-deep-paint", *founding.split()}


@pytest.mark.parametrize("name", recipe_names())
def test_every_shipped_recipe_loads_under_its_own_name_and_survives_json(name: str) -> None:
    recipe = load_recipe(name)
    assert recipe.name == name
    assert read_as(Recipe, json.loads(json.dumps(recipe.to_dict()))) == recipe


def test_a_recipe_file_is_read_and_what_it_leaves_out_has_its_default(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('name = "mine"\n[generator]\nwidths = [8, 16]\n[data]\nboost = { manga = 2 }\n')
    recipe = load_recipe(file)
    assert recipe.generator.widths == (8, 16)
    assert recipe.data.boost == {"manga": 2.0}
    assert recipe.training == Recipe().training


@pytest.mark.parametrize(
    ("setting", "nearest"),
    [
        ("training.step=3", "training.steps"),
        ("generator.withs=[8]", "generator.widths"),
        ("optimizer.lr=1e-3", "optimiser"),
        ("data.bath_size=2", "data.batch_size"),
    ],
)
def test_an_unknown_key_is_refused_and_the_nearest_named(setting: str, nearest: str) -> None:
    error = refusal(setting)
    assert error.problem.startswith("unknown recipe key")
    assert error.remedy == f"did you mean {nearest}?"


def test_an_unknown_key_like_none_is_refused_with_the_known_ones() -> None:
    assert "known keys: l1, huber, masked" in refusal("loss.qqqqqq=1").remedy


@pytest.mark.parametrize(
    ("setting", "wanted"),
    [
        ("training.steps=1.5", "a whole number"),
        ("training.steps=many", "a whole number"),
        ("training.steps=true", "a whole number"),
        ("loss.l1=[1]", "a number"),
        ("loss.l1=false", "a number"),
        ("data.flip=1", "true or false"),
        ("name=3", "text"),
        ("generator.widths=8", "a list"),
        ("generator.widths={a = 8}", "a list"),
        ("generator.widths=[8, 'x']", "a whole number"),
        ("data.boost=2", "a table"),
        ("data.boost.manga='much'", "a number"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused(setting: str, wanted: str) -> None:
    error = refusal(setting)
    assert setting.split("=")[0] in error.problem
    assert error.problem.endswith("has the wrong type")
    assert error.remedy == f"give {wanted}"


@pytest.mark.parametrize(
    ("setting", "choices"),
    [
        ("hints.kind=dots", "map, patches, strokes"),
        ("loss.gan=wgan", "bce, lsgan, hinge"),
        ("discriminator.norm=layer", "batch, instance, spectral, none"),
        ("training.precision=[1]", "auto, fp32, bf16"),
    ],
)
def test_a_value_that_is_no_choice_is_refused_with_the_choices(setting: str, choices: str) -> None:
    assert refusal(setting).remedy == f"choose from: {choices}"


@pytest.mark.parametrize(
    ("setting", "wanted"),
    [
        ("generator.widths=[12, 24]", "multiples of 8"),
        ("generator.widths=[]", "multiples of 8"),
        ("generator.token_width=30", "a multiple of 4"),
        ("data.batch_size=0", "1 or more"),
        ("data.size=16", "24 or more"),
        ("optimiser.betas=[0.9]", "two shares below 1"),
    ],
)
def test_what_no_network_can_be_made_of_is_refused(setting: str, wanted: str) -> None:
    error = refusal(setting)
    assert error.problem.endswith("cannot work")
    assert error.remedy == f"give {wanted}"


@pytest.mark.parametrize(
    ("setting", "table"),
    [
        ("training.steps=100", {"training": {"steps": 100}}),
        ("loss.l1=1e2", {"loss": {"l1": 100.0}}),
        ("loss.gan=hinge", {"loss": {"gan": "hinge"}}),
        ('loss.gan="hinge"', {"loss": {"gan": "hinge"}}),
        ("data.flip=false", {"data": {"flip": False}}),
        ("generator.widths=[8, 16]", {"generator": {"widths": [8, 16]}}),
        ("data.boost.pepper-carrot=2", {"data": {"boost": {"pepper-carrot": 2}}}),
        ("name=a=b", {"name": "a=b"}),
    ],
)
def test_a_setting_is_a_place_and_a_toml_value_or_bare_text(setting: str, table: dict[str, Any]) -> None:
    read: dict[str, Any] = {}
    apply_setting(read, setting)
    assert read == table


def test_settings_go_over_the_file_and_the_last_one_holds() -> None:
    recipe = load_recipe("attnpaint", ["training.steps=7", "training.steps=8", "data.boost.konqi=9"])
    assert recipe.training.steps == 8
    assert recipe.data.boost["konqi"] == 9.0
    assert recipe.data.boost["lily-novel"] == 3.0


@pytest.mark.parametrize("setting", ["training.steps", "", "training=5", "name.first=x"])
def test_a_setting_that_has_no_value_or_misses_its_section_is_refused(setting: str) -> None:
    assert "section" in str(refusal(setting))


def test_an_unknown_recipe_is_refused_with_the_known_names() -> None:
    error = refusal(recipe="attnpant")
    assert error.problem == "no recipe attnpant"
    assert error.remedy.endswith(", ".join(recipe_names()))


@pytest.mark.parametrize("content", [b"steps = ", b"\xff\xfe"])
def test_a_file_that_is_no_toml_is_refused(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_bytes(content)
    assert "is not valid TOML" in refusal(recipe=file).problem
