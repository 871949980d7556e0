"""Colour spaces: sRGB to CIE Lab or Oklab and back, for any array of colours."""

from enum import StrEnum

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

# Björn Ottosson, "A perceptual color space for image processing" (2020): linear sRGB, LMS, Oklab.
_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_OKLAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


class Space(StrEnum):
    """Where distances between colours are measured."""

    rgb = "rgb"
    lab = "lab"
    oklab = "oklab"


def from_rgb(colors: Floats, space: Space) -> Floats:
    """sRGB (…, 3) in [0, 255] in another space. Lab: L 0 to 100, D65; Oklab: lightness 0 to 1."""
    if space is Space.rgb:
        return colors
    unit = np.ascontiguousarray(colors, dtype=np.float32) / 255
    if space is Space.lab:
        return (
            cv2.cvtColor(unit.reshape(-1, 1, 3), cv2.COLOR_RGB2Lab).reshape(colors.shape).astype(np.float32)
        )
    linear = np.where(unit <= 0.04045, unit / 12.92, ((unit + 0.055) / 1.055) ** 2.4)
    placed: Floats = (np.cbrt(linear @ _LMS.T) @ _OKLAB.T).astype(np.float32)
    return placed


def to_rgb(colors: Floats, space: Space) -> Floats:
    """The inverse of `from_rgb`: sRGB (…, 3), clipped to [0, 255]."""
    if space is Space.rgb:
        return colors.clip(0, 255)
    if space is Space.lab:
        flat = np.ascontiguousarray(colors, dtype=np.float32).reshape(-1, 1, 3)
        unit = cv2.cvtColor(flat, cv2.COLOR_Lab2RGB).reshape(colors.shape).astype(np.float64)
    else:
        linear = ((colors @ np.linalg.inv(_OKLAB).T) ** 3 @ np.linalg.inv(_LMS).T).clip(0, 1)
        unit = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return (unit.clip(0, 1) * 255).astype(np.float32)
