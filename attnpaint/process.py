"""A process and its machine: cores and memory."""

import ctypes
import os
from collections.abc import Callable
from contextlib import suppress
from functools import cache

from attnpaint.errors import UsageError

MOST = 1024
"""What may be asked for; more can only be a mistake."""


def usable_cores() -> int:
    """The processor cores that this process may use, 1 or more."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def threads_of(asked: int) -> int:
    """`asked`, but no more than the cores that may be used; 0 stays 0. UsageError under 0."""
    if asked < 0:
        raise UsageError(f"there are no {asked} threads", "give the most to use, or 0 for all cores")
    return min(asked, usable_cores())


def processes_of(asked: int) -> int:
    """`asked`, but no more than twice the cores that may be used, or 4: each takes memory."""
    return max(1, min(asked, max(4, 2 * usable_cores())))


_MOST_HEAPS = -8  # glibc's M_ARENA_MAX


def share_heap() -> None:
    """Before other threads start: in heaps of their own they would take large arrays from the system, page by
    page, for every painting. Does nothing where the C library knows no such thing.
    """
    with suppress(OSError, TypeError, AttributeError):
        ctypes.CDLL(None).mallopt(_MOST_HEAPS, 1)


def give_back() -> None:
    """Does nothing where the C library does so by itself."""
    _trim()(0)


@cache
def _trim() -> Callable[[int], object]:
    try:
        trim: Callable[[int], object] = ctypes.CDLL(None).malloc_trim
    except (OSError, TypeError, AttributeError):
        return bool
    return trim
