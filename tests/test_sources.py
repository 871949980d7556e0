"""Training data: each layout told apart by looking, licences left out, and what cannot be used."""

import json
import pickle
import shutil
import tarfile
import tracemalloc
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from attnpaint.data.layouts import Blob, Item, Layout
from attnpaint.data.lines import EXTRACTORS
from attnpaint.data.looks import halves
from attnpaint.data.sources import draw_weights, find_items
from attnpaint.errors import AttnpaintError, PictureError
from attnpaint.extract import measure
from attnpaint.images import Picture, read_picture, to_grey, write_picture

SAMPLES = Path(__file__).parents[1] / "assets" / "samples"
COLORS = sorted((SAMPLES / "colors").glob("*.webp"))


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


def drawing(seed: int) -> Picture:
    """The outlines of `picture(seed)`."""
    return np.repeat(EXTRACTORS["contour"](picture(seed), 0.5)[..., None], 3, axis=2)


def twin_folders(root: Path, colors: Iterable[int], lines: Iterable[int]) -> None:
    for name in ("color", "line"):
        (root / name).mkdir()
    for i in colors:
        write_picture(root / f"color/{i}.png", picture(i))
    for i in lines:
        write_picture(root / f"line/{i}.png", drawing(i))


def prepared(root: Path, key: str, color: Picture, line: bool) -> None:
    """The files of one picture as `attnpaint prepare` writes them."""
    (root / key).parent.mkdir(parents=True, exist_ok=True)
    write_picture(root / f"{key}.color.png", color)
    if line:
        write_picture(root / f"{key}.line.png", color)
    for name, extractor in EXTRACTORS.items():
        write_picture(root / f"{key}.{name}.png", extractor(color, 0.5))
    (root / f"{key}.histogram.json").write_text(json.dumps(measure(color).to_numbers()))


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


@pytest.mark.parametrize("given", ["one root", "two roots"])
@pytest.mark.parametrize("common", [0, 1])
def test_drawings_in_a_folder_of_their_own_are_never_learned_as_pictures(
    given: str, common: int, tmp_path: Path
) -> None:
    twin_folders(tmp_path, colors=range(8), lines=range(8))
    for line in sorted((tmp_path / "line").iterdir())[common:]:
        line.rename(line.with_stem(f"{line.stem}-line"))
    said = refusal(*([tmp_path] if given == "one root" else [tmp_path / "color", tmp_path / "line"]))
    home = "line" if given == "one root" else str(tmp_path / "line")
    first = ", ".join(f"{home}/{i}-line.png" for i in range(common, common + 3))
    assert f"{8 - common} ({first}, …) of 8 line drawings" in said
    assert "equal names" in said


def test_what_has_no_partner_in_two_folders_is_told(tmp_path: Path) -> None:
    twin_folders(tmp_path, colors=range(1, 6), lines=range(5))
    (tmp_path / "both.png").write_bytes((tmp_path / "color/1.png").read_bytes())
    found = find_items([tmp_path])
    assert [(item.name, item.line is not None) for item in found.items] == [
        *((f"{i}.png", True) for i in range(1, 5)),
        ("5.png", False),
        ("both.png", False),
    ]
    assert found.describe() == (
        f"6 pictures, 4 with their own drawing: {Layout.twins}; "
        "without a drawing of their name: 1 (color/5.png); "
        "left out, line drawings without a colour picture: 1 (line/0.png)"
    )


def test_a_few_drawings_of_many_pictures_are_enough_for_pairs(tmp_path: Path) -> None:
    twin_folders(tmp_path, colors=range(12), lines=range(3))
    found = find_items([tmp_path])
    assert found.layouts == (Layout.twins,)
    assert [item.line is not None for item in found.items].count(True) == 3
    assert (
        "without a drawing of their name: 9 (color/10.png, color/11.png, color/3.png, …)" in found.describe()
    )


def test_a_small_grey_folder_beside_another_is_learned_but_told(tmp_path: Path) -> None:
    twin_folders(tmp_path, colors=range(3), lines=range(10, 12))
    for given in ([tmp_path], [tmp_path / "color", tmp_path / "line"]):
        found = find_items(given)
        assert len(found.items) == 5
        assert "line looks like line drawings, and is learned as colour pictures" in found.describe()


