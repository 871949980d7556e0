"""Middleware: who asks, how much is sent, and whether a place is free, before a request is handled."""

import hmac
import time
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from attnpaint.web.bodies import AGAIN, Body, Room, declared, drain, too_large
from attnpaint.web.hosts import is_local
from attnpaint.web.limits import Limits
from attnpaint.web.worker import Limiter

BODIES = 4  # times the largest upload: what all bodies together may hold
JSON_MOST = 1_000_000  # bytes of a JSON request
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' blob: data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class RequestChecks:
    """ASGI middleware. Refuses with one line: other sites (403), what lacks the token (401), what is too
    large (413), slow (408), and what comes while no place is free (503).

    known: whether the server goes by a name, see `hosts.names_of`. token: what every request must show, empty
    for none. A request that sends something holds one of queue + 1 places from its head to the end of its
    answer; so does one that reads a painting, of as many others. Another machine has half of them at most;
    the programs of this one, which a tunnel or a proxy may speak for, have all. `request.state.began` is when
    it came, by `time.perf_counter`.
    """

    def __init__(self, app: ASGIApp, limits: Limits, known: Callable[[str], bool], token: str = "") -> None:
        self.app = app
        self.limits = limits
        self.known = known
        self.token = token.encode()
        self.sending, self.reading = Limiter(limits.queue + 1), Limiter(limits.queue + 1)
        self.room = Room(BODIES * max(limits.upload, JSON_MOST))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)  # the server's own start and end
            return
        scope.setdefault("state", {})["began"] = time.perf_counter()
        headers, send = Headers(scope=scope), _with_headers(send)
        refusal = self._refusal(scope["method"], headers)
        if refusal:
            await _refuse(403, refusal, scope, receive, send)
        elif self.token and not hmac.compare_digest(_shown(headers), self.token):
            problem = "this server answers only the program that started it"
            await _refuse(
                401, f"{problem}; send the header Authorization: Bearer TOKEN", scope, receive, send
            )
        elif scope["method"] in ("GET", "HEAD"):
            if not scope["path"].startswith("/api/paintings/"):
                await self.app(scope, receive, send)
            else:
                await self._if_free(self.reading, scope, receive, send)
        else:
            most = JSON_MOST if "json" in headers.get("content-type", "") else self.limits.upload
            if declared(headers) > most:
                await _refuse(413, too_large(most), scope, receive, send)
                return
            body = Body(receive, most, self.room)
            try:
                await self._if_free(self.sending, scope, body, send)
            finally:
                body.close()

    async def _if_free(self, places: Limiter, scope: Scope, receive: Receive, send: Send) -> None:
        who = _who(scope)
        if not who or places.held(who) <= self.limits.queue // 2:
            with places.one(who) as mine:
                if mine:
                    await self.app(scope, receive, send)
                    return
        waiting = f"{self.limits.queue + 1} requests are at work or waiting already"
        await _refuse(503, f"busy: {waiting}; try again in a moment", scope, receive, send)

    def _refusal(self, method: str, headers: Headers) -> str:
        """What speaks against the page that asks being ours, or an empty text."""
        hosts = headers.getlist("host")
        host = hosts[0] if len(hosts) == 1 else ", ".join(hosts)
        if not self.known(host):  # a name of another site that was made to point here (DNS rebinding)
            return f"this server does not go by the name {host!r}; open the address that it printed"
        if method in ("GET", "HEAD"):
            return ""
        origin = headers.get("origin")
        theirs = origin is not None and _host_of(origin) != host.lower()
        if theirs or headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return "another site's page asks for this; open this server's own page"
        return ""


def _who(scope: Scope) -> str:
    """The machine that asks, of IPv6 the network that one household has; empty for this one."""
    host = (scope.get("client") or ("",))[0]
    if not host or is_local(host):
        return ""
    try:
        address = ip_address(host)
    except ValueError:
        return str(host)
    return str(int(address) >> 64) if isinstance(address, IPv6Address) else str(address)


def _shown(headers: Headers) -> bytes:
    """The token that a request carries; empty where it carries none."""
    kind, _, token = headers.get("authorization", "").partition(" ")
    return token.strip().encode("latin-1") if kind.lower() == "bearer" else b""


def _host_of(origin: str) -> str:
    """With its port; empty where there is none that can be read."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


async def _refuse(status: int, problem: str, scope: Scope, receive: Receive, send: Send) -> None:
    headers = Headers(scope=scope)
    if scope["method"] not in ("GET", "HEAD") and "expect" not in headers:
        await drain(receive, whole=False)
    more = {"Retry-After": AGAIN} if status == 503 else {}
    await JSONResponse({"error": problem}, status, more)(scope, receive, send)


def _with_headers(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(_HEADERS)
        await send(message)

    return sent
