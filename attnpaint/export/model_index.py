"""What an evaluation measured, as the Hub's model cards hold it: `metrics` and `model-index`."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.files import parse_json
from attnpaint.inference.look import FINISHES
from attnpaint.model.model_config import model_digest

REPORT = "report.json"
LARGEST = 64_000_000  # bytes of a report
BASELINES = {
    "paper-white": "a baseline: the drawing as it is",
    "nearest-band": "a baseline, no network: each closed region in the main colour of the band at its height",
    "ancestor": "a baseline: attentioned-deep-paint a quarter as wide, after 12,000 pictures at 256 px",
}
"""Painters that stand in every evaluation, by their names in tables; what a reader should know of each."""


@dataclass(frozen=True)
class Result:
    """protocol: same, cross or sibling; pictures: how many it is the mean of; title: with its unit."""

    protocol: str
    measure: str
    title: str
    value: float
    pictures: int


def read_results(report: Path, painter: str = "") -> list[Result]:
    """The means of one painter in a report.json of `attnpaint evaluate`.

    painter: as the report names it; default: the only one that is no baseline. Raises AttnpaintError where
    the file is no such report, UsageError where the painter is not in it, or not the only one.
    """
    try:
        if report.stat().st_size > LARGEST:
            raise ValueError
        told = parse_json(report.read_text(encoding="utf-8"))
        painter = _painter(told, painter)
        return list(_results(told, painter))
    except OSError as error:
        raise AttnpaintError(
            f"{report} cannot be read", "give a report.json of attnpaint evaluate"
        ) from error
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        problem = f"{report} is no report of attnpaint evaluate"
        raise AttnpaintError(problem, "give the report.json that it wrote") from error


def own_results(folder: Path) -> list[Result]:
    """The means of the report.json in a model folder, where that judged this very model, by whatever finish;
    else []: figures of other weights are not this model's."""
    report = folder / REPORT
    try:
        digests = parse_json(report.read_text(encoding="utf-8"))["digests"]
        own = {model_digest(folder, finish) for finish in ("", *FINISHES)}
        names = [str(name) for name, digest in digests.items() if digest in own]
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return []
    return read_results(report, names[0]) if names else []


def yaml_lines(results: list[Result], name: str) -> list[str]:
    """The front matter's lines. name: of the model."""
    if not results:
        return []
    lines = ["metrics:", *(f"- {json.dumps(one)}" for one in dict.fromkeys(r.measure for r in results))]
    lines += ["model-index:", f"- name: {json.dumps(name, ensure_ascii=False)}", "  results:"]
    for protocol in dict.fromkeys(result.protocol for result in results):
        own = [result for result in results if result.protocol == protocol]
        dataset = f"{own[0].pictures} held-out pictures, reference: {protocol}"
        lines += ["  - task:", "      type: image-to-image", "    dataset:"]
        lines += [f"      name: {json.dumps(dataset)}", f"      type: {json.dumps(f'attnpaint-{protocol}')}"]
        lines += ["    metrics:"]
        for result in own:
            lines += [f"    - type: {json.dumps(result.measure)}", f"      value: {result.value:g}"]
            lines += [f"      name: {json.dumps(result.title, ensure_ascii=False)}"]
    return lines


def _painter(told: Any, painter: str) -> str:
    every = {
        name
        for protocol in told["protocols"].values()
        for measure in protocol["measures"].values()
        for name in measure
    }
    found = [painter] if painter else sorted(every - BASELINES.keys())
    if len(found) != 1 or found[0] not in every:
        problem = f"the report has no painter {painter}" if painter else "the report has several painters"
        raise UsageError(problem, f"give --painter, one of {', '.join(sorted(every))}")
    return found[0]


def _results(told: Any, painter: str) -> Iterator[Result]:
    for protocol, measured in told["protocols"].items():
        for measure, painters in measured["measures"].items():
            if painter not in painters:
                continue
            about, mean = told["measures"][measure], float(painters[painter]["mean"])
            if not isfinite(mean):
                raise ValueError(measure)
            unit = f" ({about['unit']})" if about["unit"] else ""
            title = f"{about['title']}{unit}"
            yield Result(str(protocol), str(measure), title, mean, int(painters[painter]["pictures"]))
