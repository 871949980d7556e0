"""Regions in pieces, cut where they are narrow; and what the region stage finds alike in one again."""

import cv2
import numpy as np
import pytest

from attnpaint.inference.engine import Answers
from attnpaint.inference.groups import rejoined
from attnpaint.segment.pieces import in_pieces
from attnpaint.segment.regions import find_regions

GAP = 14.0  # px in a drawing of 512


def head(opening: int) -> np.ndarray:
    """A round head of 150 px in an empty drawing of 512, its crown open over so many px."""
    sketch = np.full((512, 512), 255, np.uint8)
    cv2.circle(sketch, (256, 280), 75, 0, 4)
    sketch[190:230, 256 - opening // 2 : 256 + (opening + 1) // 2] = 255
    return sketch


def sleeve(opening: int) -> np.ndarray:
    """A sleeve beside a skirt, one line between them, open over so many px."""
    sketch = np.full((512, 512), 255, np.uint8)
    cv2.rectangle(sketch, (100, 120), (400, 380), 0, 4)
    cv2.line(sketch, (220, 120), (220, 380), 0, 4)
    sketch[250 - opening // 2 : 250 + (opening + 1) // 2, 215:226] = 255
    return sketch


def three(opening: int) -> np.ndarray:
    """Three rooms in a row, the doors as wide as that."""
    sketch = np.full((512, 512), 255, np.uint8)
    cv2.rectangle(sketch, (30, 180), (480, 320), 0, 4)
    for column in (180, 330):
        cv2.line(sketch, (column, 180), (column, 320), 0, 4)
        sketch[250 - opening // 2 : 250 + (opening + 1) // 2, column - 5 : column + 6] = 255
    return sketch


SHAPES = [(head, (280, 256), (40, 256)), (sleeve, (250, 160), (250, 310)), (three, (250, 100), (250, 400))]


@pytest.mark.parametrize("opening", [24, 40])
@pytest.mark.parametrize(("shape", "here", "there"), SHAPES)
def test_what_a_wide_gap_makes_one_is_in_pieces(shape, here, there, opening: int) -> None:  # type: ignore[no-untyped-def]
    sketch = shape(opening)
    labels = find_regions(sketch, GAP, necks=True)
    assert labels[here] == labels[there]
    pieces, region = in_pieces(labels, sketch, GAP)
    assert pieces[here] != pieces[there]
    assert pieces.min() > 0
    np.testing.assert_array_equal(region[pieces], labels)


@pytest.mark.parametrize("opening", [24, 40])
@pytest.mark.parametrize("turns", range(4))
def test_the_cut_lies_in_the_opening(opening: int, turns: int) -> None:
    sketch = np.ascontiguousarray(np.rot90(head(opening), turns))
    labels = find_regions(sketch, GAP, necks=True)
    pieces, _ = in_pieces(labels, sketch, GAP)
    upright = np.rot90(pieces, -turns)
    inside = np.zeros((512, 512), np.uint8)
    cv2.circle(inside, (256, 280), 71, 1, -1)
    strayed = (upright != upright[280, 256]) & (inside > 0)
    assert np.mean(strayed[inside > 0]) < 0.02
    beyond = (upright == upright[280, 256]) & (np.hypot(*(np.indices((512, 512)) - [[[280]], [[256]]])) > 100)
    assert not beyond.any()


@pytest.mark.parametrize("scale", [0.5, 1.5, 2.0])
def test_it_is_measured_by_the_drawings_size(scale: float) -> None:
    side = round(512 * scale)
    sketch = cv2.resize(head(30), (side, side), interpolation=cv2.INTER_AREA)
    gap = GAP if scale >= 1 else GAP * scale  # a drawing under 512 px is measured as it is
    pieces, _ = in_pieces(find_regions(sketch, gap, necks=True), sketch, gap)
    middle = side // 2
    assert pieces[round(280 * scale), middle] != pieces[round(40 * scale), middle]


@pytest.mark.parametrize("wide", [32, 44, 60])
def test_a_shape_of_one_width_stays_whole(wide: int) -> None:
    sketch = np.full((512, 512), 255, np.uint8)
    way = np.array([[100, 120], [300, 130], [380, 250], [250, 380]], np.int32)
    cv2.polylines(sketch, [way], False, 0, wide + 6)
    cv2.polylines(sketch, [way], False, 255, wide)
    labels = find_regions(sketch, GAP, necks=True)
    pieces, region = in_pieces(labels, sketch, GAP)
    assert len({int(pieces[y, x]) for x, y in way.tolist()}) == 1
    np.testing.assert_array_equal(region[pieces], labels)


@pytest.mark.parametrize("value", [0, 255])
@pytest.mark.parametrize("shape", [(1, 1), (3, 90), (64, 64)])
def test_blank_and_black_sheets_are_one_piece(shape: tuple[int, int], value: int) -> None:
    sketch = np.full(shape, value, np.uint8)
    pieces, _ = in_pieces(find_regions(sketch, GAP, necks=True), sketch, GAP)
    assert (pieces == 1).all()


def told(labels: np.ndarray, turns: dict[tuple[int, int], float], sure: float = 0.6) -> Answers:
    """What is said of each number in `labels`: an embedding turned by so many degrees at a place; that it is
    clothes, so surely."""
    numbers, area = np.unique(labels, return_counts=True)
    order = np.argsort(-area, kind="stable")
    numbers, area = numbers[order], area[order]
    angle = np.zeros(len(numbers))
    for place, turn in turns.items():
        angle[numbers == labels[place]] = np.radians(turn)
    embedding = np.stack([np.cos(angle), np.sin(angle)], axis=1).astype(np.float32)
    logits = np.eye(18, dtype=np.float32)[np.arange(len(numbers)) % 18]
    parts = np.full((len(numbers), 7), (1 - sure) / 6, np.float32)
    parts[:, 5] = sure
    shares = (area / labels.size).astype(np.float32)
    return Answers(numbers, shares, logits, embedding, parts, np.zeros((16, 7), np.float32))


@pytest.mark.parametrize(("turn", "one"), [(0, True), (60, True), (100, False), (180, False)])
@pytest.mark.parametrize(("shape", "here", "there"), SHAPES[:2])
def test_pieces_that_are_alike_are_one_again(shape, here, there, turn: float, one: bool) -> None:  # type: ignore[no-untyped-def]
    sketch = shape(30)
    labels = find_regions(sketch, GAP, necks=True)
    pieces, region = in_pieces(labels, sketch, GAP)
    said = told(pieces, {there: turn})
    found, answers = rejoined(pieces, region, said)
    assert (found[here] == found[there]) == one
    assert set(answers.label) == set(np.unique(found))
    np.testing.assert_allclose(answers.area.sum(), 1, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(answers.embedding, axis=1), 1, atol=1e-5)
    if one:
        assert len(np.unique(found)) == len(np.unique(labels))
        at, both = (np.flatnonzero(said.label == pieces[place])[0] for place in (here, there))
        mean = said.area[at] * said.logits[at] + said.area[both] * said.logits[both]
        mean /= said.area[at] + said.area[both]
        merged = answers.logits[answers.label == found[here]][0]
        np.testing.assert_allclose(merged, mean, atol=1e-5)


@pytest.mark.parametrize(("sure", "one"), [(1 / 7, True), (0.25, True), (0.35, False)])
@pytest.mark.parametrize(("shape", "here", "there"), SHAPES)
def test_nothing_is_cut_off_of_which_nobody_knows_what_it_is(  # type: ignore[no-untyped-def]
    shape, here, there, sure: float, one: bool
) -> None:
    sketch = shape(30)
    labels = find_regions(sketch, GAP, necks=True)
    pieces, region = in_pieces(labels, sketch, GAP)
    found, _ = rejoined(pieces, region, told(pieces, {there: 180}, sure))
    assert np.array_equal(found, labels) == one
    assert (found[here] == found[there]) == one


def test_the_middle_of_three_joins_the_side_it_is_like() -> None:
    sketch = three(40)
    pieces, region = in_pieces(find_regions(sketch, GAP, necks=True), sketch, GAP)
    left, middle, right = ((250, column) for column in (100, 255, 400))
    assert len({int(pieces[place]) for place in (left, middle, right)}) == 3
    found, _ = rejoined(pieces, region, told(pieces, {left: 0, middle: 70, right: 140}))
    assert (found[middle] == found[left]) != (found[middle] == found[right])  # no chain through it
    found, _ = rejoined(pieces, region, told(pieces, {left: 0, middle: 20, right: 140}))
    assert found[left] == found[middle] != found[right]


def test_regions_that_a_line_parts_stay_apart() -> None:
    sketch = sleeve(0)
    labels = find_regions(sketch, GAP, necks=True)
    pieces, region = in_pieces(labels, sketch, GAP)
    found, answers = rejoined(pieces, region, told(pieces, {}))
    np.testing.assert_array_equal(found, labels)
    assert len(answers.label) == len(np.unique(labels))


def test_a_piece_that_nothing_is_said_of_is_of_its_region() -> None:
    sketch = head(30)
    labels = find_regions(sketch, GAP, necks=True)
    pieces, region = in_pieces(labels, sketch, GAP)
    said = told(pieces, {})
    new = int(pieces.max())
    kept = said.label != new
    known = Answers(*(array[kept] for array in list(vars(said).values())[:-1]), said.palette_parts)
    found, answers = rejoined(pieces, region, known)
    assert (found[pieces == new] == region[new]).all()
    assert new not in answers.label
