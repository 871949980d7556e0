"""Lines kept, bleed and seams, on drawings and fills whose answer is known."""

import cv2
import numpy as np
import pytest

from attnpaint.colour import Floats, delta_e_2000, to_lab
from attnpaint.eval.metrics.lines import ink, line_f1, strokes
from attnpaint.eval.metrics.regions import bleed, closed_regions, seams
from attnpaint.images import Picture, to_grey

RED, BLUE, WHITE = (200, 60, 50), (70, 90, 210), (255, 255, 255)


def boxes(size: int = 256, width: int = 3) -> Picture:
    """Two boxes side by side, one wall between them."""
    drawing = np.full((size, size), 255, np.uint8)
    low, middle, high = size // 8, size // 2, size * 7 // 8
    cv2.rectangle(drawing, (low, low), (high, high), 0, width)
    cv2.line(drawing, (middle, low), (middle, high), 0, width)
    return drawing


def filled(drawing: Picture) -> Picture:
    """Red left, blue right, white around, under the drawing's lines."""
    size = len(drawing)
    low, middle, high = size // 8, size // 2, size * 7 // 8
    paint = np.full((size, size, 3), WHITE, np.uint8)
    paint[low:high, low:middle], paint[low:high, middle:high] = RED, BLUE
    return cv2.multiply(paint, np.repeat(drawing[..., None], 3, 2), scale=1 / 255).astype(np.uint8)


def lab(painted: Picture) -> Floats:
    return to_lab(painted)


@pytest.mark.parametrize("size", [128, 512, 900])
def test_a_drawing_kept_exactly_has_f1_one(size: int) -> None:
    drawing = boxes(size)
    assert strokes(drawing)[0][drawing == 0].mean() > 0.9
    assert line_f1(drawing, drawing) == 1
    assert line_f1(to_grey(filled(drawing)), drawing) == 1


def test_lines_removed_have_f1_zero() -> None:
    assert line_f1(np.full((256, 256), 255, np.uint8), boxes()) == 0
    assert line_f1(np.full((256, 256), 90, np.uint8), boxes()) == 0


def test_half_of_the_lines_has_a_recall_of_a_half() -> None:
    drawing = np.full((256, 256), 255, np.uint8)
    drawing[40:43, 20:236] = drawing[200:203, 20:236] = 0
    half = drawing.copy()
    half[128:] = 255
    assert line_f1(half, drawing) == pytest.approx(2 / 3, abs=0.01)  # precision 1, recall a half
    assert line_f1(drawing, half) == pytest.approx(2 / 3, abs=0.01)  # added lines cost as much


def test_lines_may_be_off_by_little_only() -> None:
    drawing = boxes(512)
    found = [line_f1(np.roll(drawing, shift, (0, 1)), drawing) for shift in (0, 2, 8)]
    assert found[0] == 1
    assert found[1] > 0.99
    assert found[2] < 0.2


def test_blurred_and_faded_lines_are_lost_little_by_little() -> None:
    drawing = boxes(512)
    blurred = [line_f1(cv2.GaussianBlur(drawing, (0, 0), sigma), drawing) for sigma in (0.7, 3, 9)]
    assert blurred[0] > 0.99
    assert blurred[0] >= blurred[1] >= blurred[2]
    assert blurred[2] < 0.1
    faded = 255 - (255 - drawing) // 20
    assert line_f1(faded.astype(np.uint8), drawing) == 0


def test_a_line_on_black_paint_is_lost() -> None:
    drawing = boxes()
    assert line_f1(np.zeros_like(drawing), drawing) == 0


def test_dark_fills_are_no_lines_but_ink() -> None:
    drawing = np.full((256, 256), 255, np.uint8)
    drawing[60:180, 60:180] = 0
    assert strokes(drawing)[1].sum() < 20  # corners
    assert ink(drawing)[60:180, 60:180].all()
    assert ink(drawing).sum() == 120 * 120


def test_an_empty_drawing_left_empty_is_kept() -> None:
    empty = np.full((64, 64), 255, np.uint8)
    assert line_f1(empty, empty) == 1
    assert line_f1(boxes(64), empty) == 0
    assert line_f1(empty, boxes(64)) == 0


def test_closed_boxes_and_what_is_around_them_are_regions() -> None:
    labels = closed_regions(boxes())
    assert len(np.unique(labels[labels > 0])) == 3
    assert (labels[boxes() == 0] == 0).all()
    assert len(np.unique(labels[40:216, 40:120])) == 1
    gap = boxes()
    gap[100:102, 120:136] = 255
    assert len(np.unique(closed_regions(gap))) == 4


