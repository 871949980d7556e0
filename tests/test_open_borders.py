"""Small regions join what no line divides them from; closed ones and large ones stay."""

import cv2
import numpy as np
import pytest
from numpy.testing import assert_allclose

from attnpaint.segment.open_borders import join_open, open_shares

SIZE = 200


def halves(small: int = 10) -> tuple[np.ndarray, np.ndarray]:
    """Left 1 and right 2 with a line between; a square 3 of `small` px inside 1, no line around it."""
    labels = np.repeat(np.array([[1, 2]], np.int32), SIZE // 2, axis=1).repeat(SIZE, axis=0)
    labels[50 : 50 + small, 40 : 40 + small] = 3
    sketch = np.full((SIZE, SIZE), 255, np.uint8)
    sketch[:, 98:102] = 0
    return labels, sketch


@pytest.mark.parametrize("small", [3, 10, 14])
def test_a_small_region_without_a_line_around_it_joins_its_neighbour(small: int) -> None:
    labels, sketch = halves(small)
    found = join_open(labels, sketch)
    assert (found[:, :100] == 1).all()
    assert (found[:, 100:] == 2).all()


@pytest.mark.parametrize(("small", "gap"), [(10, 0), (10, 2), (14, 3)])
def test_a_closed_line_or_one_with_a_narrow_gap_keeps_it(small: int, gap: int) -> None:
    labels, sketch = halves(small)
    cv2.rectangle(sketch, (39, 49), (40 + small, 50 + small), 0, 3)
    sketch[46:53, 44 : 44 + gap + 2] = 255  # of which the line's ends take two
    assert set(np.unique(join_open(labels, sketch))) == {1, 2, 3}


@pytest.mark.parametrize(("pupil", "kept"), [(0, False), (2, False), (5, True)])
def test_what_has_a_pupil_stays_apart_though_its_line_is_open(pupil: int, kept: bool) -> None:
    labels, sketch = halves(14)
    cv2.rectangle(sketch, (39, 49), (54, 64), 0, 3)
    sketch[46:53, 42:53] = 255  # a fifth of the line is missing
    sketch[55 : 55 + pupil, 45 : 45 + pupil] = 0
    assert (3 in join_open(labels, sketch)) == kept


def test_a_large_region_stays_without_any_line() -> None:
    labels, sketch = halves(60)
    assert set(np.unique(join_open(labels, sketch))) == {1, 2, 3}


@pytest.mark.parametrize("turn", range(4))
def test_chains_of_small_regions_do_not_carry_far(turn: int) -> None:
    """A row of small regions that touch each other, all open, between two large ones: these stay two, and
    the row is not joined to one of them as a whole."""
    labels = np.ones((SIZE, SIZE), np.int32)
    labels[:, 150:] = 2
    for i in range(10):
        labels[96:104, 50 + 10 * i : 60 + 10 * i] = 10 + i
    sketch = np.full((SIZE, SIZE), 255, np.uint8)
    sketch[94:96, 50:150] = sketch[104:106, 50:150] = 0  # lines above and below the row
    sketch[:94, 148:152] = sketch[106:, 148:152] = 0
    found = join_open(np.rot90(labels, turn).copy(), np.rot90(sketch, turn).copy())
    found = np.rot90(found, -turn)
    assert found[10, 10] != found[10, 190]
    assert len(np.unique(found[100, 50:150])) >= 2


def test_shares_say_how_open_a_region_is() -> None:
    labels, sketch = halves(10)
    shares = open_shares(labels, sketch, np.array([3, 1, 2]))
    assert_allclose(shares[0], [0, 1, 0])
    assert shares[1, 0] == pytest.approx(40 / (40 + SIZE))
    assert not shares[2].any()
    assert not shares[1, 2]


@pytest.mark.parametrize("labels", [np.ones((5, 5), np.int32), np.array([[1, 2]], np.int32)])
def test_little_is_enough(labels: np.ndarray) -> None:
    blank = np.full(labels.shape, 255, np.uint8)
    assert join_open(labels, blank).shape == labels.shape
    assert not open_shares(labels, blank, np.array([1]))[0, 0]
