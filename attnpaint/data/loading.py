"""Which pictures of the endless stream a process draws, and the worker processes that load them, in order."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import cv2
import torch
from torch.utils.data import DataLoader, Dataset, Sampler

from attnpaint.config import DataConfig
from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.process import usable_cores


def piece_of(size: int, parts: int, processes: int) -> int:
    """How many pictures of a batch a process has in each part; UsageError where they are not equally many."""
    pieces = parts * processes
    if size % pieces:
        problem = f"a batch of {size} cannot be taken in {parts} parts by {processes} processes"
        raise UsageError(problem, f"give --set data.batch_size={(size // pieces + 1) * pieces}")
    return size // pieces


class ShareSampler(Sampler[int]):
    """The pictures of steps `first` to `last` - 1 that are one process's share, part by part."""

    def __init__(self, size: int, first: int, last: int, parts: int, share: tuple[int, int]) -> None:
        self.count = piece_of(size, parts, share[1])
        self.pieces = range(first * parts, last * parts)
        self.stride, self.offset = size // parts, share[0] * self.count

    def __iter__(self) -> Iterator[int]:
        for piece in self.pieces:
            begin = piece * self.stride + self.offset
            yield from range(begin, begin + self.count)

    def __len__(self) -> int:
        return len(self.pieces) * self.count


MOST = 16
PATIENCE = 600  # seconds without a batch after which the workers are given up
_LEFT_ALONE = (signal.SIGINT, signal.SIGTERM)


def count_workers(asked: int, device: torch.device) -> int:
    """`asked` up to 64, or for -1: one beside a CPU; beside a GPU one for each core but one, 16 at most."""
    if asked >= 0:
        return min(asked, 4 * MOST)
    if device.type == "cpu":
        return 1
    cores = usable_cores()
    processes = int(os.environ.get("LOCAL_WORLD_SIZE", "1"))  # of this run on this machine
    return max(1, min(MOST, cores // processes - 1))


def quiet_worker(_: int) -> None:
    """A worker uses one thread, and goes on through Ctrl-C and through any SIGTERM but its parent's."""
    cv2.setNumThreads(0)
    torch.set_num_threads(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "sigwaitinfo"):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
        threading.Thread(target=_heed_the_parent, daemon=True).start()
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _heed_the_parent() -> None:
    """A parent that ends without a word to its workers sends them SIGTERM, and waits until they are gone."""
    while signal.sigwaitinfo({signal.SIGTERM}).si_pid != os.getppid():
        pass
    os._exit(0)


@contextmanager
def ready_to_fork() -> Iterator[None]:
    """While workers start: keeps both signals waiting, which they cannot ignore yet, and OpenCV without
    threads, whose locks a worker would inherit as they are, perhaps held for ever."""
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        with signals_held():
            yield
    finally:
        cv2.setNumThreads(threads)


@contextmanager
def signals_held() -> Iterator[None]:
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _LEFT_ALONE)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def batches_ahead(config: DataConfig, device: torch.device) -> int:
    """How many batches the workers make in advance, at most."""
    workers = count_workers(config.workers, device)
    return 4 if workers == 1 else 2 * workers


def loaded(
    stream: Dataset[Any],
    numbers: ShareSampler,
    config: DataConfig,
    device: torch.device,
    collate: Callable[[list[Any]], Any] | None = None,
) -> Iterator[Any]:
    """What `stream` gives for `numbers`, batch by batch, on the CPU; an error of a worker is one line."""
    workers = count_workers(config.workers, device)
    loader: DataLoader[Any] = DataLoader(
        stream,
        batch_size=numbers.count,
        sampler=numbers,
        num_workers=workers,
        collate_fn=collate,
        pin_memory=device.type == "cuda",
        prefetch_factor=batches_ahead(config, device) // workers if workers else None,
        timeout=PATIENCE if workers else 0,
        worker_init_fn=quiet_worker,
        generator=torch.Generator(),
    )
    try:
        with ready_to_fork():
            batches = iter(loader)
        yield from batches
    except RuntimeError as error:
        if "timed out" not in str(error):
            raise
        problem = f"no picture came for {PATIENCE / 60:.0f} minutes from what loads them"
        raise AttnpaintError(problem, "look at the disk, or give --set data.workers=0") from None
    except AttnpaintError as error:
        if error.remedy:
            raise
        # from a worker: a traceback in one line, at whose end the error stands
        told = error.problem.rpartition("attnpaint.errors.AttnpaintError: ")[2]
        problem, _, remedy = told.rpartition("; ")
        raise AttnpaintError(problem, remedy) from None
