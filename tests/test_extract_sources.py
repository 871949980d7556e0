"""Where references are found: folders, links, shards, lists, and what they are called."""

import tarfile
from pathlib import Path

import pytest
from PIL import Image

from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.extract.batch.folder import Request, extract
from attnpaint.extract.batch.sources import Failure, find_sources, listed
from attnpaint.extract.batch.store import Table
from attnpaint.images import SUFFIXES

RED, GREEN, BLUE = [200, 30, 40], [20, 160, 60], [30, 60, 190]


def draw(path: Path, color: list[int] = RED, width: int = 8) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (width, 8), tuple(color)).save(path)
    return path


def pack(path: Path, members: list[tuple[str, list[int]]], mode: str = "w") -> Path:
    """A tar of pictures, each of one colour and of another size in bytes."""
    single = path.with_name("single.png")
    with tarfile.open(path, mode) as tar:  # type: ignore[call-overload]
        for width, (name, color) in enumerate(members, 8):
            tar.add(draw(single, color, width * 9), name)
    single.unlink()
    return path


def names(*places: Path, skipped: Path | None = None) -> list[str]:
    found = list(find_sources(places, skipped))
    assert not any(isinstance(source, Failure) for source in found)
    return [source.name for source in found if not isinstance(source, Failure)]


def run(folder: Path, **options: bytes) -> tuple[dict[str, list[int]], dict[str, str]]:
    """The first colour of each row, and the problem of each failure, by their paths."""
    out = folder.parent / "out"
    outcome = extract(Request((folder,) if folder.exists() else (), out, workers=1, **options))
    table = Table(out / "histograms.parquet")
    colors = {row.path: row.histogram.colors[0, 0].tolist() for row in table}
    assert len(colors) == len(table)
    return colors, {failure.path: failure.problem for failure in outcome.failures}


def test_a_folder_is_searched_through_sorted_and_named_relatively(tmp_path: Path) -> None:
    for name in ("b.PNG", "a/z.webp", "a/a/x.jpg", "c.tiff", "B.bmp"):
        draw(tmp_path / name)
    for name in ("notes.txt", "a.svg", "png", "shard.tar.gz"):
        (tmp_path / name).write_text("not looked at")
    assert names(tmp_path) == ["B.bmp", "a/a/x.jpg", "a/z.webp", "b.PNG", "c.tiff"]
    assert names(tmp_path / "a" / "..") == names(tmp_path)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_suffix_that_can_be_written_is_found(tmp_path: Path, suffix: str) -> None:
    draw(tmp_path / f"a{suffix}")
    assert names(tmp_path) == [f"a{suffix}"]


def test_hidden_files_and_folders_are_left_out(tmp_path: Path) -> None:
    for name in ("a.png", ".b.png", ".cache/c.png", "d/.e/f.png"):
        draw(tmp_path / name)
    pack(tmp_path / "s.tar", [("a.png", RED), (".b.png", RED), ("c/._d.png", RED), ("./e.png", RED)])
    assert names(tmp_path) == ["a.png", "s.tar/a.png", "s.tar/e.png"]


def test_a_hidden_place_is_searched_when_it_is_asked_for(tmp_path: Path) -> None:
    draw(tmp_path / ".cache" / "a.png")
    assert names(tmp_path / ".cache") == ["a.png"]


def test_what_lies_in_the_output_is_left_out(tmp_path: Path, monkeypatch) -> None:
    for name in ("a.png", "out/images/a.png.1.png", "outside.png", "other/out/b.png"):
        draw(tmp_path / name)
    expected = ["a.png", "other/out/b.png", "outside.png"]
    assert names(tmp_path, skipped=tmp_path / "out") == expected
    monkeypatch.chdir(tmp_path)
    assert names(Path(), skipped=Path("other/../out")) == expected
    with pytest.raises(UsageError, match="folder of the references"):
        extract(Request((Path(),), tmp_path))


def test_of_several_places_names_begin_with_the_place(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    draw(Path("one/a.png"))
    draw(Path("two/a.png"))
    pack(Path("s.tar"), [("a.png", RED)])
    places = [Path("two/"), Path("one"), Path("one/a.png"), Path("s.tar")]
    assert names(*places) == ["two/a.png", "one/a.png", "one/a.png", "s.tar/a.png"]
    assert names(Path("one/a.png")) == ["a.png"]
    assert names(Path("s.tar")) == ["s.tar/a.png"]


def test_a_missing_place_is_an_error_and_an_empty_one_too(tmp_path: Path) -> None:
    with pytest.raises(AttnpaintError, match=r"gone does not exist; give folders, pictures or \.tar shards"):
        names(tmp_path / "gone")
    with pytest.raises(AttnpaintError, match="holds no pictures"):
        extract(Request((tmp_path,), tmp_path / "out"))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (b"", []),
        (b"a.png\nb/c d.png", ["a.png", "b/c d.png"]),
        (b"\r\na.png\r\n\r\nb.png\r\n", ["a.png", "b.png"]),
        (b"a\nb.png\0 c.png\r\0", ["a\nb.png", " c.png\r"]),
        ("🌻.png\n".encode(), ["🌻.png"]),
        (b"./a.png\nb//c.png\n/d/e.png\n../f.png", ["a.png", "b/c.png", "/d/e.png", "../f.png"]),
        (b"\xff.png", ["\\udcff.png"]),
    ],
    ids=["empty", "lines", "CRLF and gaps", "NUL", "UTF-8", "paths", "no UTF-8"],
)
def test_a_list_names_pictures_by_line_or_between_nuls(names: bytes, expected: list[str]) -> None:
    assert [source.name for source in listed(names)] == expected


