"""Regions of the drawing that see each other, and palette colours that know where they were.

The U-Net's features are read at points of each region, and of the reference's pixels of each palette colour.
Both go through the same transformer layers and the same part head; then the drawing's regions look at the
palette's entries. See `attnpaint.segment.samples` for what describes a region.
"""

import math
from dataclasses import dataclass, fields

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from attnpaint.segment.samples import GEOMETRY, PARTS

EMBEDDING = 64
WAVES = (1.0, 2.0, 4.0)  # half periods of the sines that a place is told by
LEAST = 0.004  # share under which parts forbid no colour
VOTE = 0.5  # power of the pixels' own shares beside the region's


@dataclass(frozen=True)
class Regions:
    """A batch of sampled regions. points N×R×P×2 in [-1, 1], geometry N×R×G, valid N×R bool."""

    points: Tensor
    geometry: Tensor
    valid: Tensor

    def to(self, device: torch.device | str) -> "Regions":
        return Regions(*(getattr(self, field.name).to(device) for field in fields(self)))


@dataclass(frozen=True)
class ReferenceView:
    """What is known of a reference: its lines N×1×h×w in [-1, 1], and its pixels of each palette colour,
    16 regions in the palette's order; those that are not valid are told nothing of."""

    sketch: Tensor
    entries: Regions

    def to(self, device: torch.device | str) -> "ReferenceView":
        return ReferenceView(self.sketch.to(device), self.entries.to(device))


@dataclass(frozen=True)
class RegionAnswers:
    """logits: N×R×18, of the palette's colours, ink and paper. embedding: N×R×EMBEDDING, of length 1: regions
    of one colour are alike. parts N×R×7 and palette_parts N×16×7: logits of PARTS.
    likeness: logarithm of the scale, and bias, with which two embeddings are one colour or not."""

    logits: Tensor
    embedding: Tensor
    parts: Tensor
    palette_parts: Tensor
    likeness: Tensor


