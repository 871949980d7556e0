"""The generator of both stages of the two-stage GAN: a plain U-Net with bilinear upsampling."""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from attnpaint.model.blocks import conv3, pad_to_multiple
from attnpaint.model.guide import Guide
from attnpaint.model.outputs import Outputs


class DoubleConvUNet(nn.Module):
    """Draft: 4 channels in (drawing, hint image), 13,396,035 parameters; refine: 7 (draft too), 13,397,763.

    Source: Cheng, "2-Stage Conditional GAN for Sketch Auto-Coloring", section 4, after Ronneberger,
    Fischer and Brox, arXiv 1505.04597; widths and the kind of upsampling as in its public code.

    widths: channels per level, from full size downwards. style_width, decoders: see `Guide`; the middle is
    the deepest double convolution.
    """

    def __init__(
        self,
        in_channels: int = 4,
        widths: tuple[int, ...] = (64, 128, 256, 512, 512),
        style_width: int = 0,
        decoders: bool = True,
    ) -> None:
        super().__init__()
        if len(widths) < 2:
            raise ValueError("widths must name two levels or more")
        *outer, deepest = widths
        self.multiple = 2 ** len(outer)
        self.downs = nn.ModuleList(double_conv(a, b) for a, b in pairwise([in_channels, *outer]))
        self.guide = Guide(style_width, outer[-1], deepest, self.multiple, decoders) if style_width else None
        self.middle = double_conv(outer[-1], deepest)
        # A level leaves as many channels as the level above it has, so that both halves of a join are alike.
        leaving = [*outer[-2::-1], outer[0]]
        self.ups = nn.ModuleList(
            double_conv(skip + a, b)
            for skip, (a, b) in zip(reversed(outer), pairwise([deepest, *leaving]), strict=True)
        )
        self.head = nn.Conv2d(outer[0], 3, 1)

    def forward(self, x: Tensor, *, style: Tensor | None = None) -> Outputs:
        """x: N×in_channels×H×W in [-1, 1], any size.

        In training, batch norm wants more than one value per channel at 1/16 of H×W: a 16×16 picture cannot
        be a batch of its own.
        """
        height, width = x.shape[-2:]
        x = pad_to_multiple(x, self.multiple)
        skips = []
        for down in self.downs:
            skips.append(down(x))
            x = F.max_pool2d(skips[-1], 2)

        entry = x
        if self.guide is not None:
            x = self.guide.add(x, style)
        x = self.middle(x)
        guides = self.guide.decode(entry, x) if self.guide is not None else ()

        for up in self.ups:
            x = F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=True)
            x = up(torch.cat([skips.pop(), x], dim=1))

        # The source ends in a sigmoid, its pictures lie in [0, 1]: tanh(z / 2) = 2 · sigmoid(z) - 1.
        image = torch.tanh(self.head(x)[..., :height, :width].float() / 2)
        return Outputs(image, guides=tuple(guide[..., :height, :width] for guide in guides))


def double_conv(inner: int, outer: int) -> nn.Sequential:
    """3×3, norm, ReLU, twice."""
    return nn.Sequential(
        *(conv3(inner, outer), nn.BatchNorm2d(outer), nn.ReLU()),
        *(conv3(outer, outer), nn.BatchNorm2d(outer), nn.ReLU()),
    )
