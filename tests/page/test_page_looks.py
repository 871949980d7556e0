"""The page on a desktop, a phone and in the dark; screenshots go to $PAGE_SHOTS."""

from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.common.keys import Keys

ASSETS = Path(__file__).parents[2] / "assets"
WIDER = """
const reaches = (each) => each.getBoundingClientRect().right > innerWidth + 1;
return [...document.querySelectorAll("body *")]
  .filter((each) => each.checkVisibility() && !each.closest("ol, ul, #world") && reaches(each))
  .map((each) => each.outerHTML);
"""
NAMELESS = """
return [...document.querySelectorAll("button, input:not([hidden]), [role=slider]")].filter((each) =>
  !each.ariaLabel && !each.textContent.trim() && !each.labels?.length).map((each) => each.outerHTML);
"""
FOCUSED = "const it = document.activeElement; return it.id || it.dataset.entry || it.value || it.tagName;"


def shot(page: Any, path: Path) -> None:
    page.settle()
    page.until("document.querySelector('#note').hidden", 20)
    page.run("document.activeElement?.blur()")
    assert page.driver.save_screenshot(str(path))
    assert path.stat().st_size > 10_000


def test_a_desktop(page: Any, shots: Path) -> None:
    shot(page, shots / "start.png")
    page.paint(ASSETS / "drawings/painter-cat.png", ASSETS / "references/sunflower.png")
    shot(page, shots / "desktop.png")
    page.click("#compare")
    shot(page, shots / "compare.png")
    page.click("#compare")
    page.open_swatch(1)
    shot(page, shots / "swatch.png")
    page.keys(Keys.ESCAPE)
    for reference in ("pink-hair", "sea", "rose"):
        page.click("#reference")
        page.drop("#choose .well", ASSETS / f"references/{reference}.png")
        page.until(f"document.querySelector('#reference').innerText === '{reference}.png'")
    shot(page, shots / "results.png")
    page.click("#beside")
    shot(page, shots / "beside.png")
    page.keys(Keys.ESCAPE)
    page.click("#save")
    shot(page, shots / "saving.png")


def test_in_the_dark(page: Any, shots: Path) -> None:
    page.media(prefers_color_scheme="dark")
    page.paint(ASSETS / "drawings/schoolgirl.png", ASSETS / "references/pink-hair.png")
    background = page.run("return getComputedStyle(document.querySelector('#panel')).backgroundColor")
    assert max(int(part) for part in background[4:-1].split(",")) < 60
    shot(page, shots / "dark.png")
    page.click("#theme")
    background = page.run("return getComputedStyle(document.querySelector('#panel')).backgroundColor")
    assert min(int(part) for part in background[4:-1].split(",")) > 200
    page.run("localStorage.clear()")


@pytest.mark.parametrize(("width", "height"), [(390, 844), (360, 640)])
def test_a_phone(page: Any, shots: Path, width: int, height: int) -> None:
    page.device(width, height, phone=True)
    page.settle()
    shot(page, shots / f"phone-start-{width}.png")
    assert page.run(WIDER) == []
    page.paint(ASSETS / "drawings/schoolgirl.png", ASSETS / "references/green-dress.png")
    shot(page, shots / f"phone-{width}.png")
    assert page.run(WIDER) == []
    page.click("#save")
    page.settle()
    assert page.run(WIDER) == []


def test_every_button_has_a_name(page: Any) -> None:
    page.paint(ASSETS / "drawings/car.png", ASSETS / "references/autumn.png")
    assert page.run(NAMELESS) == []
    assert page.text("#spoken").startswith("Painted in")


def test_all_is_reached_by_tab(page: Any) -> None:
    page.paint(ASSETS / "drawings/car.png", ASSETS / "references/autumn.png")
    page.run("document.body.focus(); document.activeElement.blur()")
    order = []
    for _ in range(40):
        page.keys(Keys.TAB)
        order.append(page.run(FOCUSED))
    wanted = [
        "theme",
        "help",
        "save",
        "drawing",
        "reference",
        "0",
        "flat",
        "strength",
        "stage",
        "move",
        "keep",
    ]
    assert [order.index(each) for each in wanted] == sorted(order.index(each) for each in wanted)
