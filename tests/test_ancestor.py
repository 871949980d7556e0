"""AttentionedDeepPaint's JSON files: to them and back colours and paths stay, and what is none is listed."""

import json
from pathlib import Path

import numpy as np
import pytest

from attnpaint.cli.app import main
from attnpaint.extract import Histogram, Method
from attnpaint.extract.batch.ancestor_files import inside, json_to_table, read_json, table_to_json, write_json
from attnpaint.extract.batch.store import Row, Table, TableWriter

NAMES = ["a.png", "a.webp", "deep/er/a.png", "with space 🌻\n.png", "shard.tar/b/c.jpg", "x.json"]


def histogram(seed: int, bands: int = 4, ranks: int = 4) -> Histogram:
    random = np.random.default_rng(seed)
    colors = random.integers(0, 256, (bands, ranks, 3), dtype=np.uint8)
    weights = np.sort(random.random((bands, ranks), dtype=np.float32))[:, ::-1]
    return Histogram(colors, weights / weights.sum(axis=1, keepdims=True))


def write_table(path: Path, names: list[str], bands: int = 4, ranks: int = 4) -> dict[str, Histogram]:
    histograms = {name: histogram(i, bands, ranks) for i, name in enumerate(names)}
    with TableWriter(path, Method(bands=bands, colors=ranks)) as writer:
        for name, found in histograms.items():
            writer.write(Row(name, 30, 40, found, 1, 2, "digest"))
    return histograms


def write_layout(path: Path, layout: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(layout))


@pytest.mark.parametrize(("bands", "ranks"), [(4, 4), (1, 1), (2, 7)])
def test_a_table_goes_to_json_and_comes_back(tmp_path: Path, bands: int, ranks: int) -> None:
    histograms = write_table(tmp_path / "a.parquet", NAMES, bands, ranks)
    heard: list[tuple[int, int]] = []
    there = table_to_json(tmp_path / "a.parquet", tmp_path / "json", lambda *counts: heard.append(counts))
    assert (there.written, there.failures) == (len(NAMES), [])
    assert heard == [(i, len(NAMES)) for i in range(1, len(NAMES) + 1)]
    files = [path for path in (tmp_path / "json").rglob("*") if path.is_file()]
    assert sorted(files) == sorted(tmp_path / "json" / f"{name}.json" for name in NAMES)

    back = json_to_table(tmp_path / "json", tmp_path / "b.parquet")
    assert (back.written, back.failures) == (len(NAMES), [])
    table = Table(tmp_path / "b.parquet")
    assert (table.method.bands, table.method.colors) == (bands, ranks)
    assert sorted(row.path for row in table) == sorted(NAMES)
    for name, expected in histograms.items():
        found = table.find(name)
        assert np.array_equal(found.histogram.colors, expected.colors)
        np.testing.assert_allclose(found.histogram.weights, 1 / ranks)
        assert (found.width, found.height, found.size, found.digest) == (0, 0, 0, "")