def test_drawings_marked_as_such_are_never_learned_as_pictures(tmp_path: Path) -> None:
    folder_of(tmp_path, *(f"{i}.{kind}.png" for i in range(4) for kind in ("color", "line")), "s/x.line.png")
    found = find_items([tmp_path])
    assert len(found.items) == 4
    assert "left out, line drawings without a colour picture: 1 (s/x.line.png)" in found.describe()
    for path in tmp_path.glob("*.color.png"):
        path.rename(path.with_name(path.name.replace(".color", "")))
    assert "5 (0.line.png, 1.line.png, 2.line.png, …) of 5 line drawings" in refusal(tmp_path)
    for path in tmp_path.glob("?.png"):
        path.unlink()
    assert "of 5 line drawings" in refusal(tmp_path)


def test_a_stray_drawing_among_many_pictures_is_only_told(tmp_path: Path) -> None:
    found = find_items([folder_of(tmp_path, *(f"{i}.png" for i in range(20)), "arrow.line.png")])
    assert len(found.items) == 20
    assert found.layouts == (Layout.pictures,)
    assert "left out, line drawings without a colour picture: 1 (arrow.line.png)" in found.describe()


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


@pytest.mark.parametrize("pairs", [2, 4, 7])
def test_side_by_side_pairs_among_other_pictures_are_refused(
    pairs: int, layouts: dict[str, Path], tmp_path: Path
) -> None:
    both = sorted(layouts["sides"].iterdir())
    for i in range(8):
        shutil.copy(both[i % 4] if i < pairs else COLORS[i], tmp_path / f"{i}.png")
    said = refusal(tmp_path)
    assert f"only {pairs} of 8 pictures looked at in {tmp_path} are side-by-side pairs" in said


def test_pairs_with_the_drawing_left_are_refused(layouts: dict[str, Path], tmp_path: Path) -> None:
    for path in layouts["sides"].iterdir():
        write_picture(tmp_path / path.name, np.hstack(halves(read_picture(path))[::-1]))
    assert "4 of 4 pictures" in refusal(tmp_path)
    assert "put the colour picture left" in refusal(tmp_path)


def test_drawings_a_little_darker_than_their_pictures_are_pairs_too(tmp_path: Path) -> None:
    color = picture(0) // 8 + np.uint8(223)
    line = np.where(to_grey(picture(0)) < 255, 200, 255).astype(np.uint8)[..., None].repeat(3, axis=2)
    assert line.mean() < color.mean()
    write_picture(tmp_path / "a.png", np.hstack([color, line]))
    assert find_items([tmp_path]).layouts == (Layout.sides,)


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


def test_every_manifest_down_to_the_picture_counts(layouts: dict[str, Path], tmp_path: Path) -> None:
    folder_of(tmp_path / "old/prepared", "s/a.png", "s/b.png")
    shutil.copytree(layouts["shards"], tmp_path / "new/shards")
    names = sorted(item.name for item in find_items([layouts["shards"]]).items)
    rows = [f"./{names[0]},GPL-3.0", f"{names[1]},CC0-1.0", "short"]
    (tmp_path / "old/prepared/manifest.csv").write_text(
        "path,licence\ns/a.png,GPL-3.0\n", encoding="utf-8-sig"
    )
    (tmp_path / "new/manifest.csv").write_text("\n".join(["path,licence", *rows]))
    found = find_items([tmp_path], ["GPL-3.0"])
    assert [item.name for item in found.items] == ["old/prepared/s/b.png", *names[1:]]
    assert "left out for their licence: 2" in found.describe()
    assert len(find_items([tmp_path]).items) == 18


def test_a_licence_of_twins_counts_by_their_paths_in_the_root(
    layouts: dict[str, Path], tmp_path: Path
) -> None:
    shutil.copytree(layouts["twins"], tmp_path, dirs_exist_ok=True)
    rows = ("color/blond.webp,GPL-3.0", "line/glasses.webp,GPL-3.0")
    (tmp_path / "manifest.csv").write_text("\n".join(["path,licence", *rows]))
    found = find_items([tmp_path], ["GPL-3.0"])
    assert [item.name for item in found.items] == ["flower-crown.webp", "red-hair.webp"]


def test_another_kind_of_manifest_is_passed_over(tmp_path: Path) -> None:
    folder_of(tmp_path, "a.png")
    (tmp_path / "manifest.csv").write_text("file;rights\na.png;GPL-3.0\n")
    assert len(find_items([tmp_path], ["GPL-3.0"]).items) == 1


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


def test_excluding_everything_is_a_failure(tmp_path: Path) -> None:
    manifest(folder_of(tmp_path, "a.png", "b.png"), a="GPL-3.0", b="GPL-3.0")
    with pytest.raises(AttnpaintError, match="all 2 are left out for their licence; change data"):
        find_items([tmp_path], ["GPL-3.0"])


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
