"""An evaluation's folder: a line for each painted picture, safe from kill -9; the same command goes on."""

import json
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt

from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.eval.schema import check_record, check_summary
from attnpaint.eval.setup import Progress, Setup
from attnpaint.files import make_folder, parse_json, read_bytes, replacing, sweep
from attnpaint.journal import REMEDY, JournalFile, is_whole, seal

RECORDS, SUMMARY, JOURNAL, PICTURES = "records.jsonl", "summary.json", ".evaluate.sqlite", "pictures"
_VERSION = 2
_SCHEMA = f"""
create table if not exists run (setup text, progress text, seal int);
create table if not exists features (painter text, protocol text, vectors blob, seal int);
pragma user_version = {_VERSION};
"""
_CHUNK = 1 << 20
LONGEST = 1_000_000  # bytes of a line of records.jsonl, which has about 1,000
Record = dict[str, Any]


class Records(JournalFile):
    """Opened on what an earlier run with the same setup left; closed to others meanwhile."""

    def __init__(self, out: Path, setup: Setup) -> None:
        self.out = make_folder(out)
        self.path = self.out / RECORDS
        journal = self.out / JOURNAL
        if self.path.exists() and not journal.exists():
            raise UsageError(f"{self.path} is there already", "give another --out")
        super().__init__(journal, self.out)
        try:
            self._begin(setup)
        except BaseException:
            self._store.close()  # or it stays locked as long as somebody holds the error
            raise

    def _begin(self, setup: Setup) -> None:
        """Go on where an earlier run ended, or begin."""
        with self._told():
            known = self._opened(setup)
        if known:
            before, self.progress = self._known(known)
            setup.refuse_other(before, self.out)
        else:
            self.progress = Progress()
        self._checksum, self._features = self.progress.checksum, self.progress.features
        try:
            (self.out / SUMMARY).unlink(missing_ok=True)  # until this run has ended too
            (self.out / PICTURES).mkdir(exist_ok=True)
            for folder in (self.out, *(self.out / PICTURES).iterdir()):
                sweep(folder)  # nobody else writes here now
            self._file = self.path.open("ab")
            self._file.truncate(self.progress.bytes)  # what a killed run left of an unfinished picture
        except OSError as error:
            raise self._broken(error) from error

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        self._store.close()  # what was not committed is painted again

    def __iter__(self) -> Iterator[Record]:
        return read_records(self.out)

    def add(self, record: Record, features: npt.NDArray[np.float32] | None = None) -> None:
        """One line, on disk at once. features (2, d): of what it tells, kept with the next commit."""
        try:
            if features is not None:
                row = (record["painter"], record["protocol"], features.astype("<f4").tobytes())
                self._store.execute("insert into features values (?, ?, ?, ?)", (*row, seal(row)))
                self._features += 1
            line = json.dumps(record, ensure_ascii=False).encode() + b"\n"
            self._file.write(line)
            self._file.flush()
            self._checksum = zlib.crc32(line, self._checksum)
        except (OSError, sqlite3.Error) as error:
            raise self._broken(error) from error

    def features(self, painter: str, protocol: str) -> npt.NDArray[np.float32]:
        """(n, 2, d), as they were added; (0, 2, 0) without any."""
        query = "select vectors from features where painter = ? and protocol = ? order by rowid"
        with self._told():
            found = self._store.execute(query, (painter, protocol)).fetchall()
        rows = [np.frombuffer(row, "<f4") for (row,) in found]
        return (
            np.array(rows, np.float32).reshape(len(rows), 2, -1) if rows else np.empty((0, 2, 0), np.float32)
        )

    def commit(self, done: int) -> None:
        """All of the first `done` pictures are judged or skipped."""
        self.progress.done = done
        self.progress.bytes = self._file.seek(0, 2)
        self.progress.checksum, self.progress.features = self._checksum, self._features
        with self._told():
            setup = self._store.execute("select setup from run").fetchone()[0]
            row = (setup, _text(self.progress))
            self._store.execute("update run set progress = ?, seal = ?", (row[1], seal(row)))
            self._store.commit()

    def finish(self, summary: Record) -> None:
        """Write the summary. What is added later is gone when the folder is opened again."""
        with replacing(self.out / SUMMARY) as part:
            part.write_text(json.dumps(summary, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

    def _opened(self, setup: Setup) -> tuple[str, str, int] | None:
        """What an earlier run left; None for a new folder. The file is locked for others."""
        try:
            version = self._store.execute("pragma user_version").fetchone()[0]
            if not is_whole(self._store):
                raise sqlite3.DatabaseError("its pages do not fit together")
            if version not in (0, _VERSION) or (version == 0 and self._tables()):
                problem = f"{self.out} was begun by another version of attnpaint"
                raise UsageError(problem, "give another --out")
            self._store.executescript(_SCHEMA)
            known: tuple[str, str, int] | None
            known = self._store.execute("select setup, progress, seal from run").fetchone()
            if known is None:
                row = (_text(setup), _text(Progress()))
                if self.path.exists() and self.path.stat().st_size:  # what it tells of is lost
                    raise UsageError(f"{self.path} is there already", "give another --out")
                self._store.execute("insert into run values (?, ?, ?)", (*row, seal(row)))
            self._store.commit()
        except sqlite3.OperationalError:  # in use, not allowed, or the disk is full
            raise
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # told of in bytes that are no text
            raise self._damaged(error) from error
        return known

    def _tables(self) -> int:
        return int(self._store.execute("select count(*) from sqlite_master").fetchone()[0])

    def _known(self, known: tuple[str, str, int]) -> tuple[Setup, Progress]:
        """What an earlier run left, where it is whole."""
        try:
            if seal(known[:2]) != known[2]:
                raise ValueError("its numbers have changed")
            setup, progress = Setup(**parse_json(known[0])), Progress(**parse_json(known[1]))
            if self._written(progress.bytes) != progress.checksum:
                raise ValueError(f"{RECORDS} has changed")
            if not self._whole_features(progress.features):
                raise ValueError("its features have changed")
        except (ValueError, TypeError, sqlite3.DatabaseError) as error:
            raise self._damaged(error) from error
        return setup, progress

    def _written(self, size: int) -> int:
        """The checksum of the first bytes of records.jsonl; ValueError where there are fewer."""
        checksum = 0
        if size:
            with self.path.open("rb") as file:
                while size and (part := file.read(min(size, _CHUNK))):
                    checksum, size = zlib.crc32(part, checksum), size - len(part)
        if size:
            raise ValueError(f"{RECORDS} is cut short")
        return checksum

    def _whole_features(self, count: int) -> bool:
        rows = self._store.execute("select painter, protocol, vectors, seal from features order by rowid")
        seals = [seal(row) == sealed for *row, sealed in rows]
        return len(seals) == count and all(seals)

    def _damaged(self, error: Exception) -> AttnpaintError:
        problem = f"{self.out / JOURNAL} is damaged ({error})"
        return AttnpaintError(problem, f"remove {self.out} and evaluate again")

    def _broken(self, error: Exception) -> AttnpaintError:
        return AttnpaintError(f"{self.out} cannot be used ({error})", REMEDY)


def read_records(folder: Path) -> Iterator[Record]:
    """What records.jsonl of an evaluation holds; AttnpaintError with the line: missing or damaged."""
    path, number = folder / RECORDS, 0
    try:
        with path.open("rb") as file:
            for number, line in enumerate(iter(lambda: file.readline(LONGEST + 1), b""), 1):
                if len(line) > LONGEST:
                    raise ValueError("it is too long")
                record = parse_json(line)
                check_contents(check_record, record, f"{path} line {number}")
                yield record
    except (OSError, ValueError) as error:
        where = f", line {number}" if number else ""
        problem = f"{path} cannot be read ({error}{where})"
        raise AttnpaintError(problem, "give the --out of an attnpaint evaluate that has ended") from error


def read_summary(folder: Path) -> Record:
    """summary.json of an evaluation; AttnpaintError where it is missing or damaged."""
    try:
        summary: Record = parse_json(read_bytes(folder / SUMMARY))
    except FileNotFoundError:
        state = "has not ended" if (folder / JOURNAL).exists() else f"holds no {SUMMARY}"
        raise AttnpaintError(
            f"{folder} {state}", "give the --out of an attnpaint evaluate that has"
        ) from None
    except (OSError, ValueError) as error:
        raise AttnpaintError(f"{folder / SUMMARY} cannot be read ({error})", "evaluate again") from error
    check_contents(check_summary, summary, str(folder / SUMMARY))
    return summary


def check_contents(check: Callable[[Any], None], value: Any, place: str) -> None:
    """AttnpaintError that names the place where `check` raises a ValueError."""
    try:
        check(value)
    except ValueError as error:
        problem = f"the contents of {place} lack what a report needs ({error})"
        raise AttnpaintError(problem, "evaluate again") from error


def _text(value: Setup | Progress) -> str:
    return json.dumps(vars(value))  # asdict would copy every number
