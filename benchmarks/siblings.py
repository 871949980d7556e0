"""How much of held-back figures gets the right colour from another view of the same character.

    python benchmarks/siblings.py figures.tar [--model FOLDER]... [--count 28] [--gaps PX] [--sheet FILE]

The shard holds NAME-V.color.webp, .line.webp and .parts.png of views V of figures NAME; those whose number
ends in 9 are held back from training. View 0 is painted with view 1 as the reference. A pixel off the lines
is right where its colour is within 20 of the truth in CIE Lab. sheet: reference, drawing, each model's
painting and the truth, row by row. gaps: the outline of each figure is erased over so many px (of 512) at
three places of its upper half, such as crown and shoulders. The last three lines tell what the palettes
allow.
"""

import argparse
import io
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from attnpaint import Colorizer
from attnpaint.colour import to_lab
from attnpaint.data.lines import extract_lines
from attnpaint.extract import DEFAULT, FIGURE, Method, measure
from attnpaint.images import Picture, letterbox
from attnpaint.model.model_config import DEFAULT_MODEL
from attnpaint.parts import ACCESSORIES, CLOTHES, EYES, HAIR, SKIN

NEAR = 20.0  # in CIE Lab
METHODS = {
    "the best of the 16 colours of the whole reference": DEFAULT,
    "the best of the 16 colours without ground and lines": FIGURE,
}
MORE = "the best of these and of up to 8 more, of parts that lack a colour"
MOST, SHARE, LACKING = 8, 0.1, 12.0  # colours, of a part, and in CIE Lab
CELL = 240  # px
GAPS = 3
HELD_BACK = re.compile(r"figures/\d{4}9-0\.color\.webp")


@dataclass(frozen=True, eq=False)
class Pair:
    """A view to paint (drawing, truth and parts), and another view of the character with its parts."""

    drawing: Picture
    truth: Picture
    parts: Picture
    reference: Picture
    reference_parts: Picture


def pairs(shard: Path, count: int) -> Iterator[Pair]:
    with tarfile.open(shard) as tar:

        def picture(name: str, mode: str | None = "RGB") -> Picture:
            file = tar.extractfile(name)
            assert file is not None
            opened = Image.open(io.BytesIO(file.read()))
            return np.asarray(opened.convert(mode) if mode else opened)

        names = sorted(name for name in tar.getnames() if HELD_BACK.fullmatch(name))
        for name in names[:count]:
            stem = name.removesuffix("0.color.webp")
            yield Pair(
                picture(f"{stem}0.line.webp"),
                picture(name),
                picture(f"{stem}0.parts.png", None),
                picture(f"{stem}1.color.webp"),
                picture(f"{stem}1.parts.png", None),
            )


def right(painted: Picture, pair: Pair) -> tuple[float, float]:
    """Shares of the figure's area, and of its skin, that have about the right colour; nan without any."""

    def lab(picture: Picture) -> np.ndarray:
        return cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)

    near = np.linalg.norm(lab(painted[..., :3]) - lab(pair.truth), axis=2) < NEAR
    paper = cv2.erode(cv2.cvtColor(pair.drawing, cv2.COLOR_RGB2GRAY), np.ones((3, 3))) > 200
    areas = (pair.parts > 0) & paper, (pair.parts == SKIN) & paper
    figure, skin = (float(near[area].mean()) if area.sum() > 50 else np.nan for area in areas)
    return figure, skin


