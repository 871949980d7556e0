"""The generator of AttentionedDeepPaint (2018): a residual U-Net with max-unpooling and attention gates."""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from attnpaint.model.blocks import conv3, pad_to_multiple
from attnpaint.model.conditioning import Palette
from attnpaint.model.guide import Guide
from attnpaint.model.outputs import Outputs

LEVELS = (1, 2, 4, 8, 8, 8, 8)  # channels over the width, from full size to 1/64
DROPPED = 3  # the deepest up blocks, which drop half of their channels in training


class AttentionUNet(nn.Module):
    """48,573,641 parameters and about 840 GFLOP for one 512×512 picture at the ancestor's width of 64.

    Source: Kim, Oh, Lee and Kang, "Attentioned Deep Paint", the figures of its generator and building block.
    style_width: numbers in a reference's style vector; 0, as the ancestor, builds no guide (see `Guide`).
    There are no layers at its middle, so the guide's exit is its entry with the style added.
    """

    def __init__(
        self, width: int = 64, *, in_channels: int = 15, style_width: int = 0, decoders: bool = True
    ) -> None:
        super().__init__()
        self.width = width
        channels = [width * level for level in LEVELS]
        climb = list(pairwise(reversed(channels)))
        self.stem = nn.Sequential(conv3(in_channels, width), nn.BatchNorm2d(width))
        self.down = nn.ModuleList(DownBlock(a, b) for a, b in pairwise(channels))
        self.gate_signal = conv1_norm(channels[-1])
        self.gates = nn.ModuleList(GridGate(skip, channels[-1]) for skip, _ in climb)
        self.up = nn.ModuleList(UpBlock(a, b, dropped=i < DROPPED) for i, (a, b) in enumerate(climb))
        self.head = nn.Sequential(nn.ReLU(), conv3(width, 3), nn.Tanh())
        self.apply(start_small)
        bottom, scale = channels[-1], 2 ** len(self.down)
        self.guide = Guide(style_width, bottom, bottom, scale, decoders) if style_width else None

    def forward(self, x: Tensor, palette: Palette | None = None, *, style: Tensor | None = None) -> Outputs:
        """x: N×in_channels×H×W in [-1, 1], any size (see `conditioning.stack`). The palette is already in it.

        style: N×S of the reference, where there is a guide.

        The six gate maps, deepest first, are 1/32 to 1/1 of H×W. In training, batch norm wants more than one
        value per channel at 1/64 of H×W: a 64×64 picture cannot be a batch of its own.
        """
        height, width = x.shape[-2:]
        x = self.stem(pad_to_multiple(x, 2 ** len(self.down)))
        skips, places = [], []
        for down in self.down:
            skips.append(down(x))
            x, place = F.max_pool2d(skips[-1], 2, return_indices=True)
            places.append(place)

        entry = x
        x = self.guide.add(entry, style) if self.guide else entry
        guides = self.guide.decode(entry, x) if self.guide else ()

        signal = self.gate_signal(x)
        maps = []
        for up, gate in zip(self.up, self.gates, strict=True):
            gated, seen = gate(skips.pop(), signal)
            x = up(F.max_unpool2d(x, places.pop(), [2, 2]), gated)
            maps.append(seen)

        image = self.head(x)[..., :height, :width].float()
        return Outputs(
            image,
            tuple(covering(seen, x, height, width) for seen in maps),
            guides=tuple(guide[..., :height, :width] for guide in guides),
        )


class DownBlock(nn.Module):
    """Residual block, activation first; its result is the skip, which is then pooled."""

    def __init__(self, inner: int, outer: int) -> None:
        super().__init__()
        self.body = double_conv(inner, outer)
        self.shortcut = shortcut(inner, outer)

    def forward(self, x: Tensor) -> Tensor:
        skip: Tensor = self.body(F.relu(x)) + self.shortcut(x)
        return skip  # N outer H W


class UpBlock(nn.Module):
    """Residual block on the unpooled features; its body also sees the gated skip, as many channels again."""

    def __init__(self, inner: int, outer: int, dropped: bool) -> None:
        super().__init__()
        self.body = double_conv(2 * inner, outer)
        self.shortcut = shortcut(inner, outer)
        self.drop = nn.Dropout2d(0.5) if dropped else nn.Identity()

    def forward(self, unpooled: Tensor, gated: Tensor) -> Tensor:
        body = self.body(torch.cat([F.relu(unpooled), gated], dim=1))
        merged: Tensor = self.drop(body + self.shortcut(unpooled))
        return merged  # N outer H W


class GridGate(nn.Module):
    """Additive attention on a grid of half the skip's size (Attention U-Net, arXiv 1804.03999)."""

    def __init__(self, skip: int, signal: int) -> None:
        super().__init__()
        self.from_skip = nn.Conv2d(skip, skip // 2, 2, stride=2, bias=False)
        self.from_signal = nn.Conv2d(signal, skip // 2, 1)
        self.score = nn.Conv2d(skip // 2, 1, 1)
        self.out = conv1_norm(skip)

    def forward(self, skip: Tensor, signal: Tensor) -> tuple[Tensor, Tensor]:
        """skip N×C×h×w, signal N×8·width×H/64×W/64 → the gated skip and its map N×1×h×w in [0, 1]."""
        grid = self.from_skip(skip)
        grid = grid + F.interpolate(self.from_signal(signal), size=grid.shape[-2:])
        seen = F.interpolate(torch.sigmoid(self.score(F.relu(grid))), size=skip.shape[-2:])
        return self.out(skip * seen), seen


def double_conv(inner: int, outer: int) -> nn.Sequential:
    return nn.Sequential(
        conv3(inner, outer), nn.BatchNorm2d(outer), nn.ReLU(), conv3(outer, outer), nn.BatchNorm2d(outer)
    )


def shortcut(inner: int, outer: int) -> nn.Module:
    return nn.Identity() if inner == outer else nn.Conv2d(inner, outer, 1, bias=False)


def conv1_norm(channels: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(channels, channels, 1), nn.BatchNorm2d(channels))


def start_small(module: nn.Module) -> None:
    """For `Module.apply`: convolutions start from N(0, 0.02), their biases as the library starts them."""
    if isinstance(module, nn.Conv2d):
        nn.init.normal_(module.weight, 0.0, 0.02)


def covering(seen: Tensor, padded: Tensor, height: int, width: int) -> Tensor:
    """The part of a gate map that lies over the picture: whole cells, so at most one cell more."""
    cell = padded.shape[-1] // seen.shape[-1]
    return seen[..., : (height + cell - 1) // cell, : (width + cell - 1) // cell]
