"""What the page asks for when one wish follows another, and what it does with a refusal."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

ASSETS = Path(__file__).parents[2] / "assets"
CAR, SEA = ASSETS / "drawings/car.png", ASSETS / "references/sea.png"
LISTEN = """
const asked = fetch, told = ([name, value]) => [name, value.name ?? value];
window.sent = [];
window.fetch = (path, options) => {
  if (path === "/api/paint") sent.push(Object.fromEntries([...options.body].map(told)));
  return asked(path, options);
};
"""
REFUSE = """
const [status, headers] = given, asked = fetch;
let tries = 0;
window.fetch = async () =>
  new Response('{"error": "no; wait"}', ++tries < 3 ? { status, headers } : { status });
try {
  await (await import("/page/api.js")).info();
} catch (error) {
  return [tries, error.message];
} finally {
  window.fetch = asked;
}
"""
DAB = """
const { stage } = await import("/page/board.js");
const tell = (kind, detail) => stage.dispatchEvent(new CustomEvent(kind, { detail }));
tell("draw", { event: {}, at: given });
tell("drawn");
"""


def last(page: Any) -> dict[str, str]:
    """The fields of the last wish, files by their names."""
    found: dict[str, str] = page.run("return sent.at(-1)")
    return found


def dropped(page: Any, kind: str, path: Path) -> None:
    """Let a file fall there, and wait until it is being painted."""
    count = page.run("return sent.length")
    page.drop(f"#drop [data-drop={kind}]", path)
    page.until(f"sent.length > {count}")
    assert page.run("return document.body.classList.contains('busy')")


def painted(page: Any) -> None:
    page.until("document.body.dataset.screen === 'work' && !document.body.classList.contains('busy')")
    page.settle()


@pytest.mark.parametrize("first", ["drawing", "reference"])
def test_what_comes_while_it_paints_joins_what_came_before(
    page: Any, drawing: Path, reference: Path, first: str
) -> None:
    page.paint(drawing, reference)
    page.color(2, "#7755aa")  # for the old reference
    page.run(LISTEN)
    order = [("drawing", CAR), ("reference", SEA)]
    for kind, path in order if first == "drawing" else order[::-1]:
        dropped(page, kind, path)
    painted(page)
    assert last(page) == {"drawing": CAR.name, "reference": SEA.name}
    assert page.text("#drawing span span").startswith(CAR.name)
    assert page.text("#reference") == SEA.name
    assert page.swatches()[2] != "#7755aa"


@pytest.mark.parametrize(
    ("wish", "field"), [("closeGaps(30)", "gap"), ("fill(true)", "opaque"), ("paintAnew()", "histogram")]
)
def test_other_wishes_while_it_paints_are_for_what_came_last(
    page: Any, drawing: Path, reference: Path, wish: str, field: str
) -> None:
    page.paint(drawing, reference)
    page.run(LISTEN)
    dropped(page, "drawing", CAR)
    page.ask(f"await (await import('/page/session.js')).{wish};")
    painted(page)
    assert set(last(page)) == {"drawing", "reference", field}
    assert last(page)["drawing"] == CAR.name
    assert page.text("#drawing span span").startswith(CAR.name)
    page.ask("await (await import('/page/session.js')).closeGaps(9);")
    assert (last(page)["drawing"], last(page)["gap"]) == (CAR.name, "9")


@pytest.mark.parametrize(
    ("status", "headers", "tries"), [(503, {"Retry-After": "1"}, 3), (503, {}, 1), (507, {}, 1)]
)
def test_only_who_says_so_is_asked_again(page: Any, status: int, headers: dict[str, str], tries: int) -> None:
    assert page.ask(REFUSE, status, headers) == [tries, "no; wait"]


def test_a_brush_at_the_edge_colours_nothing_at_the_other(page: Any, reference: Path, tmp_path: Path) -> None:
    halves = np.full((200, 300), 255, np.uint8)
    halves[:, :5] = halves[:, 150:154] = 0
    Image.fromarray(halves).save(tmp_path / "halves.png")
    page.paint(tmp_path / "halves.png", reference)
    before = page.picture()
    page.keys("b")
    page.ask(DAB, 0.5, 100.5)
    changed = (page.picture() != before).any(axis=2)
    assert changed[:, 10:140].all()
    assert not changed[:, 160:].any()
