"""Regions of a drawing and the colours they take, on drawings whose answer is known."""

import cv2
import numpy as np

from attnpaint.extract import Histogram
from attnpaint.images import Picture, to_grey
from attnpaint.inference.assign import choose_colors, give_unused
from attnpaint.inference.canvas import Canvas
from attnpaint.inference.coloring import Coloring
from attnpaint.inference.drawing import Drawing
from attnpaint.inference.engine import Maps
from attnpaint.segment.regions import find_regions, join_scraps

RED, BLUE, WHITE = 0, 1, 17
COLORS = np.zeros((18, 3))
COLORS[RED], COLORS[BLUE], COLORS[WHITE] = (200, 30, 30), (30, 30, 200), (255, 255, 255)
COLORS[2:16] = (90, 90, 90)
HELD = np.eye(16)[RED] * 0.5 + np.eye(16)[BLUE] * 0.5


def two_boxes(gap: int = 0, size: int = 128) -> np.ndarray:
    """Two boxes side by side on white paper; `gap` pixels of the wall between them are missing."""
    drawing = np.full((size, size), 255, np.uint8)
    drawing[20:108, 20:108] = 0
    drawing[23:105, 23:63] = 255
    drawing[23:105, 66:105] = 255
    drawing[60 : 60 + gap, 60:70] = 255
    return drawing


def shares_of(*places: tuple[int, slice, slice], size: int = 128) -> np.ndarray:
    shares = np.zeros((18, size, size), np.float32)
    shares[WHITE] = 1
    for color, rows, columns in places:
        shares[:, rows, columns] = 0
        shares[color, rows, columns] = 1
    return shares


def flat(grey: np.ndarray, shares: np.ndarray) -> Picture:
    """The drawing's regions filled by a network of 128² that points so and paints black."""
    palette = Histogram(
        COLORS[:16].reshape(4, 4, 3).astype(np.uint8), HELD.reshape(4, 4).astype(np.float32) * 4
    )
    drawing = Drawing.of(grey[..., None].repeat(3, axis=2), 128)
    maps = Maps(np.full((3, 128, 128), -1, np.float32), shares, (), None, 0.0)
    canvas = Canvas(drawing, maps, palette, find_regions(to_grey(drawing.clean)))
    return Coloring(canvas, palette, "flat").color


def test_closed_boxes_are_regions_and_all_pixels_belong_to_one() -> None:
    labels = find_regions(two_boxes())
    left, right, outside = labels[64, 40], labels[64, 85], labels[5, 5]
    assert len({left, right, outside}) == 3
    assert (labels[25:103, 25:61] == left).all()
    assert (labels[25:103, 68:103] == right).all()
    assert labels.min() == 1


def test_a_small_gap_in_a_line_is_closed() -> None:
    labels = find_regions(two_boxes(gap=4))
    assert labels[64, 40] != labels[64, 85]


def test_a_ring_that_narrows_to_a_crescent_is_one_region_to_its_end() -> None:
    eye = np.full((1024, 1024), 255, np.uint8)
    cv2.circle(eye, (512, 512), 360, 0, 32, cv2.LINE_AA)
    cv2.circle(eye, (512, 584), 256, 0, -1, cv2.LINE_AA)  # leaves 16 px at the bottom, 160 at the top
    labels = find_regions(eye)
    y, x = np.indices(eye.shape)
    ring = (np.hypot(y - 512, x - 512) < 344) & (np.hypot(y - 584, x - 512) > 256) & (eye > 250)
    assert len(np.unique(labels[ring])) == 1
    assert labels[ring][0] != labels[5, 5]


def test_a_line_is_shared_by_the_regions_on_its_sides() -> None:
    drawing = np.full((128, 128), 255, np.uint8)
    drawing[:, 58:70] = 0
    labels = find_regions(drawing)
    assert (labels[:, :63] == labels[0, 0]).all()
    assert (labels[:, 65:] == labels[0, -1]).all()
    assert labels[0, 0] != labels[0, -1]


