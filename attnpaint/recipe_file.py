"""Recipes: TOML to the dataclasses of config and back; unknown keys are refused with the nearest name."""

import dataclasses
import difflib
import json
import re
import tomllib
import typing
from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile
from pathlib import Path
from typing import Any, Literal

from attnpaint.config import Recipe
from attnpaint.errors import UsageError
from attnpaint.text_files import SMALL, decode, lines_of, parse_toml, read_bytes

MOST_SHOWN = 80  # characters of a value in a message
RECIPES = Path(__file__).parent / "recipes"
_KINDS: dict[Any, str] = {
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    str: "text",
    tuple: "a list",
    Mapping: "a table",
}


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
    return recipe_from(table)


def comment_of(name: str | Path) -> str:
    """The lines at the head of a recipe's file, if any: what is published, and what was chosen."""
    lines = lines_of(decode(read_bytes(_file(name), SMALL)))
    return "".join(f"{line}\n" for line in takewhile(lambda line: line.startswith("#"), lines))


def recipe_from(table: Mapping[str, Any]) -> Recipe:
    """A Recipe from plain tables, as in a TOML file or a run's config.json."""
    return typing.cast(Recipe, _build(Recipe, table, ""))


def to_toml(recipe: Recipe) -> str:
    """Every key of a recipe, as TOML that `load_recipe` reads back to the same one."""
    return "\n".join(_lines(recipe.to_dict(), "")).lstrip() + "\n"


def apply_setting(table: dict[str, Any], setting: str) -> None:
    """Put `section.key=value` into nested tables; the value is TOML, or a bare string."""
    key, equals, text = setting.partition("=")
    if not equals:
        raise UsageError(f"--set {_shown(setting)} has no value", "write --set section.key=value")
    value = _given(setting, text)
    *sections, last = key.strip().split(".")
    for section in sections:
        inner = table.setdefault(section, {})
        if not isinstance(inner, dict):
            problem = f"{_shown(section)} in --set {_shown(setting)} is a value, not a section"
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
        raise UsageError(f"--set {_shown(setting)} cannot be read: {error}", "give a smaller value") from None


def _shown(value: Any) -> str:
    """A value in a message, which stays one line that can be read."""
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"


def _file(name: str | Path) -> Path:
    return Path(name) if str(name).endswith(".toml") else RECIPES / f"{name}.toml"


def _build(kind: type, table: Any, where: str) -> Any:
    if not isinstance(table, Mapping):
        problem = f"recipe section {where.rstrip('.')} is not a table"
        raise UsageError(problem, "write its keys below [section]")
    hints = typing.get_type_hints(kind)
    for key in table:
        if key not in hints:
            near = difflib.get_close_matches(key, hints, 1)
            raise UsageError(
                f"unknown recipe key {_shown(f'{where}{key}')}",
                f"did you mean {where}{near[0]}?" if near else f"known keys: {', '.join(hints)}",
            )
    return kind(**{key: _value(hints[key], value, f"{where}{key}") for key, value in table.items()})


def _value(hint: Any, value: Any, where: str) -> Any:
    if dataclasses.is_dataclass(hint):
        return _build(typing.cast(type, hint), value, f"{where}.")
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin is Literal:
        if value in args:
            return value
        raise UsageError(f"{where} = {_shown(repr(value))}", f"choose from: {', '.join(map(str, args))}")
    if origin is tuple and isinstance(value, list | tuple):
        return tuple(_value(args[0], item, where) for item in value)
    if origin is Mapping and isinstance(value, Mapping):
        return {str(key): _value(args[1], item, f"{where}.{key}") for key, item in value.items()}
    if hint is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if origin is None and isinstance(value, hint) and (hint is bool or not isinstance(value, bool)):
        return value
    wanted = _KINDS[origin or hint]
    raise UsageError(f"{where} = {_shown(repr(value))} has the wrong type", f"give {wanted}")


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
