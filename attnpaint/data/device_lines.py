"""The extractors of lines.py in torch: for a whole batch on an accelerator, a strength for each picture.

Pictures are N×3×H×W floats, whole numbers from 0 to 255; strengths (N,), 0 to 1; drawings N×1×H×W, 0 to 1.
Only shifts and elementwise work: float32 whatever precision matrix products have, and no synchronisation.
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

ROUNDS = 32  # px; how far a faint edge is followed from a strong one
TANGENT = 13573 / 2**15  # of 22.5 degrees, as OpenCV has it
DISC = [(y, x) for y in range(-2, 3) for x in range(-2, 3) if y * y + x * x <= 4]


def xdog(pictures: Tensor, strength: Tensor) -> Tensor:
    """Extended difference of Gaussians (Winnemöller et al. 2012)."""
    grey = _lightness(pictures)
    sigma = 0.6 + 0.6 * strength
    sharp = 21 * blur(grey, sigma, 1.2) - 20 * blur(grey, 1.6 * sigma, 1.92)
    return 1 + torch.tanh((sharp - 0.3).clamp(max=0) * _each(4 + 8 * strength))


def dilated(pictures: Tensor, strength: Tensor) -> Tensor:
    """What a dilation adds, inverted."""
    added = (F.max_pool2d(pictures, 3, 1, 1) - pictures).amax(dim=1, keepdim=True) / 255
    return 1 - ((added - 0.06) * _each(1.4 + 2.2 * strength)).clamp(0, 1)


def pencil(pictures: Tensor, strength: Tensor) -> Tensor:
    """The grey picture divided by its own blur."""
    grey = _lightness(pictures)
    ratio = (grey + 0.02) / (blur(grey, 1.5 + 1.5 * strength, 3.0) + 0.02)
    return ratio.clamp(max=1) ** _each(1.5 + 2 * strength)


def contour(pictures: Tensor, strength: Tensor) -> Tensor:
    """Bilateral filter, then Canny on each channel."""
    high = 170 - 110 * strength
    edges = canny(bilateral(pictures, 40 + 30 * (1 - strength)), (high / 2).floor(), high.floor())
    drawn = edges.amax(dim=1, keepdim=True)
    return 1 - (blur(drawn, torch.full_like(strength, 0.6), 0.6) * 1.6).clamp(max=1)


TWINS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "xdog": xdog,
    "dilated": dilated,
    "pencil": pencil,
    "contour": contour,
}


def blur(tone: Tensor, sigma: Tensor, most: float) -> Tensor:
    """Gaussian blur of N×C×H×W, a sigma (N,) for each, none above `most`; reach and edges as in OpenCV."""
    radius = round(8 * most + 1) // 2
    places = torch.arange(-radius, radius + 1, device=tone.device)
    reach = torch.div((8 * sigma + 1).round(), 2, rounding_mode="floor")
    taps = torch.exp(places.square() / (-2 * sigma[:, None].square())) * (places.abs() <= reach[:, None])
    taps = (taps / taps.sum(dim=1, keepdim=True))[..., None, None, None]  # N K 1 1 1
    for dim, pad in ((3, (radius, radius, 0, 0)), (2, (0, 0, radius, radius))):
        wide, length = F.pad(tone, pad, mode="reflect"), tone.shape[dim]
        tone = wide.narrow(dim, 0, length) * taps[:, 0]
        for k in range(1, 2 * radius + 1):
            tone = torch.addcmul(tone, wide.narrow(dim, k, length), taps[:, k])
    return tone


def bilateral(pictures: Tensor, sigma: Tensor) -> Tensor:
    """Means of the 13 nearest pixels, those of like colour most: sigma (N,) of colour, 5 px of place."""
    height, width = pictures.shape[2:]
    wide = F.pad(pictures, (2, 2, 2, 2), mode="reflect")
    fall = _each(-0.5 / sigma.square())
    total, weight = torch.zeros_like(pictures), torch.zeros_like(pictures[:, :1])
    for y, x in DISC:
        near = wide[..., 2 + y : 2 + y + height, 2 + x : 2 + x + width]
        away = (near - pictures).abs().sum(dim=1, keepdim=True)
        share = torch.exp(away.square() * fall - (y * y + x * x) / 50)
        total, weight = torch.addcmul(total, near, share), weight + share
    return (total / weight).round()


def canny(channels: Tensor, low: Tensor, high: Tensor) -> Tensor:
    """Canny's edges of N×C×H×W, thresholds (N,): 1 on edges, else 0. Sobel 3×3, |dx| + |dy|, as in OpenCV.

    Faint edges count within ROUNDS px of a strong one, along the edge; OpenCV follows them without end.
    """
    right, down = _sobel(channels)
    steepness, (across, along) = right.abs() + down.abs(), (right.abs(), down.abs())
    wide, (height, width) = F.pad(steepness, (1, 1, 1, 1)), channels.shape[2:]

    def beside(y: int, x: int) -> Tensor:
        return wide[..., 1 + y : 1 + y + height, 1 + x : 1 + x + width]

    crest = torch.where(
        right * down < 0,
        (steepness > beside(-1, 1)) & (steepness > beside(1, -1)),
        (steepness > beside(-1, -1)) & (steepness > beside(1, 1)),
    )
    upright = (steepness > beside(0, -1)) & (steepness >= beside(0, 1))
    level = (steepness > beside(-1, 0)) & (steepness >= beside(1, 0))
    crest = torch.where(along > across * (2 + TANGENT), level, crest)
    crest = torch.where(along < across * TANGENT, upright, crest)
    faint = (crest & (steepness > _each(low))).to(channels.dtype)
    edges = faint * (steepness > _each(high))
    for _ in range(ROUNDS):
        edges = faint * F.max_pool2d(edges, 3, 1, 1)
    return edges


def _sobel(channels: Tensor) -> tuple[Tensor, Tensor]:
    wide = F.pad(channels, (1, 1, 1, 1), mode="replicate")
    rows = wide[..., :-2, :] + 2 * wide[..., 1:-1, :] + wide[..., 2:, :]
    columns = wide[..., :-2] + 2 * wide[..., 1:-1] + wide[..., 2:]
    return rows[..., 2:] - rows[..., :-2], columns[..., 2:, :] - columns[..., :-2, :]


def _lightness(pictures: Tensor) -> Tensor:
    """N×1×H×W luma in 256 steps, in OpenCV's whole numbers."""
    red, green, blue = pictures.split(1, dim=1)
    luma: Tensor = ((9798 * red + 19235 * green + 3735 * blue + 2**14) / 2**15).floor() / 255
    return luma


def _each(values: Tensor) -> Tensor:
    return values[:, None, None, None]
