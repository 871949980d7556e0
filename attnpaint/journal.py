"""The journal of a run, safe from kill -9, in memory that does not grow: an SQLite file."""

import sqlite3
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from attnpaint.errors import AttnpaintError

EVERY = 1.0  # seconds between two commits
REMEDY = "let other runs there end, free some space, or choose a folder that you may write to"


class JournalFile:
    """An open journal; what is put becomes lasting every second and at the end.

    path: of the file, which is locked for other processes from the first reading on; place: what messages
    call it. `before_commit` is called before anything becomes lasting, to make lasting what it speaks of.
    All raise AttnpaintError where another process has the file, it may not be written, or the disk is full.
    """

    def __init__(self, path: Path, place: Path | None = None) -> None:
        self.before_commit: Callable[[], None] = lambda: None
        self._path, self._place = path, place or path
        self._committed = time.monotonic()
        with self._told():
            self._store = connected(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            with self._told():
                self._store.commit()
        finally:
            self._store.close()

    def remove(self) -> None:
        """Delete the file; after this the journal can only be closed."""
        self._store.close()
        self._store = sqlite3.connect(":memory:")
        self._path.unlink(missing_ok=True)

    def _put(self, *changes: tuple[str, Sequence[object]]) -> None:
        """Carry out changes that belong together, each a statement and its values."""
        with self._told():
            for statement, values in changes:
                self._store.execute(statement, values)
            if time.monotonic() - self._committed > EVERY:
                self.before_commit()
                self._store.commit()
                self._committed = time.monotonic()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise AttnpaintError(f"{self._place} cannot be used ({error})", REMEDY) from error


def connected(path: Path) -> sqlite3.Connection:
    """The file opened, new or old; the first statement locks it. Damaged text comes with replaced letters."""
    store = sqlite3.connect(path, timeout=1)
    store.text_factory = lambda text: text.decode(errors="replace")  # damaged text breaks its seal
    try:
        store.execute("pragma locking_mode = exclusive")
    except sqlite3.Error:
        store.close()
        raise
    return store


def is_whole(store: sqlite3.Connection) -> bool:
    """Whether the pages of the file fit together; sqlite3.DatabaseError where it is no such file at all."""
    return bool(store.execute("pragma integrity_check(1)").fetchone() == ("ok",))


def seal(row: Sequence[object]) -> int:
    """A checksum of a row: SQLite notices a damaged file only where its structure is hurt."""
    return zlib.crc32(repr(tuple(row)).encode(errors="backslashreplace"))
