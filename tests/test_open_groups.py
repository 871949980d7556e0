"""Regions that open wide into each other: alike, they take one colour; else each its own."""

import cv2
import numpy as np
import pytest
from numpy.testing import assert_array_equal

from attnpaint.inference.engine import Answers
from attnpaint.inference.groups import leaders
from attnpaint.segment.borders import Borders
from attnpaint.segment.regions import find_regions

SKIN, HAIR, EYES, CLOTHES, GROUND = 1, 2, 3, 5, 0


def told(parts: list[int], alike: list[list[float]]) -> Answers:
    """Regions 1 … R of falling area; alike: their embeddings, of any length."""
    count = len(parts)
    embedding = np.array(alike, np.float32)
    embedding /= np.linalg.norm(embedding, axis=1, keepdims=True)
    shares = np.eye(7, dtype=np.float32)[parts]
    area = (0.4 / 2 ** np.arange(count)).astype(np.float32)
    logits = np.zeros((count, 18), np.float32)
    return Answers(np.arange(1, count + 1), area, logits, embedding, shares, np.zeros((16, 7), np.float32))


def between(count: int, *wide: tuple[int, int, float]) -> np.ndarray:
    found = np.zeros((count, count), np.float32)
    for one, other, px in wide:
        found[one, other] = found[other, one] = px
    return found


@pytest.mark.parametrize(("px", "led"), [(0, [0, 1]), (6, [0, 1]), (7, [0, 0]), (14, [0, 0])])
def test_an_opening_joins_and_a_gap_in_a_line_does_not(px: float, led: list[int]) -> None:
    answers = told([CLOTHES, HAIR], [[1, 0], [0.8, 0.6]])
    assert_array_equal(leaders(answers, between(2, (0, 1, px))), led)


@pytest.mark.parametrize(("like", "led"), [(-0.5, [0, 1]), (0.2, [0, 1]), (0.4, [0, 0]), (1.0, [0, 0])])
def test_what_is_unlike_stays_apart(like: float, led: list[int]) -> None:
    answers = told([CLOTHES, CLOTHES], [[1, 0], [like, (1 - like**2) ** 0.5]])
    assert_array_equal(leaders(answers, between(2, (0, 1, 12))), led)


@pytest.mark.parametrize(
    ("parts", "led"),
    [([SKIN, EYES], [0, 1]), ([EYES, EYES], [0, 0]), ([GROUND, SKIN], [0, 1]), ([SKIN, HAIR], [0, 0])],
)
def test_eyes_and_ground_stay_apart_from_the_rest(parts: list[int], led: list[int]) -> None:
    assert_array_equal(leaders(told(parts, [[1, 0], [1, 0]]), between(2, (0, 1, 12))), led)


def test_the_ground_stays_alone() -> None:
    answers, open_to = told([CLOTHES, CLOTHES], [[1, 0], [1, 0]]), between(2, (0, 1, 12))
    assert_array_equal(leaders(answers, open_to, ground=1), [0, 1])
    assert_array_equal(leaders(answers, open_to, ground=2), [0, 1])


def test_no_chain_leads_from_one_to_another_that_is_unlike() -> None:
    answers = told([CLOTHES] * 3, [[1, 0], [0.6, 0.8], [-0.8, 0.6]])
    found = leaders(answers, between(3, (0, 1, 12), (1, 2, 12)))
    assert_array_equal(found, [0, 0, 2])


def test_what_a_group_is_like_joins_it_only_by_a_region_that_is_like_it() -> None:
    """The third is like the first two together, and opens to the second alone, which is unlike it."""
    answers = told([CLOTHES] * 3, [[1, 0], [0.4, 0.9], [0.9, -0.45]])
    open_to = between(3, (0, 1, 12), (1, 2, 12))
    assert_array_equal(leaders(answers, open_to, lengths=open_to), [0, 0, 2])
    open_to = between(3, (0, 1, 12), (0, 2, 12))
    assert_array_equal(leaders(answers, open_to, lengths=open_to), [0, 0, 0])


def test_several_are_led_by_the_largest() -> None:
    answers = told([CLOTHES] * 4, [[1, 0], [1, 0.1], [1, 0.2], [0, 1]])
    found = leaders(answers, between(4, (2, 1, 9), (1, 0, 9), (3, 2, 2)))
    assert_array_equal(found, [0, 0, 0, 3])


