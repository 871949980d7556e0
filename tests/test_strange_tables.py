"""Tables and journals that people pass around: no table is one line, and all is measured anew."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from extracting import counts, make, run, table
from pyarrow import parquet

from attnpaint.cli.app import main
from attnpaint.errors import AttnpaintError
from attnpaint.extract.batch.ancestor_files import read_json
from attnpaint.extract.batch.folder import Request, extract
from attnpaint.extract.batch.store import NoTable, Table
from attnpaint.extract.histogram import Histogram

Spoil = Callable[[pa.Table], pa.Table]


@pytest.fixture
def refs(tmp_path: Path) -> Path:
    return make(tmp_path / "refs", 4)


def lists(value: object, length: int, kind: str) -> pa.Array:
    return pa.array([[value] * length] * 4, pa.list_(pa.type_for_alias(kind), length))


def with_column(name: str, values: pa.Array) -> Spoil:
    return lambda found: found.set_column(found.schema.get_field_index(name), name, values)


def with_method(text: bytes) -> Spoil:
    return lambda found: found.replace_schema_metadata({**found.schema.metadata, b"method": text})


SPOILS: dict[str, tuple[Spoil, str]] = {
    "no weights": (lambda found: found.drop_columns(["weights"]), "weights is missing"),
    "no path": (lambda found: found.drop_columns(["path"]), "path is missing"),
    "no digest": (lambda found: found.drop_columns(["digest"]), "digest is missing"),
    "twice": (lambda found: found.append_column("size", found["size"]), "size is there twice"),
    "text": (with_column("colors", pa.array(["x"] * 4)), "colors is string"),
    "nested": (with_column("size", pa.array([{"a": 1}] * 4)), "size is struct"),
    "wide": (with_column("colors", lists(999, 48, "int64")), "colors is fixed_size_list"),
    "short": (with_column("weights", lists(1.0, 1, "float32")), "weights is fixed_size_list"),
    "nan": (with_column("weights", lists(float("nan"), 16, "float32")), "no shares"),
    "negative": (with_column("weights", lists(-5.0, 16, "float32")), "no shares"),
    "infinite": (with_column("weights", lists(float("inf"), 16, "float32")), "no shares"),
    "too much": (with_column("weights", lists(1.0, 16, "float32")), "no shares"),
    "null list": (with_column("colors", pa.array([None] * 4, pa.list_(pa.uint8(), 48))), "nulls"),
    "null in a list": (with_column("weights", lists(None, 16, "float32")), "nulls"),
    "null path": (with_column("path", pa.array(["a", None, "b", "c"])), "nulls"),
    "empty path": (with_column("path", pa.array(["a", "", "b", "c"])), "no path"),
    "negative size": (with_column("size", pa.array([1, -1, 1, 1])), "negative size"),
    "no method": (lambda found: found.replace_schema_metadata({b"schema_version": b"2"}), "method"),
    "half a band": (with_method(b'{"bands": 4.0, "colors": 4, "space": "rgb"}'), "how it was measured"),
    "many bands": (with_method(b'{"bands": 99, "colors": 4, "space": "rgb"}'), "how it was measured"),
    "deep method": (with_method(b"[" * 500), "how it was measured"),
}


@pytest.mark.parametrize("kind", SPOILS)
def test_a_table_of_other_columns_or_values_is_refused_with_the_place(refs: Path, kind: str) -> None:
    spoil, says = SPOILS[kind]
    run(refs)
    whole, path = table(refs), refs.with_name("out") / "histograms.parquet"
    parquet.write_table(spoil(parquet.read_table(path)), path)
    with pytest.raises(NoTable) as caught:
        list(Table(path))
    assert says in caught.value.problem
    assert str(path) in caught.value.problem
    assert "\n" not in str(caught.value)
    assert counts(run(refs)) == (4, 0, 0)
    assert table(refs) == whole


def test_more_columns_do_no_harm(refs: Path) -> None:
    run(refs)
    path = refs.with_name("out") / "histograms.parquet"
    rows = [row.path for row in Table(path)]
    parquet.write_table(parquet.read_table(path).append_column("zz", pa.array([0] * 4)), path)
    assert [row.path for row in Table(path)] == rows


def test_any_flipped_byte_is_no_table_or_the_same_table(refs: Path) -> None:
    run(refs)
    path = refs.with_name("out") / "histograms.parquet"
    data = path.read_bytes()
    wanted = [(row.path, row.size, row.histogram.to_numbers()) for row in Table(path)]
    refused = 0
    for place in {*range(0, len(data), 23), 60, 64, len(data) - 5}:
        path.write_bytes(data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :])
        try:
            found = [(row.path, row.size, row.histogram.to_numbers()) for row in Table(path)]
        except AttnpaintError:
            refused += 1
        else:
            assert found == wanted, place
    assert refused > 30


@pytest.mark.parametrize("place", [60, 64, 200])
def test_flipped_bytes_block_no_folder(refs: Path, place: int) -> None:
    run(refs)
    whole, path = table(refs), refs.with_name("out") / "histograms.parquet"
    path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
    assert counts(run(refs)) == (4, 0, 0)
    assert table(refs) == whole


def stopped(refs: Path) -> Path:
    """The journal that a run leaves when it is stopped after three pictures."""

    def stop(done: int, total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    out = refs.with_name("out")
    assert extract(Request((refs,), out, workers=1), stop).stopped
    (out / "histograms.parquet").unlink()
    return out / ".journal.sqlite"


@pytest.mark.parametrize("column", ["colors", "weights", "width", "digest", "mtime_ns"])
def test_a_row_of_the_journal_that_was_changed_is_measured_anew(refs: Path, column: str) -> None:
    path = stopped(refs)
    values: dict[str, Any] = {"colors": bytes(48), "weights": bytes(64), "digest": "0" * 32}
    with sqlite3.connect(path) as store:
        store.execute(
            f"update rows set {column} = ? where turn = (select min(turn) from rows)",
            (values.get(column, 7),),
        )
    store.close()
    assert counts(run(refs)) == (2, 2, 0)
    run(refs, refs.with_name("fresh"))
    assert table(refs) == table(refs, "fresh")


@pytest.mark.parametrize(
    "statement",
    [
        "drop table rows; create view rows as select 1 as path",
        "create trigger t after insert on rows begin delete from rows; end",
        "alter table rows drop column digest",
        "create table more (a)",
    ],
)
def test_a_journal_of_another_layout_is_thrown_away(refs: Path, statement: str) -> None:
    path = stopped(refs)
    with sqlite3.connect(path) as store:
        store.executescript(statement)
    store.close()
    assert counts(run(refs)) == (4, 0, 0)
    run(refs, refs.with_name("fresh"))
    assert table(refs) == table(refs, "fresh")


@pytest.mark.parametrize(
    "text",
    ["[" * 4000, '{"1": ' * 400 + "1" + "}" * 400, "1", "[[1]]", '{"1": 3}', '{"1": {"1": [1, 2]}}']
    + [f'{{"1": {{"1": [{"9" * digits}, 0, 0]}}}}' for digits in (30, 5000)]
    + ['{"1": {"1": [0, 0, NaN]}}', '{"1": {}}', "{}", "", "\x00"],
)
def test_a_histogram_in_json_that_is_none_is_one_line(text: str, tmp_path: Path) -> None:
    file = tmp_path / "hist.json"
    file.write_text(text)
    with pytest.raises(AttnpaintError) as caught:
        read_json(file)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "numbers", [[], {"colors": [[[0, 0, 0]]], "weights": [[-1]]}, {"colors": 1}, "x", None]
)
def test_numbers_that_are_no_histogram_are_refused(numbers: Any) -> None:
    with pytest.raises(AttnpaintError):
        Histogram.from_numbers(numbers)


@pytest.mark.parametrize("length", [256, 300, 10_000])
def test_a_path_too_long_for_a_file_is_a_failure_of_its_own(
    refs: Path, length: int, capsys: pytest.CaptureFixture[str]
) -> None:
    run(refs)
    path = refs.with_name("out") / "histograms.parquet"
    names = pa.array(["x" * length, "b.png", "c.png", "d.png"])
    parquet.write_table(with_column("path", names)(parquet.read_table(path)), path)
    main(["convert-hist", str(path), str(refs.with_name("json"))])
    told = capsys.readouterr().err
    assert "Traceback" not in told
    assert "too long" in told
    assert sorted(file.name for file in refs.with_name("json").iterdir()) == [
        "b.png.json",
        "c.png.json",
        "d.png.json",
    ]
