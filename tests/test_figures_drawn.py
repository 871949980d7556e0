"""Figures: equal for equal seeds, parts and lines that agree, no specks."""

import cv2
import numpy as np
import pytest

from attnpaint.figures.canvas import Canvas, Paint, Pen, without_specks
from attnpaint.figures.character import draw_character, draw_view
from attnpaint.figures.curves import bend, ellipse, lee, limb, smooth
from attnpaint.figures.figure import render

SOME = [(0, 0, 0), (0, 7, 1), (5, 3, 2), (9, 40, 0), (2, 11, 3)]
ACCESSORY, SCENERY = 250, 251


@pytest.mark.parametrize("which", SOME)
def test_the_same_numbers_give_the_same_picture(which: tuple[int, int, int]) -> None:
    once, again = render(*which, 96), render(*which, 96)
    for a, b in ((once.colour, again.colour), (once.line, again.line), (once.parts, again.parts)):
        np.testing.assert_array_equal(a, b)
    assert once.colour.shape == (96, 96, 3)
    assert once.line.shape == once.parts.shape == (96, 96)


@pytest.mark.parametrize("other", [(1, 7, 1), (0, 8, 1), (0, 7, 2)])
def test_another_seed_figure_or_view_gives_another_picture(other: tuple[int, int, int]) -> None:
    assert (render(0, 7, 1, 96).line != render(*other, 96).line).mean() > 0.02


def test_views_of_a_figure_share_who_it_is_and_differ_in_how_it_is_shown() -> None:
    assert draw_character(3, 4) == draw_character(3, 4) != draw_character(3, 5)
    assert len({draw_view(3, 4, view) for view in range(4)}) == 4


def test_a_line_lies_where_two_parts_meet() -> None:
    shares = []
    for number in range(16):
        drawn = render(1, number, 0, 224)
        parts = drawn.parts.astype(np.int16)
        edge = np.zeros(parts.shape, bool)
        edge[:, 1:] |= parts[:, 1:] != parts[:, :-1]
        edge[1:] |= parts[1:] != parts[:-1]
        near = cv2.erode(drawn.line, np.ones((5, 5), np.uint8)) < 170
        shares.append(near[edge].mean())
    assert min(shares) > 0.85
    assert np.mean(shares) > 0.95


@pytest.mark.parametrize("number", range(0, 40, 4))
def test_a_figure_shows_skin_and_hair_and_has_no_specks(number: int) -> None:
    parts = render(4, number, 1, 128).parts
    assert (parts == 1).mean() > 0.003 or draw_view(4, number, 1).behind
    assert (parts == 2).mean() > 0.005
    assert set(np.unique(parts)) <= {*range(13), ACCESSORY, SCENERY}
    for part in np.unique(parts):
        stats = cv2.connectedComponentsWithStats((parts == part).astype(np.uint8), None, 8)[2]
        assert stats[1:, cv2.CC_STAT_AREA].min() >= 12


@pytest.mark.parametrize("number", range(0, 30, 5))
def test_nobody_is_unclothed(number: int) -> None:
    view = next(v for v in range(40) if draw_view(6, number, v).crop == "full")
    parts = render(6, number, view, 160).parts
    clothed = ((parts >= 5) & (parts != ACCESSORY)).sum()
    assert clothed > 1.5 * (parts == 1).sum()


def test_specks_go_to_the_nearest_part() -> None:
    parts = np.full((20, 20), 3, np.uint8)
    parts[:, 10:] = 7
    parts[4:6, 2:5] = 9
    parts[8, 15] = 1
    parts[12:16, 4:8] = 5
    cleaned = without_specks(parts)
    assert (cleaned[4:6, 2:5] == 3).all()
    assert cleaned[8, 15] == 7
    assert (cleaned == 5).sum() == 16


def test_a_shape_hides_the_lines_below_it_and_shade_stays_on_its_area() -> None:
    canvas = Canvas(64, (255, 255, 255), Pen(ink=0), np.random.default_rng(0))
    canvas.stroke(bend((4, 32), (60, 32), 0), 1, taper=0.1)
    area = canvas.fill(ellipse((32, 32), (14, 14)), Paint(5, (200, 0, 0)))
    canvas.shade(ellipse((44, 32), (14, 14)), area, (100, 0, 0))
    drawn = canvas.finish()
    assert drawn.line[32, 8] < 140
    assert drawn.line[30:35, 24:40].min() > 240
    assert drawn.line[32, 16:20].min() < 140
    assert tuple(drawn.colour[32, 38]) == (100, 0, 0)
    assert tuple(drawn.colour[32, 24]) == (200, 0, 0)
    assert tuple(drawn.colour[20, 52]) == (255, 255, 255)


def test_curves_go_through_their_points_and_bands_have_their_width() -> None:
    curve = smooth([(0, 0), (4, 2), (8, 0)], 6)
    for point in ((0, 0), (4, 2), (8, 0)):
        assert np.hypot(*(curve - point).T).min() < 1e-9
    band = limb([(0, 0), (0, 5), (0, 10)], [2, 2, 2])
    assert np.ptp(band[:, 0]) == pytest.approx(2)
    assert lee(band, 0.25)[:, 0].min() == pytest.approx(0.5)
    middle = bend((0, 0), (10, 0), 0.2, 2)[1]
    np.testing.assert_allclose(middle, [5, -2], atol=1e-9)


def test_a_figure_from_behind_shows_neither_eyes_nor_mouth() -> None:
    views = [(n, v) for n in range(40) for v in range(4) if draw_view(8, n, v).behind][:5]
    assert len(views) == 5
    for number, view in views:
        parts = render(8, number, view, 128).parts
        assert not np.isin(parts, (3, 4)).any()
        assert (parts == 2).mean() > 0.005
