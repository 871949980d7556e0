"""torch and ONNX Runtime paint the same picture with the default model: its network and its region stage."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from attnpaint.extract import measure
from attnpaint.images import Picture, read_picture
from attnpaint.inference.coloring import Finish
from attnpaint.inference.colorizer import Colorizer

pytest.importorskip("torch", reason='torch is not installed: pip install "attnpaint[train]"')

pytestmark = pytest.mark.slow

ASSETS = Path(__file__).parents[1] / "assets"
SIZES = [(512, 512), (300, 500), (700, 420), (200, 900), (97, 131)]
FINISHES: tuple[Finish, ...] = ("flat", "blend", "painted")
LEAST = 0.999
"""Share of the pixels that differ by one level at most."""


@pytest.fixture(scope="module")
def engines() -> tuple[Colorizer, Colorizer]:
    torch = Colorizer.load(device="cpu", engine="torch", precision="fp32")
    return Colorizer.load(engine="onnx"), torch


def within_a_level(one: Picture, other: Picture) -> float:
    return float((np.abs(one.astype(int) - other.astype(int)).max(axis=2) <= 1).mean())


@pytest.mark.parametrize(("height", "width"), SIZES)
def test_the_picture_is_the_same(height: int, width: int, engines: tuple[Colorizer, Colorizer]) -> None:
    drawing = read_picture(ASSETS / "drawings" / "painter-cat.png")[..., :3]
    drawing = cv2.resize(drawing, (width, height), interpolation=cv2.INTER_AREA).astype(np.uint8)
    reference = read_picture(ASSETS / "references" / "sunflower.png")
    for given in (reference, measure(reference)):
        by_onnx, by_torch = (one.colorize(drawing, given, work_size=256) for one in engines)
        for finish in FINISHES:
            pictures = [replace(one, finish=finish).picture for one in (by_onnx, by_torch)]
            assert within_a_level(*pictures) >= LEAST, finish


def test_a_long_strip_is_the_same(engines: tuple[Colorizer, Colorizer]) -> None:
    drawing = read_picture(ASSETS / "drawings" / "car.png")[..., :3]
    drawing = cv2.resize(drawing, (260, 900), interpolation=cv2.INTER_AREA).astype(np.uint8)
    by_onnx, by_torch = (
        one.colorize(drawing, ASSETS / "references" / "rose.png", work_size=128) for one in engines
    )
    assert within_a_level(by_onnx.picture, by_torch.picture) >= LEAST
