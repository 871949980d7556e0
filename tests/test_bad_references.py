"""References that are odd, damaged or out of reach: measured or listed, and never in the good ones' way."""

import json
import os
import resource
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from attnpaint.extract import Histogram
from attnpaint.extract.batch.folder import Request, extract
from attnpaint.extract.batch.store import Table

RED, GREEN, BLUE, WHITE = [200, 30, 40], [20, 160, 60], [30, 60, 190], [255, 255, 255]
ONE = [1, 0, 0, 0]
DAMAGED = "is damaged or cut short"
NO_PICTURE = "is not a picture that can be read"

as_root = pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")


@pytest.fixture
def refs(tmp_path: Path) -> Path:
    """A folder with two good pictures, before and after most names."""
    folder = tmp_path / "refs"
    folder.mkdir()
    for name in ("0.png", "zz.webp"):
        noise().save(folder / name)
    return folder


def noise(side: int = 64) -> Image.Image:
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, (side, side, 3), dtype=np.uint8))


def flat(color: list[int], width: int = 8, height: int = 8) -> Image.Image:
    return Image.new("RGB", (width, height), tuple(color))


def run(refs: Path, **options: Any) -> tuple[dict[str, Histogram], dict[str, str]]:
    """The table without the good pictures, and what failed: problems by path. Good ones have to be there."""
    out = refs.parent / "out"
    outcome = extract(Request((refs,), out, workers=1, **options))
    rows = {row.path: row.histogram for row in Table(out / "histograms.parquet")}
    assert rows.pop("0.png").weights.shape == rows.pop("zz.webp").weights.shape == (4, 4)
    assert (outcome.measured, outcome.unchanged) == (len(rows) + 2, 0)
    failures = {failure.path: failure.problem for failure in outcome.failures}
    assert outcome.failed == len(outcome.failures) == len(failures)
    errors = out / "errors.jsonl"
    told = [json.loads(line) for line in errors.read_text().splitlines()] if errors.exists() else []
    expected = [{"path": f.path, "reason": f.problem, "remedy": f.remedy} for f in outcome.failures]
    assert told == expected
    assert all("\n" not in f.problem and f.remedy and "\n" not in f.remedy for f in outcome.failures)
    return rows, failures


def only_row(refs: Path, name: str) -> Histogram:
    rows, failures = run(refs)
    assert list(rows) == [name]
    assert failures == {}
    return rows[name]


def only_failure(refs: Path, path: str) -> str:
    rows, failures = run(refs)
    assert rows == {}
    assert list(failures) == [path]
    return failures[path]


@pytest.mark.parametrize(
    ("color", "side"), [(WHITE, 8), (RED, 8), (GREEN, 1)], ids=["all white", "one colour", "one pixel"]
)
def test_a_picture_of_one_colour(refs: Path, color: list[int], side: int) -> None:
    flat(color, side, side).save(refs / "a.png")
    histogram = only_row(refs, "a.png")
    assert histogram.colors.tolist() == [[color] * 4] * 4
    assert histogram.weights.tolist() == [ONE] * 4


def test_a_picture_of_two_colours(refs: Path) -> None:
    image = flat(BLUE)
    image.paste(tuple(RED), (0, 0, 6, 8))
    image.save(refs / "a.png")
    histogram = only_row(refs, "a.png")
    assert histogram.colors.tolist() == [[RED, BLUE, BLUE, BLUE]] * 4
    assert histogram.weights.tolist() == [[0.75, 0.25, 0, 0]] * 4


def test_three_rows_leave_a_band_empty_and_it_takes_after_the_one_above(refs: Path) -> None:
    rows = np.array([RED, GREEN, BLUE], dtype=np.uint8)[:, None].repeat(5, axis=1)
    Image.fromarray(rows).save(refs / "a.png")
    histogram = only_row(refs, "a.png")
    assert histogram.colors[:, 0].tolist() == [RED, GREEN, GREEN, BLUE]
    assert histogram.weights.tolist() == [ONE] * 4


def test_a_fully_transparent_picture_is_white(refs: Path) -> None:
    Image.new("RGBA", (8, 8), (*RED, 0)).save(refs / "a.png")
    assert only_row(refs, "a.png").colors.tolist() == [[WHITE] * 4] * 4


