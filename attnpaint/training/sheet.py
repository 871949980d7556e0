"""The sheets of a validation: every drawing beside what became of it, and one drawing in other colours."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from attnpaint.extract import Histogram
from attnpaint.images import Picture, resize
from attnpaint.sheets.labels import Tile, fit, lay_out, palette_card

HEADS = ("drawing", "reference", "painted", "truth", "from the next one's reference")


@dataclass(frozen=True)
class Row:
    """A drawing on the sheet, all H×W×3. psnr in dB; other: painted from the next row's reference."""

    sketch: Picture
    reference: Picture
    painted: Picture
    truth: Picture
    other: Picture
    psnr: float


def validation_sheet(rows: Sequence[Row], side: int) -> Picture:
    """Per drawing: drawing | reference and palette | painted | truth | painted from another's reference."""
    tiles = []
    for number, row in enumerate(rows):
        pictures = (row.sketch, row.reference, row.painted, row.truth, row.other)
        heads = HEADS if number == 0 else ("",) * len(HEADS)
        notes = ("", "", f"{row.psnr:.1f} dB", "", "")
        tiles.append(
            [
                Tile(fit(picture, side), head, note)
                for picture, head, note in zip(pictures, heads, notes, strict=True)
            ]
        )
    return lay_out(tiles)


def swap_sheet(
    sketch: Picture,
    truth: Picture,
    references: Sequence[Picture],
    painted: Sequence[Picture],
    distances: Sequence[float],
    side: int,
) -> Picture:
    """One drawing painted from its own reference and from others, each below its reference and palette."""
    names = ["its own reference", *(f"reference {i}" for i in range(2, len(references) + 1))]
    above = [Tile(fit(picture, side), name) for picture, name in zip(references, names, strict=True)]
    below = [
        Tile(fit(picture, side), "painted", f"distance {distance:.0f}")
        for picture, distance in zip(painted, distances, strict=True)
    ]
    return lay_out([[Tile(fit(sketch, side), "drawing"), *above], [Tile(fit(truth, side), "truth"), *below]])


def reference_card(reference: Picture, histogram: Histogram, side: int) -> Picture:
    """The reference over its palette, side×side×3: a strip per band, each colour as wide as it weighs."""
    tall = round(0.7 * side)
    scale = min(side / reference.shape[1], tall / reference.shape[0])
    height, width = (max(1, round(length * scale)) for length in reference.shape[:2])
    card = np.full((side, side, 3), 255, np.uint8)
    left, top = (side - width) // 2, (tall - height) // 2
    card[top : top + height, left : left + width] = resize(reference, height, width)
    card[tall:] = palette_card(histogram.colors, histogram.weights, side - tall, side)
    return card
