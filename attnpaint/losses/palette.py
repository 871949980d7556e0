"""Terms for the palette: all its colours and no others, each in its place, changing only at lines."""

import torch
from torch import Tensor

from attnpaint.model.pointer_head import all_colors

EVERY = 8  # each eighth row and column is looked at
SPREAD = 0.2  # standard deviation of a colour around the palette's, in [-1, 1]
LEAST = 0.5  # a colour is used enough when it fills this share of what its weight promises


def palette_distance(image: Tensor, colors: Tensor, weights: Tensor) -> Tensor:
    """How far a painting is from using its palette, per picture (N,): stray colours plus unused ones.

    image N×3×H×W and colors N×16×3 in [-1, 1], weights N×16 summing to 1. Stray: mean distance of a pixel to
    the nearest colour of the palette, ink or paper; a mixture of all colours at once, mud, is far from each.
    Unused: for each colour, the mean distance to the pixels nearest to it, as many as half its weight in
    area, averaged by the square root of the weights. A Chamfer distance with areas.
    """
    pixels = image[..., EVERY // 2 :: EVERY, EVERY // 2 :: EVERY].flatten(2).mT  # N P 3
    distance = torch.cdist(pixels, all_colors(colors))  # N P 18
    stray = distance.amin(dim=2).mean(dim=1)
    count = pixels.shape[1]
    wanted = (LEAST * count * weights).clamp(min=1)  # N 16
    nearest = distance[..., : weights.shape[1]].sort(dim=1).values
    inside = torch.arange(count, device=image.device)[:, None] < wanted[:, None]  # N P 16
    unused = (nearest * inside).sum(dim=1) / inside.sum(dim=1)
    importance = weights.sqrt()
    return stray + (unused * importance).sum(dim=1) / importance.sum(dim=1)


def pointing(pointer: Tensor, colors: Tensor, truth: Tensor) -> Tensor:
    """Negative log likelihood of the truth when the shares choose among the palette, per picture (N,).

    A pixel's colour is a mixture of Gaussians around the palette's colours, ink and paper, with the shares as
    weights (Bishop 1994); 0 where all shares lie on the colours nearest to the truth. Unlike L1 it still
    pulls where a wrong colour is chosen with certainty, and two tokens of one colour count as one.
    pointer N×18×H×W, colors N×16×3 and truth N×3×H×W in [-1, 1].
    """
    shares = pointer[..., ::2, ::2].flatten(2).mT  # N P 18
    pixels = truth[..., ::2, ::2].flatten(2).mT  # N P 3
    nearness = torch.cdist(pixels, all_colors(colors)).square() / (-2 * SPREAD**2)
    nearness = nearness - nearness.amax(dim=2, keepdim=True)
    return -((shares + 1e-6).log() + nearness).logsumexp(dim=2).mean(dim=1)


def flatness(pointer: Tensor, sketch: Tensor) -> Tensor:
    """Mean change of the shares between neighbours where the drawing is white, per picture (N,).

    pointer N×T×H×W, sketch N×1×H×W in [-1, 1].
    """
    white = ((sketch[:, 0] + 1) / 2).clamp(0, 1)  # N H W
    down = (pointer[:, :, 1:] - pointer[:, :, :-1]).abs().sum(1)
    down = down * torch.minimum(white[:, 1:], white[:, :-1])
    right = (pointer[..., 1:] - pointer[..., :-1]).abs().sum(1)
    right = right * torch.minimum(white[..., 1:], white[..., :-1])
    return down.mean(dim=(1, 2)) + right.mean(dim=(1, 2))
