"""The server's temporary folder, which goes with it."""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Lock

from attnpaint.locks import locked

PREFIX = "attnpaint-app-"
LOCK = "in-use"
TRIES = 20  # to remove a folder in which a thread still writes


class Workplace:
    """Made when it is first asked for. For all threads."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._closed = False
        self._held = ExitStack()
        self._lock = Lock()

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """A folder of this block alone, removed after it. OSError where there is no place for one."""
        path = Path(tempfile.mkdtemp(dir=self._whole()))
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)

    def close(self) -> None:
        """Remove it with all that is in it, even while a thread writes there; it is not made again."""
        with self._lock:
            self._closed = True
            self._held.close()
            if self._path is not None:
                _remove(self._path)
            self._path = None

    def _whole(self) -> Path:
        with self._lock:
            if self._closed:
                raise FileNotFoundError("the server has ended")
            while self._path is None or not self._path.is_dir():
                self._held.close()
                self._path = Path(tempfile.mkdtemp(prefix=PREFIX))
                with suppress(FileNotFoundError):  # another server's start took it for a dead one's
                    self._held.enter_context(locked(self._path / LOCK))
            return self._path


def sweep() -> None:
    """Remove what killed servers have left."""
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):
            told = path.lstat()
            if not stat.S_ISDIR(told.st_mode) or (hasattr(os, "getuid") and told.st_uid != os.getuid()):
                continue
            with locked(path / LOCK) as dead:
                if dead and os.name != "nt":
                    _remove(path)
            if dead and os.name == "nt":  # which removes no open file
                _remove(path)


def _remove(path: Path) -> None:
    for _ in range(TRIES):
        shutil.rmtree(path, ignore_errors=True)
        if not path.exists():
            return
