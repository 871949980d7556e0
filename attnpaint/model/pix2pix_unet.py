"""The generator of pix2pix: a U-Net of strided convolutions down to a single place, and back."""

from itertools import pairwise

import torch
from torch import Tensor, nn

from attnpaint.model.blocks import pad_to_multiple
from attnpaint.model.guide import Guide
from attnpaint.model.outputs import Outputs

WIDEST = 8  # most channels over the width
DROPPED = 3  # the deepest levels on the way up, which drop half of their values in training


class Pix2PixUNet(nn.Module):
    """The U-Net for 256×256: 54,414,531 parameters for three channels in and three out.

    Source: Isola, Zhu, Zhou and Efros, "Image-to-Image Translation with Conditional Adversarial Networks",
    arXiv 1611.07004, its appendix and erratum.

    That is the number where a convolution has a bias exactly if no batch norm follows: the first, the
    innermost and the last. With a bias on the last alone it would be 54,413,955, with batch norm on the
    innermost map too 54,414,979, with a bias on every convolution 54,419,459.

    width: channels behind the first convolution. depth: halvings of the size, 8 as published, at least 2.
    style_width, decoders: see `Guide`; the middle is the innermost pair of convolutions.
    """

    def __init__(
        self,
        in_channels: int = 3,
        width: int = 64,
        depth: int = 8,
        style_width: int = 0,
        decoders: bool = True,
    ) -> None:
        super().__init__()
        if depth < 2:
            raise ValueError(f"depth must be 2 or more, not {depth}")
        self.multiple = 2**depth
        *outer, middle, innermost = [width * min(2**level, WIDEST) for level in range(depth)]
        channels = [*outer, middle]
        self.downs = nn.ModuleList([shrink(in_channels, width)])
        self.downs.extend(down_block(a, b) for a, b in pairwise(channels))
        self.guide = Guide(style_width, middle, middle, 2 ** (depth - 1), decoders) if style_width else None
        # No norm on the innermost map. Of a 256×256 picture it is 1×1: in training a batch of one is its own
        # mean, and batch norm would wipe it out (the erratum's point) or, here, raise an error. The smallest
        # map with a norm is 2×2, so that batches of every size train.
        self.middle = nn.Sequential(
            nn.LeakyReLU(0.2), shrink(middle, innermost), up_block(innermost, middle, dropped=True)
        )
        self.ups = nn.ModuleList(
            up_block(2 * b, a, dropped=level < DROPPED)
            for level, (b, a) in enumerate(pairwise(reversed(channels)), start=1)
        )
        self.head = nn.Sequential(nn.ReLU(), grow(2 * width, 3, bias=True), nn.Tanh())
        self.apply(start_small)

    def forward(self, x: Tensor, *, style: Tensor | None = None) -> Outputs:
        """x: N×in_channels×H×W in [-1, 1], any size; padded to a multiple of 256 at the published depth."""
        height, width = x.shape[-2:]
        x = pad_to_multiple(x, self.multiple)
        skips = []
        for down in self.downs:
            x = down(x)
            skips.append(x)

        if self.guide is not None:
            x = self.guide.add(x, style)
        x = self.middle(x)
        guides = self.guide.decode(skips[-1], x) if self.guide is not None else ()

        for up in self.ups:
            x = up(torch.cat([x, skips.pop()], dim=1))
        image = self.head(torch.cat([x, skips.pop()], dim=1))[..., :height, :width].float()
        return Outputs(image, guides=tuple(guide[..., :height, :width] for guide in guides))


def down_block(inner: int, outer: int) -> nn.Sequential:
    return nn.Sequential(nn.LeakyReLU(0.2), shrink(inner, outer, bias=False), nn.BatchNorm2d(outer))


def up_block(inner: int, outer: int, dropped: bool) -> nn.Sequential:
    drop = nn.Dropout(0.5) if dropped else nn.Identity()
    return nn.Sequential(nn.ReLU(), grow(inner, outer, bias=False), nn.BatchNorm2d(outer), drop)


def shrink(inner: int, outer: int, bias: bool = True) -> nn.Conv2d:
    return nn.Conv2d(inner, outer, 4, stride=2, padding=1, bias=bias)


def grow(inner: int, outer: int, bias: bool) -> nn.ConvTranspose2d:
    return nn.ConvTranspose2d(inner, outer, 4, stride=2, padding=1, bias=bias)


def start_small(module: nn.Module) -> None:
    """For `Module.apply`: convolutions start from N(0, 0.02), scales of the norms from N(1, 0.02)."""
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(module.weight, 0.0, 0.02)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1.0, 0.02)
