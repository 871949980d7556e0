"""The generator of style2paints v1 (2017): a residual U-Net with the reference's style at its middle."""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from attnpaint.model.blocks import conv3, pad_to_multiple, zeroed
from attnpaint.model.guide import Guide
from attnpaint.model.outputs import Outputs

MIDDLE = 2  # residual blocks at the middle, between the guide's entry and exit
WIDEST = 8  # over the width


class ResidualUNet(nn.Module):
    """The drawing in; the painting and, in training, the pictures of the two guide decoders out.

    49,841,603 parameters and about 480 GFLOP for one 512×512 picture at a width of 64; a guide adds to both.
    Source: Zhang, Ji and Lin, arXiv 1706.03319, as the founding documents tell it: a U-Net of residual blocks
    with the style added at its middle and two guide decoders. Sizes and norms are not told; chosen: `depth`
    halvings, channels that double from `width` (a multiple of 8) to eight times that, group norm, which any
    batch and picture size can train, and nearest upsampling, which leaves no checkerboard.

    style_width: numbers in the style vector; 0 builds no guide. decoders: see `Guide`.
    """

    def __init__(
        self,
        in_channels: int = 3,
        width: int = 64,
        depth: int = 5,
        style_width: int = 0,
        decoders: bool = True,
    ) -> None:
        super().__init__()
        self.multiple = 2**depth
        widths = [width * min(2**level, WIDEST) for level in range(depth + 1)]
        self.stem = nn.Sequential(conv3(in_channels, width), PlainBlock(width, width))
        self.downs = nn.ModuleList(
            nn.Sequential(conv3(a, b, stride=2), PlainBlock(b, b)) for a, b in pairwise(widths)
        )
        self.middle = nn.Sequential(*(PlainBlock(widths[-1], widths[-1]) for _ in range(MIDDLE)))
        self.ups = nn.ModuleList(Up(b, a) for b, a in pairwise(reversed(widths)))
        self.head = nn.Sequential(nn.GroupNorm(8, width), nn.ReLU(), conv3(width, 3), nn.Tanh())
        bottom = widths[-1]
        self.guide = Guide(style_width, bottom, bottom, self.multiple, decoders) if style_width else None

    def forward(self, x: Tensor, *, style: Tensor | None = None) -> Outputs:
        """x: N×in_channels×H×W in [-1, 1], any size; style: N×S of the reference, where there is a guide."""
        height, width = x.shape[-2:]
        x = self.stem(pad_to_multiple(x, self.multiple))
        skips = []
        for down in self.downs:
            skips.append(x)
            x = down(x)

        entry = x
        x = self.middle(self.guide.add(entry, style) if self.guide else entry)
        guides = self.guide.decode(entry, x) if self.guide else ()

        for up in self.ups:
            x = up(x, skips.pop())
        image = self.head(x)[..., :height, :width].float()
        return Outputs(image, guides=tuple(guide[..., :height, :width] for guide in guides))


class PlainBlock(nn.Module):
    """Skip + body, activation first; the body starts at zero, so that the block starts as its skip."""

    def __init__(self, inner: int, outer: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.GroupNorm(8, inner),
            nn.ReLU(),
            conv3(inner, outer),
            nn.GroupNorm(8, outer),
            nn.ReLU(),
            zeroed(conv3(outer, outer)),
        )
        self.skip = nn.Conv2d(inner, outer, 1) if inner != outer else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        merged: Tensor = self.skip(x) + self.body(x)
        return merged  # N outer H W


class Up(nn.Module):
    """Twice the size; the skip joins; a residual block merges."""

    def __init__(self, inner: int, outer: int) -> None:
        super().__init__()
        self.narrow = nn.Conv2d(inner, outer, 1)
        self.merge = PlainBlock(2 * outer, outer)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        x = F.interpolate(self.narrow(x), scale_factor=2.0, mode="nearest")
        merged: Tensor = self.merge(torch.cat([x, skip], dim=1))
        return merged  # N outer 2h 2w
