"""A house of 4×4 rooms, and the mouse, the pen and the fingers that paint it in the page."""

from typing import Any

import cv2
import numpy as np
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from attnpaint.images import Picture

ROOMS = 4  # across and down
SIDE = 512
BLUE = [16, 64, 192]
ZOOM = """
const box = document.querySelector("#world").getBoundingClientRect();
return [box.left, box.top, box.width / document.querySelector("#picture").width];
"""
MODULES = """
const [{ store }, fills, regions] =
  await Promise.all(["store", "fills", "regions"].map((name) => import(`/page/${name}.js`)));
"""


def house_of_rooms() -> Picture:
    """On white ground, uint8 512×512."""
    picture = np.full((SIDE, SIDE), 255, np.uint8)
    for place in range(ROOMS + 1):
        at = 56 + 100 * place
        cv2.line(picture, (56, at), (456, at), 0, 3)
        cv2.line(picture, (at, 56), (at, 456), 0, 3)
    return picture


def middle(column: int, row: int) -> tuple[float, float]:
    return 106 + 100 * column, 106 + 100 * row


def screen(page: Any, x: float, y: float) -> tuple[int, int]:
    """Where a place of the drawing is in the window."""
    left, top, zoom = page.run(ZOOM)
    return round(left + x * zoom), round(top + y * zoom)


def mouse(page: Any, *places: tuple[float, float], hold: float = 0, shift: bool = False) -> None:
    """Pressed at the first place, px of the drawing, and let go at the last."""
    chain = ActionChains(page.driver, duration=0)
    pointer = chain.w3c_actions.pointer_action
    if shift:
        ActionChains(page.driver).key_down(Keys.SHIFT).perform()
    for number, (x, y) in enumerate(places):
        pointer.move_to_location(*screen(page, x, y))
        if not number:
            pointer.pointer_down()
            if hold:
                pointer.pause(hold)
    pointer.pointer_up()
    chain.perform()
    if shift:
        ActionChains(page.driver).key_up(Keys.SHIFT).perform()
    page.settle()


def take(page: Any, color: str = "#1040c0") -> None:
    """A colour that the palette does not have, into the brush."""
    page.ask(
        "(await import('/page/tools.js')).takeColor((await import('/page/color.js')).fromHex(given[0]));",
        color,
    )


def filled(page: Any, color: list[int] = BLUE) -> list[tuple[int, int]]:
    """The rooms (column, row) that show a colour."""
    picture = page.picture()
    return [
        (column, row)
        for row in range(ROOMS)
        for column in range(ROOMS)
        if (picture[106 + 100 * row, 106 + 100 * column] == color).all()
    ]


def same_palette(page: Any) -> None:
    """As a model without a region stage paints: rooms of two rows alike, the ground apart."""
    page.ask(
        MODULES
        + """
        const { painting } = store.settled, { painter } = painting;
        delete painter.whole.likeness;
        delete painter.whole.parts;
        const { taken, labels } = painter.whole;
        taken.fill(0);
        for (let region = 1; region < painter.regions; region++) {
          const at = labels.indexOf(region), row = Math.floor((Math.floor(at / painter.width) - 40) / 100);
          taken[18 * region + (region === painter.whole.ground[0] ? 17 : row < 2 ? 0 : 5)] = 1;
        }
        const two = { 0: [200, 30, 30], 5: [30, 160, 60] };
        const colors = store.settled.colors.map((_, entry) => two[entry] ?? [90, 90, 9 * entry]);
        store.commit({ colors, strokes: new Map() }, "set up");
        """
    )
