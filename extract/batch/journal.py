"""The journal of extract-hist: the rows measured so far; an interrupted run goes on with them."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np

from attnpaint.extract.batch.store import SCHEMA_VERSION, NoTable, Table
from attnpaint.extract.batch.table_check import Row
from attnpaint.extract.histogram import Histogram
from attnpaint.extract.method import Method
from attnpaint.journal import JournalFile, connected, is_whole, seal

_VERSION = 100 * SCHEMA_VERSION + 2
_COLUMNS = "path, width, height, colors, weights, ground, size, mtime_ns, digest"
_SCHEMA = f"""
create table if not exists meta (method text);
create table if not exists rows (
    path text primary key, width int, height int, colors blob, weights blob, ground blob,
    size int, mtime_ns int, digest text, turn int, seal int
);
pragma user_version = {_VERSION};
"""
_LAYOUT = "select type, name, sql from sqlite_master order by name"
_PUT = """
insert or replace into rows select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11
where not exists (select 1 from rows where path = ?1 and turn > ?10)
"""


class Journal(JournalFile):
    """Rows by path, each with its turn in this run; opened on what an earlier run by the same method left.

    That is a journal, where the run did not end, or else the table that it wrote; None: there is none.
    """

    def __init__(self, path: Path, table: Path | None, method: Method) -> None:
        self._method = method
        self._shape = (method.bands, method.colors)
        super().__init__(path)
        with self._told():
            self._store = self._opened()
            if self._store.execute("select method from meta").fetchone() is None:
                self._take_over(table)
                self._store.execute("insert into meta values (?)", (method.to_json(),))
            self._store.execute("update rows set turn = null")
            self._store.commit()

    def get(self, path: str) -> Row | None:
        """What is known of a reference from this run or an earlier one."""
        with self._told():
            query = f"select seal, {_COLUMNS} from rows where path = ?"
            found = self._store.execute(query, (path,)).fetchone()
        return self._row(found) if found else None

    def put(self, turn: int, row: Row) -> None:
        """Keep a row; turn: its place in the table; of equal paths the last one stays."""
        colors, weights = row.histogram.colors.tobytes(), row.histogram.weights.tobytes()
        ground = bytes(row.histogram.ground or ())
        size = row.size, row.mtime_ns, row.digest
        known = (row.path, row.width, row.height, colors, weights, ground, *size)
        self._put((_PUT, (*known, turn, seal(known))))

    def rows(self) -> Iterator[Row]:
        """This run's rows by their turn."""
        query = f"select seal, {_COLUMNS} from rows where turn is not null order by turn"
        with self._told():
            for found in self._store.execute(query):
                row = self._row(found)
                if row is None:
                    raise sqlite3.DatabaseError(f"the row of {found[1]} is damaged")
                yield row

    def _opened(self) -> sqlite3.Connection:
        """The journal of an interrupted run by the same method, else a new one; it is locked for others."""
        store = self._store
        try:
            version = store.execute("pragma user_version").fetchone()[0]
            whole = is_whole(store)
            if whole and version in (0, _VERSION):
                store.executescript(_SCHEMA)
                if store.execute(_LAYOUT).fetchall() != _own_layout():
                    raise sqlite3.DatabaseError("tables of another program")
                known = store.execute("select method from meta").fetchone()
                if known in (None, (self._method.to_json(),)):
                    return store
        except sqlite3.OperationalError:  # in use, not allowed, or the disk is full
            store.close()
            raise
        except (sqlite3.DatabaseError, UnicodeDecodeError):  # damaged, or told of in bytes that are no text
            pass
        store.close()
        self._path.unlink(missing_ok=True)
        self._store = connected(self._path)
        return self._opened()

    def _take_over(self, table: Path | None) -> None:
        if table is None or not table.exists():
            return
        try:
            known = Table(table)
            for row in known if known.method == self._method else ():
                self.put(0, row)
        except NoTable:  # all is measured anew
            self._store.execute("delete from rows")

    def _row(self, values: tuple[int, str, int, int, bytes, bytes, bytes, int, int, str]) -> Row | None:
        """None where it is damaged: its reference is measured anew."""
        sealed, *known = values
        if sealed != seal(known):
            return None
        path, width, height, colors, weights, ground, size, mtime_ns, digest = values[1:]
        histogram = Histogram(
            np.frombuffer(colors, np.uint8).reshape(*self._shape, 3),
            np.frombuffer(weights, np.float32).reshape(self._shape),
            (ground[0], ground[1], ground[2]) if ground else None,
        )
        return Row(path, width, height, histogram, size, mtime_ns, digest)


def _own_layout() -> list[tuple[str, str, str]]:
    with closing(sqlite3.connect(":memory:")) as store:
        store.executescript(_SCHEMA)
        return store.execute(_LAYOUT).fetchall()
