"""How the C library keeps memory (glibc): one heap for all threads, and what is free back to the system."""

import ctypes
from collections.abc import Callable
from contextlib import suppress
from functools import cache

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
