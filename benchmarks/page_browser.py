"""The page in a headless Chromium, with a mouse: what a person does to it and sees of it."""

import base64
import shutil
import time
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains

from attnpaint.images import Picture

WAIT = 600.0  # s for a painting on a busy machine
GIVE = """
const [data, name, kind] = arguments, bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
const given = new DataTransfer();
given.items.add(new File([bytes], name, { type: "image/png" }));
document.querySelector(`[data-intake=${kind}] .well`)
  .dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: given }));
"""
SEEN = """
const [selector, done] = arguments;
requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(async () => {
  const canvas = document.querySelector(selector), { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height), reader = new FileReader();
  reader.onload = () => done([width, height, reader.result.split(",")[1]]);
  reader.readAsDataURL(new Blob([data]));
})));
"""
PAINTED = (
    "document.body.dataset.screen === 'work' && !document.body.classList.contains('busy')"
    " && document.querySelectorAll('#results li').length > 0"
)
Point = tuple[float, float]


class Browser:
    """address: of `attnpaint app`. Places are in pixels of the drawing."""

    def __init__(self, address: str) -> None:
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium") or ""
        for flag in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1440,900"):
            options.add_argument(flag)
        self.driver = webdriver.Chrome(
            options=options, service=webdriver.ChromeService(shutil.which("chromedriver"))
        )
        self.driver.set_script_timeout(120)
        self.address = address

    def paint(self, drawing: Picture, reference: Picture) -> None:
        """A new page, with both pictures dropped and painted."""
        self.driver.switch_to.new_window("tab")
        self.driver.get(self.address)
        self.until("document.body.dataset.ready")
        for kind, picture in (("drawing", drawing), ("reference", reference)):
            stream = BytesIO()
            Image.fromarray(picture).save(stream, "PNG")
            self.run(GIVE, base64.b64encode(stream.getvalue()).decode(), f"{kind}.png", kind)
            self.until(f"document.querySelector('[data-intake={kind}] .well.filled')")
        self.until(PAINTED)
        self.run("document.querySelector('#lines').click()")  # what is judged is the colour under them
        self.run("document.activeElement?.blur()")

    def close(self) -> None:
        self.driver.quit()

    def run(self, script: str, *given: Any) -> Any:
        return self.driver.execute_script(script, *given)

    def until(self, script: str) -> None:
        end = time.monotonic() + WAIT
        while not self.run(f"return Boolean({script})"):
            if time.monotonic() > end:
                raise TimeoutError(script)
            time.sleep(0.05)

    def canvas(self, selector: str) -> Picture:
        """uint8 H×W×4 of what a canvas shows."""
        width, height, data = self.driver.execute_async_script(SEEN, selector)
        return np.frombuffer(base64.b64decode(data), np.uint8).reshape(height, width, 4)

    def _screen(self, places: Sequence[Point], slips: Sequence[Point]) -> list[tuple[int, int]]:
        left, top, zoom = self.run(
            "const box = document.querySelector('#world').getBoundingClientRect();"
            "return [box.left, box.top, box.width / document.querySelector('#picture').width]"
        )
        return [
            (round(left + x * zoom + right), round(top + y * zoom + down))
            for (x, y), (right, down) in zip(places, slips, strict=True)
        ]

    def path(self, places: Sequence[Point], slips: Sequence[Point], start: str = "") -> None:
        """The mouse pressed at the first place, or on the element `start`, and let go at the last."""
        mouse = ActionChains(self.driver, duration=0)
        pointer = mouse.w3c_actions.pointer_action
        if start:
            pointer.move_to(self.driver.find_element("css selector", start))
            pointer.pointer_down()
        for number, place in enumerate(self._screen(places, slips)):
            pointer.move_to_location(*place)
            if not number and not start:
                pointer.pointer_down()
        pointer.pointer_up()
        mouse.perform()

    def point(self, at: Point, slip: Point) -> None:
        mouse = ActionChains(self.driver, duration=0)
        mouse.w3c_actions.pointer_action.move_to_location(*self._screen([at], [slip])[0])
        mouse.perform()

    def click(self, selector: str) -> None:
        self.driver.find_element("css selector", selector).click()

    def key(self, key: str, control: bool = False) -> None:
        chain = ActionChains(self.driver)
        if control:
            chain.key_down("\ue009")
        chain.send_keys(key)
        if control:
            chain.key_up("\ue009")
        chain.perform()

    def shot(self, path: Path) -> None:
        self.driver.save_screenshot(str(path))
