"""Regions that decide together, on answers made by hand."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from attnpaint.inference.engine import Answers
from attnpaint.inference.groups import EYES, PAPER, can_be_skin, choose_for_groups
from attnpaint.segment.samples import PARTS

SKIN, HAIR, INK = 1, 2, 16
COLORS = np.linspace((60, 200, 100), (60, 110, 250), 18).astype(np.float32)  # none that skin has
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


@pytest.mark.parametrize(
    ("own", "area", "kept"),
    [(4, 0.2, True), (2, 0.2, False), (4, 0.005, False)],  # 4: a chance of 0.76, of 18 colours
)
def test_a_large_region_that_is_sure_of_its_colour_decides_for_itself(
    own: float, area: float, kept: bool
) -> None:
    found = answers({0: {3: 12}, 1: {10: own}}, [HAIR, HAIR], [0, 0])
    found = replace(found, area=np.array([0.4, area], np.float32))
    chosen = choose_for_groups(found, labels(2), 3, COLORS)[1:].argmax(axis=1)
    assert chosen.tolist() == [3, 10 if kept else 3]


@pytest.mark.parametrize(("other", "kept"), [(11, True), (17, False)])
def test_two_entries_of_one_colour_are_sure_together(other: int, kept: bool) -> None:
    found = answers({0: {3: 12}, 1: {10: 3, other: 3}}, [HAIR, HAIR], [0, 0])
    chosen = choose_for_groups(found, labels(2), 3, COLORS)[1:].argmax(axis=1)
    assert chosen.tolist() == [3, 10 if kept else 3]


def test_eyes_never_join_the_face() -> None:
    found = answers({0: {3: 6}, 1: {5: 1}}, [SKIN, EYES], [0, 0])
    assert_array_equal(choose_for_groups(found, labels(2), 3, COLORS)[1:].argmax(axis=1), [3, 5])


def test_ink_is_taken_only_where_it_is_asked_for_firmly() -> None:
    found = answers({0: {INK: 2, 4: 1.5}, 1: {INK: 8, 4: 1}}, [HAIR, HAIR], [0, 1])
    assert_array_equal(choose_for_groups(found, labels(2), 3, COLORS)[1:].argmax(axis=1), [4, INK])


def test_a_palette_colour_as_dark_as_ink_is_avoided_like_ink() -> None:
    found = answers({0: {7: 2, 4: 1.5}, 1: {7: 8, 4: 1}}, [HAIR, HAIR], [0, 1])
    assert_array_equal(choose_for_groups(found, labels(2), 3, COLORS)[1:].argmax(axis=1), [4, 7])


def test_regions_that_were_not_asked_about_follow_their_neighbour() -> None:
    found = answers({0: {3: 6}, 1: {5: 6}}, [HAIR, SKIN], [0, 1])
    known = labels(3)  # 1 | 2 | 3, of which 3 lies beside 2
    assert_array_equal(choose_for_groups(found, known, 4, COLORS)[1:].argmax(axis=1), [3, 5, 5])


def test_without_any_answer_all_is_paper() -> None:
    none = answers({}, [], [])
    assert_array_equal(choose_for_groups(none, labels(2), 3, COLORS)[1:].argmax(axis=1), [PAPER, PAPER])


def full(count: int, *full_of_ink: int) -> np.ndarray:
    inked = np.full(count, 0.1, np.float32)
    inked[list(full_of_ink)] = 0.8
    return inked


@pytest.mark.parametrize("dark", [(43, 51, 52), (60, 20, 70), (0, 0, 0)])
def test_small_regions_full_of_strokes_never_take_the_darkest_colour(dark: tuple[int, int, int]) -> None:
    """#2b3334 among them, which looks like ink and is a little lighter."""
    colors = COLORS.copy()
    colors[3] = dark
    found = answers({0: {4: 6}, 1: {3: 30, 5: 1}}, [HAIR, HAIR], [0, 1])
    found = replace(found, area=np.array([0.4, 0.003], np.float32))
    chosen = choose_for_groups(found, labels(2), 3, colors, full(3, 2))[1:].argmax(axis=1)
    assert chosen.tolist() == [4, 5]
    free = choose_for_groups(found, labels(2), 3, colors, full(3))[1:].argmax(axis=1)
    assert free.tolist() == [4, 3]


def test_hatching_follows_what_is_around_it_and_eyes_do_not() -> None:
    found = answers({0: {4: 6}, 1: {6: 9}, 2: {8: 9}}, [HAIR, HAIR, EYES], [0, 1, 2])
    found = replace(found, area=np.array([0.4, 0.001, 0.001], np.float32))
    chosen = choose_for_groups(found, labels(3), 4, COLORS, full(4, 2, 3))[1:].argmax(axis=1)
    assert chosen.tolist() == [4, 4, 8]


