"""Work that another thread may cancel: it looks now and then whether it should go on."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, local

_here = local()


class Cancelled(BaseException):
    """Nobody waits for this work any more. No Exception, so that no reader takes it for damaged data."""


@contextmanager
def cancellable(cancelled: Event) -> Iterator[None]:
    """In this block and thread `check_cancelled` raises once the event is set."""
    _here.cancelled = cancelled
    try:
        yield
    finally:
        del _here.cancelled


def check_cancelled() -> None:
    """Raise Cancelled where this thread's work is not wanted any more; nothing anywhere else."""
    cancelled: Event | None = getattr(_here, "cancelled", None)
    if cancelled is not None and cancelled.is_set():
        raise Cancelled
