"""The page on a desktop, a phone and in the dark; screenshots go to $PAGE_SHOTS."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image
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


OVERLAPS = """
const seen = (each) => each.checkVisibility({ opacityProperty: true, visibilityProperty: true });
const over = (each) => each.closest("dialog[open], [popover]:popover-open") ?? document.body;
const all = document.querySelectorAll("button, input, select, summary, a[href], [role=slider]");
const meant = (each) => each.closest("#world") || each.classList.contains("remove");  // on its own result
const controls = [...all].filter((each) => seen(each) && !meant(each) && each.type !== "file");
const box = (each) => each.getBoundingClientRect();
const inner = (each) => each.closest("label") ?? each;
const cut = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 &&
  Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2;
const found = [];
for (const [i, a] of controls.entries())
  for (const b of controls.slice(i + 1))
    if (over(a) === over(b) && !a.contains(b) && !b.contains(a) && inner(a) !== inner(b) &&
        box(a).width && box(b).width && cut(box(a), box(b)))
      found.push(`${a.outerHTML.slice(0, 90)} lies over ${b.outerHTML.slice(0, 90)}`);
return found;
"""
FAINT = """
const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
const rgba = (color) => {
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = color;
  canvas.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
  return [r, g, b, a / 255];
};
const linear = (level) => (level / 255 <= 0.04045 ? level / 3294.6 : ((level / 255 + 0.055) / 1.055) ** 2.4);
const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
const mixed = (over, under) => under.map((level, i) => over[i] * over[3] + level * (1 - over[3]));
const ground = (each) => {
  if (!each) return rgba("Canvas");
  const style = getComputedStyle(each), own = rgba(style.backgroundColor);
  if (style.backgroundImage !== "none") return null;
  if (own[3] > 0.99) return own.slice(0, 3);
  const below = ground(each.parentElement);
  return below && mixed(own, below.slice(0, 3));
};
const written = (each) => [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
const found = [];
for (const each of document.querySelectorAll("body *")) {
  if (!written(each) || each.closest("#world, :disabled, [aria-disabled=true], .swatch")) continue;
  if (!each.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
  const box = each.getBoundingClientRect();
  if (box.width < 2 || box.height < 2) continue;  // for screen readers alone
  const style = getComputedStyle(each), below = ground(each);
  if (!below) continue;
  const [one, other] = [light(mixed(rgba(style.color), below)), light(below)].sort((a, b) => b - a);
  const ratio = (one + 0.05) / (other + 0.05), size = parseFloat(style.fontSize);
  const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
  if (ratio < (large ? 3 : 4.5)) found.push(`${ratio.toFixed(2)}: ${each.outerHTML.slice(0, 120)}`);
}
return found;
"""
"""Texts under the contrast of WCAG 2.2, AA."""


def shot(page: Any, path: Path) -> None:
    """A screenshot, of a page whose controls lie side by side and whose texts can be read."""
    page.settle()
    page.until("document.querySelector('#note').hidden", 20)
    page.run("document.activeElement?.blur()")
    assert page.driver.save_screenshot(str(path))
    with Image.open(path) as picture:
        assert len(set(picture.convert("RGB").resize((64, 64)).get_flattened_data())) > 20  # not blank
    assert page.run(OVERLAPS) == []
    assert page.run(FAINT) == []


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
    for _ in range(80):
        page.keys(Keys.TAB)
        order.append(page.run(FOCUSED))
    order = order[order.index("theme") :]  # the picture had the focus: the round begins behind it
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
