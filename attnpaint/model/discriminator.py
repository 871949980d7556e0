"""Discriminators: the 70×70 PatchGAN, and that of the two-stage system, which looks at the whole picture."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm

from attnpaint.model.blocks import conv3


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

    def linear(self, inner: int, outer: int) -> nn.Module:
        """The last layer of a discriminator, which only spectral norm acts on."""
        layer = nn.Linear(inner, outer)
        return spectral_norm(layer) if self is Norm.SPECTRAL else layer


@dataclass(frozen=True)
class Judged:
    """A judged batch.

    logits: N×1×h×w, large where it looks real; no sigmoid yet. PatchGAN: h = H/8 - 2, one score per 70×70
        patch; stack: h = w = 1.
    features: the four activations on the way, for a feature-matching loss. PatchGAN: H/2, H/4, H/8 and
        H/8 - 1 high; stack: H/2 to H/16.
    style: N×S, the style that the picture seems to have (AC-GAN, arXiv 1610.09585), as logits; None unless
        asked for.
    """

    logits: Tensor
    features: tuple[Tensor, ...]
    style: Tensor | None = None


class PatchDiscriminator(nn.Module):
    """Conditional PatchGAN (pix2pix, arXiv 1611.07004): 2,769,601 parameters at width 64 with batch norm.

    The first and the last convolution have no batch or instance norm; spectral norm is on every layer.
    beside: channels of what stands beside the picture, the sketch or a hint image; 0: nothing, the
    unconditional discriminator of paints-chainer. style_classes: numbers in the style that it tells from the
    mean of its last features; our choice, the sources are silent.
    """

    def __init__(
        self, width: int = 64, norm: Norm = Norm.BATCH, *, beside: int = 3, style_classes: int = 0
    ) -> None:
        super().__init__()
        self.beside = beside
        channels = [width, 2 * width, 4 * width, 8 * width]
        outermost = norm if norm is Norm.SPECTRAL else Norm.NONE
        self.layers = nn.ModuleList([patch_layer(beside + 3, width, stride=2, norm=outermost)])
        for inner, outer in pairwise(channels):
            stride = 1 if outer == channels[-1] else 2
            self.layers.append(patch_layer(inner, outer, stride, norm))
        self.layers.append(nn.Sequential(*outermost.after(conv4(channels[-1], 1, stride=1))))
        self.tell_style = norm.linear(channels[-1], style_classes) if style_classes else None

    def forward(self, sketch: Tensor | None, image: Tensor) -> Judged:
        """image N×3×H×W in [-1, 1], H and W at least 24.

        sketch: what stands beside it, N×beside×H×W in [-1, 1]; one channel is repeated. Not looked at where
        beside is 0.
        """
        x = with_beside(sketch, image, self.beside)
        features = []
        for layer in self.layers:
            x = layer(x)
            features.append(x)
        logits = features.pop()
        style = self.tell_style(features[-1].mean((2, 3))) if self.tell_style else None
        return Judged(logits, tuple(features), style)


def with_beside(sketch: Tensor | None, image: Tensor, beside: int) -> Tensor:
    """N×(beside+3)×H×W: what a discriminator sees. Raises ValueError where it misses the sketch."""
    if not beside:
        return image
    if sketch is None:
        raise ValueError("a conditional discriminator needs the sketch beside the picture")
    return torch.cat([sketch.expand(-1, beside, -1, -1), image], dim=1)


def patch_layer(inner: int, outer: int, stride: int, norm: Norm) -> nn.Sequential:
    return nn.Sequential(*norm.after(conv4(inner, outer, stride)), nn.LeakyReLU(0.2))


def conv4(inner: int, outer: int, stride: int) -> nn.Conv2d:
    conv = nn.Conv2d(inner, outer, 4, stride=stride, padding=1)
    nn.init.normal_(conv.weight, 0.0, 0.02)
    return conv


GRID = 4  # places per side that the last layer tells apart


class StackDiscriminator(nn.Module):
    """Four blocks of stride-2 convolution, norm and leaky ReLU, and a linear layer: one score per picture.

    1,562,817 parameters at width 64 with batch norm.

    Source: Cheng, "2-Stage Conditional GAN for Sketch Auto-Coloring", section 4: such blocks, on the picture
    and the hint image. It gives no sizes: chosen here are four 3×3 blocks that double the channels, and the
    mean in a 4×4 grid before the linear layer, so that any size can be judged and the place still counts.

    beside, style_classes: as PatchDiscriminator's. Spectral norm is on every layer; the others on all blocks.
    """

    def __init__(
        self, width: int = 64, norm: Norm = Norm.BATCH, *, beside: int = 3, style_classes: int = 0
    ) -> None:
        super().__init__()
        self.beside = beside
        channels = [beside + 3, width, 2 * width, 4 * width, 8 * width]
        self.layers = nn.ModuleList(stack_layer(inner, outer, norm) for inner, outer in pairwise(channels))
        self.score = norm.linear(channels[-1] * GRID**2, 1)
        self.tell_style = norm.linear(channels[-1], style_classes) if style_classes else None

    def forward(self, sketch: Tensor | None, image: Tensor) -> Judged:
        """image N×3×H×W, sketch (or hint image) N×beside×H×W, both in [-1, 1]; logits N×1×1×1.

        Any size, but in training batch norm wants more than one value per channel at 1/16 of H×W (a 16×16
        picture cannot be a batch of its own), and instance norm always wants more than one per picture.
        """
        x = with_beside(sketch, image, self.beside)
        features = []
        for layer in self.layers:
            x = layer(x)
            features.append(x)
        logits = self.score(F.adaptive_avg_pool2d(x, GRID).flatten(1))
        style = self.tell_style(x.mean((2, 3))) if self.tell_style else None
        return Judged(logits[..., None, None], tuple(features), style)


def stack_layer(inner: int, outer: int, norm: Norm) -> nn.Sequential:
    conv = conv3(inner, outer, stride=2)
    nn.init.normal_(conv.weight, 0.0, 0.02)
    return nn.Sequential(*norm.after(conv), nn.LeakyReLU(0.2))
