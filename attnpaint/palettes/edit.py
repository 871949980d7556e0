"""A palette with some of its colours changed, or with all of them turned; weights and places stay."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from attnpaint.colour import Space, delta_e_2000, from_rgb, to_lab, to_rgb
from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.extract import Histogram
from attnpaint.palettes.swatch import from_hex, to_hex

NEAR = 10.0  # ΔE2000 up to which a colour is taken for the one that was named
ALIKE = 3.0  # ΔE2000 up to which others count as the same colour
_INSIDE = 1e-3  # Oklab; colours of sRGB come back from it closer than this
_HALVINGS = 40
MOST_DEGREES = 36_000  # of a turn: a hundred times round
_ENOUGH = 1e6  # times the chroma: the most that a screen shows, whatever it was

Swap = tuple[str, str]


def parse_swap(text: str) -> Swap:
    """Read "#aa3344=#3366cc" as ("#aa3344", "#3366cc"); UsageError where it is not two colours."""
    old, _, new = text.partition("=")
    try:
        return to_hex(from_hex(old)), to_hex(from_hex(new))
    except AttnpaintError as error:
        raise UsageError(f"{text!r} does not swap colours", 'write it as "#aa3344=#3366cc"') from error


def swap(histogram: Histogram, old: str, new: str) -> Histogram:
    """The palette with the colour nearest to `old`, and all that are like it, replaced by `new`.

    Both are "#rrggbb". Raises UsageError, which names the nearest colour, where none lies within ΔE2000 10.
    """
    return swap_all(histogram, [(old, new)])


def swap_all(histogram: Histogram, swaps: Sequence[Swap]) -> Histogram:
    """All the swaps at once, so that two colours can change places.

    Raises UsageError as `swap` does, or where two of them mean the same colour.
    """
    flat = histogram.colors.reshape(-1, 3)
    lab, colors = to_lab(flat), flat.copy()
    taken = np.full(len(flat), -1)
    for number, (old, new) in enumerate(swaps):
        away = delta_e_2000(lab, to_lab(np.array(from_hex(old), np.uint8)))
        nearest = int(away.argmin())
        if away[nearest] > NEAR:
            there = to_hex(flat[nearest].tolist())
            problem = f"the palette has no colour like {old}"
            raise UsageError(problem, f"the nearest is {there} (ΔE {away[nearest]:.0f}): swap that one")
        alike = delta_e_2000(lab, lab[nearest]) <= ALIKE
        before = taken[nearest]
        if before >= 0:
            problem = f"{swaps[before][0]} and {old} mean the same colour, {to_hex(flat[nearest].tolist())}"
            raise UsageError(problem, "swap it once")
        alike &= taken < 0
        taken[alike] = number
        colors[alike] = from_hex(new)
    return replace(histogram, colors=colors.reshape(histogram.colors.shape))


def turned(histogram: Histogram, hue: float = 0.0, saturation: float = 1.0) -> Histogram:
    """The palette with its hues turned by `hue` degrees, red towards yellow, and their chroma scaled.

    saturation: the factor, from 0. In Oklab, whose lightness stays; chroma that a screen cannot show is
    reduced until it can. Grey stays grey. Raises UsageError where a number is not finite, or under 0.
    """
    check_turn(hue, saturation)
    if hue % 360 == 0 and saturation == 1:
        return histogram
    rgb = histogram.colors.reshape(-1, 3)
    lightness, a, b = from_rgb(rgb.astype(np.float32), Space.oklab).astype(np.float64).T
    angle = math.radians(hue % 360)
    plane = min(saturation, _ENOUGH) * (a + 1j * b) * complex(math.cos(angle), math.sin(angle))
    moved = to_rgb(_within(lightness, plane), Space.oklab).round().astype(np.uint8)
    grey = (rgb == rgb[:, :1]).all(axis=1)
    colors = np.where(grey[:, None], rgb, moved)
    return replace(histogram, colors=colors.reshape(histogram.colors.shape))


def check_turn(hue: float, saturation: float) -> None:
    """UsageError where one of them cannot be meant."""
    if not abs(hue) <= MOST_DEGREES:  # true of nan as well
        raise UsageError(f"a hue cannot turn by {hue}", "give degrees from -360 to 360")
    if not 0 <= saturation < math.inf:
        raise UsageError(f"saturation cannot be multiplied by {saturation}", "give 0 or more; 1 keeps it")


def _within(lightness: npt.NDArray[np.float64], plane: npt.NDArray[np.complex128]) -> npt.NDArray[np.float32]:
    """Oklab colours (n, 3) of at most the chroma that sRGB has at their lightness and hue."""
    least, most = np.zeros(len(plane)), np.ones(len(plane))
    share = most
    for _ in range(_HALVINGS):
        inside = _shown(lightness, share * plane)
        least, most = np.where(inside, share, least), np.where(inside, most, share)
        if inside.all() and (share == 1).all():
            break
        share = np.where(least == 1, 1, (least + most) / 2)
    return _oklab(lightness, np.where(least == 1, 1, least) * plane)


def _shown(lightness: npt.NDArray[np.float64], plane: npt.NDArray[np.complex128]) -> npt.NDArray[np.bool_]:
    colors = _oklab(lightness, plane)
    back = from_rgb(to_rgb(colors, Space.oklab), Space.oklab)
    inside: npt.NDArray[np.bool_] = np.abs(back - colors).max(axis=1) < _INSIDE
    return inside


def _oklab(lightness: npt.NDArray[np.float64], plane: npt.NDArray[np.complex128]) -> npt.NDArray[np.float32]:
    return np.stack([lightness, plane.real, plane.imag], axis=1).astype(np.float32)
