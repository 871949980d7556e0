"""The 70×70 PatchGAN: is each patch of this picture a real colouring of this sketch?"""

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm


class Norm(StrEnum):
    """What follows a convolution of the discriminator; `spectral` acts on its weights (arXiv 1802.05957)."""

    BATCH = "batch"
    INSTANCE = "instance"
    SPECTRAL = "spectral"
    NONE = "none"

    def after(self, conv: nn.Conv2d) -> list[nn.Module]:
        match self:
            case Norm.BATCH:
                return [conv, nn.BatchNorm2d(conv.out_channels)]
            case Norm.INSTANCE:
                return [conv, nn.InstanceNorm2d(conv.out_channels, affine=True)]
            case Norm.SPECTRAL:
                return [spectral_norm(conv)]
            case Norm.NONE:
                return [conv]


@dataclass(frozen=True)
class Judged:
    """A judged batch.

    logits: N×1×h×w, h = H/8 - 2: one score per 70×70 patch, large where it looks real; no sigmoid yet.
    features: the four activations on the way, for a feature-matching loss; H/2, H/4, H/8 and H/8 - 1 high.
    """

    logits: Tensor
    features: tuple[Tensor, ...]


class PatchDiscriminator(nn.Module):
    """Conditional PatchGAN (pix2pix, arXiv 1611.07004): 2,769,601 parameters at width 64 with batch norm.

    The first and the last convolution have no batch or instance norm; spectral norm is on all five.
    """

    def __init__(self, width: int = 64, norm: Norm = Norm.BATCH) -> None:
        super().__init__()
        channels = [width, 2 * width, 4 * width, 8 * width]
        outermost = norm if norm is Norm.SPECTRAL else Norm.NONE
        self.layers = nn.ModuleList([patch_layer(6, width, stride=2, norm=outermost)])
        for inner, outer in pairwise(channels):
            stride = 1 if outer == channels[-1] else 2
            self.layers.append(patch_layer(inner, outer, stride, norm))
        self.layers.append(nn.Sequential(*outermost.after(conv4(channels[-1], 1, stride=1))))

    def forward(self, sketch: Tensor, image: Tensor) -> Judged:
        """sketch N×1×H×W or N×3×H×W, image N×3×H×W, both in [-1, 1], H and W at least 24."""
        x = torch.cat([sketch.expand(-1, 3, -1, -1), image], dim=1)
        features = []
        for layer in self.layers:
            x = layer(x)
            features.append(x)
        return Judged(features.pop(), tuple(features))


def patch_layer(inner: int, outer: int, stride: int, norm: Norm) -> nn.Sequential:
    return nn.Sequential(*norm.after(conv4(inner, outer, stride)), nn.LeakyReLU(0.2))


def conv4(inner: int, outer: int, stride: int) -> nn.Conv2d:
    conv = nn.Conv2d(inner, outer, 4, stride=stride, padding=1)
    nn.init.normal_(conv.weight, 0.0, 0.02)
    return conv
