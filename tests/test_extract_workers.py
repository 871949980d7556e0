"""Worker processes: results in order, bounded memory, and a task that kills its worker costs itself only."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from functools import partial
from operator import call
from pathlib import Path
from typing import Any

import pytest

from attnpaint.errors import PictureError
from attnpaint.extract.batch.workers import CHUNK, Died, in_order
from attnpaint.images import read_picture

Task = Callable[[], Any]


def number(i: int) -> Task:
    return partial(int, i)


def run(tasks: list[Task], workers: int = 2) -> list[Any]:
    return list(in_order(call, tasks, workers))


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_results_come_in_order_however_long_each_takes(workers: int) -> None:
    slow: list[Task] = [partial(time.sleep, 0.05)] * 2
    tasks = [*slow, *map(number, range(50)), *slow, *map(number, range(3))]
    assert run(tasks, workers) == [None, None, *range(50), None, None, *range(3)]


@pytest.mark.parametrize("workers", [1, 2])
def test_no_tasks_give_no_results(workers: int) -> None:
    assert run([], workers) == []


def test_one_worker_is_this_process_and_more_are_others() -> None:
    assert run([os.getpid], 1) == [os.getpid()]
    others = set(run([os.getpid] * 4 * CHUNK, 2))
    assert 1 <= len(others) <= 2
    assert os.getpid() not in others


@pytest.mark.parametrize(
    "deadly",
    [partial(os._exit, 0), partial(signal.raise_signal, signal.SIGKILL)],
    ids=["exit", "SIGKILL"],
)
@pytest.mark.slow
def test_a_deadly_task_dies_alone(deadly: Task) -> None:
    tasks = list(map(number, range(4 * CHUNK)))
    tasks[CHUNK + 2] = deadly
    results = run(tasks)
    died = results.pop(CHUNK + 2)
    assert isinstance(died, Died)
    assert died.task is deadly
    assert results == [i for i in range(4 * CHUNK) if i != CHUNK + 2]


@pytest.mark.slow
def test_many_deadly_tasks_are_all_told() -> None:
    deadly = {0, 1, CHUNK, 4 * CHUNK - 1}
    tasks = [partial(os._exit, 3) if i in deadly else number(i) for i in range(4 * CHUNK)]
    results = run(tasks)
    assert {i for i, result in enumerate(results) if isinstance(result, Died)} == deadly
    assert all(results[i] == i for i in range(4 * CHUNK) if i not in deadly)


@pytest.mark.parametrize("workers", [1, 2])
def test_an_exception_comes_through_as_it_was_raised(workers: int) -> None:
    results = in_order(call, [*map(number, range(CHUNK)), partial(read_picture, b"text")], workers)
    assert [next(results) for _ in range(CHUNK)] == list(range(CHUNK))
    with pytest.raises(PictureError) as caught:
        next(results)
    assert caught.value.problem == "the picture is not a picture that can be read"
    assert caught.value.remedy
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize(("workers", "ahead"), [(1, 1), (2, 6 * CHUNK), (3, 9 * CHUNK)])
def test_tasks_are_taken_only_so_far_ahead_of_their_results(workers: int, ahead: int) -> None:
    taken = 0

    def tasks() -> Iterator[Task]:
        nonlocal taken
        for taken in range(1, 301):
            yield number(taken)

    furthest = 0
    for done, result in enumerate(in_order(call, tasks(), workers)):
        assert result == done + 1
        furthest = max(furthest, taken - done)
    assert done == 299
    assert furthest <= ahead


def test_closing_early_ends_the_workers() -> None:
    results = in_order(call, [os.getpid] * 100, 2)
    worker = next(results)
    results.close()
    assert multiprocessing.active_children() == []
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)


@pytest.mark.slow
def test_ctrl_c_hands_over_what_is_done_and_is_raised_then(tmp_path: Path) -> None:
    done = tmp_path / "done"

    def tasks() -> Iterator[Task]:
        yield from map(number, range(3 * CHUNK - 1))
        yield partial(done.write_text, "done")
        deadline = time.monotonic() + 30
        while not done.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.3)  # for the way back
        raise KeyboardInterrupt

    seen: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        seen.extend(in_order(call, tasks(), 2))
    assert seen == [*range(3 * CHUNK - 1), len("done")]


def test_workers_leave_ctrl_c_to_this_process_and_share_the_cores() -> None:
    before = os.environ.get("OMP_NUM_THREADS")
    tasks = [partial(signal.getsignal, signal.SIGINT), partial(os.getenv, "OMP_NUM_THREADS")]
    assert run(tasks) == [signal.SIG_IGN, "1"]
    assert os.environ.get("OMP_NUM_THREADS") == before
