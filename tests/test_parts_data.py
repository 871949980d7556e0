"""Part maps beside pictures and siblings by manifest and by name: what the data sources make of them."""

import tarfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sourcing import drawing, folder_of, twin_folders

from attnpaint.data.characters import character_of, siblings
from attnpaint.data.layouts import Item, Layout
from attnpaint.data.sources import Found, find_items
from attnpaint.errors import AttnpaintError, PictureError
from attnpaint.images import Array, Picture, write_picture
from attnpaint.parts import ACCESSORIES, CLOTHES, HAIR, SKIN, UNKNOWN, is_clothes, read_parts

HEIGHT, WIDTH = 40, 32


def indices(seed: int = 0) -> Picture:
    return np.random.default_rng(seed).choice([0, 1, 2, 3, 4, 5, 20, 250], (HEIGHT, WIDTH)).astype(np.uint8)


def write_map(path: Path, values: Picture) -> None:
    image = Image.fromarray(values, "P")
    image.putpalette([i % 256 for i in range(768)])
    image.save(path)


def shard(folder: Path, path: Path) -> Path:
    with tarfile.open(path, "w") as tar:
        for file in sorted(folder.rglob("*.*")):
            tar.add(file, file.relative_to(folder).as_posix())
    return path


def by_name(found: Found) -> dict[str, Item]:
    return {item.name: item for item in found.items}


def opened(item: Item) -> Picture:
    parts = item.open_parts(HEIGHT, WIDTH)
    assert parts is not None
    return parts


@pytest.mark.parametrize("name", ["x/a.color.png", "x/a.png", "a.webp"])
@pytest.mark.parametrize("kind", ["folder", "shard"])
def test_a_part_map_belongs_to_the_picture_of_its_stem(name: str, kind: str, tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "data", name, "x/other.png")
    key = name.rpartition(".")[0].removesuffix(".color")
    write_map(folder / f"{key}.parts.png", indices())
    found = find_items([shard(folder, tmp_path / "s.tar") if kind == "shard" else folder])
    items = by_name(found)
    assert set(items) == {name, "x/other.png"}
    np.testing.assert_array_equal(opened(items[name]), indices())
    assert items["x/other.png"].open_parts(HEIGHT, WIDTH) is None
    assert found.notes == ()


def test_part_maps_lie_beside_pairs_with_drawings(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "a.color.png", "b.color.png")
    write_picture(folder / "a.line.png", drawing(0))
    write_map(folder / "a.parts.png", indices())
    items = by_name(find_items([folder]))
    assert items["a.color.png"].line is not None
    assert items["a.color.png"].parts is not None
    assert items["b.color.png"].parts is None


@pytest.mark.parametrize("given", ["one folder", "two folders"])
def test_part_maps_lie_beside_the_colours_of_twin_folders(given: str, tmp_path: Path) -> None:
    twin_folders(tmp_path, range(10), range(10))
    write_map(tmp_path / "color/3.parts.png", indices())
    found = find_items([tmp_path] if given == "one folder" else [tmp_path / "color", tmp_path / "line"])
    assert found.layouts == (Layout.twins,)
    assert len(found.items) == 10
    with_parts = [item for item in found.items if item.parts]
    assert [Path(item.name).name for item in with_parts] == ["3.png"]
    assert with_parts[0].line is not None
    np.testing.assert_array_equal(opened(with_parts[0]), indices())


@pytest.mark.parametrize("more", ["c.png", "c.color.png"])
def test_a_part_map_without_its_picture_is_left_out_and_told(more: str, tmp_path: Path) -> None:
    folder = folder_of(tmp_path, more)
    write_map(folder / "lost.parts.png", indices())
    found = find_items([folder])
    assert [item.name for item in found.items] == [more]
    assert found.notes == ("left out, part maps without a picture of their name: 1 (lost.parts.png)",)


def test_nothing_but_part_maps_is_nothing_to_train_on(tmp_path: Path) -> None:
    write_map(tmp_path / "a.parts.png", indices())
    with pytest.raises(AttnpaintError, match="no pictures to train on"):
        find_items([tmp_path])


def test_unknown_indices_are_unknown_and_the_others_stay() -> None:
    values = np.array([[0, 1, 2, 5], [249, 250, 251, 255]], np.uint8)
    read = read_parts(_png(values), 2, 4)
    np.testing.assert_array_equal(read, [[0, 1, 2, 5], [249, 250, UNKNOWN, UNKNOWN]])
    assert (SKIN, HAIR, CLOTHES, ACCESSORIES) == (1, 2, 5, 250)
    np.testing.assert_array_equal(
        is_clothes(read), [[False, False, False, True], [True, False, False, False]]
    )