def test_repeated_colours_have_no_weight(tmp_path: Path) -> None:
    colors = {"1": [9, 8, 7], "2": [1, 2, 3], "3": [1, 2, 3], "4": [1, 2, 3]}
    write_layout(tmp_path / "a.png.json", {str(band): colors for band in range(1, 5)})
    json_to_table(tmp_path, tmp_path / "t.parquet")
    assert Table(tmp_path / "t.parquet")[0].histogram.weights.tolist() == [[0.5, 0.5, 0, 0]] * 4


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is no JSON"),
        ("{'1': 2}", "is no JSON"),
        ("\xff", "is no JSON"),
        ("[]", "not a histogram"),
        ("3", "not a histogram"),
        ("null", "not a histogram"),
        ("{}", "not a histogram"),
        ('{"1": {}}', "not a histogram"),
        ('{"1": {"1": [1, 2]}}', "not a histogram"),
        ('{"1": {"1": [1, 2, 256]}}', "not a histogram"),
        ('{"1": {"1": [1, 2, -1]}}', "not a histogram"),
        ('{"1": {"1": [1, 2, null]}}', "not a histogram"),
        ('{"0": {"1": [1, 2, 3]}}', "not a histogram"),
        ('{"1": {"1": [1, 2, 3]}, "2": {}}', "not a histogram"),
    ],
)
def test_what_is_no_histogram_is_listed_and_the_rest_converted(
    tmp_path: Path, text: str, problem: str
) -> None:
    write_json(tmp_path / "b.png.json", histogram(0))
    for name in ("a", "c"):  # the first file must not set the shape
        (tmp_path / f"{name}.png.json").write_bytes(text.encode("latin-1"))
    converted = json_to_table(tmp_path, tmp_path / "t.parquet")
    assert converted.written == len(Table(tmp_path / "t.parquet")) == 1
    assert [Path(failure.path).name for failure in converted.failures] == ["a.png.json", "c.png.json"]
    assert all(problem in failure.problem and failure.remedy for failure in converted.failures)


def test_another_shape_than_the_first_is_listed(tmp_path: Path) -> None:
    for name, ranks in {"a": 4, "b": 3, "c": 4}.items():
        write_json(tmp_path / f"{name}.json", histogram(0, 4, ranks))
    converted = json_to_table(tmp_path, tmp_path / "t.parquet")
    assert [row.path for row in Table(tmp_path / "t.parquet")] == ["a", "c"]
    (failure,) = converted.failures
    assert failure.path.endswith("b.json")
    assert failure.problem == "has (4, 3) bands and colours, not (4, 4)"


def test_more_bands_than_can_be_measured_are_listed(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", histogram(0, 17))
    write_json(tmp_path / "b.json", histogram(0))
    converted = json_to_table(tmp_path, tmp_path / "t.parquet")
    assert converted.written == 1
    assert [Path(failure.path).name for failure in converted.failures] == ["a.json"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.png", "a.png"),
        ("a/b.png", "a/b.png"),
        ("../../up.png", "__/__/up.png"),
        ("/etc/passwd", "etc/passwd"),
        ("a/../../b.png", "a/__/__/b.png"),
        ("./a//b.png", "a/b.png"),
        ("..png", "..png"),
    ],
)
def test_names_never_lead_out_of_the_folder(tmp_path: Path, name: str, expected: str) -> None:
    assert inside(tmp_path, name) == tmp_path / expected
    write_table(tmp_path / "t.parquet", [name])
    table_to_json(tmp_path / "t.parquet", tmp_path / "in" / "json")
    (made,) = (path for path in tmp_path.rglob("*.json") if path.is_file())
    assert made == tmp_path / "in" / "json" / f"{expected}.json"
    assert np.array_equal(read_json(made).colors, histogram(0).colors)


def test_the_command_converts_both_ways_and_tells_what_failed(tmp_path: Path, capsys) -> None:
    write_table(tmp_path / "t.parquet", NAMES)
    assert main(["convert-hist", str(tmp_path / "t.parquet"), str(tmp_path / "json")]) == 0
    (tmp_path / "json" / "bad.json").write_text("no histogram")
    capsys.readouterr()
    assert main(["convert-hist", str(tmp_path / "json"), str(tmp_path / "u.parquet"), "--json"]) == 3
    said = capsys.readouterr()
    told = json.loads(said.out)
    assert told["histograms"] == len(NAMES)
    assert told["failed"] == len(said.err.splitlines()) == 1
    assert main(["convert-hist", str(tmp_path / "json"), str(tmp_path / "other")]) == 2
    assert main(["convert-hist", str(tmp_path / "missing"), str(tmp_path / "u.parquet")]) == 1
    (tmp_path / "empty").mkdir()
    assert main(["convert-hist", str(tmp_path / "empty"), str(tmp_path / "v.parquet")]) == 1
    assert not (tmp_path / "v.parquet").exists()
