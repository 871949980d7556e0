"""Colours of skin, hair, eyes and clothes: sRGB 0 to 255."""

import colorsys

import numpy as np

from attnpaint.figures.canvas import Rgb

SKINS: tuple[Rgb, ...] = (
    (255, 232, 218), (253, 222, 201), (247, 208, 182), (238, 190, 158), (222, 168, 130),
    (198, 140, 101), (168, 112, 78), (136, 88, 62), (104, 66, 48), (78, 50, 40),
)  # fmt: skip
_NATURAL: tuple[Rgb, ...] = (
    (40, 34, 38), (62, 44, 40), (94, 62, 46), (138, 92, 58), (184, 128, 74), (226, 184, 112),
    (240, 216, 160), (168, 78, 48), (206, 206, 212), (118, 112, 116),
)  # fmt: skip


def hsv(hue: float, saturation: float, value: float) -> Rgb:
    """Of a hue in turns, and saturation and value 0 to 1."""
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, min(max(saturation, 0), 1), min(max(value, 0), 1))
    return round(red * 255), round(green * 255), round(blue * 255)


def shaded(colour: Rgb, step: float = 0.22) -> Rgb:
    """As a painter shades: darker, a little more saturated, and turned towards violet."""
    hue, saturation, value = colorsys.rgb_to_hsv(*(channel / 255 for channel in colour))
    red, green, blue = colorsys.hsv_to_rgb(hue, min(1, saturation * 1.12 + 0.04), value * (1 - step))
    mixed = (red * 0.94 + 0.30 * 0.06, green * 0.94 + 0.16 * 0.06, blue * 0.94 + 0.45 * 0.06)
    return round(mixed[0] * 255), round(mixed[1] * 255), round(mixed[2] * 255)


def lit(colour: Rgb, step: float = 0.5) -> Rgb:
    """Part of the way to white."""
    red, green, blue = (round(channel + (255 - channel) * step) for channel in colour)
    return red, green, blue


def hair_colour(rng: np.random.Generator) -> Rgb:
    if rng.random() < 0.5:
        return _NATURAL[int(rng.integers(len(_NATURAL)))]
    return hsv(rng.random(), rng.uniform(0.25, 0.65), rng.uniform(0.6, 0.95))


def harmony(rng: np.random.Generator) -> tuple[Rgb, ...]:
    """Five colours of one outfit: main, second, accent, light and dark neutral."""
    hue = rng.random()
    gap = float(rng.choice([0.5, 0.08, 0.33, 0.42]))
    main = hsv(hue, rng.uniform(0.3, 0.8), rng.uniform(0.35, 0.9))
    if rng.random() < 0.3:
        main = hsv(hue, rng.uniform(0, 0.15), rng.uniform(0.2, 0.95))
    second = hsv(hue + 0.06, rng.uniform(0.15, 0.6), rng.uniform(0.4, 0.95))
    accent = hsv(hue + gap, rng.uniform(0.55, 0.9), rng.uniform(0.6, 0.95))
    light = hsv(hue + 0.5, rng.uniform(0, 0.08), rng.uniform(0.92, 1))
    dark = hsv(hue, rng.uniform(0.1, 0.5), rng.uniform(0.15, 0.35))
    return main, second, accent, light, dark
