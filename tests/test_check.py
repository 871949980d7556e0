"""The quick look before training: what cannot be opened is listed, pairs that do not match are refused."""

import os
import shutil
import stat
import tarfile
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageFile
from sourcing import outlines
from sourcing import picture as boxes

from attnpaint.data.check import check
from attnpaint.data.layouts import Blob, Item
from attnpaint.data.lines import EXTRACTORS
from attnpaint.data.sources import find_items
from attnpaint.errors import AttnpaintError
from attnpaint.images import SUFFIXES, Picture, write_picture


def picture(seed: int, height: int = 60, width: int = 48) -> Picture:
    return boxes(seed, height, width, 12)


def drawing(seed: int, height: int = 60, width: int = 48) -> Picture:
    return outlines(picture(seed, height, width))


def pair(seed: int, height: int = 60, width: int = 48) -> Picture:
    return np.hstack([picture(seed, height, width), drawing(seed, height, width)])


def saved(path: Path, canvas: Picture) -> Blob:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_picture(path, canvas)
    return Blob(str(path))


def sides(folder: Path, *canvases: Picture) -> list[Item]:
    return [
        Item(f"{i:02}.png", saved(folder / f"{i:02}.png", canvas), side_by_side=True)
        for i, canvas in enumerate(canvases)
    ]


def refusal(items: list[Item] | tuple[Item, ...]) -> str:
    with pytest.raises(AttnpaintError) as caught:
        check(items)
    assert "\n" not in str(caught.value)
    assert caught.value.remedy
    return str(caught.value)


@pytest.mark.parametrize("layout", ["pictures", "shards", "sides", "twins", "named"])
def test_good_data_pass_whole_and_in_their_order(layout: str, layouts: dict[str, Path]) -> None:
    items = find_items([layouts[layout]]).items
    told: list[tuple[int, int]] = []
    checked = check(items, lambda done, total: told.append((done, total)))
    assert checked.items == items
    assert checked.unreadable == ()
    assert told == [(len(items), len(items))]


def test_only_headers_are_read(layouts: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    items = [item for name in ("shards", "twins", "named") for item in find_items([layouts[name]]).items]

    def load(self: Image.Image) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(ImageFile.ImageFile, "load", load)
    assert len(check(items).items) == len(items)


def test_each_picture_that_cannot_be_opened_gets_a_line(tmp_path: Path) -> None:
    good = saved(tmp_path / "good.png", picture(0))
    items = [Item("good.png", good)]
    for suffix in SUFFIXES:
        path = tmp_path / f"cut{suffix}"
        saved(path, picture(1))
        path.write_bytes(path.read_bytes()[:6])
        items.append(Item(path.name, Blob(str(path))))
    (tmp_path / "text.png").write_text("no picture\nat all")
    (tmp_path / "empty.png").touch()
    (tmp_path / "folder.png").mkdir()
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "loop.png").symlink_to("loop.png")
    for name in ("text.png", "empty.png", "folder.png", "pipe.png", "loop.png", "gone.png"):
        items.append(Item(name, Blob(str(tmp_path / name))))
    checked = check(items)
    assert [item.name for item in checked.items] == ["good.png"]
    assert [line.split(" cannot be read (")[0] for line in checked.unreadable] == [i.name for i in items[1:]]
    assert all("\n" not in line and line.endswith(")") for line in checked.unreadable)
    reasons = {line.split(" ")[0]: line.split("(")[1] for line in checked.unreadable}
    assert reasons["text.png"] == reasons["empty.png"] == "no picture, or cut short)"
    assert reasons["folder.png"] == reasons["pipe.png"] == "not a file)"
    assert reasons["gone.png"] == "no such file or directory)"


