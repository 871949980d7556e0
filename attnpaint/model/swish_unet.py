"""The generator of SGRU: a U-Net whose skips and residual paths are gated by swish layers."""

import torch
from einops import rearrange
from torch import Tensor, nn

from attnpaint.model.blocks import pad_to_multiple
from attnpaint.model.guide import Guide
from attnpaint.model.outputs import Outputs
from attnpaint.model.swish_blocks import SwishDown, SwishLayer, SwishUp, conv_norm

HINTED = 2  # the level, from 0, that takes the hint map: a quarter of the picture's size


class SwishUNet(nn.Module):
    """Nine pictures of one drawing at once: 47,827,558 parameters and about 1090 GFLOP at 512×512.

    Sources: Liu, Chen and Hu, "Anime Sketch Coloring with Swish-Gated Residual U-Net" (2019), with widths,
    norm and kernel sizes as in its public implementation; Ye, Wang, Chen and Lin, "Interactive Anime Sketch
    Colorization with Style Consistency via a Deep Residual Neural Network", for hints and plain blocks.

    widths, ups: channels of the blocks on the way down and up, one of each per level; last: of the end.
    variants: pictures at once, 9 for SGRU.
    hint: takes a hint map beside the drawing, at the third level.
    concatenate: blocks join their own input to their result as it is, F(x) ‖ x, as in Ye et al.; otherwise
        it passes a swish layer first, as in SGRU. Neither adds them up. Skips have swish layers in both.
    norm: "layer" as published, or "batch".
    style_width, decoders: see `Guide`; the middle, 1/32 of the size at five levels, ends where the deepest
        block on the way up begins to grow.
    """

    def __init__(
        self,
        in_channels: int = 1,
        widths: tuple[int, ...] = (96, 192, 288, 384, 480),
        ups: tuple[int, ...] = (512, 480, 384, 288, 192),
        last: int = 96,
        variants: int = 9,
        hint: bool = False,
        concatenate: bool = False,
        style_width: int = 0,
        decoders: bool = True,
        norm: str = "layer",
    ) -> None:
        super().__init__()
        if len(widths) != len(ups) or (hint and len(widths) <= HINTED):
            raise ValueError("widths and ups name one block per level each; hints need three levels or more")
        self.multiple = 2 ** len(widths)
        self.variants = variants
        self.hint = hint

        self.downs = nn.ModuleList()
        inner = in_channels
        for level, width in enumerate(widths):
            inner += 4 if hint and level == HINTED else 0
            down = SwishDown(inner, width, norm, gated=not concatenate, narrow=level > 0)
            self.downs.append(down)
            inner = down.outer
        self.guide = Guide(style_width, inner, ups[0], self.multiple, decoders) if style_width else None
        self.skips = nn.ModuleList(SwishLayer(width, norm) for width in widths)
        self.ups = nn.ModuleList()
        for width, skip in zip(ups, reversed(widths), strict=True):
            self.ups.append(SwishUp(inner, width, norm, gated=not concatenate))
            inner = 2 * width + skip
        self.end = nn.Sequential(
            conv_norm(inner, last, 1, norm),
            conv_norm(last, last, 3, norm),
            conv_norm(last, last, 3, norm),
            nn.Conv2d(last, 3 * variants, 1),
        )
        self.apply(start_even)

    def forward(self, x: Tensor, *, hint: Tensor | None = None, style: Tensor | None = None) -> Outputs:
        """x: N×in_channels×H×W in [-1, 1], any size; hint: N×4×⌈H/4⌉×⌈W/4⌉, zeros where nothing is asked.

        The pictures have no tanh, as published: they are cut to [-1, 1] in evaluation, and in training may
        leave it a little, so that a colour at its end still has a gradient.
        """
        if self.hint is (hint is None):
            raise ValueError(f"this network {'needs a' if self.hint else 'takes no'} hint map")
        height, width = x.shape[-2:]
        x = pad_to_multiple(x, self.multiple)
        skips = []
        for level, (down, swish) in enumerate(zip(self.downs, self.skips, strict=True)):
            if hint is not None and level == HINTED:
                x = torch.cat([x, pad_to_multiple(hint, self.multiple // 4)], dim=1)
            x, body = down(x)
            skips.append(swish(body))

        entry = x
        if self.guide is not None:
            x = self.guide.add(x, style)
        bodies = []
        for up in self.ups:
            x, body = up(x, skips.pop())
            bodies.append(body)
        guides = self.guide.decode(entry, bodies[0]) if self.guide is not None else ()

        planes = self.end(x)[..., :height, :width].float()  # all the reds, all the greens, all the blues
        pictures = rearrange(planes, "n (rgb v) h w -> n v rgb h w", rgb=3)
        if not self.training:
            pictures = pictures.clamp(-1, 1)
        return Outputs(
            pictures[:, 0],
            variants=pictures if self.variants > 1 else None,
            guides=tuple(guide[..., :height, :width] for guide in guides),
        )


def start_even(module: nn.Module) -> None:
    """For `Module.apply`: Xavier's uniform start, biases zero, as in the public implementation."""
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.xavier_uniform_(module.weight)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
