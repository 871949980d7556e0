"""What a region stage says of a drawing, to look at: its parts and its groups."""

import colorsys

import numpy as np
import numpy.typing as npt

from attnpaint.images import Picture
from attnpaint.segment.samples import PARTS
from attnpaint.sheets.labels import Color, Tile, fit, lay_out

PART_COLORS: tuple[Color, ...] = (
    (236, 236, 232), (244, 196, 160), (136, 84, 48), (40, 110, 220), (214, 50, 70), (120, 90, 190),
    (90, 170, 90),
)  # fmt: skip
UNKNOWN: Color = (200, 200, 200)
GOLDEN = 0.618034  # of a turn: the hues of numbers in a row lie far from each other

Labels = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.int64]


def kind_rows(drawing: Picture, labels: Labels, group: Numbers, part: Numbers, side: int) -> list[list[Tile]]:
    """The parts and the groups over the drawing H×W×3 of regions int H×W, and what each colour stands for.

    group and part: of each region, as `inference.kinds` tells them; a group has one colour, whichever.
    """
    colors = np.array([*PART_COLORS, UNKNOWN], np.uint8)
    shown = Tile(fit(_under(drawing, colors[part][labels]), side), "parts")
    _, number = np.unique(group, return_inverse=True)
    hues = np.array([_hue(one) for one in range(int(number.max()) + 1)], np.uint8)
    together = Tile(fit(_under(drawing, hues[number.ravel()][labels]), side), "groups, each in one colour")
    area = np.bincount(part[labels].ravel() + 1, minlength=len(PARTS) + 1)[1:] / labels.size
    bar = np.ones((4, side // 2, 3), np.uint8)
    legend = [
        [Tile(bar * np.array(color, np.uint8), name, f"{100 * share:.1f} %")]
        for name, share, color in zip(PARTS, area, PART_COLORS, strict=True)
    ]
    return [[shown, together, Tile(lay_out(legend))]]


def _hue(number: int) -> Color:
    red, green, blue = colorsys.hsv_to_rgb(number * GOLDEN % 1, 0.35 + 0.3 * (number % 3) / 2, 0.95)
    return round(255 * red), round(255 * green), round(255 * blue)


def _under(drawing: Picture, colors: Picture) -> Picture:
    """Colours H×W×3 under the lines of a drawing."""
    shown: Picture = (colors.astype(np.uint16) * drawing // 255).astype(np.uint8)
    return shown
