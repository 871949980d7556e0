"""Damaged journals and tables, full disks: one line for the user, nothing lost, the next run goes on."""

import os
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from extracting import counts, draw, left_over, make, run, table

from attnpaint.cli.app import main
from attnpaint.errors import AttnpaintError
from attnpaint.extract import Method
from attnpaint.extract.batch.folder import Request, extract
from attnpaint.extract.batch.store import TableWriter, read_histograms
from attnpaint.images import write_picture


@pytest.fixture
def refs(tmp_path: Path) -> Path:
    return make(tmp_path / "refs", 4)


def stopped(refs: Path) -> bytes:
    """The journal that a run leaves when it is stopped after two pictures."""

    def stop(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    out = refs.with_name("out")
    assert extract(Request((refs,), out, workers=1), stop).stopped
    return (out / ".journal.sqlite").read_bytes()


@pytest.mark.parametrize("kind", ["text", "cut", "scrambled", "other version"])
def test_a_damaged_journal_is_thrown_away(refs: Path, kind: str) -> None:
    data = stopped(refs)
    path = refs.with_name("out") / ".journal.sqlite"
    if kind == "other version":
        with sqlite3.connect(path) as store:
            store.execute("pragma user_version = 1")
        store.close()
    else:
        damaged = {
            "text": b"hello",
            "cut": data[: len(data) // 2],
            "scrambled": data[:4096] + bytes(len(data) - 4096),
        }
        path.write_bytes(damaged[kind])
    assert counts(run(refs)) == (2, 2, 0)  # two are known by the table
    run(refs, refs.with_name("fresh"))
    assert table(refs) == table(refs, "fresh")
    assert left_over(refs) == ["histograms.parquet"]


def test_a_journal_of_another_method_is_thrown_away(refs: Path) -> None:
    stopped(refs)
    assert counts(run(refs, method=Method(seed=1))) == (4, 0, 0)


def test_a_damaged_table_is_made_again(refs: Path) -> None:
    run(refs)
    whole = table(refs)
    (refs.with_name("out") / "histograms.parquet").write_bytes(whole[: len(whole) // 2])
    assert counts(run(refs)) == (4, 0, 0)
    assert table(refs) == whole


@pytest.mark.parametrize("limit", [1_000, 20_000], ids=["at once", "midway"])
def test_a_full_disk_is_told_in_one_line_and_leaves_the_old_table(
    refs: Path, monkeypatch, capsys, limit: int
) -> None:
    resource = pytest.importorskip("resource")
    monkeypatch.setattr("attnpaint.journal.EVERY", -1)  # always
    run(refs)
    before = table(refs)
    for i in range(100):
        draw(refs / f"{i:03}.png", i + 1)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        code = main(["extract-hist", str(refs), "--out", str(refs.with_name("out")), "--workers", "1"])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    said = capsys.readouterr().err.splitlines()
    assert code == 1
    assert len(said) == 1
    assert said[0].startswith("attnpaint: ")
    assert "free some space" in said[0]
    assert table(refs) == before
    assert counts(run(refs))[2] == 0
    run(refs, refs.with_name("fresh"))
    assert table(refs) == table(refs, "fresh")


@pytest.mark.parametrize("at", ["write", "_flush"])
def test_a_table_that_cannot_be_written_leaves_the_old_one_and_nothing_is_lost(
    refs: Path, monkeypatch, at: str
) -> None:
    run(refs)
    before = table(refs)
    draw(refs / "new.png", 9)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(TableWriter, at, full)
        with pytest.raises(AttnpaintError, match=r"cannot be written \(no space left on device\); choose"):
            run(refs)
    assert table(refs) == before
    assert counts(run(refs)) == (0, 5, 0)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_told(refs: Path) -> None:
    run(refs)
    refs.with_name("out").chmod(0o500)
    draw(refs / "new.png", 9)
    with pytest.raises(AttnpaintError, match="choose a folder that you may write to"):
        run(refs)


def test_errors_that_cannot_be_listed_are_told_and_leave_the_old_table(refs: Path, monkeypatch) -> None:
    run(refs)
    before = table(refs)
    (refs / "000.png").write_text("no picture")
    opened = Path.open

    def full(path: Path, *mode: Any, **options: Any) -> Any:
        if path.name == "errors.jsonl":
            raise OSError(28, "No space left on device")
        return opened(path, *mode, **options)

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(AttnpaintError, match=r"errors.jsonl cannot be written \(no space left on device\)"):
        run(refs)
    assert table(refs) == before


def test_grounds_that_were_measured_apart_are_kept_by_a_run_that_is_stopped(tmp_path: Path) -> None:
    for number in range(4):
        figure = np.full((40, 40, 3), 200 + number, np.uint8)
        figure[10:, 10:30] = (90, 60, 40)
        (tmp_path / "refs").mkdir(exist_ok=True)
        write_picture(tmp_path / "refs" / f"{number}.png", figure)

    def stop(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    request = Request((tmp_path / "refs",), tmp_path / "out", Method(ground_apart=True), workers=1)
    assert extract(request, stop).stopped
    extract(request)
    found = read_histograms(tmp_path / "out" / "histograms.parquet")
    assert [found[f"{number}.png"].ground for number in range(4)] == [(200 + n,) * 3 for n in range(4)]
