"""A picture of hints as a person paints it: colours where they are wanted, transparent elsewhere."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from attnpaint.errors import PictureError
from attnpaint.images import Picture, Source, alpha_of, read_picture

OPAQUE = 128  # from here on a pixel asks for its colour


@dataclass(frozen=True, eq=False)
class HintFile:
    """picture: uint8 H×W×4 at the drawing's size; alpha 255 where a colour is asked, else all four 0.

    notes: a line for each thing about the file that its giver may not have meant.
    """

    picture: Picture
    notes: tuple[str, ...]


def read_hints(source: Source, height: int, width: int) -> HintFile:
    """A file, a PIL picture or an array H×W×4, for a drawing of height × width.

    Raises PictureError: unreadable, or without any transparent part.
    """
    picture = read_picture(source)
    name = str(source) if isinstance(source, (str, Path)) else "the hint picture"
    alpha = alpha_of(picture)
    if alpha is None:
        problem = f"{name} has no transparent part, so that every pixel of it would be a hint"
        raise PictureError(problem, "save it as PNG with a transparent background")
    notes = []
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
    asked = (picture[..., 3:] >= OPAQUE).astype(np.float32)
    planes = np.concatenate([picture[..., :3] * asked, asked], axis=2)  # colours times their share
    if planes.shape[:2] != (height, width):
        shrinks = height * width < planes.shape[0] * planes.shape[1]
        how = cv2.INTER_AREA if shrinks else cv2.INTER_NEAREST
        planes = cv2.resize(planes, (width, height), interpolation=how).astype(np.float32, copy=False)
    share = planes[..., 3:]
    part = share > 1e-3
    colors = np.where(part, planes[..., :3] / np.maximum(share, 1e-3), 0)
    fitted: Picture = np.concatenate([colors.clip(0, 255).round(), 255.0 * part], axis=2).astype(np.uint8)
    return fitted
