"""Values of a project's JSON, each checked: what is wrong is told with its place."""

import math
from collections.abc import Callable, Collection
from typing import Any, TypeVar

from attnpaint.errors import AttnpaintError
from attnpaint.extract import Histogram
from attnpaint.extract.histogram import check_shape
from attnpaint.palettes.swatch import from_hex, to_hex
from attnpaint.projects.project import ROLES, Point

FARTHEST = 1e6  # px; no drawing is as long
NAME = 255  # letters

Value = TypeVar("Value")


def wrong(place: str, wanted: str) -> AttnpaintError:
    return AttnpaintError(f"its {place} is not {wanted}", "save the project again")


def table(value: Any, place: str, keys: Collection[str]) -> dict[str, Any]:
    """A table that has no other keys than these."""
    if not isinstance(value, dict):
        raise wrong(place, "a table")
    unknown = next((key for key in value if key not in keys), None)
    if unknown is not None:
        raise AttnpaintError(f"its {place} has an unknown entry {unknown[:40]!r}", "use a newer attnpaint")
    return value


def listed(
    value: Any, place: str, most: int, read: Callable[[Any, str], Value], least: int = 0
) -> tuple[Value, ...]:
    if not isinstance(value, list) or not least <= len(value) <= most:
        raise wrong(place, f"a list of {least} to {most}")
    return tuple(read(one, f"{place}[{number}]") for number, one in enumerate(value))


def text(value: Any, place: str) -> str:
    if not isinstance(value, str) or len(value) > NAME or not value.isprintable():
        raise wrong(place, f"a text of {NAME} letters at most")
    return value


def truth(value: Any, place: str) -> bool:
    if not isinstance(value, bool):
        raise wrong(place, "true or false")
    return value


def number(value: Any, place: str, least: float, most: float) -> float:
    good = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not good or not least <= value <= most:
        raise wrong(place, f"a number from {least:g} to {most:g}")
    return float(value)


def whole(value: Any, place: str, least: int, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise wrong(place, f"a whole number from {least} to {most}")
    return value


def one_of(value: Any, place: str, names: Collection[str]) -> str:
    if not isinstance(value, str) or value not in names:
        raise wrong(place, f"one of {', '.join(names)}")
    return value


def point(value: Any, place: str) -> Point:
    if not isinstance(value, list) or len(value) != 2:
        raise wrong(place, "a point [x, y]")
    x, y = (number(one, place, -FARTHEST, FARTHEST) for one in value)
    return x, y


def color(value: Any, place: str) -> str:
    """As #rrggbb."""
    if not isinstance(value, str):
        raise wrong(place, "a colour like #rrggbb")
    try:
        return to_hex(from_hex(value))
    except AttnpaintError:
        raise wrong(place, "a colour like #rrggbb") from None


def color_or_role(value: Any, place: str) -> str:
    return value if isinstance(value, str) and value in ROLES else color(value, place)


def palette(value: Any, place: str) -> Histogram:
    """{"colors": 4×4×3 from 0 to 255, "weights": 4×4}."""
    try:
        return check_shape(Histogram.from_numbers(table(value, place, ("colors", "weights"))))
    except AttnpaintError as error:
        raise AttnpaintError(f"its {place} is no palette: {error.problem}", error.remedy) from error