def test_a_member_is_read_within_its_bounds(tmp_path: Path) -> None:
    saved(tmp_path / "a.png", picture(0))
    (tmp_path / "bad.png").write_bytes(b"")
    with tarfile.open(tmp_path / "0.tar", "w") as tar:
        for name in ("bad.png", "a.png"):
            tar.add(tmp_path / name, name)
    checked = check(find_items([tmp_path / "0.tar"]).items)
    assert [item.name for item in checked.items] == ["a.png"]
    assert checked.unreadable == ("bad.png cannot be read (no picture, or cut short)",)
    (good,) = checked.items
    inside = replace(good, color=replace(good.color, size=20))
    assert len(check([good, inside]).unreadable) == 1


def test_a_picture_over_the_limit_is_listed(tmp_path: Path) -> None:
    blob = saved(tmp_path / "large.bmp", picture(0))
    header = bytearray((tmp_path / "large.bmp").read_bytes())
    for side in (20_000, 100_000):
        header[18:26] = side.to_bytes(4, "little") * 2
        (tmp_path / "large.bmp").write_bytes(header)
        checked = check([Item("large", blob), Item("good", saved(tmp_path / "good.png", picture(0)))])
        assert checked.unreadable == ("large cannot be read (over 100 megapixels)",)


def test_a_picture_whose_drawing_cannot_be_opened_is_listed_too(tmp_path: Path) -> None:
    good, bad = saved(tmp_path / "good.png", picture(0)), tmp_path / "bad.png"
    bad.write_text("no picture")
    items = [
        Item("a", good, line=Blob(str(bad))),
        Item("b", good, drawings=(good, Blob(str(bad)))),
        Item("c", good, good),
    ]
    checked = check(items)
    assert checked.items == (items[2],)
    assert [line[:16] for line in checked.unreadable] == ["a cannot be read", "b cannot be read"]


