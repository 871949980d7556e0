"""The server: put together, told where to listen, and run until it is stopped."""

import errno
import logging
import os
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from types import FrameType
from typing import Any

from fastapi import FastAPI

from attnpaint import __version__
from attnpaint.errors import UsageError
from attnpaint.inference.colorizer import Colorizer
from attnpaint.web import api, pages, paintings
from attnpaint.web.errors import answer_failures
from attnpaint.web.limits import Limits
from attnpaint.web.middleware import RequestChecks
from attnpaint.web.state import ServerState
from attnpaint.web.temporary_folder import sweep

PORT, TRIED = 8431, 10  # the usual port, and how many after it are tried
BACKLOG = 128  # connections that wait to be accepted
PATIENCE = 1  # seconds for what is under way when it is stopped
LAST = 0.3  # seconds more for threads that were cancelled
_TALKING = ("uvicorn.error", "asyncio", "concurrent.futures")  # each tells at the end what was cut off
TELEMETRY: Any = dict.fromkeys(("tracing", "metrics", "logs", "operation_spans", "auto_configure"), False)
"""FastAPI's own, which the environment could switch on; versions that have none pass over it."""
_ABOUT = """Colours line drawings with the colours of a reference picture, on this machine.

Failures are answered with {"error": "problem; remedy"}. Pages of other sites are refused."""


def build(
    colorizer: Colorizer, model: str, limits: Limits, known: Callable[[str], bool], token: str = ""
) -> FastAPI:
    """The application. model: as the user named it; known: `hosts.names_of`; token: see `RequestChecks`."""
    server = ServerState(colorizer, model, limits)

    @asynccontextmanager
    async def open_server(_: FastAPI) -> AsyncIterator[None]:
        server.painter.begin(server.warm_up)
        server.aside.begin(sweep)
        yield
        server.close()

    # FastAPI's pages of documentation load scripts from elsewhere
    app = FastAPI(
        title="attnpaint",
        version=__version__,
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        lifespan=open_server,
        telemetry=TELEMETRY,
    )
    app.state.server = server
    app.add_middleware(RequestChecks, limits=limits, known=known, token=token)
    answer_failures(app)
    for part in (pages, api, paintings):
        app.include_router(part.routes)
    return app


def listen(host: str, port: int | None) -> socket.socket:
    """A socket that listens at `host`. port: 0 is any, None the usual one or, where it is taken, another.

    Raises UsageError where that cannot be.
    """
    tried = [port] if port is not None else [*range(PORT, PORT + TRIED), 0]
    for number in tried:
        try:
            return _bound(host, number)
        except (OSError, UnicodeError) as error:
            code = getattr(error, "errno", None) or 0
            if code == errno.EADDRINUSE and number != tried[-1]:
                continue
            reason = os.strerror(code).lower() if code > 0 else "no such address"
            problem = f"the program cannot listen at {host}, port {number} ({reason})"
            raise UsageError(problem, "give another --port or --host, or close what uses it") from error
    raise AssertionError


def serve(app: FastAPI, listening: socket.socket, lifeline: int | None = None) -> None:
    """Answer until Ctrl-C, which comes out as KeyboardInterrupt once all is closed.

    lifeline: a file descriptor; the server ends, too, when its other end is closed, as the program that
    started it is gone.
    What is under way has PATIENCE to end. A thread may be at something even then: see `still_works`.
    """
    import uvicorn

    class Server(uvicorn.Server):
        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            """The first signal ends it; those that come meanwhile change nothing."""
            if not self.should_exit:
                super().handle_exit(sig, frame)
                for name in _TALKING:
                    logging.getLogger(name).disabled = True

    config = uvicorn.Config(
        app,
        log_level="error",
        access_log=False,
        ws="none",
        timeout_graceful_shutdown=PATIENCE,
        server_header=False,
        proxy_headers=False,
    )
    server = Server(config)
    if lifeline is not None:

        def follow(file: int) -> None:
            with suppress(OSError):
                while os.read(file, 1024):  # not through sys.stdin, whose lock Python wants at its end
                    pass
            server.should_exit = True

        threading.Thread(target=follow, args=[lifeline], daemon=True).start()
    server.run(sockets=[listening])


def still_works(app: FastAPI) -> bool:
    """Whether a thread goes on after the end, for which Python would wait."""
    end = time.monotonic() + LAST
    server: ServerState = app.state.server
    while server.works and time.monotonic() < end:
        time.sleep(0.01)
    return server.works


def _bound(host: str, port: int) -> socket.socket:
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    return socket.create_server(address[:2], family=family, backlog=BACKLOG)
