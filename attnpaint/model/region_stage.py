"""Regions of the drawing that see each other, and colours that know where they were in the reference.

One encoder reads the lines of the drawing and those of the reference: at points of each region of both, and
of the reference's pixels of each palette colour. All go through the same transformer layers and the same part
head; then the drawing's regions look at the palette's entries and at the reference's regions. See
`attnpaint.segment.samples` for what describes a region.
"""

import math
from dataclasses import dataclass, fields

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from attnpaint.model.correspondence import Correspondence, Matches
from attnpaint.model.sketch_encoder import CHANNELS, SketchEncoder
from attnpaint.segment.samples import GEOMETRY, GRID, PARTS

EMBEDDING = 64
WAVES = (1.0, 2.0, 4.0)  # half periods of the sines that a place is told by
LEAST = 0.004  # share under which parts and likeness forbid no colour
SHARPNESS = 3.0  # of the scores that regions give to colours and to each other, before training
NEAR = 0.12  # distance of colours, in [-1, 1]³, within which a reference's region is of a palette colour


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
    """What is known of a reference: its lines N×1×h×w in [-1, 1]; its pixels of each palette colour, 16
    regions in the palette's order; its own J regions, their mean colours N×J×3 in [-1, 1], and weight N×J,
    shares of the picture, less for those of several colours; where N×16×G×G, how much of each palette colour
    lies in each cell of a grid over it. Of what is not valid nothing is known."""

    sketch: Tensor
    entries: Regions
    regions: Regions
    colors: Tensor
    weight: Tensor
    where: Tensor

    def to(self, device: torch.device | str) -> "ReferenceView":
        return ReferenceView(*(getattr(self, field.name).to(device) for field in fields(self)))


@dataclass(frozen=True)
class RegionAnswers:
    """logits: N×R×18, of the palette's colours, ink and paper. embedding: N×R×EMBEDDING, of length 1: regions
    of one colour are alike. parts N×R×7 and palette_parts N×16×7: logits of PARTS.
    likeness: logarithm of the scale, and bias, with which two embeddings are one colour or not.
    same: where the reference shows the same places. one_scene N: the chance that it shows the drawing's own
    scene, 0 where nothing of it is known."""

    logits: Tensor
    embedding: Tensor
    parts: Tensor
    palette_parts: Tensor
    likeness: Tensor
    same: Matches
    one_scene: Tensor


