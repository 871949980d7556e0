"""The page that paints without a server, in a real Chromium: beside the program's pictures, and offline."""

import base64
import io
import json
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browsing import ASSETS, PAINTED, Page
from PIL import Image

from attnpaint import Colorizer
from attnpaint.extract import Histogram
from attnpaint.inference.coloring import Coloring
from attnpaint.layered.flatten import flatten
from attnpaint.layered.ora import read_ora
from attnpaint.palettes.files import read_palette

READY = "document.body?.dataset.graphs"
PAIRS = {
    "flower-girl": "pink-hair",
    "car": "sea",
    "dragon": "night",
    "autumn": "rose",
    "schoolgirl": "green-dress",
    "painter-cat": "sea",
}
DRAWINGS, REFERENCES = ASSETS / "drawings", ASSETS / "references"
MOST_PAGE = 400_000  # bytes of the page without runtime and weights
Opened = Callable[..., "SitePage"]


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


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `attnpaint site` writes, with the runtime that npm fetches."""
    folder = tmp_path_factory.mktemp("site") / "site"
    command = [sys.executable, "-m", "attnpaint", "site", str(folder), "--json"]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert told["page"] < MOST_PAGE
    return folder


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

    def painted(self, drawing: Path, reference: Path) -> dict[str, Any]:
        """What the local engine makes of a pair: palette, regions, and the picture in all finishes."""
        files = {"drawing": list(drawing.read_bytes()), "reference": list(reference.read_bytes())}
        return dict(self.ask(LOCALLY, files))


@pytest.fixture
def opened(site: Path, chromium: Any) -> Iterator[Opened]:
    made: list[SitePage] = []

    def one(**how: Any) -> SitePage:
        page = SitePage(chromium, Files(site))
        made.append(page)
        page.open(**how)
        return page

    yield one
    for page in made:
        page.close()
        page.files.stop()


def program(drawing: str) -> Coloring:
    return Colorizer.load().colorize(
        ASSETS / "drawings" / f"{drawing}.png", ASSETS / "references" / f"{PAIRS[drawing]}.png"
    )


def decoded(text: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(text))))


def test_same_palette_regions_and_picture_as_the_program(opened: Opened) -> None:
    page, shares = opened(), []
    for drawing in PAIRS:
        pair = DRAWINGS / f"{drawing}.png", REFERENCES / f"{PAIRS[drawing]}.png"
        found, own = page.painted(*pair), program(drawing)
        assert isinstance(own.histogram, Histogram)
        assert np.abs(np.array(found["palette"]["colors"]) - own.histogram.colors.astype(int)).max() <= 1
        np.testing.assert_allclose(found["palette"]["weights"], own.histogram.weights, atol=0.002)
        labels = np.frombuffer(base64.b64decode(found["labels"]), np.uint16).reshape(found["shape"])
        assert (labels == own.canvas.labels).mean() > 0.999, drawing
        for finish, text in found["shown"].items():
            ours, theirs = decoded(text).astype(int), own.finished(finish).picture.astype(int)
            assert ours.shape == theirs.shape
            seen = theirs[..., 3:] > 0 if theirs.shape[2] == 4 else np.ones((*theirs.shape[:2], 1), bool)
            near = (np.abs(ours - theirs).max(axis=2)[..., None] <= 2) | ~seen
            shares.append(near.mean())
            least = 0.995 if finish == "flat" else 0.99  # the networks' last digits differ, and paper is even
            assert near.mean() > least, (drawing, finish, near.mean())
    assert np.mean(shares) > 0.998


def test_it_paints_with_the_server_stopped(opened: Opened) -> None:
    page = opened()
    page.files.stop()
    page.reload()
    page.paint(ASSETS / "drawings" / "flower-girl.png", ASSETS / "references" / "pink-hair.png")
    shown, own = page.picture(), program("flower-girl").picture[..., :3].astype(int)
    assert (np.abs(shown - own).max(axis=2) <= 2).mean() > 0.99
    assert page.text("#alarm") == ""
    assert page.run("return crossOriginIsolated")


def test_nothing_is_asked_of_another_host(opened: Opened) -> None:
    page = opened()
    page.paint(ASSETS / "drawings" / "car.png", ASSETS / "references" / "sea.png")
    asked = page.run("return performance.getEntriesByType('resource').map(({ name }) => name)")
    assert asked
    assert all(name.startswith((page.address, "blob:", "data:")) for name in asked)
    policy = page.run("return document.querySelector('meta[http-equiv]').content")
    assert policy.startswith("default-src 'self'")
    assert "nothing that you open leaves your machine" in page.run("return document.body.textContent")


def test_saved_files(opened: Opened, tmp_path: Path) -> None:
    page = opened()
    page.paint(ASSETS / "drawings" / "dragon.png", ASSETS / "references" / "rose.png")
    page.click("#save")
    offered = page.run(
        "return [...document.querySelectorAll('#formats [data-format]')].map((one) => one.dataset.format)"
    )
    assert offered == ["attnpaint", "png", "ora", "json", "gpl"]
    for kind, suffix in (("png", ".colored.png"), ("ora", ".colored.ora"), ("json", ".palette.json")):
        page.click(f"[data-format={kind}]")
        wait_for(page.driver.saved / f"dragon{suffix}")
    picture = np.asarray(Image.open(page.driver.saved / "dragon.colored.png"))
    layers = read_ora(page.driver.saved / "dragon.colored.ora")
    assert [layer.name for layer in layers] == ["flat", "painted", "blend", "lines"]
    shown = flatten(layers, *picture.shape[:2])
    seen = picture[..., 3] == 255
    assert np.abs(shown[..., :3].astype(int) - picture[..., :3])[seen].max() <= 2
    assert (shown[..., 3] == picture[..., 3]).mean() > 0.999
    assert read_palette(page.driver.saved / "dragon.palette.json").colors.shape == (4, 4, 3)
    with zipfile.ZipFile(page.driver.saved / "dragon.colored.ora") as file:
        assert file.namelist()[0] == "mimetype"


def wait_for(path: Path, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not path.is_file():
        assert time.monotonic() < end, path
        time.sleep(0.1)


def test_a_browser_without_service_workers_paints_with_one_thread(opened: Opened) -> None:
    gone = "Object.defineProperty(Navigator.prototype, 'serviceWorker', { get: () => undefined });"
    page = opened(before=gone)
    page.until("document.querySelector('#note').textContent.includes('one thread')", 90)
    assert page.run("return document.body.dataset.graphs") == "1"
    assert "without the network the page will not open" in page.text("#note")
    page.paint(ASSETS / "drawings" / "car.png", ASSETS / "references" / "sea.png")
    assert page.text("#alarm") == ""


def test_storage_that_is_full_is_told_in_a_line(opened: Opened) -> None:
    page = opened(quota=3_000_000)
    page.until("/Storage is (full|forbidden)/.test(document.querySelector('#note').textContent)", 90)
    page.paint(ASSETS / "drawings" / "car.png", ASSETS / "references" / "sea.png")
    assert page.text("#alarm") == ""


def test_storage_that_is_forbidden_is_told_in_a_line(opened: Opened) -> None:
    refused = "ServiceWorkerContainer.prototype.register = async () => { throw new Error('SecurityError'); };"
    page = opened(before=refused)
    page.until("document.querySelector('#note').textContent.includes('Storage is forbidden')", 90)
    page.paint(ASSETS / "drawings" / "car.png", ASSETS / "references" / "sea.png")
    assert page.text("#alarm") == ""


SPOILED = """
for (const name of await caches.keys()) {
  const cache = await caches.open(name);
  const spoiled = (await cache.keys()).filter(({ url }) => url.endsWith(given[0]));
  for (const { url } of spoiled) await cache.put(url, new Response(new Uint8Array(1000)));
}
"""


@pytest.mark.parametrize("file", ["model.safetensors", "model.onnx", "regions.onnx"])
def test_files_of_another_version_in_the_cache_are_fetched_again(opened: Opened, file: str) -> None:
    page = opened()
    page.ask(SPOILED, file)
    page.reload("document.querySelector('#note')?.textContent.includes('of another version')")
    page.until(READY)
    assert page.text("#alarm") == ""


def test_files_of_another_version_and_no_server_are_told_in_a_line(opened: Opened) -> None:
    page = opened()
    page.ask(SPOILED, "model.safetensors")
    page.files.stop()
    page.reload("document.querySelector('#problem')?.textContent")
    assert "model.safetensors cannot be fetched" in page.text("#problem")
    assert "reload the page" in page.text("#remedy")


@pytest.mark.parametrize("across", [False, True])
def test_a_long_strip_is_painted_page_by_page(across: bool, opened: Opened, tmp_path: Path) -> None:
    with Image.open(DRAWINGS / "flower-girl.png") as drawing:
        page = np.asarray(drawing.convert("RGB").resize((300, 352)))
    strip = np.concatenate([page, page[:, ::-1], page], axis=0)
    strip = np.ascontiguousarray(strip.transpose(1, 0, 2)) if across else strip
    Image.fromarray(strip).save(tmp_path / "strip.png")
    found = opened().painted(tmp_path / "strip.png", REFERENCES / "pink-hair.png")
    own = Colorizer.load().colorize(strip, REFERENCES / "pink-hair.png")
    for finish, least in (("flat", 0.98), ("painted", 0.98)):  # a small region may stand between two colours
        ours, theirs = decoded(found["shown"][finish]).astype(int), own.finished(finish).picture.astype(int)
        assert (np.abs(ours - theirs).max(axis=2) <= 2).mean() > least, finish


def test_first_painting_of_512_px_takes_three_seconds_at_most(opened: Opened) -> None:
    """On two cores that do nothing else."""
    import psutil

    page = opened()
    if psutil.getloadavg()[0] > 1.5:
        pytest.skip("the machine is busy")
    page.paint(ASSETS / "drawings" / "flower-girl.png", ASSETS / "references" / "pink-hair.png")
    page.drop("#stage", ASSETS / "drawings" / "car.png")
    page.until(PAINTED)
    seconds = page.ask("return (await import('./page/main.js')).store.settled.painting.seconds;")
    assert seconds <= 3
