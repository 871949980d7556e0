"""What an evaluation keeps to go on with is sealed: what has changed since is told, and never counted."""

import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.eval.records import JOURNAL, RECORDS, Records
from attnpaint.eval.setup import Setup

SETUP = Setup(64, 4, 0, "data", {"a": "mark", "b": "mark"})


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    """Two pictures are done, with features."""
    with Records(tmp_path / "out", SETUP) as records:
        for number in range(2):
            for painter in SETUP.painters:
                record = {"painter": painter, "protocol": "same", "psnr": 10.5 + number}
                records.add(record, np.full((2, 8), number, np.float32))
            records.progress.distributions = {"a": {"same": {"count": number}}}
            records.commit(number + 1)
    return tmp_path / "out"


def test_a_whole_one_goes_on(begun: Path) -> None:
    for _ in range(2):
        with Records(begun, SETUP) as records:
            assert records.progress.done == 2
            assert records.progress.distributions == {"a": {"same": {"count": 1}}}
            assert records.features("b", "same")[:, 0, 0].tolist() == [0, 1]
            records.add({"painter": "a", "protocol": "same"}, np.ones((2, 8), np.float32))  # not committed


@pytest.mark.parametrize(
    ("was", "now"), [(b"10.5", b"19.5"), (b'"a"', b'"b"'), (b"same", b"Same"), (b"\n", b" ")]
)
def test_records_that_have_changed_are_told(begun: Path, was: bytes, now: bytes) -> None:
    path = begun / RECORDS
    path.write_bytes(path.read_bytes().replace(was, now, 1))
    with pytest.raises(AttnpaintError, match=r"records.jsonl has changed.*evaluate again"):
        Records(begun, SETUP)


@pytest.mark.parametrize("kept", [0, 1, 60])
def test_records_that_are_cut_short_are_told(begun: Path, kept: int) -> None:
    path = begun / RECORDS
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(AttnpaintError, match=r"records.jsonl is cut short"):
        Records(begun, SETUP)


@pytest.mark.parametrize(
    "change",
    [
        """update run set progress = replace(progress, '"count": 1', '"count": 9')""",
        "update run set setup = replace(setup, '64', '65')",
        "update run set seal = seal + 1",
        "update run set seal = null",
        "update features set vectors = zeroblob(64) where rowid = 3",
        "update features set painter = 'a'",
        "delete from features where rowid = 2",
        "insert into features select * from features",
    ],
)
def test_a_store_that_was_written_to_is_told(begun: Path, change: str) -> None:
    with sqlite3.connect(begun / JOURNAL) as store:
        store.execute(change)
    store.close()
    before = (begun / RECORDS).read_bytes()
    with pytest.raises(AttnpaintError, match=r"evaluate.sqlite is damaged .* and evaluate again"):
        Records(begun, SETUP)
    assert (begun / RECORDS).read_bytes() == before


def test_no_flipped_byte_of_the_store_is_counted(begun: Path, tmp_path: Path) -> None:
    whole = (begun / JOURNAL).read_bytes()
    random = np.random.default_rng(0)
    for _ in range(60):
        folder = shutil.copytree(begun, tmp_path / "flipped", dirs_exist_ok=True)
        data = bytearray(whole)
        data[random.integers(len(data))] ^= 1 << random.integers(8)
        (folder / JOURNAL).write_bytes(data)
        with suppress(AttnpaintError), Records(folder, SETUP) as records:
            assert records.progress.done == 2
            assert records.progress.distributions == {"a": {"same": {"count": 1}}}
            assert records.features("a", "same")[:, 0, 0].tolist() == [0, 1]


def test_a_store_of_an_older_version_is_told(begun: Path) -> None:
    with sqlite3.connect(begun / JOURNAL) as store:
        store.execute("pragma user_version = 0")
    store.close()
    with pytest.raises(UsageError, match=r"begun by another version.*another --out"):
        Records(begun, SETUP)
