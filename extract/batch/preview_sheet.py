"""Sheets to look at: references beside the bars of their bands, each colour as wide as it weighs."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from attnpaint.extract.histogram import Histogram

SIDE = 256
"""The long side of a thumbnail in pixels, at most."""

_LOSSLESS = 64  # pixels; smaller thumbnails keep each pixel's colour
_JOINER = "\u200d"  # holds the parts of an emoji together, and is not printable by itself


@dataclass(frozen=True, eq=False)
class Tile:
    """A reference's name, size in pixels, WebP of at most SIDE × SIDE that keeps alpha, and histogram."""

    name: str
    width: int
    height: int
    thumbnail: bytes
    histogram: Histogram

    @property
    def label(self) -> str:
        """The name for people: what cannot be printed, such as a newline, as its escape."""
        return "".join(
            char if char.isprintable() or char == _JOINER else char.encode("unicode_escape").decode()
            for char in self.name
        )


def make_tile(name: str, picture: npt.NDArray[np.uint8], histogram: Histogram) -> Tile:
    """The tile of one uint8 H×W×3 or H×W×4 reference."""
    height, width = picture.shape[:2]
    image = Image.fromarray(picture)
    image.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    stream = BytesIO()
    image.save(stream, format="WEBP", quality=82, method=4, lossless=max(image.size) < _LOSSLESS)
    return Tile(name, width, height, stream.getvalue(), histogram)


PER_SHEET = 60
"""References on one sheet."""

_COLUMNS = 5
_SCALE = 2  # drawn this much larger, then reduced: smooth corners and letters
_PICTURE = 172  # the square that a reference lies in, and the width of its bars
_LEAST = 12  # pixels of height for each bar, beside a picture that is very wide
_PAD, _GAP, _MARGIN, _CAPTION, _TITLE = 14, 16, 40, 22, 44
_WIDTH, _HEIGHT = 2 * _PICTURE + 3 * _PAD, _PICTURE + 2 * _PAD + _CAPTION
_PAPER, _CARD, _TEXT, _FAINT, _EDGE = "#f3f3f2", "#ffffff", "#2b2b2a", "#8a8a87", "#dededb"
_CHECKS = (255, 232)  # behind transparent references

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

_font = cache(ImageFont.load_default)


def spans(weights: npt.NDArray[np.float32], width: int) -> list[tuple[int, int]]:
    """Where each of the weights (n,), 1 in sum, begins and ends on a bar of `width` pixels."""
    ends = np.rint(np.cumsum(weights, dtype=np.float64) * width).astype(int).clip(0, width).tolist()
    return list(zip([0, *ends[:-1]], ends, strict=True))


