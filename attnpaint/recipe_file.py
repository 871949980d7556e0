"""Recipes: TOML to the dataclasses of config and back."""

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile
from pathlib import Path
from typing import Any

from attnpaint.config import Recipe, read_as, shown
from attnpaint.errors import UsageError
from attnpaint.files import SMALL, parse_toml, read_bytes
from attnpaint.text_files import decode, lines_of

RECIPES = Path(__file__).parent / "recipes"


def recipe_names() -> list[str]:
    return sorted(path.stem for path in RECIPES.glob("*.toml"))


def load_recipe(name: str | Path, settings: Iterable[str] = ()) -> Recipe:
    """Read a recipe by name or file, then apply `key=value` settings such as `training.steps=100`.

    Raises UsageError for an unknown recipe, unknown keys (naming the nearest) and values of the wrong type.
    """
    path = _file(name)
    try:
        table = parse_toml("\n".join(lines_of(decode(read_bytes(path, SMALL)))))
    except OSError:
        known = ", ".join(recipe_names())
        raise UsageError(f"no recipe {name}", f"use a .toml file or one of: {known}") from None
    except ValueError as error:  # not TOML, or not text
        raise UsageError(f"recipe {path} is not valid TOML: {error}", "mend that line") from None
    for setting in settings:
        apply_setting(table, setting)
    recipe: Recipe = read_as(Recipe, table)
    return recipe


def comment_of(name: str | Path) -> str:
    """The lines at the head of a recipe's file, if any: what is published, and what was chosen."""
    lines = lines_of(decode(read_bytes(_file(name), SMALL)))
    return "".join(f"{line}\n" for line in takewhile(lambda line: line.startswith("#"), lines))


def to_toml(recipe: Recipe) -> str:
    """Every key of a recipe, as TOML that `load_recipe` reads back to the same one."""
    return "\n".join(_lines(recipe.to_dict(), "")).lstrip() + "\n"


def apply_setting(table: dict[str, Any], setting: str) -> None:
    """Put `section.key=value` into nested tables; the value is TOML, or a bare string."""
    key, equals, text = setting.partition("=")
    if not equals:
        raise UsageError(f"--set {shown(setting)} has no value", "write --set section.key=value")
    value = _given(setting, text)
    *sections, last = key.strip().split(".")
    for section in sections:
        inner = table.setdefault(section, {})
        if not isinstance(inner, dict):
            problem = f"{shown(section)} in --set {shown(setting)} is a value, not a section"
            raise UsageError(problem, "write --set section.key=value")
        table = inner
    table[last] = value


def _given(setting: str, text: str) -> Any:
    """TOML, or a bare string; what is TOML and out of bounds is refused, not taken for a string."""
    try:
        return parse_toml(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
    except ValueError as error:
        raise UsageError(f"--set {shown(setting)} cannot be read: {error}", "give a smaller value") from None


def _file(name: str | Path) -> Path:
    return Path(name) if str(name).endswith(".toml") else RECIPES / f"{name}.toml"


def _lines(table: Mapping[str, Any], where: str) -> Iterator[str]:
    """Values first: what follows a [section] is in it."""
    for key, value in table.items():
        if not isinstance(value, Mapping):
            yield f"{_key(key)} = {_toml(value)}"
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield f"\n[{where}{_key(key)}]"
            yield from _lines(value, f"{where}{_key(key)}.")


def _key(key: str) -> str:
    return key if re.fullmatch("[A-Za-z0-9_-]+", key) else _toml(key)


def _toml(value: Any) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, str):  # as JSON, which lets one control character stand
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return str(value).lower() if isinstance(value, bool) else repr(value)
