"""The table of histograms: what is written is read back, whole or not at all."""

from pathlib import Path

import numpy as np
import pytest
from extracting import painting

from attnpaint.colour import Space
from attnpaint.errors import AttnpaintError
from attnpaint.extract import Method, measure
from attnpaint.extract.batch.store import ROW_GROUP, Row, Table, TableWriter, read_histograms


def rows_of(count: int, method: Method) -> list[Row]:
    histogram = measure(painting(1, 10), method)
    return [Row(f"sub/{i}.png", 96, 128, histogram, 1000 + i, 10**18 + i, f"{i:032x}") for i in range(count)]


@pytest.mark.parametrize("method", [Method(), Method(bands=2, colors=5, space=Space.oklab, snap=True)])
def test_the_table_reads_back_with_its_schema_and_method(tmp_path: Path, method: Method) -> None:
    from pyarrow import parquet

    path = tmp_path / "histograms.parquet"
    rows = rows_of(2 * ROW_GROUP + 3, method)
    with TableWriter(path, method) as writer:
        for row in rows:
            writer.write(row)
    table = Table(path)
    assert table.method == method
    assert len(table) == len(rows)
    for index in (0, ROW_GROUP - 1, ROW_GROUP, -1):
        read, row = table[index], rows[index]
        assert (read.path, read.size, read.mtime_ns, read.digest) == (
            row.path,
            row.size,
            row.mtime_ns,
            row.digest,
        )
        assert np.array_equal(read.histogram.colors, row.histogram.colors)
        assert np.array_equal(read.histogram.weights, row.histogram.weights)
    assert [row.path for row in table] == list(read_histograms(path)) == [row.path for row in rows]
    assert table.find("sub/1500.png").size == 2500
    with pytest.raises(KeyError):
        table.find("sub/none.png")
    with pytest.raises(IndexError):
        table[len(rows)]

    file = parquet.ParquetFile(path)
    assert file.num_row_groups == 3
    assert file.schema_arrow.names == [
        "path",
        "width",
        "height",
        "colors",
        "weights",
        "size",
        "mtime_ns",
        "digest",
    ]
    assert file.schema_arrow.metadata[b"schema_version"] == b"2"
    assert all(b"description" in field.metadata for field in file.schema_arrow)


def test_a_table_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    def broken() -> None:
        with TableWriter(tmp_path / "t.parquet", Method()) as writer:
            writer.write(rows_of(1, Method())[0])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()
    assert list(tmp_path.iterdir()) == []


def test_parts_in_a_folder_are_one_table(tmp_path: Path) -> None:
    rows = rows_of(5, Method())
    for name, part in (("part-0.parquet", rows[:2]), ("part-1.parquet", rows[2:])):
        with TableWriter(tmp_path / name, Method()) as writer:
            for row in part:
                writer.write(row)
    assert [row.path for row in Table(tmp_path)] == [row.path for row in rows]
    assert Table(tmp_path)[3].path == "sub/3.png"


def test_what_is_no_table_is_refused_in_words(tmp_path: Path) -> None:
    import pyarrow
    from pyarrow import parquet

    (tmp_path / "text.parquet").write_text("hello")
    parquet.write_table(
        pyarrow.table({"path": ["a"], "colors": [1], "weights": [2]}), tmp_path / "other.parquet"
    )
    with pytest.raises(AttnpaintError, match="no table of histograms"):
        read_histograms(tmp_path / "text.parquet")
    with pytest.raises(AttnpaintError, match="no table of histograms"):
        read_histograms(tmp_path / "other.parquet")
    with pytest.raises(AttnpaintError, match="does not exist"):
        read_histograms(tmp_path / "missing.parquet")


def test_the_ground_has_a_column_of_its_own_where_it_was_measured_apart(tmp_path: Path) -> None:
    path, method = tmp_path / "histograms.parquet", Method(ground_apart=True)
    figure = np.full((40, 40, 3), (200, 220, 240), np.uint8)
    figure[10:, 10:30] = (90, 60, 40)
    known = [measure(figure, method), measure(painting(1, 60), method)]
    assert [one.ground for one in known] == [(200, 220, 240), None]
    with TableWriter(path, method) as writer:
        for number, one in enumerate(known):
            writer.write(Row(f"{number}.png", 40, 40, one, 10, 10, f"{number:032x}"))
    assert [row.histogram.ground for row in Table(path)] == [one.ground for one in known]
    with TableWriter(path, Method()) as writer:
        writer.write(Row("0.png", 40, 40, known[0], 10, 10, f"{0:032x}"))
    assert Table(path)[0].histogram.ground is None
