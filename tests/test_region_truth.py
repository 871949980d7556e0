"""What training knows of regions: true colours, leaks and parts, where the picture is turned as well."""

import cv2
import numpy as np
import pytest

from attnpaint.config import DataConfig
from attnpaint.data.augment import View
from attnpaint.data.region_truth import NOT_KNOWN, PartMap, reference_view, region_truth
from attnpaint.extract import DEFAULT, FIGURE, measure
from attnpaint.segment.samples import GRID, GROUND_FLAG, PARTS, reference_arrays, shares_in_cells

SIZE = 96
RED, BLUE = (200, 30, 30), (30, 30, 200)


def boxes() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sketch, truth and parts: a red box (skin) and a blue one (clothes of index 9) on white ground."""
    sketch, truth = np.full((SIZE, SIZE), 255, np.uint8), np.full((SIZE, SIZE, 3), 255, np.uint8)
    parts = np.zeros((SIZE, SIZE), np.uint8)
    for left, color, part in ((8, RED, 1), (52, BLUE, 9)):
        sketch[20:76, left : left + 36] = 0
        sketch[23:73, left + 3 : left + 33] = 255
        truth[20:76, left : left + 36], parts[20:76, left : left + 36] = color, part
    return sketch, truth, parts


def told(parts: np.ndarray | None, config: DataConfig | None = None, seed: int = 0) -> dict[str, np.ndarray]:
    sketch, truth, own = boxes()
    random = np.random.default_rng(seed)
    view = View.draw(SIZE, SIZE, config or DataConfig(size=SIZE, flip=False), random)
    part_map = None if parts is None else PartMap(parts, view.matrix)
    assert own.shape == sketch.shape
    return region_truth(view.of(sketch), view.of(truth), 8, part_map, random)


def part_of(found: dict[str, np.ndarray], color: tuple[int, int, int]) -> str:
    apart = np.abs(found["color"] - (np.array(color) / 127.5 - 1)).sum(axis=1) + 9 * ~found["valid"]
    assert apart.min() < 0.1
    return PARTS[found["part"][apart.argmin()]]


@pytest.mark.parametrize("turned", [DataConfig(size=SIZE, flip=False), DataConfig(size=SIZE, rotate=30.0)])
@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_each_region_has_its_own_colour_and_part(turned: DataConfig, seed: int) -> None:
    found = told(boxes()[2], turned, seed)
    assert part_of(found, RED) == "skin"
    assert part_of(found, BLUE) == "clothes"
    assert part_of(found, (255, 255, 255)) == "ground"
    assert found["spread"][found["valid"]].max() < 0.1


def test_without_a_map_no_part_is_known() -> None:
    assert (told(None)["part"] == NOT_KNOWN).all()


def test_unknown_indices_are_not_known() -> None:
    parts = np.full((SIZE, SIZE), 255, np.uint8)
    assert (told(parts)["part"] == NOT_KNOWN).all()


def test_two_colours_in_one_region_are_a_leak() -> None:
    sketch, truth, _ = boxes()
    truth[20:48, 8:44] = BLUE
    found = region_truth(sketch, truth, 8, None, np.random.default_rng(0))
    assert found["spread"].max() > 0.5


def test_a_reference_tells_where_its_colours_are() -> None:
    picture = np.zeros((40, 80, 3), np.uint8)
    picture[:, :40], picture[:, 40:] = RED, BLUE
    histogram = measure(picture)
    seen = reference_view(picture, histogram, np.random.default_rng(0))
    entries = histogram.colors.reshape(16, 3)
    assert seen["valid"].any()
    for entry in np.flatnonzero(seen["valid"]):
        left = entries[entry][0] > entries[entry][2]
        assert (seen["geometry"][entry, 1] < 0) == left
    assert not seen["valid"][(histogram.weights.ravel() == 0)].any()


def test_a_reference_tells_its_own_regions_and_their_colours() -> None:
    sketch, truth, _ = boxes()
    seen = reference_arrays(truth, sketch, measure(truth), 5.0, np.random.default_rng(0))
    there = seen["own_valid"]
    colors, weight = (seen["own_color"][there] + 1) * 127.5, seen["own_weight"][there]
    for color in (RED, BLUE):
        apart = np.abs(colors - np.array(color)).sum(axis=1)
        assert apart.min() < 6
        assert weight[apart.argmin()] == pytest.approx(30 * 50 / SIZE**2, rel=0.2)
    assert weight.max() < 1


def test_a_reference_tells_how_much_of_each_colour_lies_where() -> None:
    labels = np.zeros((320, 320), np.int32)
    labels[:, :100], labels[:, 100:205] = 1, 3  # and nothing behind, as on lines
    shares = shares_in_cells(labels, 4)
    assert shares.shape == (4, GRID, GRID)
    assert (shares[0, :, :10] == 1).all()
    assert (shares[2, :, 10:20] == 1).all()
    np.testing.assert_allclose(shares[2, :, 20], 0.5)
    assert shares[[1, 3]].max() == 0
    assert shares[:, :, 21:].max() == 0


def test_regions_of_a_reference_that_hold_two_colours_hardly_count() -> None:
    sketch, truth, _ = boxes()
    truth[20:48, 8:44] = BLUE
    whole = reference_arrays(boxes()[1], sketch, measure(truth), 5.0, np.random.default_rng(0))
    mixed = reference_arrays(truth, sketch, measure(truth), 5.0, np.random.default_rng(0))
    assert mixed["own_weight"].sum() < whole["own_weight"].sum() - 0.1


def test_the_references_ground_is_hidden_and_the_drawings_is_paper_where_it_is_apart() -> None:
    picture = np.full((120, 120, 3), (40, 90, 200), np.uint8)
    lines = np.full((120, 120), 255, np.uint8)
    cv2.rectangle(picture, (30, 30), (90, 119), (240, 200, 170), cv2.FILLED)
    for one in (picture, lines):
        cv2.rectangle(one, (30, 30), (90, 119), 0 if one.ndim == 2 else (0, 0, 0), 3)
    random = np.random.default_rng(0)
    blue, skin = (np.array(color) / 127.5 - 1 for color in ((40, 90, 200), (240, 200, 170)))
    for apart in (False, True):
        histogram = measure(picture, FIGURE if apart else DEFAULT)
        seen = reference_arrays(picture, lines, histogram, 9.0, random, apart)
        colors = seen["own_color"][seen["own_valid"]]
        near = [any(np.abs(one - wanted).max() < 0.1 for one in colors) for wanted in (blue, skin)]
        assert near == [not apart, True]
        told = region_truth(lines, picture, 8, None, random, apart)
        ground = told["geometry"][:, GROUND_FLAG] > 0
        assert ground.sum() == 1
        wanted = np.ones(3) if apart else blue
        assert np.abs(told["color"][ground] - wanted).max() < 0.05
        assert np.abs(told["color"][told["valid"] & ~ground] - skin).max() < 0.05


def test_a_scene_keeps_the_colour_of_its_ground_though_it_is_of_several() -> None:
    picture = np.full((120, 120, 3), (40, 90, 200), np.uint8)
    picture[60:] = (60, 150, 60)
    lines = np.full((120, 120), 255, np.uint8)
    cv2.rectangle(lines, (40, 40), (80, 80), 0, 3)
    told = region_truth(lines, picture, 8, None, np.random.default_rng(0), paper_ground=False)
    ground = told["geometry"][:, GROUND_FLAG] > 0
    assert ground.sum() == 1
    assert told["spread"][ground] == 0
    color = told["color"][ground][0]
    assert color[2] - color[0] > 0.2
    assert color.max() < 0.5
    assert told["spread"][told["valid"] & ~ground].min() > 0.2


def test_what_lies_around_a_picture_is_no_region() -> None:
    picture, lines = np.full((120, 120, 3), 255, np.uint8), np.full((120, 120), 255, np.uint8)
    inside = np.zeros((120, 120), np.bool_)
    inside[:, 30:90] = True
    picture[:, 30:90] = (40, 90, 200)
    for edges, wanted in ((None, 1), (inside, 0.5)):
        told = region_truth(lines, picture, 8, None, np.random.default_rng(0), False, edges)
        assert told["valid"].sum() == 1
        assert told["area"][0] == pytest.approx(wanted, abs=0.02)
        blue = told["color"][0][2] - told["color"][0][0]
        assert blue == pytest.approx(160 / 127.5 * (1 if edges is not None else 0.5), abs=0.05)
