"""Cards: every colour is there with its hex value, as wide as it weighs, in both formats alike."""

import xml.etree.ElementTree as ET
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from attnpaint.extract import Histogram
from attnpaint.palettes import write_palette
from attnpaint.palettes.card import HEIGHT, WIDTH, percent, png_card, svg_card

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def histogram() -> Histogram:
    """Sixteen colours; band 1 has one, band 2 some of hardly any weight."""
    colors = np.random.default_rng(0).integers(0, 256, (4, 4, 3), dtype=np.uint8)
    colors[0] = colors[0, 0]
    weights = np.float32([[1, 0, 0, 0], [0.991, 0.004, 0.003, 0.002], [0.25] * 4, [0.4, 0.3, 0.2, 0.1]])
    return Histogram(colors, weights)


def boxes(svg: bytes) -> list[tuple[str, int, int, int]]:
    """(color, x, y, width) of each colour of an SVG card."""
    return [
        (box.attrib["fill"], *(int(box.attrib[key]) for key in ("x", "y", "width")))
        for group in ET.fromstring(svg).iter(f"{SVG}g")
        for box in group.iter(f"{SVG}rect")
    ]


def test_every_colour_has_its_box_and_its_hex_value(histogram: Histogram) -> None:
    svg = svg_card(histogram, "a name")
    shown = [f"#{bytes(color).hex()}" for color in histogram.colors[histogram.weights > 0].tolist()]
    assert [box[0] for box in boxes(svg)] == shown
    texts = [text.text for text in ET.fromstring(svg).iter(f"{SVG}text")]
    assert texts[0] == "a name"
    assert [text for text in texts if text and text.startswith("#")] == shown
    assert texts.count("25 %") == 4
    assert "0.4 %" in texts


def test_boxes_fill_their_row_as_wide_as_they_weigh(histogram: Histogram) -> None:
    found = boxes(svg_card(histogram, ""))
    rows = [[box for box in found if box[2] == top] for top in sorted({box[2] for box in found})]
    assert [len(row) for row in rows] == [1, 4, 4, 4]
    whole = rows[0][0][3]
    for row in rows:
        assert row[0][1] == rows[0][0][1]
        assert sum(box[3] for box in row) == whole
        assert all(one[1] + one[3] == other[1] for one, other in pairwise(row))
        assert min(box[3] for box in row) >= 95  # room for the hex value
    assert {box[3] for box in rows[2]} == {whole // 4}
    assert rows[3][0][3] / rows[3][1][3] == pytest.approx(4 / 3, abs=0.01)


def test_the_png_shows_the_same_colours_at_the_same_places(histogram: Histogram) -> None:
    card = np.asarray(Image.open(BytesIO(png_card(histogram, "x"))))
    assert card.shape == (2 * HEIGHT, 2 * WIDTH, 3)
    for color, x, y, width in boxes(svg_card(histogram, "x")):
        for place in (x + 8, x + width - 8):
            assert bytes(card[2 * y + 30, 2 * place].tolist()).hex() == color[1:]
    assert (card[0, 0] == 255).all()


@pytest.mark.parametrize("name", ["", '<b> & "q" \' é 色', "x" * 500, "a\nb\0c", "\udc80"])
def test_any_name_will_do(name: str, histogram: Histogram, tmp_path: Path) -> None:
    for suffix in (".svg", ".png", ".json", ".gpl", ".aco", ".ase"):
        write_palette(tmp_path / f"card{suffix}", histogram, name)
    title = ET.parse(tmp_path / "card.svg").getroot().find(f"{SVG}title")
    assert title is not None
    assert (title.text or "").startswith(name[:3] if name[:1] in ("<", "x") else ("a b", "?", "card"))


def test_percent() -> None:
    assert [percent(weight) for weight in (1, 0.314, 0.01, 0.0096, 0.004, 0.0004)] == [
        "100 %",
        "31 %",
        "1 %",
        "1 %",
        "0.4 %",
        "0.0 %",
    ]
