"""The processes that load: how many, and what signals and the death of their parent do to them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import pytest
import torch
from torch.utils.data import Dataset

from attnpaint.config import DataConfig
from attnpaint.data import loading as loader
from attnpaint.data.loading import MOST, ShareSampler, count_workers, loaded, ready_to_fork
from attnpaint.errors import AttnpaintError

pytestmark = pytest.mark.slow

PATIENCE = 60  # seconds for a process to start or to end, on the busiest machine
LOADING = """
import multiprocessing, signal, sys
from attnpaint.config import DataConfig
from attnpaint.data.pairs import batches
from attnpaint.data.sources import find_items

for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda *_: None)
config = DataConfig(size=32, batch_size=2, workers=2)
for place, _ in enumerate(batches(find_items([sys.argv[1]]).items, config, 0, 0, 40)):
    print(*(child.pid for child in multiprocessing.active_children()), flush=True)
    if place < 20:
        sys.stdin.readline()
print("done", flush=True)
"""


LEAVING = """
import sys
from attnpaint.config import DataConfig
from attnpaint.data.pairs import batches
from attnpaint.data.sources import find_items

stream = batches(find_items([sys.argv[1]]).items, DataConfig(size=32, batch_size=2, workers=2), 0, 0, 40)
next(stream)
print("done", flush=True)
"""


@contextmanager
def loading(folder: Path) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """A process group that loads, one batch for each line that it is told; and the pids of its workers."""
    process = subprocess.Popen(
        [sys.executable, "-c", LOADING, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        workers = [int(pid) for pid in process.stdout.readline().split()]
        assert len(workers) == 2
        yield process, workers
    finally:
        process.kill()
        process.wait()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not (stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z")


@pytest.mark.skipif(os.name != "posix", reason="signals to process groups")
def test_workers_go_on_through_signals_to_the_whole_group(layouts: dict[str, Path]) -> None:
    with loading(layouts["pictures"]) as (process, _):
        assert process.stdin is not None
        for _ in range(10):
            for number in (signal.SIGINT, signal.SIGTERM):
                os.killpg(process.pid, number)
            process.stdin.write("\n")
            process.stdin.flush()
        out, _ = process.communicate("\n" * 20, timeout=PATIENCE)
        assert out.endswith("done\n")
        assert process.returncode == 0


@pytest.mark.skipif(os.name != "posix", reason="signals to process groups")
def test_workers_end_when_their_parent_is_killed(layouts: dict[str, Path]) -> None:
    with loading(layouts["pictures"]) as (process, workers):
        process.kill()
        process.wait()
        until = time.monotonic() + PATIENCE
        while any(map(alive, workers)) and time.monotonic() < until:
            time.sleep(0.1)
        assert not any(map(alive, workers))


def test_a_process_that_has_enough_of_its_pictures_can_end(layouts: dict[str, Path]) -> None:
    command = [sys.executable, "-c", LEAVING, str(layouts["pictures"])]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    assert (done.returncode, done.stdout) == (0, "done\n")


def test_workers_are_counted_by_the_device_and_shared_by_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    cpu, gpu = torch.device("cpu"), torch.device("cuda")
    monkeypatch.delenv("LOCAL_WORLD_SIZE", raising=False)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(12)), raising=False)
    assert [count_workers(-1, device) for device in (cpu, gpu)] == [1, 11]
    assert [count_workers(5, device) for device in (cpu, gpu)] == [5, 5]
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "4")
    assert count_workers(-1, gpu) == 2
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "12")
    assert count_workers(-1, gpu) == 1
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "1")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(96)), raising=False)
    assert count_workers(-1, gpu) == MOST


class Stuck(Dataset[int]):
    """Whose pictures never come, from the third on."""

    def __getitem__(self, place: int) -> int:
        if place > 1:
            time.sleep(3600)
        return place


@pytest.mark.parametrize("workers", [1, 2])
def test_workers_that_hang_are_an_error(workers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loader, "PATIENCE", 3)
    config, numbers = DataConfig(workers=workers, batch_size=1), ShareSampler(1, 0, 9, 1, (0, 1))
    stream = loaded(Stuck(), numbers, config, torch.device("cpu"))
    assert [next(stream).item() for _ in range(2)] == [0, 1]
    with pytest.raises(AttnpaintError, match="no picture came"):
        next(stream)


def test_opencv_has_no_threads_while_workers_start() -> None:
    before = cv2.getNumThreads()
    with ready_to_fork():
        assert cv2.getNumThreads() == 1
    assert cv2.getNumThreads() == before
