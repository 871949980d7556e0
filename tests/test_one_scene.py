"""Where the reference shows the drawing's own scene each region has a place in it, and decides for itself."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from attnpaint.inference.engine import Answers
from attnpaint.inference.groups import PAPER, choose_for_groups, is_colored, joined, leaders

HAIR, GROUND = 2, 0
COLORS = np.linspace((60, 200, 100), (60, 110, 250), 18).astype(np.float32)
COLORS[16], COLORS[PAPER] = 0, 255
CHANCES = pytest.mark.parametrize(("scene", "alone"), [(0.0, False), (0.4, False), (0.6, True), (1.0, True)])


def told(colors: list[int], part: int, scene: float) -> Answers:
    """Regions 1 … R of falling area, of one part and all alike, the first more sure of its colour."""
    count = len(colors)
    logits = np.eye(18, dtype=np.float32)[colors] * 2
    logits[0] *= 6
    return Answers(
        np.arange(1, count + 1),
        (0.005 / 2 ** np.arange(count)).astype(np.float32),
        logits,
        np.eye(8, dtype=np.float32)[[0] * count],
        np.eye(7, dtype=np.float32)[[part] * count],
        np.zeros((16, 7), np.float32),
        scene,
    )


@CHANCES
def test_regions_that_are_alike_take_one_colour_or_each_its_own(scene: float, alone: bool) -> None:
    labels = np.repeat(np.arange(1, 4, dtype=np.int32), 4).reshape(1, -1).repeat(4, axis=0)
    chosen = choose_for_groups(told([3, 5, 9], HAIR, scene), labels, 4, COLORS)[1:].argmax(axis=1)
    assert chosen.tolist() == ([3, 5, 9] if alone else [3, 3, 3])


@CHANCES
def test_regions_that_open_into_each_other_are_one_or_not(scene: float, alone: bool) -> None:
    openings = np.full((3, 3), 20, np.float32)
    assert_array_equal(leaders(told([3, 5, 9], HAIR, scene), openings), [0, 1, 2] if alone else [0, 0, 0])


@CHANCES
@pytest.mark.parametrize(("wants", "colored"), [(PAPER, False), (5, True)])
@pytest.mark.parametrize("ground", [1, 2, 0])
def test_the_ground_is_paper_but_where_the_same_scene_shows_it_in_a_colour(
    scene: float, alone: bool, wants: int, colored: bool, ground: int
) -> None:
    answers = told([wants, wants], GROUND, scene)
    assert is_colored(answers, ground) == (alone and colored and ground > 0)


@pytest.mark.parametrize(("chances", "mean"), [([1.0, 0.8], 0.9), ([0.2, 0.4], 0.3), ([1.0], 1.0)])
def test_pages_of_a_strip_show_one_scene_as_their_mean_does(chances: list[float], mean: float) -> None:
    both = joined([told([3, 5], HAIR, chance) for chance in chances])
    assert both is not None
    assert both.one_scene == pytest.approx(mean)
