"""The head that guesses RGB: the plain way, to compare the pointer head with."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from attnpaint.model.blocks import conv3


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
