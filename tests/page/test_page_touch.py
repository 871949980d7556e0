"""The picture under fingers and a pen: taps, long presses, strokes, a pinch; marks and locks undone."""

import time
from typing import Any

import pytest
from rooming import BLUE, filled, middle, mouse, screen, take
from selenium.webdriver.common.keys import Keys

Place = tuple[float, float]
ZOOM = "return document.querySelector('#world').getBoundingClientRect().width"
MIDDLE = "const box = document.querySelector('#world').getBoundingClientRect(); return [box.left, box.top]"


def fingers(page: Any, *steps: tuple[Place, ...], hold: float = 0) -> None:
    """Fingers at places of the drawing, step by step, and then lifted. hold: s that the first step lasts."""
    sent: list[list[dict[str, float]]] = [
        [
            dict(zip("xy", screen(page, *place), strict=True)) | {"id": number}
            for number, place in enumerate(step)
        ]
        for step in steps
    ]
    down = 0
    for points in sent:
        kind = "touchStart" if len(points) > down else "touchMove"
        page.driver.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        if points is sent[0]:
            time.sleep(hold)
        down = len(points)
    page.driver.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.settle()


def pen(page: Any, *places: Place, hold: float = 0) -> None:
    """A pen's tip put down at the first place and lifted at the last."""
    for number, place in enumerate(places):
        x, y = screen(page, *place)
        told = {
            "x": x,
            "y": y,
            "button": "left",
            "buttons": 1,
            "clickCount": 1,
            "pointerType": "pen",
            "force": 0.5,
        }
        kind = "mouseMoved" if number else "mousePressed"
        page.driver.execute_cdp_cmd("Input.dispatchMouseEvent", told | {"type": kind})
        if not number:
            time.sleep(hold)
    page.driver.execute_cdp_cmd("Input.dispatchMouseEvent", told | {"type": "mouseReleased", "buttons": 0})
    page.settle()


def kinds(page: Any) -> list[str]:
    """The kinds of pointers that the picture was told of since the last call."""
    return list(page.run("const seen = window.kinds ?? []; window.kinds = []; return [...new Set(seen)]"))


@pytest.fixture
def told(house: Any) -> Any:
    """The house, with the pointers' kinds written down."""
    house.run(
        "window.kinds = [];"
        "document.querySelector('#stage').onpointerdown = (event) => kinds.push(event.pointerType)"
    )
    return house


@pytest.mark.parametrize(("act", "kind"), [(fingers, "touch"), (pen, "pen")])
def test_a_tap_fills_a_region_and_a_second_one_its_group(told: Any, act: Any, kind: str) -> None:
    place = middle(1, 1)
    for many in (1, 8):
        take(told)
        act(told, (place,) if act is fingers else place)
        assert len(filled(told)) == many
    assert (1, 1) in filled(told)
    assert kinds(told) == [kind]
    for _ in range(2):
        told.keys("z", Keys.CONTROL)
    assert filled(told) == []


@pytest.mark.parametrize(("act", "kind"), [(fingers, "touch"), (pen, "pen")])
def test_a_long_press_fills_the_group_at_once(told: Any, act: Any, kind: str) -> None:
    take(told)
    place = middle(2, 3)
    act(told, (place,) if act is fingers else place, hold=0.8)
    assert filled(told) == [(column, row) for row in (2, 3) for column in range(4)]
    assert kinds(told) == [kind]
    told.keys("z", Keys.CONTROL)
    assert filled(told) == []


@pytest.mark.parametrize(("act", "kind"), [(fingers, "touch"), (pen, "pen")])
def test_a_stroke_fills_what_it_crosses(told: Any, act: Any, kind: str) -> None:
    take(told)
    places = [middle(0, 2), middle(1, 2), middle(2, 2), (490.0, 306.0)]
    act(told, *((place,) if act is fingers else place for place in places))
    assert filled(told) == [(0, 2), (1, 2), (2, 2), (3, 2)]
    assert not (told.picture()[300, 490] == BLUE).all()
    assert kinds(told) == [kind]


