"""`attnpaint extract-hist`: what it writes and says, and what it does about pictures that it cannot read."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from attnpaint.cli.app import main
from attnpaint.colour import Space
from attnpaint.extract import Method, measure
from attnpaint.extract.batch.folder import Request, extract
from attnpaint.extract.batch.store import Table, read_histograms
from attnpaint.extract.method import Solver
from attnpaint.images import read_picture


@pytest.fixture
def refs(tmp_path: Path) -> Path:
    """Five references, two of them with one stem, one in a folder of its own."""
    random = np.random.default_rng(0)
    for name in ("a.png", "a.webp", "b.jpg", "deep/er/c.bmp", "d.tiff"):
        path = tmp_path / "refs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        colors = random.integers(0, 256, (8, 6, 3), dtype=np.uint8)
        Image.fromarray(colors).resize((24, 32), Image.Resampling.NEAREST).save(path)
    return tmp_path / "refs"


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_the_table_lies_beside_the_folder_and_holds_every_picture(refs: Path, capsys) -> None:
    assert main(["extract-hist", str(refs)]) == 0
    out = refs.parent / "refs-histograms"
    assert files(out) == ["histograms.parquet"]
    table = read_histograms(out / "histograms.parquet")
    assert list(table) == ["a.png", "a.webp", "b.jpg", "d.tiff", "deep/er/c.bmp"]
    for name, histogram in table.items():
        expected = measure(read_picture(refs / name))
        assert np.array_equal(histogram.colors, expected.colors)
        assert np.array_equal(histogram.weights, expected.weights)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("5 pictures in ")
    assert said.err.rstrip().endswith(str(out / "histograms.parquet"))


def test_images_json_and_preview_mirror_the_paths_and_equal_stems_stay_apart(
    refs: Path, tmp_path: Path
) -> None:
    out = tmp_path / "elsewhere" / "out"
    assert main(["extract-hist", str(refs), "-o", str(out), "--images", "--format", "json", "--preview"]) == 0
    names = files(refs)
    images = [f"images/{name}.{rank}.png" for name in names for rank in (1, 2, 3, 4)]
    layouts = [f"json/{name}.json" for name in names]
    previews = ["preview-001.png", "preview.html"]
    assert files(out) == sorted([*images, *layouts, "histograms.parquet", *previews])

    for name, histogram in read_histograms(out / "histograms.parquet").items():
        first = read_picture(out / "images" / f"{name}.1.png")
        assert np.array_equal(first, histogram.images(32, 24)[0])
        layout = json.loads((out / "json" / f"{name}.json").read_text())
        assert layout["4"]["1"] == histogram.colors[3, 0].tolist()
    page = (out / "preview.html").read_text()
    assert all(name in page for name in names)


def test_json_says_what_was_written(refs: Path, capsys) -> None:
    assert main(["extract-hist", str(refs), "--preview", "--json", "--workers", "1"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["pictures"] == 5
    assert told["failed"] == 0
    assert told["errors"] is None
    assert told["seconds"] > 0
    assert told["images"] is None
    assert Path(told["table"]).is_file()
    assert Path(told["preview"]).is_file()


def test_bad_pictures_are_named_one_a_line_and_the_others_written(refs: Path, capsys) -> None:
    (refs / "broken.png").write_bytes((refs / "a.png").read_bytes()[:60])
    (refs / "text.jpg").write_text("no picture")
    assert main(["extract-hist", str(refs), "--images"]) == 3
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 3
    assert said[0].startswith("attnpaint: broken.png is damaged or cut short")
    assert said[1].startswith("attnpaint: text.jpg is not a picture")
    assert "5 pictures" in said[2]
    assert "2 failed" in said[2]
    out = refs.parent / "refs-histograms"
    assert len(read_histograms(out / "histograms.parquet")) == 5
    listed = [json.loads(line) for line in (out / "errors.jsonl").read_text().splitlines()]
    assert [line["path"] for line in listed] == ["broken.png", "text.jpg"]
    assert all(line["reason"] and line["remedy"] for line in listed)

    (refs / "broken.png").unlink()
    (refs / "text.jpg").unlink()
    assert main(["extract-hist", str(refs), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["pictures"], told["unchanged"], told["failed"]) == (5, 5, 0)
    assert not (out / "errors.jsonl").exists()


def test_many_bad_pictures_are_summed_up(refs: Path, capsys) -> None:
    for i in range(30):
        (refs / f"text {i}.png").write_text("no picture")
    assert main(["extract-hist", str(refs)]) == 3
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 22
    assert "10 more are in" in said[20]
    assert len((refs.parent / "refs-histograms" / "errors.jsonl").read_text().splitlines()) == 30


def test_pictures_are_named_by_a_list_from_stdin(refs: Path, tmp_path: Path) -> None:
    names = "".join(f"{refs / name}\0" for name in ("b.jpg", "a.png"))
    finished = subprocess.run(
        [sys.executable, "-m", "attnpaint", "extract-hist", "--list", "-", "-o", "out"],
        input=names, cwd=tmp_path, text=True, capture_output=True, timeout=60,
    )  # fmt: skip
    assert finished.returncode == 0, finished.stderr
    assert list(read_histograms(tmp_path / "out" / "histograms.parquet")) == [
        (refs / name).as_posix() for name in ("b.jpg", "a.png")
    ]


def test_a_picture_of_a_list_does_not_take_the_place_of_one_in_a_folder(
    refs: Path, monkeypatch, capsys
) -> None:
    monkeypatch.chdir(refs.parent)
    Path("a.png").write_bytes((refs / "b.jpg").read_bytes())
    Path("list").write_text("a.png\n")
    assert main(["extract-hist", "refs", "--list", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["pictures"] == 6
    assert {"refs/a.png", "a.png"} < set(read_histograms(Path("refs-histograms", "histograms.parquet")))


def test_a_picture_that_is_named_twice_counts_once(refs: Path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(refs.parent)
    assert main(["extract-hist", "refs", "refs/a.png", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["pictures"] == 5


def test_files_beside_the_table_are_never_those_of_an_older_picture(refs: Path) -> None:
    out = refs.parent / "refs-histograms"
    beside = ["--format", "json", "--images"]
    assert main(["extract-hist", str(refs), *beside]) == 0
    (refs / "a.png").write_bytes((refs / "d.tiff").read_bytes())
    assert main(["extract-hist", str(refs)]) == 0
    assert not (out / "json" / "a.png.json").exists()
    assert not (out / "images" / "a.png.1.png").exists()
    assert (out / "json" / "a.webp.json").exists()
    assert main(["extract-hist", str(refs), *beside]) == 0
    layout = json.loads((out / "json" / "a.png.json").read_text())
    assert layout == read_histograms(out / "histograms.parquet")["a.png"].to_json()
    assert main(["extract-hist", str(refs), *beside, "--colors", "2"]) == 0
    assert len(list((out / "images").glob("a.png.*"))) == 2


def test_options_reach_the_measuring_and_the_table_says_so(refs: Path) -> None:
    options = "--bands 2 --colors 3 --space oklab --ignore-background --ignore-lines --snap"
    assert main(["extract-hist", str(refs), *options.split(), "--engine", "sklearn", "--seed", "5"]) == 0
    table = Table(refs.parent / "refs-histograms" / "histograms.parquet")
    assert table.method == Method(2, 3, Space.oklab, True, True, True, Solver.sklearn, seed=5)
    assert table[0].histogram.colors.shape == (2, 3, 3)


def test_one_picture_works_as_a_folder_does(refs: Path) -> None:
    assert main(["extract-hist", str(refs / "b.jpg")]) == 0
    assert list(read_histograms(refs / "b-histograms" / "histograms.parquet")) == ["b.jpg"]


def test_results_do_not_depend_on_the_number_of_workers(refs: Path, tmp_path: Path) -> None:
    tables = []
    for workers in (1, 4):
        extract(Request((refs,), tmp_path / str(workers), workers=workers))
        tables.append((tmp_path / str(workers) / "histograms.parquet").read_bytes())
    assert tables[0] == tables[1]


def test_what_was_written_inside_the_folder_is_not_measured_again(refs: Path, capsys) -> None:
    for _ in range(2):
        assert main(["extract-hist", str(refs), "--out", str(refs / "out"), "--images", "--preview"]) == 0
    assert len(read_histograms(refs / "out" / "histograms.parquet")) == 5
    assert main(["extract-hist", str(refs), "--out", str(refs)]) == 2


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["missing"], 1, "missing does not exist"),
        (["missing.png"], 1, "missing.png does not exist"),
        (["empty"], 1, "empty holds no pictures"),
        (["text.png"], 3, "text.png is not a picture"),
        ([], 2, "nothing to measure"),
        (["--list", "missing.txt"], 1, "missing.txt cannot be read"),
        (["refs", "--bands", "17"], 2, "bands"),
        (["s3://bucket/refs"], 2, "is an address, not a path; add --engine ray"),
        (["refs", "--out", "s3://bucket/out"], 2, "is an address, not a path; add --engine ray"),
        (["refs", "--address", "auto"], 2, "add --engine ray"),
        (["refs", "--engine", "ray", "--workers", "2"], 2, "--workers"),
        (["/"], 2, "--out"),
        (["refs", "--out", "text.png"], 1, "text.png cannot be made"),
        (["refs", "--workers", "0"], 2, "workers"),
        (["refs", "--format", "xml"], 2, "xml"),
    ],
)
def test_every_failure_has_its_code_and_its_words(
    refs: Path, monkeypatch, capsys, arguments: list[str], code: int, words: str
) -> None:
    monkeypatch.chdir(refs.parent)
    Path("empty").mkdir()
    Path("text.png").write_text("hello")
    assert main(["extract-hist", *arguments]) == code
    line = capsys.readouterr().err.splitlines()[0]
    assert line.startswith("attnpaint: ")
    assert words in line
    assert files(refs.parent / "empty") == []
    assert not list(refs.parent.glob("*-histograms/*.parquet"))


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_said(refs: Path, tmp_path: Path, capsys) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    assert main(["extract-hist", str(refs), "--out", str(locked)]) == 1
    assert "cannot be written" in capsys.readouterr().err


def test_ctrl_c_keeps_what_is_done(refs: Path, tmp_path: Path) -> None:
    def stop_at_third(done: int, total: int) -> None:
        assert total == 5
        if done == 3:
            raise KeyboardInterrupt

    outcome = extract(Request((refs,), tmp_path / "out"), stop_at_third)
    assert outcome.stopped
    assert list(read_histograms(tmp_path / "out" / "histograms.parquet")) == ["a.png", "a.webp", "b.jpg"]
    again = extract(Request((refs,), tmp_path / "out"))
    assert (again.measured, again.unchanged) == (2, 3)
    assert files(tmp_path / "out") == ["histograms.parquet"]


def test_it_loads_neither_torch_nor_timm(refs: Path) -> None:
    script = (
        "import sys; from attnpaint.cli.app import main; code = main(sys.argv[1:]); "
        "sys.exit(code or ' '.join({'torch', 'timm', 'wandb', 'sklearn'} & set(sys.modules)) or None)"
    )
    command = [sys.executable, "-c", script, "extract-hist", str(refs), "--preview", "--images"]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert finished.returncode == 0, finished.stderr
