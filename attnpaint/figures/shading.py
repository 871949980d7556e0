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
    on the side of the light. cast: the colour that shadows turn to; depth: how dark they are, 0 to 1.
    slope: how much the picture grows darker towards one side; bleed: how unevenly colour takes, as in
    watercolours."""

    steps: int = 1
    soft: bool = False
    rim: bool = False
    cast: Rgb = (77, 41, 115)
    depth: float = 0.22
    slope: tuple[float, float] = (0.0, 0.0)
    bleed: float = 0.0

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
            (rng.uniform(-0.12, 0.12), rng.uniform(-0.2, 0.2)) if rng.random() < 0.25 else (0.0, 0.0),
            rng.uniform(0.03, 0.09) if rng.random() < 0.14 else 0.0,
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
    """The colours of what is shown, H×W×4 of which three count, each at its level.

    figure H×W: what the rim of light lies on.
    """
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
    packed = np.pad(table, ((0, 0), (0, 1))).view(np.uint32)[:, 0]  # whole words are taken faster
    if light.rim:
        tone = tone.copy()
        far = max(2, len(tone) // 130)
        moved = np.zeros_like(figure)
        moved[far:, far:] = figure[:-far, :-far]
        tone[figure & ~moved] = GLEAM
    index = shown * np.uint16(4) + tone
    if not light.soft:
        return _unpacked(packed, index)
    sigma = len(tone) / 160
    dark = ((tone == SHADE) | (tone == DEEP)).astype(np.uint8) * 255
    share = cv2.GaussianBlur(dark, (0, 0), sigma)[..., None].astype(np.float32) / 255
    base = _unpacked(packed, np.where(dark > 0, index - tone, index)).astype(np.float32)
    deep = _unpacked(packed, shown * np.uint16(4) + np.uint16(SHADE)).astype(np.float32)
    return np.asarray(base + (deep - base) * share).astype(np.uint8)


def _unpacked(packed: npt.NDArray[np.uint32], index: npt.NDArray[np.uint16]) -> npt.NDArray[np.uint8]:
    """H×W×4: the colours at the places of a table, and a byte that says nothing."""
    return np.take(packed, index).view(np.uint8).reshape(*index.shape, 4)


def toned(
    colour: npt.NDArray[np.float32], painted_on: npt.NDArray[np.bool_], light: Light, rng: np.random.Generator
) -> npt.NDArray[np.float32]:
    """Colours H×W×3, 0 to 255, as the light slopes over the picture and, where it is painted on (H×W), as the
    paper takes them."""
    side = len(colour)
    if light.slope != (0.0, 0.0):
        ramp = np.linspace(-1, 1, side, dtype=np.float32)
        share = 1 + np.float32(light.slope[0]) * ramp[None, :] + np.float32(light.slope[1]) * ramp[:, None]
        colour = colour * np.minimum(share, 1.08)[..., None]
    if light.bleed:
        few = rng.standard_normal((max(3, side // 24),) * 2).astype(np.float32)
        blotches = cv2.resize(few, (side, side), interpolation=cv2.INTER_CUBIC)
        fine = cv2.GaussianBlur(rng.standard_normal((side, side)).astype(np.float32), (0, 0), 1.0)
        uneven = np.float32(light.bleed) * (0.6 * blotches + fine) * painted_on
        colour = colour * (1 + uneven)[..., None]
    return colour
