"""However many clients come, and however they leave, the server goes on, and its memory comes back."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from serving import DRAWING, REFERENCE, Server, drawing, form, head, png, served, within

pytestmark = [pytest.mark.usefixtures("goes_on"), pytest.mark.slow]


def test_fifty_at_once_are_painted_or_told_to_come_again(server: Server) -> None:
    def paint(_: int) -> httpx.Response:
        return server.paint(DRAWING, REFERENCE)

    with ThreadPoolExecutor(50) as threads:
        answers = list(threads.map(paint, range(50)))
    codes = [answer.status_code for answer in answers]
    assert set(codes) == {200, 503}
    for answer in answers:
        if answer.status_code == 503:
            assert int(answer.headers["retry-after"]) > 0
            assert answer.json()["error"].startswith("busy: ")


def test_fifty_at_once_are_all_painted_where_so_many_may_wait(model: Path) -> None:
    with served(model, queue=50) as server, ThreadPoolExecutor(50) as threads:
        answers = list(threads.map(lambda _: server.paint(DRAWING, REFERENCE), range(50)))
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.json()["id"] for answer in answers}) == 50


def test_whoever_comes_again_is_painted(server: Server) -> None:
    def paint(_: int) -> bool:
        return within(60, lambda: server.paint(DRAWING, REFERENCE).status_code == 200)

    with ThreadPoolExecutor(20) as threads:
        assert all(threads.map(paint, range(20)))


def test_the_page_answers_while_others_paint(server: Server) -> None:
    with ThreadPoolExecutor(4) as threads:
        paintings = [threads.submit(server.paint, png(drawing(900, 900)), REFERENCE) for _ in range(4)]
        slowest = 0.0
        while not all(painting.done() for painting in paintings):
            began = time.perf_counter()
            assert server.client.get("/api/info").status_code == 200
            slowest = max(slowest, time.perf_counter() - began)
        assert {painting.result().status_code for painting in paintings} == {200}
    assert slowest < 2


@pytest.mark.parametrize("count", [1, 30])
def test_clients_that_leave_in_the_middle_of_an_upload_are_forgotten(server: Server, count: int) -> None:
    body, kind = form(("drawing", bytes(1_500_000)))
    for _ in range(count):
        with socket.create_connection(("127.0.0.1", server.port), 20) as connection:
            connection.sendall(head(server, kind, len(body)) + body[:1_000_000])


def test_clients_that_leave_while_they_are_painted_are_forgotten(server: Server) -> None:
    body, kind = form(("drawing", png(drawing(900, 900))), ("reference", REFERENCE))
    for _ in range(12):
        with socket.create_connection(("127.0.0.1", server.port), 20) as connection:
            connection.sendall(head(server, kind, len(body)) + body)
            time.sleep(0.02)
    began = time.monotonic()
    assert within(20, lambda: server.paint(DRAWING, REFERENCE).status_code == 200)
    assert time.monotonic() - began < 20


def test_clients_that_leave_while_they_are_answered_are_forgotten(server: Server) -> None:
    id = server.paint(png(drawing(900, 900)), REFERENCE).json()["id"]
    for _ in range(12):
        with socket.create_connection(("127.0.0.1", server.port), 20) as connection:
            connection.sendall(
                f"GET /api/paintings/{id}/planes HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode()
            )
            connection.recv(1000)
    assert within(20, lambda: server.client.get(f"/api/paintings/{id}/planes").status_code == 200)


def test_slow_clients_hold_up_to_the_queue_and_no_more(server: Server) -> None:
    _, kind = form(("drawing", DRAWING))
    slow: list[socket.socket] = []

    def busy() -> bool:
        slow.append(socket.create_connection(("127.0.0.1", server.port), 20))
        slow[-1].sendall(head(server, kind, 1000) + b"--")
        return server.paint(DRAWING, REFERENCE).status_code == 503

    try:
        assert within(20, busy)
        assert server.client.get("/api/info").status_code == 200  # others are not kept waiting
    finally:
        for connection in slow:
            connection.close()


def test_old_paintings_are_forgotten_and_new_ones_kept(server: Server) -> None:
    ids = [server.paint(DRAWING, REFERENCE).json()["id"] for _ in range(20)]
    codes = [server.client.get(f"/api/paintings/{id}/planes").status_code for id in ids]
    assert codes[0] == 404
    assert codes[-1] == 200
    assert sorted(codes, reverse=True) == codes
