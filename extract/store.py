"""Histograms on disk: one table for a folder of references, or the ancestor's JSON file for one of them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from attnpaint import __version__
from attnpaint.errors import AttnpaintError
from attnpaint.extract.bands import BANDS
from attnpaint.extract.histogram import RANKS, Histogram
from attnpaint.files import replacing

_COLORS = BANDS * RANKS * 3
_WEIGHTS = BANDS * RANKS


@dataclass(frozen=True)
class Row:
    """A measured reference: its path under the folder (with forward slashes), size in pixels and seed."""

    path: str
    width: int
    height: int
    histogram: Histogram
    seed: int


def write_histograms(path: str | Path, rows: Sequence[Row]) -> None:
    """Write a Parquet table, a row per reference; its schema says what the columns mean."""
    import pyarrow as pa
    from pyarrow import parquet

    def column(name: str, kind: pa.DataType, meaning: str) -> pa.Field:
        return pa.field(name, kind, nullable=False, metadata={"description": meaning})

    schema = pa.schema(
        [
            column("path", pa.string(), "the reference, relative to the folder that was measured"),
            column("width", pa.int32(), "pixels, after EXIF orientation"),
            column("height", pa.int32(), "pixels, after EXIF orientation"),
            column("colors", pa.list_(pa.uint8(), _COLORS), "4 bands top to bottom x 4 ranks x RGB"),
            column("weights", pa.list_(pa.float32(), _WEIGHTS), "4 bands x 4 ranks; 1 in sum over a band"),
            column("version", pa.string(), "the attnpaint that measured"),
            column("seed", pa.int64(), "of the k-means starts"),
        ],
        metadata={
            "title": "Colour histograms of reference pictures",
            "method": "k-means in RGB over each of four horizontal bands, edges at round(i*height/4), four "
            "colours a band, heaviest first; a band of fewer colours repeats the last one with weight 0; "
            "pixels with alpha under 128 do not count",
        },
    )
    table = pa.table(
        {
            "path": [row.path for row in rows],
            "width": [row.width for row in rows],
            "height": [row.height for row in rows],
            "colors": [row.histogram.colors.ravel() for row in rows],
            "weights": [row.histogram.weights.ravel() for row in rows],
            "version": [__version__] * len(rows),
            "seed": [row.seed for row in rows],
        },
        schema=schema,
    )
    with replacing(path) as part:
        parquet.write_table(table, part)


def read_histograms(path: str | Path) -> dict[str, Histogram]:
    """The histograms of a table that `write_histograms` wrote, under the paths of their references."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        table = parquet.read_table(path, columns=["path", "colors", "weights"])
        colors, weights = (
            table[name].combine_chunks().flatten().to_numpy() for name in ("colors", "weights")
        )
        shape = (len(table), BANDS, RANKS)
        colors, weights = (
            colors.reshape(*shape, 3).astype(np.uint8),
            weights.reshape(shape).astype(np.float32),
        )
    except FileNotFoundError as error:
        raise AttnpaintError(f"{path} does not exist", "make it with attnpaint extract-hist") from error
    except (OSError, pa.ArrowException, ValueError, KeyError, AttributeError) as error:
        problem = f"{path} is no table of histograms"
        raise AttnpaintError(problem, "make it again with attnpaint extract-hist") from error
    return dict(zip(table["path"].to_pylist(), map(Histogram, colors, weights), strict=True))


def write_json(path: str | Path, histogram: Histogram) -> None:
    """Write one histogram in the ancestor's JSON layout (see `Histogram.to_json`)."""
    with replacing(path) as part:
        part.write_text(json.dumps(histogram.to_json()) + "\n", encoding="utf-8")
