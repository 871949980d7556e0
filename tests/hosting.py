"""A site that `attnpaint site` wrote, on a server of files, and a tab of a browser at it."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from browsing import Page

READY = "document.body?.dataset.graphs"

LOCALLY = """
const [files] = given, api = await import("./page/api.js"), shown = {};
const file = (kind) => new File([Uint8Array.from(files[kind])], `${kind}.png`, { type: "image/png" });
const told = await api.paint({ drawing: file("drawing"), reference: file("reference") });
const { arrays: { labels } } = await api.planes(told.id);
const coded = (blob) => new Promise((done) => {
  const reader = new FileReader();
  reader.onload = () => done(reader.result.split(",")[1]);
  reader.readAsDataURL(blob);
});
for (const finish of ["flat", "painted", "blend"]) {
  shown[finish] = await coded((await api.save(told.id, { format: "png", finish })).blob);
}
return { palette: told.histogram, labels: await coded(new Blob([labels])), shape: labels.shape, shown };
"""


KEPT = """
const opened = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
const kept = (await Promise.all(opened.map((cache) => cache.keys()))).flat().map(({ url }) => url);
const large = ["model.safetensors", "model.onnx", "regions.onnx", ".wasm"];
return large.every((end) => kept.some((url) => url.endsWith(end)));
"""


class Files:
    """A server of files and of nothing else, on a port, and so an origin, of its own."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-u", "-m", "http.server", "--bind", "127.0.0.1", "0", "-d", str(folder)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self.process.stdout
        self.address = self.process.stdout.readline().split("(")[1].split(")")[0]

    def stop(self) -> None:
        self.process.terminate()
        self.process.communicate(timeout=30)


class SitePage(Page):
    """A tab at a site. `files.stop()` takes the server away."""

    def __init__(self, driver: Any, files: Files) -> None:
        super().__init__(driver, files.address)
        self.files = files

    def open(self, before: str = "", quota: int | None = None) -> None:
        """before: a script that runs before the page's own; quota: bytes that it may store."""
        self.driver.switch_to.new_window("tab")
        self.tab = self.driver.current_window_handle
        self.errors()
        self.device(1440, 900)
        if before:
            self.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": before})
        if quota is not None:
            told = {"origin": self.address.rstrip("/"), "quotaSize": quota}
            self.driver.execute_cdp_cmd("Storage.overrideQuotaForOrigin", told)
        self.reload()

    def reload(self, wait: str = READY) -> None:
        self.run("onbeforeunload = null; window.attnpaintTold = []", strict=False)
        self.driver.get(self.address)
        self.until(wait, 120)

    def wait_until_kept(self) -> None:
        """Until the large files lie in the service worker's cache: the page does not wait for the disk."""
        end = time.monotonic() + 120
        while self.ask(KEPT) is not True:
            assert time.monotonic() < end, "the large files are not in the cache"
            time.sleep(0.05)

    def painted(self, drawing: Path, reference: Path) -> dict[str, Any]:
        """What the local engine makes of a pair: palette, regions, and the picture in all finishes."""
        files = {"drawing": list(drawing.read_bytes()), "reference": list(reference.read_bytes())}
        return dict(self.ask(LOCALLY, files))
