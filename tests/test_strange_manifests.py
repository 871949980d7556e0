"""Manifests as spreadsheets write them, and damaged ones: nobody learns in silence from what they exclude."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from attnpaint.data.sources import find_items
from attnpaint.errors import AttnpaintError
from attnpaint.images import write_picture

ROWS = [("path", "licence", "author"), ("a.png", "GPL-2.0", "Ada, B."), ("b.png", "CC0-1.0", 'C "D" E')]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for seed, name in enumerate(("a", "b", "c")):
        picture = np.random.default_rng(seed).integers(0, 256, (32, 32, 3), dtype=np.uint8)
        write_picture(tmp_path / f"{name}.png", picture)
    return tmp_path


def text(delimiter: str = ",", end: str = "\n", head: str = "") -> str:
    cells = (['"' + cell.replace('"', '""') + '"' for cell in row] for row in ROWS)
    return head + "".join(delimiter.join(row) + end for row in cells)


@pytest.mark.parametrize(
    "data",
    [
        text().encode(),
        text(";", "\r\n").encode("utf-8-sig"),
        text("\t", "\r\n").encode("utf-16"),
        text(";", "\r", "sep=;\r").encode(),
        text(",", "\n\n").encode("utf-16"),
    ],
    ids=["plain", "semicolons", "UTF-16", "sep=", "blank lines"],
)
def test_licences_are_left_out_however_the_table_is_saved(data: bytes, folder: Path) -> None:
    (folder / "manifest.csv").write_bytes(data)
    assert [item.name for item in find_items([folder]).items] == ["a.png", "b.png", "c.png"]
    assert [item.name for item in find_items([folder], ["GPL-2.0"]).items] == ["b.png", "c.png"]


@pytest.mark.parametrize(
    "data",
    [
        text().encode() + b'"' + b"x" * 140_000,
        text().replace("Ada", "Ad\xe4").encode("latin-1"),
        text().encode() + b"\0\0",
        b'path,licence\n"a.png,GPL-2.0\n',
    ],
    ids=["a stray quote", "Latin-1", "NUL", "never closed"],
)
def test_a_damaged_one_is_told(data: bytes, folder: Path) -> None:
    (folder / "manifest.csv").write_bytes(data)
    with pytest.raises(AttnpaintError, match=r"manifest.csv") as caught:
        find_items([folder], ["GPL-2.0"])
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("data", [b"", b"licence\nGPL-2.0\n", b"path\n", b"a;b;c\n1;2;3\n"])
def test_one_that_names_nothing_leaves_nothing_out(data: bytes, folder: Path) -> None:
    (folder / "manifest.csv").write_bytes(data)
    assert len(find_items([folder], ["GPL-2.0"]).items) == 3
    shutil.rmtree(folder)
