"""Attention maps as pictures: gates over the sketch, and where each palette colour went."""

import cv2
import numpy as np
import torch
from torch import Tensor

from attnpaint.images import Picture
from attnpaint.model.conditioning import BANDS, RANKS, Palette
from attnpaint.model.painted import INK, PAPER, Painted
from attnpaint.model.pointer_head import all_colors


def to_picture(image: Tensor) -> Picture:
    """3×H×W or 1×H×W in [-1, 1] → uint8 H×W×3."""
    values = (image.detach().float().cpu().clamp(-1, 1) + 1) * 127.5
    return values.round().to(torch.uint8).expand(3, -1, -1).permute(1, 2, 0).numpy()


def heat_map(sketch: Tensor, gate: Tensor) -> Picture:
    """One gate map (1×h×w in [0, 1]) as colour over the sketch (1×H×W): dark blue is 0, yellow is 1."""
    drawing = to_picture(sketch)
    level = gate.detach().float().cpu().clamp(0, 1)[0].numpy()
    level = cv2.resize(level, drawing.shape[1::-1], interpolation=cv2.INTER_NEAREST)
    heat = cv2.applyColorMap((level * 255).astype(np.uint8), cv2.COLORMAP_VIRIDIS)[..., ::-1]
    return (heat * (0.25 + 0.75 * drawing / 255.0)).astype(np.uint8)


def pointer_sheet(pointer: Tensor, palette: Palette) -> Picture:
    """Where each colour went: a row per band, a column per rank; ink and paper in a fifth column.

    pointer 18×H×W, palette of one picture. The brighter, the larger the share; a stripe shows the colour.
    """
    shares = pointer.detach().float().cpu().numpy()
    colors = (all_colors(palette.colors.detach().cpu().flatten(1, 2))[0].numpy() + 1) * 127.5
    tiles = [
        _tile(share, color) for share, color in zip(shares, colors.round().astype(np.uint8), strict=True)
    ]
    blank = np.zeros_like(tiles[0])
    fifth = [tiles[INK], tiles[PAPER], blank, blank]
    rows = [tiles[band * RANKS : (band + 1) * RANKS] for band in range(BANDS)]
    return np.vstack([np.hstack([*row, last]) for row, last in zip(rows, fifth, strict=True)])


def _tile(share: np.ndarray, color: Picture) -> Picture:
    tile = np.repeat((share * 255).astype(np.uint8)[..., None], 3, axis=2)
    tile[: max(2, len(tile) // 12)] = color
    return tile


def attention_sheet(sketch: Tensor, painted: Painted, palette: Palette) -> Picture:
    """Gate maps of one picture in a row, deepest first, and below them its pointer maps. sketch 1×H×W."""
    rows = [np.hstack([heat_map(sketch, gate[0]) for gate in painted.gates])]
    if painted.pointer is not None:
        rows.append(pointer_sheet(painted.pointer[0], palette))
    width = max(row.shape[1] for row in rows)
    return np.vstack([np.pad(row, ((0, 0), (0, width - row.shape[1]), (0, 0))) for row in rows])
