"""What a preparation keeps to go on with is sealed: what has changed since is told, and never built upon."""

import sqlite3
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from attnpaint.errors import AttnpaintError
from attnpaint.prepare.duplicates import Print
from attnpaint.prepare.filters import Reason, Verdict
from attnpaint.prepare.ledger import Ledger
from attnpaint.prepare.packing import Look, Packed
from attnpaint.prepare.shards import Place

State = tuple[object, ...]


def state(ledger: Ledger) -> State:
    return (
        ledger.options,
        ledger.digest,
        ledger.looked(),
        list(ledger.dropped()),
        list(ledger.kept()),
        ledger.left(),
        ledger.place(),
    )


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    path = tmp_path / ".prepare.sqlite"
    random = np.random.default_rng(0)
    with Ledger(path, "{}", "mark") as ledger:
        for turn in range(6):
            seen = Print(random.bytes(8), random.bytes(48))
            ledger.put_look(turn, Look(100 + turn, 200, None, seen))
        ledger.put_look(6, Look(5, 5, Verdict(Reason.tiny, 5)))
        ledger.put_look(7, Look(problem="is damaged", verdict=Verdict(Reason.unreadable, 0)))
        ledger.settle(4)
        for turn in range(2):
            ledger.put_packed(turn, Packed(f"{turn}.webp", 100, 200, b""), Place(0, 512 * (turn + 1)))
        ledger.lose(2, "is gone")
    return path


def test_a_whole_one_goes_on(begun: Path) -> None:
    found = []
    for _ in range(2):
        with Ledger(begun, "{}", "mark") as ledger:
            found.append(state(ledger))
            ledger.settle(4)  # once and for all
    assert found[0] == found[1]
    assert found[0][2] == 8
    assert found[0][5] == [3, 4, 5]


@pytest.mark.parametrize(
    "change",
    [
        "update looks set width = 101 where turn = 3",
        "update looks set reason = 'tiny', number = 1 where turn = 4",
        "update looks set hash = zeroblob(8) where turn = 5",
        "update packed set end = 1024 where turn = 0",
        "update packed set path = '../x' where turn = 1",
        "update packed set seal = null",
        "update meta set options = '[]'",
        "update meta set settled = 0",
        "alter table looks drop column problem",
        "drop table packed",
        "pragma user_version = 1",
    ],
)
def test_one_that_was_written_to_is_told(begun: Path, change: str) -> None:
    with sqlite3.connect(begun) as store:
        store.execute(change)
    store.close()
    with pytest.raises(AttnpaintError, match=r"is damaged|another version of attnpaint") as caught:
        Ledger(begun, "{}", "mark")
    assert "and begin again" in str(caught.value)


@pytest.mark.parametrize("flips", [8, pytest.param(80, marks=pytest.mark.slow)])
def test_no_flipped_byte_is_built_upon(begun: Path, flips: int) -> None:
    whole = begun.read_bytes()
    with Ledger(begun, "{}", "mark") as ledger:
        wanted = state(ledger)
    random = np.random.default_rng(1)
    for _ in range(flips):
        data = bytearray(whole)
        data[random.integers(len(data))] ^= 1 << random.integers(8)
        begun.write_bytes(data)
        with suppress(AttnpaintError), Ledger(begun, "{}", "mark") as ledger:
            assert state(ledger) == wanted


@pytest.mark.parametrize(
    "data", [b"no database " * 20, b"no database " * 200, b"SQLite format 3\0" + bytes(4000)]
)
def test_what_is_no_database_is_told(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / ".prepare.sqlite"
    path.write_bytes(data)
    with pytest.raises(AttnpaintError, match="is damaged"):
        Ledger(path, "{}", "mark")
