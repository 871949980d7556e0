"""Freed memory back to the system, where the C library would keep it for later (glibc)."""

import ctypes
from collections.abc import Callable
from functools import cache


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
