"""Histograms on disk: a Parquet table whose schema says what its columns mean and how they were measured."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np

from attnpaint import __version__
from attnpaint.errors import AttnpaintError
from attnpaint.extract.batch.table_check import COLUMNS, Row, check_schema, column_type, columns_of, rows_of
from attnpaint.extract.histogram import Histogram
from attnpaint.extract.method import Method
from attnpaint.files import replacing

if TYPE_CHECKING:
    import pyarrow as pa

SCHEMA_VERSION = 2
ROW_GROUP = 1024
"""Rows that are read at once: about 0.2 MB."""

_ABOUT = (
    "k-means over each of the horizontal bands, edges at round(i*height/bands); a band of fewer colours "
    "repeats the last one with weight 0; pixels with alpha under 128 do not count; 'method' holds the options"
)


class NoTable(AttnpaintError):
    """A file that is no table of histograms, or a damaged one."""

    def __init__(self, path: Path, reason: str) -> None:
        problem = f"{path} is no table of histograms ({reason})"
        super().__init__(problem, "make it again with attnpaint extract-hist")


def schema(method: Method) -> "pa.Schema":
    """The table's columns, with their meaning; its metadata hold the schema's version and the method."""
    import pyarrow as pa

    fields = []
    for name, (_, meaning) in columns_of(method).items():
        column, known = column_type(name, method), {"description": meaning}
        fields.append(pa.field(name, column, nullable=name == "ground", metadata=known))
    metadata = {
        "title": "Colour histograms of reference pictures",
        "about": _ABOUT,
        "schema_version": str(SCHEMA_VERSION),
        "method": method.to_json(),
        "attnpaint": __version__,
    }
    return pa.schema(fields, metadata=metadata)


def record_batch(rows: Sequence[Row], schema: "pa.Schema") -> "pa.RecordBatch":
    """The rows as the schema's columns."""
    import pyarrow as pa

    table = {name: [getattr(row, name, None) for row in rows] for name in COLUMNS}
    table["colors"] = [row.histogram.colors.ravel() for row in rows]
    table["weights"] = [row.histogram.weights.ravel() for row in rows]
    if "ground" in schema.names:
        table["ground"] = [row.histogram.ground for row in rows]
    return pa.RecordBatch.from_pydict(table, schema=schema)


class TableWriter:
    """Writes rows to a Parquet table that appears whole, when the block ends well, or not at all."""

    def __init__(self, path: str | Path, method: Method) -> None:
        self._path, self._schema = path, schema(method)
        self._rows: list[Row] = []
        self._open = ExitStack()

    def __enter__(self) -> "TableWriter":
        from pyarrow import parquet

        with ExitStack() as opening:
            sink = opening.enter_context(replacing(self._path)).open("wb")  # pyarrow takes UTF-8 names only
            opening.callback(sink.close)
            self._writer = opening.enter_context(
                parquet.ParquetWriter(sink, self._schema, compression="zstd", write_page_checksum=True)
            )
            self._open = opening.pop_all()
        return self

    def write(self, row: Row) -> None:
        self._rows.append(row)
        if len(self._rows) == ROW_GROUP:
            self._flush()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None and self._rows:
                self._flush()
        except BaseException as late:
            self._open.__exit__(type(late), late, late.__traceback__)
            raise
        self._open.__exit__(kind, error, trace)

    def _flush(self) -> None:
        self._writer.write_batch(record_batch(self._rows, self._schema), row_group_size=ROW_GROUP)
        self._rows = []


class Table(Sequence[Row]):
    """A table on disk, one file or a folder of parts, read a row group at a time: `table[i]`, iteration.

    Raises AttnpaintError for a path that is missing or no table of histograms.
    """

    def __init__(self, path: str | Path) -> None:
        from pyarrow import parquet

        self._path = path = Path(path)
        if not path.exists():
            raise AttnpaintError(f"{path} does not exist", "make it with attnpaint extract-hist")
        with self._told():
            parts = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
            self._files = [
                parquet.ParquetFile(part.open("rb"), page_checksum_verification=True) for part in parts
            ]
            known = (self._files[0].schema_arrow.metadata or {}) if parts else {}
            if known.get(b"schema_version") != str(SCHEMA_VERSION).encode():
                raise ValueError("it is of another version, or none")
            self.method = Method.from_json(known[b"method"])
            for file in self._files:
                check_schema(file.schema_arrow, self.method)
            self._groups = [(file, group) for file in self._files for group in range(file.num_row_groups)]
            sizes = [file.metadata.row_group(group).num_rows for file, group in self._groups]
            if any(size < 0 for size in sizes):
                raise ValueError("its sizes cannot be")
        self._ends = np.cumsum(sizes, dtype=np.int64)
        self._read: tuple[int, list[Row]] = -1, []

    def __len__(self) -> int:
        return int(self._ends[-1]) if len(self._ends) else 0

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        place = index + len(self) if index < 0 else index
        if not 0 <= place < len(self):
            raise IndexError(index)
        group = int(np.searchsorted(self._ends, place, side="right"))
        if self._read[0] != group:
            self._read = group, self._rows(group)
        return self._read[1][place - int(self._ends[group])]

    def __iter__(self) -> Iterator[Row]:
        for group in range(len(self._groups)):
            yield from self._rows(group)

    def find(self, path: str) -> Row:
        """The row of a reference by its path; KeyError."""
        return self[self._places[path]]  # type: ignore[no-any-return]

    @cached_property
    def _places(self) -> dict[str, int]:
        with self._told():
            names = [file.read(columns=["path"])["path"].to_pylist() for file in self._files]
        return {name: i for i, name in enumerate(name for part in names for name in part)}

    def _rows(self, group: int) -> list[Row]:
        file, number = self._groups[group]
        with self._told(f"rows {self._ends[group - 1] if group else 0} to {self._ends[group] - 1}: "):
            return rows_of(file.read_row_group(number, columns=list(columns_of(self.method))), self.method)

    @contextmanager
    def _told(self, where: str = "") -> Iterator[None]:
        """Whatever a damaged file makes of the block is one line."""
        from pyarrow import ArrowException

        try:
            yield
        except AttnpaintError as error:
            raise NoTable(self._path, where + error.problem) from error
        except (ArrowException, OSError, ValueError, TypeError, LookupError, MemoryError) as error:
            raise NoTable(self._path, where + str(error).partition("\n")[0]) from error


def read_histograms(path: str | Path) -> dict[str, Histogram]:
    """All histograms of a table under the paths of their references; for large tables see `Table`."""
    return {row.path: row.histogram for row in Table(path)}
