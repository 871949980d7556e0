"""Palettes of any number of colours become four bands of four, as the documentation says."""

import numpy as np
import pytest

from attnpaint.errors import AttnpaintError
from attnpaint.palettes.merge import merge, spread
from attnpaint.palettes.swatch import Swatch


def greys(count: int) -> list[Swatch]:
    """Different ones, in the order of their levels."""
    return [Swatch((level, level, level)) for level in range(count)]


@pytest.mark.parametrize("count", [*range(1, 20), 64, 255, 256])
def test_any_number_gives_a_palette_of_the_files_own_colours(count: int) -> None:
    histogram = spread(greys(count), "x")
    assert histogram.colors.shape == (4, 4, 3)
    np.testing.assert_allclose(histogram.weights.sum(axis=1), 1, atol=1e-6)
    assert (np.diff(histogram.weights, axis=1) <= 0).all()
    shown = {tuple(color) for color in histogram.colors.reshape(-1, 3).tolist()}
    assert shown <= {swatch.color for swatch in greys(count)}
    assert len(shown) == min(count, 16)


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_few_colours_are_in_every_band(count: int) -> None:
    histogram = spread(greys(count), "x")
    for band in range(4):
        assert histogram.colors[band, :count, 0].tolist() == list(range(count))
        np.testing.assert_allclose(histogram.weights[band], [1 / count] * count + [0] * (4 - count))


def test_five_to_sixteen_are_dealt_round_and_round() -> None:
    levels = spread(greys(6), "x").colors[..., 0]
    assert levels.tolist() == [[0, 1, 2, 3], [4, 5, 0, 1], [2, 3, 4, 5], [0, 1, 2, 3]]
    assert (spread(greys(6), "x").weights == 0.25).all()


def test_sixteen_without_names_are_four_rows_of_four() -> None:
    swatches = greys(16)
    swatches[1:4] = [swatches[0], swatches[0], swatches[3]]
    histogram = spread(swatches, "x")
    assert histogram.colors[1:, :, 0].tolist() == [[4, 5, 6, 7], [8, 9, 10, 11], [12, 13, 14, 15]]
    assert histogram.colors[0, :2, 0].tolist() == [0, 3]
    assert histogram.weights[0].tolist() == [0.5, 0.5, 0, 0]


def test_a_colour_that_comes_often_counts_once() -> None:
    histogram = spread([*greys(2), *greys(2), *greys(1)], "x")
    assert histogram.weights[0].tolist() == [0.5, 0.5, 0, 0]


def test_more_are_merged_and_weigh_as_many_as_they_stand_for() -> None:
    far = [Swatch((17 * i, 0, 255 - 17 * i)) for i in range(15)]
    near = [Swatch((0, 250, level)) for level in range(5)]
    histogram = spread([*near, *far], "x")
    place = (histogram.colors == (0, 250, 2)).all(axis=2)  # the one in the middle stands for the five
    assert place.sum() == 1
    assert place[0, 0]
    np.testing.assert_allclose(histogram.weights[place], 5 / 8)
    assert (histogram.weights[1:] == 0.25).all()


def test_names_of_ours_need_to_be_whole() -> None:
    places = [(band, rank) for band in (4, 3, 2, 1) for rank in (1, 2, 3, 4)]
    ours = [
        Swatch((i, i, i), f"band {band} rank {rank} weight 0.25") for i, (band, rank) in enumerate(places)
    ]
    assert spread(ours, "x").colors[3, :, 0].tolist() == [0, 1, 2, 3]
    for wrong in ("band 5 rank 1 weight 0.25", "band 1 rank 2 weight 0.25", "mine"):
        changed = [Swatch((0, 0, 0), wrong), *ours[1:]]
        assert spread(changed, "x").colors[0, :, 0].tolist() == [0, 1, 2, 3]  # rows, as for any sixteen


def test_weights_in_names_that_do_not_sum_to_one_are_scaled() -> None:
    weights = (1, 3, 0, 0)
    ours = [
        Swatch((10 * band, rank, 0), f"Band {band} Rank {rank} Weight {weights[rank - 1] if band > 1 else 0}")
        for band in range(1, 5)
        for rank in range(1, 5)
    ]
    histogram = spread(ours, "x")
    assert histogram.weights[0].tolist() == [0.25] * 4
    assert histogram.weights[3].tolist() == [0.75, 0.25, 0, 0]
    assert histogram.colors[3, :2].tolist() == [[40, 2, 0], [40, 1, 0]]


def test_none_and_too_many() -> None:
    with pytest.raises(AttnpaintError, match="x holds no colours"):
        spread([], "x")
    with pytest.raises(AttnpaintError, match="x holds 257 colours"):
        spread([Swatch((0, 0, 0))] * 257, "x")


def test_merge_joins_what_is_alike_first_and_invents_no_colour() -> None:
    colors = np.array([[200, 0, 0], [0, 0, 200], [202, 0, 0], [0, 200, 0]], np.uint8)
    weights = np.array([0.1, 0.4, 0.2, 0.3], np.float32)
    few, held = merge(colors, weights, 3)
    assert few.tolist() == [[202, 0, 0], [0, 0, 200], [0, 200, 0]]
    np.testing.assert_allclose(held, [0.3, 0.4, 0.3], atol=1e-6)
    kept, _ = merge(colors, weights, 4)
    assert np.array_equal(kept, colors)
    alike, _ = merge(colors, weights, 4, alike=2.3)
    assert np.array_equal(alike, few)
