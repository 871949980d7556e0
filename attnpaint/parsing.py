"""JSON and TOML of any origin: text to plain values, or a ValueError that says why not."""

import json
import tomllib
from collections.abc import Iterable
from typing import Any

DEEPEST = 64
"""Lists and tables inside each other; what the program writes has 8 at most."""

LONGEST = 40
"""Digits of a whole number; what the program writes has 20 at most."""


def parse_json(text: str | bytes) -> Any:
    """The values in JSON text; ValueError where it is none, nested deeper than DEEPEST, or has what cannot
    be computed with or shown: whole numbers of more than LONGEST digits, halves of characters.

    Bytes are UTF-8, with a byte order mark or without.
    """
    if isinstance(text, bytes):
        text = text.decode("utf-8-sig")
    try:
        value = json.loads(text.removeprefix("\ufeff"), parse_int=_whole)
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    check_plain(value)
    return value


def parse_toml(text: str) -> dict[str, Any]:
    """The tables in TOML text; ValueError as from `parse_json`."""
    try:
        table = tomllib.loads(text.removeprefix("\ufeff"))
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    check_plain(table)
    return table


def check_plain(value: Any) -> None:
    """ValueError where a value made of lists, tables, numbers and text is out of the bounds above."""
    level = [value]
    for _ in range(DEEPEST):
        if not level:
            return
        level = [inner for outer in level for inner in _inside(outer)]
    if level:
        raise ValueError(_TOO_DEEP)


_TOO_DEEP = f"lists or tables are nested more than {DEEPEST} deep"


def _whole(digits: str) -> int:
    if len(digits) > LONGEST:
        raise ValueError(f"a number has {len(digits)} digits")
    return int(digits)


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return (each for pair in value.items() for each in pair)
    if isinstance(value, list | tuple):
        return value
    if isinstance(value, str) and not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise ValueError("text has half a character in it") from None
    if isinstance(value, int) and abs(value) >= 10**LONGEST:
        raise ValueError(f"a number has more than {LONGEST} digits")
    return ()
