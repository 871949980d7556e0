"""Text of any origin: byte order marks, UTF-16, any line ends; CSV, JSON and TOML, or why it is none."""

import codecs
import csv
import json
import os
import re
import tomllib
from io import StringIO
from pathlib import Path
from typing import Any

from attnpaint.errors import AttnpaintError

SMALL = 8_000_000  # bytes of a file that describes something: recipes, models, palettes
MOST_BYTES = 64_000_000  # of a text file; no list of pictures is nearly as large
_MARKS = (  # the longer ones first: one of UTF-16 begins one of UTF-32
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)
_DELIMITERS = "\t;,"  # of as many in a line the first one: commas stand in names, too
_LINE_END = re.compile(r"\r\n|\r|\n")

Line = tuple[int, list[str]]


def marked(data: bytes) -> str | None:
    """The encoding that a byte order mark tells, such as `utf-16`; None without one."""
    return next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)


def decode(data: bytes) -> str:
    """Text in the encoding that its byte order mark tells, which is left out, else in UTF-8.

    Raises UnicodeDecodeError where it is in neither.
    """
    encoding = marked(data) or "utf-8"
    text = data.decode(encoding)
    if encoding == "utf-16" and not any(map(str.isascii, text)):  # almost any bytes are UTF-16
        raise UnicodeDecodeError(encoding, data, 0, len(data), "no text in a file that is read here")
    return text


def lines_of(text: str) -> list[str]:
    """Its lines without their ends, \\n, \\r\\n or \\r; `splitlines` also ends them at form feeds."""
    lines = _LINE_END.split(text)
    return lines if lines[-1] else lines[:-1]


def read_bytes(path: Path, most: int = MOST_BYTES) -> bytes:
    """All of a file; ValueError where it is of more than `most` bytes, OSError where it cannot be read."""
    with path.open("rb") as file:
        large = os.fstat(file.fileno()).st_size > most
        data = b"" if large else file.read(most + 1)
    if large or len(data) > most:
        raise ValueError(f"it is of more than {most // 1_000_000} MB")
    return data


def read_text(path: Path, remedy: str, saving: str = "save it as UTF-8") -> str:
    """The text of a file in UTF-8, or in UTF-16 or UTF-32 with a byte order mark; line ends as they are.

    Raises AttnpaintError where it cannot be read (with `remedy`), is of more than MOST_BYTES, is not text in
    these encodings (with `saving`) or holds NUL.
    """
    try:
        data = read_bytes(path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None)
        reason = reason.lower() if reason else str(error)
        raise AttnpaintError(f"{path} cannot be read ({reason})", remedy) from error
    try:
        text = decode(data)
    except UnicodeDecodeError as error:
        raise AttnpaintError(f"{path} is not text in UTF-8", saving) from error
    if "\0" in text:
        raise AttnpaintError(f"{path} is not text", remedy)
    return text


def read_csv(path: Path, remedy: str, saving: str = "save it as CSV UTF-8") -> list[Line]:
    """The lines of a CSV that are not empty, each with the number of its last line in the file, from 1.

    Separated by comma, semicolon or tab: what the first line holds most of outside of quotes, or what a line
    `sep=;` before it says, as Excel writes it.
    Raises what `read_text` does, and AttnpaintError with the line where a quote is not closed.
    """
    text = read_text(path, remedy, saving)
    first, rest = [*_LINE_END.split(text, maxsplit=1), ""][:2]
    told = re.fullmatch(r'"?sep=(.)"?[;,\t ]*', first.strip(" "), re.IGNORECASE)
    before = 1 if told else 0
    delimiter = told[1] if told else _delimiter(text)
    body = StringIO(rest if told else text, newline="")
    lines = list[Line]()
    try:
        reader = csv.reader(body, delimiter=delimiter, strict=True, skipinitialspace=delimiter != "\t")
        for values in reader:
            if any(map(str.strip, values)):
                lines.append((reader.line_num + before, values))
    except csv.Error as error:
        problem = f"{path} line {reader.line_num + before} cannot be read ({error})"
        raise AttnpaintError(problem, remedy) from error
    except (TypeError, ValueError) as error:  # no such delimiter
        raise AttnpaintError(f"{path} names a separator that cannot be: {first}", saving) from error
    return lines


def filled(values: list[str], least: int = 0) -> list[str]:
    """Without the empty cells at the end, of which spreadsheets add some, but `least` cells if there are."""
    last = max((i for i, value in enumerate(values, 1) if value.strip()), default=0)
    return values[: max(last, least)]


def _delimiter(text: str) -> str:
    bare = re.sub(r'"(?:[^"]|"")*"', "", text.lstrip())
    first = _LINE_END.split(bare, maxsplit=1)[0]
    return max(_DELIMITERS, key=first.count)


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
        value = json.loads(text.removeprefix("\ufeff"))
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
        below = list[Any]()
        for one in level:
            if isinstance(one, dict):
                below += [*one, *one.values()]
            elif isinstance(one, list | tuple):
                below += one
            elif isinstance(one, str) and not one.isascii():
                try:
                    one.encode()
                except UnicodeEncodeError:
                    raise ValueError("text has half a character in it") from None
            elif isinstance(one, int) and abs(one) >= 10**LONGEST:
                raise ValueError(f"a number has more than {LONGEST} digits")
        level = below
    if level:
        raise ValueError(_TOO_DEEP)


_TOO_DEEP = f"lists or tables are nested more than {DEEPEST} deep"