def test_nothing_to_open_is_an_error_with_the_first_reason(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_text("no picture")
    items = [Item(name, Blob(str(tmp_path / "a.png"))) for name in "ab"]
    assert "none of 2 pictures can be opened: a cannot be read (no picture" in refusal(items)


@pytest.mark.parametrize("kind", ["line", "drawings"])
def test_drawings_of_another_aspect_ratio_are_refused_by_name(kind: str, tmp_path: Path) -> None:
    color, good = (
        saved(tmp_path / "c.png", picture(0, 200, 100)),
        saved(tmp_path / "g.png", drawing(0, 100, 50)),
    )
    bad = saved(tmp_path / "b.png", drawing(0, 100, 56))
    blobs = [good, bad, good, bad, bad, bad]
    items = [
        Item(f"{i}", color, line=blob) if kind == "line" else Item(f"{i}", color, drawings=(good, blob))
        for i, blob in enumerate(blobs)
    ]
    said = refusal([*items, Item("plain", color)])
    assert "4 (1, 3, 4, …) of 6 pictures and their drawings differ in aspect ratio" in said


@pytest.mark.parametrize(
    ("size", "other", "alike"),
    [
        ((640, 480), (320, 240), True),
        ((640, 480), (650, 480), True),
        ((640, 480), (660, 480), False),
        ((640, 480), (480, 640), False),
        ((1000, 333), (100, 33), True),
        ((640, 431), (32, 22), True),
        ((64, 64), (64, 72), False),
    ],
)
def test_two_percent_and_a_pixel_of_the_smaller_are_let_pass(
    size: tuple[int, int], other: tuple[int, int], alike: bool, tmp_path: Path
) -> None:
    one, two = (
        saved(tmp_path / f"{i}.png", np.zeros((*s, 3), np.uint8)) for i, s in enumerate((size, other))
    )
    for item in (Item("x", one, two), Item("x", two, one)):
        if alike:
            assert check([item]).items == (item,)
        else:
            assert "1 (x) of 1" in refusal([item])


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif"])
def test_a_picture_that_is_turned_by_its_metadata_counts_upright(suffix: str, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(picture(0, 40, 80)).save(tmp_path / f"turned{suffix}", exif=exif)
    color = Blob(str(tmp_path / f"turned{suffix}"))
    item = Item("x", color, saved(tmp_path / "line.png", drawing(0, 80, 40)))
    assert item.open()[0].shape == (80, 40, 3)
    assert check([item]).items == (item,)
    assert "1 (x) of 1" in refusal([Item("x", color, saved(tmp_path / "line.png", drawing(0, 40, 80)))])


def test_twin_folders_of_different_aspect_ratio_are_refused(tmp_path: Path) -> None:
    for i in range(4):
        saved(tmp_path / f"color/{i}.png", picture(i))
        saved(tmp_path / f"line/{i}.png", drawing(i)[: 40 if i else None])
    assert "3 (1.png, 2.png, 3.png) of 4" in refusal(find_items([tmp_path]).items)


@pytest.mark.parametrize(
    "odd",
    [picture(40, 60, 60), drawing(40, 60, 60), picture(40, 60, 96), np.full((60, 96, 3), 255, np.uint8)],
    ids=["one picture", "one drawing", "wide picture", "white"],
)
def test_side_by_side_files_that_are_no_pair_are_refused_by_name(odd: Picture, tmp_path: Path) -> None:
    items = sides(tmp_path, *(pair(i) for i in range(12)), odd)
    assert check(items[:12]).items == tuple(items[:12])
    assert "1 (12.png) of 13 side-by-side files looked at are no picture with its drawing" in refusal(items)


def test_the_few_of_another_shape_are_looked_at_first_of_all(tmp_path: Path) -> None:
    items = sides(tmp_path, *(pair(i) for i in range(3)), picture(5, 60, 60))
    many = [replace(items[i % 3], name=f"{i:03}") for i in range(997)]
    assert "1 (03.png) of" in refusal([*many[:501], items[3], *many[501:]])


def test_side_by_side_pairs_of_many_shapes_and_odd_widths_pass(tmp_path: Path) -> None:
    shapes = [(60, 48), (48, 60), (100, 40), (40, 100), (64, 64)]
    canvases = [pair(i, *shape) for i, shape in enumerate(shapes)]
    wider = cv2.copyMakeBorder(pair(9), 0, 0, 0, 1, cv2.BORDER_REPLICATE)
    items = sides(tmp_path, *canvases, np.asarray(wider, np.uint8))
    assert check(items).items == tuple(items)
    assert items[-1].open()[0].shape == (60, 48, 3)


def test_an_unreadable_side_by_side_file_is_listed_not_refused(tmp_path: Path) -> None:
    items = sides(tmp_path, *(pair(i) for i in range(4)))
    path = tmp_path / "00.png"
    path.write_bytes(path.read_bytes()[:200])  # its header is whole
    (tmp_path / "01.png").write_bytes(b"")
    checked = check(items)
    assert [item.name for item in checked.items] == ["00.png", "02.png", "03.png"]
    assert checked.unreadable == ("01.png cannot be read (no picture, or cut short)",)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_listed(tmp_path: Path) -> None:
    items = [
        Item("good", saved(tmp_path / "a.png", picture(0))),
        Item("b", saved(tmp_path / "b.png", picture(0))),
    ]
    (tmp_path / "b.png").chmod(stat.S_IWUSR)
    assert check(items).unreadable == ("b cannot be read (permission denied)",)


def test_a_prepared_folder_passes_with_a_drawing_of_each_kind(tmp_path: Path) -> None:
    color = picture(0)
    saved(tmp_path / "a.color.png", color)
    for name, extractor in EXTRACTORS.items():
        saved(tmp_path / f"a.{name}.png", extractor(color, 0.5))
    shutil.copy(tmp_path / "a.color.png", tmp_path / "b.png")
    items = find_items([tmp_path]).items
    assert check(items).items == items
    (tmp_path / "a.xdog.png").write_bytes(b"")
    assert [item.name for item in check(items).items] == ["b.png"]