class RegionStage(nn.Module):
    """token_width: of the palette's tokens; layers: half of them among the regions, half with a look at the
    reference."""

    def __init__(self, token_width: int, width: int = 192, layers: int = 4) -> None:
        super().__init__()
        heads = max(1, width // 32)
        self.encoder = SketchEncoder()
        self.read = nn.Sequential(nn.LayerNorm(sum(CHANNELS)), nn.Linear(sum(CHANNELS), width))
        placed = GEOMETRY + 8 * len(WAVES)
        self.place = nn.Sequential(nn.Linear(placed, width), nn.SiLU(), nn.Linear(width, width))
        self.token, self.color = nn.Linear(token_width, width), nn.Linear(3, width)
        self.tint = nn.Linear(3, width, bias=False)  # what colour tells of what the reference shows
        nn.init.zeros_(self.tint.weight)
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
        self.alike, self.known = nn.Linear(width, EMBEDDING), nn.Linear(width, EMBEDDING)
        self.embedding = nn.Linear(width, EMBEDDING)
        self.same, self.same_weight = Correspondence(), nn.Parameter(torch.tensor(1.5))
        self.part_weight, self.alike_weight = nn.Parameter(torch.tensor(0.5)), nn.Parameter(torch.tensor(0.5))
        self.likeness = nn.Parameter(torch.tensor([2.3, 0.0]))  # scale (its logarithm) and bias, of the loss

    def forward(
        self,
        sketch: Tensor,
        regions: Regions,
        tokens: Tensor,
        colors: Tensor,
        reference: ReferenceView,
    ) -> RegionAnswers:
        """sketch N×1×H×W in [-1, 1] and its regions; tokens N×16×T and colors N×16×3 of the palette, colours
        in [-1, 1]; reference: with nothing valid where only a palette is known."""
        seen = self.encoder(reference.sketch)
        entries = self._described(seen, reference.entries) + self.tint(colors)
        own = self._described(seen, reference.regions) + self.tint(reference.colors)
        known, there = reference.entries.valid, reference.regions.valid
        drawn = self.encoder(sketch)
        h = self._among(self._described(drawn, regions), regions.valid)
        t = self._among(torch.where(known[..., None], entries, self.unknown), torch.ones_like(known))
        r = self._among(own, there)
        parts, palette_parts, own_parts = self.parts(h), self.parts(t), self.parts(r)

        t, r = t + self.token(tokens.float()), r + self.color(reference.colors)
        both, hidden = torch.cat([t, r], dim=1), torch.cat([torch.zeros_like(known), ~there], dim=1)
        for layer in self.look:
            h = layer(h, both, tgt_key_padding_mask=_padding(regions.valid), memory_key_padding_mask=hidden)
        h = self.norm(h)
        keys = torch.cat([self.key(t), self.fixed_keys.expand(len(t), -1, -1)], dim=1)  # N 18 E
        logits = _scores(self.query(h), keys)

        shares = shares_of_colors(reference.colors, colors)  # N J 16
        weight = reference.weight * there
        wanted = colors_of_parts(parts.softmax(-1), own_parts.softmax(-1), shares, weight)
        liked = _scores(self.alike(h), self.known(r)) + 0.5 * (weight[:, None] + 1e-6).log()
        liked = liked.masked_fill(~there[:, None], -30.0).softmax(-1) @ shares
        told = self.part_weight * (wanted + LEAST).log() + self.alike_weight * (liked + LEAST).log()
        fixed = (self.part_weight + self.alike_weight) * math.log(LEAST)  # of ink and paper
        same = self.same(drawn, seen, reference.where * known[..., None, None])
        there_too = F.grid_sample(same.colors, regions.points, align_corners=False).mean(dim=3).mT  # N R 16
        one_scene = same.belief * there.any(dim=1)
        told = told + (self.same_weight * one_scene)[:, None, None] * (there_too / LEAST + 1).log()
        told = torch.cat([told, fixed.expand(*told.shape[:2], 2)], dim=-1)
        logits = logits + told * there.any(dim=1)[:, None, None]
        embedding = F.normalize(self.embedding(h), dim=-1)
        return RegionAnswers(logits, embedding, parts, palette_parts, self.likeness, same, one_scene)

    def _described(self, levels: list[Tensor], regions: Regions) -> Tensor:
        """The mean of each level N×C×h×w at a region's points, and where it lies: N×R×width."""
        read = [
            F.grid_sample(level.float(), regions.points, align_corners=False).mean(3).mT  # N R C
            for level in levels
        ]
        places = torch.cat([regions.geometry[..., 1:3], regions.geometry[..., 6:8]], dim=-1)
        waves = torch.cat([wave(places * math.pi * k) for k in WAVES for wave in (torch.sin, torch.cos)], -1)
        what: Tensor = self.read(torch.cat(read, dim=-1))
        where: Tensor = self.place(torch.cat([regions.geometry, waves], dim=-1))
        return what + where

    def _among(self, x: Tensor, valid: Tensor) -> Tensor:
        for layer in self.context:
            x = layer(x, src_key_padding_mask=_padding(valid))
        return x


def unknown_reference(like: Regions) -> ReferenceView:
    """Of a batch that is as large as `like` is: nothing is known of it."""
    points = like.points.new_zeros(len(like.points), 16, *like.points.shape[2:])
    geometry = like.geometry.new_zeros(*points.shape[:2], like.geometry.shape[-1])
    nothing = Regions(points, geometry, like.valid.new_zeros(points.shape[:2]))
    blank = geometry.new_ones(len(points), 1, 32, 32)
    return ReferenceView(
        blank,
        nothing,
        nothing,
        geometry.new_zeros(*points.shape[:2], 3),
        geometry.new_zeros(points.shape[:2]),
        geometry.new_zeros(len(points), 16, GRID, GRID),
    )


def _scores(queries: Tensor, keys: Tensor) -> Tensor:
    """N×R×K of queries N×R×E and keys N×K×E."""
    scores: Tensor = queries @ keys.mT * (SHARPNESS / EMBEDDING**0.5)
    return scores


def _padding(valid: Tensor) -> Tensor:
    """True where attention may not look; a picture without any region looks at its first."""
    first = torch.arange(valid.shape[1], device=valid.device) == 0
    none = ~valid.any(dim=1, keepdim=True)
    return ~valid & ~(none & first)


def shares_of_colors(own: Tensor, palette: Tensor) -> Tensor:
    """N×J×16: which of the palette's colours N×16×3 the reference's regions are, by their colours N×J×3."""
    apart = (own[:, :, None] - palette[:, None]).square().sum(dim=-1)
    return (apart / (-2 * NEAR**2)).softmax(dim=-1)


def colors_of_parts(parts: Tensor, own_parts: Tensor, shares: Tensor, weight: Tensor) -> Tensor:
    """P(colour | region), N×R×16: what a region is, N×R×7, and which colours the reference's parts have.

    own_parts N×J×7: what each of the reference's regions is; shares N×J×16: of which colour; weight N×J.
    """
    held = (weight[..., None] * own_parts).mT @ shares  # N 7 16
    of_part = held / held.sum(dim=-1, keepdim=True).clamp(min=1e-6)
    return parts @ of_part
