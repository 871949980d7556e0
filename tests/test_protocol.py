"""The cases that painters are judged by: fixed, fair, and what their names say."""

import shutil
import tarfile
from pathlib import Path

import numpy as np
import pytest
from evaluating import SIZE, corpus, folder_of, scene

from attnpaint.data.layouts import Item
from attnpaint.data.lines import EXTRACTORS
from attnpaint.data.sources import find_items
from attnpaint.errors import AttnpaintError
from attnpaint.eval.protocol import GENUINE, STRENGTH, Case, Protocol, Selection, cases, warped
from attnpaint.images import Picture, fitted, read_picture, to_grey


@pytest.fixture
def items(tmp_path: Path) -> tuple[Item, ...]:
    return find_items([corpus(tmp_path / "in", 6)]).items


def told(case: Case) -> tuple[object, ...]:
    arrays = (case.drawing, case.reference, case.truth, case.real)
    return case.name, case.protocol, case.lines, *(None if a is None else a.tobytes() for a in arrays)


def colours(picture: Picture) -> set[tuple[int, ...]]:
    return set(map(tuple, picture.reshape(-1, 3).tolist()))


def test_equal_seeds_give_equal_cases_and_others_other_references(items: tuple[Item, ...]) -> None:
    one, again, other = (list(map(told, cases(items, SIZE, 3, seed))) for seed in (4, 4, 5))
    assert one == again
    assert not {case[4] for case in one if case[1] == Protocol.same} & {case[4] for case in other}


def test_more_pictures_add_to_fewer_and_change_none(items: tuple[Item, ...]) -> None:
    few, many = (list(map(told, cases(items, SIZE, count, 0))) for count in (2, 5))
    assert many[: len(few)] == few
    assert len(many) > len(few)


def test_every_drawing_is_painted_from_two_references(items: tuple[Item, ...]) -> None:
    found = list(cases(items, SIZE, 99, 0))
    by_name = {item.name: [case for case in found if case.name == item.name] for item in items}
    for item in items:
        lines = [*EXTRACTORS, *([GENUINE] if item.line else [])]
        wanted = [(line, protocol) for line in lines for protocol in Protocol]
        assert [(case.lines, case.protocol) for case in by_name[item.name]] == wanted
        for same, cross in zip(by_name[item.name][::2], by_name[item.name][1::2], strict=True):
            assert (same.drawing == cross.drawing).all()
            assert same.truth is not None
            assert same.real is same.truth
            assert cross.truth is None


def test_drawings_are_made_from_the_picture_as_it_is_and_keep_its_shape(items: tuple[Item, ...]) -> None:
    for case in cases(items, SIZE, 99, 0):
        item = next(item for item in items if item.name == case.name)
        picture, line = item.open()
        assert case.drawing.shape == (48, 64) == case.real.shape[:2]
        if case.lines == GENUINE:
            assert line is not None
            assert (case.drawing == to_grey(fitted(line, SIZE))).all()
        else:
            assert (case.drawing == EXTRACTORS[case.lines](fitted(picture, SIZE), STRENGTH)).all()


def test_the_same_reference_has_the_truths_new_colours_in_other_places(tmp_path: Path) -> None:
    halves = np.full((64, 64, 3), (200, 60, 40), np.uint8)
    halves[:, 32:] = (30, 120, 90)
    items = find_items([folder_of(tmp_path, a=halves, b=scene(1))]).items
    case = next(case for case in cases(items, 64, 2, 0) if case.name == "a.png")
    assert case.truth is not None
    assert len(colours(case.truth)) == 2
    assert not colours(case.truth) & colours(halves)
    assert (np.unique(case.truth[0, ::63], axis=0) == np.unique(case.truth[63, ::63], axis=0)).all()
    left, right = case.reference[:, 0], case.reference[:, -1]
    assert colours(case.reference) >= colours(case.truth)
    assert (left == case.truth[0, 0]).all()
    assert (right == case.truth[0, -1]).all()
    border = (case.reference != case.truth[0, 0]).any(axis=2).argmax(axis=1)
    assert np.ptp(border) >= 2  # it was straight
    assert case.reference.shape < case.truth.shape


