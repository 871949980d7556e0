"""A server that paints, and a headless Chromium that looks at its page. For `make test-page` alone: a plain
`pytest` leaves this folder out, as it needs a browser."""

import base64
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "assets"
DROP = """
const [zone, files] = arguments, given = new DataTransfer();
for (const [name, type, data] of files) {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  given.items.add(new File([bytes], name, { type }));
}
for (const kind of ["dragenter", "dragover", "drop"])
  zone.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: given }));
"""
PAINTED = "document.body.dataset.screen === 'work' && !document.body.classList.contains('busy')"


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    here = Path(__file__).parent
    asked = [Path(config.invocation_params.dir, str(arg).split("::")[0]).resolve() for arg in config.args]
    return None if any(path == here or here in path.parents for path in asked) else True


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of `attnpaint app`."""
    command = [sys.executable, "-m", "attnpaint", "app", "--no-browser", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stderr
        address = process.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:"), process.stderr.read()
        yield address
        process.send_signal(signal.SIGINT)
        assert process.wait(120) in (0, 130)


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from selenium import webdriver

    browser, driver = shutil.which("chromium"), shutil.which("chromedriver")
    assert browser, "there is no chromium; make test-page installs it"
    assert driver, "there is no chromedriver; make test-page installs it"
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for flag in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1440,900"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    chrome = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    chrome.set_script_timeout(120)
    folder = tmp_path_factory.mktemp("saved")
    told = {"behavior": "allow", "downloadPath": str(folder)}
    chrome.execute_cdp_cmd("Browser.setDownloadBehavior", told)
    chrome.saved = folder
    yield chrome
    chrome.quit()


@pytest.fixture(scope="session")
def fresh(server: str, chromium: Any) -> Callable[[], "Page"]:
    """Opens another tab at the page; whoever asks closes it."""

    def opened() -> Page:
        made = Page(chromium, server)
        made.open()
        return made

    return opened


@pytest.fixture
def page(server: str, chromium: Any) -> Iterator["Page"]:
    """A fresh tab at the page; it must leave no error in the console."""
    opened = Page(chromium, server)
    opened.open()
    yield opened
    errors = opened.errors()
    opened.close()
    assert errors == []


class Page:
    """A tab. Selectors are CSS."""

    def __init__(self, driver: Any, address: str) -> None:
        self.driver, self.address = driver, address
        self.home = driver.current_window_handle

    def open(self) -> None:
        self.driver.switch_to.new_window("tab")
        self.tab = self.driver.current_window_handle
        self.errors()
        self.device(1440, 900)
        self.driver.get(self.address)
        self.until("document.body.dataset.ready")

    def close(self) -> None:
        self.driver.switch_to.window(self.tab)
        self.run("onbeforeunload = null; store = null", strict=False)
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
        self.driver.close()
        self.driver.switch_to.window(self.home)

    def device(self, width: int, height: int, phone: bool = False) -> None:
        told = {"width": width, "height": height, "deviceScaleFactor": 2 if phone else 1, "mobile": phone}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", told)

    def media(self, **features: str) -> None:
        listed = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": listed})

    def find(self, selector: str) -> Any:
        return self.driver.find_element("css selector", selector)

    def click(self, selector: str) -> None:
        self.find(selector).click()

    def keys(self, key: str, *held: str) -> None:
        from selenium.webdriver.common.action_chains import ActionChains

        chain = ActionChains(self.driver)
        for modifier in held:
            chain.key_down(modifier)
        chain.send_keys(key)
        for modifier in held:
            chain.key_up(modifier)
        chain.perform()
        self.settle()

    def run(self, script: str, *given: Any, strict: bool = True) -> Any:
        return self.driver.execute_script(script if strict else f"try {{ {script} }} catch {{}}", *given)

    def ask(self, script: str, *given: Any) -> Any:
        """What an async function's body returns."""
        whole = f"const done = arguments[arguments.length - 1]; (async (...given) => {{ {script} }})"
        return self.driver.execute_async_script(
            f"{whole}(...arguments).then(done, (error) => done(`failed: ${{error}}`));", *given
        )

    def until(self, script: str, seconds: float = 600) -> None:
        end = time.monotonic() + seconds
        while not self.run(f"return Boolean({script})"):
            assert time.monotonic() < end, f"not within {seconds} s: {script}; {self.text('#alarm')}"
            time.sleep(0.05)

    def text(self, selector: str) -> str:
        return str(self.run("return document.querySelector(arguments[0])?.innerText ?? ''", selector)).strip()

    def drop(self, selector: str, *paths: Path) -> None:
        kinds = {".png": "image/png", ".json": "application/json"}
        files = [
            (path.name, kinds.get(path.suffix, ""), base64.b64encode(path.read_bytes()).decode())
            for path in paths
        ]
        self.run(DROP, self.find(selector), files)

    def paint(self, drawing: Path, reference: Path) -> None:
        self.drop("[data-intake=drawing] .well", drawing)
        self.until("document.querySelector('[data-intake=drawing] .well.filled')")
        self.drop("[data-intake=reference] .well", reference)
        self.until(PAINTED)
        self.settle()

    def settle(self) -> None:
        """Two frames, in which what was asked for is drawn."""
        self.ask("for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame);")

    def picture(self) -> np.ndarray:
        """What is on the canvas, RGB."""
        self.settle()
        data = self.run("return document.querySelector('#picture').toDataURL('image/png')")
        found = Image.open(io.BytesIO(base64.b64decode(data.split(",")[1])))
        return np.asarray(found.convert("RGB")).astype(int)

    def color(self, entry: int, color: str) -> None:
        """Type a swatch's colour."""
        self.open_swatch(entry)
        field = self.find("#picker-hex")
        field.clear()
        field.send_keys(color, "\ue007")
        self.settle()
        self.run("document.querySelector('#picker').hidePopover()")
        self.settle()

    def open_swatch(self, entry: int) -> None:
        """Double-click it: its sliders open."""
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.driver).double_click(self.find(f"[data-entry='{entry}']")).perform()

    def swatches(self) -> list[str]:
        script = (
            "return [...document.querySelectorAll('.swatch')].map((s) => s.style.getPropertyValue('--color'))"
        )
        return list(self.run(script))

    def save(self, selector: str, name: str) -> Path:
        """The file that a button saves."""
        path: Path = self.driver.saved / name
        path.unlink(missing_ok=True)
        self.click(selector)
        end = time.monotonic() + 240
        while not path.exists():
            assert time.monotonic() < end, f"{name} was not saved; {self.text('#alarm')}"
            time.sleep(0.05)
        return path

    def requests(self) -> list[str]:
        """What was asked of the network since the last call, from all tabs."""
        logged = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        sent = [entry for entry in logged if entry["method"] == "Network.requestWillBeSent"]
        urls = [entry["params"]["request"]["url"] for entry in sent]
        return [url for url in urls if not url.startswith(("data:", "blob:", "chrome:"))]

    def errors(self) -> list[str]:
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]


@pytest.fixture(scope="session")
def drawing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """512×512."""
    path = tmp_path_factory.mktemp("pictures") / "girl.png"
    square = Image.new("L", (512, 512), 255)
    square.paste(Image.open(ASSETS / "drawings/flower-girl.png").convert("L"), (38, 0))
    square.save(path)
    return path


@pytest.fixture(scope="session")
def reference() -> Path:
    return ASSETS / "references/rose.png"


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """Where screenshots go: $PAGE_SHOTS, or nowhere that stays."""
    folder = Path(os.environ.get("PAGE_SHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
