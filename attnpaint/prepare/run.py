"""Prepares training pictures: filtered, freed of near-duplicates, written as shards, and reported."""

import csv
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from attnpaint.errors import Stopped
from attnpaint.extract.batch.workers import Died, in_order
from attnpaint.files import make_folder, replacing, sweep
from attnpaint.prepare.filters import Reason
from attnpaint.prepare.gather import MANIFEST, Gathered, gather
from attnpaint.prepare.ledger import Ledger
from attnpaint.prepare.options import Options, Outcome, check_same, done_before, write_done
from attnpaint.prepare.packing import Lost, Packing, look, pack, unreadable
from attnpaint.prepare.report import PAGE, Preparation, write_report
from attnpaint.prepare.shards import ShardWriter, shard_name
from attnpaint.process import usable_cores

DROPPED = "dropped.jsonl"
LEDGER = ".prepare.sqlite"
KILLED = "killed the process that read it"
WORTH_A_WORKER = 32
"""Pictures for which a process is started."""

Telling = Callable[[str], AbstractContextManager[Callable[[int, int], None]]]


@dataclass(frozen=True)
class Request:
    """places: folders, shards and pictures; out: where the shards and what is told of them go."""

    places: tuple[Path, ...]
    out: Path
    options: Options = field(default_factory=Options)
    workers: int = field(default_factory=usable_cores)


@contextmanager
def silent(work: str) -> Iterator[Callable[[int, int], None]]:
    yield lambda done, total: None


def prepare(request: Request, telling: Telling = silent) -> Outcome:
    """Write train-*.tar, manifest.csv, dropped.jsonl, report.html and prepared.json into `out`.

    telling(work) opens a progress bar. Shards are equal for equal pictures and options, whatever the workers,
    and wherever an earlier run was stopped or killed. Raises Stopped at a KeyboardInterrupt; UsageError where
    `out` holds what other options or pictures gave; AttnpaintError where it cannot be written.
    """
    options = json.dumps(request.options.to_dict())
    with telling("finding") as tell:
        tell(0, 0)
        gathered = gather(request.places, request.out)
    done = done_before(request.out, request.out / LEDGER, options, gathered.digest)
    if done:
        return done
    make_folder(request.out)
    with Ledger(request.out / LEDGER, options, gathered.digest) as ledger:
        check_same(request.out, (ledger.options, options), (ledger.digest, gathered.digest))
        sweep(request.out)  # nobody else writes here now
        run = _Run(request, gathered, ledger, telling)
        try:
            run.look()
            ledger.settle(request.options.distance)
            shards = run.write()
            outcome = run.tell(shards)
        except KeyboardInterrupt:
            raise Stopped(run.how_far(), "give the same command again to go on") from None
        ledger.remove()
    return outcome


class _Run:
    """The pictures of one request on their way through the workers."""

    def __init__(self, request: Request, gathered: Gathered, ledger: Ledger, telling: Telling) -> None:
        self.request, self.gathered, self.ledger, self.telling = request, gathered, ledger, telling
        self.entries = gathered.entries

    def look(self) -> None:
        """Judge each picture that is not judged yet."""
        first, total = self.ledger.looked(), len(self.entries)
        with (
            self.telling("looking") as tell,
            closing(
                in_order(
                    partial(look, self.request.options.limits),
                    self.entries[first:],
                    self._workers(total - first),
                )
            ) as looks,
        ):
            tell(first, total)
            for turn, seen in enumerate(looks, first):
                self.ledger.put_look(turn, unreadable(KILLED) if isinstance(seen, Died) else seen)
                tell(turn + 1, total)

    def write(self) -> int:
        """Write each kept picture that is not written yet; the number of shards."""
        options, left = self.request.options, self.ledger.left()
        tasks = (self.entries[turn] for turn in left)
        packing = Packing(options.size, options.lines)
        limit = int(options.shard_size * 2**20)
        with (
            self.telling("writing") as tell,
            ShardWriter(self.request.out, limit, self.ledger.place()) as writer,
            closing(in_order(partial(pack, packing), tasks, self._workers(len(left)))) as results,
        ):
            self.ledger.before_commit = writer.flush
            for done, (turn, packed) in enumerate(zip(left, results, strict=False), 1):
                if isinstance(packed, Died | Lost):
                    self.ledger.lose(turn, KILLED if isinstance(packed, Died) else packed.problem)
                else:
                    self.ledger.put_packed(turn, packed, writer.add(packed.data))
                tell(done, len(left))
            return writer.finish()

    def tell(self, shards: int) -> Outcome:
        """Write all that is told beside the shards."""
        out, failures = self.request.out, self.gathered.failures
        counts = self.ledger.counts()
        if failures:
            counts[Reason.unreadable] = counts.get(Reason.unreadable, 0) + len(failures)
        kept = self._manifest()
        self._dropped()
        size = sum((out / shard_name(number)).stat().st_size for number in range(shards))
        dropped = {reason.value: counts[reason] for reason in Reason if reason in counts}
        outcome = Outcome(len(self.entries) + len(failures), kept, dropped, shards, size, self.gathered.notes)
        found = Preparation(
            self.gathered,
            self.ledger,
            self.request.options.limits,
            self.request.options.distance,
            outcome.bytes,
            shards,
        )
        with self.telling("reporting") as tell:
            write_report(out / PAGE, found, self._workers(outcome.pictures), tell)
        write_done(out, self.request.options, self.gathered.digest, outcome)
        return outcome

    def how_far(self) -> str:
        """What an interrupted run has done."""
        looked, total = self.ledger.looked(), len(self.entries)
        written = sum(1 for _ in self.ledger.kept())
        if looked < total:
            return f"stopped; {looked} of {total} pictures are looked at"
        return f"stopped; {written} of {written + len(self.ledger.left())} pictures are written"

    def _manifest(self) -> int:
        own = ["path", "licence", "width", "height", "origin"]
        rows = self.gathered.rows
        carried = dict.fromkeys(name for row in rows.values() for name in row if name not in own)
        count = 0
        with (
            replacing(self.request.out / MANIFEST) as part,
            part.open("w", newline="", encoding="utf-8") as file,
        ):
            table = csv.DictWriter(file, [*own, *carried], restval="", lineterminator="\n")
            table.writeheader()
            for kept in self.ledger.kept():
                count += 1
                entry = self.entries[kept.turn]
                said = {"path": kept.path, "width": kept.width, "height": kept.height, "origin": entry.origin}
                table.writerow({**rows.get(entry.key, {}), **said})
        return count

    def _dropped(self) -> None:
        with replacing(self.request.out / DROPPED) as part, part.open("w", encoding="utf-8") as file:
            for failure in self.gathered.failures:
                line = {"path": failure.path, "reason": Reason.unreadable, "problem": failure.problem}
                file.write(json.dumps(line) + "\n")
            for lost in self.ledger.dropped():
                told: dict[str, str | float] = {"path": self.entries[lost.turn].origin, "reason": lost.reason}
                if lost.problem:
                    told["problem"] = lost.problem
                else:
                    told["number"] = round(lost.number, 4)
                if lost.like is not None:
                    told["like"] = self.entries[lost.like].origin
                file.write(json.dumps(told, ensure_ascii=False) + "\n")

    def _workers(self, pictures: int) -> int:
        return max(1, min(self.request.workers, pictures // WORTH_A_WORKER))
