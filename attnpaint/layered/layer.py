"""What a layered file holds: pictures that are drawn when they are written, and groups of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from attnpaint.errors import PictureError, check_cancelled
from attnpaint.images import Picture

Mode = Literal["normal", "multiply", "screen"]


@dataclass(frozen=True)
class Layer:
    """A picture laid on what is below it. opacity: 0 to 1.

    draw: gives uint8 H×W×4 RGBA, straight alpha, or an opaque H×W×3. It is called once for each file, bottom
    to top, so that a large file never holds all its layers in memory.
    """

    name: str
    draw: Callable[[], Picture]
    mode: Mode = "normal"
    opacity: float = 1.0
    visible: bool = True


@dataclass(frozen=True)
class Group:
    """Layers, bottom to top, put together by themselves before they meet what is below (isolated)."""

    name: str
    layers: tuple["Layer | Group", ...]
    visible: bool = True


Stack: TypeAlias = Sequence[Layer | Group]
"""Bottom to top."""


def drawn(layer: Layer, height: int, width: int) -> Picture:
    """The layer's picture. Raises PictureError where it is not uint8 height×width×{3,4}."""
    check_cancelled()
    picture = layer.draw()
    wanted = picture.dtype == np.uint8 and picture.ndim == 3 and picture.shape[2] in (3, 4)
    if not wanted or picture.shape[:2] != (height, width):
        found = "×".join(str(side) for side in picture.shape)
        problem = f"the layer {layer.name!r} is {found} of {picture.dtype}"
        raise PictureError(problem, f"draw uint8 {height}×{width}×3 or {height}×{width}×4, as the whole is")
    return np.ascontiguousarray(picture)


def trimmed(picture: Picture) -> tuple[int, int, Picture]:
    """Top, left, and what of H×W×{3,4} is not empty: one pixel where all of it is."""
    if picture.shape[2] == 3:
        return 0, 0, picture
    seen = picture[..., 3] != 0
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    if not rows.size:
        return 0, 0, picture[:1, :1]
    top, left = int(rows[0]), int(columns[0])
    return top, left, np.ascontiguousarray(picture[top : rows[-1] + 1, left : columns[-1] + 1])


def plain(name: str) -> str:
    """The name with a question mark for each character that a file cannot hold."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)
