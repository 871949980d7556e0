"""Colours: sRGB to CIE Lab or Oklab and back, and how far apart two are for the eye (CIEDE2000)."""

from enum import StrEnum

import cv2
import numpy as np
import numpy.typing as npt

from attnpaint.images import Picture

Colors = npt.NDArray[np.float32]
Floats = npt.NDArray[np.floating]

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


def from_rgb(colors: Colors, space: Space) -> Colors:
    """sRGB (…, 3) in [0, 255] in another space. Lab: L 0 to 100, D65; Oklab: lightness 0 to 1."""
    if space is Space.rgb:
        return colors
    unit = np.ascontiguousarray(colors, dtype=np.float32) / 255
    if space is Space.lab:
        return (
            cv2.cvtColor(unit.reshape(-1, 1, 3), cv2.COLOR_RGB2Lab).reshape(colors.shape).astype(np.float32)
        )
    linear = np.where(unit <= 0.04045, unit / 12.92, ((unit + 0.055) / 1.055) ** 2.4)
    placed: Colors = (np.cbrt(linear @ _LMS.T) @ _OKLAB.T).astype(np.float32)
    return placed


def to_rgb(colors: Colors, space: Space) -> Colors:
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


_FAR = 25.0**7

# IEC 61966-2-1 (sRGB) and CIE 15 (Lab)
_LEVELS = np.arange(256) / 255
_LINEAR = np.where(_LEVELS <= 0.04045, _LEVELS / 12.92, ((_LEVELS + 0.055) / 1.055) ** 2.4).astype(np.float32)
_WHITE = 0.950456, 1.0, 1.088754
_TO_XYZ = (
    np.array(
        [
            [0.412453, 0.357580, 0.180423],
            [0.212671, 0.715160, 0.072169],
            [0.019334, 0.119193, 0.950227],
        ]
    ).T
    / _WHITE
).astype(np.float32)
_DARK = (6 / 29) ** 3


def to_lab(picture: Picture) -> npt.NDArray[np.float32]:
    """uint8 sRGB (…, 3) → CIE Lab float32, D65.

    By its definition: before its first conversion OpenCV takes longer to make tables than a palette needs.
    """
    xyz = _LINEAR[picture] @ _TO_XYZ
    root = np.where(xyz > _DARK, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + np.float32(4 / 29))
    x, y, z = np.moveaxis(root, -1, 0)
    lab: npt.NDArray[np.float32] = np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)
    return lab


def delta_e_2000(one: Floats, other: Floats) -> Floats:
    """ΔE of Lab colours (…, 3), shapes that broadcast → (…). 1 is about the least that is seen.

    Source: Sharma, Wu & Dalal, The CIEDE2000 color-difference formula, 2005; all parametric factors 1.
    """
    (l1, a1, b1), (l2, a2, b2) = np.moveaxis(one, -1, 0), np.moveaxis(other, -1, 0)
    power = ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) ** 7
    stretch = 1.5 - 0.5 * np.sqrt(power / (power + _FAR))
    a1, a2 = a1 * stretch, a2 * stretch
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.arctan2(b1, a1) % (2 * np.pi), np.arctan2(b2, a2) % (2 * np.pi)
    grey = c1 * c2 == 0
    turn = (h2 - h1 + np.pi) % (2 * np.pi) - np.pi
    turn = np.where((turn == -np.pi) & (h2 > h1), np.pi, turn) * ~grey
    hue = np.where(grey, h1 + h2, h1 + turn / 2)
    lightness, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    weight = (
        1
        - 0.17 * np.cos(hue - np.pi / 6)
        + 0.24 * np.cos(2 * hue)
        + 0.32 * np.cos(3 * hue + np.pi / 30)
        - 0.20 * np.cos(4 * hue - np.deg2rad(63))
    )
    middle = (lightness - 50) ** 2
    of_l = (l2 - l1) / (1 + 0.015 * middle / np.sqrt(20 + middle))
    of_c = (c2 - c1) / (1 + 0.045 * chroma)
    of_h = 2 * np.sqrt(c1 * c2) * np.sin(turn / 2) / (1 + 0.015 * chroma * weight)
    blue = np.exp(-(((np.rad2deg(hue) % 360 - 275) / 25) ** 2))
    power = chroma**7
    mixed = -2 * np.sqrt(power / (power + _FAR)) * np.sin(np.deg2rad(60) * blue)
    difference: Floats = np.sqrt(np.maximum(of_l**2 + of_c**2 + of_h**2 + mixed * of_c * of_h, 0))
    return difference


LEAST = 2.0  # ΔE2000 from which on two colours are two
DIM = 38  # of 255: the grey, L* 15, under which black lines on a colour are hardly seen
LUMA = np.array([0.299, 0.587, 0.114])


def under_lines(colors: Colors) -> Colors:
    """Colours n×3 in [0, 255]; those so dark that they would hide a drawing's lines are lighter: as light as
    the grey DIM, by L* or by luma."""
    lightness = to_lab(np.rint(colors).astype(np.uint8))[:, 0]
    lacks = DIM - np.maximum(colors @ LUMA, lightness * (DIM / 15))
    lighter: Colors = np.rint(colors + lacks.clip(0)[:, None]).clip(0, 255).astype(np.float32)
    return lighter


def united(
    colors: Picture, areas: npt.NDArray[np.integer], kept: npt.NDArray[np.bool_] | None = None
) -> Picture:
    """Each of uint8 n×3 colours as itself or as one of the others that it differs from by less than LEAST.

    The one with the largest area stays, then the next that is unlike it, and so on: what is left differs by
    LEAST or more. kept: n, colours that stay in any case; others become them.
    """
    distinct, where = np.unique(colors.reshape(-1, 3), axis=0, return_inverse=True)
    where = where.ravel()
    area = np.bincount(where, areas, len(distinct))
    firm = np.zeros(len(distinct), np.bool_)
    if kept is not None:
        firm[where[kept]] = True
    lab = to_lab(distinct)
    names = np.full(len(distinct), -1)
    for one in np.lexsort((-area, ~firm)):
        if names[one] < 0 or firm[one]:
            near = delta_e_2000(lab, lab[one]) < LEAST
            names[near & (names < 0) & ~firm] = one
            names[one] = one
    found: Picture = distinct[names[where]].reshape(colors.shape)
    return found
