"""What is wanted of regions: their true colour, likeness where they are one colour, and their part."""

import torch
from torch import Tensor
from torch.nn import functional as F

NEAR = 0.2  # distance of colours, in [-1, 1]³, at which one palette colour stands for another
SAME, OTHER = 0.12, 0.3  # distances under which two regions are one colour, and above which they are two
LEAK = 0.5  # spread of a region's true colours from which on it does not count


def region_weights(area: Tensor, spread: Tensor, geometry: Tensor, valid: Tensor) -> Tensor:
    """N×R: the root of the area; less for the ground, and for regions of several true colours."""
    ground = geometry[..., 9]
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


def _mean(values: Tensor, weight: Tensor) -> Tensor:
    return (values * weight).sum(dim=1) / weight.sum(dim=1).clamp(min=1e-6)
