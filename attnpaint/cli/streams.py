"""The standard streams of a process: a full disk, a closed stream or another encoding is one line at most."""

import io
import os
import sys
from collections.abc import Callable

from attnpaint.errors import AttnpaintError, tell


class _Guarded(io.RawIOBase):
    """A stream whose failures are AttnpaintErrors, or lost (quiet). raw: None where it was closed."""

    def __init__(self, raw: io.RawIOBase | None, name: str, quiet: bool = False) -> None:
        self.raw = raw
        self.title = name
        self.quiet = quiet

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return self.raw is not None and self.raw.isatty()

    def fileno(self) -> int:
        if self.raw is None:
            raise io.UnsupportedOperation(f"{self.title} is closed")
        return self.raw.fileno()

    def write(self, data: "bytes | bytearray | memoryview") -> int:  # type: ignore[override]
        return self._tried(lambda raw: raw.write(data), len(data), "written")

    def readinto(self, into: memoryview) -> int:  # type: ignore[override]
        return self._tried(lambda raw: raw.readinto(into), 0, "read")

    def _tried(self, work: Callable[[io.RawIOBase], int | None], lost: int, done: str) -> int:
        if self.raw is None:
            if self.quiet:
                return lost
            self.quiet = done == "written"
            raise AttnpaintError(f"{self.title} is closed", "name a file instead of -, or leave it open")
        try:
            return work(self.raw) or 0
        except OSError as error:
            if self.quiet:
                return lost
            self.quiet = done == "written"  # what is still held back is lost without another word
            reason = (error.strerror or str(error)).lower()
            remedy = "make room or write elsewhere" if done == "written" else "name a file instead of -"
            raise AttnpaintError(f"{self.title} cannot be {done} ({reason})", remedy) from error


def guard_streams() -> None:
    """Make the process's streams so. What is not shown in a terminal is UTF-8, whatever the locale says.

    File descriptors of closed streams are taken, so that no file is opened there and written to by mistake.
    """
    while (taken := os.open(os.devnull, os.O_RDWR)) < 3:
        pass
    os.close(taken)
    source, sink, told = _raw(sys.stdin), _raw(sys.stdout), _raw(sys.stderr)
    shown = sink is not None and sink.isatty()
    sys.stdin = io.TextIOWrapper(io.BufferedReader(_Guarded(source, "standard input")), _encoding(sys.stdin))
    sys.stdout = io.TextIOWrapper(
        io.BufferedWriter(_Guarded(sink, "standard output")),
        _encoding(sys.stdout) if shown else "utf-8",
        "backslashreplace",
        line_buffering=shown,
    )
    sys.stderr = io.TextIOWrapper(
        io.BufferedWriter(_Guarded(told, "standard error", quiet=True)),
        _encoding(sys.stderr),
        "backslashreplace",
        line_buffering=True,
    )


def fail(message: str, code: int) -> int:
    """Print one line on stderr, whatever the message holds, and hand the exit code back."""
    tell(f"attnpaint: {message}")
    return code


def flush_output() -> None:
    """Write what standard output holds back; AttnpaintError where that cannot be done."""
    sys.stdout.flush()


def _raw(stream: object) -> io.RawIOBase | None:
    """None where it was closed before the process began."""
    if not isinstance(stream, io.TextIOWrapper):
        return None
    buffer = stream.buffer
    return getattr(buffer, "raw", buffer)  # python -u holds none back


def _encoding(stream: object) -> str:
    return stream.encoding if isinstance(stream, io.TextIOWrapper) else "utf-8"
