"""Slow bodies are ended, many large ones share one room, and no machine takes all turns."""

import asyncio
import socket
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from serving import DRAWING, REFERENCE, ask, blocks, form, head, png, served, within
from starlette.exceptions import HTTPException
from starlette.types import Message

from attnpaint import Colorizer
from attnpaint.web import bodies
from attnpaint.web.bodies import Body, Room
from attnpaint.web.hosts import names_of
from attnpaint.web.limits import Limits
from attnpaint.web.server import build

pytestmark = pytest.mark.slow


def sender(pieces: list[bytes], pause: float) -> Callable[[], asyncio.Future[Message]]:
    """Sends these with a pause before each, and then for ever nothing more."""
    left = list(pieces)

    async def receive() -> Message:
        await asyncio.sleep(pause if left else 3600)
        return {"type": "http.request", "body": left.pop(0), "more_body": True}

    return receive


async def read(body: Body) -> None:
    while not body.whole:
        await body()


@pytest.mark.parametrize(
    ("piece", "pause"),
    [(b"x", 0.02), (b"", 0.02), (bytes(10), 0.1), (b"x", 30)],
    ids=["bytes", "nothing", "tens", "silence"],
)
def test_a_body_below_the_least_rate_is_ended(
    piece: bytes, pause: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "GRACE", 0.3)
    body = Body(sender([piece] * 10_000, pause), 10**6, Room(10**6))
    began = time.monotonic()
    with pytest.raises(HTTPException) as refused:
        asyncio.run(read(body))
    assert refused.value.status_code == 408
    assert time.monotonic() - began < 3


def test_a_body_that_comes_quickly_at_first_may_not_pause_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "IDLE", 0.2)
    with pytest.raises(HTTPException) as refused:
        asyncio.run(read(Body(sender([bytes(900_000)], 0), 10**6, Room(10**6))))
    assert refused.value.status_code == 408


def test_a_body_has_a_deadline_however_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "DEADLINE", 0.3)
    body = Body(sender([bytes(9_000)] * 10_000, 0.01), 10**9, Room(10**9))
    with pytest.raises(HTTPException) as refused:
        asyncio.run(read(body))
    assert refused.value.status_code == 408
    assert body.bytes > 9_000


def test_room_that_is_full_refuses_the_next_and_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "LINGER", 0.05)
    room = Room(1000)

    async def fill() -> None:
        first, second = (Body(sender([bytes(600)], 0), 5000, room) for _ in range(2))
        await first()
        with pytest.raises(HTTPException) as refused:
            await second()
        assert (refused.value.status_code, refused.value.headers) == (503, {"Retry-After": "2"})
        assert room.free == 400
        first.close()
        third = Body(sender([bytes(900)], 0), 5000, room)
        await third()
        third.close()

    asyncio.run(fill())
    assert room.free == 1000


@pytest.mark.parametrize("count", [6, 11])
def test_many_that_drip_do_not_keep_others_out(model: Path, count: int) -> None:
    with served(model, queue=4) as server:
        _, kind = form(("drawing", DRAWING))
        slow = [socket.create_connection(("127.0.0.1", server.port), 20) for _ in range(count)]
        try:
            for connection in slow:
                connection.sendall(head(server, kind, 1000) + b"--")
            began = time.monotonic()
            assert within(15, lambda: server.paint(DRAWING, REFERENCE).status_code == 200)
            assert time.monotonic() - began < 12
            told = [connection.recv(100) for connection in slow]
            assert sum(one.startswith(b"HTTP/1.1 408") for one in told) >= 5
        finally:
            for connection in slow:
                connection.close()


def test_many_large_uploads_at_once_share_the_room(model: Path) -> None:
    upload = 20_000_000
    with served(model, upload=upload, queue=40) as server:
        assert server.paint(DRAWING, REFERENCE).status_code == 200
        before = peak = server.memory
        body, kind = form(("drawing", bytes(upload - 10_000)), ("reference", REFERENCE))
        many = [socket.create_connection(("127.0.0.1", server.port), 20) for _ in range(25)]
        for place in range(0, len(body) - 500_000, 500_000):  # never the end: all are under way together
            for connection in many:
                try:
                    connection.sendall(
                        (b"" if place else head(server, kind, len(body))) + body[place:][:500_000]
                    )
                except OSError:
                    continue
            peak = max(peak, server.memory)
        for connection in many:
            connection.close()
        assert peak < before + 4 * 4 * upload / 1e6  # 500 MB would come in
        assert within(20, lambda: server.paint(DRAWING, REFERENCE).status_code == 200)


@pytest.fixture
def app(model: Path) -> FastAPI:
    return build(Colorizer.load(model, "cpu"), "tiny", Limits(queue=3), names_of("0.0.0.0"))


@pytest.mark.parametrize(
    ("first", "second", "refused"),
    [
        ("192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
        ("2001:db8::1", "2001:db8::2", True),  # one household
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("127.0.0.1", "127.0.0.1", False),
    ],
)
def test_a_machine_has_half_of_the_turns_and_this_one_all(
    app: FastAPI, first: str, second: str, refused: bool
) -> None:
    reference = png(blocks())

    async def answered() -> int:
        def client(address: str) -> httpx.AsyncClient:
            transport = httpx.ASGITransport(app, client=(address, 50000))
            return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8431", trust_env=False)

        async def never() -> object:
            yield b"--x"
            await asyncio.sleep(3600)

        kind = {"Content-Type": "multipart/form-data; boundary=x"}
        async with client(first) as slow, client(second) as other:
            waiting = [
                asyncio.create_task(slow.post("/api/palette", content=never(), headers=kind))
                for _ in range(2)
            ]
            await asyncio.sleep(0.2)
            answer = await other.post("/api/palette", files={"reference": ("look.png", reference)})
            for task in waiting:
                task.cancel()
            return answer.status_code

    assert asyncio.run(answered()) == (503 if refused else 200)
    assert ask(app, "POST", "/api/palette", second, files={"reference": ("a.png", reference)}).is_success
    app.state.server.close()
