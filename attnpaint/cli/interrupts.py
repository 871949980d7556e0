"""Signals that end a process: as Ctrl-C does, so that nothing half-written is left."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

INTERRUPTED = 130
_ENDING = ("SIGTERM", "SIGHUP")  # of schedulers and containers; of a terminal that is closed


class Received:
    """number: of the signal that came, 0 for none."""

    number = 0

    def code(self, code: int) -> int:
        """The exit code of a process that ends with `code`: 128 + the signal's number where one ended it."""
        return 128 + self.number if self.number and code == INTERRUPTED else code


@contextmanager
def heeding() -> Iterator[Received]:
    """SIGTERM and SIGHUP raise KeyboardInterrupt inside; after it they and SIGINT end the process in silence.

    What is ignored, as `nohup` has it, stays so.
    """
    received, own = Received(), os.getpid()

    def handle(number: int, _: FrameType | None) -> None:
        if os.getpid() != own:  # a forked worker
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
            return
        received.number = number
        raise KeyboardInterrupt

    for name in _ENDING:
        number = getattr(signal, name, None)
        if number and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, handle)
    try:
        yield received
    finally:
        for name in ("SIGINT", *_ENDING):
            number = getattr(signal, name, None)
            if number and signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, signal.SIG_DFL)
