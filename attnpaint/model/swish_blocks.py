"""The pieces of the swish-gated residual U-Net: swish layer, a block on the way down, one on the way up."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

NORMS = ("layer", "batch")
LEAK = 0.2


class SwishLayer(nn.Module):
    """x · sigmoid(norm(conv3×3(x))): every value passes as far as its surroundings let it."""

    def __init__(self, width: int, norm: str) -> None:
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.norm = norm_of(norm, width)

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.sigmoid(self.norm(self.conv(x)))  # N width H W


class SwishDown(nn.Module):
    """1×1, 3×3, 3×3; the pooled result is joined by the block's own pooled input, gated or as it is.

    narrow: False leaves out the 1×1 convolution, as in the first block. outer: channels that go on.
    """

    def __init__(self, inner: int, width: int, norm: str, gated: bool, narrow: bool = True) -> None:
        super().__init__()
        own = width if narrow else inner
        self.narrow = conv_norm(inner, width, 1, norm) if narrow else nn.Identity()
        self.body = nn.Sequential(conv_norm(own, width, 3, norm), conv_norm(width, width, 3, norm))
        self.gate = SwishLayer(own, norm) if gated else nn.Identity()
        self.outer = width + own

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """N×inner×H×W → what goes on, N×outer×H/2×W/2, and the body for the skip, N×width×H×W."""
        x = self.narrow(x)
        body = self.body(x)
        return torch.cat([F.max_pool2d(body, 2), self.gate(F.max_pool2d(x, 2))], dim=1), body


class SwishUp(nn.Module):
    """1×1, 3×3, 3×3; result and own input grow by a transposed convolution each, and the skip joins them."""

    def __init__(self, inner: int, width: int, norm: str, gated: bool) -> None:
        super().__init__()
        self.narrow = conv_norm(inner, width, 1, norm)
        self.body = nn.Sequential(conv_norm(width, width, 3, norm), conv_norm(width, width, 3, norm))
        self.grow_body = grow_norm(width, norm)
        self.grow_own = grow_norm(width, norm)
        self.gate = SwishLayer(width, norm) if gated else nn.Identity()

    def forward(self, x: Tensor, skip: Tensor) -> tuple[Tensor, Tensor]:
        """N×inner×H×W, skip N×S×2H×2W → N×(2·width + S)×2H×2W, and the body, N×width×H×W."""
        x = self.narrow(x)
        body = self.body(x)
        return torch.cat([self.grow_body(body), self.gate(self.grow_own(x)), skip], dim=1), body


def conv_norm(inner: int, outer: int, size: int, norm: str) -> nn.Sequential:
    conv = nn.Conv2d(inner, outer, size, padding=size // 2, bias=False)  # the norm has a shift
    return nn.Sequential(conv, norm_of(norm, outer), nn.LeakyReLU(LEAK))


def grow_norm(width: int, norm: str) -> nn.Sequential:
    grow = nn.ConvTranspose2d(width, width, 2, stride=2, bias=False)
    return nn.Sequential(grow, norm_of(norm, width), nn.LeakyReLU(LEAK))


def norm_of(norm: str, width: int) -> nn.Module:
    """layer: over channels, height and width together, scale and shift per channel. batch: batch norm."""
    match norm:
        case "layer":
            return nn.GroupNorm(1, width)
        case "batch":
            return nn.BatchNorm2d(width)
    raise ValueError(f"norm must be one of {', '.join(NORMS)}, not {norm}")
