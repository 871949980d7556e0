"""Questions to the local program over HTTP, on the loopback interface only."""

from __future__ import annotations

import http.client
import json
import uuid
from typing import Any, NamedTuple

from .errors import Failure
from .program import Program, find

HOST = "127.0.0.1"
TIMEOUT = 900  # seconds; a large drawing on a slow machine takes minutes
FORGOTTEN = 404


class File(NamedTuple):
    """A file of a form."""

    name: str
    data: bytes


class Client:
    """Asks the program, and starts it where it does not run. Used by one thread at a time."""

    def __init__(self, chosen: str = "") -> None:
        """chosen: the program's file; empty: the one on the PATH."""
        self.chosen = chosen
        self._program: Program | None = None

    def palette(self, reference: File) -> dict[str, Any]:
        """The 16 colours of a picture or palette file: {"colors": 4×4×3, "weights": 4×4}."""
        found: dict[str, Any] = json.loads(self._form("/api/palette", {"reference": reference}))["histogram"]
        return found

    def paint(self, drawing: File, reference: File, gap: float | None = None) -> dict[str, Any]:
        """Paint; the answer's `id` names the painting, which the program keeps for a while."""
        fields = {} if gap is None else {"gap": f"{gap:g}"}
        files = {"drawing": drawing, "reference": reference}
        painted: dict[str, Any] = json.loads(self._form("/api/paint", files, fields))
        return painted

    def layers(self, id: str, palette: dict[str, Any] | None, finish: str) -> bytes | None:
        """The painting in other colours as an OpenRaster file; None where the program forgot it."""
        wanted = {"format": "ora", "finish": finish, "histogram": palette}
        body = json.dumps(wanted).encode()
        status, data = self._ask(f"/api/paintings/{id}/save", body, "application/json")
        return None if status == FORGOTTEN else _checked(status, data)

    def close(self) -> None:
        """End the program."""
        if self._program is not None:
            self._program.close()
            self._program = None

    def _form(self, path: str, files: dict[str, File], fields: dict[str, str] | None = None) -> bytes:
        body, kind = form(files, fields or {})
        return _checked(*self._ask(path, body, kind))

    def _ask(self, path: str, body: bytes, kind: str) -> tuple[int, bytes]:
        if self._program is None or not self._program.alive:
            self.close()
            self._program = Program(find(self.chosen))
        headers = {"Authorization": f"Bearer {self._program.token}", "Content-Type": kind}
        connection = http.client.HTTPConnection(HOST, self._program.port, timeout=TIMEOUT)
        try:
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise Failure(
                f"attnpaint stopped answering ({type(error).__name__}); press Paint again"
            ) from error
        finally:
            connection.close()


def form(files: dict[str, File], fields: dict[str, str]) -> tuple[bytes, str]:
    """A multipart/form-data body and its type."""
    mark = uuid.uuid4().hex
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    for name, file in files.items():
        shown = file.name.replace("\\", "_").replace('"', "_").replace("\r", "_").replace("\n", "_")
        head = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{shown}"\r\n'
        parts.append(f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + file.data + b"\r\n")
    return b"".join(parts) + f"--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"


def _checked(status: int, data: bytes) -> bytes:
    """The answer's bytes; Failure with the program's own words where it refused."""
    if status == 200:
        return data
    try:
        told = str(json.loads(data)["error"])
    except (ValueError, LookupError, TypeError):
        told = f"the program answered with the code {status}; start it anew"
    raise Failure(told)
