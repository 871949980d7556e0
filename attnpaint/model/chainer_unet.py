"""The generator of PaintsChainer: a U-Net that takes every second convolution to halve or double the size."""

import torch
from torch import Tensor, nn

from attnpaint.model.blocks import pad_to_multiple
from attnpaint.model.guide import Guide
from attnpaint.model.outputs import Outputs

LEVELS = (1, 2, 4, 8, 16)  # channels over the width, from full size to 1/16


class ChainerUNet(nn.Module):
    """18,639,619 parameters at PaintsChainer's width and four channels in: the drawing and a colour hint.

    Source: PaintsChainer (Preferred Networks, 2017). It has no paper: layers and widths are as in the public
    code of its first stage. That code paints YUV from 0 to 255, without a tanh; this one RGB in [-1, 1].

    width: channels at full size. style_width, decoders: see `Guide`; the middle, 1/16 of the size, is the
    deepest convolution that keeps the size.
    """

    def __init__(
        self, in_channels: int = 4, width: int = 32, style_width: int = 0, decoders: bool = True
    ) -> None:
        super().__init__()
        channels = [width * level for level in LEVELS]
        *outer, deepest = channels
        self.multiple = 2 ** len(outer)
        self.stem = same(in_channels, width)
        self.shrinks = nn.ModuleList(shrink(a, b) for a, b in zip(outer, channels[1:], strict=True))
        self.keeps = nn.ModuleList(same(a, a) for a in channels[1:-1])
        self.guide = Guide(style_width, deepest, deepest, self.multiple, decoders) if style_width else None
        self.middle = same(deepest, deepest)
        # Each doubling sees a skip of as many channels again; the deepest one sees both ends of the middle.
        self.grows = nn.ModuleList(grow(2 * a, a) for a in reversed(channels[1:]))
        self.narrows = nn.ModuleList(same(b, a) for a, b in zip(outer[::-1], channels[:0:-1], strict=True))
        self.head = nn.Conv2d(2 * width, 3, 3, padding=1)

    def forward(self, x: Tensor, *, style: Tensor | None = None) -> Outputs:
        """x: N×in_channels×H×W in [-1, 1], any size.

        The picture has no tanh, as published: it is cut to [-1, 1] in evaluation, and in training may leave
        it a little. In training, batch norm wants more than one value per channel at 1/16 of H×W: a 16×16
        picture cannot be a batch of its own.
        """
        height, width = x.shape[-2:]
        x = self.stem(pad_to_multiple(x, self.multiple))
        skips = [x]
        *shrinks, last_shrink = self.shrinks
        for shrunk, keep in zip(shrinks, self.keeps, strict=True):
            x = keep(shrunk(x))
            skips.append(x)

        entry = last_shrink(x)
        x = entry if self.guide is None else self.guide.add(entry, style)
        x = self.middle(x)
        guides = self.guide.decode(entry, x) if self.guide is not None else ()

        skips.append(entry)
        for grown, narrow in zip(self.grows, self.narrows, strict=True):
            x = narrow(grown(torch.cat([skips.pop(), x], dim=1)))
        image = self.head(torch.cat([skips.pop(), x], dim=1))[..., :height, :width].float()
        return Outputs(
            image if self.training else image.clamp(-1, 1),
            guides=tuple(guide[..., :height, :width] for guide in guides),
        )


def same(inner: int, outer: int) -> nn.Sequential:
    return norm_relu(nn.Conv2d(inner, outer, 3, padding=1), outer)


def shrink(inner: int, outer: int) -> nn.Sequential:
    return norm_relu(nn.Conv2d(inner, outer, 4, stride=2, padding=1), outer)


def grow(inner: int, outer: int) -> nn.Sequential:
    return norm_relu(nn.ConvTranspose2d(inner, outer, 4, stride=2, padding=1), outer)


def norm_relu(conv: nn.Module, outer: int) -> nn.Sequential:
    return nn.Sequential(conv, nn.BatchNorm2d(outer), nn.ReLU())
