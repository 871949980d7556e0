"""Regions cut, joined and told apart from their neighbours."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from attnpaint.segment.division import cut, join
from attnpaint.segment.regions import nearest_known, touching

HALVES = np.repeat(np.array([[1, 2]], np.int32), 50, axis=1).repeat(100, axis=0)  # 100×100


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ([[0, 50], [49, 50]], {(20, 20): 1, (80, 20): 3}),
        ([[2, 50], [97, 50]], {(20, 20): 1, (80, 20): 3, (20, 80): 2, (80, 80): 4}),
        ([[0, 30], [25, 60], [49, 30]], {(10, 25): 3, (90, 25): 1}),
    ],
)
def test_a_line_through_regions_divides_them(
    line: list[list[int]], parts: dict[tuple[int, int], int]
) -> None:
    found, parents = cut(HALVES, np.array(line, float))
    assert {place: int(found[place]) for place in parts} == parts
    assert parents == {new: int(HALVES[place]) for place, new in parts.items() if new > 2}
    assert (found > 0).all()
    whole = np.array([0, 1, 2, *(parents[new] for new in sorted(parents))])
    assert_array_equal(whole[found], HALVES)


@pytest.mark.parametrize("line", [[[10, 50], [30, 50]], [[20, 20], [20, 20]], [[500, 500], [600, 500]]])
def test_a_line_that_ends_inside_divides_nothing(line: list[list[int]]) -> None:
    found, parents = cut(HALVES, np.array(line, float))
    assert_array_equal(found, HALVES)
    assert not parents


def test_joined_regions_take_the_largest_ones_number() -> None:
    labels = np.repeat(np.array([[1, 2, 2, 3]], np.int32), 10, axis=0)
    assert set(join(labels, np.array([[0.5, 5], [1.5, 5]])).ravel()) == {2, 3}
    assert set(join(labels, np.array([[0.5, 5], [1.5, 5], [3.5, 0]])).ravel()) == {2}
    assert_array_equal(join(labels, np.array([[1, 5], [2, 5]])), labels)


def test_touching_regions_are_listed_with_the_length_of_their_border() -> None:
    labels = np.array([[1, 1, 2], [1, 1, 2], [3, 3, 3]])
    pairs, lengths = touching(labels)
    assert dict(zip(map(tuple, pairs.tolist()), lengths.tolist(), strict=True)) == {
        (1, 2): 2,
        (1, 3): 2,
        (2, 3): 1,
    }
    pairs, lengths = touching(labels, np.array([[1, 0, 1], [1, 1, 1], [1, 1, 0]]))
    assert dict(zip(map(tuple, pairs.tolist()), lengths.tolist(), strict=True)) == {(1, 2): 1, (1, 3): 2}
    assert len(touching(np.ones((3, 3), int))[0]) == 0


def test_regions_that_nothing_is_known_of_follow_the_nearest() -> None:
    labels = np.array([[1, 1, 4, 2, 2, 2, 5, 3]])
    known = np.array([False, True, True, True, False, False])
    names = nearest_known(labels, known)
    assert_array_equal(names[1:4], [1, 2, 3])
    assert names[4] in (1, 2)
    assert names[5] in (2, 3)
    assert_array_equal(nearest_known(labels, np.zeros(6, bool)), np.arange(6))
    assert_array_equal(nearest_known(labels, np.ones(6, bool)), np.arange(6))
