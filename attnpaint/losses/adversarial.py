"""What discriminator and generator want of each other."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F


def discriminator_loss(kind: str, real: Tensor, fake: Tensor) -> Tensor:
    """Logits of real and of fake pictures, any shape, as a scalar.

    kind: bce (Goodfellow et al. 2014), lsgan (arXiv 1611.04076) or hinge (arXiv 1705.02894).
    """
    if kind == "hinge":
        return (F.relu(1 - real).mean() + F.relu(1 + fake).mean()) / 2
    return (_towards(kind, real, 1.0) + _towards(kind, fake, 0.0)) / 2


def generator_loss(kind: str, fake: Tensor) -> Tensor:
    """The fakes' logits, to be taken for real."""
    return -fake.mean() if kind == "hinge" else _towards(kind, fake, 1.0)


def feature_matching(real: Sequence[Tensor], fake: Sequence[Tensor]) -> Tensor:
    """Mean L1 between the discriminator's own activations (pix2pixHD, arXiv 1711.11585)."""
    return torch.stack([F.l1_loss(f, r.detach()) for r, f in zip(real, fake, strict=True)]).mean()


def _towards(kind: str, logits: Tensor, target: float) -> Tensor:
    goal = torch.full_like(logits, target)
    return F.mse_loss(logits, goal) if kind == "lsgan" else F.binary_cross_entropy_with_logits(logits, goal)
