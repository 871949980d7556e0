"""Line extractors: dark lines where regions meet, white elsewhere; and their twins in torch."""

import numpy as np
import pytest
import torch
from conftest import COLORS
from torch import Tensor

from attnpaint.data.device_lines import TWINS
from attnpaint.data.lines import EXTRACTORS, Grey, extract_lines
from attnpaint.images import Picture, letterbox, on_white, read_picture

STRENGTHS = (0.0, 0.5, 1.0)


def square() -> Picture:
    """An orange square of 32 px in the middle of 64 px of white."""
    picture = np.full((64, 64, 3), 255, np.uint8)
    picture[16:48, 16:48] = 235, 130, 60
    return picture


def stacked(pictures: list[Picture]) -> Tensor:
    return torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float()


def in_bytes(drawings: Tensor) -> Grey:
    return (drawings[:, 0].clamp(0, 1) * 255).round().byte().numpy()


def test_there_are_at_least_three_extractors() -> None:
    assert len(EXTRACTORS) >= 3


@pytest.mark.parametrize("strength", STRENGTHS)
@pytest.mark.parametrize("name", EXTRACTORS)
@pytest.mark.parametrize("color", [(255, 255, 255), (240, 200, 120)])
def test_a_picture_of_one_light_colour_becomes_white_paper(
    name: str, strength: float, color: tuple[int, int, int]
) -> None:
    lines = EXTRACTORS[name](np.full((40, 56, 3), color, np.uint8), strength)
    assert lines.shape == (40, 56)
    assert lines.dtype == np.uint8
    assert (lines == 255).all()


@pytest.mark.parametrize("strength", STRENGTHS)
@pytest.mark.parametrize("name", EXTRACTORS)
def test_a_filled_square_becomes_its_outline(name: str, strength: float) -> None:
    lines = EXTRACTORS[name](square(), strength)
    border = np.stack([lines[13:19, 32], lines[45:51, 32], lines[32, 13:19], lines[32, 45:51]])
    assert (border.min(axis=1) < 200).all()
    assert (lines[24:40, 24:40] > 240).all()
    away = np.ones_like(lines, dtype=bool)
    away[8:56, 8:56] = False
    assert (lines[away] > 240).all()


@pytest.mark.parametrize("name", EXTRACTORS)
def test_strength_makes_lines_darker(name: str) -> None:
    ink = [255 - EXTRACTORS[name](square(), strength).astype(float).mean() for strength in STRENGTHS]
    assert ink[0] <= ink[1] <= ink[2]


def test_extract_lines_takes_the_extractor_of_that_place() -> None:
    for place, extractor in enumerate(EXTRACTORS.values()):
        assert np.array_equal(extract_lines(square(), place, 0.4), extractor(square(), 0.4))


def test_every_extractor_has_its_twin() -> None:
    assert list(TWINS) == list(EXTRACTORS)


@pytest.mark.parametrize("size", [96, 256])
@pytest.mark.parametrize(("name", "most"), [("xdog", 1), ("dilated", 0), ("pencil", 1)])
def test_twins_draw_the_same_with_a_strength_for_each_picture(name: str, most: int, size: int) -> None:
    pictures = [letterbox(on_white(read_picture(path)), size)[0] for path in COLORS[:8]]
    strengths = np.linspace(0, 1, len(pictures), dtype=np.float32)
    twins = in_bytes(TWINS[name](stacked(pictures), torch.from_numpy(strengths)))
    for picture, strength, twin in zip(pictures, strengths, twins, strict=True):
        assert np.abs(EXTRACTORS[name](picture, float(strength)).astype(int) - twin).max() <= most


@pytest.mark.parametrize("size", [96, 256])
def test_the_contours_of_the_twin_differ_at_few_pixels(size: int) -> None:
    """Faint edges are followed for so many pixels only."""
    pictures = [letterbox(on_white(read_picture(path)), size)[0] for path in COLORS[::2]]
    strengths = np.linspace(0, 1, len(pictures), dtype=np.float32)
    twins = in_bytes(TWINS["contour"](stacked(pictures), torch.from_numpy(strengths)))
    drawings = [EXTRACTORS["contour"](p, float(s)) for p, s in zip(pictures, strengths, strict=True)]
    apart = np.abs(np.stack(drawings).astype(int) - twins)
    assert (apart > 2).mean() < 0.002
    assert (apart > 2).mean(axis=(1, 2)).max() < 0.02


@pytest.mark.parametrize("name", TWINS)
def test_twins_keep_to_the_device_of_their_pictures(name: str) -> None:
    drawn = TWINS[name](torch.empty(3, 3, 40, 56, device="meta"), torch.empty(3, device="meta"))
    assert drawn.device.type == "meta"
    assert drawn.shape == (3, 1, 40, 56)
    assert drawn.dtype == torch.float32
