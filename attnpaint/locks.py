"""Locks between processes. The system lets go of them when their process ends, however it ends."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import BinaryIO

_held: set[tuple[int, int]] = set()  # files that this process has locked
_guard = Lock()


@contextmanager
def locked(path: str | Path, remove: bool = False) -> Iterator[bool]:
    """Whether this block has the lock that the file stands for; another process or block has it otherwise.

    The file is made where it is missing; remove: whoever had the lock takes it away. Its folder has to be
    there. OSError where it cannot be made. Where a file system knows no locks, the block has it.
    """
    path = Path(path)
    with _guard:  # never opened twice: the system drops a lock when any opening of its file is closed
        file = None if path.exists() and _key(path.stat()) in _held else path.open("a+b")
        mine = file is not None and _lock(file)
        while file is not None and mine and not _is_at(path, file):  # the one before took it away meanwhile
            file.close()
            file = path.open("a+b")
            mine = _lock(file)
        if file is not None and mine:
            key = _key(os.fstat(file.fileno()))
            _held.add(key)
    try:
        yield mine
    finally:
        with _guard:
            if file is not None:
                if mine:
                    _held.discard(key)
                if mine and remove:
                    with suppress(OSError):
                        path.unlink()
                file.close()


def _is_at(path: Path, file: BinaryIO) -> bool:
    return path.exists() and _key(path.stat()) == _key(os.fstat(file.fileno()))


def _key(told: os.stat_result) -> tuple[int, int]:
    return told.st_dev, told.st_ino


def _lock(file: BinaryIO) -> bool:
    if sys.platform == "win32":
        import msvcrt

        try:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # of this process alone: children have no part in it
    except (BlockingIOError, PermissionError):
        return False
    except OSError:  # a file system without locks
        return True
    return True
