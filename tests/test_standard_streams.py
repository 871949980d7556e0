"""Standard streams that are closed, full or of another encoding, and signals: one line, and nothing left."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import tiny_model

from attnpaint.recipe_file import load_recipe, recipe_names

ROOT = Path(__file__).parent.parent
DRAWING = ROOT / "assets" / "drawings" / "car.png"
REFERENCE = ROOT / "assets" / "references" / "rose.png"
PROGRAM = f"{sys.executable} -m attnpaint"
PAINT = f"colorize {DRAWING} --ref {REFERENCE} --model {tiny_model.HOME} --work-size 64 --threads 1"


def shell(line: str, home: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["bash", "-c", f"{PROGRAM} {line}"],
        capture_output=True,
        cwd=home,
        env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT), **environment},
        timeout=120,
    )


@pytest.mark.parametrize(
    ("way", "says"), [("> /dev/full", "no space left"), (">&-", "standard output is closed")]
)
@pytest.mark.parametrize(
    "command",
    ["--version", "recipes show sgru", "recipes", "--help", f"palette {REFERENCE} --json", f"{PAINT} -o -"],
)
def test_output_that_cannot_be_written_is_one_line(tmp_path: Path, command: str, way: str, says: str) -> None:
    done = shell(f"{command} {way}", tmp_path)
    assert done.returncode == 1
    assert done.stderr.count(b"\n") == 1
    assert says in done.stderr.decode()
    assert not list(tmp_path.iterdir())


def test_what_says_nothing_needs_no_output(tmp_path: Path) -> None:
    done = shell(f"{PAINT} -o x.png >&- 2>&- <&-", tmp_path)
    assert done.returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["x.png"]


def test_errors_that_nobody_can_read_keep_their_code(tmp_path: Path) -> None:
    for way in ("2> /dev/full", "2>&-"):
        done = shell(f"palette gone.png {way}", tmp_path)
        assert (done.returncode, done.stdout) == (1, b"")


def test_closed_input_is_one_line(tmp_path: Path) -> None:
    done = shell(f"colorize - --ref {REFERENCE} -o x.png <&-", tmp_path)
    assert done.returncode == 1
    assert done.stderr.count(b"\n") == 1
    assert b"standard input is closed" in done.stderr


@pytest.mark.parametrize(
    "twice", ["--ref -", f"--ref {REFERENCE} --ref '-*0.5'", "--hints - --ref x.png", "--palette -"]
)
def test_standard_input_is_one_picture(tmp_path: Path, twice: str) -> None:
    done = shell(f"colorize - {twice} -o x.png < {DRAWING}", tmp_path)
    assert done.returncode == 2
    assert b"standard input holds one picture" in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("encoding", ["cp1252", "cp932", "ascii", "utf-8"])
def test_recipes_are_written_so_that_they_are_read_again(tmp_path: Path, encoding: str) -> None:
    name = {"cp1252": "sgru", "cp932": "two-stage", "ascii": "pix2pix"}.get(encoding, recipe_names()[0])
    done = shell(f"recipes show {name} > mine.toml", tmp_path, PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, b"")
    assert load_recipe(tmp_path / "mine.toml") == load_recipe(name)


def test_a_locale_of_ascii_writes_the_table(tmp_path: Path) -> None:
    done = shell("recipes", tmp_path, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert done.returncode == 0
    assert "×" in done.stdout.decode()


def test_a_working_folder_that_is_gone_is_one_line(tmp_path: Path) -> None:
    line = f"mkdir {tmp_path}/gone; cd {tmp_path}/gone; rmdir ../gone; {PROGRAM} palette {REFERENCE}"
    done = subprocess.run(
        ["bash", "-c", line], capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=60
    )
    assert done.returncode == 1
    assert done.stderr.count(b"\n") == 1
    assert b"the working folder does not exist any more" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_leaves_nothing_half_written(tmp_path: Path, number: signal.Signals) -> None:
    with at_work(tmp_path) as process:
        process.send_signal(number)
        assert process.wait(60) == 128 + number
    assert process.stderr
    assert not list(tmp_path.iterdir())


def test_nohup_goes_on(tmp_path: Path) -> None:
    with at_work(tmp_path, "trap '' HUP;") as process:
        process.send_signal(signal.SIGHUP)
        assert process.wait(60) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["x.ora"]


def test_the_next_painting_sweeps_what_a_killed_one_left(tmp_path: Path) -> None:
    with at_work(tmp_path) as process:
        process.kill()
    assert len(list(tmp_path.glob(".*.part"))) == 1
    assert shell(f"{PAINT} -o y.png --json", tmp_path).returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["y.png"]


def at_work(home: Path, before: str = "") -> "subprocess.Popen[bytes]":
    """`colorize` while it writes layers."""
    line = f"{before} exec {PROGRAM} {PAINT} -o x.ora"
    process = subprocess.Popen(
        ["bash", "-c", line],
        cwd=home,
        stderr=subprocess.PIPE,
        env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)},
    )
    deadline = time.monotonic() + 120
    while not list(home.glob(".*.part")):
        assert process.poll() is None, json.dumps(str(process.stderr))
        assert time.monotonic() < deadline
        time.sleep(0.002)
    return process
