"""An evaluation's folder: a line for each painted picture, safe from kill -9; the same command goes on."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt

from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.eval.schema import check_record, check_summary
from attnpaint.files import make_folder, replacing, sweep
from attnpaint.parsing import parse_json

RECORDS, SUMMARY, JOURNAL, PICTURES = "records.jsonl", "summary.json", ".evaluate.sqlite", "pictures"
Record = dict[str, Any]


@dataclass(frozen=True)
class Setup:
    """What two runs must share for their numbers to be compared. pictures: as asked for.

    data: Selection.mark; painters: marks by name; weights: marks by the measure that needs them.
    """

    size: int
    pictures: int
    seed: int
    data: str
    painters: dict[str, str]
    weights: dict[str, str] = field(default_factory=dict)

    def refuse_other(self, before: "Setup", out: Path) -> None:
        """UsageError where `out` was begun with something else."""
        for name in ("size", "pictures", "seed"):
            was, wanted = getattr(before, name), getattr(self, name)
            if was != wanted:
                problem = f"{out} was begun with --{name} {was}, not --{name} {wanted}"
                raise UsageError(problem, "give the same options, or another --out")
        for name in sorted(before.weights.keys() | self.weights.keys()):
            was, wanted = before.weights.get(name), self.weights.get(name)
            if was != wanted:
                how = "with other" if was and wanted else "with" if was else "without"
                problem = f"{out} was begun {how} --{name}-weights"
                raise UsageError(problem, "give the same options, or another --out")
        if before.data != self.data:
            raise UsageError(f"{out} was begun with other pictures", "give another --out")
        if before.painters.keys() != self.painters.keys():
            problem = f"{out} was begun with {', '.join(before.painters)}, not {', '.join(self.painters)}"
            raise UsageError(problem, "give the same models, or another --out")
        for name, mark in self.painters.items():
            if before.painters[name] != mark:
                problem = f"{out} was begun with another {name}: the model or --finish has changed"
                raise UsageError(problem, "give another --out")


@dataclass
class Progress:
    """done: pictures judged or skipped; bytes: of records.jsonl that belong to them; skipped: why, by name.

    distributions: states by painter and protocol.
    """

    done: int = 0
    bytes: int = 0
    skipped: dict[str, str] = field(default_factory=dict)
    distributions: dict[str, dict[str, Any]] = field(default_factory=dict)


class Records:
    """Opened on what an earlier run with the same setup left; closed to others meanwhile."""

    def __init__(self, out: Path, setup: Setup) -> None:
        self.out = make_folder(out)
        self.path = self.out / RECORDS
        journal = self.out / JOURNAL
        if self.path.exists() and not journal.exists():
            raise UsageError(f"{self.path} is there already", "give another --out")
        try:
            self._store = sqlite3.connect(journal, timeout=1)
            self._store.execute("pragma locking_mode = exclusive")
            self._store.execute("create table if not exists run (setup text, progress text)")
            self._store.execute(
                "create table if not exists features (painter text, protocol text, vectors blob)"
            )
            known = self._store.execute("select setup, progress from run").fetchone()
            if known is None:
                self._store.execute("insert into run values (?, ?)", (_text(setup), _text(Progress())))
            self._store.commit()
        except sqlite3.Error as error:
            raise self._broken(error) from error
        if known:
            before, self.progress = self._known(known)
            setup.refuse_other(before, self.out)
        else:
            self.progress = Progress()
        try:
            (self.out / SUMMARY).unlink(missing_ok=True)  # until this run has ended too
            (self.out / PICTURES).mkdir(exist_ok=True)
            for folder in (self.out, *(self.out / PICTURES).iterdir()):
                sweep(folder)  # nobody else writes here now
            self._file = self.path.open("ab")
            self._file.truncate(self.progress.bytes)  # what a killed run left of an unfinished picture
        except OSError as error:
            raise self._broken(error) from error

    def __enter__(self) -> "Records":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        self._store.close()

    def __iter__(self) -> Iterator[Record]:
        return read_records(self.out)

    def add(self, record: Record, features: npt.NDArray[np.float32] | None = None) -> None:
        """One line, on disk at once. features (2, d): of what it tells, kept with the next commit."""
        try:
            if features is not None:
                row = (record["painter"], record["protocol"], features.astype("<f4").tobytes())
                self._store.execute("insert into features values (?, ?, ?)", row)
            self._file.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")
            self._file.flush()
        except (OSError, sqlite3.Error) as error:
            raise self._broken(error) from error

    def features(self, painter: str, protocol: str) -> npt.NDArray[np.float32]:
        """(n, 2, d), as they were added; (0, 2, 0) without any."""
        query = "select vectors from features where painter = ? and protocol = ? order by rowid"
        rows = [np.frombuffer(row, "<f4") for (row,) in self._store.execute(query, (painter, protocol))]
        return (
            np.array(rows, np.float32).reshape(len(rows), 2, -1) if rows else np.empty((0, 2, 0), np.float32)
        )

    def commit(self, done: int) -> None:
        """All of the first `done` pictures are judged or skipped."""
        self.progress.done = done
        self.progress.bytes = self._file.seek(0, 2)
        try:
            self._store.execute("update run set progress = ?", (_text(self.progress),))
            self._store.commit()
        except sqlite3.Error as error:
            raise self._broken(error) from error

    def finish(self, summary: Record) -> None:
        """Write the summary. What is added later is gone when the folder is opened again."""
        with replacing(self.out / SUMMARY) as part:
            part.write_text(json.dumps(summary, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

    def _known(self, known: tuple[str, str]) -> tuple[Setup, Progress]:
        """What an earlier run left, where it is whole."""
        try:
            setup, progress = Setup(**parse_json(known[0])), Progress(**parse_json(known[1]))
            for name, kind in (("done", int), ("bytes", int), ("skipped", dict), ("distributions", dict)):
                if type(getattr(progress, name)) is not kind:
                    raise ValueError(f"{name} is {getattr(progress, name)!r:.40}")
            if min(progress.done, progress.bytes) < 0 or progress.bytes > self._written():
                raise ValueError("it tells of another number of pictures")
            if not all(isinstance(each, dict) for each in (setup.painters, setup.weights)):
                raise ValueError("painters")
        except (ValueError, TypeError) as error:
            problem = f"{self.out / JOURNAL} is damaged ({error})"
            raise AttnpaintError(problem, f"remove {self.out} and evaluate again") from error
        return setup, progress

    def _written(self) -> int:
        """Bytes of records.jsonl."""
        return self.path.stat().st_size if self.path.exists() else 0

    def _broken(self, error: Exception) -> AttnpaintError:
        remedy = "let other runs there end, free some space, or choose a folder that you may write to"
        return AttnpaintError(f"{self.out} cannot be used ({error})", remedy)


def read_records(folder: Path) -> Iterator[Record]:
    """What records.jsonl of an evaluation holds; AttnpaintError with the line: missing or damaged."""
    path, number = folder / RECORDS, 0
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
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
        summary: Record = parse_json((folder / SUMMARY).read_bytes())
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
