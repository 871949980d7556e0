"""A pool of worker processes: results in order, bounded memory, and a worker that dies loses nothing."""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Generic, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

CHUNK = 8  # tasks that a worker gets at a time
_AHEAD = 3  # chunks for each worker under way


@dataclass(frozen=True)
class Died(Generic[Task]):
    """A task that killed its worker."""

    task: Task


def in_order(
    function: Callable[[Task], Result], tasks: Iterable[Task], workers: int
) -> Generator[Result | Died[Task], None, None]:
    """function(task) for each task, in order, by so many processes; one: in this process.

    At a KeyboardInterrupt the results at hand come out before it is raised.
    """
    if workers == 1:
        yield from map(function, tasks)
        return
    call = partial(_all, function)
    left = iter(tasks)
    with _one_thread_each():
        pool = _pool(workers)
        pending: deque[tuple[list[Task], Future[list[Result]]]] = deque()
        try:
            while True:
                while len(pending) < _AHEAD * workers and (chunk := list(islice(left, CHUNK))):
                    pending.append((chunk, _submit(pool, call, chunk)))
                if not pending:
                    return
                chunk, future = pending[0]
                try:
                    results: list[Result | Died[Task]] = list(future.result())
                except BrokenProcessPool:
                    pool.shutdown(wait=False, cancel_futures=True)
                    results = [_alone(function, task) for task in chunk]
                    pool = _pool(workers)
                    pending = deque((c, f if _good(f) else _submit(pool, call, c)) for c, f in pending)
                pending.popleft()
                yield from results
        except KeyboardInterrupt:
            for _, future in pending:
                if _good(future):
                    yield from future.result()
            raise
        finally:
            pool.shutdown(cancel_futures=True)


def _all(function: Callable[[Task], Result], chunk: list[Task]) -> list[Result]:
    return [function(task) for task in chunk]


def _submit(
    pool: ProcessPoolExecutor, call: Callable[[list[Task]], list[Result]], chunk: list[Task]
) -> Future[list[Result]]:
    try:
        return pool.submit(call, chunk)
    except BrokenProcessPool as error:
        broken: Future[list[Result]] = Future()
        broken.set_exception(error)
        return broken


def _good(future: Future[list[Result]]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None


def _alone(function: Callable[[Task], Result], task: Task) -> Result | Died[Task]:
    """The result by a process of its own, which only this task can kill."""
    with _pool(1) as pool:
        try:
            return pool.submit(function, task).result()
        except BrokenProcessPool:
            return Died(task)


def _pool(workers: int) -> ProcessPoolExecutor:
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    if "forkserver" in methods:
        context.set_forkserver_preload(["attnpaint.extract.batch.task"])
    return ProcessPoolExecutor(workers, context, _begin)


def _begin() -> None:
    """Leaves Ctrl-C to the parent, and ends when the parent was killed."""
    import cv2

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cv2.setNumThreads(1)
    parent = multiprocessing.parent_process()
    if parent:

        def follow() -> None:
            parent.join()
            os._exit(1)

        threading.Thread(target=follow, daemon=True).start()


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Processes begun inside use one thread for linear algebra: they share the cores already."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
