"""Palettes as JSON, to edit by hand."""

import json
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from attnpaint.errors import AttnpaintError
from attnpaint.extract import Histogram
from attnpaint.extract.histogram import check_shape
from attnpaint.files import parse_json
from attnpaint.palettes.merge import spread
from attnpaint.palettes.swatch import (
    BANDS,
    RANKS,
    Swatch,
    decimal,
    from_bands,
    from_hex,
    named,
    to_hex,
)
from attnpaint.text_files import decode

_REMEDY = 'give {"bands": [[{"color": "#aabbcc", "weight": 0.4}, … 4], … 4]}'


def write_plain(histogram: Histogram, name: str) -> bytes:
    """{"name": …, "bands": four of four {"color": "#aabbcc", "weight": 0.4}}, a colour a line."""
    swatches = named(histogram)
    weights = histogram.weights.ravel()
    entries = [
        json.dumps({"color": to_hex(swatch.color), "weight": float(decimal(weight))})
        for swatch, weight in zip(swatches, weights, strict=True)
    ]
    bands = [",\n      ".join(entries[i : i + RANKS]) for i in range(0, len(entries), RANKS)]
    rows = ",\n".join(f"    [\n      {band}\n    ]" for band in bands)
    return f'{{\n  "name": {json.dumps(name, ensure_ascii=False)},\n  "bands": [\n{rows}\n  ]\n}}\n'.encode()


def read_plain(data: bytes, name: str) -> Histogram:
    """Read `write_plain`'s layout, AttentionedDeepPaint's, `Histogram.to_numbers`', or a list of "#aabbcc".

    In the first a band may have fewer than four colours, one may stand as "#aabbcc" alone, and weights may be
    left out in a whole band. Raises AttnpaintError where it is none of them.
    """
    try:
        layout = parse_json(decode(data))
    except (ValueError, RecursionError) as error:
        raise AttnpaintError(f"{name} is no JSON", _REMEDY) from error
    try:
        if isinstance(layout, list):
            return spread([Swatch(from_hex(_text(color))) for color in layout], name)
        if not isinstance(layout, dict):
            raise AttnpaintError("it holds no bands", _REMEDY)
        if "bands" in layout:
            return from_bands(_bands(layout["bands"]))
        if "colors" in layout:
            found = check_shape(Histogram.from_numbers(layout))
            pairs = zip(found.colors.tolist(), found.weights.tolist(), strict=True)
            return from_bands([[(c, _weight(w)) for c, w in zip(*band, strict=True)] for band in pairs])
        return check_shape(Histogram.from_json(layout))
    except AttnpaintError as error:
        raise AttnpaintError(f"{name} is no palette: {error.problem}", error.remedy) from error


def _bands(bands: Any) -> list[list[tuple[Sequence[int], float]]]:
    if not isinstance(bands, list) or len(bands) != BANDS:
        count = f"{len(bands)}" if isinstance(bands, list) else "no list of"
        raise AttnpaintError(f"it has {count} bands, not {BANDS}", _REMEDY)
    return [_band(band, number) for number, band in enumerate(bands, 1)]


def _band(band: Any, number: int) -> list[tuple[Sequence[int], float]]:
    if not isinstance(band, list) or not 1 <= len(band) <= RANKS:
        count = f"{len(band)}" if isinstance(band, list) else "no list of"
        raise AttnpaintError(f"band {number} has {count} colours, not 1 to {RANKS}", _REMEDY)
    entries = [entry if isinstance(entry, dict) else {"color": entry} for entry in band]
    told = sum("weight" in entry for entry in entries)
    if told not in (0, len(entries)):
        raise AttnpaintError(
            f"band {number} has colours with a weight and without", "give all of them one, or none"
        )
    return [(from_hex(_text(entry.get("color"))), _weight(entry.get("weight", 1.0))) for entry in entries]


def _text(color: Any) -> str:
    return color if isinstance(color, str) else json.dumps(color)


def _weight(weight: Any) -> float:
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 <= weight < math.inf:
        raise AttnpaintError(f"{json.dumps(weight)} is no weight", "give a number from 0 to 1")
    return float(np.float32(min(weight, 1e30)))
