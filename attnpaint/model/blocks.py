"""The pieces of the palette U-Net: residual block, attention gate, palette attention."""

import torch
from einops import rearrange
from torch import Tensor, nn
from torch.nn import functional as F


def pad_to_multiple(x: Tensor, multiple: int) -> Tensor:
    """Repeat the last row and column until height and width are multiples."""
    height, width = x.shape[-2:]
    return F.pad(x, (0, -width % multiple, 0, -height % multiple), mode="replicate")


def conv3(inner: int, outer: int, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(inner, outer, 3, stride=stride, padding=1)


def zeroed(layer: nn.Conv2d) -> nn.Conv2d:
    """The last layer of a residual body starts at zero, so that the block starts as the identity."""
    nn.init.zeros_(layer.weight)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


class ResidualBlock(nn.Module):
    """Skip + body; the palette's style scales and shifts the middle of the body (FiLM, arXiv 1709.07871)."""

    def __init__(self, inner: int, outer: int, style: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(8, inner)
        self.first = conv3(inner, outer)
        self.film = nn.Linear(style, 2 * outer)
        self.second = zeroed(conv3(outer, outer))
        self.skip = nn.Conv2d(inner, outer, 1) if inner != outer else nn.Identity()

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        scale, shift = self.film(style)[..., None, None].chunk(2, dim=1)
        body = self.first(F.silu(self.norm(x)))
        body = self.second(F.silu(body * (1 + scale) + shift))
        merged: Tensor = self.skip(x) + body
        return merged  # N outer H W


class AttentionGate(nn.Module):
    """Lets through the part of a skip that the decoder asks for (additive attention, arXiv 1804.03999)."""

    def __init__(self, skip: int, signal: int) -> None:
        super().__init__()
        inner = skip // 2
        self.from_skip = nn.Conv2d(skip, inner, 1, bias=False)
        self.from_signal = nn.Conv2d(signal, inner, 1)
        self.psi = nn.Conv2d(inner, 1, 1)
        nn.init.constant_(self.psi.bias, 1.0)  # type: ignore[arg-type]  # gates start open

    def forward(self, skip: Tensor, signal: Tensor) -> tuple[Tensor, Tensor]:
        gate = torch.sigmoid(self.psi(F.relu(self.from_skip(skip) + self.from_signal(signal))))  # N 1 H W
        return skip * gate, gate


class PaletteAttention(nn.Module):
    """Every place of a feature map looks at the palette tokens (cross-attention, residual)."""

    def __init__(self, width: int, token_width: int, heads: int = 4) -> None:
        super().__init__()
        self.heads = heads
        self.norm = nn.GroupNorm(8, width)
        self.query = nn.Conv2d(width, token_width, 1)
        self.key_value = nn.Linear(token_width, 2 * token_width)
        self.out = zeroed(nn.Conv2d(token_width, width, 1))

    def forward(self, x: Tensor, tokens: Tensor) -> Tensor:
        height = x.shape[-2]
        query = rearrange(self.query(self.norm(x)), "n (k c) h w -> n k (h w) c", k=self.heads)
        key, value = rearrange(self.key_value(tokens), "n t (two k c) -> two n k t c", two=2, k=self.heads)
        seen = F.scaled_dot_product_attention(query, key, value)
        found: Tensor = self.out(rearrange(seen, "n k (h w) c -> n (k c) h w", h=height))
        return x + found


class TokenEncoder(nn.Module):
    """Palette entries (colour, weight, band, rank) that know of each other."""

    def __init__(self, bands: int, ranks: int, width: int, depth: int = 2, heads: int = 4) -> None:
        super().__init__()
        self.entry = nn.Sequential(nn.Linear(4, width), nn.SiLU(), nn.Linear(width, width))
        self.place = nn.Parameter(0.02 * torch.randn(bands * ranks, width))
        layer = nn.TransformerEncoderLayer(
            width, heads, 2 * width, dropout=0.0, activation="gelu", batch_first=True, norm_first=True
        )
        self.mix = nn.TransformerEncoder(layer, depth, enable_nested_tensor=False)

    def forward(self, entries: Tensor) -> Tensor:
        tokens: Tensor = self.mix(self.entry(entries) + self.place)
        return tokens  # N 16 C
