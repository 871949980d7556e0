"""Whatever is sent, the server refuses it in one line, goes on, and its memory comes back."""

import http.client
import json
import socket
import struct
import zlib
from functools import cache

import numpy as np
import pytest
from serving import DRAWING, LIMIT, REFERENCE, Server, form, head

pytestmark = [pytest.mark.usefixtures("goes_on"), pytest.mark.slow]


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@cache
def bomb(side: int, rows: int) -> bytes:
    """A PNG of side² grey pixels that holds so many of its rows: a few kB that become side² bytes."""
    size = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(bytes(1 + side)) for _ in range(rows)) + packer.flush()
    parts = [chunk(b"IHDR", size), chunk(b"IDAT", data), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("megabytes", [3, 40])
def test_an_oversized_upload_is_refused_and_not_kept(server: Server, chunked: bool, megabytes: int) -> None:
    body, kind = form(("drawing", bytes(megabytes * 1_000_000)))
    pieces = (body[i : i + 65536] for i in range(0, len(body), 65536))
    answer = server.client.post(
        "/api/paint", content=pieces if chunked else body, headers={"Content-Type": kind}
    )
    assert answer.status_code == 413
    assert answer.json() == {"error": "the request is over the limit of 2 MB; send smaller files"}


def test_an_upload_that_only_claims_to_be_large_is_refused_at_once(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), 20) as connection:
        connection.sendall(head(server, "multipart/form-data; boundary=x", 10**15, "Expect: 100-continue"))
        assert connection.recv(100).startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize("length", [10, LIMIT])
def test_a_length_that_lies_harms_nobody(server: Server, length: int) -> None:
    body, kind = form(("drawing", DRAWING), ("reference", REFERENCE))
    with socket.create_connection(("127.0.0.1", server.port), 20) as connection:
        connection.sendall(head(server, kind, length) + body)
        connection.shutdown(socket.SHUT_WR)
        told = connection.recv(100)
    assert not told or told.startswith(b"HTTP/1.1 4")


def test_an_oversized_wish_to_save_is_refused(server: Server) -> None:
    id = server.paint(DRAWING, REFERENCE).json()["id"]
    strokes = {str(label): "#ffffff" for label in range(100_000)}
    answer = server.client.post(f"/api/paintings/{id}/save", json={"format": "png", "strokes": strokes})
    assert answer.status_code == 413
    deep = server.client.post(
        f"/api/paintings/{id}/save", content=b"[" * 900_000, headers={"Content-Type": "application/json"}
    )
    assert deep.status_code in (400, 422)
    assert "; " in deep.json()["error"]


@pytest.mark.parametrize("role", ["drawing", "reference"])
@pytest.mark.parametrize(("side", "rows"), [(1001, 1001), (9000, 9000), (20_000, 20_000), (2_000_000, 1)])
def test_a_decompression_bomb_is_refused_by_its_head(server: Server, role: str, side: int, rows: int) -> None:
    sent = {"drawing": DRAWING, "reference": REFERENCE, role: bomb(side, rows)}
    answer = server.client.post("/api/paint", files=sent)
    assert answer.status_code == 413
    assert answer.json()["error"].startswith(f"the {role} is over the limit of 1 megapixels (")


def test_hints_of_no_use_are_refused_unread(server: Server) -> None:
    sent = {"drawing": DRAWING, "reference": REFERENCE, "hints": bomb(900, 900)}
    answer = server.client.post("/api/paint", files=sent)
    assert answer.status_code == 422
    assert "cannot use hints" in answer.json()["error"]


def test_text_in_a_picture_is_not_unpacked(server: Server) -> None:
    whole = DRAWING
    text = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(200_000_000), 9))
    answer = server.paint(whole[:33] + text + whole[33:], REFERENCE)  # after the head
    assert answer.status_code in (200, 415)


STARTS = (
    b"",
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff\xe0",
    b"RIFF\0\0\0\0WEBP",
    b"II*\0",
    b"BM",
    b"GIF89a",
)
REFUSED = (413, 415)  # noise may tell of any size


@pytest.mark.parametrize("seed", range(5))
def test_garbage_is_refused(server: Server, seed: int) -> None:
    chance = np.random.default_rng(seed)
    noise = chance.integers(0, 256, 5000, dtype=np.uint8).tobytes()
    torn = bytearray(DRAWING)
    for place in chance.integers(8, len(torn), 40):
        torn[place] ^= 0xFF
    for start in STARTS:
        assert server.paint(start + noise, REFERENCE).status_code in REFUSED
        assert server.client.post("/api/palette", files={"reference": start + noise}).status_code in REFUSED
    assert server.paint(bytes(torn), REFERENCE).status_code in REFUSED
    for name in ("a.json", "a.gpl", "a.aco", "a.ase"):
        answer = server.client.post("/api/palette", files={"reference": (name, noise)})
        assert answer.status_code == 422
        assert "; " in answer.json()["error"]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"--y\r\n\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\nno name\r\n--x--"),
        ("multipart/form-data; boundary=x", b"\0" * 5000),
        ("application/json", b"{}"),
        ("application/x-www-form-urlencoded", b"drawing=1"),
        ("", b""),
    ],
)
def test_what_is_no_form_is_refused(server: Server, kind: str, body: bytes) -> None:
    answer = server.client.post("/api/paint", content=body, headers={"Content-Type": kind})
    assert answer.status_code in (400, 415, 422)
    assert "; " in answer.json()["error"]


@pytest.mark.parametrize(("files", "fields"), [(50, 0), (0, 5000)])
def test_a_form_of_too_many_parts_is_refused(server: Server, files: int, fields: int) -> None:
    sent = {"drawing": DRAWING, **{f"file{i}": b"x" for i in range(files)}}
    answer = server.client.post("/api/paint", files=sent, data={f"field{i}": "x" for i in range(fields)})
    assert answer.status_code == 400
    assert "; " in answer.json()["error"]


def test_the_same_connection_serves_on_after_a_refusal(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, 20)
    body, kind = form(("drawing", bytes(3_000_000)))
    for _ in range(3):
        connection.request("POST", "/api/paint", body, {"Content-Type": kind})
        answer = connection.getresponse()
        assert (answer.status, list(json.loads(answer.read()))) == (413, ["error"])
