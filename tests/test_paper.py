"""Transparent paper is paper, and white lines on black are drawings, too."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageOps

from attnpaint.inference.drawing import is_ink, is_white_on_black, turned_round

ASSETS = Path(__file__).parents[1] / "assets"
DRAWINGS = sorted((ASSETS / "drawings").glob("*.png"))


def grey_of(path: Path) -> np.ndarray:
    image = Image.open(path).convert("RGBA")
    white = Image.new("RGBA", image.size, "white")
    return np.asarray(Image.alpha_composite(white, image).convert("L"))


def ink(grey: np.ndarray, color: tuple[int, int, int] = (0, 0, 0)) -> np.ndarray:
    """A layer that shows the drawing where it lies on white."""
    return np.dstack([*(np.full_like(grey, level) for level in color), 255 - grey])


def rgb(grey: np.ndarray) -> np.ndarray:
    return np.repeat(grey[..., None], 3, axis=2)


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: path.stem)
@pytest.mark.parametrize("color", [(0, 0, 0), (40, 60, 160), (120, 120, 120)])
def test_a_layer_of_lines_is_ink_whatever_its_colour(path: Path, color: tuple[int, int, int]) -> None:
    grey = np.where(grey_of(path) > 245, 255, grey_of(path)).astype(np.uint8)
    assert is_ink(ink(grey, color))


def test_opaque_paper_somewhere_is_paper() -> None:
    layer = ink(grey_of(DRAWINGS[0]))
    height, width = layer.shape[:2]
    layer[: height // 3, : width // 3] = np.where(
        layer[: height // 3, : width // 3, 3:] > 128, [0, 0, 0, 255], 255
    )
    assert not is_ink(layer)
    assert not is_ink(rgb(grey_of(DRAWINGS[0])))
    whole = np.dstack([rgb(grey_of(DRAWINGS[0])), np.full((height, width), 255, np.uint8)])
    whole[:, : width // 2, 3] = 0
    assert not is_ink(whole)


def as_is(grey: np.ndarray) -> np.ndarray:
    return 255 - grey


def soft(grey: np.ndarray) -> np.ndarray:
    """As extractors of soft lines write them."""
    return cv2.GaussianBlur(255 - grey, (0, 0), 1.2)


def scribbled(grey: np.ndarray) -> np.ndarray:
    """Few, thick lines of one level."""
    small = np.asarray(Image.fromarray(grey).resize((512, 512 * grey.shape[0] // grey.shape[1])))
    edges = cv2.Canny(cv2.GaussianBlur(small, (0, 0), 5), 20, 60)
    return cv2.dilate(edges, np.ones((5, 5), np.uint8))


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: path.stem)
@pytest.mark.parametrize("made", [as_is, soft, scribbled])
def test_white_on_black_is_turned_round_with_a_note(
    path: Path, made: Callable[[np.ndarray], np.ndarray]
) -> None:
    negative = rgb(made(grey_of(path)))
    turned, note = turned_round(negative, "auto")
    assert np.array_equal(turned, 255 - negative)
    assert "white on black" in note
    assert turned_round(negative, "no")[0] is negative
    forced, note = turned_round(rgb(grey_of(path)), "yes")
    assert np.array_equal(forced, 255 - rgb(grey_of(path)))
    assert note == ""


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: path.stem)
def test_drawings_on_white_are_left_alone(path: Path) -> None:
    assert not is_white_on_black(rgb(grey_of(path)))
    picture = rgb(grey_of(path))
    assert turned_round(picture, "auto")[0] is picture


def test_dark_pictures_that_are_no_white_lines_are_left_alone() -> None:
    night = np.zeros((600, 400, 3), np.uint8)
    cv2.circle(night, (200, 250), 90, (255, 255, 255), -1)  # a moon
    assert not is_white_on_black(night)
    assert not is_white_on_black(np.zeros((64, 64, 3), np.uint8))
    colored = np.zeros((200, 200, 3), np.uint8)
    colored[::8] = (255, 60, 0)
    assert not is_white_on_black(colored)
    panel = np.full((400, 400, 3), 255, np.uint8)  # much black, on a white page
    panel[20:380, 20:380] = 0
    assert not is_white_on_black(panel)
    for path in sorted((ASSETS / "references").glob("*.png")):
        assert not is_white_on_black(np.asarray(Image.open(path).convert("RGB"))), path


def test_white_lines_on_a_transparent_layer_are_turned_round() -> None:
    grey = grey_of(DRAWINGS[0])
    turned, note = turned_round(ink(grey, (255, 255, 255)), "auto")
    assert np.abs(turned.astype(int) - rgb(grey)).max() <= 1
    assert note
    negative = np.dstack([rgb(255 - grey), np.full_like(grey, 255)])
    negative[:9, :9, 3] = 0
    assert turned_round(negative, "yes")[0][..., 3].min() == 0


def test_the_negative_of_a_turned_drawing_is_the_drawing() -> None:
    grey = grey_of(DRAWINGS[1])
    image = ImageOps.invert(Image.fromarray(grey))
    assert np.array_equal(turned_round(rgb(np.asarray(image)), "auto")[0], rgb(grey))
