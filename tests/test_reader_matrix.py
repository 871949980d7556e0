"""Every reader × (BOM, CRLF, UTF-16, empty, 1 byte, huge, truncated, wrong suffix): right or one line.

What people write with other programs is right with a byte order mark and with CRLF; tables and lists
in UTF-16, too.
"""

import codecs
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from every_reader import PICTURES, READERS, TEXTS, corpus, kind_of
from fuzz import verdict

HUGE = 3 << 30  # bytes; the file is sparse

CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "BOM": lambda data: codecs.BOM_UTF8 + data,
    "CRLF": lambda data: data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
    "UTF-16": lambda data: data.decode("latin-1").encode("utf-16"),
    "empty": lambda data: b"",
    "1 byte": lambda data: data[:1],
    "truncated": lambda data: data[: len(data) * 2 // 3],
}
IN_UTF16 = (".toml", ".csv", "ratings.csv", "manifest.csv", "list.txt", "key.json")
EMPTY_IS_RIGHT = (".toml", "list.txt", "manifest.csv", "records.jsonl")  # nothing is asked for or named
CUT_IS_RIGHT = (".tar", "list.txt", ".csv", "ratings.csv", "manifest.csv")  # what is whole of them goes on
SQLITE = (".journal.sqlite", ".evaluate.sqlite", ".prepare.sqlite")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    corpus(folder)
    return folder


@pytest.fixture
def files(whole: Path, tmp_path: Path) -> dict[str, Path]:
    """A copy of all, by kind."""
    shutil.copytree(whole, tmp_path / "files")
    found = sorted(path for path in (tmp_path / "files").rglob("*") if path.is_file())
    return {kind_of(path): path for path in found}


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("change", CHANGES)
def test_right_or_one_line(kind: str, change: str, files: dict[str, Path]) -> None:
    path = files[kind]
    path.write_bytes(CHANGES[change](path.read_bytes()))
    told = verdict(READERS[kind], path)
    assert told in ("right", "refused"), (kind, change)
    if change in ("empty", "1 byte") and kind not in (*EMPTY_IS_RIGHT, ".tar", *SQLITE):
        assert told == "refused" or (change == "1 byte" and kind == "list.txt"), (kind, change)
    if change == "truncated" and kind in (
        ".png",
        ".attnpaint",
        ".pt",
        ".parquet",
        "model.safetensors",
        ".toml",
    ):
        assert told == "refused", kind
    if kind in TEXTS and change in ("BOM", "CRLF"):
        assert told == "right", (kind, change)
    if kind in IN_UTF16 and change == "UTF-16":
        assert told == "right", kind


@pytest.mark.parametrize("kind", READERS)
def test_huge_ones_cost_little(kind: str, files: dict[str, Path]) -> None:
    with files[kind].open("r+b") as file:
        file.truncate(HUGE)
    assert verdict(READERS[kind], files[kind]) in ("right", "refused"), kind


@pytest.mark.parametrize("kind", READERS)
def test_another_files_contents_are_refused_or_read_as_what_they_are(
    kind: str, files: dict[str, Path]
) -> None:
    for other in READERS:
        if other != kind:
            data = files[kind].read_bytes()
            files[kind].write_bytes(files[other].read_bytes())
            told = verdict(READERS[kind], files[kind])
            files[kind].write_bytes(data)
            assert told in ("right", "refused"), (kind, other, told)
            if kind in PICTURES and other in PICTURES:
                assert told == "right", (kind, other)
