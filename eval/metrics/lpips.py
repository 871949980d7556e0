"""LPIPS: how far apart two pictures are on the features of AlexNet, weighted as people judged them."""

from collections.abc import Callable

import torch
from torch import Tensor

from attnpaint.images import Picture

LEAST = 31
"""px of the short side that AlexNet's layers need."""


@torch.inference_mode()
def lpips(painted: Picture, truth: Picture, network: Callable[[Tensor, Tensor], Tensor]) -> dict[str, float]:
    """lpips of uint8 H×W×3; 0: alike. {} under LEAST px.

    network: two tensors 1×3×H×W in [-1, 1] to one number. Source: Zhang et al., The Unreasonable
    Effectiveness of Deep Features as a Perceptual Metric, 2018; version 0.1 of its weights.
    """
    if min(painted.shape[:2]) < LEAST:
        return {}
    return {"lpips": float(network(_tensor(painted), _tensor(truth)))}


def _tensor(picture: Picture) -> Tensor:
    return torch.tensor(picture).permute(2, 0, 1)[None] / 127.5 - 1