def draw_card(tile: Tile) -> Image.Image:
    """The card of one reference, RGB: picture, bars in line with its bands, name and size."""
    pad, side, small = (_SCALE * length for length in (_PAD, _PICTURE, 1))
    card = Image.new("RGB", (_SCALE * _WIDTH, _SCALE * _HEIGHT), _PAPER)
    draw = ImageDraw.Draw(card)
    draw.rounded_rectangle((0, 0, card.width - 1, card.height - 1), radius=5 * _SCALE, fill=_CARD)

    bands = len(tile.histogram.weights)
    shown = _picture(tile, side)
    _mark_bands(shown, bands)
    left, top = pad + (side - shown.width) // 2, pad + (side - shown.height) // 2
    card.paste(shown, (left, top))
    draw.rectangle((left - 1, top - 1, left + shown.width, top + shown.height), outline=_EDGE)

    rows = max(shown.height, min(side, bands * _LEAST * _SCALE))
    first = pad + (side - rows) // 2
    edges = [first + round(band * rows / bands) for band in range(bands + 1)]
    gap = small if rows >= bands * 8 * _SCALE else 0
    for band in range(bands):
        bar = _bar(tile, band, side, edges[band + 1] - edges[band] - gap)
        card.paste(bar, (side + 2 * pad, edges[band] + gap // 2))

    font = _font(11 * _SCALE)
    baseline = card.height - pad
    size = f"{tile.width} x {tile.height}"  # this font has no ×
    draw.text((card.width - pad, baseline), size, fill=_FAINT, font=font, anchor="rs")
    room = int(card.width - 3 * pad - font.getlength(size))
    draw.text((pad, baseline), _end(tile.label, font, room), fill=_TEXT, font=font, anchor="ls")
    return card.reduce(_SCALE)


def draw_sheet(cards: Sequence[Image.Image], title: str) -> npt.NDArray[np.uint8]:
    """One or more cards in rows of five under a title, as a uint8 H×W×3 picture."""
    columns = min(_COLUMNS, len(cards))
    rows = -(-len(cards) // columns)
    width = 2 * _MARGIN + columns * (_WIDTH + _GAP) - _GAP
    height = 2 * _MARGIN + _TITLE + rows * (_HEIGHT + _GAP) - _GAP
    sheet = Image.new("RGB", (width, height), _PAPER)
    for i, card in enumerate(cards):
        row, column = divmod(i, columns)
        sheet.paste(card, (_MARGIN + column * (_WIDTH + _GAP), _MARGIN + _TITLE + row * (_HEIGHT + _GAP)))
    font = _font(16)
    line = _end(title, font, width - 2 * _MARGIN)
    ImageDraw.Draw(sheet).text((_MARGIN, _MARGIN + 12), line, fill=_TEXT, font=font, anchor="ls")
    return np.asarray(sheet)


def _bar(tile: Tile, band: int, width: int, height: int) -> Image.Image:
    """One band's colours, heaviest first, with their percentage where it fits."""
    bar = Image.new("RGB", (width, max(1, height)), _CARD)
    draw = ImageDraw.Draw(bar)
    font = _font(10 * _SCALE)
    weights = tile.histogram.weights[band]
    for color, weight, (start, end) in zip(
        tile.histogram.colors[band].tolist(), weights.tolist(), spans(weights, width), strict=True
    ):
        if end == start:
            continue
        draw.rectangle((start, 0, end - 1, bar.height), fill=tuple(color))
        label = f"{100 * weight:.0f}%"
        if bar.height >= 14 * _SCALE and font.getlength(label) + 8 * _SCALE < end - start:
            light = color[0] * 0.299 + color[1] * 0.587 + color[2] * 0.114 > 140
            ink = tuple((part + (0 if light else 510)) // 3 for part in color)
            draw.text(((start + end) / 2, bar.height / 2), label, fill=ink, font=font, anchor="mm")
    draw.rectangle((0, 0, width - 1, bar.height - 1), outline=_EDGE)
    return bar


def _picture(tile: Tile, side: int) -> Image.Image:
    """The thumbnail with its long side at `side`, transparency over light checks, RGB."""
    image: Image.Image = Image.open(BytesIO(tile.thumbnail))
    scale = side / max(image.size)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    few = max(image.size) < 32  # pixel art, or hardly a picture: keep its pixels visible
    image = image.resize(size, Image.Resampling.NEAREST if few else Image.Resampling.LANCZOS)
    if image.mode == "RGB":
        return image
    y, x = np.ogrid[: image.height, : image.width]
    checks = np.where((y // (7 * _SCALE) + x // (7 * _SCALE)) % 2, *_CHECKS).astype(np.uint8)
    ground = Image.fromarray(checks).convert("RGBA")
    return Image.alpha_composite(ground, image.convert("RGBA")).convert("RGB")


def _mark_bands(picture: Image.Image, bands: int) -> None:
    """A faint line, dark on light and light on dark, where a band begins; none over bands of a few pixels."""
    if picture.height < 5 * _SCALE * bands:
        return
    draw = ImageDraw.Draw(picture, "RGBA")
    for band in range(1, bands):
        y = round(band * picture.height / bands)
        draw.line((0, y, picture.width, y), fill=(255, 255, 255, 150))
        draw.line((0, y - 1, picture.width, y - 1), fill=(0, 0, 0, 70))


def _end(text: str, font: Font, width: int) -> str:
    """The end of a text that is too long, which tells more of a path than its beginning."""
    if font.getlength(text) <= width:
        return text
    while text and font.getlength("…" + text) > width:
        text = text[1:]
    return "…" + text
