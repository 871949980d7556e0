"""The default generator: an attention-gated residual U-Net that points at the reference's colours."""

from dataclasses import replace
from itertools import pairwise
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from attnpaint.model.blocks import (
    AttentionGate,
    PaletteAttention,
    ResidualBlock,
    TokenEncoder,
    conv3,
    pad_to_multiple,
)
from attnpaint.model.conditioning import BANDS, RANKS, Palette
from attnpaint.model.guide import Guide
from attnpaint.model.heads import PointerHead, RGBHead
from attnpaint.model.outputs import Outputs
from attnpaint.model.region_stage import ReferenceView, Regions, RegionStage, unknown_reference


class Down(nn.Module):
    """Residual blocks at one size; the result is the skip, its half-size version goes on."""

    def __init__(self, inner: int, outer: int, depth: int, style: int) -> None:
        super().__init__()
        self.shrink = conv3(inner, outer, stride=2)
        self.blocks = nn.ModuleList(ResidualBlock(outer, outer, style) for _ in range(depth))

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        x = self.shrink(x)
        for block in self.blocks:
            x = block(x, style)
        return x


class Up(nn.Module):
    """Twice the size; the gated skip joins; a residual block merges; the palette is looked at where told."""

    def __init__(self, inner: int, outer: int, style: int, token_width: int, attend: bool) -> None:
        super().__init__()
        self.narrow = nn.Conv2d(inner, outer, 1)
        self.gate = AttentionGate(outer, outer)
        self.merge = ResidualBlock(2 * outer, outer, style)
        self.attend = PaletteAttention(outer, token_width) if attend else None

    def forward(self, x: Tensor, skip: Tensor, tokens: Tensor, style: Tensor) -> tuple[Tensor, Tensor]:
        x = F.interpolate(self.narrow(x), scale_factor=2.0, mode="nearest")
        gated, gate = self.gate(skip, x)
        x = self.merge(torch.cat([x, gated], dim=1), style)
        return (self.attend(x, tokens) if self.attend else x), gate


class PaletteUNet(nn.Module):
    """Sketch and histogram images (15 channels) in; painting, gate maps and pointer maps out.

    widths: channels per level, from half the input size downwards. Cross-attention to the palette tokens runs
    in the middle and in the `attended` deepest decoder levels; their weighted mean is every block's style.
    in_channels: of x, the sketch first. head: "rgb" guesses colours instead of pointing at the palette's, for
    comparison. region_width, region_layers: of the stage for regions (see `RegionStage`); 0: none.
    style_width: numbers in a reference's style vector; 0 builds no guide (see `Guide`).
    """

    def __init__(
        self,
        widths: tuple[int, ...] = (48, 96, 192, 288, 384),
        depth: int = 1,
        token_width: int = 128,
        attended: int = 2,
        *,
        in_channels: int = 15,
        head: Literal["pointer", "rgb"] = "pointer",
        region_width: int = 0,
        region_layers: int = 4,
        style_width: int = 0,
        decoders: bool = True,
    ) -> None:
        super().__init__()
        self.multiple = 2 ** len(widths)
        self.tokens = TokenEncoder(BANDS, RANKS, token_width)
        self.stem = conv3(in_channels * 4, widths[0])
        self.entry = ResidualBlock(widths[0], widths[0], token_width)
        self.downs = nn.ModuleList(Down(a, b, depth, token_width) for a, b in pairwise(widths))
        self.middle = nn.ModuleList(ResidualBlock(widths[-1], widths[-1], token_width) for _ in range(2))
        self.attend = PaletteAttention(widths[-1], token_width)
        self.ups = nn.ModuleList(
            Up(b, a, token_width, token_width, attend=level < attended)
            for level, (b, a) in enumerate(pairwise(reversed(widths)))
        )
        self.head = PointerHead(widths[0], token_width) if head == "pointer" else RGBHead(widths[0])
        self.stage = RegionStage(token_width, region_width, region_layers) if region_width else None
        bottom = widths[-1]
        self.guide = Guide(style_width, bottom, bottom, self.multiple, decoders) if style_width else None

    def forward(
        self,
        x: Tensor,
        palette: Palette | None = None,
        *,
        style: Tensor | None = None,
        regions: Regions | None = None,
        reference: ReferenceView | None = None,
        only_regions: bool = False,
    ) -> Outputs:
        """x: N×in_channels×H×W in [-1, 1], any size (see `conditioning.stack`); palette: its own histograms.

        style: N×S of the reference, where there is a guide. regions: of the drawing, and what is known of the
        reference, for the region stage. only_regions: nothing but these is decided, the image is the sketch.
        """
        if palette is None:
            raise ValueError("PaletteUNet needs the palette beside its channels")
        sketch = x[:, :1]
        if only_regions:
            painted, tokens = Outputs(sketch.expand(-1, 3, -1, -1)), self.tokens(palette.tokens())
        else:
            painted, tokens = self.look(x, palette, style)
        if self.stage is None or regions is None:
            return painted
        known = unknown_reference(regions) if reference is None else reference
        answers = self.stage(sketch, regions, tokens, palette.colors.flatten(1, 2), known)
        return replace(painted, answers=answers)

    def look(self, x: Tensor, palette: Palette, style: Tensor | None = None) -> tuple[Outputs, Tensor]:
        """The painting, and the tokens N×16×T that the palette became."""
        height, width = x.shape[-2:]
        x = pad_to_multiple(x, self.multiple)
        tokens = self.tokens(palette.tokens())
        features, gates, guides = self._features(x, palette, tokens, style)
        guides = tuple(guide[..., :height, :width] for guide in guides)
        if isinstance(self.head, RGBHead):
            return Outputs(self.head(features)[..., :height, :width], gates, guides=guides), tokens
        image, pointer = self.head(features, x[:, :1], tokens, palette.colors.flatten(1, 2))
        image, pointer = image[..., :height, :width], pointer[..., :height, :width]
        return Outputs(image, gates, pointer, guides=guides), tokens

    def _features(
        self, x: Tensor, palette: Palette, tokens: Tensor, style: Tensor | None
    ) -> tuple[Tensor, tuple[Tensor, ...], tuple[Tensor, ...]]:
        """Of the last decoder level; the gates, deepest first; the guide decoders' pictures."""
        mood = (tokens * palette.weights.flatten(1)[..., None]).sum(1) / BANDS
        features = self.entry(self.stem(F.pixel_unshuffle(x, 2)), mood)
        skips = [features]
        for down in self.downs:
            features = down(features, mood)
            skips.append(features)

        first, second = self.middle
        entry = skips.pop()
        features = self.guide.add(entry, style) if self.guide else entry
        features = second(self.attend(first(features, mood), tokens), mood)
        guides = tuple(self.guide.decode(entry, features)) if self.guide else ()

        gates = []
        for up in self.ups:
            features, gate = up(features, skips.pop(), tokens, mood)
            gates.append(gate)
        return features, tuple(gates), guides
