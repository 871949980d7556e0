"""Training data: each layout told apart by looking, licences left out, and what cannot be used."""

import pickle
import shutil
import tarfile
import tracemalloc
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from sourcing import SAMPLES, folder_of, picture, prepared, refusal

from attnpaint.data.layouts import Blob, Item, Layout
from attnpaint.data.lines import EXTRACTORS
from attnpaint.data.sources import draw_weights, find_items
from attnpaint.errors import AttnpaintError, PictureError
from attnpaint.extract import measure


@pytest.mark.parametrize(
    ("name", "layout", "pictures", "drawn"),
    [
        ("pictures", Layout.pictures, 16, 0),
        ("shards", Layout.pictures, 16, 0),
        ("sides", Layout.sides, 4, 4),
        ("twins", Layout.twins, 4, 4),
        ("named", Layout.named, 4, 4),
    ],
)
def test_each_layout_is_told_apart(
    name: str, layout: Layout, pictures: int, drawn: int, layouts: dict[str, Path]
) -> None:
    found = find_items([layouts[name]])
    assert found.layouts == (layout,)
    assert found.describe() == f"{pictures} pictures, {drawn} with their own drawing: {layout}"
    for color, line in (item.open() for item in found.items):
        assert np.ptp(color, axis=2).mean() > 4
        if drawn:
            assert line is not None
            assert line.shape == color.shape
            assert np.ptp(line, axis=2).mean() < 4 < 128 < line.mean()


def test_shards_and_pictures_can_be_given_one_by_one_and_together(layouts: dict[str, Path]) -> None:
    shard, single = layouts["shards"] / "0.tar", next(layouts["pictures"].glob("*.webp"))
    assert len(find_items([shard]).items) == 8
    assert len(find_items([single]).items) == 1
    mixed = find_items([shard, single, layouts["sides"], layouts["named"]])
    assert len(mixed.items) == 17
    assert mixed.layouts == (Layout.pictures, Layout.sides, Layout.named)
    assert [item.name for item in mixed.items] == sorted(item.name for item in mixed.items)


def test_a_shard_is_read_where_it_lies_and_equals_the_files(layouts: dict[str, Path]) -> None:
    loose = {Path(item.name).name: item for item in find_items([layouts["pictures"]]).items}
    for item in find_items([layouts["shards"]]).items:
        assert item.source == "samples"
        assert item.color.read() == loose[Path(item.name).name].color.read()


@pytest.mark.parametrize("kind", ["shard", "folder"])
def test_a_prepared_picture_has_its_drawings_and_histogram(kind: str, tmp_path: Path) -> None:
    root, colors = tmp_path / "prepared", picture(0)
    prepared(root, "src/a", colors, line=True)
    prepared(root, "src/b.c", picture(1), line=False)
    folder_of(root, "src/alone.png", "src/pencil.png")
    (root / "manifest.csv").write_text("path,licence\nsrc/b.c.color.png,GPL-3.0\n")
    if kind == "shard":
        with tarfile.open(tmp_path / "0.tar", "w") as tar:
            tar.add(root / "src", "src")
        shutil.rmtree(root / "src")
        (tmp_path / "0.tar").rename(root / "0.tar")
    found = find_items([root])
    assert found.layouts == (Layout.named,)
    assert found.notes == ()
    one, alone, two, _ = found.items
    assert [item.name for item in found.items] == [
        "src/a.color.png",
        "src/alone.png",
        "src/b.c.color.png",
        "src/pencil.png",
    ]
    assert [len(item.drawings) for item in found.items] == [4, 0, 4, 0]
    assert [item.line is not None for item in found.items] == [True, False, False, False]
    for i, extractor in enumerate(EXTRACTORS.values()):
        expected = np.repeat(extractor(colors, 0.5)[..., None], 3, axis=2)
        assert (one.open_drawing(i) == expected).all()
    histogram, known = one.read_histogram(), measure(colors)
    assert histogram is not None
    assert (histogram.colors == known.colors).all()
    assert alone.read_histogram() is None
    assert pickle.loads(pickle.dumps(two)) == two
    left = find_items([root], ["GPL-3.0"])
    assert [item.name for item in left.items] == ["src/a.color.png", "src/alone.png", "src/pencil.png"]
    assert "left out for their licence: 1" in left.describe()


def test_a_prepared_picture_without_some_drawings_has_the_others_in_their_order(tmp_path: Path) -> None:
    prepared(tmp_path, "a", picture(0), line=False)
    (tmp_path / "a.xdog.png").unlink()
    (tmp_path / "a.histogram.json").unlink()
    (item,) = find_items([tmp_path]).items
    assert [Path(blob.path).name for blob in item.drawings] == [
        f"a.{name}.png" for name in list(EXTRACTORS)[1:]
    ]
    assert item.read_histogram() is None


@pytest.mark.parametrize("damage", [b"", b"{", b"[1]", b'{"1": 3}', b"\xff\xfe", b"[" * 100_000, None])
def test_damaged_drawings_and_histograms_are_picture_errors(damage: bytes | None, tmp_path: Path) -> None:
    prepared(tmp_path, "a", picture(0), line=False)
    (item,) = find_items([tmp_path]).items
    for name in ("a.xdog.png", "a.histogram.json"):
        (tmp_path / name).unlink() if damage is None else (tmp_path / name).write_bytes(damage)
    with pytest.raises(PictureError, match=r"a\.color\.png cannot be read"):
        item.open_drawing(0)
    with pytest.raises(PictureError, match=r"the histogram of a\.color\.png cannot be read"):
        item.read_histogram()


