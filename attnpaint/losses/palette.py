"""Terms for the palette's colours, each in its place, and for regions: colour, likeness, part."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from attnpaint.model.heads import all_colors
from attnpaint.segment.samples import GROUND_FLAG

EVERY = 8  # each eighth row and column is looked at
SPREAD = 0.2  # standard deviation of a colour around the palette's, in [-1, 1]
EVEN = 0.05  # what cells count that look like many others
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


NEAR = 0.2  # distance of colours, in [-1, 1]³, at which one palette colour stands for another
SAME, OTHER = 0.12, 0.3  # distances under which two regions are one colour, and above which they are two
LEAK = 0.5  # spread of a region's true colours from which on it does not count


def region_weights(area: Tensor, spread: Tensor, geometry: Tensor, valid: Tensor) -> Tensor:
    """N×R: the root of the area; less for the ground, and for regions of several true colours."""
    ground = geometry[..., GROUND_FLAG]
    return area.sqrt() * valid * (1 - 0.7 * ground) * (1 - spread / LEAK).clamp(min=0)


def region_colors(logits: Tensor, colors: Tensor, truth: Tensor, weight: Tensor) -> Tensor:
    """Per picture (N,): −log of the share of the palette's entries that are a region's true colour.

    logits N×R×K of palette colours N×K×3; truth N×R×3; all colours in [-1, 1]. Entries that are nearly one
    colour count together, and the best the palette has counts in full.
    """
    near = torch.cdist(truth, colors).square() / (-2 * NEAR**2)
    near = near - near.amax(dim=-1, keepdim=True)
    unlikely = -(logits.float().log_softmax(dim=-1) + near).logsumexp(dim=-1)
    return _mean(unlikely, weight)


def region_likeness(embedding: Tensor, likeness: Tensor, truth: Tensor, weight: Tensor) -> Tensor:
    """Per picture (N,): pairs of regions, told apart by their embeddings N×R×E of length 1.

    likeness: logarithm of the scale, and bias. Pairs neither alike nor unlike do not count.
    """
    apart = torch.cdist(truth, truth)
    alike = embedding @ embedding.mT * likeness[0].exp() + likeness[1]
    pair = weight[:, :, None] * weight[:, None] * (1 - torch.eye(weight.shape[1], device=weight.device))
    same, other = pair * (apart < SAME), pair * (apart > OTHER)
    return _mean(F.softplus(-alike).flatten(1), same.flatten(1)) + _mean(
        F.softplus(alike).flatten(1), other.flatten(1)
    )


def region_parts(parts: Tensor, truth: Tensor, weight: Tensor) -> Tensor:
    """Per picture (N,): −log of each region's true part; parts N×R×7 logits, truth N×R, -1 where unknown."""
    unlikely = F.cross_entropy(parts.float().mT, truth.clamp(min=0), reduction="none")
    return _mean(unlikely, weight * (truth >= 0))


def same_places(chances: Sequence[Tensor], match: Tensor, weight: Tensor) -> Tensor:
    """Per picture (N,): −log of the chance of the cell of the reference that shows what a cell of the drawing
    does, or of none where it shows no such place; 0 where that is unknown.

    chances, each N×G²×(G²+1), of guesses; match N×2×3: where a place (x, y, 1) in [-1, 1] lies, NaN where
    unknown; weight N×G²: what cells count.
    """
    count = weight.shape[1]
    size = math.isqrt(count)
    steps = (torch.arange(size, device=match.device) + 0.5) * (2 / size) - 1
    places = torch.stack(torch.meshgrid(steps, steps, indexing="xy"), dim=-1).flatten(0, 1)
    known = match.isfinite().all(dim=2).all(dim=1)
    turn, move = match.nan_to_num().split((2, 1), dim=2)
    cell = ((places @ turn.mT + move.mT + 1) * (size / 2)).floor().long()  # N G² 2
    inside = ((cell >= 0) & (cell < size)).all(dim=-1)
    target = torch.where(inside, cell[..., 1] * size + cell[..., 0], count)[..., None]
    found = torch.stack([one.float().gather(-1, target)[..., 0] for one in chances])
    unlikely = -found.clamp(min=1e-9).log().sum(dim=0)
    return _mean(unlikely, weight.detach() + EVEN) * known


def _mean(values: Tensor, weight: Tensor) -> Tensor:
    return (values * weight).sum(dim=1) / weight.sum(dim=1).clamp(min=1e-6)