@pytest.mark.parametrize(
    ("px", "border", "led"),
    [(4, 10, [0, 0]), (4, 100, [0, 1]), (2, 6, [0, 0]), (8, 300, [0, 0]), (0, 9, [0, 1])],
)
def test_a_gap_that_is_a_good_part_of_a_short_border_is_an_opening(
    px: int, border: int, led: list[int]
) -> None:
    answers = told([CLOTHES, HAIR], [[1, 0], [0.8, 0.6]])
    found = leaders(answers, between(2, (0, 1, px)), lengths=between(2, (0, 1, border)))
    assert_array_equal(found, led)


@pytest.mark.parametrize(
    ("like", "led"),
    [(1.0, [0, 0, 0]), (0.5, [0, 0, 0]), (-1.0, [0, 1, 2])],  # of the second to the others
)
def test_an_opening_in_pieces_is_one_where_what_lies_behind_them_has_joined(
    like: float, led: list[int]
) -> None:
    """The first meets the others over 4 px each, which is too little; these open into each other."""
    answers = told([CLOTHES] * 3, [[1, 0], [like, (1 - like**2) ** 0.5], [1, 0]])
    open_to = between(3, (0, 1, 4), (0, 2, 4), (1, 2, 12))
    found = leaders(answers, open_to, lengths=between(3, (0, 1, 60), (0, 2, 60), (1, 2, 20)))
    assert_array_equal(found, led)
    apart = leaders(answers, between(3, (0, 1, 4), (0, 2, 4)), lengths=between(3, (0, 1, 60), (0, 2, 60)))
    assert_array_equal(apart, [0, 1, 2])


def test_a_long_border_makes_a_share_small_again() -> None:
    """The second joins the first; with that one's closed border to the third its gap is no opening."""
    answers = told([CLOTHES] * 3, [[1, 0], [1, 0.1], [0.9, 0.5]])
    open_to, border = between(3, (0, 1, 12), (1, 2, 4)), between(3, (0, 1, 20), (0, 2, 90), (1, 2, 10))
    assert_array_equal(leaders(answers, open_to, lengths=border), [0, 0, 2])
    border[0, 2] = border[2, 0] = 0
    assert_array_equal(leaders(answers, open_to, lengths=border), [0, 0, 0])


@pytest.mark.parametrize("turn", [0, 1])
@pytest.mark.parametrize("side", [512, 1024])
def test_borders_are_as_long_as_they_are_drawn(side: int, turn: int) -> None:
    sketch = np.full((side, side), 255, np.uint8)
    cv2.rectangle(sketch, (20, 20), (side - 20, side - 20), 0, 2)
    cv2.line(sketch, (side // 3, 20), (side // 3, side - 20), 0, 2)
    sketch = np.ascontiguousarray(np.rot90(sketch, turn))
    labels = find_regions(sketch, 14)
    rooms = np.unique(labels[30:-30, 30:-30])
    found = Borders(labels, sketch).between(rooms)[2]
    assert found.shape == (2, 2)
    assert found[0, 1] == found[1, 0] == pytest.approx((side - 40) / max(1, side / 512), abs=4)


@pytest.mark.parametrize("turn", [0, 1, 2])
@pytest.mark.parametrize(("side", "door"), [(512, 10), (512, 13), (1024, 20), (300, 9)])
def test_an_opening_is_as_wide_as_it_is_drawn(side: int, door: int, turn: int) -> None:
    sketch = np.full((side, side), 255, np.uint8)
    cv2.rectangle(sketch, (20, 20), (side - 20, side - 20), 0, 2)
    middle = side // 2
    cv2.line(sketch, (middle, 20), (middle, side - 20), 0, 2)
    sketch[middle - door // 2 : middle - door // 2 + door, middle - 4 : middle + 5] = 255
    sketch = np.ascontiguousarray(np.rot90(sketch, turn))
    labels = find_regions(sketch, 14)
    one, other = sketch.shape[0] // 3, 2 * sketch.shape[0] // 3
    rooms = [labels[one, one], labels[other, other]]
    assert rooms[0] != rooms[1]
    found = Borders(labels, sketch).between(np.array([*rooms, labels[0, 0]]))[1]
    assert found[0, 1] == found[1, 0] == pytest.approx((door - 2) / max(1, side / 512), abs=3)
    assert found[2].max() == 0
