"""Hints as networks take them: small, as a map of colours and where they are asked, or on white paper.

A full hint is N×4×H×W: RGB in [-1, 1] where a colour is asked and 0 elsewhere; then 1 where asked, else 0.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

from attnpaint.images import Picture

CELL = 4  # px


def full_hint(picture: Picture) -> Tensor:
    """1×4×H×W of a hint file as `data.hint_file` reads it, uint8 H×W×4; asked where at least half opaque."""
    plane = torch.from_numpy(picture).permute(2, 0, 1)[None].float()
    asked = (plane[:, 3:] >= 128).float()
    return torch.cat([(plane[:, :3] / 127.5 - 1) * asked, asked], dim=1)


def hint_map(hint: Tensor) -> Tensor:
    """Full hint N×4×H×W → N×4×ceil(H/4)×ceil(W/4) (sgru-hint, section III.B): area means, and where.

    A cell's colour is the mean of those asked in it, and one asked pixel makes it asked: thin strokes stay.
    The source has cells that are asked wholly or not at all.
    """
    height, width = hint.shape[-2:]
    hint = F.pad(hint, (0, -width % CELL, 0, -height % CELL))  # nothing is asked beyond the edge
    colors, share = F.avg_pool2d(hint, CELL).split([3, 1], dim=1)
    return torch.cat([colors / share.clamp(min=1 / CELL**2), (share > 0).to(hint.dtype)], dim=1)


def hint_image(hint: Tensor, blur: float = 0.0) -> Tensor:
    """Full hint N×4×H×W → N×3×H×W in [-1, 1] on white, then blurred (two-stage, section 3).

    blur: side of the Gaussian kernel in px, taken to the next odd number; below 2 none. Its standard
    deviation and the mirrored edges are OpenCV's: 17.6 for the 115 px of two-stage in pictures of 256.
    """
    colors, asked = hint.split([3, 1], dim=1)
    image = colors + (1 - asked)
    radius = int(blur) // 2
    return gaussian(image, radius) if radius else image


def gaussian(image: Tensor, radius: int) -> Tensor:
    """N×C×H×W, kernel of 2·radius + 1 px; a picture may be smaller than it."""
    sigma = 0.3 * (radius - 1) + 0.8
    places = torch.arange(-radius, radius + 1, device=image.device, dtype=torch.float32)
    taps = torch.exp(places.square() / (-2 * sigma**2))
    taps = (taps / taps.sum()).to(image.dtype)
    planes = image.flatten(0, 1)[:, None]  # N·C 1 H W
    for dim, shape in ((2, (1, 1, -1, 1)), (3, (1, 1, 1, -1))):
        wide = planes.index_select(dim, _mirrored(planes.shape[dim], radius, image.device))
        planes = F.conv2d(wide, taps.view(shape))
    return planes.view_as(image)


def _mirrored(length: int, radius: int, device: torch.device) -> Tensor:
    """Which rows stand for those from -radius to length + radius: the edge row is not repeated."""
    rows = torch.arange(-radius, length + radius, device=device)
    period = max(1, 2 * (length - 1))
    rows = rows % period
    return torch.minimum(rows, period - rows) if length > 1 else torch.zeros_like(rows)
