"""`make figure` takes the README's picture of the page, assets/app.webp, in a headless Chromium."""

import base64
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.support.wait import WebDriverWait

HERE = Path(__file__).parent
GIVEN = {"drawing": HERE / "drawings/schoolgirl.png", "reference": HERE / "references/pink-hair.png"}
WIDTH, HEIGHT, SHOWN = 1440, 900, 1440  # px of the window, and of the figure's width
QUALITY = 88
FACE = (0.0, -0.2)  # where a colour goes, from the picture's middle, in its sizes
DROP = """
const [data, name, kind] = arguments, bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
const given = new DataTransfer();
given.items.add(new File([bytes], name, { type: "image/png" }));
document.querySelector(`[data-intake=${kind}] .well`)
  .dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: given }));
"""
PAINTED = (
    "return document.body.dataset.screen === 'work' && !document.body.classList.contains('busy')"
    " && document.querySelectorAll('#results li').length > 0 && document.querySelector('#note').hidden"
)


def shot(address: str) -> bytes:
    """A PNG of the page with a painting of which one region has just been filled."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for flag in (
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        f"--window-size={WIDTH},{HEIGHT}",
    ):
        options.add_argument(flag)
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    try:
        size = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        browser.get(address)
        wait = WebDriverWait(browser, 600)
        wait.until(lambda one: one.execute_script("return document.body.dataset.ready"))
        for kind, path in GIVEN.items():
            browser.execute_script(DROP, base64.b64encode(path.read_bytes()).decode(), path.name, kind)
        wait.until(lambda one: one.execute_script(PAINTED))
        browser.find_element("css selector", "[data-entry='4']").click()
        world = browser.find_element("css selector", "#world")
        across, down = (
            round(part * side)
            for part, side in zip(FACE, (world.size["width"], world.size["height"]), strict=True)
        )
        ActionChains(browser).move_to_element_with_offset(world, across, down).click().pause(1).perform()
        return browser.get_screenshot_as_png()
    finally:
        browser.quit()


def main() -> None:
    command = [sys.executable, "-m", "attnpaint", "app", "--no-browser", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            picture = Image.open(BytesIO(shot(process.stdout.readline().strip()))).convert("RGB")
        finally:
            process.terminate()
    small = picture.resize((SHOWN, round(SHOWN * HEIGHT / WIDTH)), Image.Resampling.LANCZOS)
    small.save(HERE / "app.webp", quality=QUALITY, method=6)


if __name__ == "__main__":
    main()