def test_hatching_at_the_edge_of_a_figure_does_not_follow_the_ground() -> None:
    found = answers({0: {PAPER: 6}, 1: {6: 9}, 2: {3: 9}}, [0, HAIR, HAIR], [0, 1, 2])
    found = replace(found, area=np.array([0.6, 0.001, 0.3], np.float32))
    beside = np.repeat(np.array([[1, 1, 1, 2, 3]], np.int32), 4, axis=1)
    chosen = choose_for_groups(found, beside, 4, COLORS, full(4, 2))[1:].argmax(axis=1)
    assert chosen.tolist() == [PAPER, 3, 3]


@pytest.mark.parametrize(("open_border", "colour"), [(0.0, 5), (0.002, 5), (0.9, 3)])
@pytest.mark.parametrize(("area", "minds"), [(0.005, True), (0.2, False)])
def test_an_open_border_carries_a_colour_into_what_is_small(
    open_border: float, colour: int, area: float, minds: bool
) -> None:
    found = answers({0: {3: 6}, 1: {5: 6}}, [HAIR, HAIR], [0, 1])
    found = replace(found, area=np.array([0.4, area], np.float32))
    openness = np.array([[0, 0.05], [open_border, 0]], np.float32)
    chosen = choose_for_groups(found, labels(2), 3, COLORS, None, openness)[1:].argmax(axis=1)
    assert chosen.tolist() == [3, colour if minds else 5]


def test_the_ground_carries_nothing_into_a_figure() -> None:
    found = answers({0: {3: 6}, 1: {5: 1}}, [0, HAIR], [0, 1])
    openness = np.array([[0, 0.9], [0.9, 0]], np.float32)
    chosen = choose_for_groups(found, labels(2), 3, COLORS, None, openness)[1:].argmax(axis=1)
    assert chosen.tolist() == [3, 5]


def test_paper_is_for_the_ground() -> None:
    found = answers({0: {PAPER: 3}, 1: {PAPER: 2, 5: 1}, 2: {PAPER: 9}}, [0, HAIR, HAIR], [0, 1, 2])
    chosen = choose_for_groups(found, labels(3), 4, COLORS)[1:].argmax(axis=1)
    assert chosen.tolist() == [PAPER, 5, PAPER]


@pytest.mark.parametrize(
    ("color", "natural"),
    [
        ((255, 224, 210), True), ((240, 195, 165), True), ((176, 122, 92), True), ((92, 60, 44), True),
        ((60, 170, 80), False), ((120, 90, 190), False), ((0, 0, 0), False), ((255, 255, 255), False),
        ((250, 40, 40), False), ((128, 128, 128), False),
    ],
)  # fmt: skip
def test_colours_of_peoples_skin_are_known(color: tuple[int, ...], natural: bool) -> None:
    assert can_be_skin(np.array([color], np.float32)).tolist() == [natural]


@pytest.mark.parametrize("sure", [0.3, 0.95])
@pytest.mark.parametrize("there", [True, False])
def test_sure_skin_takes_no_green_while_the_palette_holds_skin(sure: float, there: bool) -> None:
    """Green is wanted a little more; without a colour of skin in the palette it stays."""
    colors = np.full((18, 3), (90, 90, 200), np.float32)
    colors[0], colors[1] = (60, 170, 80), (240, 195, 165) if there else (200, 40, 200)
    colors[16], colors[17] = 0, 255
    logits = np.full((1, 18), -9, np.float32)
    logits[0, 0], logits[0, 1] = 1, 0
    parts = np.full((1, 7), (1 - sure) / 6, np.float32)
    parts[0, PARTS.index("skin")] = sure
    embedding = np.eye(1, 8, dtype=np.float32)
    said = Answers(np.array([1]), np.array([0.2], np.float32), logits, embedding, parts, np.zeros((16, 7)))
    labels = np.ones((20, 20), np.int32)
    chosen = choose_for_groups(said, labels, 2, colors)[1].argmax()
    assert chosen == (1 if there and sure > 0.5 else 0)


def test_the_ground_stays_paper_whatever_was_said_of_it() -> None:
    colors = np.random.default_rng(0).integers(0, 256, (18, 3)).astype(np.float32)
    logits = np.zeros((2, 18), np.float32)
    logits[:, 3] = 20
    parts = np.full((2, 7), 1 / 7, np.float32)
    said = Answers(
        np.array([1, 2]), np.array([0.6, 0.2], np.float32), logits, np.eye(2, 8, dtype=np.float32), parts,
        np.zeros((16, 7), np.float32),
    )  # fmt: skip
    labels = np.repeat(np.array([[1, 2]], np.int32), 10, axis=0)
    chosen = choose_for_groups(said, labels, 3, colors, ground=1).argmax(axis=1)
    assert chosen.tolist()[1:] == [17, 3]
