"""Training data of every layout, small; shared by the tests of what finds, tells apart and checks them."""

import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from attnpaint.data.lines import EXTRACTORS
from attnpaint.data.sources import find_items
from attnpaint.errors import AttnpaintError
from attnpaint.extract import measure
from attnpaint.images import Picture, write_picture

SAMPLES = Path(__file__).parents[1] / "assets" / "samples"
COLORS = sorted((SAMPLES / "colors").glob("*.webp"))


def picture(seed: int, height: int = 40, width: int = 32, box: int = 8) -> Picture:
    """Coloured boxes on white."""
    random = np.random.default_rng(seed)
    canvas = np.full((height, width, 3), 255, np.uint8)
    for _ in range(4):
        top, left = random.integers(0, height - box), random.integers(0, width - box)
        canvas[top : top + box, left : left + box] = random.integers(0, 200, 3)
    return canvas


def folder_of(root: Path, *names: str) -> Path:
    for i, name in enumerate(names):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        write_picture(root / name, picture(i))
    return root


def drawing(seed: int) -> Picture:
    return outlines(picture(seed))


def outlines(color: Picture) -> Picture:
    return np.repeat(EXTRACTORS["contour"](color, 0.5)[..., None], 3, axis=2)


def twin_folders(root: Path, colors: Iterable[int], lines: Iterable[int]) -> None:
    for name in ("color", "line"):
        (root / name).mkdir()
    for i in colors:
        write_picture(root / f"color/{i}.png", picture(i))
    for i in lines:
        write_picture(root / f"line/{i}.png", drawing(i))


def prepared(root: Path, key: str, color: Picture, line: bool) -> None:
    """The files of one picture as `attnpaint prepare` writes them."""
    (root / key).parent.mkdir(parents=True, exist_ok=True)
    write_picture(root / f"{key}.color.png", color)
    if line:
        write_picture(root / f"{key}.line.png", color)
    for name, extractor in EXTRACTORS.items():
        write_picture(root / f"{key}.{name}.png", extractor(color, 0.5))
    (root / f"{key}.histogram.json").write_text(json.dumps(measure(color).to_numbers()))


def manifest(folder: Path, **licences: str) -> None:
    rows = [f"{name}.png,{licence}" for name, licence in licences.items()]
    (folder / "manifest.csv").write_text("\n".join(["path,licence", *rows]) + "\n")


def refusal(*paths: Path, kind: type[AttnpaintError] = AttnpaintError) -> str:
    with pytest.raises(kind) as caught:
        find_items(paths)
    assert "\n" not in str(caught.value)
    return str(caught.value)
