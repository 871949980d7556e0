"""Every case painted by every painter, scored in worker processes, written down as it goes."""

import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from attnpaint.data.sources import find_items
from attnpaint.errors import AttnpaintError, PictureError, Stopped
from attnpaint.eval.compare import Other, others, take_over
from attnpaint.eval.feature_weights import Weights
from attnpaint.eval.metrics.feature_distances import fid
from attnpaint.eval.metrics.measures import Distribution
from attnpaint.eval.painters import Painter
from attnpaint.eval.protocol import SIBLING, Protocol, Selection
from attnpaint.eval.records import Records
from attnpaint.eval.scoring import Painting, Scored, scored
from attnpaint.eval.setup import BASELINES, Setup
from attnpaint.extract.batch.workers import Died, in_order

Telling = Callable[[str], AbstractContextManager[Callable[[int, int], None]]]
Distributions = dict[str, dict[str, Distribution]]  # by painter and protocol


@dataclass(frozen=True)
class Request:
    """data: folders and shards. pictures: how many at most. compare: folders of other evaluations.

    weights: files with which FID and LPIPS are measured.
    """

    data: tuple[Path, ...]
    out: Path
    painters: tuple[Painter, ...]
    size: int = 512
    pictures: int = 64
    seed: int = 0
    compare: tuple[Path, ...] = ()
    weights: Weights = field(default_factory=Weights)
    workers: int = field(default_factory=lambda: os.cpu_count() or 1)


@dataclass(frozen=True)
class Outcome:
    """pictures: how many are judged; drawings: how many of them there are; skipped: why, by name.

    siblings: how many of the drawings are painted from a sibling too.
    """

    pictures: int
    drawings: int
    skipped: dict[str, str]
    siblings: int = 0


def evaluate(request: Request, telling: Telling) -> Outcome:
    """Write records.jsonl, summary.json and pictures/ into `out`; equal input gives equal scores.

    telling(work) opens a progress bar. Goes on where an earlier run with the same request was stopped or
    killed. Raises Stopped at a KeyboardInterrupt; UsageError where `out` or a compared evaluation was made
    with other options; WeightsMissing where files of weights cannot be used; AttnpaintError where no picture
    can be read, or `out` cannot be written.
    """
    networks = request.weights.digests()
    items = find_items(request.data).items
    selection = Selection.of(items, request.size, request.pictures, request.seed)
    digests = {painter.name: painter.digest for painter in request.painters}
    setup = Setup(request.size, request.pictures, request.seed, selection.digest, digests, networks)
    compared = others(request.compare, setup, request.out)
    with Records(request.out, setup) as records:
        run = _Run(request, selection, records)
        try:
            run.evaluate(telling)
            run.finish(setup, compared)
        except KeyboardInterrupt:
            problem = f"stopped; {records.progress.done} of {selection.count} pictures are judged"
            raise Stopped(problem, "give the same command again to go on") from None
    skipped = records.progress.skipped
    left = [i for i in range(selection.count) if selection.names[i] not in skipped]
    kin = sum(selection.drawings(i) for i in left if SIBLING in selection.protocols(i))
    return Outcome(len(left), sum(map(selection.drawings, left)), skipped, kin)


