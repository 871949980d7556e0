"""Heads: one points at palette colours, the other guesses RGB, to compare it with."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from attnpaint.model.blocks import conv3
from attnpaint.model.outputs import INK

SHADING = 0.25  # bound of the residual, in units of [-1, 1]


class PointerHead(nn.Module):
    """Each pixel's query meets 16 palette keys and two fixed ones, ink and paper (arXiv 1506.03134).

    The softmax shares mix the palette's own colours; a residual bounded by ±0.25 adds shading.
    Features arrive at half size and leave at full size by pixel shuffle, ICNR start (arXiv 1707.02937), then
    a binomial filter, which lets no pattern of every other pixel pass: palette terms would reward dots.
    """

    asks_for_ink: Tensor
    binomial: Tensor

    def __init__(self, width: int, token_width: int, query_width: int = 16) -> None:
        super().__init__()
        self.query_width = query_width
        self.norm = nn.GroupNorm(8, width)
        self.expand = conv3(width, 4 * (query_width + 3))
        self.key = nn.Linear(token_width, query_width)
        self.fixed_keys = nn.Parameter(torch.randn(2, query_width) / query_width**0.5)
        self.ink_gain = nn.Parameter(torch.tensor(2.0))
        asks_for_ink = (torch.arange(18) == INK).float()[None, :, None]
        self.register_buffer("asks_for_ink", asks_for_ink, persistent=False)
        row = torch.tensor([0.25, 0.5, 0.25])
        self.register_buffer("binomial", torch.outer(row, row)[None, None], persistent=False)
        start = torch.randn(query_width + 3, width, 3, 3) / (9 * width) ** 0.5
        start[query_width:] = 0
        self.expand.weight.data = start.repeat_interleave(4, dim=0)

    def forward(self, x: Tensor, sketch: Tensor, tokens: Tensor, colors: Tensor) -> tuple[Tensor, Tensor]:
        """x N×C×H/2×W/2, sketch N×1×H×W, tokens N×16×T, colors N×16×3 → image N×3×H×W, shares N×18×H×W."""
        full = F.pixel_shuffle(self.expand(F.silu(self.norm(x))), 2)
        even = self.binomial.to(full.dtype).expand(full.shape[1], 1, 3, 3)
        full = F.conv2d(F.pad(full, (1, 1, 1, 1), mode="replicate"), even, groups=full.shape[1])
        query, shading = full.split([self.query_width, 3], dim=1)
        keys = torch.cat([self.key(tokens), self.fixed_keys.expand(len(x), -1, -1)], dim=1)  # N 18 Q
        ink = F.softplus(self.ink_gain) * (1 - sketch)  # a dark pixel of the drawing asks for ink
        query = torch.cat([query, ink.to(query.dtype)], dim=1)
        keys = torch.cat([keys, self.asks_for_ink.expand(len(x), -1, -1)], dim=2).to(query.dtype)
        shares = (keys @ query.flatten(2)).float().softmax(dim=1)  # N 18 H·W
        with torch.autocast(x.device.type, enabled=False):  # the palette's colours to the last bit
            mixed = all_colors(colors).mT @ shares
        image = (mixed.view_as(shading) + SHADING * torch.tanh(shading.float())).clamp(-1, 1)
        return image, shares.unflatten(2, sketch.shape[-2:])


def all_colors(colors: Tensor) -> Tensor:
    """The palette's colours N×16×3 with ink (black) and paper (white) behind them: N×18×3."""
    fixed = colors.new_tensor([[-1.0] * 3, [1.0] * 3])
    return torch.cat([colors, fixed.expand(len(colors), -1, -1)], dim=1)


class RGBHead(nn.Module):
    """Norm, convolution, tanh. Features arrive at half size and leave at full size by pixel shuffle.

    ICNR start (arXiv 1707.02937): the four places of a shuffled pixel start equal.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(8, width)
        self.expand = conv3(width, 4 * 3)
        start = torch.randn(3, width, 3, 3) / (9 * width) ** 0.5
        self.expand.weight.data = start.repeat_interleave(4, dim=0)
        nn.init.zeros_(self.expand.bias)  # type: ignore[arg-type]

    def forward(self, x: Tensor) -> Tensor:
        """x N×C×H/2×W/2 → image N×3×H×W in [-1, 1]."""
        return torch.tanh(F.pixel_shuffle(self.expand(F.silu(self.norm(x))), 2).float())