def test_listed_pictures_are_measured_and_the_missing_ones_listed(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    draw(Path("refs/b.png"), BLUE)
    draw(Path("two\nlines.png"), RED)
    Path("refs/folder.png").mkdir()
    told = b"refs/b.png\0two\nlines.png\0gone.png\0refs/folder.png"
    colors, failures = run(tmp_path / "nothing", names=told)
    assert list(colors.items()) == [("refs/b.png", BLUE), ("two\nlines.png", RED)]
    assert failures == {
        "gone.png": "cannot be read (no such file or directory)",
        "refs/folder.png": "cannot be read (not a file)",
    }


def test_broken_and_circular_links_are_listed_and_folders_behind_links_left_out(tmp_path: Path) -> None:
    refs = tmp_path / "refs"
    draw(refs / "a.png", GREEN)
    for name, target in {"broken.png": "gone.png", "loop.png": "loop.png", "fine.png": "a.png"}.items():
        (refs / name).symlink_to(target)
    for name in ("folder", "folder.png"):
        (refs / name).symlink_to(refs)
    colors, failures = run(refs)
    assert colors == {"a.png": GREEN, "fine.png": GREEN}
    assert failures == {
        "broken.png": "cannot be read (no such file or directory)",
        "folder.png": "cannot be read (not a file)",
        "loop.png": "cannot be read (too many levels of symbolic links)",
    }


def test_shards_count_wherever_they_lie(tmp_path: Path) -> None:
    draw(tmp_path / "refs" / "deep" / "z.png", RED)
    pack(tmp_path / "refs" / "deep" / "s.TAR", [("b/a.png", GREEN), ("a.png", BLUE), ("../up.png", RED)])
    pack(
        tmp_path / "refs" / "t.tar", [("notes.txt", RED), ("two\nlines.png", RED), ("x" * 120 + ".png", RED)]
    )
    colors, failures = run(tmp_path / "refs")
    assert list(colors.items()) == [
        ("deep/s.TAR/b/a.png", GREEN),
        ("deep/s.TAR/a.png", BLUE),
        ("deep/z.png", RED),
        ("t.tar/two\nlines.png", RED),
        (f"t.tar/{'x' * 120}.png", RED),
    ]
    assert failures == {}


def test_a_cut_shard_gives_its_whole_members(tmp_path: Path) -> None:
    shard = tmp_path / "refs" / "s.tar"
    draw(shard.with_name("z.png"))
    pack(shard, [("a.png", RED), ("b/a.png", GREEN), ("c.png", BLUE)])
    with tarfile.open(shard) as tar:
        end = tar.getmember("c.png").offset_data + 60
    with shard.open("r+b") as file:
        file.truncate(end)
    colors, failures = run(shard.parent)
    assert colors == {"s.tar/a.png": RED, "s.tar/b/a.png": GREEN, "z.png": RED}
    assert list(failures) == ["s.tar/c.png", "s.tar"] or list(failures) == ["s.tar", "s.tar/c.png"]
    assert failures["s.tar/c.png"].startswith("is damaged or cut short")
    assert failures["s.tar"] == "is not a tar shard that can be read (unexpected end of data)"


@pytest.mark.parametrize("kind", ["w:gz", "w:xz", "empty", "text"])
def test_a_shard_that_is_compressed_or_no_tar_is_listed(tmp_path: Path, kind: str) -> None:
    shard = tmp_path / "refs" / "s.tar"
    draw(shard.with_name("z.png"))
    if kind.startswith("w"):
        pack(shard, [("a.png", RED)], kind)
    else:
        shard.write_text("" if kind == "empty" else "hello")
    colors, failures = run(shard.parent)
    assert colors == {"z.png": RED}
    assert list(failures) == ["s.tar"]
    assert failures["s.tar"].startswith("is not a tar shard that can be read (")


def test_of_equal_members_the_last_one_counts_as_tar_has_it(tmp_path: Path) -> None:
    shard = tmp_path / "refs" / "s.tar"
    draw(shard.with_name("z.png"))
    pack(shard, [("a.png", RED), ("b.png", GREEN), ("a.png", BLUE)])
    for _ in range(3):
        colors, failures = run(shard.parent)
        assert colors == {"s.tar/b.png": GREEN, "s.tar/a.png": BLUE, "z.png": RED}
        assert failures == {}
