"""A second run measures only what is new or changed."""

import os
import shutil
from pathlib import Path

import pytest
from extracting import counts, draw, left_over, make, run, table

from attnpaint.extract import Method
from attnpaint.extract.batch.sources import Source
from attnpaint.extract.batch.store import Table


@pytest.fixture
def refs(tmp_path: Path) -> Path:
    return make(tmp_path / "refs", 4)


def test_a_second_run_measures_nothing_and_changes_nothing(refs: Path) -> None:
    assert counts(run(refs)) == (4, 0, 0)
    first = table(refs)
    assert counts(run(refs)) == (0, 4, 0)
    assert table(refs) == first
    assert left_over(refs) == ["histograms.parquet"]


def test_a_touched_file_is_known_by_its_bytes(refs: Path, monkeypatch) -> None:
    run(refs)
    os.utime(refs / "001.png", ns=(1, 1))
    monkeypatch.setattr("attnpaint.extract.batch.task.measure", lambda *_: pytest.fail("measured again"))
    assert counts(run(refs)) == (0, 4, 0)
    assert Table(refs.with_name("out") / "histograms.parquet").find("001.png").mtime_ns == 1
    monkeypatch.setattr(Source, "read", lambda _: pytest.fail("read again"))
    assert counts(run(refs)) == (0, 4, 0)


def test_changed_bytes_of_equal_size_are_measured(refs: Path) -> None:
    run(refs)
    size = (refs / "001.png").stat().st_size
    draw(refs / "001.png", 99)
    os.utime(refs / "001.png", ns=(1, 1))
    assert (refs / "001.png").stat().st_size == size
    assert counts(run(refs)) == (1, 3, 0)
    run(refs, refs.with_name("fresh"))
    assert table(refs) == table(refs, "fresh")


def test_changed_bytes_of_equal_size_and_time_go_unseen(refs: Path) -> None:
    """The price of not reading every file again; nobody meets it who does not set times back."""
    run(refs)
    time_before = (refs / "001.png").stat().st_mtime_ns
    draw(refs / "001.png", 99)
    os.utime(refs / "001.png", ns=(time_before, time_before))
    assert counts(run(refs)) == (0, 4, 0)


def test_new_files_are_added_and_deleted_ones_vanish(refs: Path) -> None:
    run(refs)
    (refs / "002.png").unlink()
    draw(refs / "000a.png", 10)
    assert counts(run(refs)) == (1, 3, 0)
    run(refs, refs.with_name("fresh"))
    assert table(refs) == table(refs, "fresh")
    names = [row.path for row in Table(refs.with_name("out") / "histograms.parquet")]
    assert names == ["000.png", "000a.png", "001.png", "003.png"]


def test_a_picture_that_breaks_or_heals_changes_sides(refs: Path) -> None:
    whole = (refs / "001.png").read_bytes()
    (refs / "001.png").write_bytes(whole[:60])
    assert counts(run(refs)) == (3, 0, 1)
    assert counts(run(refs)) == (0, 3, 1)
    assert left_over(refs) == ["errors.jsonl", "histograms.parquet"]
    (refs / "001.png").write_bytes(whole)
    assert counts(run(refs)) == (1, 3, 0)
    assert left_over(refs) == ["histograms.parquet"]
    (refs / "001.png").write_bytes(whole[:60])
    assert counts(run(refs)) == (0, 3, 1)
    assert len(Table(refs.with_name("out") / "histograms.parquet")) == 3


def test_when_everything_fails_no_old_table_stays(refs: Path) -> None:
    run(refs)
    for path in refs.iterdir():
        path.write_text("no picture")
    assert counts(run(refs)) == (0, 0, 4)
    assert left_over(refs) == ["errors.jsonl"]


@pytest.mark.parametrize("method", [Method(seed=1), Method(colors=3), Method(snap=True)], ids=str)
def test_another_method_measures_everything_again(refs: Path, method: Method) -> None:
    run(refs)
    assert counts(run(refs, method=method)) == (4, 0, 0)
    assert counts(run(refs, method=method)) == (0, 4, 0)
    assert Table(refs.with_name("out") / "histograms.parquet").method == method
    assert counts(run(refs)) == (4, 0, 0)


def test_outputs_that_are_missing_are_made_again(refs: Path) -> None:
    run(refs)
    assert counts(run(refs, images=True)) == (4, 0, 0)
    (refs.with_name("out") / "images" / "002.png.3.png").unlink()
    assert counts(run(refs, images=True)) == (1, 3, 0)
    assert counts(run(refs, images=True, ancestor_json=True)) == (4, 0, 0)


def test_a_name_too_long_for_what_is_made_of_it_is_listed(refs: Path) -> None:
    draw(refs / f"{'x' * 251}.png", 9)
    assert counts(run(refs)) == (5, 0, 0)
    outcome = run(refs, images=True)
    assert counts(outcome) == (4, 0, 1)
    assert outcome.failures[0].problem == "has too long a name for the files beside the table"
    assert len(Table(refs.with_name("out") / "histograms.parquet")) == 4


def test_members_of_a_shard_are_known_again(refs: Path) -> None:
    shard = Path(shutil.make_archive(str(refs), "tar", refs))
    assert counts(run(shard)) == (4, 0, 0)
    assert counts(run(shard)) == (0, 4, 0)
    os.utime(shard, ns=(1, 1))
    assert counts(run(shard)) == (0, 4, 0)