def gapped(pair: Pair, gap: float, seed: int) -> Picture:
    """The drawing, its outline erased over `gap` px of 512 at GAPS places of the figure's upper half, not at
    eyes."""
    random, unit = np.random.default_rng(seed), max(pair.parts.shape) / 512
    figure = (pair.parts > 0).astype(np.uint8)
    rows = np.flatnonzero(figure.any(axis=1))
    outline = cv2.morphologyEx(figure, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    outline[cv2.dilate((pair.parts == EYES).astype(np.uint8), np.ones((9, 9), np.uint8)) > 0] = 0
    outline[(rows[0] + rows[-1]) // 2 :] = 0
    erased = np.zeros_like(figure)
    for _ in range(GAPS):
        places = np.argwhere(outline)
        if not len(places):
            break
        y, x = places[random.integers(len(places))].tolist()
        cv2.circle(erased, (x, y), round(gap * unit / 2), 1, -1)
        cv2.circle(outline, (x, y), round(2.5 * gap * unit), 0, -1)
    return np.where(erased[..., None] > 0, np.uint8(255), pair.drawing)


def best(pair: Pair, colors: Picture) -> Picture:
    """The truth in the nearest of N×3 colours, pixel by pixel: what a painter could reach."""
    apart = np.square(pair.truth[:, :, None].astype(np.int32) - colors.astype(np.int32)).sum(axis=3)
    return colors[apart.argmin(axis=2)]


def palette(pair: Pair, method: Method) -> Picture:
    """The reference's 16 colours, each once."""
    return np.unique(measure(pair.reference, method).colors.reshape(-1, 3), axis=0)


def with_lacking(pair: Pair, colors: Picture) -> Picture:
    """`colors` and at most MOST of the reference that cover SHARE of skin, hair, eyes or clothes, by its true
    part map, and are farther than LACKING from all of them."""
    lines = extract_lines(pair.reference, 0, 0.5)
    paper = cv2.erode(lines, np.ones((3, 3))) > 200
    found: list[np.ndarray] = []
    for first, last in ((SKIN, SKIN), (HAIR, HAIR), (EYES, EYES), (CLOTHES, ACCESSORIES - 1)):
        there = (pair.reference_parts >= first) & (pair.reference_parts <= last) & paper
        least = max(50, SHARE * there.sum())
        left = pair.reference[there]
        while len(left) and len(found) < MOST:
            lab, held = to_lab(left), to_lab(np.array([*colors, *found], np.uint8))
            far = np.linalg.norm(lab[:, None] - held, axis=2).min(axis=1) > LACKING
            left, lab = left[far], lab[far]
            if len(left) < least:
                break
            kinds, counts = np.unique((left >> 4) @ np.array([1, 16, 256]), return_counts=True)
            middle = lab[(left >> 4) @ np.array([1, 16, 256]) == kinds[counts.argmax()]].mean(axis=0)
            near = np.linalg.norm(lab - middle, axis=1) < LACKING
            if near.sum() < least:
                break
            found.append(left[near].mean(axis=0).round().astype(np.uint8))
            left = left[~near]
    return np.array([*colors, *found], np.uint8)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("shard", type=Path)
    parser.add_argument("--model", type=Path, action="append")
    parser.add_argument("--count", type=int, default=28)
    parser.add_argument("--gaps", type=float, default=0)
    parser.add_argument("--sheet", type=Path)
    given = parser.parse_args()
    models = {str(model): Colorizer.load(model) for model in given.model or [DEFAULT_MODEL]}
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in models}
    for name in (*METHODS, MORE):
        found[name] = []
    rows = []
    for number, pair in enumerate(pairs(given.shard, given.count)):
        drawing = gapped(pair, given.gaps, number) if given.gaps else pair.drawing
        row = [pair.reference, drawing]
        for name, model in models.items():
            coloring = model.colorize(drawing, pair.reference)
            found[name].append(right(coloring.unlined, pair))
            row.append(coloring.picture[..., :3])
        for name, method in METHODS.items():
            found[name].append(right(best(pair, palette(pair, method)), pair))
        more = with_lacking(pair, palette(pair, FIGURE))
        found[MORE].append(right(best(pair, more), pair))
        rows.append(np.hstack([letterbox(picture, CELL)[0] for picture in [*row, pair.truth]]))
    for name, shares in found.items():
        figure, skin = np.nanmean(shares, axis=0)
        print(f"{name}: right area {figure:.3f}, of the skin {skin:.3f}, {len(shares)} figures")
    if given.sheet:
        half = -(-len(rows) // 2)
        blank = [np.full_like(rows[0], 255)] * (2 * half - len(rows))
        both = zip(rows[:half], [*rows[half:], *blank], strict=True)
        Image.fromarray(np.vstack([np.hstack(two) for two in both])).save(given.sheet, quality=85)


if __name__ == "__main__":
    main()
