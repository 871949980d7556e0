"""The page computes what has changed alone, to the picture that all of it gives; files show the same."""

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

ASSETS = Path(__file__).parents[2] / "assets"
WANDER = (Path(__file__).parent / "wander.js").read_text(encoding="utf-8")
PAIRS = """
const [{ store }] = await Promise.all(["store"].map((name) => import(`/page/${name}.js`)));
const colors = store.settled.colors.map((_, entry) => {
  const twin = entry - entry % 2;
  return [40 + 11 * twin, 210 - 9 * twin, (71 * twin) % 200].map((part) => part + (entry % 2) * given[0]);
});
store.commit({ colors, finish: "flat" }, "pairs");
"""

FLAT = """
const [{ store }] = await Promise.all(["store"].map((name) => import(`/page/${name}.js`)));
store.commit({ finish: "flat" }, "flat");
"""


@pytest.mark.parametrize(("name", "seed"), [("car", 1), ("dragon", 2), ("schoolgirl", 3)])
def test_what_changed_is_painted_as_if_all_were(page: Any, reference: Path, name: str, seed: int) -> None:
    """Moves, undo and redo at random, in all finishes: the canvas is what painting all of it gives."""
    page.paint(ASSETS / f"drawings/{name}.png", reference)
    off, kinds = page.ask(WANDER, seed)
    assert off == []
    assert kinds >= 5


@pytest.mark.parametrize("nearly", [1, 2, 4])
def test_page_picture_and_layers_agree(page: Any, drawing: Path, reference: Path, nearly: int) -> None:
    """Where colours of the palette differ by a level or some, and so may or may not be one to the eye."""
    page.paint(drawing, reference)
    page.ask(PAIRS, nearly)
    shown = page.picture()
    page.click("#save")
    saved = np.asarray(Image.open(page.save("[data-format=png]", "girl.colored.png")).convert("RGB"))
    with zipfile.ZipFile(page.save("[data-format=ora]", "girl.colored.ora")) as file:
        merged = np.asarray(Image.open(io.BytesIO(file.read("mergedimage.png"))).convert("RGB"))
    for other in (saved.astype(int), merged.astype(int)):
        assert np.abs(shown - other).max() <= 1


@pytest.mark.parametrize("black", [(0, 0, 0), (14, 10, 30), (34, 20, 10)])
def test_page_and_files_show_lines_on_dark_colours_alike(
    page: Any, drawing: Path, tmp_path: Path, black: tuple[int, int, int]
) -> None:
    """A reference all in near-black: whatever regions take of it, lines are seen on it."""
    dark = np.full((64, 64, 3), black, np.uint8)
    dark[:, 40:] = (40, 4, 8)
    Image.fromarray(dark).save(tmp_path / "dark.png")
    page.paint(drawing, tmp_path / "dark.png")
    page.ask(FLAT)
    shown = page.picture()
    page.click("#save")
    saved = np.asarray(Image.open(page.save("[data-format=png]", "girl.colored.png")).convert("RGB"))
    assert np.abs(shown - saved.astype(int)).max() <= 1
    greys = saved[(saved < 60).all(axis=2)].max(axis=1)
    assert (greys >= 36).sum() > 2000  # not ink alone
