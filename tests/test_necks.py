"""Openings wider than a gap are closed where they are narrow beside what lies on both sides."""

import cv2
import numpy as np
import pytest

from attnpaint.segment.regions import find_regions

GAP = 14.0  # px in a drawing of 512


def rooms(neck: int, scale: float = 1.0) -> np.ndarray:
    """Two rooms of 120 px beside each other, joined by a corridor `neck` px wide, 512·scale px in all."""
    sketch = np.full((512, 512), 255, np.uint8)
    for left in (90, 290):
        cv2.rectangle(sketch, (left, 190), (left + 130, 320), 0, 3)
    for row in (255 - neck // 2 - 2, 255 + (neck + 1) // 2 + 2):
        cv2.line(sketch, (220, row), (290, row), 0, 3)
    sketch[255 - neck // 2 : 255 + (neck + 1) // 2, 215:296] = 255
    side = round(512 * scale)
    return cv2.resize(sketch, (side, side), interpolation=cv2.INTER_AREA)


def parted(sketch: np.ndarray, necks: bool) -> bool:
    """Whether the middles of the rooms are of two regions."""
    found, side = find_regions(sketch, GAP, necks), len(sketch)
    row, left, right = (round(at * side / 512) for at in (255, 155, 355))
    return bool(found[row, left] != found[row, right])


@pytest.mark.parametrize("turn", [0, 1])
@pytest.mark.parametrize(("neck", "cut"), [(11, True), (15, True), (26, False), (40, False)])
def test_a_neck_is_cut_where_it_is_narrow(neck: int, cut: bool, turn: int) -> None:
    assert parted(rooms(neck), True) == cut
    assert parted(np.ascontiguousarray(np.rot90(rooms(neck), 2 * turn)), True) == cut


@pytest.mark.parametrize("scale", [0.75, 1.0, 2.0])
def test_it_is_measured_by_the_drawings_size(scale: float) -> None:
    assert parted(rooms(15, scale), True)
    assert not parted(rooms(30, scale), True)


@pytest.mark.parametrize("neck", [15, 16])
def test_only_where_necks_are_asked_for(neck: int) -> None:
    assert parted(rooms(neck), True)
    assert not parted(rooms(neck), False)


@pytest.mark.parametrize("wide", [32, 44, 60])
def test_a_shape_of_one_width_stays_whole(wide: int) -> None:
    """A bent tube, closed at its ends: nowhere narrow beside the rest of it."""
    sketch = np.full((512, 512), 255, np.uint8)
    way = np.array([[100, 120], [300, 130], [380, 250], [250, 380]], np.int32)
    cv2.polylines(sketch, [way], False, 0, wide + 6)
    cv2.polylines(sketch, [way], False, 255, wide)
    found = find_regions(sketch, GAP, True)
    assert len({int(found[y, x]) for x, y in way.tolist()}) == 1
    assert found[120, 100] != found[10, 10]


@pytest.mark.parametrize("necks", [False, True])
@pytest.mark.parametrize("sketch", [np.full((64, 64), 255, np.uint8), np.zeros((64, 64), np.uint8)])
def test_blank_and_black_sheets_are_one_region(sketch: np.ndarray, necks: bool) -> None:
    assert len(np.unique(find_regions(sketch, GAP, necks))) == 1