@pytest.mark.parametrize("size", [128, 256, 700])
def test_a_perfect_flat_fill_has_no_bleed(size: int) -> None:
    drawing = boxes(size)
    assert bleed(lab(filled(drawing)), drawing) == pytest.approx(0, abs=1e-3)
    assert bleed(lab(np.repeat(drawing[..., None], 3, 2)), drawing) == pytest.approx(0, abs=1e-3)


def test_a_region_of_two_colours_bleeds_by_their_distance_to_the_middle() -> None:
    empty = np.full((128, 128), 255, np.uint8)
    painted = np.full((128, 128, 3), RED, np.uint8)
    painted[:, 64:] = BLUE
    red, blue = lab(painted)[0, 0], lab(painted)[0, -1]
    middle = (red + blue) / 2
    known = (delta_e_2000(red, middle) + delta_e_2000(blue, middle)) / 2
    assert bleed(lab(painted), empty) == pytest.approx(float(known), rel=1e-3)


def test_colour_over_the_lines_bleeds_the_more_the_farther_it_goes() -> None:
    drawing = boxes(256)
    found = []
    for reach in (0, 4, 12, 40):
        painted = filled(drawing)
        painted[40:216, 130 : 130 + reach] = RED
        found.append(bleed(lab(painted), drawing))
    assert (np.diff(found) > 0).all()


def test_what_is_not_even_in_the_picture_itself_does_not_bleed() -> None:
    drawing = boxes()
    real = filled(drawing)
    real[40:216, 36:80] = WHITE  # the left box has two colours
    painted = filled(drawing)
    painted[40:216, 36:60] = BLUE
    assert bleed(lab(painted), drawing) > 1
    assert bleed(lab(painted), drawing, lab(real)) == pytest.approx(0, abs=1e-3)
    painted[40:216, 140:160] = RED  # the right box has one
    assert bleed(lab(painted), drawing, lab(real)) > 1


def test_a_drawing_without_regions_tells_no_bleed() -> None:
    black = np.zeros((64, 64), np.uint8)
    assert np.isnan(bleed(lab(np.full((64, 64, 3), RED, np.uint8)), black))


def stepped(row: int, size: int = 256) -> Floats:
    painted = np.full((size, size, 3), RED, np.uint8)
    painted[row:] = BLUE
    return lab(painted)


def test_a_step_at_a_band_edge_is_a_seam_and_elsewhere_is_none() -> None:
    empty = np.full((256, 256), 255, np.uint8)
    whole = float(np.linalg.norm(stepped(64)[0, 0] - stepped(64)[-1, 0]))
    for edge in (64, 128, 192):
        assert seams(stepped(edge), empty) == pytest.approx(whole / 3, rel=1e-3)
    for row in (40, 96, 150, 230):
        assert -3 < seams(stepped(row), empty) <= 0
    assert seams(stepped(0), empty) == 0


def test_a_step_that_the_drawing_explains_is_no_seam() -> None:
    drawing = np.full((256, 256), 255, np.uint8)
    drawing[127:130] = 0
    assert seams(stepped(128), drawing) == pytest.approx(0, abs=1e-3)


def test_half_a_seam_is_half_as_bad_and_a_gradient_is_none() -> None:
    empty = np.full((256, 256), 255, np.uint8)
    half = stepped(128)
    half[:, :128] = half[0, 0]
    assert seams(half, empty) == pytest.approx(seams(stepped(128), empty) / 2, rel=1e-3)
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[:, None, None], 3, 2).repeat(256, 1)
    assert abs(seams(lab(ramp), empty)) < 0.5


def test_a_seam_twice_as_strong_counts_twice() -> None:
    empty = np.full((256, 256), 255, np.uint8)
    grey = np.zeros((256, 256, 3), np.float32)
    grey[..., 0] = 50
    found = []
    for step in (5, 10):
        grey[192:, :, 0] = 50 + step
        found.append(seams(grey, empty))
    assert found[1] == pytest.approx(2 * found[0])


def test_a_drawing_that_covers_the_edges_tells_no_seams() -> None:
    assert np.isnan(seams(stepped(128), np.zeros((256, 256), np.uint8)))
    assert np.isnan(seams(stepped(2, 3), np.full((3, 3), 255, np.uint8)))
