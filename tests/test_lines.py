"""Line extractors: dark lines where regions meet, white elsewhere; and the wear of drawings."""

import numpy as np
import pytest

from attnpaint.data.lines import EXTRACTORS, extract_lines, wear
from attnpaint.images import Picture

STRENGTHS = (0.0, 0.5, 1.0)


def square() -> Picture:
    """An orange square of 32 px in the middle of 64 px of white."""
    picture = np.full((64, 64, 3), 255, np.uint8)
    picture[16:48, 16:48] = 235, 130, 60
    return picture


def generator(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_there_are_at_least_three_extractors() -> None:
    assert len(EXTRACTORS) >= 3


@pytest.mark.parametrize("strength", STRENGTHS)
@pytest.mark.parametrize("name", EXTRACTORS)
@pytest.mark.parametrize("color", [(255, 255, 255), (240, 200, 120)])
def test_a_picture_of_one_light_colour_becomes_white_paper(
    name: str, strength: float, color: tuple[int, int, int]
) -> None:
    lines = EXTRACTORS[name](np.full((40, 56, 3), color, np.uint8), strength)
    assert lines.shape == (40, 56)
    assert lines.dtype == np.uint8
    assert (lines == 255).all()


@pytest.mark.parametrize("strength", STRENGTHS)
@pytest.mark.parametrize("name", EXTRACTORS)
def test_a_filled_square_becomes_its_outline(name: str, strength: float) -> None:
    lines = EXTRACTORS[name](square(), strength)
    border = np.stack([lines[13:19, 32], lines[45:51, 32], lines[32, 13:19], lines[32, 45:51]])
    assert (border.min(axis=1) < 200).all()
    assert (lines[24:40, 24:40] > 240).all()
    away = np.ones_like(lines, dtype=bool)
    away[8:56, 8:56] = False
    assert (lines[away] > 240).all()


@pytest.mark.parametrize("name", EXTRACTORS)
def test_strength_makes_lines_darker(name: str) -> None:
    ink = [255 - EXTRACTORS[name](square(), strength).astype(float).mean() for strength in STRENGTHS]
    assert ink[0] <= ink[1] <= ink[2]


def test_equal_seeds_give_equal_lines_and_every_extractor_has_its_turn() -> None:
    drawings = [extract_lines(square(), generator(seed)) for seed in range(32)]
    again = [extract_lines(square(), generator(seed)) for seed in range(32)]
    assert all((one == other).all() for one, other in zip(drawings, again, strict=True))
    turns = {list(EXTRACTORS)[generator(seed).integers(len(EXTRACTORS))] for seed in range(32)}
    assert turns == set(EXTRACTORS)
    assert len({drawing.tobytes() for drawing in drawings}) > len(EXTRACTORS)


def test_a_drawing_may_stay_as_it_is() -> None:
    drawing = extract_lines(square(), generator(0))
    assert (wear(drawing, generator(1), 0.0) == drawing).all()


def test_wear_is_told_by_its_seed_and_changes_the_drawing() -> None:
    drawing = extract_lines(square(), generator(0))
    worn = [wear(drawing, generator(seed), 1.0) for seed in range(8)]
    assert all((wear(drawing, generator(seed), 1.0) == worn[seed]).all() for seed in range(8))
    assert len({one.tobytes() for one in worn}) == 8
    assert all(one.shape == drawing.shape and one.dtype == np.uint8 for one in worn)
    assert all(np.abs(one.astype(int) - drawing).mean() > 1 for one in worn)
