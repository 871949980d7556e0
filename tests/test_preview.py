"""The preview: swatches as wide as they weigh, names kept harmless, memory that holds one sheet."""

import pickle
import re
from html import unescape
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from attnpaint.colour import Space
from attnpaint.errors import AttnpaintError
from attnpaint.extract import Histogram, measure
from attnpaint.extract.batch.preview import LIMIT, Preview, every, shown
from attnpaint.extract.batch.preview_page import describe
from attnpaint.extract.batch.preview_sheet import (
    PER_SHEET,
    SIDE,
    Tile,
    draw_card,
    draw_sheet,
    make_tile,
    spans,
)
from attnpaint.extract.method import Method, Solver
from attnpaint.images import read_picture

NASTY = (
    "<script>alert(1)</script>.png",
    "say \"hi\" & 'bye'.png",
    "two\nlines.png",
    "deep/er/👩\u200d👧 and 日本語.webp",
    "turned\u202egnp.exe",
    "--> <!--references--> <!--facts-->.png",
    "half \udcff a letter.png",
)


def picture(height: int = 48, width: int = 36, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def tile(name: str = "a.png", method: Method | None = None, pixels: np.ndarray | None = None) -> Tile:
    pixels = picture() if pixels is None else pixels
    return make_tile(name, pixels, measure(pixels, method or Method(starts=1)))


def page_of(folder: Path, *tiles: Tile, method: Method | None = None, failed: int = 0) -> str:
    with Preview(folder, method or Method(), len(tiles)) as preview:
        for each in tiles:
            preview.add(each)
        preview.failed = failed
    return (folder / "preview.html").read_text(encoding="utf-8")


def test_spans_are_the_weights_share_of_the_width_without_gaps() -> None:
    assert spans(np.float32([0.5, 0.25, 0.25, 0]), 200) == [(0, 100), (100, 150), (150, 200), (200, 200)]
    weights = np.random.default_rng(0).dirichlet(np.ones(16)).astype(np.float32)
    found = spans(weights, 344)
    assert [end for _, end in found[:-1]] == [start for start, _ in found[1:]]
    assert (found[0][0], found[-1][1]) == (0, 344)
    assert all(
        abs(end - start - 344 * weight) <= 1 for (start, end), weight in zip(found, weights, strict=True)
    )


def test_a_swatch_on_a_sheet_is_as_wide_as_it_weighs() -> None:
    colors = np.array([[[255, 0, 0], [0, 0, 255]]] * 4, dtype=np.uint8)
    weights = np.array([[0.75, 0.25]] * 4, dtype=np.float32)
    white = np.full((50, 50, 3), 255, dtype=np.uint8)
    card = np.asarray(draw_card(make_tile("white.png", white, Histogram(colors, weights)))).astype(int)
    red, blue = ((np.abs(card - color).sum(axis=2) < 60) for color in ((255, 0, 0), (0, 0, 255)))
    rows = np.flatnonzero(red.sum(axis=1) > 60)
    assert len(rows) > 150
    widths = [[np.ptp(np.flatnonzero(swatch[row])) + 1 for swatch in (red, blue)] for row in rows]
    assert np.abs(np.array(widths) - (129, 43)).max() <= 2


@pytest.mark.parametrize(("bands", "colors"), [(1, 1), (1, 16), (3, 5), (16, 16)])
def test_any_number_of_bands_and_colours_has_a_bar_each(tmp_path: Path, bands: int, colors: int) -> None:
    method = Method(bands=bands, colors=colors, starts=1)
    one = tile(method=method)
    page = page_of(tmp_path, one, method=method)
    palette = page.split('class="palette"')[1].split("</article>")[0]
    bars = palette.split("<div>")[1:]
    assert len(bars) == bands
    assert page.split('class="marks"')[1].split("</div>")[0].count("<i>") == bands
    for bar, weights in zip(bars, one.histogram.weights, strict=True):
        shares = [float(share) for share in re.findall(r"--s:([\d.]+)", bar)]
        np.testing.assert_allclose(shares, 100 * weights[weights > 0], atol=0.001)
    assert page.count('tabindex="0"') == 1
    assert f"{bands} band" in page
    assert draw_card(one).size == draw_card(tile()).size


def test_a_bar_leaves_out_what_weighs_nothing(tmp_path: Path) -> None:
    flat = np.full((8, 8, 3), (200, 30, 40), dtype=np.uint8)
    page = page_of(tmp_path, tile(pixels=flat))
    assert re.findall(r'value="(#\w+)"', page) == ["#c81e28"] * 4
    assert page.count('aria-label="#c81e28, 100 %"') == 4


def test_the_page_holds_every_name_and_none_of_them_as_markup(tmp_path: Path) -> None:
    tiles = [tile(name) for name in NASTY]
    page = page_of(tmp_path, *tiles)
    assert [unescape(name) for name in re.findall(r'<article data-name="([^"]*)"', page)] == [
        one.label for one in tiles
    ]
    assert tiles[2].label == r"two\nlines.png"
    assert tiles[4].label == r"turned\u202egnp.exe"
    assert page.count("<script") == 1
    assert page.count("<article") == len(NASTY)
    for name in NASTY[3].split("/"):
        assert f"<bdi>{name}</bdi>" in page or name in ("deep", "er")
    sheet = read_picture(tmp_path / "preview-001.png")
    assert sheet.shape[2] == 3


def test_the_page_asks_for_nothing_outside_itself(tmp_path: Path) -> None:
    page = page_of(tmp_path, tile())
    assert "http://" not in page
    assert "https://" not in page
    assert "default-src 'none'" in page
    assert "<!--" not in page
    assert all(link.startswith("data:image/webp;base64,") for link in re.findall(r'src="([^"]+)"', page))


def test_the_page_says_how_it_was_measured_and_what_failed(tmp_path: Path) -> None:
    method = Method(3, 5, Space.oklab, ignore_background=True, snap=True, solver=Solver.sklearn, seed=7)
    page = page_of(tmp_path, tile(), method=method, failed=1234)
    for phrase in (
        "1 of 1 references shown",
        "3 bands, 5 colours each",
        "measured in Oklab",
        "without background",
        "snapped to colours that occur",
        "scikit-learn&#39;s k-means, seed 7",
        "1,234 failed, listed in errors.jsonl",
    ):
        assert phrase in page
    assert "failed, listed" not in page_of(tmp_path, tile())
    assert describe(Method(1, 1))[0] == "1 band, 1 colour"
    assert "without background and lines" in describe(Method(ignore_background=True, ignore_lines=True))


def test_transparency_is_kept_and_lies_on_checks(tmp_path: Path) -> None:
    clear = np.zeros((40, 60, 4), dtype=np.uint8)
    one = tile("clear.png", pixels=clear)
    assert Image.open(BytesIO(one.thumbnail)).mode == "RGBA"
    page = page_of(tmp_path, one, tile("opaque.png"))
    assert page.count('class="frame clear"') == 1
    left = np.asarray(draw_card(one))[80:110, 20:180]
    assert {255, 232} <= set(left[..., 0].ravel().tolist())


@pytest.mark.parametrize("size", [(1, 1), (3, 9), (1, 3000), (3000, 1), (700, 300)])
def test_a_tile_is_small_whatever_the_picture(size: tuple[int, int]) -> None:
    one = tile(pixels=picture(*size))
    assert (one.height, one.width) == size
    assert max(Image.open(BytesIO(one.thumbnail)).size) == min(SIDE, max(size))
    assert len(pickle.dumps(one)) < 100_000
    assert draw_card(one).size == draw_card(tile()).size


def test_a_preview_holds_one_sheet_of_cards_at_most(tmp_path: Path) -> None:
    one = tile()
    with Preview(tmp_path, Method(), 300) as preview:
        for _ in range(299):
            preview.add(one)
            assert len(preview._cards) < PER_SHEET
        preview.add(one)
        assert not (tmp_path / "preview.html").exists()
    sheets = sorted(path.name for path in tmp_path.glob("preview-*.png"))
    assert sheets == [f"preview-{n:03}.png" for n in range(1, 6)]
    assert (tmp_path / "preview.html").read_text(encoding="utf-8").count("<article") == 300
    assert len({read_picture(tmp_path / name).shape for name in sheets}) == 1


def test_a_short_sheet_is_as_large_as_its_cards_need() -> None:
    card = draw_card(tile())
    two, five, six = (draw_sheet([card] * n, "title").shape for n in (2, 5, 6))
    assert two[0] == five[0] < six[0]
    assert two[1] < five[1] == six[1]


def test_sheets_of_a_longer_run_before_are_removed_and_other_files_kept(tmp_path: Path) -> None:
    for name in ("preview-002.png", "preview-1000.png", "preview-mine.png"):
        (tmp_path / name).touch()
    page_of(tmp_path, tile())
    kept = {"preview.html", "preview-001.png", "preview-mine.png"}
    assert {path.name for path in tmp_path.iterdir()} == kept


def test_of_very_many_every_nth_is_shown() -> None:
    assert [every(total) for total in (0, 1, LIMIT, LIMIT + 1, 10 * LIMIT)] == [1, 1, 1, 2, 10]
    for total in (1, 7, LIMIT, LIMIT + 1, 5 * LIMIT - 1):
        count = sum(shown(index, total) for index in range(total))
        assert count == total if total <= LIMIT else LIMIT // 2 <= count <= LIMIT
    assert shown(0, 10**9)


def test_nothing_shown_leaves_nothing_and_an_error_leaves_no_page(tmp_path: Path) -> None:
    with Preview(tmp_path, Method(), 3):
        pass
    preview = Preview(tmp_path, Method(), 3)
    preview.add(tile())
    preview.__exit__(ZeroDivisionError, ZeroDivisionError(), None)
    assert list(tmp_path.iterdir()) == []


def test_a_page_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "preview.html").mkdir()
    with pytest.raises(AttnpaintError, match=r"preview\.html is a folder"):
        page_of(tmp_path, tile())
    with pytest.raises(AttnpaintError, match="the preview cannot be written"):
        page_of(tmp_path / "missing", tile())