@pytest.mark.parametrize(("act", "kind"), [(fingers, "touch"), (pen, "pen")])
def test_a_lasso_and_a_dividing_line_are_drawn(told: Any, act: Any, kind: str) -> None:
    take(told)
    told.keys("l")
    ring = [(150.0, 150.0), (360.0, 150.0), (360.0, 360.0), (150.0, 360.0), (150.0, 150.0)]
    act(told, *((place,) if act is fingers else place for place in ring))
    assert filled(told) == [(1, 1), (2, 1), (1, 2), (2, 2)]
    told.keys("z", Keys.CONTROL)
    told.keys("d")
    line = [(110.0, 50.0), (110.0, 110.0), (110.0, 162.0)]
    act(told, *((place,) if act is fingers else place for place in line))
    told.keys("b")
    act(told, *(((80.0, 106.0),),) if act is fingers else ((80.0, 106.0),))
    picture = told.picture()
    assert (picture[106, 70:100] == BLUE).all()
    assert not (picture[106, 120:150] == BLUE).all(axis=1).any()


def test_a_pinch_enlarges_and_fills_nothing(told: Any) -> None:
    take(told)
    before = told.run(ZOOM)
    steps = [
        ((200.0, 256.0),),  # the first finger is on a room already
        ((200.0, 256.0), (300.0, 256.0)),
        ((150.0, 256.0), (350.0, 256.0)),
    ]
    fingers(told, *steps)
    assert told.run(ZOOM) == pytest.approx(2 * before, rel=0.1)
    assert filled(told) == []
    assert told.find("#undo").is_enabled()  # what set the house up, and no more
    assert told.run("return document.querySelector('#brush').getAttribute('aria-pressed')") == "true"
    told.keys("f")
    assert told.run(ZOOM) == pytest.approx(before, rel=0.01)


def test_two_fingers_move_the_picture_under_every_tool(told: Any) -> None:
    for tool in "blde":
        told.keys(tool)
        left, top = told.run(MIDDLE)
        zoom = told.run(ZOOM)
        fingers(told, ((200.0, 200.0), (260.0, 200.0)), ((230.0, 240.0), (290.0, 240.0)))
        moved = told.run(MIDDLE)
        assert moved[0] > left + 10
        assert moved[1] > top + 10
        assert told.run(ZOOM) == pytest.approx(zoom, rel=0.05)
        told.keys("f")
    assert filled(told) == []


def test_a_finger_moves_the_picture_with_the_hand(told: Any) -> None:
    told.keys("v")
    left, top = told.run(MIDDLE)
    fingers(told, ((200.0, 200.0),), ((240.0, 230.0),), ((280.0, 260.0),))
    moved = told.run(MIDDLE)
    assert moved[0] > left + 40
    assert moved[1] > top + 30
    told.keys("f")


LOOK = """
const { marks, held, strokes } = (await import("/page/store.js")).store.settled;
return [[...marks], [...held], [...strokes]];
"""


@pytest.mark.parametrize("part", [1, 2, 5])
def test_marks_are_undone_and_redone(house: Any, part: int) -> None:
    take(house)
    mouse(house, middle(0, 0))
    before = house.ask(LOOK)
    house.run(
        "const it = document.querySelector('#part'); it.value = arguments[0];"
        "it.dispatchEvent(new Event('change'))",
        str(part),
    )
    marked = house.ask(LOOK)
    assert [value for _, value in marked[0]] == [part]
    house.keys("z", Keys.CONTROL)
    assert house.ask(LOOK) == before
    house.keys("z", Keys.CONTROL, Keys.SHIFT)
    assert house.ask(LOOK) == marked


@pytest.mark.parametrize("place", [(0, 0), (2, 1), (3, 3)])
def test_locks_are_undone_and_redone(house: Any, place: tuple[int, int]) -> None:
    take(house)
    mouse(house, middle(*place))
    before = house.ask(LOOK)
    house.keys("k")
    locked = house.ask(LOOK)
    assert len(locked[1]) == 1
    take(house, "#ffee00")
    mouse(house, middle(*place))
    assert filled(house) == [place]  # it stayed, and nothing else took the colour for it
    assert filled(house, [255, 238, 0]) == []
    house.keys("z", Keys.CONTROL)
    assert house.ask(LOOK) == before
    mouse(house, middle(*place))
    assert filled(house, [255, 238, 0]) == [place]  # it is free again
    house.keys("z", Keys.CONTROL)
    house.keys("z", Keys.CONTROL, Keys.SHIFT)
    assert filled(house, [255, 238, 0]) == [place]
