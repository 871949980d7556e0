"""`attnpaint figures`: files, manifest, resume, refusals."""

import csv
import json
import tarfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from attnpaint.cli import app
from attnpaint.figures.digest import digest_of, renderer_digest
from attnpaint.figures.figure import render

SMALL = ["--size", "64", "--workers", "1"]


def call(out: Path, *more: str) -> int:
    return app.main(["figures", str(out), *SMALL, *more])


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_it_writes_three_pictures_of_each_view_and_a_manifest(tmp_path: Path) -> None:
    assert call(tmp_path / "out", "--count", "2", "--views", "3", "--seed", "5") == 0
    for number in range(2):
        for view in range(3):
            stem = tmp_path / f"out/figure-{number:05}/{view}"
            drawn = render(5, number, view, 64)
            np.testing.assert_array_equal(np.asarray(Image.open(f"{stem}.parts.png")), drawn.parts)
            for end, picture in (("color", drawn.colour), ("line", np.repeat(drawn.line[..., None], 3, 2))):
                read = np.asarray(Image.open(f"{stem}.{end}.webp").convert("RGB"), np.float32)
                assert np.abs(read - picture).mean() < 8
    rows = list(csv.DictReader((tmp_path / "out/manifest.csv").open()))
    assert [row["path"] for row in rows[2:4]] == ["figure-00000/2.color.webp", "figure-00001/0.color.webp"]
    assert [row["same_as"] for row in rows] == ["figure-00000"] * 3 + ["figure-00001"] * 3
    assert {row["licence"] for row in rows} == {"CC0-1.0"}


@pytest.mark.parametrize("lost", ["0.parts.png", "1.parts.png", ""])
def test_it_goes_on_where_it_was_stopped(
    lost: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(tmp_path, "--count", "2", "--views", "2") == 0
    whole = contents(tmp_path)
    if lost:
        (tmp_path / "figure-00001" / lost).unlink()
    capsys.readouterr()
    assert call(tmp_path, "--count", "2", "--views", "2") == 0
    assert f"{1 if lost else 0} of them drawn now" in capsys.readouterr().err
    assert contents(tmp_path) == whole


def test_more_figures_can_be_added(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(tmp_path, "--count", "1", "--views", "1") == 0
    assert call(tmp_path, "--count", "3", "--views", "1") == 0
    assert "2 of them drawn now" in capsys.readouterr().err
    assert len((tmp_path / "manifest.csv").read_text().splitlines()) == 4


@pytest.mark.parametrize("change", [["--seed", "1"], ["--views", "3"], ["--shards"]])
def test_figures_of_other_settings_are_not_mixed(
    change: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(tmp_path, "--count", "1", "--views", "1") == 0
    before = contents(tmp_path)
    assert (
        call(tmp_path, "--count", "1", *(change if "--views" in change else ["--views", "1", *change])) == 2
    )
    assert "choose another folder" in capsys.readouterr().err
    assert contents(tmp_path) == before


def test_shards_hold_the_same_pictures_as_folders(tmp_path: Path) -> None:
    assert call(tmp_path / "a", "--count", "2", "--views", "2") == 0
    assert call(tmp_path / "b", "--count", "2", "--views", "2", "--shards") == 0
    with tarfile.open(tmp_path / "b/train-00000.tar") as tar:
        packed = {m.name: tar.extractfile(m).read() for m in tar.getmembers()}  # type: ignore[union-attr]
    folders = {k.replace("/", "-"): v for k, v in contents(tmp_path / "a").items() if "/" in k}
    assert packed == folders
    assert Image.open(BytesIO(packed["figure-00001-1.color.webp"])).size == (64, 64)


def test_two_workers_write_what_one_writes(tmp_path: Path) -> None:
    assert call(tmp_path / "a", "--count", "3", "--views", "1") == 0
    assert (
        app.main(
            ["figures", str(tmp_path / "b"), "--size", "64", "--workers", "2", "--count", "3", "--views", "1"]
        )
        == 0
    )
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


@pytest.mark.parametrize(
    ("renderer", "shards"), [("0123456789ab", []), (None, []), ("0123456789ab", ["--shards"]), (7, [])]
)
def test_figures_of_another_renderer_are_not_gone_on_with(
    renderer: str | int | None, shards: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(tmp_path, "--count", "1", "--views", "1", *shards) == 0
    settings = json.loads((tmp_path / "figures.json").read_text())
    assert settings.pop("renderer") == renderer_digest()
    if renderer is not None:  # folders of before have none
        settings["renderer"] = renderer
    (tmp_path / "figures.json").write_text(json.dumps(settings))
    before = contents(tmp_path)
    assert call(tmp_path, "--count", "1", "--views", "1", *shards) == 2
    said = capsys.readouterr().err.strip().splitlines()[-1]
    assert "another version of the renderer" in said
    assert contents(tmp_path) == before


def test_the_renderers_digest_follows_its_files_but_not_their_line_ends(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "a.py").write_bytes(b"x = 1\n")
    (tmp_path / "inner/body.npz").write_bytes(b"\r\n1")
    first = digest_of(tmp_path)
    (tmp_path / "a.py").write_bytes(b"x = 1\r\n")
    (tmp_path / "notes.txt").write_text("of no effect")
    assert digest_of(tmp_path) == first
    digests = {first}
    for name, data in (("a.py", b"x = 2\n"), ("inner/body.npz", b"\n1"), ("b.py", b"")):
        (tmp_path / name).write_bytes(data)
        digests.add(digest_of(tmp_path))
    assert len(digests) == 4
