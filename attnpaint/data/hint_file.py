"""A picture of hints as a person paints it: colours where they are wanted, transparent elsewhere."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from attnpaint.errors import PictureError
from attnpaint.images import Array, Picture, Source, read_picture

OPAQUE = 128  # from here on a pixel asks for its colour


@dataclass(frozen=True, eq=False)
class HintFile:
    """picture: uint8 H×W×4 at the drawing's size; alpha 255 where a colour is asked, else all four 0.

    notes: a line for each thing about the file that its author may not have meant.
    """

    picture: Picture
    notes: tuple[str, ...]


def read_hints(source: Source, height: int, width: int, name: str = "the hint picture") -> HintFile:
    """A file, a PIL picture or an array H×W×4, for a drawing of height × width. name: of one without a path.

    Raises PictureError: unreadable, or without any transparent part.
    """
    picture = read_picture(source)
    name = str(source) if isinstance(source, (str, Path)) else name
    if picture.shape[2] == 3:
        problem = f"{name} has no transparent part, so that every pixel of it would be a hint"
        raise PictureError(problem, "save it as PNG with a transparent background")
    notes = []
    alpha = picture[..., 3]
    if alpha.max() < OPAQUE:
        faint = "nearly transparent" if alpha.any() else "transparent"
        notes.append(f"{name} is {faint} everywhere and asks for no colour")
    had = picture.shape[:2]
    if had != (height, width):
        shape = " and stretched" if abs(had[0] * width - had[1] * height) > max(had[0], had[1]) else ""
        size = f"{had[1]}×{had[0]} px, the drawing {width}×{height}"
        notes.append(f"{name} is {size}: the hints were resized{shape} to it")
    return HintFile(fitted_hints(picture, height, width), tuple(notes))


def fitted_hints(picture: Picture, height: int, width: int) -> Picture:
    """RGBA at another size, no colour from where it is transparent, alpha 0 or 255.

    A pixel is asked where the smallest part of it was: a thin stroke outlives shrinking.
    """
    asked = picture[..., 3:] >= OPAQUE
    kept: Picture = picture * asked
    kept[..., 3:][asked] = 255
    had = kept.shape[:2]
    if had == (height, width):
        return kept
    if height * width >= had[0] * had[1]:
        larger = cv2.resize(kept, (width, height), interpolation=cv2.INTER_NEAREST)
        return larger.astype(np.uint8, copy=False)
    share = _shrunk(kept[..., 3], height, width) / np.float32(255)
    part = share > 1e-3
    fitted: Picture = np.zeros((height, width, 4), np.uint8)
    fitted[part, 3] = 255
    for channel in range(3):  # one after the other: a float takes four bytes
        color = _shrunk(kept[..., channel], height, width)[part] / share[part]
        fitted[part, channel] = color.round().clip(0, 255)
    return fitted


def _shrunk(plane: Picture, height: int, width: int) -> Array:
    return cv2.resize(plane.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA)
