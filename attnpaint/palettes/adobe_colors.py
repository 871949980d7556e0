"""Colours as Adobe's swatch files give them, in numbers from 0 to 1, to sRGB."""

import colorsys
from collections.abc import Sequence

import numpy as np

from attnpaint.palettes.swatch import RGB

_WHITE = (0.96422, 1.0, 0.82521)  # D50, to which Adobe's Lab refers
# Bruce Lindbloom: XYZ under D50 to linear sRGB, adapted to D65 after Bradford.
_TO_SRGB = np.array(
    [
        [3.1338561, -1.6168667, -0.4906146],
        [-0.9787684, 1.9161415, 0.0334540],
        [0.0719453, -0.2289914, 1.4052427],
    ]
)


def rgb(values: Sequence[float]) -> RGB:
    """sRGB, 0 to 1; what lies outside is clipped."""
    red, green, blue = (round(min(max(value, 0.0), 1.0) * 255) for value in values[:3])
    return red, green, blue


def hsb(values: Sequence[float]) -> RGB:
    """Hue, saturation, brightness, 0 to 1."""
    return rgb(colorsys.hsv_to_rgb(*values[:3]))


def cmyk(values: Sequence[float]) -> RGB:
    """Inks, 1 is full. Without the printer's profile this is what a screen shows, not paper."""
    black = 1 - values[3]
    return rgb([(1 - ink) * black for ink in values[:3]])


def grey(values: Sequence[float]) -> RGB:
    """0 black, 1 white."""
    return rgb([values[0]] * 3)


def lab(values: Sequence[float]) -> RGB:
    """CIE Lab under D50: L 0 to 100, a and b -128 to 127."""
    lightness, a, b = values[:3]
    middle = (lightness + 16) / 116
    powers = np.array([middle + a / 500, middle, middle - b / 200])
    xyz = np.where(powers > 6 / 29, powers**3, 3 * (6 / 29) ** 2 * (powers - 4 / 29)) * _WHITE
    linear = (_TO_SRGB @ xyz).clip(0, 1)
    return rgb(np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055).tolist())
