"""Colours of skin, hair, eyes and clothes: sRGB 0 to 255."""

import colorsys
from dataclasses import dataclass

import numpy as np

from attnpaint.figures.shading import Rgb

SKINS: tuple[Rgb, ...] = (
    (255, 236, 226), (254, 227, 212), (252, 219, 198), (248, 208, 182), (240, 194, 163), (226, 174, 138),
    (205, 150, 113), (176, 122, 88), (143, 95, 68), (110, 72, 53), (80, 54, 44),
)  # fmt: skip
_NATURAL: tuple[Rgb, ...] = (
    (34, 30, 36), (48, 38, 40), (66, 47, 42), (92, 62, 48), (122, 82, 56), (152, 104, 66), (190, 138, 84),
    (222, 180, 112), (240, 214, 158), (246, 232, 200), (164, 78, 50), (196, 102, 62), (214, 214, 220),
    (150, 146, 152),
)  # fmt: skip
_CHANCE = np.array([14, 12, 12, 12, 10, 8, 7, 8, 6, 3, 4, 4, 4, 2], float)
_FANCY = (0.93, 0.97, 0.0, 0.04, 0.12, 0.38, 0.47, 0.52, 0.56, 0.60, 0.64, 0.70, 0.76, 0.83)
_NEUTRALS: tuple[Rgb, ...] = (
    (244, 244, 246), (226, 226, 230), (168, 170, 178), (96, 98, 106), (52, 54, 62), (34, 34, 40),
    (40, 50, 84), (56, 66, 92), (238, 228, 208), (206, 186, 154), (150, 120, 90), (92, 70, 56), (88, 94, 74),
    (120, 40, 48),
)  # fmt: skip


@dataclass(frozen=True)
class Colours:
    """cloth: main, second, accent, light, dark of an outfit; tips: the second colour of two-tone hair, the
    hair's own where it has one; eyes: left, right."""

    skin: Rgb
    hair: Rgb
    tips: Rgb
    eyes: tuple[Rgb, Rgb]
    cloth: tuple[Rgb, ...]
    streak: bool = False

    @classmethod
    def draw(cls, rng: np.random.Generator) -> "Colours":
        """Colours of a figure as chance has them."""
        hair = hair_colour(rng)
        eye = eye_colour(rng, hair)
        other = hsv(rng.random(), 0.6, 0.75) if rng.random() < 0.04 else eye
        tips = hair
        if rng.random() < 0.18:
            tips = hair_colour(rng) if rng.random() < 0.5 else hsv(rng.random(), rng.uniform(0.3, 0.7), 0.85)
        return cls(skin_colour(rng), hair, tips, (eye, other), harmony(rng), bool(rng.random() < 0.4))


def hsv(hue: float, saturation: float, value: float) -> Rgb:
    """Of a hue in turns, and saturation and value 0 to 1."""
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, min(max(saturation, 0), 1), min(max(value, 0), 1))
    return round(red * 255), round(green * 255), round(blue * 255)


def jittered(colour: Rgb, rng: np.random.Generator, most: float = 8) -> Rgb:
    """A colour near by: all channels alike by up to 1.5 times `most`, each by half of it."""
    moved = np.array(colour) + rng.uniform(-1.5, 1.5) * most + rng.uniform(-0.5, 0.5, 3) * most
    red, green, blue = (int(x) for x in np.clip(moved, 0, 255))
    return red, green, blue


def skin_colour(rng: np.random.Generator) -> Rgb:
    """Between two of the tones of SKINS, light ones more often, as they are drawn more often."""
    place = (len(SKINS) - 1) * (rng.random() ** 1.7)
    low = min(int(place), len(SKINS) - 2)
    mixed = np.array(SKINS[low]) * (low + 1 - place) + np.array(SKINS[low + 1]) * (place - low)
    red, green, blue = (int(x) for x in mixed)
    return jittered((red, green, blue), rng, 4)


def hair_colour(rng: np.random.Generator) -> Rgb:
    """Natural ones somewhat more often than those that only drawn people have."""
    if rng.random() < 0.56:
        return jittered(_NATURAL[int(rng.choice(len(_NATURAL), p=_CHANCE / _CHANCE.sum()))], rng)
    hue = _FANCY[int(rng.integers(len(_FANCY)))] + rng.uniform(-0.03, 0.03)
    kind = rng.random()
    if kind < 0.45:  # pastel
        return hsv(hue, rng.uniform(0.12, 0.35), rng.uniform(0.85, 0.98))
    if kind < 0.8:
        return hsv(hue, rng.uniform(0.35, 0.62), rng.uniform(0.6, 0.92))
    return hsv(hue, rng.uniform(0.35, 0.65), rng.uniform(0.25, 0.5))


def eye_colour(rng: np.random.Generator, hair: Rgb) -> Rgb:
    """Natural, like the hair, or against it."""
    kind = rng.random()
    hue = colorsys.rgb_to_hsv(*(channel / 255 for channel in hair))[0]
    if kind < 0.35:
        return hsv(rng.uniform(0.03, 0.1), rng.uniform(0.45, 0.75), rng.uniform(0.35, 0.75))
    if kind < 0.6:
        return hsv(hue + rng.uniform(-0.05, 0.05), rng.uniform(0.45, 0.75), rng.uniform(0.5, 0.85))
    if kind < 0.75:
        return hsv(hue + 0.5 + rng.uniform(-0.08, 0.08), rng.uniform(0.45, 0.8), rng.uniform(0.5, 0.85))
    return hsv(rng.random(), rng.uniform(0.4, 0.85), rng.uniform(0.5, 0.9))


def harmony(rng: np.random.Generator) -> tuple[Rgb, ...]:
    """Five colours of one outfit: main, second, accent, light and dark neutral."""
    hue, kind = rng.random(), rng.random()
    gap = float(rng.choice([0.5, 0.08, 0.92, 0.33, 0.42]))
    strong = rng.beta(2, 3)
    if kind < 0.42:  # neutrals with an accent
        main, second = (jittered(_NEUTRALS[int(rng.integers(len(_NEUTRALS)))], rng) for _ in range(2))
        accent = hsv(hue, rng.uniform(0.45, 0.85), rng.uniform(0.5, 0.92))
    elif kind < 0.6:  # one hue
        main, second = (
            hsv(hue, 0.15 + 0.6 * strong, rng.uniform(0.4, 0.9)),
            hsv(hue, 0.2, rng.uniform(0.5, 0.95)),
        )
        accent = hsv(hue, rng.uniform(0.4, 0.8), rng.uniform(0.3, 0.9))
    else:
        main = hsv(hue, 0.15 + 0.65 * strong, rng.uniform(0.3, 0.92))
        second = hsv(hue + 0.5 * gap, rng.uniform(0.1, 0.5), rng.uniform(0.4, 0.95))
        accent = hsv(hue + gap, rng.uniform(0.4, 0.85), rng.uniform(0.55, 0.95))
    light = hsv(rng.random(), rng.uniform(0, 0.08), rng.uniform(0.92, 1))
    dark = hsv(hue, rng.uniform(0.05, 0.45), rng.uniform(0.13, 0.35))
    return main, second, accent, light, dark
