"""Chance over geometry, colours and references: what it keeps, and what it does at its strongest."""

from dataclasses import replace

import numpy as np
import pytest

from attnpaint.config import DataConfig
from attnpaint.data.augment import View, colour_turn, crop, recolour
from attnpaint.data.reference import measured, move_edges, swatch, thumbnail, vary
from attnpaint.extract import Histogram, measure
from attnpaint.images import Picture, letterbox, resize

STILL = DataConfig(size=32, flip=False)


def generator(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def noise(height: int, width: int) -> Picture:
    return generator(0).integers(0, 256, (height, width, 3), dtype=np.uint8)


def views(height: int, width: int, config: DataConfig, count: int = 16) -> list[View]:
    return [View.draw(height, width, config, generator(seed)) for seed in range(count)]


@pytest.mark.parametrize("sides", [(128, 64), (64, 128), (33, 70), (101, 100), (20, 9), (32, 32)])
def test_without_chance_the_view_is_the_letterbox(sides: tuple[int, int]) -> None:
    picture = noise(*sides)
    assert np.array_equal(views(*sides, STILL, 1)[0].of(picture), letterbox(picture, 32)[0])


@pytest.mark.parametrize("sides", [(32, 32), (64, 64), (50, 41), (41, 50)])
def test_a_flip_is_the_picture_from_right_to_left(sides: tuple[int, int]) -> None:
    picture = noise(*sides)
    seen = [view.of(picture) for view in views(*sides, replace(STILL, flip=True))]
    flipped = [not np.array_equal(one, letterbox(picture, 32)[0]) for one in seen]
    assert 0 < sum(flipped) < len(seen)
    mirrored = View.draw(sides[0], sides[1], STILL, generator(0)).of(picture[:, ::-1])
    assert all(np.array_equal(one, mirrored) for one, flip in zip(seen, flipped, strict=True) if flip)
    if sides == (32, 32):
        assert np.array_equal(mirrored, picture[:, ::-1])


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_turns_by_right_angles_move_whole_pixels(quarters: int) -> None:
    picture, middle = noise(32, 32), np.full(2, 16.0)
    angle = quarters * np.pi / 2
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    turn += 1e-9  # neither 0 nor 1: by warping
    seen = View(np.column_stack([turn, middle - turn @ middle]), 32, 32, 32).of(picture)
    assert np.array_equal(seen, np.rot90(picture, -quarters))


@pytest.mark.parametrize("seed", range(6))
def test_where_a_place_of_one_view_lies_in_another(seed: int) -> None:
    random = generator(seed)
    config = replace(STILL, size=200, flip=True, zoom=0.6, rotate=8.0, shear=5.0, shift=0.05)
    one, other = (View.draw(300, 220, config, random) for _ in range(2))
    picture = np.full((300, 220), 255, np.uint8)
    picture[130:136, 90:96] = 0
    rows, columns = np.mgrid[:200, :200] + 0.5
    found = []
    for view in (one, other):
        dark = 255.0 - view.of(np.dstack([picture] * 3))[..., 0]
        found.append(np.array([(dark * columns).sum(), (dark * rows).sum()]) / dark.sum() / 100 - 1)
    assert np.abs(one.to(other) @ [*found[0], 1] - found[1]).max() < 0.01


def test_rotation_shear_zoom_and_shift_do_what_their_numbers_say() -> None:
    def turns(config: DataConfig) -> np.ndarray:
        return np.stack([view.matrix for view in views(32, 32, config, 64)])

    rotated = turns(replace(STILL, rotate=30.0))
    angles = np.rad2deg(np.arctan2(rotated[:, 1, 0], rotated[:, 0, 0]))
    assert 20 < np.abs(angles).max() <= 30
    assert angles.min() < -10 < 10 < angles.max()
    assert np.allclose(rotated[:, :, :2] @ rotated[:, :, :2].swapaxes(1, 2), np.eye(2))
    sheared = turns(replace(STILL, shear=20.0))
    assert 0.25 < np.abs(sheared[:, 0, 1]).max() <= np.tan(np.deg2rad(20))
    assert np.allclose(np.linalg.det(sheared[:, :, :2]), 1)
    zoomed = turns(replace(STILL, zoom=0.5))[:, 0, 0]
    assert 1 <= zoomed.min() < 1.1 < 1.4 < zoomed.max() <= 1.5
    shifted = turns(replace(STILL, shift=0.25))[:, :, 2]
    assert np.abs(shifted).max() in (7, 8)
    assert len(np.unique(shifted, axis=0)) > 40


def test_a_drawing_of_another_size_is_seen_in_the_same_place() -> None:
    picture = np.full((60, 44, 3), 255, np.uint8)
    picture[10:30, 6:15] = picture[30:52, 22:40] = 0
    config = DataConfig(size=64, zoom=0.6, rotate=20.0, shear=10.0, shift=0.1)
    for other in (1, 2, 3):
        drawing = np.repeat(np.repeat(picture[..., 0], other, axis=0), other, axis=1)
        for view in views(60, 44, config):
            off = np.abs(view.of(picture)[..., 0].astype(int) - view.of(drawing))
            assert off.mean() < 4


def test_a_view_far_away_is_white() -> None:
    view = View(np.array([[1.0, 0, 90], [0, 1.0, -70]]), 32, 32, 32)
    assert (view.of(noise(32, 32)) == 255).all()


def test_a_turn_of_the_colours_leaves_greys_alone() -> None:
    ramp = np.arange(256, dtype=np.uint8).repeat(3).reshape(16, 16, 3)
    for seed in range(20):
        turned = recolour(ramp, colour_turn(generator(seed)))
        assert np.abs(turned.astype(int) - ramp).max() <= 1


def test_a_turn_of_the_colours_keeps_their_distances_and_is_seldom_none() -> None:
    turns = [colour_turn(generator(seed)) for seed in range(20)]
    assert all(np.allclose(turn @ turn.T, np.eye(3), atol=1e-5) for turn in turns)
    assert np.ptp([np.linalg.det(turn) for turn in turns]) > 1.9  # some mirror the colours
    assert sum(np.abs(turn - np.eye(3)).max() > 0.2 for turn in turns) > 15


def test_recolouring_and_measuring_commute() -> None:
    random = generator(4)
    for seed in range(5):
        # far from the cube's faces: nothing is clipped
        colors = random.integers(90, 165, (4, 4, 3), dtype=np.uint8)
        rows = np.repeat(colors, [10, 7, 5, 2], axis=1)  # distinct weights
        picture = np.repeat(rows, 6, axis=0)
        turn = colour_turn(generator(seed))
        first, then = measure(recolour(picture, turn)), measure(picture)
        assert np.array_equal(first.weights, then.weights)
        assert np.abs(first.colors - then.colors @ turn.T).max() < 2


def test_a_crop_is_a_part_with_at_least_six_tenths_of_each_side() -> None:
    picture = noise(50, 40)
    for seed in range(50):
        part = crop(picture, generator(seed))
        assert 30 <= part.shape[0] <= 50
        assert 24 <= part.shape[1] <= 40
        assert np.shares_memory(part, picture)


def stripes(height: int) -> Picture:
    """Four bands of one colour each, 20 px wide."""
    colors = np.array([[200, 30, 30], [30, 200, 30], [30, 30, 200], [220, 220, 40]], np.uint8)
    return np.repeat(np.repeat(colors, height // 4, axis=0)[:, None], 20, axis=1)


def test_moved_edges_let_colours_into_the_bands_beside_them() -> None:
    picture = stripes(120)
    for seed in range(20):
        moved = move_edges(picture, generator(seed))
        assert moved.shape == picture.shape
        order = [int(np.flatnonzero((stripes(4)[:, 0] == row).all(axis=1))[0]) for row in moved[:, 0]]
        assert sorted(order) == order  # from top to bottom as before
        assert set(order) == {0, 1, 2, 3}
        histogram = measured(moved)
        assert (histogram.weights[:, 1] > 0).any()
        for band in range(4):
            there = {tuple(color) for color in histogram.colors[band]}
            near = {tuple(c) for c in stripes(4)[max(0, band - 1) : band + 2, 0]}
            assert there <= near


def test_a_swatch_has_the_histogram_that_it_stands_for() -> None:
    histogram = measure(noise(80, 60))
    again = measure(swatch(histogram))
    for one, other in zip(again.colors, histogram.colors, strict=True):
        assert set(map(bytes, one)) == set(map(bytes, other))
    assert np.abs(again.weights - histogram.weights).max() < 1 / 60
    small = measured(resize(stripes(120), 8, 8))
    assert np.array_equal(measure(swatch(small)).colors, small.colors)


def test_a_thumbnail_keeps_small_pictures_and_the_aspect_of_others() -> None:
    small = noise(128, 40)
    assert thumbnail(small) is small
    assert thumbnail(noise(512, 300)).shape == (128, 75, 3)
    assert thumbnail(noise(2, 900)).shape == (1, 128, 3)


def bands() -> Histogram:
    return measured(stripes(64))


def test_dropped_bands_take_the_colours_of_a_band_that_stays() -> None:
    found = [vary(bands(), DataConfig(drop_bands=1.0), generator(seed)) for seed in range(60)]
    kept = [
        [int(np.flatnonzero((bands().colors[:, 0] == c[0]).all(axis=1))[0]) for c in h.colors] for h in found
    ]
    assert {len(set(order)) for order in kept} == {1, 2, 3}
    for order in kept:
        assert sorted(order) == order  # its nearest
        assert all(order[place] == place for place in set(order))


def test_permuted_bands_are_the_same_bands() -> None:
    found = [vary(bands(), DataConfig(permute_bands=1.0), generator(seed)).colors for seed in range(30)]
    assert len({one.tobytes() for one in found}) > 10
    want = sorted(map(bytes, bands().colors))
    assert all(sorted(map(bytes, one)) == want for one in found)


def test_dropped_ranks_leave_the_heaviest_colours() -> None:
    histogram = measure(noise(80, 60))
    for seed in range(20):
        fewer = vary(histogram, DataConfig(drop_ranks=1.0), generator(seed))
        keep = int((fewer.weights[0] > 0).sum())
        assert 1 <= keep <= 3
        assert np.array_equal(fewer.colors[:, :keep], histogram.colors[:, :keep])
        assert (fewer.colors[:, keep:] == fewer.colors[:, keep - 1 : keep]).all()
        assert np.allclose(fewer.weights.sum(axis=1), 1)


def test_without_chance_a_histogram_stays() -> None:
    histogram = measure(noise(80, 60))
    same = vary(histogram, DataConfig(), generator(0))
    assert np.array_equal(same.colors, histogram.colors)
    assert np.array_equal(same.weights, histogram.weights)
