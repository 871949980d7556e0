"""What is read when it is named alone is found in folders, lists and shards; the rest is counted."""

import json
import tarfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from attnpaint.cli.app import main
from attnpaint.data.sources import find_items
from attnpaint.decoding.suffixes import READABLE, UNREADABLE, left_out
from attnpaint.extract.batch.sources import Failure, find_sources
from attnpaint.images import find_pictures, read_picture
from attnpaint.jobs.drawings import pictures_in

KINDS = {
    "a.jfif": "JPEG", "b.GIF": "GIF", "c.jpe": "JPEG", "d.pgm": "PPM", "e.ppm": "PPM", "f.pbm": "PPM",
    "g.pnm": "PPM", "h.dib": "BMP", "i.apng": "PNG", "j.png": "PNG", "k.pjpeg": "JPEG",
}  # fmt: skip
OTHERS = ["x.avif", "y.HEIC", "z.svg", "z2.svg"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    home = tmp_path / "mixed"
    home.mkdir()
    noise = np.random.default_rng(5).integers(0, 256, (24, 20), dtype=np.uint8)
    for name, kind in KINDS.items():
        image = Image.fromarray(noise)
        image = image.convert("1") if name == "f.pbm" else image.convert("RGB") if name == "e.ppm" else image
        image.save(home / name, kind)
    for name in [*OTHERS, "note.txt", "manifest.csv", ".hidden.avif"]:
        (home / name).write_bytes(b"x")
    return home


def packed(folder: Path) -> Path:
    shard = folder.parent / "all.tar"
    with tarfile.open(shard, "w") as tar:
        for path in sorted(folder.iterdir()):
            tar.add(path, path.name)
    return shard


def test_every_kind_that_is_read_is_found(folder: Path) -> None:
    assert [path.name for path in find_pictures(folder)] == list(KINDS)
    assert sorted(path.name for path in pictures_in(folder, recursive=False)) == list(KINDS)
    for path in find_pictures(folder):
        assert read_picture(path).shape == (24, 20, 3)
    for place in (folder, packed(folder)):
        left = Counter[str]()
        found = list(find_sources([place], left=left))
        assert not [one for one in found if isinstance(one, Failure)]
        assert len(found) == len(KINDS)
        assert left_out(left) == "4 left out: .avif .heic .svg"


def test_training_data_tell_what_is_left_out(folder: Path) -> None:
    for place in (folder, packed(folder)):
        found = find_items([place])
        assert len(found.items) == len(KINDS)
        assert any("4 left out: .avif .heic .svg" in note for note in found.notes)
    for name in OTHERS:
        (folder / name).unlink()
    assert not any("left out" in note for note in find_items([folder]).notes)


def test_histograms_are_made_of_all_and_the_rest_is_counted_in_one_line(folder: Path, capsys) -> None:
    out = folder.parent / "hist"
    assert main(["extract-hist", str(folder), "-o", str(out), "--json", "--workers", "1"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["pictures"] == len(KINDS)
    assert [line for line in said.err.splitlines() if "left out" in line] == [
        "attnpaint: 4 left out: .avif .heic .svg"
    ]


def test_no_suffix_is_both_read_and_left_out() -> None:
    assert not set(READABLE) & set(UNREADABLE)
    assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in (*READABLE, *UNREADABLE))
    assert left_out(Counter()) == ""
