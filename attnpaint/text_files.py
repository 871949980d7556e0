"""Text of any origin: byte order marks, UTF-16, any line ends; CSV, or why it is none."""

import codecs
import csv
import re
from io import StringIO
from pathlib import Path

from attnpaint.errors import AttnpaintError
from attnpaint.files import read_bytes

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
