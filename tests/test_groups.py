"""Regions that decide together, on answers made by hand."""

import numpy as np
from numpy.testing import assert_array_equal

from attnpaint.inference.engine import Answers
from attnpaint.inference.groups import EYES, PAPER, choose_for_groups

SKIN, HAIR, INK = 1, 2, 16
COLORS = np.full((18, 3), 128, np.float32)
COLORS[7], COLORS[INK], COLORS[PAPER] = 20, 0, 255


def answers(logits: dict[int, dict[int, float]], parts: list[int], alike: list[int]) -> Answers:
    """Regions 1 … R of falling area; alike: equal numbers have equal embeddings."""
    count = len(parts)
    table = np.zeros((count, 18), np.float32)
    for region, wanted in logits.items():
        for color, value in wanted.items():
            table[region, color] = value
    area = (0.4 / 2 ** np.arange(count)).astype(np.float32)
    embedding = np.eye(8, dtype=np.float32)[alike]
    shares = np.eye(7, dtype=np.float32)[parts]
    return Answers(
        np.arange(1, count + 1), area, table, embedding, shares, np.full((16, 7), 1 / 7, np.float32)
    )


def labels(count: int) -> np.ndarray:
    return np.repeat(np.arange(1, count + 1), 4).reshape(1, -1).repeat(4, axis=0).astype(np.int32)


def test_small_regions_follow_the_large_one_that_is_alike() -> None:
    found = answers({0: {3: 6}, 1: {5: 1}, 2: {5: 6}}, [HAIR, HAIR, SKIN], [0, 0, 1])
    taken = choose_for_groups(found, labels(3), 4, COLORS)
    assert_array_equal(taken[1:].argmax(axis=1), [3, 3, 5])


def test_regions_of_another_part_are_not_drawn_along() -> None:
    found = answers({0: {3: 6}, 1: {5: 1}}, [HAIR, SKIN], [0, 0])
    assert_array_equal(choose_for_groups(found, labels(2), 3, COLORS)[1:].argmax(axis=1), [3, 5])


def test_a_region_that_is_sure_is_not_outvoted_by_those_that_are_not() -> None:
    found = answers({0: {3: 1}, 1: {5: 12}}, [HAIR, HAIR], [0, 0])
    assert_array_equal(choose_for_groups(found, labels(2), 3, COLORS)[1:].argmax(axis=1), [5, 5])


def test_eyes_never_join_the_face() -> None:
    found = answers({0: {3: 6}, 1: {5: 1}}, [SKIN, EYES], [0, 0])
    assert_array_equal(choose_for_groups(found, labels(2), 3, COLORS)[1:].argmax(axis=1), [3, 5])


def test_ink_is_taken_only_where_it_is_asked_for_firmly() -> None:
    found = answers({0: {INK: 2, 4: 1}, 1: {INK: 8, 4: 1}}, [HAIR, HAIR], [0, 1])
    assert_array_equal(choose_for_groups(found, labels(2), 3, COLORS)[1:].argmax(axis=1), [4, INK])


def test_a_palette_colour_as_dark_as_ink_is_avoided_like_ink() -> None:
    found = answers({0: {7: 2, 4: 1}, 1: {7: 8, 4: 1}}, [HAIR, HAIR], [0, 1])
    assert_array_equal(choose_for_groups(found, labels(2), 3, COLORS)[1:].argmax(axis=1), [4, 7])


def test_regions_that_were_not_asked_about_follow_their_neighbour() -> None:
    found = answers({0: {3: 6}, 1: {5: 6}}, [HAIR, SKIN], [0, 1])
    known = labels(3)  # 1 | 2 | 3, of which 3 lies beside 2
    assert_array_equal(choose_for_groups(found, known, 4, COLORS)[1:].argmax(axis=1), [3, 5, 5])


def test_without_any_answer_all_is_paper() -> None:
    none = answers({}, [], [])
    assert_array_equal(choose_for_groups(none, labels(2), 3, COLORS)[1:].argmax(axis=1), [PAPER, PAPER])
