"""Pictures for the tests of `attnpaint prepare`, and what its shards hold."""

import tarfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from attnpaint.images import Picture, write_picture
from attnpaint.prepare.options import Options, Outcome
from attnpaint.prepare.run import Request, prepare

SIDE = 140


def figure(seed: int, side: int = SIDE, ground: tuple[int, int, int] = (255, 255, 255)) -> Picture:
    """Two joined coloured shapes in the middle of a plain background."""
    random = np.random.default_rng(seed)
    canvas = np.full((side, side, 3), ground, np.uint8)
    colors = random.integers(0, 160, (2, 3)) + np.array([[90, 0, 0], [0, 0, 90]])
    across, high = (int(side * random.uniform(0.16, 0.24)) for _ in range(2))
    cv2.circle(canvas, (side // 2, side * 2 // 5), across, colors[0].tolist(), -1)
    left, top = side // 2 - high // 2 - int(random.integers(0, side // 8)), side // 2
    cv2.rectangle(canvas, (left, top), (left + high, side * 4 // 5), colors[1].tolist(), -1)
    return canvas


def folder_of(root: Path, **pictures: Picture) -> Path:
    root.mkdir(parents=True, exist_ok=True)
    for name, picture in pictures.items():
        write_picture(root / f"{name}.png", picture)
    return root


def run(places: Path | list[Path], out: Path, workers: int = 1, **options: Any) -> Outcome:
    given = places if isinstance(places, list) else [places]
    return prepare(Request(tuple(given), out, Options(**options), workers))


def shards(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(out.glob("*.tar"))}


def names(out: Path) -> list[str]:
    """The members of all shards, in order."""
    found: list[str] = []
    for path in sorted(out.glob("*.tar")):
        with tarfile.open(path) as tar:
            found += tar.getnames()
    return found


def keys(out: Path) -> set[str]:
    return {name.partition(".")[0] for name in names(out)}
