"""Small references, folders of them, and what measuring them leaves: shared by the tests of measuring."""

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from attnpaint.extract.batch.folder import Outcome, Request, extract


def make(folder: Path, count: int) -> Path:
    folder.mkdir()
    for i in range(count):
        draw(folder / f"{i:03}.png", i)
    return folder


def draw(path: Path, seed: int) -> None:
    """A picture without compression: all of them have the same size in bytes."""
    colors = np.random.default_rng(seed).integers(0, 256, (12, 10, 3), dtype=np.uint8)
    Image.fromarray(colors).save(path, compress_level=0)


def painting(seed: int, noise: float) -> np.ndarray:
    """Blurred discs on a gradient, with noise: 128 × 96."""
    random = np.random.default_rng(seed)
    image = Image.linear_gradient("L").resize((96, 128)).convert("RGB")
    draw = ImageDraw.Draw(image)
    for x, y, radius, *color in random.integers((0, 0, 4, 0, 0, 0), (96, 128, 30, 256, 256, 256), (25, 6)):
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=tuple(color))
    smooth = np.asarray(image.filter(ImageFilter.GaussianBlur(1)))
    return (smooth + random.normal(0, noise, smooth.shape)).clip(0, 255).astype(np.uint8)


def run(refs: Path, out: Path | None = None, **options: Any) -> Outcome:
    return extract(Request((refs,), out or refs.with_name("out"), **{"workers": 1, **options}))


def counts(outcome: Outcome) -> tuple[int, int, int]:
    return outcome.measured, outcome.unchanged, outcome.failed


def table(refs: Path, out: str = "out") -> bytes:
    return (refs.with_name(out) / "histograms.parquet").read_bytes()


def left_over(refs: Path) -> list[str]:
    return sorted(path.name for path in refs.with_name("out").iterdir())
