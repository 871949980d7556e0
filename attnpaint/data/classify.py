"""Kinds of pictures: coloured or grey, line drawing or not, and whether two show the same."""

from collections.abc import Sequence
from typing import TypeVar

import cv2
import numpy as np
import numpy.typing as npt

from attnpaint.images import Picture, channel_range, resize

Thing = TypeVar("Thing")

# Of 276 genuine pairs and 385 single pictures of the corpus:
GREY = 4.0  # drawings at most 1.5, the right halves of single pictures 39 in the middle
ALIKE = 0.5  # pictures and their drawings 0.76 to 1, the halves of a picture -0.33 to 0.51
DARKER = 20.0  # drawings are at most 15 darker than their pictures


def colourfulness(picture: Picture) -> float:
    """Mean distance between a pixel's channels: 0 for grey, up to 255."""
    return float(channel_range(picture).mean())


def is_drawing(picture: Picture) -> bool:
    """Grey and light, as line drawings are."""
    return picture.size > 0 and colourfulness(picture) <= GREY and bool(picture.mean() >= 128)


def draws(line: Picture, color: Picture) -> float:
    """How far `line` looks like a drawing of `color`: their likeness, or -1 where it is no drawing at all."""
    if not is_drawing(line) or line.mean() < color.mean() - DARKER:
        return -1.0
    return likeness(color, line)


def halves(picture: Picture) -> tuple[Picture, Picture]:
    """Left and right, of equal width; the last column of an odd width is left out."""
    half = picture.shape[1] // 2
    return picture[:, :half], picture[:, half : 2 * half]


def likeness(one: Picture, other: Picture) -> float:
    """Correlation of where the edges of two pictures are, on a grid of 32×32; 0 where one has none."""
    one, other = _edges(one), _edges(other)
    return float(np.corrcoef(one, other)[0, 1]) if one.std() and other.std() else 0.0


def evenly_spaced(things: Sequence[Thing], count: int) -> Sequence[Thing]:
    """At most `count` of them, from first to last."""
    return things[:: max(1, len(things) // count)][:count]


def _edges(picture: Picture) -> npt.NDArray[np.uint8]:
    small, kernel = resize(picture, 128, 128), np.ones((3, 3), np.uint8)
    edges = cv2.absdiff(cv2.dilate(small, kernel), cv2.erode(small, kernel)).max(axis=2)
    return resize(edges, 32, 32).ravel()
