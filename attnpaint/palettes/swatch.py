"""A colour with a name, as palette files hold it, and the names that tell where a colour of ours belongs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from attnpaint.errors import AttnpaintError
from attnpaint.extract import Histogram
from attnpaint.extract.histogram import check_shape

BANDS = RANKS = 4
RGB = tuple[int, int, int]

_HEX = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE | re.ASCII)
_NAME = re.compile(r"band ([1-4]) rank ([1-4]) weight (\d{1,3}(?:\.\d{1,40})?)", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True)
class Swatch:
    """One colour of a palette file, sRGB 0 to 255."""

    color: RGB
    name: str = ""


def to_hex(color: Sequence[int]) -> str:
    """As "#aabbcc"."""
    return "#{:02x}{:02x}{:02x}".format(*color)


def from_hex(text: str) -> RGB:
    """Read #aabbcc or #abc, with or without #; AttnpaintError where it is neither."""
    found = _HEX.fullmatch(text.strip())
    if not found:
        raise AttnpaintError(f"{text!r} is no colour", "write it as #rrggbb")
    digits = found[1] if len(found[1]) == 6 else "".join(2 * digit for digit in found[1])
    red, green, blue = bytes.fromhex(digits)
    return red, green, blue


def named(histogram: Histogram) -> list[Swatch]:
    """The sixteen colours, band by band, named "band 1 rank 2 weight 0.25": all of it can be read again."""
    check_shape(histogram)
    return [
        Swatch(_rgb(color), f"band {band} rank {rank} weight {decimal(weight)}")
        for band, (colors, weights) in enumerate(zip(histogram.colors, histogram.weights, strict=True), 1)
        for rank, (color, weight) in enumerate(zip(colors, weights, strict=True), 1)
    ]


def from_named(swatches: Sequence[Swatch]) -> Histogram | None:
    """What `named` made, also with colours changed, moved or taken away.

    None where a name is not of its kind or comes twice, or where a band has none.
    """
    bands: list[dict[int, tuple[RGB, float]]] = [{} for _ in range(BANDS)]
    for swatch in swatches:
        found = _NAME.fullmatch(swatch.name.strip())
        if not found or int(found[2]) in bands[int(found[1]) - 1]:
            return None
        bands[int(found[1]) - 1][int(found[2])] = (swatch.color, float(found[3]))
    if not all(bands):
        return None
    return from_bands([[band[rank] for rank in sorted(band)] for band in bands])


def from_bands(bands: Sequence[Sequence[tuple[Sequence[int], float]]]) -> Histogram:
    """Four bands of one to four (colour, weight ≥ 0) each; what is missing repeats the last with weight 0.

    Weights that do not sum to 1 are scaled, or made equal where all are 0; colours are put heaviest first.
    """
    colors = np.zeros((BANDS, RANKS, 3), np.uint8)
    weights = np.zeros((BANDS, RANKS), np.float32)
    for i, band in enumerate(bands):
        given = np.array([weight for _, weight in band], np.float32)
        if not given.any():
            given[:] = 1
        total = given.sum(dtype=np.float64)
        shares = given if abs(total - 1) < 1e-5 else (given / total).astype(np.float32)
        order = np.argsort(-shares, kind="stable")
        weights[i, : len(band)] = shares[order]
        rgb = np.array([color for color, _ in band], np.uint8)[order]
        colors[i] = rgb[np.minimum(np.arange(RANKS), len(band) - 1)]
    return Histogram(colors, weights)


def decimal(weight: np.float32) -> str:
    """The shortest decimal number that is this weight again as float32."""
    return np.format_float_positional(weight, unique=True, trim="-")


def _rgb(color: npt.NDArray[np.uint8]) -> RGB:
    red, green, blue = color.tolist()
    return red, green, blue
