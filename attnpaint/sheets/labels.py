"""Sheets to look at: pictures in rows under their labels, a title, and the scale of the heat colours."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from attnpaint.images import Picture, on_white

Floats = npt.NDArray[np.float32]
Color = tuple[int, int, int]

_PAPER, _TEXT, _FAINT, _EDGE = "#f3f3f2", "#2b2b2a", "#757572", "#d4d4d0"

_SIDE = 384  # px; the long side of a picture on the contact sheet

_font = cache(ImageFont.load_default)


@dataclass(frozen=True)
class Tile:
    """A picture under a swatch, words on the left and a note on the right. None leaves its place free."""

    picture: Picture | None = None
    label: str = ""
    note: str = ""
    swatch: Color | None = None


def heat_colors(level: Floats) -> Picture:
    """H×W in [0, 1] → uint8 H×W×3: dark blue is 0, yellow is 1 (viridis)."""
    blue_first = cv2.applyColorMap((level.clip(0, 1) * 255).round().astype(np.uint8), cv2.COLORMAP_VIRIDIS)
    return np.ascontiguousarray(blue_first[..., ::-1]).astype(np.uint8, copy=False)


def fit(picture: Picture, side: int) -> Picture:
    """H×W×3 with its long side at `side`: area means when it shrinks, whole pixels when it grows."""
    height, width = picture.shape[:2]
    scale = side / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_NEAREST
    return cv2.resize(picture, size, interpolation=way).astype(np.uint8, copy=False)


def lay_out(rows: Sequence[Sequence[Tile]], title: str = "", scale: Sequence[float] | None = None) -> Picture:
    """Rows of tiles under a title, as a uint8 H×W×3 picture. All places are as large as the largest tile.

    scale: draw the heat colours from 0 to 1, with marks at the (lowest, mean, highest) value where given.
    """
    pictures = [tile.picture for row in rows for tile in row if tile.picture is not None]
    height, width = (max(picture.shape[axis] for picture in pictures) for axis in (0, 1))
    font = min(18, max(11, width // 18))
    gap, line = font // 2 + 2, round(1.7 * font)
    head = 2 * line if title else 0
    labels = [line * any(tile.label or tile.note for tile in row) for row in rows]
    total = head + sum(labels) + (height + gap) * len(rows) - gap
    columns = max(map(len, rows))
    least = round(_font(font + 2).getlength(title)) + (0 if scale is None else 15 * font)
    canvas = (max(columns * (width + gap) - gap, least) + 2 * font, total + 2 * font)
    sheet = Image.new("RGB", canvas, _PAPER)
    draw = ImageDraw.Draw(sheet)
    _write(draw, title, (font, font + line // 2), font + 2, _TEXT, least)
    if scale is not None:
        _draw_scale(sheet, draw, scale, canvas[0] - font, font)
    top = font + head
    for row, label in zip(rows, labels, strict=True):
        for column, tile in enumerate(row):
            left = font + column * (width + gap)
            _draw_label(draw, tile, left, top + label // 2 - 1, width, font)
            if tile.picture is not None:
                place = (left, top + label)
                sheet.paste(Image.fromarray(tile.picture), place)
                bottom, right = place[1] + len(tile.picture), place[0] + tile.picture.shape[1]
                draw.rectangle((place[0] - 1, place[1] - 1, right, bottom), outline=_EDGE)
        top += label + height + gap
    return np.asarray(sheet)


def palette_card(
    colors: npt.NDArray[np.uint8], weights: npt.NDArray[np.floating], height: int, width: int
) -> Picture:
    """A histogram (4×4×3, 4×4) as uint8 H×W×3: a strip per band, each colour as wide as it weighs."""
    card = np.empty((height, width, 3), np.uint8)
    edges = [round(band * height / len(colors)) for band in range(len(colors) + 1)]
    places = (np.arange(width) + 0.5) / width
    for band, ends in enumerate(np.cumsum(weights, axis=1)):
        ranks = np.searchsorted(ends[:-1], places, side="right")
        card[edges[band] : edges[band + 1]] = colors[band][ranks]
    return card


def contact_sheet(pictures: Sequence[Picture], paths: Sequence[Path]) -> Picture:
    """The pictures (H×W×3 or H×W×4) on white under their files' names, in a square of rows, uint8 H×W×3."""
    tiles = [
        Tile(fit(on_white(picture), _SIDE), path.name) for picture, path in zip(pictures, paths, strict=True)
    ]
    columns = math.ceil(math.sqrt(len(tiles)))
    return lay_out([tiles[i : i + columns] for i in range(0, len(tiles), columns)])


def _draw_label(draw: ImageDraw.ImageDraw, tile: Tile, left: int, middle: int, width: int, font: int) -> None:
    end, start = left + width, left
    if tile.swatch:
        half = font // 2 + 1
        draw.rectangle(
            (left, middle - half, left + 2 * font, middle + half), fill=tile.swatch, outline=_FAINT
        )
        start += 2 * font + font // 2 + 1
    if tile.note:
        room = _font(font).getlength(tile.note)
        draw.text((end, middle), tile.note, fill=_TEXT, font=_font(font), anchor="rm")
        end -= round(room) + font // 2
    _write(draw, tile.label, (start, middle), font, _FAINT if tile.note else _TEXT, end - start)


def _write(
    draw: ImageDraw.ImageDraw, text: str, place: tuple[int, int], size: int, color: str, width: int
) -> None:
    """Text from `place`, vertically centred, made smaller where it is wider than `width`."""
    text = text.replace("×", "x")  # the font that Pillow brings has none
    while size > 8 and _font(size).getlength(text) > width:
        size -= 1
    draw.text(place, text, fill=color, font=_font(size), anchor="lm")


def _draw_scale(
    sheet: Image.Image, draw: ImageDraw.ImageDraw, marks: Sequence[float], right: int, font: int
) -> None:
    """At the right of the title."""
    width, height = 12 * font, font
    left, top = right - width - font // 2, font // 2
    ramp = np.linspace(0, 1, width, dtype=np.float32)[None].repeat(height, axis=0)
    sheet.paste(Image.fromarray(heat_colors(ramp)), (left, top))
    for value in (0.0, 0.5, 1.0):
        place = left + value * (width - 1)
        draw.text(
            (place, top + height + font + 3), f"{value:g}", fill=_FAINT, font=_font(font - 1), anchor="mm"
        )
    if marks:
        low, mean, high = (left + value * (width - 1) for value in marks)
        base = top + height + 2
        draw.line((low, base, high, base), fill=_TEXT, width=2)
        draw.polygon([(mean, base), (mean - 4, base + 6), (mean + 4, base + 6)], fill=_TEXT)
