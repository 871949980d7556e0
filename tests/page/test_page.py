"""The page in a browser: pictures in, colours changed and taken back, files out."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

PAGE = Path(__file__).parents[2] / "attnpaint/web/static"
DRAWINGS = Path(__file__).parents[2] / "assets/drawings"


def test_it_is_small_and_asks_nobody_else(page: Any) -> None:
    sizes = [path.stat().st_size for path in PAGE.iterdir() if path.is_file()]
    print(f"\n{len(sizes)} files, {sum(sizes) / 1000:.0f} kB")
    assert sum(sizes) < 240_000
    assert all(url.startswith(page.address) for url in page.requests())
    assert page.find("[data-intake=drawing] .well").is_displayed()
    assert page.find("[data-intake=reference] .well").is_displayed()
    assert len(page.driver.find_elements("css selector", ".samples img")) == 14


def test_painting_starts_by_itself_and_colours_change_in_silence(
    page: Any, drawing: Path, reference: Path
) -> None:
    page.paint(drawing, reference)
    assert page.text("#drawing span span") == "girl.png · 512 × 512"
    before, colors = page.picture(), page.swatches()
    assert before.shape == (512, 512, 3)
    assert np.ptp(before, axis=2).max() > 40  # not grey any more
    page.requests()
    most = max(range(16), key=lambda k: (before == rgb(colors[k])).all(axis=2).sum())
    page.color(most, "#123456")
    changed = page.picture()
    assert page.swatches()[most] == "#123456"
    assert (changed != before).any()
    page.keys("z", Keys.CONTROL)
    assert (page.picture() == before).all()
    assert page.swatches() == colors
    page.keys("z", Keys.CONTROL, Keys.SHIFT)
    assert (page.picture() == changed).all()
    for choice in ("painted", "blend", "flat"):
        page.click(f"#finish input[value={choice}]")
        page.picture()
    page.click("#shuffle")
    page.click("#lines")
    assert page.requests() == []
    own = page.run("return performance.getEntriesByType('resource').map((entry) => entry.name)")
    assert [url for url in own if not url.startswith(page.address)] == []


def test_a_swatch_dragged_onto_another_swaps_them(page: Any, drawing: Path, reference: Path) -> None:
    page.paint(drawing, reference)
    page.click("#together")
    colors = page.swatches()
    to = next(k for k in range(1, 16) if colors[k] != colors[0])
    here, there = page.find("[data-entry='0']"), page.find(f"[data-entry='{to}']")
    ActionChains(page.driver).click_and_hold(here).move_to_element(there).release().perform()
    page.settle()
    swapped = page.swatches()
    assert (swapped[0], swapped[to]) == (colors[to], colors[0])
    assert not page.find("#picker").is_displayed()
    page.run("arguments[0].focus()", there)
    page.keys("l")
    ActionChains(page.driver).click_and_hold(here).move_to_element(there).release().perform()
    page.settle()
    assert page.swatches() == swapped  # what is locked stays
    page.click("#shuffle")
    page.settle()
    assert page.swatches()[to] == swapped[to]


def test_the_keyboard_swaps_locks_and_resets(page: Any, drawing: Path, reference: Path) -> None:
    page.paint(drawing, reference)
    page.click("#together")
    colors = page.swatches()
    page.run("document.querySelector(\"[data-entry='0']\").focus()")
    page.keys(Keys.ARROW_RIGHT, Keys.ALT)
    assert page.swatches()[:2] == [colors[1], colors[0]]
    assert page.run("return document.activeElement.dataset.entry") == "1"
    page.keys(Keys.DELETE)  # as it was painted
    assert page.swatches()[1] == colors[1]
    page.keys("l")
    assert "locked" in page.find("[data-entry='1']").get_attribute("aria-label")


def test_a_band_takes_the_colours_of_another_reference(page: Any, drawing: Path, reference: Path) -> None:
    page.paint(drawing, reference)
    colors = page.swatches()
    page.requests()
    page.click("[data-band='2']")
    page.click("#choose [aria-label='sea']")  # a sample
    page.until("!document.querySelector('#choose').open")
    page.until("document.querySelector('#reset:not(:disabled)')")
    page.settle()
    new = page.swatches()
    assert new[8:12] != colors[8:12]
    assert new[:8] + new[12:] == colors[:8] + colors[12:]
    assert [url.rpartition("/")[2] for url in page.requests()] == [
        "sea.png",
        "palette",
    ]  # nothing painted anew
    page.keys("z", Keys.CONTROL)
    assert page.swatches() == colors


def test_it_is_painted_again_for_other_gaps_and_paper(page: Any, reference: Path) -> None:
    page.paint(DRAWINGS / "dragon.png", reference)  # on transparent paper
    page.color(2, "#7755aa")
    assert page.find("#opaque").is_displayed()
    page.click("#opaque")
    page.until("document.querySelectorAll('#results li').length === 2")
    page.settle()
    assert (
        page.run(
            "return document.querySelector('#picture').getContext('2d').getImageData(0, 0, 1, 1).data[3]"
        )
        == 255
    )
    assert page.swatches()[2] == "#7755aa"
    page.click("summary")
    page.find("#gap").send_keys("30", Keys.ENTER)
    page.until("document.querySelectorAll('#results li').length === 3")
    assert page.swatches()[2] == "#7755aa"
    page.click("#save")
    assert "--opaque" in page.text("#command")
    assert "--gap 30" in page.text("#command")


def test_a_stroke_colours_its_region(page: Any, drawing: Path, reference: Path) -> None:
    page.paint(drawing, reference)
    before = page.picture()
    page.keys("b")
    page.click("#ink")
    field = page.find("#picker-hex")
    field.clear()
    field.send_keys("#ff00aa", Keys.ENTER)
    page.run("document.querySelector('#picker').hidePopover()")
    ActionChains(page.driver).move_to_element_with_offset(
        page.find("#world"), 0, 70
    ).click().perform()  # her face
    after = page.picture()
    painted = (after == [255, 0, 170]).all(axis=2)
    assert painted[310, 256]
    assert 0.1 < painted.mean() < 0.5
    moved = (after != before).any(axis=2)
    assert painted.mean() <= moved.mean() < 1.2 * painted.mean()  # and where lines are soft
    assert page.text("#strokes-told") == "1 region"
    page.click("#undo")
    assert (page.picture() == before).all()
    page.run("document.querySelector('#stage').focus()")
    page.keys(Keys.ARROW_RIGHT)  # the aim, one step from the middle
    page.keys(Keys.ENTER)
    assert (page.picture() == [255, 0, 170]).all(axis=2).mean() == pytest.approx(painted.mean(), abs=0.2)


def test_it_saves_at_the_drawings_own_size(page: Any, reference: Path, tmp_path: Path) -> None:
    large = tmp_path / "large girl.png"
    Image.open(DRAWINGS / "schoolgirl.png").resize((1500, 2146)).save(large)
    page.paint(large, reference)
    page.color(0, "#204080")
    page.click("#save")
    saved = Image.open(page.save("[data-format=png]", "large girl.colored.png"))
    assert saved.size == (1500, 2146)
    seen = page.picture()
    assert seen.shape[:2] == (1024, 716)
    small = np.asarray(saved.convert("RGB").resize((716, 1024), Image.Resampling.BOX)).astype(int)
    assert np.abs(small - seen).mean() < 6
    assert page.save("[data-format=psd]", "large girl.colored.psd").read_bytes()[:4] == b"8BPS"
    palette = json.loads(page.save("[data-format=json]", "large girl.palette.json").read_text())
    assert palette["bands"][0][0]["color"] == "#204080"


def test_what_is_saved_is_what_is_seen(page: Any, drawing: Path, reference: Path) -> None:
    page.paint(drawing, reference)
    page.click("#shuffle")
    page.settle()
    page.click("#save")
    saved = np.asarray(Image.open(page.save("[data-format=png]", "girl.colored.png")).convert("RGB"))
    assert (saved == page.picture()).all()


@pytest.mark.parametrize("many", [False, True])
def test_the_command_makes_the_same_picture(
    page: Any, drawing: Path, reference: Path, tmp_path: Path, many: bool
) -> None:
    import shlex
    import shutil

    page.paint(drawing, reference)
    if many:  # painted anew from an edited palette, then changed
        page.click("#shuffle")
        page.settle()
        page.click("#anew")
        page.until("document.body.classList.contains('busy')")
        page.until("!document.body.classList.contains('busy')")
    page.color(5, "#b03060")
    page.click("#save")
    shutil.copy(page.save("[data-format=png]", "girl.colored.png"), tmp_path / "page.png")
    if many:
        shutil.copy(page.save("#command-note .link", "girl.palette.json"), tmp_path)
    for path in (drawing, reference):
        shutil.copy(path, tmp_path)
    words = shlex.split(page.text("#command"))
    assert words[:2] == ["attnpaint", "colorize"]
    subprocess.run([sys.executable, "-m", *words], cwd=tmp_path, check=True, capture_output=True)
    one, other = (
        np.asarray(Image.open(tmp_path / name).convert("RGB")) for name in ("page.png", "girl.colored.png")
    )
    assert (one == other).all()


def test_a_bad_file_is_told_in_words(page: Any, tmp_path: Path, drawing: Path, reference: Path) -> None:
    bad = tmp_path / "no picture.png"
    bad.write_text("I am no picture")
    page.drop("[data-intake=drawing] .well", bad)
    page.until("document.querySelector('[data-intake=drawing] .well').innerText.includes('no picture.png')")
    page.drop("[data-intake=reference] .well", reference)
    page.until("!document.querySelector('#alarm').hidden")
    told = page.text("#alarm")
    print(f"\n{told}")
    assert "picture" in told
    assert "{" not in told
    assert page.find("#alarm").get_attribute("role") == "alert"
    page.drop("[data-intake=drawing] .well", drawing)  # a good one is all it takes
    page.until("document.body.dataset.screen === 'work'")
    assert not page.find("#alarm").is_displayed()
    page.errors()  # the browser writes down the answer 422


def test_two_tabs_at_once(page: Any, chromium: Any, server: str, drawing: Path, reference: Path) -> None:
    other = type(page)(chromium, server)
    other.open()
    page.driver.switch_to.window(page.tab)
    page.drop("[data-intake=drawing] .well", drawing)
    page.drop("[data-intake=reference] .well", reference)
    page.driver.switch_to.window(other.tab)
    other.paint(DRAWINGS / "car.png", reference)
    page.driver.switch_to.window(page.tab)
    page.until("document.body.dataset.screen === 'work'")
    page.settle()
    assert page.text("#drawing span span").startswith("girl.png")
    page.color(0, "#ff0000")
    page.click("#save")
    assert Image.open(page.save("[data-format=png]", "girl.colored.png")).size == (512, 512)
    page.driver.switch_to.window(other.tab)
    assert other.text("#drawing span span").startswith("car.png")
    assert other.swatches()[0] != "#ff0000"
    other.click("#save")
    assert Image.open(other.save("[data-format=webp]", "car.colored.webp")).size == (672, 457)
    other.close()
    page.driver.switch_to.window(page.tab)


def test_a_painting_that_the_program_forgot_is_painted_again(
    page: Any, drawing: Path, reference: Path
) -> None:
    page.paint(drawing, reference)
    page.ask("(await import('/page/store.js')).store.look.painting.id = 'forgotten';")
    page.click("#save")
    assert Image.open(page.save("[data-format=png]", "girl.colored.png")).size == (512, 512)
    page.errors()  # the browser writes down the answer 404


def test_without_the_program_what_is_there_can_still_be_changed(
    page: Any, drawing: Path, reference: Path
) -> None:
    page.paint(drawing, reference)
    gone = {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
    page.driver.execute_cdp_cmd("Network.emulateNetworkConditions", gone)
    before = page.picture()
    page.color(6, "#3050c0")
    assert page.swatches()[6] == "#3050c0"
    page.click("#save")
    page.click("[data-format=png]")
    page.until("!document.querySelector('#alarm').hidden")
    assert "does not answer" in page.text("#problem")
    page.click("#undo")
    assert (page.picture() == before).all()
    page.driver.execute_cdp_cmd(
        "Network.emulateNetworkConditions",
        gone | {"offline": False, "downloadThroughput": -1, "uploadThroughput": -1},
    )
    page.errors()  # the browser writes down what failed


def test_it_recolours_thirty_times_a_second(page: Any, drawing: Path, reference: Path) -> None:
    began = time.perf_counter()
    page.paint(drawing, reference)
    first = time.perf_counter() - began
    print(f"\nfirst painting of 512×512, both pictures dropped to picture seen: {first:.2f} s")
    for finish in ("flat", "painted", "blend"):
        page.ask("return (await import('/page/bench.js')).benchmark(...given);", finish, 40)  # compiled
        found = page.ask("return (await import('/page/bench.js')).benchmark(...given);", finish, 160)
        told = (
            "{finish}: {milliseconds:.1f} ms, {computed:.0f} recolourings a second, {shown:.0f} of them shown"
        )
        print(told.format(**found))
        assert (found["width"], found["height"]) == (512, 512)
        assert found["computed"] >= 30


def rgb(color: str) -> np.ndarray:
    return np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)])
