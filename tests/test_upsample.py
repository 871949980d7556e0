"""Paint and regions of a small copy at the drawing's own size."""

import cv2
import numpy as np
import pytest

from attnpaint.inference.upsample import MOST, enlarge_labels, enlarge_within
from attnpaint.segment.regions import spread


def test_colour_is_enlarged_within_its_own_region() -> None:
    small = np.ones((8, 8), np.int32)
    small[:, 4:] = 2
    labels = np.ones((80, 80), np.int32)
    labels[:, 37:] = 2  # not where plain enlargement puts the border
    paint = np.where(small[..., None] == 1, np.uint8(200), np.uint8(40)).repeat(3, axis=2)
    large = enlarge_within(paint, small, labels)
    assert (large[:, :37] == 200).all()
    assert (large[:, 37:] == 40).all()


def test_inside_a_region_enlarging_is_linear() -> None:
    ramp = np.arange(0, 160, 10, dtype=np.uint8)[None, :, None].repeat(16, 0).repeat(3, 2)
    ones = np.ones((16, 16), np.int32)
    expected = cv2.resize(ramp, (64, 64), interpolation=cv2.INTER_LINEAR)
    assert (enlarge_within(ramp, ones, np.ones((64, 64), np.int32)) == expected).all()


def test_a_region_without_a_pixel_of_its_own_takes_what_lies_there() -> None:
    labels = np.ones((40, 40), np.int32)
    labels[20, 20] = 7
    paint = np.full((4, 4, 3), 90, np.uint8)
    assert (enlarge_within(paint, np.ones((4, 4), np.int32), labels) == 90).all()


@pytest.mark.parametrize("scale", [1.1, 2, 3.4])
@pytest.mark.parametrize("line", [1, 3])
@pytest.mark.parametrize("off", [-1, 0, 1])
def test_a_border_that_is_a_pixel_off_lies_on_its_line(scale: float, line: int, off: int) -> None:
    side = round(100 * scale)
    grey = np.full((side, side), 255, np.uint8)
    cv2.line(grey, (0, side // 3), (side - 1, side // 2), 0, line, cv2.LINE_8)
    count, parts = cv2.connectedComponents((grey > 0).astype(np.uint8), connectivity=4)
    assert count == 3
    y, x = np.indices((100, 100)) + 0.5
    labels = np.where(y > 100 / 3 + x / 6 + off, 2, 1).astype(np.int32)
    large = enlarge_labels(labels, grey)
    assert (large[parts == parts[0, 0]] == 1).all()
    assert (large[parts == parts[-1, -1]] == 2).all()


def test_without_a_line_a_border_stays_and_narrow_regions_do_not_go() -> None:
    labels = np.ones((60, 80), np.int32)
    labels[:, 40:] = 2
    labels[20, 10:30] = 3
    labels[40:44, 10:30] = 4
    large = enlarge_labels(labels, np.full((120, 160), 255, np.uint8))
    assert (large[2:30, :78] == 1).all()
    assert (large[:, 82:] == 2).all()
    assert (large == 4).sum() > 200
    grey = np.full((120, 160), 255, np.uint8)
    cv2.rectangle(grey, (19, 39), (60, 42), 0, 1)
    assert (enlarge_labels(labels, grey)[40:42, 20:60] == 3).all()


@pytest.mark.parametrize("shape", [(1, 40), (2, 40), (3, 3), (40, 3)])
def test_drawings_of_a_pixel_or_two_are_enlarged_too(shape: tuple[int, int]) -> None:
    labels = np.arange(1, shape[0] * shape[1] + 1, dtype=np.int32).reshape(shape)
    height, width = 3 * shape[0], 3 * shape[1]
    large = enlarge_labels(labels, np.full((height, width), 255, np.uint8))
    assert large.shape == (height, width)
    assert large.min() >= 1


def test_more_regions_than_16_bits_hold_keep_their_numbers() -> None:
    labels = np.arange(1, 301 * 301 + 1, dtype=np.int32).reshape(301, 301)
    assert labels.max() > MOST
    assert enlarge_labels(labels, np.full((602, 602), 255, np.uint8))[-1, -1] == labels[-1, -1]


def test_each_pixel_gets_its_regions_row() -> None:
    labels = np.random.default_rng(0).integers(0, 5, (600, 7)).astype(np.uint16)
    rows = np.arange(15, dtype=np.uint8).reshape(5, 3)
    assert (spread(rows, labels) == rows[labels]).all()
    assert (spread(rows[:, 0], labels) == rows[:, 0][labels]).all()
