"""Paintings to rate, each in one shade."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from attnpaint.eval.study.page import Study, build_study
from attnpaint.images import write_picture

NAMES = ("one", "two, three", "deep/four")
SHADES = {"onyx": 40, "quartz": 200}


def folder_of(folder: Path, shade: int, names: Sequence[str] = NAMES, side: int = 32) -> Path:
    for name in names:
        path = folder / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_picture(path, np.full((side, side, 3), shade, dtype=np.uint8))
    return folder


def outputs_of(root: Path) -> list[Path]:
    return [folder_of(root / painter, shade) for painter, shade in SHADES.items()]


def study_of(root: Path) -> Study:
    return build_study(root / "study", outputs_of(root), references=folder_of(root / "asked", 90))