def test_a_scrap_goes_whole_to_the_region_whose_paper_it_shares() -> None:
    labels = np.ones((40, 40), np.int32)
    labels[:, 20:] = 2
    labels[10:14, 20:23] = 3  # a scrap on region 2's side; a line separates it from region 1
    paper = np.ones((40, 40), np.uint8)
    paper[:, 19:20] = 0
    joined = join_scraps(labels, paper, np.array([False, False, False, True]))
    assert (joined[10:14, 20:23] == 2).all()
    assert (joined[labels == 1] == 1).all()


def test_an_empty_drawing_is_one_region() -> None:
    assert (find_regions(np.full((40, 60), 255, np.uint8)) == 1).all()


def test_an_all_black_drawing_is_one_region() -> None:
    assert (find_regions(np.zeros((40, 60), np.uint8)) == 1).all()


def test_a_region_is_flat_in_the_colour_most_pointed_at() -> None:
    shares = shares_of((RED, slice(20, 108), slice(20, 64)), (BLUE, slice(20, 108), slice(64, 108)))
    shares[:, 30:40, 30:40] = shares[:, 30:40, 90:100]  # a stain of the other colour inside the left box
    picture = flat(two_boxes(), shares)
    assert np.abs(picture[23:105, 23:63] - COLORS[RED]).max() <= 2
    assert np.abs(picture[23:105, 66:105] - COLORS[BLUE]).max() <= 2


def test_colours_stay_inside_the_lines_of_a_drawing_larger_than_the_networks() -> None:
    shares = shares_of((RED, slice(20, 108), slice(20, 64)), (BLUE, slice(20, 108), slice(64, 108)))
    grey = two_boxes().repeat(5, 0).repeat(5, 1)
    picture = flat(grey, shares)
    paper = grey == 255
    assert (picture[:95][paper[:95]] == 255).all()
    assert (picture[115:525, 115:315] == COLORS[RED]).all()


def taken_of(blue: tuple[float, ...], held: float) -> np.ndarray:
    """What paper and four equal regions take that point at blue so much, else at red; held: blue's weight."""
    labels = np.repeat(np.array([1] * 4 + [2, 3, 4, 5], dtype=np.int32), 16).reshape(8, 16)
    shares = np.zeros((18, 8, 16))
    shares[BLUE, 4:] = np.array(blue)[:, None]
    shares[RED, 4:] = 1 - shares[BLUE, 4:]
    shares[WHITE, :4] = 1
    weights = (1 - held) * np.eye(16)[RED] + held * np.eye(16)[BLUE]
    region_weights = choose_colors(labels, 6, shares, weights, COLORS, np.full((8, 16), 255, np.uint8))
    return region_weights[1:, [RED, BLUE, WHITE]]


def test_the_least_sure_region_takes_the_colour_that_the_palette_holds_and_nobody_used() -> None:
    red, blue, white = taken_of((0.1, 0.1, 0.1, 0.3), 0.25).T
    assert white[0] > 0.9
    assert red[1:4].min() > 0.9
    assert blue[4] > 0.9


def test_a_rare_colour_that_no_region_took_goes_to_the_one_that_is_least_against_it() -> None:
    red, blue, white = np.eye(3)
    assert (taken_of((0.02, 0.02, 0.02, 0.1), 0.07).round(2) == [white, red, red, red, blue]).all()


def test_a_rare_colour_does_not_go_where_nothing_points_at_it_nor_to_a_region_far_too_large() -> None:
    red, _, white = np.eye(3)
    assert (taken_of((0, 0, 0, 0), 0.07).round(2) == [white, red, red, red, red]).all()
    assert (taken_of((0.02, 0.02, 0.02, 0.1), 0.05).round(2) == [white, red, red, red, red]).all()


def test_no_colour_gives_up_its_last_region() -> None:
    leading = np.array([-1, 0, 1, 1])
    logits = np.array([[0, 0, 0], [5, 0, 4], [0, 5, 2], [0, 5, 1]])  # the last of colour 0 is least against 2
    region_weights = np.eye(3)[leading]
    give_unused(
        leading, region_weights, logits, np.array([0, 0.2, 0.4, 0.4]), np.array([0.4, 0.4, 0.2]), np.eye(3)
    )
    assert leading.tolist() == [-1, 0, 2, 1]
    assert region_weights[2].tolist() == [0, 0, 1]
