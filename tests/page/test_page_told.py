"""What the page says of itself: that it works, where one is, what things are, and what came in beside."""

from pathlib import Path
from typing import Any

from selenium.webdriver.common.keys import Keys

ASSETS = Path(__file__).parents[2] / "assets"
WATCH = """
window.told = [];
new MutationObserver(() => {
  const bar = document.querySelector("#progress"), said = document.querySelector("#progress-told");
  if (!bar.checkVisibility() || !said.checkVisibility()) return;
  told.push([document.body.dataset.screen, said.innerText]);
}).observe(document.querySelector("#progress"), { attributes: true });
"""
LINES = """
const range = document.createRange();
range.selectNodeContents(document.querySelector("#actual"));
return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size;
"""


def test_a_painting_shows_its_progress_and_then_has_the_focus(
    page: Any, drawing: Path, reference: Path
) -> None:
    page.run(WATCH)
    page.paint(drawing, reference)
    screen, said = page.run("return told[0]")
    assert screen == "start"  # from the moment both files were in
    assert said.startswith("Painting")
    assert page.run("return document.activeElement.id") == "stage"
    page.keys("+")
    for _ in range(12):
        assert page.run(LINES) == 1
        page.keys("+")
    assert page.text("#actual").endswith("%")
    page.click("#look")
    assert "gate" not in page.find("#look").get_attribute("title").lower()
    labels = [each.text for each in page.driver.find_elements("css selector", "#gates label")]
    assert (labels[0], labels[-1]) == ("Coarse", "Fine")
    assert page.text("#gates span") == "brighter: it looked here more"
    page.click("#look")
    assert "Same colours together" in page.text("#colors-tools")
    page.keys("?")
    assert "Alike together" not in page.text("body")
    page.keys(Keys.ESCAPE)


def test_more_than_two_files_are_told_and_offered(page: Any) -> None:
    drawings = [ASSETS / f"drawings/{name}.png" for name in ("car", "dragon")]
    references = [ASSETS / f"references/{name}.png" for name in ("sea", "rose")]
    page.drop("[data-intake=drawing] .well", references[0], drawings[0], references[1], drawings[1])
    page.until("document.body.dataset.screen === 'work' && !document.body.classList.contains('busy')")
    page.settle()
    assert page.text("#drawing span span").startswith("car.png")
    assert page.text("#reference") == "sea.png"
    assert page.text("#others p").startswith("Of 4 files one drawing and one reference are painted.")
    buttons = page.driver.find_elements("css selector", "#others div button")
    assert [each.text for each in buttons] == ["dragon.png", "rose.png", "Copy the command for all"]
    assert "car.png dragon.png --ref sea.png" in buttons[2].get_attribute("title")
    buttons[1].click()
    page.until("document.body.classList.contains('busy')")
    page.until("!document.body.classList.contains('busy')")
    assert page.text("#reference") == "rose.png"
    page.click("#others-close")
    assert not page.find("#others").is_displayed()
