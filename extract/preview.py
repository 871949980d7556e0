"""One sheet to look at: references beside the four colours of each of their bands, as wide as they weigh."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from attnpaint.extract.bands import BANDS
from attnpaint.extract.histogram import Histogram

SHEET_LIMIT = 120
"""A sheet shows at most this many references; of a larger folder every n-th."""

_SCALE = 2  # drawn this much larger, then reduced: smooth corners and letters
_PICTURE = 220  # the long side of a reference, in pixels of the sheet
_BAR = 300  # a band of swatches
_LOWEST = 132  # the least height of four bands, which leaves room for their labels
_MARGIN, _GAP, _CAPTION = 28, 14, 24
_PAPER, _CARD, _TEXT, _EDGE = "#eceae5", "#ffffff", "#55524c", "#d9d6cf"
_CHECKS = (255, 238)  # behind transparent references
_COLUMNS = 3


@dataclass(frozen=True)
class Tile:
    """A reference with its swatches, drawn at the sheet's working scale."""

    image: Image.Image


def draw_tile(name: str, picture: npt.NDArray[np.uint8], histogram: Histogram) -> Tile:
    """The card of one uint8 H×W×3|4 reference: picture, swatches in line with its bands, name."""
    pad, picture_side, bar = (_SCALE * side for side in (_GAP, _PICTURE, _BAR))
    shown = _thumbnail(picture, picture_side)
    rows = max(shown.height, _SCALE * _LOWEST)
    height = picture_side + 2 * pad + _SCALE * _CAPTION
    card = Image.new("RGB", (picture_side + bar + 3 * pad, height), _PAPER)
    draw = ImageDraw.Draw(card)
    draw.rounded_rectangle((0, 0, card.width - 1, card.height - 1), radius=pad, fill=_CARD)
    left, top = pad + (picture_side - shown.width) // 2, pad + (picture_side - shown.height) // 2
    draw.rectangle(
        (left - 2, top - 2, left + shown.width + 1, top + shown.height + 1), outline=_EDGE, width=2
    )
    card.paste(shown, (left, top))
    swatches_top = pad + (picture_side - rows) // 2
    edges = [swatches_top + round(band * rows / BANDS) for band in range(BANDS + 1)]
    for band in range(BANDS):
        box = (picture_side + 2 * pad, edges[band] + _SCALE, card.width - pad, edges[band + 1] - _SCALE)
        card.paste(_band(histogram, band, box[2] - box[0], box[3] - box[1]), box[:2])
    font = ImageFont.load_default(12 * _SCALE)
    caption = _shortened(name, font, card.width - 2 * pad)
    draw.text((pad, height - pad // 2 - _SCALE * 3), caption, fill=_TEXT, font=font, anchor="ls")
    return Tile(card)


def draw_sheet(tiles: list[Tile]) -> npt.NDArray[np.uint8]:
    """All cards in rows of three as one uint8 H×W×3 picture."""
    columns = min(_COLUMNS, len(tiles))
    rows = -(-len(tiles) // columns)
    width, height = (side + _SCALE * _GAP for side in tiles[0].image.size)
    margin = _SCALE * _MARGIN
    size = (columns * width + 2 * margin - _SCALE * _GAP, rows * height + 2 * margin - _SCALE * _GAP)
    sheet = Image.new("RGB", size, _PAPER)
    for i, tile in enumerate(tiles):
        sheet.paste(tile.image, (margin + i % columns * width, margin + i // columns * height))
    return np.asarray(sheet.reduce(_SCALE))


def _band(histogram: Histogram, band: int, width: int, height: int) -> Image.Image:
    """One bar: its parts as wide as the colours weigh, with their percentage where it fits."""
    bar = Image.new("RGB", (width, height), _CARD)
    draw = ImageDraw.Draw(bar)
    font = ImageFont.load_default(min(11 * _SCALE, height * 2 // 3))
    ends = np.rint(np.cumsum(histogram.weights[band]) * width).astype(int).tolist()
    for color, weight, start, end in zip(
        histogram.colors[band].tolist(), histogram.weights[band], [0, *ends[:-1]], ends, strict=True
    ):
        if end <= start:
            continue
        draw.rectangle((start, 0, end - 1, height), fill=tuple(color))
        if start:
            draw.line((start, 0, start, height), fill=_EDGE, width=_SCALE // 2)
        label = f"{100 * weight:.0f}%"
        if draw.textlength(label, font) + 6 * _SCALE < end - start:
            light = color[0] * 0.299 + color[1] * 0.587 + color[2] * 0.114 > 140
            middle = ((start + end) / 2, height / 2)
            draw.text(middle, label, fill="#000000" if light else "#ffffff", font=font, anchor="mm")
    rounded = Image.new("L", bar.size, 0)
    ImageDraw.Draw(rounded).rounded_rectangle((0, 0, width - 1, height - 1), radius=5 * _SCALE, fill=255)
    draw.rounded_rectangle((0, 0, width - 1, height - 1), radius=5 * _SCALE, outline=_EDGE, width=_SCALE // 2)
    return Image.composite(bar, Image.new("RGB", bar.size, _CARD), rounded)


def _thumbnail(picture: npt.NDArray[np.uint8], side: int) -> Image.Image:
    """The reference with its long side at `side`, transparency over light checks."""
    image = Image.fromarray(picture)
    scale = side / max(image.size)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    image = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    if image.mode == "RGB":
        return image
    y, x = np.ogrid[: image.height, : image.width]
    checks = np.where((y // (8 * _SCALE) + x // (8 * _SCALE)) % 2, *_CHECKS).astype(np.uint8)
    ground = Image.fromarray(checks).convert("RGBA")
    return Image.alpha_composite(ground, image).convert("RGB")


def _shortened(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: int) -> str:
    """The end of a long name, which tells more than its beginning."""
    if font.getlength(text) <= width:
        return text
    while text and font.getlength("…" + text) > width:
        text = text[1:]
    return "…" + text
