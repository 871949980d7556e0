"""What ends work: errors, each of which tells a person in one line what is wrong and what to do about it; and
work that nobody waits for any more.
"""

import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Event, local
from typing import Any
from unicodedata import category

LONGEST = 1000  # characters of what is told; longer ones lose their middle
_ENDS = re.compile(r" *[\t\n\v\f\r][ \t\n\v\f\r]*")
_UNSEEN = ("Cc", "Cs", "Zl", "Zp")  # controls, halves of characters, and what ends a line
_TURNING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # of a line's direction

SOME_FAILED = 3  # the exit code where some pictures failed and the others are done


def one_line(text: str) -> str:
    """The text as a terminal may show it, whatever names it holds: the ends of lines are spaces, what
    else would end it, turn it round or command the terminal is spelled out, and it is not endless."""
    if len(text) > LONGEST:
        text = f"{text[: LONGEST // 2]}…{text[-LONGEST // 2 :]}"
    if text.isprintable() and text.isascii():
        return text
    text = _ENDS.sub(" ", text.strip("\t\n\v\f\r"))
    shown = (
        letter.encode("unicode_escape").decode()
        if letter in _TURNING or category(letter) in _UNSEEN
        else letter
        for letter in text
    )
    return "".join(shown)


_WRONG = {
    "missing": "it is missing",
    "extra_forbidden": "there is no such field",
    "json_invalid": "this is no JSON",
    "literal_error": "it is none of {expected}",
    "enum": "it is none of {expected}",
    "value_error": "{error}",
    "greater_than_equal": "it is under {ge}",
    "greater_than": "it is not over {gt}",
    "less_than_equal": "it is over {le}",
    "less_than": "it is not under {lt}",
    "finite_number": "it is no finite number",
    **dict.fromkeys(("float_type", "float_parsing"), "it is no number"),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "it is no whole number"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "it is neither true nor false"),
    **dict.fromkeys(("string_type", "string_unicode"), "it is no text"),
    **dict.fromkeys(("list_type", "tuple_type"), "it is no list"),
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), "it is no JSON object"),
}
"""What pydantic finds, by its names, in our words."""


def in_words(finding: Mapping[str, Any]) -> str:
    """What pydantic found wrong with a value, one of its `errors()`, in our words."""
    facts = defaultdict(str, finding.get("ctx") or {})
    return _WRONG.get(str(finding["type"]), "it has another form").format_map(facts)


def tell(line: str) -> None:
    """One line on standard error, whatever names of files it holds (see `one_line`)."""
    print(one_line(line), file=sys.stderr, flush=True)


class AttnpaintError(Exception):
    """A failure that a person can act on, shown as one line `problem; remedy`."""

    exit_code = 1

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(problem, remedy)
        self.problem = one_line(problem)
        self.remedy = one_line(remedy)

    def __str__(self) -> str:
        return f"{self.problem}; {self.remedy}"


class UsageError(AttnpaintError):
    """The command was called in a way that cannot work."""

    exit_code = 2


class WeightsMissing(AttnpaintError):
    """A feature network's weights are not at hand; the remedy says where to get them."""

    exit_code = 4


class PackageMissing(AttnpaintError):
    """A package that this needs is not installed; the remedy is the command that installs it."""

    exit_code = 4

    def __init__(self, package: str, extra: str = "", problem: str = "") -> None:
        """extra: of attnpaint, which brings the package; none: attnpaint itself does. problem: default: that
        it is not installed."""
        remedy = f'pip install "attnpaint[{extra}]"' if extra else f"pip install -U {package}"
        super().__init__(problem or f"{package} is not installed", remedy)


class Stopped(AttnpaintError):
    """The work was stopped by Ctrl-C; the remedy says how to go on."""

    exit_code = 130


class PictureError(AttnpaintError):
    """A picture that cannot be read or written."""


_here = local()


class Cancelled(BaseException):
    """Nobody waits for this work any more. No Exception, so that no reader takes it for damaged data."""


@contextmanager
def cancellable(cancelled: Event) -> Iterator[None]:
    """In this block and thread `check_cancelled` raises once the event is set."""
    _here.cancelled = cancelled
    try:
        yield
    finally:
        del _here.cancelled


def check_cancelled() -> None:
    """Raise Cancelled where this thread's work is not wanted any more; nothing anywhere else."""
    cancelled: Event | None = getattr(_here, "cancelled", None)
    if cancelled is not None and cancelled.is_set():
        raise Cancelled
