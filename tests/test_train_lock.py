"""One run in a folder at a time: a second one beside it would overwrite its checkpoints."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from attnpaint.cli.app import main
from attnpaint.errors import UsageError
from attnpaint.training.run_folder import RunFolder

pytestmark = pytest.mark.slow

_HOLD = """
import signal, sys, time
from contextlib import ExitStack
from pathlib import Path
from attnpaint.training.run_folder import RunFolder
signal.signal(signal.SIGTERM, signal.SIG_DFL)  # what runs the tests may have it ignored
with ExitStack() as held:
    RunFolder(Path(sys.argv[1])).begin(False, held=held)
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def held(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that trains in tmp_path/run, as far as anybody can see."""
    program = [sys.executable, "-c", _HOLD, str(tmp_path / "run")]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        (tmp_path / "run" / "config.json").write_text("{}")
        yield process
        process.kill()


@pytest.mark.parametrize("resume", [True, False])
def test_a_second_run_is_refused_while_the_first_is_at_work(
    held: subprocess.Popen[str], tmp_path: Path, resume: bool
) -> None:
    with ExitStack() as mine, pytest.raises(UsageError, match="another run is training in"):
        RunFolder(tmp_path / "run").begin(resume, held=mine)


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_folder_is_free_however_the_first_one_ended(
    held: subprocess.Popen[str], tmp_path: Path, end: signal.Signals
) -> None:
    held.send_signal(end)
    held.wait(20)
    with ExitStack() as mine:
        assert RunFolder(tmp_path / "run").begin(True, held=mine) is None


def test_a_second_run_is_refused_within_one_process_and_free_after_it(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    with ExitStack() as first:
        folder.begin(False, held=first)
        with ExitStack() as second, pytest.raises(UsageError):
            folder.begin(False, held=second)
    with ExitStack() as third:
        folder.begin(False, held=third)


def test_a_look_takes_and_leaves_nothing(tmp_path: Path) -> None:
    with ExitStack() as held:
        RunFolder(tmp_path / "run").begin(False, True, held)
        assert not (tmp_path / "run").exists()
    with pytest.raises(UsageError, match="no run to resume"), ExitStack() as held:
        RunFolder(tmp_path / "gone").begin(True, held=held)
    assert not (tmp_path / "gone").exists()


def test_the_command_says_so_in_one_line_and_changes_nothing(
    held: subprocess.Popen[str],
    tmp_path: Path,
    layouts: dict[str, Path],
    tiny: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    run, part = tmp_path / "run", tmp_path / "run" / f".{'0' * 32}.part"
    part.touch()  # the first run is writing it
    before = sorted((path.name, path.stat().st_mtime) for path in run.rglob("*"))
    time.sleep(0.01)
    arguments = ["--data", str(layouts["named"]), *tiny, "--recipe", "attnpaint", "--out", str(run)]
    assert main(["train", *arguments, "--steps", "1", "--resume"]) == 2
    told = capsys.readouterr().err.splitlines()
    assert [line for line in told if "attnpaint: " in line] == [
        f"attnpaint: another run is training in {run}; "
        "wait for its end, stop it with Ctrl-C, or give another --out"
    ]
    assert sorted((path.name, path.stat().st_mtime) for path in run.rglob("*")) == before
