"""Histograms by the machines of a Ray cluster: Ray Data measures, this process alone writes."""

import json
import threading
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from attnpaint.decoding.suffixes import left_out
from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.extract.batch.cluster import connected
from attnpaint.extract.batch.folder import TOLD
from attnpaint.extract.batch.remote import Place, Shard, find, members_of, place_of, read
from attnpaint.extract.batch.sources import (
    MOST_BYTES,
    Failure,
    Source,
    cannot_read,
    killer,
    no_pictures,
    too_large,
)
from attnpaint.extract.batch.store import record_batch, schema
from attnpaint.extract.batch.table_check import Row
from attnpaint.extract.batch.table_parts import PartsWriter
from attnpaint.extract.batch.task import measure_source
from attnpaint.extract.batch.workers import Died, in_order
from attnpaint.extract.method import Method

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow.fs import FileSystem

BATCH = 64  # pictures in a task, at most
_LISTED = 4096  # sources that are packed together while listing
_DEATHS = 2  # of a task, until it is taken for the fault of a picture
_WAIT = 1.0  # seconds for a thread to end


@dataclass(frozen=True)
class Outcome:
    """Pictures in the table, a folder of Parquet parts (None: there was no row), and those that failed.

    The latter are listed in errors.jsonl beside it, the first 20 here.
    """

    pictures: int
    failed: int
    failures: list[Failure]
    table: str | None
    left_out: str = ""
    """How many pictures there are that cannot be read, and their suffixes."""


def extract_with_ray(
    source: str,
    out: str,
    method: Method = Method(),  # noqa: B008  # frozen
    address: str | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    filesystem: "FileSystem | None" = None,
) -> Outcome:
    """Measure a folder, shard or picture on a Ray cluster and write `out`/histograms.parquet/part-*.parquet.

    source, out: paths or addresses that pyarrow understands; with `filesystem`, source is a path in that one.
    address: of the cluster (host:port, auto); by default RAY_ADDRESS, or else this machine alone. A Ray that
    this process is connected to already is used and left running. progress hears (done, total) of each batch.

    Tasks of workers that die are run again, and a picture that kills them again and again becomes a Failure.
    Rows come in the order of the source, each exactly once. Raises AttnpaintError; a KeyboardInterrupt passes
    through when the Ray that was begun here has ended. Neither leaves a new table.
    """
    begin = place_of(source) if filesystem is None else Place(filesystem, source)
    target = place_of(out)
    if begin == target:
        raise UsageError(f"{out} is the folder of the references", "give another one to write to")
    left = Counter[str]()
    found = find(begin, target, left)
    first = list(islice(found, 1))  # before a cluster is begun
    if not first:
        raise no_pictures(source)
    with connected(address):
        references, failures = _references(chain(first, found), begin, left)
        total = len(references) + len(failures)
        if not total:
            raise no_pictures(source)
        filesystem = None if begin.local else begin.filesystem
        with (
            PartsWriter(target, method) as writer,
            closing(_results(references, method, filesystem)) as results,  # before Ray ends
        ):
            measured = failed = 0
            told: list[Failure] = []
            for batch, bad in chain([(None, failures)], results):
                if batch is not None:
                    writer.write(batch)
                    measured += batch.num_rows
                for failure in bad:
                    writer.fail(failure)
                failed += len(bad)
                told = [*told, *bad][:TOLD]
                progress(measured + failed, total)
            return Outcome(measured, failed, told, writer.commit(), left_out(left))


def measure_batch(batch: "pa.Table", method: Method, filesystem: "FileSystem | None") -> "pa.Table":
    """A task: the rows of the sources in `batch`, packed into one row with those that failed."""
    import cv2
    import pyarrow as pa

    cv2.setNumThreads(1)  # Ray counts a task as one core
    sources = [Source(**fields) for fields in batch.drop_columns(["batch"]).to_pylist()]
    measured = partial(_measured, method=method, filesystem=filesystem)
    apart = _attempt() >= _DEATHS
    results = list(in_order(measured, sources, workers=2) if apart else map(measured, sources))
    rows = [result for result in results if isinstance(result, Row)]
    failures = [killer(result.task.name) for result in results if isinstance(result, Died)]
    failures += [result for result in results if isinstance(result, Failure)]
    packed = record_batch(rows, schema(method)).serialize().to_pybytes()
    told = json.dumps([asdict(failure) for failure in failures])
    return pa.table({"batch": batch["batch"][:1], "rows": [packed], "failures": [told]})


