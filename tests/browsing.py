"""A tab of a browser at the page: what its tests look at and press."""

import base64
import io
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

ROOT = Path(__file__).parents[1]
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
