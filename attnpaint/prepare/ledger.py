"""What a preparation has seen and written so far, safe from kill -9, in memory that does not grow."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from attnpaint.journal import JournalFile
from attnpaint.prepare.duplicates import Known, Print
from attnpaint.prepare.filters import Reason
from attnpaint.prepare.packing import Look, Packed
from attnpaint.prepare.shards import Place

_SCHEMA = """
create table if not exists meta (options text, mark text, settled int default 0);
create table if not exists looks (
    turn integer primary key, width int, height int, reason text, number real, problem text, like int,
    hash blob, colors blob
);
create index if not exists by_reason on looks (reason);
create table if not exists packed (
    turn integer primary key, path text, width int, height int, shard int, end int
);
"""
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

    def __init__(self, path: Path, options: str, mark: str) -> None:
        super().__init__(path)
        with self._told():
            self._store.executescript(_SCHEMA)
            begun = self._store.execute("select options, mark from meta").fetchone()
            if begun is None:
                self._store.execute("insert into meta (options, mark) values (?, ?)", (options, mark))
                self._store.commit()
            else:
                self._store.execute("update meta set options = options")  # takes the lock
                self._store.commit()
            self.options: str = begun[0] if begun else options
            self.mark: str = begun[1] if begun else mark

    def looked(self) -> int:
        """How many pictures, the first ones, are looked at."""
        return self._number("select count(*) from looks")

    def put_look(self, turn: int, look: Look) -> None:
        verdict, seen = look.verdict, look.print
        row = (turn, look.width, look.height, verdict and verdict.reason, verdict and verdict.number)
        blobs = (seen.hash, seen.colors) if seen else (None, None)
        self._put("insert into looks values (?, ?, ?, ?, ?, ?, null, ?, ?)", (*row, look.problem, *blobs))

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
        self._put("insert into packed values (?, ?, ?, ?, ?, ?)", row)

    def lose(self, turn: int, problem: str) -> None:
        """A picture that was to be kept cannot be read any more."""
        query = "update looks set reason = ?, number = 0, problem = ? where turn = ?"
        self._put(query, (Reason.unreadable, problem, turn))

    def kept(self) -> Iterator[Kept]:
        """What is written, in order."""
        with self._told():
            for row in self._store.execute("select * from packed order by turn"):
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