def _measured(source: Source, method: Method, filesystem: "FileSystem | None") -> Row | Failure:
    try:
        source = source.looked_up()
        if source.size > MOST_BYTES:
            return too_large(source.name)
        data = source.read() if filesystem is None else read(filesystem, source)
    except OSError as error:
        return cannot_read(source.name, error)
    result = measure_source(source.name, data, source.mtime_ns, method)
    return result if isinstance(result, Failure) else result.row


def _attempt() -> int:
    """How often the task was begun before; workers and nodes die."""
    from ray._private.worker import global_worker

    core = getattr(global_worker, "core_worker", None)
    number = getattr(core, "get_current_task_attempt_number", None)
    return int(number()) if number else 0


def _results(
    references: "pa.Table", method: Method, filesystem: "FileSystem | None"
) -> Generator[tuple["pa.RecordBatch", list[Failure]], None, None]:
    """What became of each batch of the references, in order; each exactly once."""
    import pyarrow as pa
    import ray
    from ray.data import DataContext, from_blocks

    if not len(references):
        return
    context = DataContext.get_current()
    context.enable_progress_bars = context.print_on_execution_start = False
    context.execution_options.preserve_order = True
    resources: Callable[[], dict[str, float]] = ray.cluster_resources
    cores = max(1, int(resources().get("CPU", 1)))
    size = min(BATCH, -(-len(references) // (8 * cores)))
    blocks = [references.slice(start, size) for start in range(0, len(references), size)]
    missing = set(range(len(blocks)))
    numbered = [
        block.append_column("batch", pa.array([number] * len(block))) for number, block in enumerate(blocks)
    ]
    dataset = from_blocks(numbered).map_batches(
        measure_batch,
        batch_size=None,
        batch_format="pyarrow",
        fn_kwargs={"method": method, "filesystem": filesystem},
    )
    form = schema(method)
    with _joined():
        answers: Any = iter(dataset.iter_batches(batch_size=None, batch_format="pyarrow", prefetch_batches=0))
        with closing(answers):
            for answer in chain.from_iterable(block.to_pylist() for block in answers):
                missing.remove(answer["batch"])
                rows = pa.ipc.read_record_batch(pa.py_buffer(answer["rows"]), form)
                yield rows, [Failure(**fields) for fields in json.loads(answer["failures"])]
    if missing:
        raise AttnpaintError(f"Ray has lost {len(missing)} of {len(blocks)} batches", "run it again")


@contextmanager
def _joined() -> Iterator[None]:
    """Waits for threads begun inside: one that still asks Ray when it has ended kills this process."""
    before = set(threading.enumerate())
    try:
        yield
    finally:
        for thread in set(threading.enumerate()) - before:
            thread.join(_WAIT)


def _references(
    found: Iterable[Source | Shard | Failure], place: Place, left: Counter[str]
) -> tuple["pa.Table", list[Failure]]:
    """A row per source; shards are listed by the cluster, for each member costs a request.

    left: counts the suffixes of pictures in shards that cannot be read.
    """
    import pyarrow as pa
    import ray

    list_shard = ray.remote(max_retries=-1)(members_of)
    pieces: list[Any] = []  # tables and, for shards, promises
    failures: list[Failure] = []
    sources: list[Source] = []
    for entry in found:
        if isinstance(entry, Failure):
            failures.append(entry)
        elif isinstance(entry, Source):
            sources.append(entry)
        if sources and (isinstance(entry, Shard) or len(sources) == _LISTED):
            pieces.append(_table(sources))
            sources = []
        if isinstance(entry, Shard):
            pieces.append(list_shard.remote(place.filesystem, entry))
    tables = [_table(sources)]
    for piece in reversed(pieces):
        if not isinstance(piece, pa.Table):
            inside, failed, others = ray.get(piece)
            left.update(others)
            piece = _table(inside)
            failures += failed
        tables.append(piece)
    return pa.concat_tables(reversed(tables)).combine_chunks(), failures


def _table(sources: Sequence[Source]) -> "pa.Table":
    import pyarrow as pa

    kinds = {"name": pa.string(), "path": pa.string()}
    kinds |= dict.fromkeys(("offset", "size", "mtime_ns"), pa.int64())
    return pa.table({name: [getattr(s, name) for s in sources] for name in kinds}, pa.schema(kinds))
