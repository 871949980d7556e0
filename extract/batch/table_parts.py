"""A table of histograms as a folder of Parquet parts, here or in an object store: whole, or not there."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import TYPE_CHECKING

from attnpaint.errors import AttnpaintError
from attnpaint.extract.batch.folder import ERRORS, TABLE
from attnpaint.extract.batch.remote import Place
from attnpaint.extract.batch.sources import Failure
from attnpaint.extract.batch.store import ROW_GROUP, schema
from attnpaint.extract.method import Method

if TYPE_CHECKING:
    import pyarrow as pa

PART_ROWS = 64 * ROW_GROUP
_STAGE = ".histograms.unfinished"


class PartsWriter:
    """Writes record batches, in their order, to `out`/histograms.parquet/part-00000-of-00007.parquet and on.

    Parts and errors.jsonl gather in a hidden folder; `commit` puts them in the place of what lay there, and
    without it nothing of them stays. One writer to an `out` at a time. AttnpaintError: it cannot be written.
    """

    def __init__(self, out: Place, method: Method, part_rows: int = PART_ROWS) -> None:
        self._out, self._schema, self._part_rows = out, schema(method), part_rows
        self._stage, self._files = out.child(_STAGE), out.filesystem
        self._batches: list[pa.RecordBatch] = []
        self._waiting = self._parts = self._failed = 0

    def __enter__(self) -> "PartsWriter":
        with self._writing():
            _remove(self._stage)  # a killed run's
            self._files.create_dir(self._stage.path, recursive=True)
            self._errors = self._files.open_output_stream(self._stage.child(ERRORS).path)
        return self

    def write(self, batch: "pa.RecordBatch") -> None:
        self._batches.append(batch)
        self._waiting += batch.num_rows
        while self._waiting >= self._part_rows:
            self._flush()

    def fail(self, failure: Failure) -> None:
        """Add a line to errors.jsonl."""
        with self._writing():
            self._errors.write(failure.line().encode())
        self._failed += 1

    def commit(self) -> str | None:
        """The path of the table, or None where there was no row.

        The old table goes first and the new one comes last: what can be read always belongs together.
        """
        if self._waiting:
            self._flush()
        table, errors = self._out.child(TABLE), self._out.child(ERRORS)
        with self._writing():
            self._errors.close()
            _remove(table)
            _remove(errors)
            if self._failed:
                self._files.move(self._stage.child(ERRORS).path, errors.path)
            else:
                _remove(self._stage.child(ERRORS))
            if not self._parts:
                return None
            home = self._stage if self._out.local else table
            self._files.create_dir(home.path, recursive=True)
            for number in range(self._parts):
                named = home.child(f"part-{number:05}-of-{self._parts:05}.parquet")
                self._files.move(self._part(number).path, named.path)
            if self._out.local:
                self._files.move(self._stage.path, table.path)
        return table.path

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):  # the next run tries again
            self._errors.close()
            _remove(self._stage)

    def _part(self, number: int) -> Place:
        return self._stage.child(f"{number:05}.parquet")

    def _flush(self) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        table = pa.Table.from_batches(self._batches, self._schema)
        part, rest = table.slice(0, self._part_rows), table.slice(self._part_rows)
        with self._writing(), self._files.open_output_stream(self._part(self._parts).path) as sink:
            parquet.write_table(part, sink, row_group_size=ROW_GROUP, compression="zstd")
        self._batches, self._waiting = rest.to_batches(), len(rest)
        self._parts += 1

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = (error.strerror or str(error)).splitlines()[0].lower()
            problem = f"{self._out.path} cannot be written ({reason})"
            raise AttnpaintError(problem, "choose a place that you may write to, with space left") from error


def _remove(place: Place) -> None:
    from pyarrow.fs import FileType

    kind = place.filesystem.get_file_info(place.path).type
    if kind == FileType.Directory:
        place.filesystem.delete_dir(place.path)
    elif kind != FileType.NotFound:
        place.filesystem.delete_file(place.path)
