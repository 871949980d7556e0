"""What light makes of flat colours: steps of shade, soft shadows, gleams, a rim of light."""

import colorsys
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

Rgb = tuple[int, int, int]

FLAT, SHADE, DEEP, GLEAM = range(4)
"""Levels that a point of the canvas may have."""


@dataclass(frozen=True)
class Light:
    """steps: 0 for flat colours to 2 for two steps of shade. soft: shadows without edges. rim: a bright rim
    on the side of the light. cast: the colour that shadows turn to; depth: how dark they are, 0 to 1."""

    steps: int = 1
    soft: bool = False
    rim: bool = False
    cast: Rgb = (77, 41, 115)
    depth: float = 0.22

    @classmethod
    def draw(cls, rng: np.random.Generator) -> "Light":
        """A light as chance has it."""
        casts: tuple[Rgb, ...] = ((77, 41, 115), (40, 50, 120), (120, 50, 60), (60, 60, 70), (40, 90, 100))
        steps = int(rng.choice([0, 1, 2], p=[0.27, 0.43, 0.3]))
        return cls(
            steps,
            bool(rng.random() < 0.22),
            bool(steps and rng.random() < 0.12),
            casts[int(rng.integers(len(casts)) * rng.integers(0, 2))],
            rng.uniform(0.14, 0.34),
        )


@lru_cache(maxsize=4096)
def shaded(colour: Rgb, step: float = 0.22, cast: Rgb = (77, 41, 115)) -> Rgb:
    """As a painter shades: darker, a little more saturated, and turned towards the colour of shadows."""
    hue, saturation, value = colorsys.rgb_to_hsv(*(channel / 255 for channel in colour))
    dark = colorsys.hsv_to_rgb(
        hue, min(1, saturation * 1.12 + 0.04 * (saturation > 0.02)), value * (1 - step)
    )
    share = 0.06 + 0.25 * step
    red, green, blue = (
        round(255 * one * (1 - share) + other * share * (0.4 + 0.6 * value))
        for one, other in zip(dark, cast, strict=True)
    )
    return red, green, blue


def lit(colour: Rgb, step: float = 0.5) -> Rgb:
    """Part of the way to white."""
    red, green, blue = (round(channel + (255 - channel) * step) for channel in colour)
    return red, green, blue


def painted(
    flat: list[Rgb],
    shown: npt.NDArray[np.uint16],
    tone: npt.NDArray[np.uint8],
    figure: npt.NDArray[np.bool_],
    light: Light,
) -> npt.NDArray[np.uint8]:
    """The colours H×W×3 of what is shown, each at its level; figure H×W: what the rim of light lies on."""
    table = np.array(
        [
            [
                colour,
                shaded(colour, light.depth, light.cast),
                shaded(colour, 1.7 * light.depth, light.cast),
                lit(colour, 0.45),
            ]
            for colour in flat
        ],
        np.uint8,
    ).reshape(-1, 3)
    if light.rim:
        tone = tone.copy()
        far = max(2, len(tone) // 130)
        moved = np.zeros_like(figure)
        moved[far:, far:] = figure[:-far, :-far]
        tone[figure & ~moved] = GLEAM
    index = shown * np.uint16(4) + tone
    if not light.soft:
        return np.asarray(np.take(table, index, axis=0))
    sigma = len(tone) / 160
    dark = ((tone == SHADE) | (tone == DEEP)).astype(np.uint8) * 255
    share = cv2.GaussianBlur(dark, (0, 0), sigma)[..., None].astype(np.float32) / 255
    base = np.take(table, np.where(dark > 0, index - tone, index), axis=0).astype(np.float32)
    deep = np.take(table, shown * np.uint16(4) + np.uint16(SHADE), axis=0).astype(np.float32)
    return np.asarray(base + (deep - base) * share).astype(np.uint8)