@pytest.mark.parametrize("color", [[200], RED], ids=["grey", "RGB"])
def test_sixteen_bits_become_eight(refs: Path, color: list[int]) -> None:
    deep = np.full((8, 8, len(color)), [value * 257 for value in color[::-1]], dtype=np.uint16)
    cv2.imwrite(str(refs / "a.png"), deep)
    assert only_row(refs, "a.png").colors[:, 0].tolist() == [color * (3 // len(color))] * 4


def test_a_cmyk_jpeg(refs: Path) -> None:
    Image.new("CMYK", (16, 16), (0, 255, 255, 0)).save(refs / "a.jpg")
    colors = only_row(refs, "a.jpg").colors.astype(int)
    assert np.abs(colors - [255, 0, 0]).max() <= 3


@pytest.mark.parametrize(("name", "format"), [("a.webp", "WEBP"), ("a.png", "PNG"), ("a.png", "GIF")])
def test_of_an_animation_the_first_frame_counts(refs: Path, name: str, format: str) -> None:
    options = {"save_all": True, "append_images": [flat(BLUE), flat(GREEN)], "lossless": True}
    flat(RED).save(refs / name, format, **options)
    with Image.open(refs / name) as image:
        assert image.n_frames == 3
    assert only_row(refs, name).colors.tolist() == [[RED] * 4] * 4


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.webp", "a.bmp", "a.tiff"])
def test_a_truncated_picture_is_listed(refs: Path, name: str) -> None:
    noise().save(refs / name)
    data = (refs / name).read_bytes()
    (refs / name).write_bytes(data[: len(data) // 2])
    assert only_failure(refs, name).startswith(DAMAGED)


@pytest.mark.parametrize("data", [b"hello\n", b"", bytes(100)], ids=["text", "empty", "zeros"])
def test_what_is_no_picture_is_listed(refs: Path, data: bytes) -> None:
    (refs / "a.png").write_bytes(data)
    assert only_failure(refs, "a.png") == NO_PICTURE


@pytest.mark.parametrize(("side", "rows"), [(60_000, 1), (12_000, 12_000)], ids=["header only", "whole"])
def test_a_decompression_bomb_is_refused_undecoded(refs: Path, side: int, rows: int) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(bytes((side // 8 + 1) * rows)))
    (refs / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + header + body + chunk(b"IEND", b""))
    assert (refs / "a.png").stat().st_size < 50_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert only_failure(refs, "a.png").startswith("is over the limit of 100 megapixels")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


def test_a_folder_out_of_reach_is_listed_and_the_others_searched(refs: Path, monkeypatch) -> None:
    for name in ("deep/locked/a.png", "deep/open/a.png"):
        (refs / name).parent.mkdir(parents=True)
        flat(RED).save(refs / name)
    scandir = os.scandir

    def guarded(folder: Any) -> Any:
        if Path(folder).name == "locked":
            raise PermissionError(13, "Permission denied")
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", guarded)
    rows, failures = run(refs)
    assert list(rows) == ["deep/open/a.png"]
    assert failures == {"deep/locked/": "cannot be read (permission denied)"}


def test_a_picture_out_of_reach_is_listed(refs: Path, monkeypatch) -> None:
    flat(RED).save(refs / "a.png")
    opened: Callable[..., Any] = Path.open

    def guarded(path: Path, *mode: Any, **options: Any) -> Any:
        if path.name == "a.png":
            raise PermissionError(13, "Permission denied")
        return opened(path, *mode, **options)

    monkeypatch.setattr(Path, "open", guarded)
    assert only_failure(refs, "a.png") == "cannot be read (permission denied)"


@as_root
def test_modes_are_respected(refs: Path) -> None:
    (refs / "locked").mkdir(mode=0o300)
    flat(RED).save(refs / "a.png")
    (refs / "a.png").chmod(0o200)
    rows, failures = run(refs)
    assert rows == {}
    assert failures == dict.fromkeys(("a.png", "locked/"), "cannot be read (permission denied)")


def test_equal_stems_stay_apart(refs: Path) -> None:
    (refs / "b").mkdir()
    colors = {"a.png": RED, "a.webp": GREEN, "b/a.png": BLUE}
    for name, color in colors.items():
        flat(color).save(refs / name, lossless=True)
    rows, failures = run(refs, images=True, ancestor_json=True)
    assert failures == {}
    assert {name: row.colors[0, 0].tolist() for name, row in rows.items()} == colors
    for name, color in colors.items():
        with Image.open(refs.parent / "out" / "images" / f"{name}.1.png") as image:
            assert image.getpixel((0, 0)) == tuple(color)
        assert json.loads((refs.parent / f"out/json/{name}.json").read_text())["1"]["1"] == color


@pytest.mark.parametrize(
    "name",
    [
        "with  spaces .png",
        "🌻 👩‍🎨.png",
        "two\nlines\t.png",
        'it\'s "quoted".png',
        "back\\slash.png",
        "-o.png",
    ],
)
def test_odd_names_are_kept(refs: Path, name: str) -> None:
    flat(RED).save(refs / name)
    rows, failures = run(refs, images=True, preview=True)
    assert list(rows) == [name]
    assert failures == {}
    assert (refs.parent / "out" / "images" / f"{name}.4.png").is_file()


def test_a_newline_in_the_name_of_a_bad_picture_stays_on_one_line(refs: Path) -> None:
    (refs / "two\nlines.png").write_text("no picture")
    run(refs)
    (line,) = (refs.parent / "out" / "errors.jsonl").read_text().splitlines()
    assert json.loads(line)["path"] == "two\nlines.png"


def test_bytes_that_are_no_utf8_are_spelled_out(refs: Path) -> None:
    folder = os.fsencode(refs)
    try:
        for name in (b"\xff.png", b"bad \xe4.png"):
            Path(os.fsdecode(folder + b"/" + name)).write_bytes((refs / "0.png").read_bytes())
    except OSError:
        pytest.skip("this file system wants UTF-8")
    Path(os.fsdecode(folder + b"/bad \xe4.png")).write_text("no picture")
    rows, failures = run(refs, images=True, ancestor_json=True, preview=True)
    assert list(rows) == ["\\udcff.png"]
    assert failures == {"bad \\udce4.png": NO_PICTURE}
