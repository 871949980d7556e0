"""The histogram of a reference: as exact as full k-means, and sensible for flat, few and clear colours."""

import json
from pathlib import Path

import numpy as np
import pytest
from extracting import painting

from attnpaint.colour import Space
from attnpaint.errors import AttnpaintError
from attnpaint.extract import Histogram, Method, measure
from attnpaint.extract.batch.ancestor_files import write_json
from attnpaint.extract.histogram import MOST_COLORS, band_edges, count_bands
from attnpaint.extract.method import Solver

RED, GREEN, BLUE, WHITE = (200, 30, 40), (20, 160, 60), (30, 60, 190), (255, 255, 255)


def flat(color: tuple[int, ...], height: int = 40, width: int = 30) -> np.ndarray:
    return np.full((height, width, len(color)), color, dtype=np.uint8)


def squared_error(pixels: np.ndarray, colors: np.ndarray) -> float:
    return float(np.square(pixels[:, None].astype(float) - colors).sum(axis=2).min(axis=1).mean())


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "picture",
    [painting(0, 0), painting(1, 12), painting(2, 40), (painting(3, 8) // 12 + 234).astype(np.uint8)],
    ids=["smooth", "grainy", "noisy", "nearly white"],
)
def test_the_squared_error_is_that_of_full_kmeans_with_ten_starts(picture: np.ndarray) -> None:
    pytest.importorskip("sklearn")
    from sklearn.cluster import KMeans

    histogram = measure(picture)
    ours, theirs = [], []
    for band in range(4):
        pixels = picture[band * 32 : band * 32 + 32].reshape(-1, 3)
        oracle = KMeans(4, n_init=10, random_state=0).fit(pixels.astype(np.float32))
        ours.append(squared_error(pixels, histogram.colors[band].astype(float)))
        theirs.append(squared_error(pixels, oracle.cluster_centers_.round()))
    assert sum(ours) <= 1.005 * sum(theirs)
    assert (np.array(ours) <= 1.02 * np.array(theirs)).all()


def test_weights_are_the_shares_of_pixels_heaviest_first() -> None:
    picture = painting(4, 20)
    histogram = measure(picture)
    assert histogram.colors.dtype == np.uint8
    assert histogram.weights.dtype == np.float32
    np.testing.assert_allclose(histogram.weights.sum(axis=1), 1, atol=1e-6)
    assert (np.diff(histogram.weights, axis=1) <= 0).all()
    for band in range(4):
        pixels = picture[band * 32 : band * 32 + 32].reshape(-1, 1, 3).astype(float)
        nearest = np.square(pixels - histogram.colors[band]).sum(axis=2).argmin(axis=1)
        shares = np.bincount(nearest, minlength=4) / len(nearest)
        np.testing.assert_allclose(histogram.weights[band], shares, atol=0.01)


@pytest.mark.parametrize("starts", [1, 2, 24])
def test_equal_input_gives_equal_output(starts: int) -> None:
    first, second = (measure(painting(5, 20), Method(seed=3, starts=starts)) for _ in range(2))
    assert np.array_equal(first.colors, second.colors)
    assert np.array_equal(first.weights, second.weights)


def test_a_band_does_not_depend_on_the_others() -> None:
    picture = painting(6, 5)
    other = picture.copy()
    other[32:] = 255 - other[:96]
    assert np.array_equal(measure(picture).colors[0], measure(other).colors[0])


def test_four_flat_bands_repeat_their_colour_with_weight_0() -> None:
    histogram = measure(np.concatenate([flat(color) for color in (RED, WHITE, GREEN, BLUE)]))
    for band, color in enumerate((RED, WHITE, GREEN, BLUE)):
        assert histogram.colors[band].tolist() == [list(color)] * 4
    assert histogram.weights.tolist() == [[1, 0, 0, 0]] * 4


def test_few_colours_are_found_exactly_however_rare_and_near() -> None:
    picture = flat(WHITE, 400, 300)
    picture[:, :100] = (254, 255, 255)
    picture[::100, 299] = (0, 0, 0)
    histogram = measure(picture)
    assert histogram.colors[0].tolist() == [[255, 255, 255], [254, 255, 255], [0, 0, 0], [0, 0, 0]]
    np.testing.assert_allclose(histogram.weights[0], [19999 / 30000, 1 / 3, 1 / 30000, 0], rtol=1e-5)


def test_transparent_pixels_do_not_count() -> None:
    picture = flat((*RED, 255))
    picture[:, :20] = (*GREEN, 127)
    picture[:, 20:25] = (*BLUE, 128)
    histogram = measure(picture)
    assert histogram.colors[:, :2].tolist() == [[list(BLUE), list(RED)]] * 4  # equals: by their RGB
    assert histogram.weights[:, :2].tolist() == [[0.5, 0.5]] * 4


def test_a_clear_band_takes_after_the_nearest_one_and_a_clear_picture_is_white() -> None:
    clear = flat((*GREEN, 0))
    picture = np.concatenate([clear, flat((*RED, 255)), clear, flat((*BLUE, 255))])
    assert measure(picture).colors[:, 0].tolist() == [list(color) for color in (RED, RED, RED, BLUE)]
    assert measure(clear).colors.min() == 255
    assert measure(clear).weights.tolist() == [[1, 0, 0, 0]] * 4


@pytest.mark.parametrize("height", [1, 2, 3, 5, 7, 1001])
def test_every_height_has_four_bands_with_colours(height: int) -> None:
    rows = np.arange(height, dtype=np.uint16).astype(np.uint8)
    picture = np.repeat(rows[:, None, None], 3, axis=2)
    histogram = measure(picture)
    assert set(histogram.colors[..., 0].ravel().tolist()) <= set(range(256))
    np.testing.assert_allclose(histogram.weights.sum(axis=1), 1, atol=1e-6)
    assert band_edges(height)[0] == 0
    assert band_edges(height)[-1] == height


def test_counting_keeps_all_pixels_and_the_mean_of_a_busy_band() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (400, 100, 3), dtype=np.uint8)
    bands = count_bands(picture)
    for band, counted in enumerate(bands):
        pixels = picture[band * 100 : band * 100 + 100].reshape(-1, 3)
        points, weights = counted.points()
        assert MOST_COLORS < len(weights) < len(np.unique(pixels, axis=0)) == len(counted.counts)
        assert weights.sum() == counted.counts.sum() == len(pixels)
        np.testing.assert_allclose(points @ weights / len(pixels), pixels.mean(axis=0), rtol=1e-4)


