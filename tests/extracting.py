"""Folders of small references, and what measuring them leaves: shared by the tests of resuming."""

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from attnpaint.extract.folder import Outcome, Request, extract


def make(folder: Path, count: int) -> Path:
    folder.mkdir()
    for i in range(count):
        draw(folder / f"{i:03}.png", i)
    return folder


def draw(path: Path, seed: int) -> None:
    """A picture without compression: all of them have the same size in bytes."""
    colors = np.random.default_rng(seed).integers(0, 256, (12, 10, 3), dtype=np.uint8)
    Image.fromarray(colors).save(path, compress_level=0)


def run(refs: Path, out: Path | None = None, **options: Any) -> Outcome:
    return extract(Request((refs,), out or refs.with_name("out"), **{"workers": 1, **options}))


def counts(outcome: Outcome) -> tuple[int, int, int]:
    return outcome.measured, outcome.unchanged, outcome.failed


def table(refs: Path, out: str = "out") -> bytes:
    return (refs.with_name(out) / "histograms.parquet").read_bytes()


def left_over(refs: Path) -> list[str]:
    return sorted(path.name for path in refs.with_name("out").iterdir())
