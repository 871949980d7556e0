"""Pictures and their drawings: twins in two folders, halves side by side, names that say so."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from sourcing import COLORS, folder_of, picture, refusal, twin_folders

from attnpaint.data.classify import halves
from attnpaint.data.layouts import Layout
from attnpaint.data.sources import find_items
from attnpaint.images import read_picture, to_grey, write_picture


@pytest.mark.parametrize("order", [("color", "line"), ("line", "color")])
def test_two_folders_are_paired_whichever_is_named_first(
    order: tuple[str, str], layouts: dict[str, Path]
) -> None:
    found = find_items([layouts["twins"] / name for name in order])
    assert found.layouts == (Layout.twins,)
    assert all("/color/" in item.color.path for item in found.items)
    assert all(item.line and "/line/" in item.line.path for item in found.items)


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
