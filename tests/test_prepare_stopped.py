"""Stopped, killed, or out of disk: the next run goes on, and the shards end up the same, byte for byte."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from preparing import figure, folder_of, keys, run, shards
from stopping import after

from attnpaint.cli.app import main
from attnpaint.errors import AttnpaintError, Stopped
from attnpaint.prepare.ledger import Ledger
from attnpaint.prepare.shards import Place, ShardWriter

pytestmark = pytest.mark.slow

MANY = 12
OPTIONS: dict[str, Any] = {"shard_size": 0.01, "lines": False, "distance": None}

# The command, slowed down; it says a line for each picture that is looked at or written.
SLOW = """
import sys, time
from attnpaint.cli.app import main
from attnpaint.prepare.ledger import Ledger

def put(self, *given, put=Ledger._put):
    put(self, *given)
    self._committed = 0
    print("put", flush=True)
    time.sleep(0.02)

Ledger._put = put
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of MANY pictures, and beside it `whole`, prepared without a break."""
    pictures = folder_of(
        tmp_path_factory.mktemp("many") / "in", **{f"p{i:02}": figure(i) for i in range(MANY)}
    )
    assert run(pictures, pictures.with_name("whole"), **OPTIONS).shards >= 3
    return pictures


def same_as_whole(many: Path, out: Path) -> bool:
    names = ["manifest.csv", "dropped.jsonl", "report.html", "prepared.json"]
    whole = many.with_name("whole")
    assert sorted(path.name for path in out.iterdir()) == sorted([*shards(out), *names])
    return shards(out) == shards(whole) and all(
        (out / name).read_bytes() == (whole / name).read_bytes() for name in names
    )


@pytest.mark.parametrize(
    ("kind", "name", "calls"),
    [
        (Ledger, "put_look", 5),
        (Ledger, "settle", 1),
        (ShardWriter, "add", 1),
        (ShardWriter, "add", 7),
        (Ledger, "put_packed", MANY),
        (ShardWriter, "_end_shard", 2),
    ],
)
def test_stopped_anywhere_the_same_command_goes_on(
    many: Path, tmp_path: Path, kind: type, name: str, calls: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(kind, name, after(calls, KeyboardInterrupt())(getattr(kind, name)))
        with pytest.raises(Stopped, match=r"stopped; \d+ of 12 pictures are (looked at|written)"):
            run(many, tmp_path / "out", **OPTIONS)
    assert shards(tmp_path / "out").items() <= shards(many.with_name("whole")).items()
    assert run(many, tmp_path / "out", **OPTIONS).kept == MANY
    assert same_as_whole(many, tmp_path / "out")


def test_what_was_done_is_not_done_again(many: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "put_packed", after(7, KeyboardInterrupt())(Ledger.put_packed))
        with pytest.raises(Stopped, match="7 of 12 pictures are written"):
            run(many, tmp_path / "out", **OPTIONS)
    added: list[bytes] = []
    add = ShardWriter.add

    def adding(writer: ShardWriter, packed: bytes) -> Place:
        added.append(packed)
        return add(writer, packed)

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "put_look", after(1, AssertionError())(Ledger.put_look))
        patch.setattr(ShardWriter, "add", adding)
        run(many, tmp_path / "out", **OPTIONS)
    assert len(added) == MANY - 7


@pytest.mark.parametrize("puts", [4, MANY + 5])
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_killed_or_stopped_from_outside(many: Path, tmp_path: Path, puts: int, how: signal.Signals) -> None:
    out = tmp_path / "out"
    options = ["--shard-size", "0.01", "--no-lines", "--keep-duplicates", "--workers", "1"]
    command = [sys.executable, "-c", SLOW, "prepare", str(many), "--out", str(out), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        for _ in range(puts):
            assert process.stdout.readline() == "put\n"
        os.kill(process.pid, how)
        _, said = process.communicate(timeout=60)
    if how is signal.SIGINT:
        assert process.returncode == 130
        assert said.count("\n") == 1
        again = "--keep-duplicates --no-lines --shard-size 0.01 --workers 1"
        assert said.endswith(f"go on with: attnpaint prepare {many} --out {out} {again}\n")
    assert main(["prepare", str(many), "--out", str(out), *options]) == 0
    assert same_as_whole(many, out)


def test_a_full_disk_is_one_line_and_the_next_run_goes_on(
    many: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--shard-size=0.01", "--no-lines", "--keep-duplicates"]
    given = ["prepare", str(many), "--out", str(tmp_path / "out"), *options]
    full = OSError(28, "No space left on device")
    with monkeypatch.context() as patch:
        patch.setattr(ShardWriter, "_end_shard", after(2, full)(ShardWriter._end_shard))
        assert main(given) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "cannot be written (no space left on device); free some space" in said
    assert main(given) == 0
    assert same_as_whole(many, tmp_path / "out")


def test_a_second_run_in_the_same_folder_at_the_same_time_is_refused(many: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with (
        Ledger(tmp_path / "out" / ".prepare.sqlite", "{}", ""),
        pytest.raises(AttnpaintError, match="locked"),
    ):
        run(many, tmp_path / "out", **OPTIONS)


def test_the_command_counts_on_stdout_and_says_3_for_unreadable_pictures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pictures = folder_of(tmp_path / "in", one=figure(1), two=figure(2), tiny=figure(3, side=60))
    (pictures / "broken.png").write_bytes(b"no picture")
    given = ["prepare", str(pictures), "--out", str(tmp_path / "out"), "--json"]
    assert main(given) == 3
    told = json.loads(capsys.readouterr().out)
    assert (told["pictures"], told["kept"], told["again"]) == (4, 2, False)
    assert told["dropped"] == {"unreadable": 1, "tiny": 1}
    assert keys(tmp_path / "out") == {"in/one", "in/two"}
    assert main(given[:-1]) == 3
    assert "done already, nothing to do: 2 of 4 pictures" in capsys.readouterr().err
    assert main([*given, "--size=512"]) == 2
    assert "was begun with --size 768, not --size 512; give the same options" in capsys.readouterr().err


def test_where_nothing_is_kept_the_report_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pictures = folder_of(tmp_path / "in", tiny=figure(3, side=60))
    assert main(["prepare", str(pictures), "--out", str(tmp_path / "out")]) == 1
    assert "none of 1 pictures is kept; see" in capsys.readouterr().err
    assert not shards(tmp_path / "out")
    assert 'id="tiny"' in (tmp_path / "out" / "report.html").read_text()
