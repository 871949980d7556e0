"""The processes that load: how many, and how they leave signals to the process that saves the run."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import cv2
import torch

from attnpaint.cores import usable_cores

MOST = 16
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
def signals_held() -> Iterator[None]:
    """Keeps both signals waiting while workers start, who cannot ignore them yet."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _LEFT_ALONE)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
