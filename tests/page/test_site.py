"""The page that paints without a server, in a real Chromium: beside the program's pictures, and offline."""

import base64
import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browsing import ASSETS, PAINTED
from hosting import READY, SitePage
from PIL import Image

from attnpaint import Colorizer
from attnpaint.extract import FIGURE, Histogram, measure
from attnpaint.images import on_white, read_picture
from attnpaint.inference.coloring import Coloring
from attnpaint.layered.flatten import flatten
from attnpaint.layered.layer import Group, drawn
from attnpaint.layered.ora import read_ora
from attnpaint.palettes.adobe import read_aco, read_ase, write_aco, write_ase
from attnpaint.palettes.files import read_palette
from attnpaint.palettes.gpl import read_gpl

PAIRS = {
    "flower-girl": "pink-hair",
    "car": "sea",
    "dragon": "night",
    "autumn": "rose",
    "schoolgirl": "green-dress",
    "painter-cat": "sea",  # a pocket of the ground between arm and head
}
DRAWINGS, REFERENCES = ASSETS / "drawings", ASSETS / "references"
Opened = Callable[..., SitePage]


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
            assert near.mean() > 0.995, (drawing, finish, near.mean())
    assert np.mean(shares) > 0.998


def test_same_palette_of_a_reference_whose_ground_changes_slowly(opened: Opened, tmp_path: Path) -> None:
    sky = np.linspace((90, 180, 240), (250, 250, 200), 300).round().astype(np.uint8)[:, None]
    reference = np.repeat(sky, 240, axis=1)
    reference[100:, 60:180] = (200, 40, 60)
    reference[140:200, 90:150] = (250, 220, 190)
    Image.fromarray(reference).save(tmp_path / "sky.png")
    found, own = opened().painted(DRAWINGS / "car.png", tmp_path / "sky.png"), measure(reference, FIGURE)
    assert own.ground is not None
    assert np.abs(np.array(found["palette"]["colors"]) - own.colors.astype(int)).max() <= 1
    np.testing.assert_allclose(found["palette"]["weights"], own.weights, atol=0.002)


def test_it_paints_with_the_server_stopped(opened: Opened) -> None:
    page = opened()
    page.wait_until_kept()
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
    assert offered == ["attnpaint", "png", "webp", "psd", "ora", "json", "gpl", "aco", "ase"]
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


SAVED = """
const [drawing, reference, formats, finish] = given, api = await import("./page/api.js"), found = {};
const file = (bytes, name) => new File([Uint8Array.from(bytes)], name, { type: "image/png" });
const told = await api.paint({ drawing: file(drawing, "a ü.png"), reference: file(reference, "r.png") });
for (const format of formats) {
  const { blob, name } = await api.save(told.id, { format, finish, lines: true });
  const bytes = new Uint8Array(await blob.arrayBuffer()), parts = [];
  for (let at = 0; at < bytes.length; at += 8192) {
    parts.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
  }
  found[format] = [name, btoa(parts.join(""))];
}
return found;
"""


def saved_as(
    page: SitePage, drawing: Path, reference: str, folder: Path, formats: list[str], finish: str = "flat"
) -> dict[str, Path]:
    """The files of one painting, by format."""
    given = [list(path.read_bytes()) for path in (drawing, REFERENCES / f"{reference}.png")]
    told = page.ask(SAVED, *given, formats, finish)
    assert isinstance(told, dict), told
    for name, text in told.values():
        (folder / name).write_bytes(base64.b64decode(text))
    return {kind: folder / name for kind, (name, _) in told.items()}


