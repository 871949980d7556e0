"""The journal of a preparation: what was looked at and written so far; an interrupted run goes on with it."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from attnpaint.errors import AttnpaintError
from attnpaint.journal import JournalFile, is_whole, seal
from attnpaint.prepare.duplicates import Known, Print
from attnpaint.prepare.filters import Reason
from attnpaint.prepare.packing import Look, Packed
from attnpaint.prepare.shards import Place

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


class Ledger(JournalFile):
    """Looks and written pictures by their turn; what an earlier run left is gone on with.

    AttnpaintError: another run has it, or the disk is full.
    """

    def __init__(self, path: Path, options: str, digest: str) -> None:
        super().__init__(path)
        with self._told():
            self._store.create_function("sealed", -1, lambda *row: seal(row), deterministic=True)
            self._check_whole()
            self._store.executescript(_SCHEMA)
            begun = self._store.execute("select options, mark from meta").fetchone()
            if begun is None:
                self._store.execute("insert into meta (options, mark) values (?, ?)", (options, digest))
                self._store.execute(f"update meta set seal = sealed({_TABLES['meta']})")
            else:
                self._store.execute("update meta set options = options")  # takes the lock
            self._store.commit()
            self.options: str = begun[0] if begun else options
            self.digest: str = begun[1] if begun else digest

    def looked(self) -> int:
        """How many pictures, the first ones, are looked at."""
        return self._number("select count(*) from looks")

    def put_look(self, turn: int, look: Look) -> None:
        verdict, seen = look.verdict, look.print
        row = (turn, look.width, look.height, verdict and verdict.reason, verdict and verdict.number)
        blobs = (seen.hash, seen.colors) if seen else (None, None)
        query = "insert into looks values (?, ?, ?, ?, ?, ?, null, ?, ?, null)"
        self._put_sealed(query, (*row, look.problem, *blobs), "looks", turn)

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
        self._put_sealed("insert into packed values (?, ?, ?, ?, ?, ?, null)", row, "packed", turn)

    def lose(self, turn: int, problem: str) -> None:
        """A picture that was to be kept cannot be read any more."""
        query = "update looks set reason = ?, number = 0, problem = ? where turn = ?"
        self._put_sealed(query, (Reason.unreadable, problem, turn), "looks", turn)

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

    def _number(self, query: str) -> int:
        with self._told():
            return int(self._store.execute(query).fetchone()[0])

    def _check_whole(self) -> None:
        """AttnpaintError where what an earlier run left is damaged, has changed, or is of another version."""
        remedy = f"remove {self._path.parent} and begin again"
        try:
            whole = is_whole(self._store)
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

    def _put_sealed(self, query: str, row: tuple[object, ...], table: str, turn: int) -> None:
        """One row of a table, by its turn, and its seal."""
        sealing = f"update {table} set seal = sealed({_TABLES[table]}) where rowid = ?"
        self._put((query, row), (sealing, (turn,)))
