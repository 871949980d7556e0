"""The background of a drawing: transparent or opaque, and white lines on black turned round."""

from typing import Literal

import cv2
import numpy as np

from attnpaint.images import Array, Picture, on_white, resize, to_grey

Invert = Literal["auto", "yes", "no"]

LOOKED = 1024  # px of the long side, at most, at which a drawing is looked at
PAPER, OPAQUE = 200, 128  # least luma and alpha of opaque paper
OWN = 0.05  # of what is visible: the least share of opaque paper for a drawing that has its own
DARK, LIGHT = 64, 128  # luma of a black paper, at most, and of white lines, at least
BLACK, EDGE = 0.6, 0.75  # the least shares of dark pixels, of all and along the drawing's edge
FEW, MANY = 0.001, 0.35  # shares of light pixels
THICK = 24  # lines are thinner than the short side by this
AREAS = 0.1  # of what is light: more than that in wider areas than lines are no white lines
COLOR, COLORED = 48, 0.05  # difference of channels, and the share of pixels over it, of a painting


def is_ink(picture: Picture) -> bool:
    """Whether it is ink on a transparent layer: hardly any of what is visible is opaque paper.

    picture: uint8 H×W×3 or H×W×4; never of the first.
    """
    if picture.shape[2] == 3:
        return False
    small = _small(picture)
    light = to_grey(np.ascontiguousarray(small[..., :3])) >= PAPER
    visible = small[..., 3] > 0
    return bool((light & (small[..., 3] >= OPAQUE)).sum() <= OWN * visible.sum())


def turned_round(picture: Picture, invert: Invert) -> tuple[Picture, str]:
    """The drawing with dark lines on light paper, and a note where it was not so; else itself and "".

    picture: uint8 H×W×3 or H×W×4. Light lines on a transparent layer are white on black, too.
    """
    if invert == "no":
        return picture, ""
    clear = picture.shape[2] == 4 and is_white_ink(picture)
    if invert == "yes" or clear or is_white_on_black(on_white(picture)):
        dark = _on_black(picture) if clear else picture[..., :3]
        turned = np.subtract(255, dark)
        if picture.shape[2] == 4 and not clear:
            turned = np.dstack([turned, picture[..., 3]])
        told = "" if invert == "yes" else "this drawing is white on black: it was turned round"
        return turned, told
    return picture, ""


def is_white_ink(picture: Picture) -> bool:
    """Whether there are light lines on a transparent layer, which white paper would hide."""
    small = _small(picture)
    return bool(to_grey(small).min() > PAPER) and is_white_on_black(_on_black(small))


def is_white_on_black(picture: Picture) -> bool:
    """Whether these are thin light lines on black: no photo, no night in a comic. uint8 H×W×3."""
    small = _small(picture)
    grey = to_grey(small)
    edge = np.concatenate([grey[[0, -1]].ravel(), grey[:, [0, -1]].ravel()])
    if (grey < DARK).mean() < BLACK or (edge < DARK).mean() < EDGE:
        return False
    light = (grey >= LIGHT).astype(np.uint8)
    if not FEW <= light.mean() <= MANY or (np.ptp(small.astype(np.int16), axis=2) > COLOR).mean() > COLORED:
        return False
    framed = cv2.copyMakeBorder(light, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    wide = cv2.distanceTransform(framed, cv2.DIST_L2, 5) > max(4.0, min(grey.shape) / THICK) / 2
    return bool(cv2.dilate(wide.astype(np.uint8), _ball(min(grey.shape))).sum() <= AREAS * light.sum())


def _ball(short: int) -> Array:
    """What a core is grown by to the area that it is the core of."""
    side = 2 * round(max(4.0, short / THICK) / 2) + 1
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))


def _small(picture: Picture) -> Picture:
    scale = LOOKED / max(picture.shape[:2])
    if scale >= 1:
        return picture
    return resize(picture, *(max(1, round(side * scale)) for side in picture.shape[:2]))


def _on_black(picture: Picture) -> Picture:
    alpha = picture[..., 3:].astype(np.uint16)
    return ((picture[..., :3] * alpha + 127) // 255).astype(np.uint8)