@pytest.mark.parametrize(
    ("drawing", "finish", "clear"),
    [("dragon", "flat", False), ("car", "blend", True), ("car", "painted", False)],
)
def test_a_psd_has_the_layers_of_the_ora(
    drawing: str, finish: str, clear: bool, opened: Opened, tmp_path: Path
) -> None:
    from psd_tools import PSDImage

    picture = np.asarray(Image.open(DRAWINGS / f"{drawing}.png").convert("RGBA")).copy()
    picture[:40, :60, 3] = 0 if clear else 255
    picture[:40, 60:70, 3] = 90 if clear else 255
    Image.fromarray(picture).save(tmp_path / "drawing.png")
    files = saved_as(opened(), tmp_path / "drawing.png", "night", tmp_path, ["psd", "ora", "png"], finish)
    file: Any = PSDImage.open(files["psd"])
    layers = read_ora(files["ora"])
    shown = Image.open(files["png"])
    assert file.size == shown.size
    assert [layer.name for layer in file] == [layer.name for layer in layers]
    assert [layer.is_visible() for layer in file] == [layer.visible for layer in layers]
    flat = layers[0]
    assert isinstance(flat, Group)
    assert [layer.name for layer in file[0]] == [layer.name for layer in flat.layers]
    pairs = [*zip(file[0], flat.layers, strict=True), *list(zip(file, layers, strict=True))[1:]]
    assert len(pairs) > 6
    for ours, theirs in pairs:
        wanted = with_opacity(drawn(theirs, shown.height, shown.width))
        whole = np.zeros_like(wanted)
        whole[ours.top : ours.bottom, ours.left : ours.right] = np.asarray(ours.topil().convert("RGBA"))
        there = wanted[..., 3] > 0
        np.testing.assert_array_equal(whole[..., 3], wanted[..., 3], ours.name)
        np.testing.assert_array_equal(whole[there], wanted[there], ours.name)
    merged = np.asarray(file.topil().convert("RGBA"))
    seen = np.asarray(shown.convert("RGBA"))
    np.testing.assert_array_equal(merged[seen[..., 3] == 255], seen[seen[..., 3] == 255])
    np.testing.assert_array_equal(merged[..., 3], seen[..., 3])


def with_opacity(picture: np.ndarray) -> np.ndarray:
    return (
        picture if picture.shape[2] == 4 else np.dstack([picture, np.full(picture.shape[:2], 255, np.uint8)])
    )


@pytest.mark.parametrize("drawing", ["dragon", "car", "flower-girl"])
def test_webp_is_the_picture_and_palettes_of_other_programs_its_colours(
    drawing: str, opened: Opened, tmp_path: Path
) -> None:
    formats = ["png", "webp", "json", "gpl", "aco", "ase"]
    files = saved_as(opened(), DRAWINGS / f"{drawing}.png", "rose", tmp_path, formats)
    assert Image.open(files["webp"]).format == "WEBP"
    exact, found = (read_picture(files[kind]) for kind in ("png", "webp"))
    opaque = exact[..., 3:].min(axis=2, initial=255) == 255
    np.testing.assert_array_equal(found[opaque], exact[opaque])
    assert np.abs(on_white(found).astype(int) - on_white(exact)).max() <= 1  # half clear: a canvas rounds
    colors = read_palette(files["json"]).colors.reshape(-1, 3).tolist()
    told = {kind: files[kind].read_bytes() for kind in ("gpl", "aco", "ase")}
    read = [
        read_gpl(told["gpl"], "x"),
        read_aco(told["aco"], "x"),
        read_ase(told["ase"], "x"),
    ]
    for swatches in read:
        assert [list(one.color) for one in swatches] == colors
        assert [one.name for one in swatches] == [one.name for one in read[0]]
    assert told["aco"] == write_aco(read[0], "x")
    assert told["ase"] == write_ase(read[0], "a ü")


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
    page.wait_until_kept()
    page.ask(SPOILED, file)
    page.reload("document.querySelector('#note')?.textContent.includes('of another version')")
    page.until(READY)
    assert page.text("#alarm") == ""


def test_files_of_another_version_and_no_server_are_told_in_a_line(opened: Opened) -> None:
    page = opened()
    page.wait_until_kept()
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
    for finish, text in found["shown"].items():
        ours, theirs = decoded(text).astype(int), own.finished(finish).picture.astype(int)
        assert (np.abs(ours - theirs).max(axis=2) <= 2).mean() > 0.995, finish


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
