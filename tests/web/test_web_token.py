"""A server that another program starts: it answers that program alone, and ends with it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from serving import DRAWING, REFERENCE, ask

from attnpaint import Colorizer
from attnpaint.web.hosts import names_of
from attnpaint.web.limits import Limits
from attnpaint.web.server import build

TOKEN = "correct-horse-battery-staple"
RIGHT = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(scope="module")
def app(model: Path) -> Iterator[FastAPI]:
    app = build(Colorizer.load(model, "cpu"), "tiny", Limits(), names_of("127.0.0.1"), TOKEN)
    yield app
    app.state.server.close()


@contextmanager
def started(model: Path, first: bytes) -> Iterator[subprocess.Popen[bytes]]:
    """The command, with the first line of its standard input written."""
    program = [
        sys.executable,
        "-m",
        "attnpaint",
        "app",
        "--port",
        "0",
        "--token-stdin",
        "--model",
        str(model),
    ]
    pipe = subprocess.PIPE
    with subprocess.Popen(program, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        assert process.stdin
        try:
            process.stdin.write(first)
            process.stdin.flush()
            yield process
        finally:
            if process.poll() is None:
                process.kill()


@pytest.mark.parametrize("path", ["/", "/api/info", "/openapi.json", "/api/paintings/x/planes"])
@pytest.mark.parametrize(
    "shown",
    [
        "",
        TOKEN,
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN[:-1]}",
        f"Basic {TOKEN}",
        "Bearer",
        b"Bearer \xff\xfe",
    ],
)
def test_without_the_token_nothing_is_answered(app: FastAPI, path: str, shown: str | bytes) -> None:
    answer = ask(app, "GET", path, headers={"Authorization": shown} if shown else {})
    assert answer.status_code == 401
    assert "Authorization: Bearer TOKEN" in answer.json()["error"]


def test_nothing_is_painted_without_it_either(app: FastAPI) -> None:
    files = {"drawing": ("a.png", DRAWING), "reference": ("b.png", REFERENCE)}
    assert ask(app, "POST", "/api/colorize", files=files).status_code == 401


@pytest.mark.parametrize("kind", ["Bearer", "bearer", "BEARER"])
def test_with_it_all_is_as_without_one(app: FastAPI, kind: str) -> None:
    headers = {"Authorization": f"{kind} {TOKEN}"}
    assert ask(app, "GET", "/api/info", headers=headers).status_code == 200


def test_another_sites_page_is_refused_even_with_it(app: FastAPI) -> None:
    answer = ask(app, "POST", "/api/colorize", headers={**RIGHT, "Origin": "http://evil.example"})
    assert answer.status_code == 403


def test_the_command_reads_it_and_ends_with_standard_input(model: Path) -> None:
    with started(model, f"{TOKEN}\n".encode()) as process:
        assert process.stdin
        assert process.stdout
        url = process.stdout.readline().decode().strip()
        assert httpx.get(f"{url}api/info", trust_env=False).status_code == 401
        assert httpx.get(f"{url}api/info", trust_env=False, headers=RIGHT).status_code == 200
        process.stdin.close()
        assert process.wait(60) == 0


@pytest.mark.parametrize(
    "first", [b"\n", b"short\n", b"x" * 300 + b"\n", b"with space in the middle\n", b"\xff" * 20 + b"\n"]
)
@pytest.mark.slow
def test_what_is_no_token_is_one_line(model: Path, first: bytes) -> None:
    with started(model, first) as process:
        _, told = process.communicate(timeout=30)
        assert process.returncode == 2
        assert told.count(b"\n") == 1
        assert b"does not begin with a token" in told
