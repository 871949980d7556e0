"""Training data: each layout told apart by looking, licences left out, and what cannot be used."""

import shutil
import tarfile
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from attnpaint.data.layouts import Blob, Item, Layout
from attnpaint.data.sources import draw_weights, find_items
from attnpaint.errors import AttnpaintError
from attnpaint.images import Picture, to_grey, write_picture


def picture(seed: int, height: int = 40, width: int = 32) -> Picture:
    """Coloured boxes on white."""
    random = np.random.default_rng(seed)
    canvas = np.full((height, width, 3), 255, np.uint8)
    for _ in range(4):
        top, left = random.integers(0, height - 8), random.integers(0, width - 8)
        canvas[top : top + 8, left : left + 8] = random.integers(0, 200, 3)
    return canvas


def folder_of(root: Path, *names: str) -> Path:
    for i, name in enumerate(names):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        write_picture(root / name, picture(i))
    return root


def manifest(folder: Path, **licences: str) -> None:
    rows = [f"{name}.png,{licence}" for name, licence in licences.items()]
    (folder / "manifest.csv").write_text("\n".join(["path,licence", *rows]) + "\n")


def refusal(*paths: Path, kind: type[AttnpaintError] = AttnpaintError) -> str:
    with pytest.raises(kind) as caught:
        find_items(paths)
    assert "\n" not in str(caught.value)
    return str(caught.value)


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


@pytest.mark.parametrize("order", [("color", "line"), ("line", "color")])
def test_two_folders_are_paired_whichever_is_named_first(
    order: tuple[str, str], layouts: dict[str, Path]
) -> None:
    found = find_items([layouts["twins"] / name for name in order])
    assert found.layouts == (Layout.twins,)
    assert all("/color/" in item.color.path for item in found.items)
    assert all(item.line and "/line/" in item.line.path for item in found.items)


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


def test_equal_coloured_folders_are_no_pairs(tmp_path: Path) -> None:
    folder_of(tmp_path / "train", "a.png", "b.png")
    folder_of(tmp_path / "val", "a.png", "b.png")
    assert find_items([tmp_path]).layouts == (Layout.pictures,)


def test_folders_with_few_equal_names_are_no_pairs(layouts: dict[str, Path], tmp_path: Path) -> None:
    shutil.copytree(layouts["twins"], tmp_path, dirs_exist_ok=True)
    for line in list((tmp_path / "line").iterdir())[1:]:
        line.rename(line.with_stem(f"{line.stem}-other"))
    assert find_items([tmp_path]).layouts == (Layout.pictures,)


def test_a_wide_picture_with_an_empty_or_unlike_right_half_is_no_pair(tmp_path: Path) -> None:
    unlike = np.repeat(to_grey(picture(5))[..., None], 3, axis=2)
    write_picture(tmp_path / "a.png", np.hstack([picture(0), unlike]))
    assert find_items([tmp_path]).layouts == (Layout.pictures,)
    write_picture(tmp_path / "a.png", np.hstack([picture(0), np.full((40, 32, 3), 255, np.uint8)]))
    assert find_items([tmp_path]).layouts == (Layout.pictures,)


def test_a_picture_without_a_drawing_may_lie_among_pairs(tmp_path: Path) -> None:
    found = find_items([folder_of(tmp_path, "s/x.color.png", "s/x.line.png", "s/y.png", "s/z.line.png")])
    assert found.layouts == (Layout.named,)
    assert [(item.name, item.line is not None) for item in found.items] == [
        ("s/x.color.png", True),
        ("s/y.png", False),
    ]


def test_a_drawing_of_another_size_is_brought_to_its_pictures_size(tmp_path: Path) -> None:
    write_picture(tmp_path / "x.color.png", picture(0, 40, 32))
    write_picture(tmp_path / "x.line.png", picture(0, 80, 64))
    color, line = find_items([tmp_path]).items[0].open()
    assert line is not None
    assert line.shape == color.shape == (40, 32, 3)


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


def test_excluded_licences_are_left_out_by_the_manifest_beside_the_data(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "folder", "a.png", "b.png", "c.png")
    manifest(folder, a="CC0-1.0", b="GPL-3.0", c="GPL-2.0")
    assert [item.name for item in find_items([folder], ["GPL-3.0", "GPL-2.0"]).items] == ["a.png"]
    assert len(find_items([folder]).items) == 3
    with tarfile.open(tmp_path / "0.tar", "w") as tar:
        for path in folder.glob("*.png"):
            tar.add(path, path.name)
    manifest(tmp_path, a="CC0-1.0", b="GPL-3.0", c="CC0-1.0")
    assert [item.name for item in find_items([tmp_path / "0.tar"], ["GPL-3.0"]).items] == ["a.png", "c.png"]


def test_excluded_licences_are_left_out_of_two_folders_too(layouts: dict[str, Path], tmp_path: Path) -> None:
    shutil.copytree(layouts["twins"], tmp_path, dirs_exist_ok=True)
    (tmp_path / "color/manifest.csv").write_text("path,licence\nblond.webp,GPL-3.0\n")
    found = find_items([tmp_path / "color", tmp_path / "line"], ["GPL-3.0"])
    assert found.layouts == (Layout.twins,)
    assert "blond.webp" not in [item.name for item in found.items]
    assert len(found.items) == 3


def test_what_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    assert "does not exist" in refusal(tmp_path / "nowhere")


def test_an_empty_folder_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no picture")
    assert f"no pictures to train on in {tmp_path}" in refusal(tmp_path)


def test_excluding_everything_is_a_failure(tmp_path: Path) -> None:
    manifest(folder_of(tmp_path, "a.png"), a="GPL-3.0")
    with pytest.raises(AttnpaintError, match="no pictures to train on"):
        find_items([tmp_path], ["GPL-3.0"])


@pytest.mark.parametrize("damage", ["cut", "noise", "compressed", "nothing"])
def test_a_tar_that_cannot_be_read_is_named(damage: str, layouts: dict[str, Path], tmp_path: Path) -> None:
    whole, bad = layouts["shards"] / "0.tar", tmp_path / "bad.tar"
    match damage:
        case "cut":
            bad.write_bytes(whole.read_bytes()[:20_000])
        case "noise":
            bad.write_bytes(np.random.default_rng(0).bytes(4096))
        case "compressed":
            with tarfile.open(bad, "w:gz") as tar:
                tar.add(whole, "a.webp")
        case "nothing":
            bad.touch()
    assert f"{bad} is not a tar shard that can be read" in refusal(tmp_path)


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
