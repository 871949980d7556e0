"""Text from strangers: deep nesting, long numbers and half characters are one line, never a traceback."""

from pathlib import Path

import pytest

from attnpaint.config import LossConfig, Recipe
from attnpaint.errors import UsageError
from attnpaint.files import DEEPEST, LONGEST, parse_json, parse_toml
from attnpaint.recipe_file import load_recipe


@pytest.mark.parametrize("opening", ["[", '{"a": ', '[{"b": '])
@pytest.mark.parametrize("count", [DEEPEST + 1, 400, 30_000])
def test_json_that_is_nested_too_deep_is_refused(opening: str, count: int) -> None:
    closing = "".join({"[": "]", "{": "}"}[c] for c in reversed(opening) if c in "[{")
    with pytest.raises(ValueError, match="deep"):
        parse_json(opening * count + "1" + closing * count)


@pytest.mark.parametrize("count", [DEEPEST + 1, 400, 30_000])
def test_toml_that_is_nested_too_deep_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="deep"):
        parse_toml(f"a = {'[' * count}1{']' * count}")


@pytest.mark.parametrize("digits", [LONGEST + 1, 1000, 4301, 50_000])
def test_numbers_of_too_many_digits_are_refused(digits: int) -> None:
    with pytest.raises(ValueError, match="digit"):
        parse_json(f'{{"a": -{"7" * digits}}}')
    with pytest.raises(ValueError, match="digit"):
        parse_toml(f"a = {'7' * digits}")


@pytest.mark.parametrize("text", ['"\\ud800"', '{"\\udfff": 1}', '[["a", "b\\udc80"]]'])
def test_half_characters_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="half a character"):
        parse_json(text)


def test_what_fits_is_read_with_a_mark_or_without() -> None:
    text = '{"a": [1, 2.5, "é", null, true], "b": {"c": -12345678901234567890}}'
    wanted = {"a": [1, 2.5, "é", None, True], "b": {"c": -12345678901234567890}}
    assert parse_json(text) == parse_json("\ufeff" + text) == wanted
    assert parse_json(text.encode()) == parse_json(text.encode("utf-8-sig")) == wanted
    assert parse_toml("\ufeffa = [[1]]\n") == {"a": [[1]]}
    nested = parse_json("[" * (DEEPEST - 1) + "]" * (DEEPEST - 1))
    assert isinstance(nested, list)


@pytest.mark.parametrize(
    "setting",
    [
        "optimiser.lr=inf",
        "optimiser.lr=nan",
        "loss.guides=[nan,inf]",
        "loss.guides=[0.3,-inf]",
        "loss.guides=[-1,0.5]",
        "data.boost={a=-1}",
        "data.boost={a=inf}",
        "data.boost={a=nan}",
        "perceptual.layer_weights=[inf]",
        "optimiser.betas=[0.5,nan]",
        "generator.token_width=40000",
        "generator.depth=1000000",
        "generator.width=100000",
        "generator.widths=[8,80000]",
        "generator.variants=1000000",
        "training.steps=1" + "0" * 30,
        f"training.steps={'9' * 5000}",
        f"generator.widths={'[' * 400}8{']' * 400}",
        f"name={'[' * 3000}{']' * 3000}",
        f"data.size={'1' * 4000}",
    ],
)
def test_settings_beyond_what_can_work_are_one_line_that_names_the_key(setting: str) -> None:
    with pytest.raises(UsageError) as caught:
        load_recipe("attnpaint", [setting])
    told = str(caught.value)
    assert setting.split("=")[0] in told
    assert "\n" not in told
    assert len(told) < 300


@pytest.mark.parametrize(
    "text",
    [
        f"[generator]\nwidths={'[' * 1000}",
        f"a={'[' * 5000}{']' * 5000}",
        f"[training]\nsteps={'3' * 6000}",
        f"[optimiser]\nlr={'3' * 400}",
        f"[generator]\nwidths={'{a=' * 300}1{'}' * 300}",
    ],
)
def test_recipe_files_are_held_to_the_same(text: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text)
    with pytest.raises(UsageError) as caught:
        load_recipe(file)
    assert "mine.toml" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_a_recipe_made_in_python_is_held_to_the_same() -> None:
    with pytest.raises(UsageError, match=r"loss\.l1 = inf"):
        Recipe(loss=LossConfig(l1=float("inf")))
