"""A palette as a card to look at: a row for each band, its colours as wide as they weigh."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from unicodedata import normalize

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from attnpaint.extract import Histogram
from attnpaint.palettes.swatch import to_hex
from attnpaint.templates import load_template

WIDTH = 880
_MARGIN, _HEAD, _ROW, _GAP, _FOOT = 40, 84, 104, 12, 40
_LEFT = 132  # where the rows begin, after the bands' names
_LEAST = 96  # px that a colour needs for its hex value
_ROUND = 10
_INNER = WIDTH - _LEFT - _MARGIN
_SCALE = 2  # of the PNG
_SMOOTH = 2  # drawn this much larger still, then reduced
_PAPER, _TEXT, _FAINT = "#ffffff", "#262624", "#8b8a86"
_BANDS = ("top", "upper", "lower", "bottom")
HEIGHT = _HEAD + 4 * _ROW + 3 * _GAP + _FOOT


@dataclass(frozen=True)
class _Block:
    """A colour in a row: where it lies, px, and how much it weighs."""

    left: int
    top: int
    width: int
    color: tuple[int, int, int]
    weight: float

    @property
    def code(self) -> str:
        """Its colour, as `#rrggbb`."""
        return to_hex(self.color)

    @property
    def ink(self) -> str:
        """For letters on it: the colour itself, far darker or far lighter."""
        linear = (np.array(self.color) / 255) ** 2.2
        if float(linear @ (0.2126, 0.7152, 0.0722)) > 0.25:
            return to_hex([round(level * 0.22) for level in self.color])
        return to_hex([round(255 - (255 - level) * 0.16) for level in self.color])


@dataclass(frozen=True)
class _Label:
    """Letters whose baseline begins, or is centred, at (x, y)."""

    x: float
    y: float
    size: int
    text: str
    color: str
    centred: bool = False


def svg_card(histogram: Histogram, name: str) -> bytes:
    """An SVG, WIDTH × HEIGHT px: four rows of up to four colours with hex values and weights."""
    shown = _printable(name)
    card = load_template("attnpaint.palettes", "card.svg").render(
        name=shown,
        rows=list(_rows(histogram)),
        labels=list(_labels(histogram, shown)),
        width=WIDTH,
        height=HEIGHT,
        left=_LEFT,
        inner=_INNER,
        tall=_ROW,
        round=_ROUND,
        paper=_PAPER,
    )
    return card.encode()


def png_card(histogram: Histogram, name: str) -> bytes:
    """The same as a PNG of twice as many pixels. Its font has plain letters: é becomes e."""
    scale = _SCALE * _SMOOTH
    card = Image.new("RGB", (scale * WIDTH, scale * HEIGHT), _PAPER)
    for row in _rows(histogram):
        card.paste(*_bar(row, scale))
    card = card.reduce(_SMOOTH)
    draw = ImageDraw.Draw(card)
    for label in _labels(histogram, _printable(name)):
        text = normalize("NFKD", label.text).encode("ascii", errors="ignore").decode()
        place = (_SCALE * label.x, _SCALE * label.y)
        anchor = "ms" if label.centred else "ls"
        draw.text(place, text, fill=label.color, font=_font(_SCALE * label.size), anchor=anchor)
    stream = BytesIO()
    card.save(stream, "PNG")
    return stream.getvalue()


def _rows(histogram: Histogram) -> Iterator[list[_Block]]:
    for band, (colors, weights) in enumerate(zip(histogram.colors, histogram.weights, strict=True)):
        kept = np.flatnonzero(weights)
        widths = _widths(weights[kept].astype(float).tolist())
        edges = (_LEFT + np.rint(np.cumsum([0, *widths]))).astype(int).tolist()
        spans = zip(edges[:-1], edges[1:], colors[kept], weights[kept], strict=True)
        top = _HEAD + band * (_ROW + _GAP)
        yield [
            _Block(left, top, right - left, (int(r), int(g), int(b)), float(weight))
            for left, right, (r, g, b), weight in spans
        ]


def _widths(weights: Sequence[float]) -> list[float]:
    """As wide as they weigh; those too narrow for their hex value get _LEAST, and the others less."""
    narrow: set[int] = set()
    while True:
        rest = _INNER - _LEAST * len(narrow)
        total = sum(weight for i, weight in enumerate(weights) if i not in narrow)
        widths = [_LEAST if i in narrow else rest * weight / total for i, weight in enumerate(weights)]
        found = {i for i, width in enumerate(widths) if width < _LEAST}
        if not found:
            return widths
        narrow |= found


def _labels(histogram: Histogram, name: str) -> Iterator[_Label]:
    yield _Label(_MARGIN, 52, 24, name if len(name) <= 60 else f"{name[:59]}…", _TEXT)
    for band, row in enumerate(_rows(histogram)):
        middle = row[0].top + _ROW / 2
        yield _Label(_MARGIN, middle - 1, 15, f"band {band + 1}", _TEXT)
        yield _Label(_MARGIN, middle + 18, 13, _BANDS[band], _FAINT)
        for block in row:
            centre = block.left + block.width / 2
            yield _Label(centre, middle, 16, to_hex(block.color), block.ink, True)
            yield _Label(centre, middle + 20, 13, percent(block.weight), block.ink, True)


def percent(weight: float) -> str:
    """As "31 %"; under one percent with a digit more."""
    return f"{100 * weight:.0f} %" if weight >= 0.0095 else f"{100 * weight:.1f} %"


def _bar(row: list[_Block], scale: int) -> tuple[Image.Image, tuple[int, int], Image.Image]:
    """A row's colours with rounded corners: picture, place, mask."""
    size = (scale * (_INNER), scale * _ROW)
    bar = Image.new("RGB", size)
    draw = ImageDraw.Draw(bar)
    for block in row:
        left = scale * (block.left - _LEFT)
        draw.rectangle((left, 0, left + scale * block.width, size[1]), fill=block.color)
    edge = Image.new("L", size, 0)
    box = (0, 0, size[0] - 1, size[1] - 1)
    ImageDraw.Draw(edge).rounded_rectangle(box, radius=scale * _ROUND, outline=36, width=scale)
    bar = Image.composite(Image.new("RGB", size), bar, edge)
    mask = Image.new("L", size, 0)
    ImageDraw.Draw(mask).rounded_rectangle(box, radius=scale * _ROUND, fill=255)
    return bar, (scale * _LEFT, scale * row[0].top), mask


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)


_font = cache(ImageFont.load_default)
