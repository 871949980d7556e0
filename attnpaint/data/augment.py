"""Augmentation: random geometry, alike for a picture and its drawing, colours recoloured; random streams."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from attnpaint.config import DataConfig
from attnpaint.images import Picture, resize

MOST_TILES = 4  # along each side, of a picture whose tiles change places
HINTS, FLIPS, AUGMENT, VARIANT = 1, 2, 3, 4
"""Uses. The stream of the data (`pairs`) has none."""


def rng(use: int, *seed: int) -> np.random.Generator:
    """Equal seeds draw equal numbers for one use, others for another.

    numpy fills a short seed with zeros, so that [1, 2] is [1, 2, 0]: the use stands behind that filling.
    """
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(use,)))


Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True)
class View:
    """Lays a picture of height × width into a square: flip, zoom, rotation, shear and shift."""

    matrix: Matrix  # 2×3, picture → square, in px; whole numbers are the edges of pixels
    height: int
    width: int
    size: int

    @classmethod
    def draw(cls, height: int, width: int, config: DataConfig, random: np.random.Generator) -> "View":
        """A random view. Without chance in `config` it is the letterbox."""
        size = config.size
        scale = size / max(height, width) * (1 + config.zoom * random.random())
        angle, slant = np.deg2rad(np.array([config.rotate, config.shear]) * random.uniform(-1, 1, 2))
        mirror = -1.0 if config.flip and random.random() < 0.5 else 1.0
        aside = config.shift * size * random.uniform(-1, 1, 2)
        sides = np.array([width, height])
        slack = np.maximum(0, scale * sides - size) / 2 * random.uniform(-1, 1, 2)
        straight = not angle and not slant
        inner = np.maximum(1, np.round(scale * sides)) if straight else scale * sides
        turn = np.diag(inner / sides * [mirror, 1])
        if not straight:
            cos, sin = np.cos(angle), np.sin(angle)
            turn = np.array([[cos, -sin], [sin, cos]]) @ [[1, np.tan(slant)], [0, 1]] @ turn
        corner = size / 2 + slack + aside - turn @ sides / 2
        if straight:  # whole pixels: nothing is blurred that is only moved
            mirrored = np.array([inner[0] * (mirror < 0), 0])
            corner = np.floor(corner - mirrored) + mirrored
        return cls(np.column_stack([turn, corner]), height, width, size)

    def to(self, other: "View") -> Matrix:
        """2×3: where a place (x, y, 1) of this square, in [-1, 1], lies in another view of the picture."""
        middle = np.array([[0.5, 0, 0.5], [0, 0.5, 0.5], [0, 0, 1]])  # [-1, 1] → [0, 1]
        here, there = (
            np.diag([1 / view.size, 1 / view.size, 1]) @ np.vstack([view.matrix, [0, 0, 1]])
            for view in (self, other)
        )
        whole: Matrix = np.linalg.inv(middle) @ there @ np.linalg.inv(here) @ middle
        return whole[:2]

    def of(self, picture: Picture) -> Picture:
        """The picture, H×W or H×W×3, seen so: uint8, size×size, white around it.

        A drawing may have another size than the picture that the view was drawn for; it shows the same part.
        """
        (a, b), (c, d) = turn = self.matrix[:, :2]
        scale = float(np.sqrt(abs(np.linalg.det(turn))))
        straight = not b and not c
        height, width = (round(abs(d) * self.height), round(abs(a) * self.width))
        if not straight:
            height, width = max(1, round(self.height * scale)), max(1, round(self.width * scale))
        if straight or height * width < picture.shape[0] * picture.shape[1]:
            picture = resize(picture, height, width)  # by area means: warpAffine alone would alias
        if straight:
            return self._placed(picture[:, ::-1] if a < 0 else picture)
        fit = np.array([self.width / picture.shape[1], self.height / picture.shape[0]])
        matrix = np.column_stack([turn * fit, self.matrix[:, 2]])
        matrix[:, 2] += matrix[:, :2] @ [0.5, 0.5] - 0.5  # OpenCV's whole numbers are the pixels' middles
        return cv2.warpAffine(
            picture, matrix, (self.size, self.size), flags=cv2.INTER_LINEAR, borderValue=(255, 255, 255)
        ).astype(np.uint8, copy=False)

    def _placed(self, picture: Picture) -> Picture:
        """The upright picture where it lies in the square, whole pixels only."""
        height, width = picture.shape[:2]
        left, top = np.round(self.matrix[:, 2] + np.minimum(0, self.matrix[:, 0] * self.width)).astype(int)
        square = np.full((self.size, self.size, *picture.shape[2:]), 255, dtype=np.uint8)
        seen = picture[max(0, -top) : max(0, self.size - top), max(0, -left) : max(0, self.size - left)]
        square[max(0, top) : top + height, max(0, left) : left + width] = seen
        return square


def crop(picture: Picture, random: np.random.Generator, least: float = 0.6) -> Picture:
    """A random part with at least `least` of each side."""
    sides = np.array(picture.shape[:2])
    inner = np.maximum(1, (sides * random.uniform(least, 1, 2)).astype(int))
    top, left = random.integers(0, sides - inner + 1)
    return picture[top : top + inner[0], left : left + inner[1]]


def shuffled(picture: Picture, random: np.random.Generator) -> Picture:
    """Cut into MOST_TILES² tiles or fewer, which change places; what is over at two sides is left out."""
    count = int(random.integers(2, MOST_TILES + 1))
    height, width = (max(1, side // count) for side in picture.shape[:2])
    rows, columns = (
        max(1, side // inner) for side, inner in zip(picture.shape, (height, width), strict=False)
    )
    rows, columns = min(rows, count), min(columns, count)
    tiles = picture[: rows * height, : columns * width].reshape(rows, height, columns, width, -1)
    tiles = tiles.swapaxes(1, 2).reshape(rows * columns, height, width, -1)
    moved = tiles[random.permutation(rows * columns)].reshape(rows, columns, height, width, -1)
    return np.ascontiguousarray(moved.swapaxes(1, 2).reshape(rows * height, columns * width, -1))


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
