"""What the JSON of an evaluation has to hold, told before anything is counted."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

TEXTS = ("painter", "protocol", "lines", "name")
FILES = ("picture", "drawing", "reference")
TABLES = ("remarks", "skipped", "distributions", "sensitivity")


def check_record(record: Any) -> None:
    """ValueError that names what is missing or odd in a line of records.jsonl."""
    _check_table(record, "the line")
    for name in (*TEXTS, *FILES):
        if not isinstance(record.get(name), str):
            raise ValueError(f"{name} is {'no text' if name in record else 'missing'}")
    for name in (*FILES, "truth"):
        place = PurePosixPath(record.get(name) or "")
        if place.is_absolute() or ".." in place.parts or "\0" in str(place):
            raise ValueError(f"{name} leads out of the folder")
    _check_table(record.get("scores"), "scores")
    for name, score in record["scores"].items():
        _check_number(score, f"the score {name}")
    if "sensitivity" in record:
        _check_number(record["sensitivity"], "sensitivity")


def check_summary(summary: Any) -> None:
    """ValueError that names what is missing or odd in summary.json."""
    _check_table(summary, "the file")
    painters = summary.get("painters")
    if not isinstance(painters, list) or not painters or not all(isinstance(each, str) for each in painters):
        raise ValueError("painters is no list of names")
    if len(set(painters)) < len(painters):
        raise ValueError("painters has a name twice")
    for name in TABLES:
        if summary.get(name) is not None:
            _check_table(summary[name], name)
    for name in ("size", "pictures", "seed"):
        if summary.get(name) is not None and type(summary[name]) is not int:
            raise ValueError(f"{name} is no whole number")
    for painter, protocols in (summary.get("distributions") or {}).items():
        _check_table(protocols, f"distributions of {painter}")
        for protocol, values in protocols.items():
            _check_table(values, f"distributions of {painter}, {protocol}")
            for name, value in values.items():
                _check_number(value, f"distributions, {name} of {painter}, {protocol}:")
    if summary.get("setup") is not None:
        _check_table(summary["setup"], "setup")


def check_comparable(summary: Mapping[str, Any]) -> None:
    """ValueError where a checked summary lacks what another evaluation is held against."""
    _check_table(summary.get("setup"), "setup")
    setup: Mapping[str, Any] = summary["setup"]
    lacking = [name for name in ("size", "pictures", "seed", "data", "painters") if name not in setup]
    if lacking:
        raise ValueError(f"{lacking[0]} of setup is missing")
    _check_table(setup["painters"], "painters of setup")
    _check_table(setup.get("weights", {}), "weights of setup")
    digests = [*setup["painters"].values(), *setup.get("weights", {}).values()]
    if not all(isinstance(digest, str) for digest in digests):
        raise ValueError("a digest of setup is no text")
    for name in summary["painters"]:
        if name not in setup["painters"] or name not in (summary.get("distributions") or {}):
            raise ValueError(f"{name} is missing in setup or distributions")


def _check_table(value: Any, name: str) -> None:
    if not isinstance(value, Mapping):
        raise ValueError(f"{name} is {'missing' if value is None else 'no table'}")


def _check_number(value: Any, name: str) -> None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise ValueError(f"{name} is no number")
    if isinstance(value, int) and abs(value) > 1e18:
        raise ValueError(f"{name} is too large")