@pytest.mark.parametrize("height", [4, 6, 10, 513])
def test_histogram_image_i_shows_the_rank_i_colour_of_each_band(height: int) -> None:
    histogram = measure(painting(7, 10))
    images = histogram.images(height, 9)
    assert images.shape == (4, height, 9, 3)
    for band in range(4):
        rows = slice(round(band * height / 4), round((band + 1) * height / 4))
        assert (images[:, rows] == histogram.colors[band][:, None, None]).all()


def test_the_ancestors_json_goes_out_and_comes_back(tmp_path: Path) -> None:
    histogram = measure(np.concatenate([flat(WHITE, 44), painting(8, 10)[:, :30]]))
    write_json(tmp_path / "a.json", histogram)
    layout = json.loads((tmp_path / "a.json").read_text())
    assert list(layout) == list(layout["1"]) == ["1", "2", "3", "4"]
    assert layout["1"]["1"] == [255, 255, 255]
    again = Histogram.from_json(layout)
    assert np.array_equal(again.colors, histogram.colors)
    assert again.weights[0].tolist() == [1, 0, 0, 0]
    assert again.weights[3].tolist() == [0.25] * 4


@pytest.mark.parametrize(
    "layout", [{}, {"1": 3}, {str(i): {str(j): [0, 300, 0] for j in range(5)} for i in range(5)}]
)
def test_json_that_is_no_histogram_is_refused(layout: dict) -> None:
    with pytest.raises(AttnpaintError, match="not a histogram"):
        Histogram.from_json(layout)