def test_the_cross_reference_is_a_picture_of_another_source_as_it_is(items: tuple[Item, ...]) -> None:
    pictures = {item.name: fitted(item.open()[0], SIZE) for item in items}
    for case in cases(items, SIZE, 99, 0):
        if case.protocol is Protocol.cross:
            shown = [name for name, picture in pictures.items() if np.array_equal(picture, case.reference)]
            assert len(shown) == 1
            assert shown[0].split("/")[0] != case.name.split("/")[0]
            assert (case.real == pictures[case.name]).all()


def test_a_warped_picture_holds_no_new_colours_at_its_edges() -> None:
    flat = np.full((50, 70, 3), (10, 120, 200), np.uint8)
    for seed in range(20):
        bent = warped(flat, np.random.default_rng(seed))
        assert colours(bent) == {(10, 120, 200)}
        assert (40, 56) <= bent.shape[:2] < (50, 70)


def test_pictures_that_cannot_be_read_are_left_out_also_as_references(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, a=scene(1), b=scene(2), c=scene(3))
    (folder / "broken.png").write_bytes(b"no picture")
    items = find_items([folder]).items
    for seed in range(4):
        found = list(cases(items, SIZE, 4, seed))
        assert {case.name for case in found} == {"a.png", "b.png", "c.png"}
        assert len(found) == 3 * 2 * len(EXTRACTORS)


def test_sources_of_many_pictures_do_not_outvote_the_others(tmp_path: Path) -> None:
    dot = np.zeros((8, 8, 3), np.uint8)
    many = {f"emoji__e{i}": dot for i in range(100)}
    items = find_items([folder_of(tmp_path, **many, **{f"figures__f{i}": dot for i in range(9)})]).items
    drawn = [Selection.of(items, 64, 13, seed).order[:13] for seed in range(30)]
    figures = sum(item.source == "figures" for order in drawn for item in order) / len(drawn)
    assert 2 < figures < 4.5  # of 13, by √100 to √9: 3; by number: 1


def test_a_shard_and_a_folder_of_the_same_pictures_are_the_same(tmp_path: Path) -> None:
    folder = corpus(tmp_path / "in", 5)
    with tarfile.open(tmp_path / "all.tar", "w") as tar:
        for path in folder.rglob("*.png"):
            tar.add(path, path.relative_to(folder).as_posix())
    loose, packed = (
        Selection.of(find_items([place]).items, SIZE, 3, 0) for place in (folder, tmp_path / "all.tar")
    )
    assert loose.digest == packed.digest
    assert [told(c) for c in loose.cases(0)] == [told(c) for c in packed.cases(0)]
    shutil.copy(folder / "a" / "p2.png", folder / "a" / "more.png")
    assert Selection.of(find_items([folder]).items, SIZE, 3, 0).digest != loose.digest


def test_equal_names_in_two_folders_are_told_apart(tmp_path: Path) -> None:
    one, two = (folder_of(tmp_path / name, p=scene(i)) for i, name in enumerate("xy"))
    found = list(cases(find_items([one, two]).items, SIZE, 9, 0))
    names = dict.fromkeys(case.name for case in found)
    assert len(names) == 2
    assert len({(case.name, case.lines, case.protocol) for case in found}) == len(found)


def test_one_picture_is_not_enough(tmp_path: Path) -> None:
    items = find_items([folder_of(tmp_path, p=scene(0))]).items
    with pytest.raises(AttnpaintError, match=r"only one picture; give two or more"):
        Selection.of(items, SIZE, 9, 0)


@pytest.mark.parametrize("shape", [(7, 300), (300, 7), (500, 20)])
def test_long_and_narrow_pictures_have_cases_too(tmp_path: Path, shape: tuple[int, int]) -> None:
    folder = folder_of(tmp_path, a=scene(1, *shape), b=scene(2))
    assert read_picture(folder / "a.png").shape[:2] == shape
    found = [case for case in cases(find_items([folder]).items, SIZE, 2, 0) if case.name == "a.png"]
    assert {max(case.drawing.shape) for case in found} == {SIZE}
    assert min(side for case in found for side in case.reference.shape) > 0