def test_hidden_files_are_left_out(tmp_path: Path) -> None:
    folder_of(tmp_path, "a.png", "._a.png", ".trash/b.png")
    with tarfile.open(tmp_path / "0.tar", "w") as tar:
        tar.add(tmp_path / "a.png", "./s/a.png")
        tar.add(tmp_path / "a.png", "./s/._a.png")
    assert [item.name for item in find_items([tmp_path]).items] == ["a.png", "s/a.png"]


def test_a_damaged_picture_does_not_hide_the_layout(layouts: dict[str, Path], tmp_path: Path) -> None:
    for name in ("sides", "twins"):
        shutil.copytree(layouts[name], tmp_path / name)
        for path in sorted((tmp_path / name).rglob("blond.*")):
            path.write_bytes(path.read_bytes()[:50])
        assert find_items([tmp_path / name]).layouts == (Layout[name],)


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    assert f"{tmp_path / 'nowhere'} does not exist" in refusal(tmp_path / "nowhere")
    assert f"{tmp_path / 'nowhere'} does not exist" in refusal(SAMPLES, tmp_path / "nowhere")


@pytest.mark.parametrize("kind", ["nothing", "text", "hidden", "empty tar", "tar of text", "histograms"])
def test_a_place_without_pictures_is_a_failure(kind: str, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no picture")
    match kind:
        case "nothing":
            (tmp_path / "notes.txt").unlink()
        case "hidden":
            folder_of(tmp_path, ".a.png", ".trash/b.png")
        case "empty tar":
            tarfile.open(tmp_path / "0.tar", "w").close()
        case "tar of text":
            with tarfile.open(tmp_path / "0.tar", "w") as tar:
                tar.add(tmp_path / "notes.txt", "notes.txt")
        case "histograms":
            (tmp_path / "a.histogram.json").write_text("{}")
    assert f"no pictures to train on in {tmp_path}; give .png" in refusal(tmp_path)
    if "tar" in kind:
        assert f"no pictures to train on in {tmp_path / '0.tar'}" in refusal(tmp_path / "0.tar")


@pytest.mark.parametrize("name", ["notes.txt", "shard.tar.gz", "shard.tgz", "png", "a.histogram.json"])
def test_a_file_that_is_neither_picture_nor_shard_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("no picture")
    assert f"{tmp_path / name} is no picture and no .tar shard" in refusal(tmp_path / name)


def test_of_equal_members_of_a_shard_the_last_one_counts(tmp_path: Path) -> None:
    folder_of(tmp_path, "a.png", "b.png")
    with tarfile.open(tmp_path / "0.tar", "w") as tar:
        for path in ("a.png", "b.png"):
            tar.add(tmp_path / path, "same.png")
    (item,) = find_items([tmp_path / "0.tar"]).items
    assert item.color.read() == (tmp_path / "b.png").read_bytes()


@pytest.mark.parametrize("damage", ["cut", "cut in a header", "header", "noise", "compressed", "nothing"])
def test_a_tar_that_cannot_be_read_is_named(damage: str, layouts: dict[str, Path], tmp_path: Path) -> None:
    whole, bad = (layouts["shards"] / "0.tar").read_bytes(), tmp_path / "bad.tar"
    with tarfile.open(layouts["shards"] / "0.tar") as tar:
        second = tar.getmembers()[1].offset
    match damage:
        case "cut":
            bad.write_bytes(whole[:20_000])
        case "cut in a header":
            bad.write_bytes(whole[: second + 100])
        case "header":
            bad.write_bytes(whole[:second] + b"?" + whole[second + 1 :])
        case "noise":
            bad.write_bytes(np.random.default_rng(0).bytes(4096))
        case "compressed":
            with tarfile.open(bad, "w:gz") as tar:
                tar.add(layouts["shards"] / "0.tar", "a.webp")
        case "nothing":
            bad.touch()
    for given in (tmp_path, bad):
        assert f"{bad} is not a tar shard that can be read" in refusal(given)


def test_a_picture_of_a_long_list_takes_little_memory(tmp_path: Path) -> None:
    """500,000 of them in shards: under 150 MB."""
    count = 2000
    with tarfile.open(tmp_path / "0.tar", "w") as tar:
        for i in range(count):
            tar.addfile(tarfile.TarInfo(f"source-{i // 100}/picture-{i:07}.webp"))
    find_items([tmp_path])
    tracemalloc.start()
    found = find_items([tmp_path])
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert len(found.items) == count
    assert held / count < 300


def test_sources_are_drawn_by_picture_or_by_source_or_in_between() -> None:
    items = [
        Item(f"{source}/{i}.png", Blob("")) for source, n in (("few", 4), ("many", 16)) for i in range(n)
    ]

    def shares(balance: float, **boost: float) -> dict[str, float]:
        weights = draw_weights(items, balance, boost)
        assert weights.sum() == pytest.approx(1)
        by_source: dict[str, float] = defaultdict(float)
        for item, weight in zip(items, weights, strict=True):
            by_source[item.source] += float(weight)
        return by_source

    assert shares(1.0) == pytest.approx({"few": 0.2, "many": 0.8})
    assert shares(0.0) == pytest.approx({"few": 0.5, "many": 0.5})
    assert shares(0.5) == pytest.approx({"few": 1 / 3, "many": 2 / 3})
    assert shares(0.0, few=3.0) == pytest.approx({"few": 0.75, "many": 0.25})


def test_one_empty_place_of_several_is_told(layouts: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(AttnpaintError, match=rf"no pictures to train on in {tmp_path}; leave it out"):
        find_items([layouts["pictures"], tmp_path])