@pytest.mark.parametrize("space", list(Space))
@pytest.mark.filterwarnings("ignore")
def test_each_space_is_as_exact_as_scikit_learn_there(space: Space) -> None:
    pytest.importorskip("sklearn")
    from attnpaint.colour import from_rgb

    picture = painting(9, 15)
    ours, theirs = (measure(picture, Method(space=space, solver=solver)) for solver in Solver)
    errors = []
    for histogram in (ours, theirs):
        placed = from_rgb(histogram.colors.astype(np.float32), space)
        pixels = from_rgb(picture.reshape(4, -1, 3).astype(np.float32), space)
        errors.append(sum(squared_error(*pair) for pair in zip(pixels, placed, strict=True)))
    assert errors[0] <= 1.005 * errors[1]


def test_bands_and_colours_of_any_number() -> None:
    histogram = measure(painting(10, 10), Method(bands=3, colors=6))
    assert histogram.colors.shape == (3, 6, 3)
    assert histogram.weights.shape == (3, 6)
    assert histogram.images(30, 5).shape == (6, 30, 5, 3)
    assert len(histogram.to_json()) == 3
    assert np.array_equal(Histogram.from_json(histogram.to_json()).colors, histogram.colors)
    for wrong in ({"bands": 0}, {"colors": 17}, {"starts": 0}):
        with pytest.raises(AttnpaintError):
            Method(**wrong)


def test_a_flat_backdrop_can_be_ignored() -> None:
    picture = flat(WHITE, 80, 60)
    picture[..., 2] -= np.random.default_rng(0).integers(0, 4, (80, 60), dtype=np.uint8)  # paper is not even
    picture[10:70, 20:40] = RED
    picture[60:] = GREEN
    assert (measure(picture).colors[1, 1:, :2] == 255).all()
    cut = measure(picture, Method(ignore_background=True))
    assert cut.colors[1].tolist() == [list(RED)] * 4
    assert cut.weights[1].tolist() == [1, 0, 0, 0]
    assert cut.colors[3, 0].tolist() == list(RED)  # nothing left of its own: after the nearest band
    assert measure(flat(GREEN), Method(ignore_background=True)).colors[0, 0].tolist() == list(GREEN)


def test_the_most_frequent_colour_counts_unless_it_lines_the_edges() -> None:
    picture = flat(WHITE, 40, 60)
    picture[:, 5:55] = RED
    histogram = measure(picture, Method(ignore_background=True))
    assert histogram.colors[0, :2].tolist() == [list(RED), list(WHITE)]


def test_dark_strokes_can_be_ignored_but_dark_areas_count() -> None:
    picture = flat(RED, 200, 200)
    for stroke in range(10, 120, 10):
        picture[:, stroke : stroke + 2] = 20
    picture[:, 120:] = 20
    usual, drawn = measure(picture), measure(picture, Method(ignore_lines=True))
    assert usual.weights[0, 0] == pytest.approx(102 / 200)
    for band in range(4):
        assert drawn.colors[band, :2].tolist() == [list(RED), [20, 20, 20]]
        assert drawn.weights[band, 1] == pytest.approx(80 / 178, abs=0.01)


@pytest.mark.parametrize("space", list(Space))
def test_snapped_colours_occur_in_their_band(space: Space) -> None:
    picture = painting(11, 30)
    histogram = measure(picture, Method(snap=True, space=space))
    for band in range(4):
        there = {tuple(color) for color in picture[band * 32 : band * 32 + 32].reshape(-1, 3).tolist()}
        assert {tuple(color) for color in histogram.colors[band].tolist()} <= there


def test_numbers_hold_colours_and_weights_and_nothing_else_is_taken_for_them() -> None:
    histogram = measure(np.random.default_rng(0).integers(0, 256, (40, 30, 3), dtype=np.uint8))
    again = Histogram.from_numbers(json.loads(json.dumps(histogram.to_numbers())))
    assert np.array_equal(again.colors, histogram.colors)
    assert np.array_equal(again.weights, histogram.weights)
    for wrong in ({}, histogram.to_json(), {"colors": [[[0, 0, 0]]], "weights": [[1.0, 0.0]]}):
        with pytest.raises(AttnpaintError, match="these are not the numbers of a histogram"):
            Histogram.from_numbers(wrong)
