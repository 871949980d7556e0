"""What a preparation has seen and written so far, safe from kill -9, in memory that does not grow."""

import sqlite3
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from attnpaint.errors import AttnpaintError
from attnpaint.prepare.duplicates import Known, Print
from attnpaint.prepare.filters import Reason
from attnpaint.prepare.packing import Look, Packed
from attnpaint.prepare.shards import Place

_EVERY = 1.0  # seconds between two commits
_VERSION = 2
_SCHEMA = f"""
create table if not exists meta (options text, mark text, settled int default 0, seal int);
create table if not exists looks (
    turn integer primary key, width int, height int, reason text, number real, problem text, like int,
    hash blob, colors blob, seal int
);
create index if not exists by_reason on looks (reason);
create table if not exists packed (
    turn integer primary key, path text, width int, height int, shard int, end int, seal int
);
pragma user_version = {_VERSION};
"""
_TABLES = {
    "meta": "options, mark, settled",
    "looks": "turn, width, height, reason, number, problem, like, hash, colors",
    "packed": "turn, path, width, height, shard, end",
}
_PACKED = f"select {_TABLES['packed']} from packed order by turn"
_DROPPED = "select turn, width, height, reason, number, problem, like from looks where reason is not null"


@dataclass(frozen=True)
class Dropped:
    """A picture that is left out; like: turn of the kept one that it looks like; problem: of unreadable."""

    turn: int
    width: int
    height: int
    reason: Reason
    number: float
    problem: str
    like: int | None


@dataclass(frozen=True)
class Kept:
    """A picture that is written, and where."""

    turn: int
    path: str
    width: int
    height: int
    shard: int
    end: int


