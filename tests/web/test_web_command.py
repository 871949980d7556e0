"""`attnpaint app`: prints where it answers, opens the browser, and ends cleanly."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from serving import blocks, drawing, png

from attnpaint.cli.app import main
from attnpaint.errors import UsageError
from attnpaint.web import server
from attnpaint.web.server import listen

SENT = {"drawing": ("hero.png", png(drawing())), "reference": ("look.png", png(blocks()))}


@contextmanager
def started(*options: str | Path, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command, and the address that it printed; killed at the end if it still runs."""
    program = [sys.executable, "-m", "attnpaint", "app", *map(str, options)]
    process = subprocess.Popen(
        program,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )
    with process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline().strip()
        finally:
            if process.poll() is None:
                process.kill()


def test_it_answers_at_the_address_that_it_prints_and_ctrl_c_ends_it(model: Path) -> None:
    with started("--port", "0", "--no-browser", "--model", model) as (process, url):
        assert url.startswith("http://127.0.0.1:")
        assert httpx.get(f"{url}api/info", trust_env=False).json()["model"] == str(model)
        assert httpx.post(f"{url}api/paint", files=SENT, trust_env=False, timeout=60).status_code == 200
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=30)
        assert process.returncode == 130
        assert told.splitlines() == ["Ctrl-C ends it.", "attnpaint: stopped"]


@pytest.mark.slow
def test_ctrl_c_ends_it_while_clients_wait(model: Path) -> None:
    with started("--port", "0", "--no-browser", "--model", model) as (process, url):
        port = int(url.rstrip("/").rpartition(":")[2])
        with (
            socket.create_connection(("127.0.0.1", port)) as idle,
            socket.create_connection(("127.0.0.1", port)) as half,
        ):
            half.sendall(
                f"POST /api/paint HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 99\r\n\r\n".encode()
            )
            idle.sendall(b"GET")
            time.sleep(0.3)
            process.send_signal(signal.SIGINT)
            _, told = process.communicate(timeout=30)
        assert process.returncode == 130
        assert "Traceback" not in told
        assert told.splitlines()[-1] == "attnpaint: stopped"


@pytest.mark.slow
def test_the_browser_opens_the_address(model: Path, tmp_path: Path) -> None:
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {tmp_path}/opened\n')
    browser.chmod(0o755)
    with started("--port", "0", "--model", model, BROWSER=str(browser)) as (_, url):
        end = time.monotonic() + 20
        while not (tmp_path / "opened").exists() and time.monotonic() < end:
            time.sleep(0.05)
        time.sleep(0.2)
        assert (tmp_path / "opened").read_text().strip() == url


def test_limits_are_those_that_were_asked_for(model: Path) -> None:
    limits = ("--max-megapixels", "0.01", "--max-megabytes", "0.5", "--queue", "0")
    with started("--port", "0", "--no-browser", "--model", model, *limits) as (_, url):
        told = httpx.get(f"{url}api/info", trust_env=False).json()["limits"]
        assert told == {"bytes": 500_000, "megapixels": 0.01}
        answer = httpx.post(f"{url}api/paint", files=SENT, trust_env=False)
        assert answer.status_code == 413
        assert "0.01 megapixels (120×90 pixels)" in answer.json()["error"]


@pytest.mark.slow
def test_other_machines_are_let_in_with_a_warning(model: Path) -> None:
    with started("--host", "0.0.0.0", "--port", "0", "--no-browser", "--model", model) as (process, url):
        assert url.startswith("http://127.0.0.1:")
        assert httpx.get(f"{url}api/info", trust_env=False).status_code == 200
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=30)
        assert "listening at 0.0.0.0: whoever reaches this machine" in told
        assert "without a password" in told


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (["--model", "/nowhere"], 1, "/nowhere does not exist"),
        (["--host", "no.such.host.invalid"], 2, "cannot listen at no.such.host.invalid"),
        (["--host", "192.0.2.1"], 2, "cannot listen at 192.0.2.1"),
        (["--port", "70000"], 2, "--port"),
        (["--max-megapixels", "0"], 2, "--max-megapixels"),
        (["--queue", "-1"], 2, "--queue"),
    ],
)
def test_what_cannot_work_is_one_line(
    options: list[str], code: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["app", "--no-browser", *options]) == code
    shown = capsys.readouterr()
    assert says in shown.err
    assert shown.err.count("\n") == 1
    assert shown.out == ""


def test_a_port_that_is_taken_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        assert main(["app", "--no-browser", "--port", str(port)]) == 2
    assert f"cannot listen at 127.0.0.1, port {port} (address already in use)" in capsys.readouterr().err


def test_without_a_port_the_next_free_one_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    with listen("127.0.0.1", 0) as first:
        monkeypatch.setattr(server, "PORT", first.getsockname()[1])
        with listen("127.0.0.1", None) as second:
            assert second.getsockname()[1] != first.getsockname()[1]
        with pytest.raises(UsageError):
            listen("127.0.0.1", server.PORT)


@pytest.mark.parametrize("package", ["fastapi", "uvicorn", "python_multipart"])
def test_what_is_not_installed_is_told(
    package: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    assert main(["app", "--no-browser"]) == 1
    told = capsys.readouterr().err
    assert told.endswith("pip install 'attnpaint[app]'\n")
    assert package in told
