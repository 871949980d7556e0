"""Ctrl-C ends the server at once with one line, and its temporary folder goes; nobody's work goes on."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from serving import REFERENCE, drawing, png, within

from attnpaint.errors import Cancelled, cancellable, check_cancelled
from attnpaint.locks import locked
from attnpaint.web import temporary_folder
from attnpaint.web.temporary_folder import PREFIX, Workplace, sweep
from attnpaint.web.worker import Worker

pytestmark = pytest.mark.slow

SIDE = 2600  # px: layers of it take far longer than the end may


class Started:
    """The command in a folder for temporary files of its own."""

    def __init__(self, model: Path, temporary: Path) -> None:
        self.temporary = temporary
        program = [sys.executable, "-m", "attnpaint", "app", "--port", "0", "--no-browser", "--model", model]
        self.process = subprocess.Popen(
            list(map(str, program)),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "TMPDIR": str(temporary)},
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()

    def ask(self, path: str, **sent: object) -> httpx.Response:
        return httpx.post(f"{self.url}api/{path}", trust_env=False, timeout=120, **sent)

    def paint(self, side: int = SIDE) -> str:
        sent = {"drawing": ("hero.png", png(drawing(side, side))), "reference": ("look.png", REFERENCE)}
        return f"paintings/{self.ask('paint', files=sent).json()['id']}/save"

    def save(self, address: str) -> None:
        with suppress(httpx.HTTPError):
            self.ask(address, json={"format": "psd"})

    def folders(self) -> list[Path]:
        return list(self.temporary.glob(f"{PREFIX}*"))

    def writes(self) -> bool:
        return any(self.temporary.rglob("*.part"))

    def end(self, *signals: signal.Signals) -> tuple[float, list[str]]:
        """Seconds until it is out, and the lines that it told."""
        began = time.monotonic()
        for number in signals:
            self.process.send_signal(number)
            time.sleep(0.3)
        _, told = self.process.communicate(timeout=60)
        return time.monotonic() - began, told.splitlines()


@pytest.fixture
def started(model: Path, tmp_path: Path) -> Iterator[Started]:
    one = Started(model, tmp_path)
    yield one
    if one.process.poll() is None:
        one.process.kill()
        one.process.communicate()


@pytest.mark.parametrize("signals", [1, 2, 3])
@pytest.mark.parametrize("waiting", [0, 12])
def test_ctrl_c_while_layers_are_made_ends_it_with_one_line(
    started: Started, waiting: int, signals: int
) -> None:
    address = started.paint()
    with ThreadPoolExecutor(1 + waiting) as threads:
        threads.submit(started.save, address)
        assert within(60, started.writes)
        for _ in range(waiting):
            threads.submit(started.save, address)
        time.sleep(0.3 if waiting else 0)
        seconds, told = started.end(*[signal.SIGINT] * signals)
    assert told == ["Ctrl-C ends it.", "attnpaint: stopped"]
    assert started.process.returncode == 130
    assert seconds < 20  # it does not wait for the painting; how long it takes is no test's business
    assert started.folders() == []


def test_sigterm_leaves_no_folder_behind(started: Started) -> None:
    address = started.paint()
    with ThreadPoolExecutor(1) as threads:
        threads.submit(started.save, address)
        assert within(60, started.writes)
        seconds, told = started.end(signal.SIGTERM)
    assert "Traceback" not in "".join(told)
    assert seconds < 20
    assert started.folders() == []


def test_what_a_killed_server_left_goes_with_the_next_start(started: Started, model: Path) -> None:
    address = started.paint()
    with ThreadPoolExecutor(1) as threads:
        threads.submit(started.save, address)
        assert within(60, started.writes)
        started.process.kill()
    assert started.folders()
    other = started.temporary / "attnpaint-kept"
    other.mkdir()
    following = Started(model, started.temporary)
    try:
        assert within(20, lambda: not started.folders())
        assert other.is_dir()
    finally:
        following.end(signal.SIGINT)


def test_a_client_that_leaves_ends_the_layers_that_it_asked_for(started: Started) -> None:
    address = started.paint()
    with suppress(httpx.ReadTimeout):
        httpx.post(f"{started.url}api/{address}", json={"format": "psd"}, trust_env=False, timeout=1.0)
    assert within(20, lambda: not started.writes())
    assert within(5, lambda: not any(path.is_dir() for path in started.temporary.glob(f"{PREFIX}*/*")))


def test_the_start_sweeps_dead_folders_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    mine = Workplace()
    with mine.folder() as folder:
        dead, foreign = tmp_path / f"{PREFIX}dead", tmp_path / "attnpaint-other"
        outside = tmp_path / "outside"
        for path in (dead, foreign, outside):
            path.mkdir()
            (path / "painting.psd").touch()
        (tmp_path / f"{PREFIX}link").symlink_to(outside)
        sweep()
        assert folder.is_dir()
        assert not dead.exists()
        assert (foreign / "painting.psd").exists()
        assert (outside / "painting.psd").exists()
    mine.close()
    assert not list(tmp_path.glob(f"{PREFIX}[!l]*"))


def test_a_closed_workplace_makes_no_folder_any_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    place = Workplace()
    with place.folder() as folder:
        place.close()
        assert not folder.exists()
    with pytest.raises(FileNotFoundError), place.folder():
        pass
    assert not list(tmp_path.iterdir())


def test_a_workplace_that_somebody_removed_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    place = Workplace()
    with place.folder() as folder:
        temporary_folder._remove(folder.parent)
    with place.folder() as folder:
        (folder / "file").touch()
    place.close()


def test_a_lock_is_held_by_one(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    asks = f"from attnpaint.locks import locked\nwith locked({str(path)!r}) as mine: print(mine)"

    def elsewhere() -> str:
        return subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True).stdout.strip()

    with locked(path) as first:
        with locked(path) as second:
            assert (first, second) == (True, False)
        assert elsewhere() == "False"  # nor did the second let go of it
    assert elsewhere() == "True"


def test_work_is_cancelled_where_it_looks_and_in_no_other_thread() -> None:
    cancelled = threading.Event()
    check_cancelled()
    with cancellable(cancelled), ThreadPoolExecutor(1) as other:
        check_cancelled()
        cancelled.set()
        with pytest.raises(Cancelled):
            check_cancelled()
        other.submit(check_cancelled).result()
    check_cancelled()


@pytest.mark.parametrize("jobs", [1, 3])
def test_a_closed_worker_ends_what_is_begun(jobs: int) -> None:
    worker, ended = Worker("test"), threading.Event()

    def job() -> None:
        try:
            while True:
                check_cancelled()
                time.sleep(0.01)
        finally:
            ended.set()

    for _ in range(jobs):
        worker.begin(job)
    assert within(5, lambda: worker.works)
    worker.close()
    assert ended.wait(5)
    assert within(5, lambda: not worker.works)