class Ledger:
    """Looks and written pictures by their turn; what an earlier run left is gone on with.

    AttnpaintError: another run has it, or the disk is full.
    """

    def __init__(self, path: Path, options: str, mark: str) -> None:
        self.before_commit: Callable[[], None] = lambda: None
        """Called before anything becomes lasting, to make lasting what it speaks of."""
        self._path = path
        self._committed = time.monotonic()
        with self._told():
            self._store = sqlite3.connect(path, timeout=1)
            self._store.text_factory = lambda text: text.decode(errors="replace")  # it breaks its seal
            self._store.create_function("sealed", -1, _seal, deterministic=True)
            self._store.execute("pragma locking_mode = exclusive")
            self._check_whole()
            self._store.executescript(_SCHEMA)
            begun = self._store.execute("select options, mark from meta").fetchone()
            if begun is None:
                self._store.execute("insert into meta (options, mark) values (?, ?)", (options, mark))
                self._store.execute(f"update meta set seal = sealed({_TABLES['meta']})")
            else:
                self._store.execute("update meta set options = options")  # takes the lock
            self._store.commit()
            self.options: str = begun[0] if begun else options
            self.mark: str = begun[1] if begun else mark

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            with self._told():
                self._store.commit()
        finally:
            self._store.close()

    def looked(self) -> int:
        """How many pictures, the first ones, are looked at."""
        return self._number("select count(*) from looks")

    def put_look(self, turn: int, look: Look) -> None:
        verdict, seen = look.verdict, look.print
        row = (turn, look.width, look.height, verdict and verdict.reason, verdict and verdict.number)
        blobs = (seen.hash, seen.colors) if seen else (None, None)
        query = "insert into looks values (?, ?, ?, ?, ?, ?, null, ?, ?, null)"
        self._put(query, (*row, look.problem, *blobs), "looks", turn)

    def settle(self, distance: int | None) -> None:
        """Leave out what looks like a larger picture, or an earlier one of its size; once and for all."""
        if distance is None or self._number("select settled from meta"):
            return
        with self._told():
            known = Known(self._store, distance)
            order = "select turn from looks where reason is null order by width * height desc, turn"
            for (turn,) in self._store.execute(order).fetchall():
                query = "select hash, colors from looks where turn = ?"
                fresh = Print(*self._store.execute(query, (turn,)).fetchone())
                match = known.find(fresh)
                if match:
                    told = (Reason.duplicate, match.distance, match.turn, turn)
                    self._store.execute(
                        "update looks set reason = ?, number = ?, like = ? where turn = ?", told
                    )
                else:
                    known.add(turn, fresh)
            self._store.execute("update meta set settled = 1")
            for table in ("looks", "meta"):
                self._store.execute(f"update {table} set seal = sealed({_TABLES[table]})")
            self._store.commit()
            known.close()

    def left(self) -> list[int]:
        """The turns of pictures that are kept and not yet written."""
        last = "select ifnull(max(turn), -1) from packed"
        query = f"select turn from looks where reason is null and turn > ({last})"
        with self._told():
            return [turn for (turn,) in self._store.execute(f"{query} order by turn")]

    def place(self) -> Place:
        """Where the last written picture ends."""
        query = "select shard, end from packed order by turn desc limit 1"
        with self._told():
            return Place(*(self._store.execute(query).fetchone() or (0, 0)))

    def put_packed(self, turn: int, packed: Packed, place: Place) -> None:
        row = (turn, packed.path, packed.width, packed.height, place.shard, place.end)
        self._put("insert into packed values (?, ?, ?, ?, ?, ?, null)", row, "packed", turn)

    def lose(self, turn: int, problem: str) -> None:
        """A picture that was to be kept cannot be read any more."""
        query = "update looks set reason = ?, number = 0, problem = ? where turn = ?"
        self._put(query, (Reason.unreadable, problem, turn), "looks", turn)

    def kept(self) -> Iterator[Kept]:
        """What is written, in order."""
        with self._told():
            for row in self._store.execute(_PACKED):
                yield Kept(*row)

    def dropped(self, reason: Reason | None = None, most: int = -1) -> Iterator[Dropped]:
        """What is left out, in order; for one reason or any."""
        query = f"{_DROPPED} and reason = ifnull(?, reason) order by turn limit ?"
        with self._told():
            for turn, width, height, why, *rest in self._store.execute(query, (reason, most)):
                yield Dropped(turn, width, height, Reason(why), *rest)

    def counts(self) -> dict[Reason, int]:
        """How many are left out for each reason."""
        query = "select reason, count(*) from looks where reason is not null group by reason"
        with self._told():
            return {Reason(reason): count for reason, count in self._store.execute(query)}

    def remove(self) -> None:
        """Delete the file; after this the ledger can only be closed."""
        self._store.close()
        self._store = sqlite3.connect(":memory:")
        self._path.unlink(missing_ok=True)

    def _number(self, query: str) -> int:
        with self._told():
            return int(self._store.execute(query).fetchone()[0])

    def _check_whole(self) -> None:
        """AttnpaintError where what an earlier run left is damaged, has changed, or is of another version."""
        remedy = f"remove {self._path.parent} and begin again"
        try:
            whole = self._store.execute("pragma integrity_check(1)").fetchone() == ("ok",)
            version = self._store.execute("pragma user_version").fetchone()[0]
            begun = self._store.execute("select count(*) from sqlite_master").fetchone()[0]
            if whole and begun and version != _VERSION:
                raise AttnpaintError(f"{self._path} was begun by another version of attnpaint", remedy)
            if whole and begun:
                odd = (f"select count(*) from {t} where seal is not sealed({_TABLES[t]})" for t in _TABLES)
                whole = not any(self._store.execute(query).fetchone()[0] for query in odd)
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise
            whole = False  # tables of another shape
        except (sqlite3.DatabaseError, UnicodeDecodeError):  # told of in bytes that are no text
            whole = False
        if not whole:
            raise AttnpaintError(f"{self._path} is damaged", remedy)

    def _put(self, query: str, row: tuple[object, ...], table: str, turn: int) -> None:
        """One row of a table, by its turn, and its seal."""
        seal = f"update {table} set seal = sealed({_TABLES[table]}) where rowid = ?"
        with self._told():
            self._store.execute(query, row)
            self._store.execute(seal, (turn,))
            if time.monotonic() - self._committed > _EVERY:
                self.before_commit()
                self._store.commit()
                self._committed = time.monotonic()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            remedy = "let other runs there end, free some space, or choose a folder that you may write to"
            raise AttnpaintError(f"{self._path} cannot be used ({error})", remedy) from error


def _seal(*row: object) -> int:
    """A checksum of a row: SQLite notices a damaged file only where its structure is hurt."""
    return zlib.crc32(repr(row).encode(errors="backslashreplace"))
