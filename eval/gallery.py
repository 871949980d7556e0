"""Which painted pictures the report shows, by a rule, and how they fit into one file."""

import base64
import math
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from attnpaint.errors import PictureError
from attnpaint.eval.metrics.measures import TABLES
from attnpaint.eval.records import Record
from attnpaint.eval.results import Results, distance
from attnpaint.images import Picture, letterbox, on_white, read_picture

EACH = 4
"""Pictures of each kind: best, worst, random."""

_RANKED_BY = ("delta_e", "dccw")  # the first that a protocol has
_LARGEST, _SMALLEST = 256, 64  # px of the long side
_ROOM = 2_300_000  # letters for all pictures of the page


@dataclass(frozen=True)
class Row:
    """A drawing as everybody painted it; its records by painter."""

    name: str
    lines: str
    records: dict[str, Record]


@dataclass(frozen=True)
class Choice:
    """Rows that show one protocol, best first. measure: what they are ranked by, for the first painter."""

    measure: str
    best: tuple[Row, ...]
    worst: tuple[Row, ...]
    random: tuple[Row, ...]


def choose(results: Results, protocol: str, seed: int) -> Choice:
    """One drawing of each picture, drawn by the seed, ranked by what the first painter scores on it."""
    rows: dict[tuple[str, str], dict[str, Record]] = {}
    for record in results.records:
        if record["protocol"] == protocol:
            rows.setdefault((record["name"], record["lines"]), {})[record["painter"]] = record
    first, random = results.painters[0], np.random.default_rng(seed)
    own = [records[first]["scores"] for records in rows.values() if first in records]
    ranks = [*_RANKED_BY, *TABLES]
    measure = next((each for each in ranks if any(each in scores for scores in own)), ranks[0])
    drawings: dict[str, list[Row]] = {}
    for (name, lines), records in rows.items():
        if measure in records.get(first, {"scores": {}})["scores"]:
            drawings.setdefault(name, []).append(Row(name, lines, records))
    one_each = [drawings[name][int(random.integers(len(drawings[name])))] for name in sorted(drawings)]
    better = TABLES[measure]
    ranked = sorted(one_each, key=lambda row: distance(better, row.records[first]["scores"][measure]))
    count = min(EACH, max(1, len(ranked) // 3))
    worst = ranked[count:][-count:]
    rest = ranked[count : len(ranked) - len(worst)]
    drawn = sorted(random.permutation(len(rest))[:count].tolist())
    return Choice(measure, tuple(ranked[:count]), tuple(worst[::-1]), tuple(rest[i] for i in drawn))


def embed(paths: Sequence[Path]) -> dict[Path, str]:
    """Addresses that hold the pictures themselves, as large as all of them may be; unreadable ones lack."""
    pictures = {}
    for path in dict.fromkeys(paths):
        try:
            pictures[path] = on_white(read_picture(path))
        except PictureError:
            continue
    side = _LARGEST
    while True:
        made = {path: _address(picture, side) for path, picture in pictures.items()}
        letters = sum(len(made[path]) for path in paths if path in made)
        if letters <= _ROOM or side == _SMALLEST:
            return made
        side = max(_SMALLEST, min(side - 8, int(side * math.sqrt(_ROOM / letters))))


def _address(picture: Picture, side: int) -> str:
    square, box = letterbox(picture, min(side, max(picture.shape[:2])))
    stream = BytesIO()
    Image.fromarray(box.crop(square)).save(stream, "WEBP", quality=78)
    return f"data:image/webp;base64,{base64.b64encode(stream.getvalue()).decode()}"
