"""What every request passes first: who asks, how much is sent, and whether there is a turn left for it."""

import asyncio
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from attnpaint.app.limits import Limits
from attnpaint.app.turns import Turns

IDLE = 30.0  # seconds that an upload may pause
LINGER = 5.0  # seconds in which a client may finish what is refused, so that it reads why
JSON_MOST = 1_000_000  # bytes of a JSON request
AGAIN = "2"  # seconds after which to ask again
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' blob: data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Guard:
    """ASGI middleware. Refuses with one line: strangers (403), what is too large (413), slow (408), and what
    comes while there is no turn left (503).

    known: whether the server goes by a name, see `hosts.names_of`. A request that sends something holds one
    of queue + 1 turns from its head to the end of its answer; so does one that reads a painting, of as many
    others. `request.state.began` is when it came, by `time.perf_counter`.
    """

    def __init__(self, app: ASGIApp, limits: Limits, known: Callable[[str], bool]) -> None:
        self.app = app
        self.limits = limits
        self.known = known
        self.sending, self.reading = Turns(limits.queue + 1), Turns(limits.queue + 1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)  # the server's own start and end
            return
        scope.setdefault("state", {})["began"] = time.perf_counter()
        headers, send = Headers(scope=scope), _with_headers(send)
        stranger = self._stranger(scope["method"], headers)
        if stranger:
            await _refuse(403, stranger, scope, receive, send)
        elif scope["method"] in ("GET", "HEAD"):
            if not scope["path"].startswith("/api/paintings/"):
                await self.app(scope, receive, send)
            else:
                await self._in_turn(self.reading, scope, receive, send)
        else:
            most = JSON_MOST if "json" in headers.get("content-type", "") else self.limits.upload
            if _declared(headers) > most:
                await _refuse(413, _too_large(most), scope, receive, send)
            else:
                await self._in_turn(self.sending, scope, _Counted(receive, most), send)

    async def _in_turn(self, turns: Turns, scope: Scope, receive: Receive, send: Send) -> None:
        with turns.one() as mine:
            if mine:
                await self.app(scope, receive, send)
                return
        waiting = f"{self.limits.queue + 1} requests are at work or waiting already"
        await _refuse(503, f"busy: {waiting}; try again in a moment", scope, receive, send)

    def _stranger(self, method: str, headers: Headers) -> str:
        """What speaks against the page that asks being ours, or an empty text."""
        host = headers.get("host", "")
        if not self.known(host):  # a name of another site that was made to point here (DNS rebinding)
            return f"this server does not go by the name {host!r}; open the address that it printed"
        if method in ("GET", "HEAD"):
            return ""
        origin = headers.get("origin")
        theirs = origin is not None and _host_of(origin) != host.lower()
        if theirs or headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return "another site's page asks for this; open this server's own page"
        return ""


def _host_of(origin: str) -> str:
    """With its port; empty where there is none that can be read."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


class _Counted:
    """`receive` that raises HTTPException where more comes than `most` bytes, or nothing for IDLE seconds."""

    def __init__(self, receive: Receive, most: int) -> None:
        self.receive, self.most = receive, most
        self.bytes, self.whole = 0, False

    async def __call__(self) -> Message:
        if self.whole:
            return await self.receive()
        try:
            message = await asyncio.wait_for(self.receive(), IDLE)
        except TimeoutError:
            raise HTTPException(408, f"nothing came for {IDLE:g} s; send it again") from None
        self.whole = not message.get("more_body", False)
        self.bytes += len(message.get("body", b""))
        if self.bytes > self.most:
            await _drain(self.receive, self.whole)
            self.whole = True
            raise HTTPException(413, _too_large(self.most))
        return message


async def _refuse(status: int, problem: str, scope: Scope, receive: Receive, send: Send) -> None:
    headers = Headers(scope=scope)
    if scope["method"] not in ("GET", "HEAD") and "expect" not in headers:
        await _drain(receive, whole=False)
    more = {"Retry-After": AGAIN} if status == 503 else {}
    await JSONResponse({"error": problem}, status, more)(scope, receive, send)


async def _drain(receive: Receive, whole: bool) -> None:
    """Let the client send on for a while, and keep none of it."""
    try:
        async with asyncio.timeout(LINGER):
            while not whole:
                message = await receive()
                whole = not message.get("more_body", False)
    except TimeoutError:
        return


def _declared(headers: Headers) -> int:
    length = headers.get("content-length", "0")
    return int(length) if length.isdecimal() else 0


def _too_large(most: int) -> str:
    return f"the request is over the limit of {most / 1e6:g} MB; send smaller files"


def _with_headers(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(_HEADERS)
        await send(message)

    return sent
