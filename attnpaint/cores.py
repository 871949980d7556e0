"""How many threads and processes this machine has a use for."""

import os

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
