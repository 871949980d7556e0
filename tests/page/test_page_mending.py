"""A painting mended in few moves: fills, groups, lasso, roles, locks, lines; all undone."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from rooming import BLUE, filled, middle, mouse, take
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys


def test_a_click_fills_a_region_again_its_group_again_all_alike(house: Any) -> None:
    before = house.picture()
    take(house)
    mouse(house, middle(1, 1))
    assert filled(house) == [(1, 1)]
    mouse(house, middle(1, 1))
    assert filled(house) == [
        (column, row) for row in (0, 1) for column in range(4)
    ]  # those that touch, of one colour
    assert (house.picture()[10, 10] == before[10, 10]).all()
    for _ in range(2):
        house.keys("z", Keys.CONTROL)
    assert (house.picture() == before).all()


@pytest.mark.parametrize(("hold", "shift"), [(0.8, False), (0, True)])
def test_shift_or_a_long_press_fills_the_group_at_once(house: Any, hold: float, shift: bool) -> None:
    take(house)
    mouse(house, middle(2, 3), hold=hold, shift=shift)
    assert filled(house) == [(column, row) for row in (2, 3) for column in range(4)]


def test_a_stroke_fills_what_it_crosses_and_never_the_ground(house: Any) -> None:
    take(house)
    ground = house.picture()[20, 20].tolist()
    mouse(house, middle(0, 0), middle(1, 0), middle(1, 1), (20, 156))
    assert filled(house) == [(0, 0), (1, 0), (0, 1), (1, 1)]
    assert house.picture()[20, 20].tolist() == ground
    mouse(house, (20, 20))  # clicked itself
    assert house.picture()[20, 20].tolist() == BLUE


def test_a_lasso_fills_what_lies_within(house: Any) -> None:
    before = house.picture()
    take(house)
    house.keys("l")
    mouse(house, (150, 150), (360, 150), (360, 360), (150, 360), (150, 150))
    assert filled(house) == [(1, 1), (2, 1), (1, 2), (2, 2)]
    house.keys("z", Keys.CONTROL)
    assert (house.picture() == before).all()


def test_a_lasso_inside_a_region_fills_that_part_alone(house: Any) -> None:
    take(house)
    house.keys("l")
    mouse(house, (80, 80), (130, 80), (130, 130), (80, 130), (80, 80))
    picture = house.picture()
    assert (picture[95:125, 95:125] == BLUE).all()
    assert not (picture[135:150, 135:150] == BLUE).all(axis=2).any()
    assert not (picture[10, 10] == BLUE).all()


@pytest.mark.parametrize("corner", [(8, 8), (470, 200), (200, 465)])
def test_a_lasso_on_the_ground_fills_that_part_alone(house: Any, corner: tuple[int, int]) -> None:
    """Figures are often open to the ground: what of them lies in it can be had."""
    before = house.picture()
    take(house)
    house.keys("l")
    x, y = corner
    mouse(house, corner, (x + 34, y), (x + 34, y + 34), (x, y + 34), corner)
    picture = house.picture()
    assert (picture[y + 8 : y + 26, x + 8 : x + 26] == BLUE).all()
    assert 800 < (picture == BLUE).all(axis=2).sum() < 1700
    assert filled(house) == []
    house.keys("z", Keys.CONTROL)
    assert (house.picture() == before).all()


def test_a_lasso_round_rooms_and_ground_takes_the_rooms_first(house: Any) -> None:
    take(house)
    house.keys("l")
    ring = [(10, 10), (160, 10), (160, 160), (10, 160), (10, 10)]
    mouse(house, *ring)
    assert filled(house) == [(0, 0)]
    assert not (house.picture()[30, 30] == BLUE).all()
    mouse(house, *ring)  # again: the ground within, too
    assert (house.picture()[30, 30] == BLUE).all()
    assert not (house.picture()[480, 480] == BLUE).all()


def test_a_line_divides_and_a_stroke_across_joins(house: Any, tmp_path: Path) -> None:
    take(house)
    house.keys("d")
    mouse(house, (110, 50), (110, 110), (110, 162))
    house.keys("b")
    mouse(house, (80, 106))
    picture = house.picture()
    assert (picture[106, 70:100] == BLUE).all()
    assert not (picture[106, 120:150] == BLUE).all(axis=1).any()
    house.click("#save")
    saved = np.asarray(Image.open(house.save("[data-format=png]", "rooms.colored.png")).convert("RGB"))
    blue = [(one == BLUE).all(axis=2) for one in (saved, picture)]
    assert blue[0].sum() > 3000
    assert (blue[0] != blue[1]).mean() < 0.005
    house.run("document.querySelector('#saving').close()")
    house.keys("j")
    mouse(house, middle(3, 0), middle(3, 1))
    house.keys("b")
    mouse(house, middle(3, 0))
    assert filled(house)[-2:] == [(3, 0), (3, 1)]
    for _ in range(4):
        house.keys("z", Keys.CONTROL)
    assert filled(house) == []


def test_a_swatch_dragged_onto_the_picture_fills_and_follows_the_palette(house: Any) -> None:
    colors = house.swatches()
    chain, pointer = ActionChains(house.driver), house.find("[data-entry='0']")
    chain.click_and_hold(pointer).move_to_element_with_offset(
        house.find("#world"), 0, 100
    ).release().perform()
    house.settle()
    red = [int(colors[0][at : at + 2], 16) for at in (1, 3, 5)]
    lower = [place for place in filled(house, red) if place[1] > 1]
    assert len(lower) == 1
    assert house.swatches() == colors
    house.keys("l")  # the lasso, and no lock of the swatch that was dragged
    assert house.find("#lasso").get_attribute("aria-pressed") == "true"
    assert "locked" not in house.find("[data-entry='0']").get_attribute("aria-label")
    house.click("#together")
    house.color(0, "#102030")
    assert [place for place in filled(house, [16, 32, 48]) if place[1] > 1] == lower


def test_keys_pick_colours_and_the_aim_fills(house: Any) -> None:
    house.run("document.querySelector('#stage').focus()")
    house.keys("2")
    assert house.find("#brush").get_attribute("aria-pressed") == "true"
    in_hand = house.find(".swatch.hand").get_attribute("data-entry")
    assert house.text(f"[data-entry='{in_hand}'] kbd") == "2"
    before = house.picture()
    house.keys(Keys.ARROW_RIGHT)
    house.keys(Keys.ENTER)
    assert (house.picture() != before).any()


def test_more_like_this_is_shown_and_taken_by_enter(house: Any) -> None:
    take(house)
    mouse(house, middle(0, 0))
    assert house.text("#likewise").startswith("7 more like this")
    ActionChains(house.driver).move_to_element(house.find("#likewise")).perform()
    house.settle()
    shown = house.run(
        "const pen = document.querySelector('#over').getContext('2d');"
        "const at = (x, y) => pen.getImageData(x, y, 1, 1).data[3];"
        "return [at(206, 106), at(106, 206), at(106, 306)]"
    )
    assert shown[0] > 0
    assert shown[1] > 0
    assert shown[2] == 0
    house.run("document.activeElement.blur()")
    house.keys(Keys.ENTER)
    assert filled(house) == [(column, row) for row in (0, 1) for column in range(4)]
    house.keys("z", Keys.CONTROL)
    assert filled(house) == [(0, 0)]


def test_what_is_locked_stays_under_groups_lassos_and_more(house: Any) -> None:
    take(house, "#ffee00")
    mouse(house, middle(1, 1))
    house.keys("k")
    take(house)
    mouse(house, middle(0, 0), shift=True)
    assert (1, 1) not in filled(house)
    assert len(filled(house)) == 7
    house.keys("l")
    mouse(house, (30, 30), (480, 30), (480, 480), (30, 480), (30, 30))
    assert filled(house, [255, 238, 0]) == [(1, 1)]
    assert len(filled(house)) == 15


def test_a_marked_part_has_a_row_whose_colour_changes_all_of_it(house: Any) -> None:
    take(house)
    for place in (middle(0, 0), middle(3, 3)):
        mouse(house, place)
        house.run(
            "const it = document.querySelector('#part');it.value = '2'; it.dispatchEvent(new Event('change'))"
        )
    house.until("[...document.querySelectorAll('.role')].some((row) => row.textContent === 'Hair')")
    rows = house.driver.find_elements("css selector", "#parts-list li")
    hair = next(row for row in rows if row.text.startswith("Hair"))
    hair.find_element("css selector", ".chip").click()
    field = house.find("#picker-hex")
    field.clear()
    field.send_keys("#aa22cc", Keys.ENTER)
    house.settle()
    assert filled(house, [170, 34, 204]) == [(0, 0), (3, 3)]


def test_fills_are_taken_back_to_what_the_network_said(house: Any) -> None:
    before = house.picture()
    take(house)
    mouse(house, middle(0, 0), shift=True)
    house.keys("e")
    mouse(house, middle(2, 1))
    assert len(filled(house)) == 7
    mouse(house, middle(2, 1))  # again: the rest of its group
    assert (house.picture() == before).all()


def test_the_loupe_shows_five_times_as_much_and_goes_back(house: Any) -> None:
    zoom = "return document.querySelector('#world').getBoundingClientRect().width"
    before = house.run(zoom)
    house.click("#loupe")
    house.settle()
    assert house.run(zoom) == pytest.approx(5 * before, rel=0.01)
    house.click("#loupe")
    house.settle()
    assert house.run(zoom) == pytest.approx(before, rel=0.01)
