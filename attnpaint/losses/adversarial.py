"""Adversarial losses, what keeps the discriminator in bounds, and its classification of the style."""

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
    """Mean L1 between the discriminator's own activations, per picture (N,) (pix2pixHD, arXiv 1711.11585)."""
    layers = [(f - r.detach()).abs().flatten(1).mean(dim=1) for r, f in zip(real, fake, strict=True)]
    return torch.stack(layers).mean(dim=0)


def lecam(real: Tensor, fake: Tensor, past_real: Tensor, past_fake: Tensor) -> Tensor:
    """Squared distance of the logits to what the other kind got in the past (LeCam, arXiv 2104.03310, eq. 8).

    past_real, past_fake: moving means of the logits, scalars.
    """
    return (real - past_fake).square().mean() + (fake - past_real).square().mean()


def gradient_penalty(logits: Tensor, image: Tensor) -> Tensor:
    """Squared gradient of each picture's mean logit at the picture, mean over N (R1, arXiv 1801.04406).

    logits: of image N×3×H×W, which requires a gradient. To be weighted by γ/2.
    """
    answers = logits.flatten(1).mean(dim=1).sum()
    (slope,) = torch.autograd.grad(answers, image, create_graph=True)
    return slope.square().flatten(1).sum(dim=1).mean()


def _towards(kind: str, logits: Tensor, target: float) -> Tensor:
    goal = torch.full_like(logits, target)
    return F.mse_loss(logits, goal) if kind == "lsgan" else F.binary_cross_entropy_with_logits(logits, goal)


def style_loss(logits: Tensor, style: Tensor) -> Tensor:
    """Sigmoid cross-entropy of a discriminator's style logits N×S to a style vector N×S, per picture (N,).

    In AC-GAN (arXiv 1610.09585) discriminator and generator both want the class to be recognised: the first
    of true pictures, the second of its own. style2paints v1 (arXiv 1706.03319) has a vector of 4096 numbers,
    V(x), for the class; its loss, as we remember it, wants V(x) of true pictures and zeros of painted ones.
    How fc1's numbers become labels is not told. Our choice: `labels`, their mean, and AC-GAN's loss, for
    zeros would only say once more that a picture is painted.
    """
    return F.binary_cross_entropy_with_logits(logits.float(), labels(style.float()), reduction="none").mean(
        dim=1
    )


def labels(style: Tensor) -> Tensor:
    """How far each feature is present, in [0, 1): 0 where it is not positive, else its tanh.

    A style vector after ReLU (VGG's fc1) is mostly zeros, which a sigmoid would call half present.
    """
    return F.relu(style).tanh().detach()
