"""A server of its own process on a free port, with a tiny model, and pictures to send to it."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import cv2
import httpx
import numpy as np
import psutil
from fastapi import FastAPI
from PIL import Image
from tiny_model import SIZE as SIZE
from tiny_model import tiny_model as tiny_model

from attnpaint.images import Picture

LIMIT = 2_000_000  # bytes of an upload
SLACK = 80  # MB that memory may vary
_SERVE = """
import sys
from pathlib import Path
from attnpaint.web.hosts import names_of, url_of
from attnpaint.web.limits import Limits
from attnpaint.web.server import build, listen, serve
from attnpaint.inference.colorizer import Colorizer
model, upload, pixels, queue, memory = sys.argv[1], *map(int, sys.argv[2:])
with listen("127.0.0.1", 0) as listening:
    print(url_of("127.0.0.1", listening.getsockname()[1]), flush=True)
    limits = Limits(upload, pixels, queue, memory)
    serve(build(Colorizer.load(model, "cpu"), model, limits, names_of("127.0.0.1")), listening)
"""


@dataclass(frozen=True)
class Server:
    """client: with the server's address; port: of it; process: for its memory."""

    client: httpx.Client
    port: int
    process: psutil.Process

    @property
    def memory(self) -> float:
        """Resident, MB."""
        return float(self.process.memory_info().rss) / 1e6

    def paint(self, drawing: bytes, reference: bytes, **fields: str) -> httpx.Response:
        files = {"drawing": ("hero.png", drawing), "reference": ("look.png", reference)}
        return self.client.post("/api/paint", files=files, data=fields)


@contextmanager
def served(
    model: Path,
    upload: int = LIMIT,
    pixels: int = 1_000_000,
    queue: int = 4,
    memory: int = 20_000_000,
) -> Iterator[Server]:
    """A server with such limits, that answers already."""
    arguments = [str(number) for number in (model, upload, pixels, queue, memory)]
    program = [sys.executable, "-c", _SERVE, *arguments]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            with httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
                yield Server(client, int(url.rstrip("/").rpartition(":")[2]), psutil.Process(process.pid))
        finally:
            process.terminate()


def ask(app: FastAPI, method: str, path: str, address: str = "127.0.0.1", **more: Any) -> httpx.Response:
    """As a client at that address does, without a network."""

    async def answered() -> httpx.Response:
        transport = httpx.ASGITransport(app, client=(address, 50000))
        base = "http://127.0.0.1:8431"
        async with httpx.AsyncClient(transport=transport, base_url=base, trust_env=False) as client:
            return await client.request(method, path, **more)

    return asyncio.run(answered())


def drawing(height: int = 90, width: int = 120) -> Picture:
    """A black frame and a ring on white, uint8 H×W×3."""
    picture = np.full((height, width, 3), 255, np.uint8)
    cv2.rectangle(picture, (width // 8, height // 8), (width * 7 // 8, height * 7 // 8), (0, 0, 0), 2)
    cv2.circle(picture, (width // 2, height // 2), min(height, width) // 5, (0, 0, 0), 2)
    return picture


def blocks(seed: int = 0) -> Picture:
    """A reference of random blocks."""
    colors = np.random.default_rng(seed).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    return colors.repeat(8, 0).repeat(8, 1)


def png(picture: Picture) -> bytes:
    stream = BytesIO()
    Image.fromarray(picture).save(stream, "PNG")
    return stream.getvalue()


DRAWING, REFERENCE = png(drawing()), png(blocks())


def within(seconds: float, found: Callable[[], bool]) -> bool:
    """Whether a function says so in time."""
    end = time.monotonic() + seconds
    while not found():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


@contextmanager
def steady(server: Server) -> Iterator[None]:
    """After the block the server paints as before, and holds no more memory."""
    sent, before = (png(drawing()), png(blocks())), server.memory
    yield
    assert within(20, lambda: server.paint(*sent).status_code == 200)
    assert within(10, lambda: server.memory < before + SLACK), (before, server.memory)


def form(*files: tuple[str, bytes]) -> tuple[bytes, str]:
    """The body of a form and its type."""
    request = httpx.Request("POST", "http://x", files=[(name, (name, data)) for name, data in files])
    return request.read(), request.headers["content-type"]


def head(server: Server, kind: str, length: int, more: str = "") -> bytes:
    lines = ["POST /api/paint HTTP/1.1", f"Host: 127.0.0.1:{server.port}", f"Content-Type: {kind}"]
    return "\r\n".join([*lines, f"Content-Length: {length}", *([more] if more else []), "", ""]).encode()
