"""The local program `attnpaint app`: found, started with a token, and ended with Krita."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from urllib.parse import urlsplit

from .errors import Failure

NAME = "attnpaint"
OPTIONS = ("app", "--no-browser", "--port", "0", "--token-stdin")
PATIENCE = 5  # seconds that it has to end in
MISSING = (
    "The program attnpaint was not found; install it as its README says, and choose its file "
    "(.venv/bin/attnpaint, on Windows .venv\\Scripts\\attnpaint.exe) with the button Program"
)


def find(chosen: str) -> str:
    """The program's file: the one that was chosen, else the one on the PATH. Failure where there is none."""
    if chosen and not os.path.isfile(chosen):  # noqa: PTH113
        raise Failure(f"{chosen} is not there any more; choose the program's file with the button Program")
    found = chosen or shutil.which(NAME)
    if not found:
        raise Failure(MISSING)
    return found


def environment(own: Mapping[str, str]) -> dict[str, str]:
    """The environment for the program: `own`, without what leads into Krita's own Python and libraries."""
    kept = {name: value for name, value in own.items() if name not in ("PYTHONHOME", "PYTHONPATH")}
    inside = kept.pop("APPDIR", "")  # an AppImage unpacks itself there
    for name in ("LD_LIBRARY_PATH", "QT_PLUGIN_PATH", "PATH"):
        if inside and name in kept:
            parts = [part for part in kept[name].split(os.pathsep) if not part.startswith(inside)]
            kept[name] = os.pathsep.join(parts)
    return {name: value for name, value in kept.items() if value or name != "LD_LIBRARY_PATH"}


class Program:
    """A running `attnpaint app`, which listens on this machine alone and answers only to `token`."""

    def __init__(self, file: str) -> None:
        """Start it and wait until it listens, some seconds. Failure where it does not come up."""
        self.token = secrets.token_urlsafe(32)
        self._told = tempfile.TemporaryFile()  # noqa: SIM115
        hidden = {"creationflags": subprocess.CREATE_NO_WINDOW} if os.name == "nt" else {}
        try:
            self._process = subprocess.Popen(
                [file, *OPTIONS],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._told,
                env=environment(os.environ),
                bufsize=0,
                **hidden,
            )
        except OSError as error:
            raise Failure(f"{file} cannot be started ({error.strerror}); choose another Program") from error
        self.port = self._listens()

    def _listens(self) -> int:
        process = self._process
        assert process.stdin is not None and process.stdout is not None  # noqa: PT018
        try:
            process.stdin.write(f"{self.token}\n".encode())
            process.stdin.flush()
            line = process.stdout.readline().decode(errors="replace").strip()
        except OSError:
            line = ""
        port = urlsplit(line).port if line.startswith("http://127.0.0.1:") else None
        if port is None:
            self.close()
            raise Failure(f"attnpaint did not start: {self._reason()}")
        return port

    def _reason(self) -> str:
        """The last line that it said."""
        self._told.seek(0)
        lines = self._told.read().decode(errors="replace").strip().splitlines()
        reason = lines[-1] if lines else "it said nothing; start `attnpaint app` in a terminal to see why"
        if "--token-stdin" in reason:
            return "it is older than this plug-in; install attnpaint 0.2 or newer"
        return reason[len("attnpaint: ") :] if reason.startswith("attnpaint: ") else reason

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def close(self) -> None:
        """End it: it goes by itself when its standard input is closed, and is killed where it does not."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