class RegionStage(nn.Module):
    """channels: of the feature maps that regions are read from; layers: half of them among the regions, half
    with a look at the palette."""

    def __init__(
        self, channels: tuple[int, ...], token_width: int, width: int = 192, layers: int = 4
    ) -> None:
        super().__init__()
        heads = max(1, width // 32)
        self.read = nn.Sequential(nn.LayerNorm(sum(channels)), nn.Linear(sum(channels), width))
        placed = GEOMETRY + 8 * len(WAVES)
        self.place = nn.Sequential(nn.Linear(placed, width), nn.SiLU(), nn.Linear(width, width))
        self.token = nn.Linear(token_width, width)
        self.unknown = nn.Parameter(0.02 * torch.randn(width))
        options = {"dropout": 0.0, "activation": "gelu", "batch_first": True, "norm_first": True}
        self.context = nn.ModuleList(
            nn.TransformerEncoderLayer(width, heads, 2 * width, **options)  # type: ignore[arg-type]
            for _ in range(layers // 2)
        )
        self.look = nn.ModuleList(
            nn.TransformerDecoderLayer(width, heads, 2 * width, **options)  # type: ignore[arg-type]
            for _ in range(layers - layers // 2)
        )
        self.norm = nn.LayerNorm(width)
        self.parts = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, len(PARTS)))
        self.query, self.key = nn.Linear(width, EMBEDDING), nn.Linear(width, EMBEDDING)
        self.fixed_keys = nn.Parameter(torch.randn(2, EMBEDDING) / EMBEDDING**0.5)
        self.embedding = nn.Linear(width, EMBEDDING)
        self.part_weight = nn.Parameter(torch.tensor(0.5))
        self.likeness = nn.Parameter(torch.tensor([2.3, 0.0]))  # scale (its logarithm) and bias, of the loss

    def describe(self, features: list[Tensor], regions: Regions) -> Tensor:
        """The mean of each map N×C×h×w at a region's points, and where it lies: N×R×width."""
        read = [
            F.grid_sample(one.float(), regions.points, align_corners=False).mean(3).mT  # N R C
            for one in features
        ]
        places = torch.cat([regions.geometry[..., 1:3], regions.geometry[..., 6:8]], dim=-1)
        waves = torch.cat([wave(places * math.pi * k) for k in WAVES for wave in (torch.sin, torch.cos)], -1)
        what: Tensor = self.read(torch.cat(read, dim=-1))
        where: Tensor = self.place(torch.cat([regions.geometry, waves], dim=-1))
        return what + where

    def decide(
        self,
        levels: list[Tensor],
        pointer: Tensor,
        tokens: Tensor,
        weights: Tensor,
        regions: Regions,
        seen: list[Tensor] | None = None,
        entries: Regions | None = None,
    ) -> RegionAnswers:
        """What is said of the regions of a drawing.

        levels: the features of the drawing, N×C×h×w each, without padding; pointer N×18×H×W: what its pixels
        point at; tokens N×16×T and weights N×16, whose sum is 1, of the palette. seen and entries: the
        features of the reference, and where each palette colour lies in it; None: the palette alone is known.
        """
        votes = F.grid_sample(pointer.float(), regions.points, align_corners=False).mean(3).mT
        described = self.describe(levels, regions)
        if seen is None or entries is None:
            alone: RegionAnswers = self(described, regions.valid, votes, tokens, weights)
            return alone
        known = self.describe(seen, entries)
        answers: RegionAnswers = self(described, regions.valid, votes, tokens, weights, known, entries.valid)
        return answers

    def forward(
        self,
        regions: Tensor,
        valid: Tensor,
        votes: Tensor,
        tokens: Tensor,
        weights: Tensor,
        entries: Tensor | None = None,
        known: Tensor | None = None,
    ) -> RegionAnswers:
        """regions N×R×width as described, valid N×R; votes N×R×18: what their pixels point at; tokens
        N×16×T and weights N×16 of the palette; entries N×16×width as described and known N×16, if at all."""
        h = self._among(regions, valid)
        parts = self.parts(h)
        if entries is None or known is None:
            known = valid.new_zeros(tokens.shape[:2])
            entries = regions.new_zeros(*tokens.shape[:2], regions.shape[-1])
        entries = torch.where(known[..., None], entries, self.unknown)
        t = self._among(entries, torch.ones_like(known))
        palette_parts = self.parts(t)
        t = t + self.token(tokens.float())
        for layer in self.look:
            h = layer(h, t, tgt_key_padding_mask=_padding(valid))
        h = self.norm(h)
        keys = torch.cat([self.key(t), self.fixed_keys.expand(len(t), -1, -1)], dim=1)  # N 18 E
        logits = self.query(h) @ keys.mT * (3 / EMBEDDING**0.5) + VOTE * (votes + 1e-3).log()
        wanted = colors_of_parts(parts.softmax(-1), palette_parts.softmax(-1), weights * known)
        told = F.pad((wanted + LEAST).log(), (0, 2), value=math.log(LEAST)) * known.any(1)[:, None, None]
        logits = logits + self.part_weight * told
        return RegionAnswers(
            logits, F.normalize(self.embedding(h), dim=-1), parts, palette_parts, self.likeness
        )

    def _among(self, x: Tensor, valid: Tensor) -> Tensor:
        for layer in self.context:
            x = layer(x, src_key_padding_mask=_padding(valid))
        return x


def _padding(valid: Tensor) -> Tensor:
    """True where attention may not look; a picture without any region looks at its first."""
    first = torch.arange(valid.shape[1], device=valid.device) == 0
    none = ~valid.any(dim=1, keepdim=True)
    return ~valid & ~(none & first)


def colors_of_parts(parts: Tensor, palette_parts: Tensor, weights: Tensor) -> Tensor:
    """P(colour | region), N×R×16: what a region is, N×R×7, and which colours the reference's parts have.

    palette_parts N×16×7: of what each palette colour was; weights N×16: its share of the reference.
    """
    held = weights[..., None] * palette_parts  # N 16 7
    of_part = held / held.sum(dim=1, keepdim=True).clamp(min=1e-6)
    return parts @ of_part.mT
