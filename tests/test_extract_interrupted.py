"""Killed, stopped by Ctrl-C, by one worker or three: the table ends up the same, byte for byte."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from attnpaint.errors import AttnpaintError
from attnpaint.extract.batch.folder import Outcome, Request, extract
from attnpaint.extract.batch.store import Table

pytestmark = pytest.mark.slow

MANY = 120
"""Enough for three workers."""

# The command, slowed down; it says a line for each row that is safe in the journal.
SLOW = """
import sys, time
from attnpaint.cli.app import main
from attnpaint.extract.batch.journal import Journal

def put(journal, turn, row, put=Journal.put):
    put(journal, turn, row)
    journal._store.commit()
    print(row.path, flush=True)
    time.sleep(0.02)

Journal.put = put
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of MANY pictures, and beside it `whole`, measured without a break."""
    folder = tmp_path_factory.mktemp("many") / "refs"
    folder.mkdir()
    for i in range(MANY):
        colors = np.random.default_rng(i).integers(0, 256, (12, 10, 3), dtype=np.uint8)
        Image.fromarray(colors).save(folder / f"{i:03}.png")
    (folder / "007.png").write_text("no picture")
    assert run(folder, folder.with_name("whole")).measured == MANY - 1
    return folder


def run(refs: Path, out: Path, workers: int = 1) -> Outcome:
    return extract(Request((refs,), out, workers=workers))


def counts(outcome: Outcome) -> tuple[int, int, int]:
    return outcome.measured, outcome.unchanged, outcome.failed


def table(refs: Path, out: str) -> bytes:
    return (refs.with_name(out) / "histograms.parquet").read_bytes()


@pytest.mark.parametrize("workers", [2, 3])
def test_the_table_does_not_depend_on_the_number_of_workers(many: Path, workers: int) -> None:
    out = many.with_name(f"by-{workers}")
    assert counts(run(many, out, workers=workers)) == (MANY - 1, 0, 1)
    assert table(many, out.name) == table(many, "whole")


@pytest.fixture
def slow(many: Path, tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """The command on its way, in a process group of its own, when ten rows are safe."""
    command = [
        sys.executable,
        "-c",
        SLOW,
        "extract-hist",
        str(many),
        "-o",
        str(tmp_path / "out"),
        "--workers=2",
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout
        try:
            for _ in range(10):
                assert process.stdout.readline().endswith(".png\n")
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def in_group(group: int) -> list[int]:
    """The processes of a group that are alive, without zombies; Linux tells them."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it ended meanwhile
            state, _, its_group = stat.read_text(errors="replace").rpartition(")")[2].split()[:3]
            if int(its_group) == group and state != "Z":
                found.append(int(stat.parent.name))
    return found


def wait_for_none(group: int) -> None:
    deadline = time.monotonic() + 10
    while in_group(group) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert in_group(group) == []


def test_after_kill_9_the_next_run_goes_on_and_no_process_stays(
    slow: "subprocess.Popen[str]", many: Path, tmp_path: Path
) -> None:
    assert len(in_group(slow.pid)) >= 3 or not Path("/proc/self").exists()  # itself and two workers
    slow.kill()
    slow.wait()
    wait_for_none(slow.pid)
    assert not (tmp_path / "out" / "histograms.parquet").exists()
    measured, unchanged, failed = counts(run(many, tmp_path / "out"))
    assert (measured + unchanged, failed) == (MANY - 1, 1)
    assert 9 <= unchanged < MANY - 1
    assert (tmp_path / "out" / "histograms.parquet").read_bytes() == table(many, "whole")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "errors.jsonl",
        "histograms.parquet",
    ]


def test_after_ctrl_c_the_table_holds_what_is_done_and_the_next_run_goes_on(
    slow: "subprocess.Popen[str]", many: Path, tmp_path: Path
) -> None:
    os.killpg(slow.pid, signal.SIGINT)
    _, said = slow.communicate(timeout=60)
    assert slow.returncode == 130
    assert "Traceback" not in said
    wait_for_none(slow.pid)
    done = [row.path for row in Table(tmp_path / "out" / "histograms.parquet")]
    assert 9 <= len(done) < MANY - 1
    assert done == sorted(done)
    assert counts(run(many, tmp_path / "out")) == (MANY - 1 - len(done), len(done), 1)
    assert (tmp_path / "out" / "histograms.parquet").read_bytes() == table(many, "whole")


def test_a_second_command_in_the_same_folder_is_refused(
    slow: "subprocess.Popen[str]", many: Path, tmp_path: Path
) -> None:
    with pytest.raises(AttnpaintError, match=r"locked.*let other runs there end"):
        run(many, tmp_path / "out")
    slow.communicate(timeout=60)
    assert slow.returncode == 3
    assert (tmp_path / "out" / "histograms.parquet").read_bytes() == table(many, "whole")
