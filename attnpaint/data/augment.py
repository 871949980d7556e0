"""Chance, applied alike to a picture and its drawing: geometry, and colours turned about grey."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from attnpaint.images import Picture, resize


@dataclass(frozen=True)
class View:
    """A similarity that lays a picture into a square: flip, zoom, rotation and shift."""

    matrix: npt.NDArray[np.float64]  # 2×3, picture → square, both in pixels
    size: int

    @classmethod
    def draw(
        cls, height: int, width: int, size: int, random: np.random.Generator,
        zoom: float = 0.0, rotate: float = 0.0, flip: bool = False,
    ) -> "View":  # fmt: skip
        """A random view; with zoom, rotate and flip at 0 it is the letterbox."""
        scale = size / max(height, width) * (1 + zoom * random.random())
        angle = np.deg2rad(rotate * random.uniform(-1, 1))
        mirror = -1.0 if flip and random.random() < 0.5 else 1.0
        cos, sin = np.cos(angle), np.sin(angle)
        turn = scale * np.array([[cos * mirror, -sin], [sin * mirror, cos]])
        slack = np.maximum(0, scale * np.array([width, height]) - size) / 2
        middle = size / 2 + slack * random.uniform(-1, 1, 2)
        return cls(np.column_stack([turn, middle - turn @ (np.array([width, height]) / 2)]), size)

    def of(self, picture: Picture) -> Picture:
        """The picture seen so, uint8 size×size×3, white around it."""
        scale = float(np.sqrt(abs(np.linalg.det(self.matrix[:, :2]))))
        height, width = picture.shape[:2]
        if scale < 1:  # area means first: warpAffine alone would alias
            picture = resize(picture, max(1, round(height * scale)), max(1, round(width * scale)))
        shrink = np.array([width / picture.shape[1], height / picture.shape[0]])
        matrix = np.column_stack([self.matrix[:, :2] * shrink, self.matrix[:, 2]])
        return cv2.warpAffine(
            picture, matrix, (self.size, self.size), flags=cv2.INTER_LINEAR, borderValue=(255, 255, 255)
        ).astype(np.uint8, copy=False)


def crop(picture: Picture, random: np.random.Generator, least: float = 0.6) -> Picture:
    """A random part with at least `least` of each side."""
    sides = np.array(picture.shape[:2])
    inner = np.maximum(1, (sides * random.uniform(least, 1, 2)).astype(int))
    top, left = random.integers(0, sides - inner + 1)
    return picture[top : top + inner[0], left : left + inner[1]]


def colour_turn(random: np.random.Generator) -> npt.NDArray[np.float32]:
    """A 3×3 rotation of the colour cube about its grey diagonal, sometimes mirrored: greys stay."""
    angle = random.uniform(0, 2 * np.pi)
    axis = np.ones(3) / np.sqrt(3)
    cross = np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]) / np.sqrt(3)
    turn: npt.NDArray[np.float64]
    turn = np.cos(angle) * np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * np.outer(axis, axis)
    if random.random() < 0.5:
        turn = turn[[1, 0, 2]]
    return turn.astype(np.float32)


def recolour(picture: Picture, turn: npt.NDArray[np.float32]) -> Picture:
    """Every colour through the 3×3 map, clipped to [0, 255]."""
    return cv2.transform(picture, turn).astype(np.uint8, copy=False)
