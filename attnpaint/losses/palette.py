"""Terms that need no truth: use the palette as much as it weighs, and change colour only at lines."""

import torch
from torch import Tensor
from torch.nn import functional as F


def palette_use(pointer: Tensor, colors: Tensor, weights: Tensor) -> Tensor:
    """Energy distance between the colours pointed at and the palette's own, per picture (N,), 0 when alike.

    pointer N×18×H×W, colors N×18×3 in [-1, 1] (ink and paper last), weights N×16 summing to 1. Two tokens of
    one colour count as one (Székely and Rizzo 2013).
    """
    excess = pointer.mean(dim=(2, 3)) - F.pad(weights, (0, pointer.shape[1] - weights.shape[1]))
    return -torch.einsum("n i, n i j, n j -> n", excess, torch.cdist(colors, colors), excess)


def flatness(pointer: Tensor, sketch: Tensor) -> Tensor:
    """Mean change of the shares between neighbours where the drawing is white, per picture (N,).

    pointer N×T×H×W, sketch N×1×H×W in [-1, 1].
    """
    white = ((sketch + 1) / 2).clamp(0, 1)
    down = (pointer[:, :, 1:] - pointer[:, :, :-1]).abs().sum(1) * torch.minimum(white[:, 0, 1:], white[:, 0, :-1])
    right = (pointer[..., 1:] - pointer[..., :-1]).abs().sum(1)
    right = right * torch.minimum(white[:, 0, :, 1:], white[:, 0, :, :-1])
    return down.mean(dim=(1, 2)) + right.mean(dim=(1, 2))
