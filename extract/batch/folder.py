"""References of any number, measured by several processes: what fails is listed, what is done is kept."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from attnpaint.decoding.suffixes import left_out
from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.extract.batch.journal import Journal
from attnpaint.extract.batch.preview import Preview, shown
from attnpaint.extract.batch.sources import (
    Failure,
    Source,
    cannot_read,
    find_sources,
    killer,
    listed,
    no_pictures,
)
from attnpaint.extract.batch.store import TableWriter
from attnpaint.extract.batch.table_check import Row
from attnpaint.extract.batch.task import Done, Orders, Task, work
from attnpaint.extract.batch.workers import Died, in_order
from attnpaint.extract.method import Method
from attnpaint.files import make_folder, sweep

TABLE = "histograms.parquet"
ERRORS = "errors.jsonl"
JOURNAL = ".journal.sqlite"
WORTH_A_WORKER = 32
"""Pictures for which a process is started."""
TOLD = 20  # failures that an Outcome holds


@dataclass(frozen=True)
class Request:
    """What to measure and what to write: the table unless `table` is False, the rest where asked for.

    `places`: folders, searched through, pictures and tar shards; `names`: a list of more of them, its bytes.
    Beside the table in `out` appear `images/` (a histogram image per rank of each reference), `json/` (the
    ancestor's layout), the preview's page and sheets, and errors.jsonl where something failed. A file there
    has the whole name of its reference in its own, suffix too, so that equal stems stay apart.
    """

    places: tuple[Path, ...]
    out: Path
    method: Method = field(default_factory=Method)
    names: bytes = b""
    images: bool = False
    ancestor_json: bool = False
    preview: bool = False
    table: bool = True
    workers: int = field(default_factory=lambda: os.cpu_count() or 1)


@dataclass
class Outcome:
    """measured and unchanged pictures are in the table, `failed` ones in errors.jsonl, the first 20 here."""

    measured: int = 0
    unchanged: int = 0
    failed: int = 0
    failures: list[Failure] = field(default_factory=list)
    left_out: str = ""
    """How many pictures there are that cannot be read, and their suffixes."""
    stopped: bool = False
    """Whether a KeyboardInterrupt ended the work early."""

    @property
    def done(self) -> int:
        return self.measured + self.unchanged + self.failed


def extract(request: Request, progress: Callable[[int, int], None] = lambda done, total: None) -> Outcome:
    """Measure and write all that is asked for; `progress` hears of every picture (done, total).

    What an earlier run by the same method measured is taken over where the file is unchanged: by size and
    time, else by its bytes. A picture that cannot be read becomes a failure. After a KeyboardInterrupt
    the table holds what was done until then, and after a kill the next run goes on from there.
    """
    if (request.out / TABLE).is_dir():
        raise UsageError(f"{request.out} holds the parts that --engine ray wrote", "give another --out")
    left = Counter[str]()
    total = sum(1 for _ in _sources(request, left))
    if not total:
        if not request.places:
            raise AttnpaintError("the list names no pictures", "write one a line")
        raise no_pictures(", ".join(map(str, request.places)))
    new = not request.out.exists()
    make_folder(request.out)
    outcome = Outcome(left_out=left_out(left))
    with ExitStack() as opened:
        before = request.out / TABLE if request.table else None
        journal = opened.enter_context(Journal(request.out / JOURNAL, before, request.method))
        sweep(request.out)  # nobody else writes here now
        preview = (
            opened.enter_context(Preview(request.out, request.method, total)) if request.preview else None
        )
        run = _Run(request, journal, preview, outcome, total, progress)
        try:
            run.all()
        except KeyboardInterrupt:
            outcome.stopped = True
        if preview:
            preview.failed = outcome.failed
        if not request.table:
            pass
        elif outcome.measured + outcome.unchanged:
            rows = 0
            with TableWriter(request.out / TABLE, request.method) as table:
                for row in journal.rows():
                    table.write(row)
                    rows += 1
            outcome.measured = max(0, rows - outcome.unchanged)  # of equal names the last one has a row
        elif not outcome.stopped:
            (request.out / TABLE).unlink(missing_ok=True)  # no row of it is true any more
        if not outcome.stopped:
            journal.remove()
    if new and not outcome.done:
        with suppress(OSError):  # not empty after all
            (request.out / JOURNAL).unlink(missing_ok=True)
            request.out.rmdir()
    return outcome


class _Run:
    """The pictures of one request on their way through the workers."""

    def __init__(
        self,
        request: Request,
        journal: Journal,
        preview: Preview | None,
        outcome: Outcome,
        total: int,
        progress: Callable[[int, int], None],
    ) -> None:
        self.request, self.journal, self.preview = request, journal, preview
        self.outcome, self.total, self.progress = outcome, total, progress
        self.orders = Orders(request.out, request.method, request.images, request.ancestor_json)
        self.errors = request.out / ERRORS
        self.errors.unlink(missing_ok=True)

    def all(self) -> None:
        workers = max(1, min(self.request.workers, self.total // WORTH_A_WORKER))
        with closing(in_order(partial(work, self.orders), self._tasks(), workers)) as results:
            for result in results:
                self._take(result)

    def _tasks(self) -> Iterator[Task]:
        """What needs a worker; the rest is settled here."""
        for turn, source in enumerate(_sources(self.request)):
            if isinstance(source, Failure):
                self._fail(source)
                continue
            try:
                known_source = source.looked_up()
            except OSError as error:
                self._fail(cannot_read(source.name, error))
                continue
            tile = self.request.preview and shown(turn, self.total)
            row = self.journal.get(source.name)
            whole = not tile and row is not None and self.orders.nothing_missing(source.name)
            if row and whole and (row.size, row.mtime_ns) == (known_source.size, known_source.mtime_ns):
                self._keep(turn, row)
                continue
            same = row.digest if row and whole and row.size == known_source.size else ""
            yield Task(turn, known_source, same, tile)

    def _take(self, result: Done | Failure | Died[Task]) -> None:
        if isinstance(result, Died):
            result = killer(result.task.source.name)
        if isinstance(result, Failure):
            self._fail(result)
        elif result.row is None:
            task = result.task
            known = self.journal.get(task.source.name)
            assert known is not None
            self._keep(task.turn, replace(known, mtime_ns=task.source.mtime_ns))
        else:
            self.journal.put(result.task.turn, result.row)
            self.outcome.measured += 1
            if self.preview and result.tile:
                self.preview.add(result.tile)
            self.progress(self.outcome.done, self.total)

    def _keep(self, turn: int, row: Row) -> None:
        self.journal.put(turn, row)
        self.outcome.unchanged += 1
        self.progress(self.outcome.done, self.total)

    def _fail(self, failure: Failure) -> None:
        try:
            with self.errors.open("a", encoding="utf-8") as file:
                file.write(failure.line())
        except OSError as error:
            problem = f"{self.errors} cannot be written ({(error.strerror or str(error)).lower()})"
            raise AttnpaintError(problem, "choose a folder that you may write to, with space left") from error
        self.outcome.failed += 1
        if len(self.outcome.failures) < TOLD:
            self.outcome.failures.append(failure)
        self.progress(self.outcome.done, self.total)


def _sources(request: Request, left: Counter[str] | None = None) -> Iterator[Source | Failure]:
    if request.out.resolve() in [place.resolve() for place in request.places]:
        raise UsageError(f"{request.out} is the folder of the references", "give another one to write to")
    yield from find_sources(request.places, request.out, bool(request.names), left=left)
    yield from listed(request.names)