def test_a_map_of_its_pictures_shape_is_brought_to_its_size_without_new_indices() -> None:
    values = np.repeat(np.array([[1, 250]], np.uint8), 8, axis=1).repeat(8, axis=0)
    for height, width in ((4, 8), (16, 32), (9, 18)):
        read = read_parts(_png(values), height, width)
        assert read.shape == (height, width)
        assert set(np.unique(read)) == {1, 250}
        assert (read[:, : width // 2] == 1).all()


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda: _png(indices())[:60], "damaged or no PNG"),
        (lambda: b"no picture", "damaged or no PNG"),
        (lambda: _png(indices()[:20]), "differs in shape"),
        (lambda: _png(np.zeros((HEIGHT, WIDTH, 3), np.uint8)), "no 8-bit indices"),
        (lambda: _png(np.zeros((HEIGHT, WIDTH), np.uint16)), "no 8-bit indices"),
    ],
)
def test_a_map_that_cannot_be_used_is_one_clear_line(
    damage: Callable[[], bytes], message: str, tmp_path: Path
) -> None:
    folder = folder_of(tmp_path, "a.png")
    (folder / "a.parts.png").write_bytes(damage())
    (item,) = find_items([folder]).items
    assert item.open()[0].shape == (HEIGHT, WIDTH, 3)
    with pytest.raises(PictureError, match=message) as caught:
        item.open_parts(HEIGHT, WIDTH)
    assert "a.png" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_grey_map_is_read_as_indices(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "a.png")
    Image.fromarray(indices(1)).save(folder / "a.parts.png")
    np.testing.assert_array_equal(opened(find_items([folder]).items[0]), indices(1))


@pytest.mark.parametrize(
    ("name", "character"),
    [
        ("figures/00012-1.color.webp", "figures/00012"),
        ("more/figures/00012-10.webp", "more/figures/00012"),
        ("00099-0.color.png", "00099"),
        ("duelyst/assets_emotes_f1_alt_angry_2x.webp", "duelyst/emotes-f1-alt"),
        ("duelyst/assets_emotes_f1_bow_2x.webp", "duelyst/emotes-f1"),
        ("duelyst/assets_emotes_f4_teal_wink_2x.webp", ""),
        ("duelyst/assets_generals_general_portrait_image_hex_f2-alt.webp", "duelyst/generals-f2-alt"),
        ("duelyst/assets_generals_general_f2alt.webp", "duelyst/generals-f2-alt"),
        ("duelyst/assets_crests_crest_f1.webp", ""),
        ("renpy/tutorial_game_images_lucy_mad.webp", "renpy/lucy"),
        ("renpy/the_question_game_images_sylvie_green_smile.webp", "renpy/sylvie_green"),
        ("comicgen/deenuova_side_happy_pointingup.color.webp", "comicgen/deenuova"),
        ("kit-lorelei/lorelei-0115.color.webp", ""),
        ("openmoji/1F9B6_foot.color.webp", ""),
        ("photos/2024-1.png", ""),
        ("lucy_mad.webp", ""),
    ],
)
def test_names_tell_the_character(name: str, character: str) -> None:
    assert character_of(name) == character


@pytest.mark.parametrize("kind", ["folder", "shard"])
def test_a_manifest_tells_the_character(kind: str, tmp_path: Path) -> None:
    names = ["x/one.png", "x/two.color.png", "x/three.png", "x/four.png", "figures/00001-0.png"]
    folder = folder_of(tmp_path / "data", *names)
    rows = ["x/one.png,x/amy", "x/two.color.png,x/amy", "x/three.png,x/two", "x/four.png,", f"{names[4]},bo"]
    if kind == "shard":
        place = tmp_path / "shards"
        place.mkdir()
        shard(folder, place / "s.tar")
    else:
        place = folder
    (place / "manifest.csv").write_text("\n".join(["path,same_as", *rows]) + "\n")
    found = by_name(find_items([place]))
    assert [found[name].character for name in names[:3]] == ["x/amy"] * 3
    assert found["x/four.png"].character == ""
    assert found[names[4]].character == "bo"
    assert set(siblings(found.values())) == {"x/amy"}


def test_pictures_that_name_each_other_are_one_character(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "a.png", "b.png", "c.png", "d.png")
    (folder / "manifest.csv").write_text("path,same_as\na.png,b.png\nb.png,a.png\nc.png,b.png\nd.png,gone\n")
    found = by_name(find_items([folder]))
    assert found["a.png"].character == found["b.png"].character == found["c.png"].character != ""
    assert found["d.png"].character not in ("", found["a.png"].character)


def test_equal_names_in_two_folders_are_two_characters_but_shards_beside_each_other_are_one_place(
    tmp_path: Path,
) -> None:
    one, two = (folder_of(tmp_path / name, "figures/00001-0.png", "figures/00001-1.png") for name in "ab")
    groups = siblings(find_items([one, two]).items)
    assert sorted(len(group) for group in groups.values()) == [2, 2]
    split = folder_of(tmp_path / "c", "figures/00001-2.png")
    shards = [shard(one, tmp_path / "0.tar"), shard(split, tmp_path / "1.tar")]
    assert {who: len(group) for who, group in siblings(find_items(shards).items).items()} == {
        "figures/00001": 3
    }


def test_a_manifest_without_that_column_says_nothing(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "a.png", "b.png")
    (folder / "manifest.csv").write_text("path,licence\na.png,CC0\n")
    assert [item.character for item in find_items([folder]).items] == ["", ""]


def _png(values: Array) -> bytes:
    file = BytesIO()
    Image.fromarray(values).save(file, "PNG")
    return file.getvalue()
