"""What a table of histograms has to be: its columns, and the rows that can be in them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from attnpaint.extract.histogram import Histogram
from attnpaint.extract.method import Method

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS = {
    "path": ("string", "the reference: relative to what was measured; of a shard: shard.tar/member"),
    "width": ("int32", "pixels, after EXIF orientation"),
    "height": ("int32", "pixels, after EXIF orientation"),
    "colors": ("uint8", "bands, top to bottom × ranks, heaviest first × RGB"),
    "weights": ("float32", "bands × ranks: the share of the band's counted pixels; a band sums to 1"),
    "size": ("int64", "bytes of the file"),
    "mtime_ns": ("int64", "when the file was changed, in nanoseconds since 1970"),
    "digest": ("string", "BLAKE2b-128 of the file's bytes, hexadecimal"),
}


GROUND = ("uint8", "RGB of the flat ground, which is not among the colors; null where there is none")


def columns_of(method: Method) -> dict[str, tuple[str, str]]:
    """COLUMNS, and the ground's where it was measured apart."""
    return COLUMNS | ({"ground": GROUND} if method.ground_apart else {})


@dataclass(frozen=True, eq=False)
class Row:
    """A measured reference; path with forward slashes, width and height in pixels, size in bytes."""

    path: str
    width: int
    height: int
    histogram: Histogram
    size: int
    mtime_ns: int
    digest: str


def column_type(name: str, method: Method) -> "pa.DataType":
    """The type of one of `columns_of`; lists are as long as the method's histograms."""
    import pyarrow as pa

    plain = pa.type_for_alias(columns_of(method)[name][0])
    if name == "ground":
        return pa.list_(plain)
    lengths = {"colors": method.bands * method.colors * 3, "weights": method.bands * method.colors}
    return pa.list_(plain, lengths[name]) if name in lengths else plain


def check_schema(schema: "pa.Schema", method: Method) -> None:
    """ValueError that names the first column that is missing or of another type; others may be there too."""
    for name in columns_of(method):
        wanted, found = column_type(name, method), [field for field in schema if field.name == name]
        if len(found) != 1:
            raise ValueError(f"the column {name} is {'there twice' if found else 'missing'}")
        if found[0].type != wanted:
            raise ValueError(f"the column {name} is {found[0].type}, not {wanted}"[:200])


def rows_of(table: "pa.Table", method: Method) -> list[Row]:
    """The rows of a table whose schema is checked; ValueError for what no measuring gives.

    That is: nulls, weights that are not shares of 1, negative sizes, a path that is empty.
    """
    nulls = [name for name in COLUMNS if table[name].null_count]
    if nulls:
        raise ValueError(f"the column {nulls[0]} has nulls")
    shape = (len(table), method.bands, method.colors)
    flat = {name: table[name].combine_chunks().flatten() for name in ("colors", "weights")}
    if any(values.null_count for values in flat.values()):
        raise ValueError("a histogram has nulls")
    colors = flat["colors"].to_numpy().reshape(*shape, 3)
    weights = flat["weights"].to_numpy().reshape(shape)
    if not (weights >= 0).all() or (np.abs(weights.sum(axis=2, dtype=np.float64) - 1) > 0.01).any():
        raise ValueError("the column weights has what are no shares of 1")
    grounds = table["ground"].to_pylist() if method.ground_apart else [None] * len(table)
    if any(ground is not None and len(ground) != 3 for ground in grounds):
        raise ValueError("a ground is no RGB")
    others = table.select([name for name in COLUMNS if name not in flat]).to_pylist()
    if any(not row["path"] or "\0" in row["path"] or row["size"] < 0 or row["width"] < 0 for row in others):
        raise ValueError("a row has no path, or a negative size")
    return [
        Row(histogram=Histogram(color, weight, None if ground is None else tuple(ground)), **other)
        for color, weight, ground, other in zip(colors, weights, grounds, others, strict=True)
    ]
