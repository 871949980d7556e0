"""What a network is shown of regions, on pictures whose answer is known."""

import numpy as np
import pytest

from attnpaint.segment.samples import (
    GROUND_FLAG,
    POINTS,
    nearest_colors,
    paper_light,
    sample_palette,
    sample_regions,
)

WHITE = np.full((64, 96), 255, np.uint8)


def halves() -> np.ndarray:
    """Region 1 is the left third, region 2 the rest."""
    labels = np.full((64, 96), 2, np.int32)
    labels[:, :32] = 1
    return labels


def test_regions_come_largest_first_with_their_areas() -> None:
    found = sample_regions(halves(), WHITE, 4, np.random.default_rng(0))
    assert found.label[found.valid].tolist() == [2, 1]
    np.testing.assert_allclose(found.area, [2 / 3, 1 / 3, 0, 0], atol=1e-6)
    assert found.valid.tolist() == [True, True, False, False]


def test_points_lie_in_their_own_region() -> None:
    labels = halves()
    found = sample_regions(labels, WHITE, 2, np.random.default_rng(0))
    assert found.points.shape == (2, POINTS, 2)
    for place, label in enumerate(found.label):
        x = np.floor((found.points[place, :, 0] + 1) / 2 * 96).astype(int)
        y = np.floor((found.points[place, :, 1] + 1) / 2 * 64).astype(int)
        assert (labels[y, x] == label).all()


def test_points_keep_off_lines_where_there_is_paper() -> None:
    sketch = np.full((64, 64), 255, np.uint8)
    sketch[:, ::4] = 0
    sketch[:, 40:] = 255  # a margin of paper
    found = sample_regions(np.ones((64, 64), np.int32), paper_light(sketch), 1, np.random.default_rng(0))
    x = np.floor((found.points[0, :, 0] + 1) / 2 * 64).astype(int)
    assert (sketch[0, x] == 255).mean() > 0.9


def test_geometry_tells_place_size_and_ground() -> None:
    labels = np.ones((100, 100), np.int32)  # the ground
    labels[50:90, 20:40] = 2
    geometry = sample_regions(
        labels, np.full((100, 100), 255, np.uint8), 2, np.random.default_rng(0)
    ).geometry
    assert geometry[0, 9] == 1
    assert geometry[1, 9] == 0
    np.testing.assert_allclose(geometry[1, 1:3], [-0.4, 0.4], atol=0.02)
    np.testing.assert_allclose(geometry[1, 6:8], [0, 0], atol=0.02)  # in the middle of the figure
    np.testing.assert_allclose(geometry[1, 0], np.log(0.08) / 5, atol=1e-5)


def test_most_and_tiny_regions_are_left_out() -> None:
    labels = np.ones((64, 64), np.int32)
    labels[:2, :2] = 2  # 4 px
    labels[30:40, 30:40] = 3
    found = sample_regions(labels, WHITE[:, :64], 8, np.random.default_rng(0))
    assert found.label[found.valid].tolist() == [1, 3]
    found = sample_regions(labels, WHITE[:, :64], 1, np.random.default_rng(0))
    assert found.label[found.valid].tolist() == [1]


def test_label_zero_is_no_region() -> None:
    labels = np.zeros((64, 96), np.int32)
    labels[10:30, 10:30] = 1
    found = sample_regions(labels, WHITE, 4, np.random.default_rng(0))
    assert found.label[found.valid].tolist() == [1]
    empty = sample_regions(np.zeros((64, 96), np.int32), WHITE, 4, np.random.default_rng(0))
    assert not empty.valid.any()


def test_each_pixel_of_a_reference_has_the_nearest_colour_of_its_band() -> None:
    colors = np.zeros((4, 4, 3), np.uint8)
    colors[:, 1] = (255, 0, 0)
    picture = np.zeros((8, 6, 3), np.uint8)
    picture[:, 3:] = (200, 10, 10)
    labels = nearest_colors(picture, colors, np.full((8, 6), 255, np.uint8))
    assert labels[:, 0].tolist() == [1, 1, 5, 5, 9, 9, 13, 13]
    assert labels[:, 5].tolist() == [2, 2, 6, 6, 10, 10, 14, 14]
    lined = np.full((8, 6), 255, np.uint8)
    lined[3] = 0
    assert (nearest_colors(picture, colors, lined)[3] == 0).all()


@pytest.mark.parametrize("rows", [7, 15, 16])
def test_a_reference_of_a_few_pixels_is_labelled(rows: int) -> None:
    labels = nearest_colors(
        np.zeros((rows, 5, 3), np.uint8), np.zeros((4, 4, 3), np.uint8), np.full((rows, 5), 255, np.uint8)
    )
    assert set(np.unique(labels)) == {1, 5, 9, 13}


def test_palette_entries_keep_their_places() -> None:
    labels = np.zeros((64, 96), np.int32)
    labels[:32], labels[32:, :48] = 7, 3
    found = sample_palette(labels, WHITE, 16, np.random.default_rng(0))
    assert np.flatnonzero(found.valid).tolist() == [2, 6]
    assert found.points[6, :, 1].max() < 0 < found.points[2, :, 1].min()


@pytest.mark.parametrize("padding", [(0, 0), (0, 60), (45, 0), (30, 90)])
def test_what_is_empty_around_a_picture_changes_neither_its_ground_nor_places_in_the_figure(
    padding: tuple[int, int],
) -> None:
    labels = np.ones((120, 60), np.int32)
    labels[30:110, 10:40] = 2
    labels[40:60, 15:35] = 3
    light = np.full(labels.shape, 255, np.uint8)
    alone = sample_regions(labels, light, 8, np.random.default_rng(0))
    rows, columns = padding
    around = np.pad(labels, ((rows, rows), (columns, columns)))
    white = np.full(around.shape, 255, np.uint8)
    found = sample_regions(around, white, 8, np.random.default_rng(0))
    inside = found.geometry[: found.valid.sum()]
    same = [5, 6, 7, GROUND_FLAG]  # share of the edge, place in the figure, ground
    assert found.label[found.valid].tolist() == alone.label[alone.valid].tolist()
    np.testing.assert_allclose(inside[:, same], alone.geometry[: alone.valid.sum()][:, same], atol=1e-5)
    assert inside[:, GROUND_FLAG].tolist() == [1, 0, 0]