class _Run:
    def __init__(self, request: Request, selection: Selection, records: Records) -> None:
        self.request, self.selection, self.records = request, selection, records
        self.progress = records.progress
        used = {protocol for i in range(selection.count) for protocol in selection.protocols(i)}
        self.protocols = [str(protocol) for protocol in (*Protocol, SIBLING) if protocol in used]
        self.unreadable: dict[int, str] = {}  # by place; may be ahead of what is judged
        self.distributions: Distributions = {
            painter.name: {protocol: Distribution() for protocol in self.protocols}
            for painter in request.painters
        }
        for name, states in self.progress.distributions.items():
            for protocol, state in states.items():
                self.distributions[name][protocol] = Distribution.from_state(state)

    def evaluate(self, telling: Telling) -> None:
        """Paint and score what is not judged yet; whole pictures are committed."""
        first, count = self.progress.done, self.selection.count
        left = [self.cases(i) * len(self.request.painters) for i in range(count)]
        done, total, whole = sum(left[:first]), sum(left), first
        results = in_order(scored, self.paintings(), self.request.workers)
        with telling("judging") as tell, closing(results):
            tell(done, total)
            for result in results:  # at a Ctrl-C some may be missing
                if isinstance(result, Died):
                    problem = f"the process that scored {result.task.case.name} was killed"
                    raise AttnpaintError(problem, "free some memory and give the same command again")
                self.take(result)
                left[result.index] -= 1
                done += 1
                tell(done, total)
                while whole < count and (not left[whole] or whole in self.unreadable):
                    whole += 1
                if whole > self.progress.done:
                    self.commit(whole)
        self.commit(count)

    def cases(self, index: int) -> int:
        return self.selection.drawings(index) * len(self.selection.protocols(index))

    def paintings(self) -> Iterator[Painting]:
        """Painted one after the other, as they are asked for."""
        for index in range(self.progress.done, self.selection.count):
            headline = self.selection.is_headline(index)
            before: dict[str, tuple[Any, Any]] = {}
            try:
                for case in self.selection.cases(index):
                    for painter in self.request.painters:
                        painted = painter.paint(case.drawing, case.reference)
                        twin = before.pop(painter.name, None)
                        if case.protocol == Protocol.same:
                            before[painter.name] = painted, case.reference
                        inputs = painter is self.request.painters[0]
                        out, weights = self.request.out, self.request.weights
                        yield Painting(
                            painter.name, index, case, painted, out, twin, inputs, weights, headline
                        )
            except PictureError as error:
                self.unreadable[index] = error.problem

    def take(self, result: Scored) -> None:
        self.records.add(result.record, result.features)
        self.distributions[result.painter][result.record["protocol"]].merge(result.distribution)

    def commit(self, done: int) -> None:
        names = self.selection.names
        self.progress.skipped |= {names[i]: why for i, why in self.unreadable.items() if i < done}
        self.progress.distributions = {
            name: {protocol: distribution.to_state() for protocol, distribution in both.items()}
            for name, both in self.distributions.items()
        }
        self.records.commit(done)

    def finish(self, setup: Setup, compared: list[Other]) -> None:
        """Take over the compared painters' records, and write the summary."""
        skipped = self.progress.skipped
        if len(skipped) == self.selection.count:
            first = next(iter(skipped.values()))
            raise AttnpaintError(f"none of {len(skipped)} pictures can be read ({first})", "give others")
        distributions: dict[str, Any] = {
            name: {protocol: one.result() | self.fid(name, protocol) for protocol, one in both.items()}
            for name, both in self.distributions.items()
        }
        digests, weights = dict(setup.painters), dict(setup.weights)
        remarks = {painter.name: painter.remark for painter in self.request.painters if painter.remark}
        for number, other in enumerate(compared):
            take_over(other, number, self.records)
            weights |= other.summary["setup"].get("weights", {})
            for there, here in other.names.items():
                distributions[here] = other.summary["distributions"][there]
                digests[here] = other.summary["setup"]["painters"][there]
                if told := other.summary.get("remarks", {}).get(there):
                    remarks[here] = told
        names = sorted(digests, key=lambda name: name in BASELINES)  # models first
        sensitivity = defaultdict(list)
        for record in self.records:
            if "sensitivity" in record:
                sensitivity[record["painter"]].append(record["sensitivity"])
        self.records.finish(
            {
                "painters": names,
                "remarks": remarks,
                "size": setup.size,
                "pictures": self.selection.count - len(skipped),
                "seed": setup.seed,
                "skipped": skipped,
                "distributions": distributions,
                "sensitivity": {name: sensitivity[name] for name in names},
                "setup": {**asdict(setup), "painters": digests, "weights": weights},
            }
        )

    def fid(self, painter: str, protocol: str) -> dict[str, float]:
        """{} where it is not measured."""
        features = self.records.features(painter, protocol)
        return {"fid": fid(features[:, 0], features[:, 1])} if len(features) > 1 else {}
