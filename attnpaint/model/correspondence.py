"""Where a reference shows what the drawing shows: the next frame of a scene, or the sketch itself, painted.

Attention between the same encoder's features of both, at first within a wide reach, then around what the
neighbours found: as networks for optical flow do (PWC-Net, Sun et al. 2018), on one small grid.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from attnpaint.model.sketch_encoder import CHANNELS

WIDTH = 64  # of what a cell looks like
REACH = (0.3, 0.1)  # of 2 for a side: how far what is one may lie apart, and from where its neighbours do
FAR = 0.3  # of 2: from which on cells are elsewhere
AROUND = 7  # cells over which moves are smooth, twice


@dataclass(frozen=True)
class Matches:
    """colors N×16×G×G: the palette's colours where the reference shows what a cell of the drawing shows, or
    little, where it shows no such thing. belief N: the chance that both show one scene.
    chances, each N×G²×(G²+1): of each cell to be one of the reference's, or none: as first guessed, and then.
    weight N×G²: more where a drawing shows what is nowhere else in it."""

    colors: Tensor
    belief: Tensor
    chances: tuple[Tensor, ...]
    weight: Tensor


class Correspondence(nn.Module):
    """Where the reference shows what the drawing shows, if it does: as the next frame of a scene does, or the
    sketch itself, painted roughly. From a grid over the drawing to the same grid over the reference, twice:
    to what looks alike within a wide reach, then near where that and its neighbours were found."""

    def __init__(self, hidden: int = 64) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(sum(CHANNELS))
        self.look = nn.Sequential(
            nn.Conv2d(sum(CHANNELS), hidden, 3, padding=1),
            nn.SiLU(),
            nn.Conv2d(hidden, WIDTH, 3, padding=1),
        )
        self.reach = nn.Parameter(torch.tensor(REACH).log())
        self.keen = nn.Parameter(torch.tensor(1.0))  # a tenth of what likeness counts
        self.none = nn.Parameter(torch.tensor(-0.5))  # a tenth of the score of no place
        # a tenth of how sharply, and the agreement from which on, the pictures are believed to show one scene
        self.belief = nn.Parameter(torch.tensor([3.0, 0.5]))

    def forward(self, drawn: list[Tensor], shown: list[Tensor], where: Tensor) -> Matches:
        """drawn and shown: the encoder's levels of drawing and reference; where N×16×G×G: the share of each
        colour in the reference's cells."""
        size = where.shape[-1]
        steps = (torch.arange(size, device=where.device) + 0.5) * (2 / size) - 1
        cells = torch.stack(torch.meshgrid(steps, steps, indexing="xy"), dim=-1)  # G G 2, x and y
        places = cells.flatten(0, 1)
        far = ((places[:, None] - places).square().sum(dim=-1) > FAR**2).float()
        far = far / far.sum(dim=-1, keepdim=True)
        one, other = self._looks(drawn, cells), self._looks(shown, cells)  # N G² E
        weight = (1 - (one * (far @ one)).sum(dim=-1)).square()
        aim, guesses = places.expand(len(one), -1, -1), []
        for reach in self.reach.exp():
            chances = self._scores(one, other, aim, places, reach).softmax(dim=-1)
            guesses.append(chances)
            mass = 1 - chances[..., -1:]
            aim = places + smooth(chances @ F.pad(places, (0, 0, 0, 1)) - places * mass, mass, weight, size)
        colors, seen = (chances @ F.pad(part, (0, 0, 0, 1)) for part in (where.flatten(2).mT, other))
        lift = (one * (seen / mass.clamp(min=1e-6) - far @ other)).sum(dim=-1)
        agreement = (weight * lift).sum(dim=-1) / weight.sum(dim=-1).clamp(min=1e-6)
        keen, least = self.belief
        belief = (10 * keen * (agreement - least)).sigmoid()
        return Matches(colors.mT.unflatten(-1, (size, size)), belief, tuple(guesses), weight)

    def _scores(self, one: Tensor, other: Tensor, aim: Tensor, places: Tensor, reach: Tensor) -> Tensor:
        """N×G²×(G²+1), of cells to be one, and last to be none of them: looks N×G²×E of both alike, places of
        the reference G²×2 within reach of the aim N×G²×2. In one product of matrices."""
        keen, narrow = 10 * self.keen, 1 / (2 * reach.square())
        here = -narrow * aim.square().sum(dim=-1, keepdim=True) - keen
        there = -narrow * places.square().sum(dim=-1, keepdim=True).expand(len(one), -1, -1)
        places, each, nothing = places.expand_as(aim), torch.ones_like(here), torch.zeros_like(here)
        queries = torch.cat([keen * one, 2 * narrow * aim, here, each, each], dim=-1)
        keys = torch.cat([other, places, each, there, nothing], dim=-1)
        none = F.pad(10 * self.none.expand(len(one), 1, 1), (keys.shape[-1] - 1, 0))
        with torch.autocast(one.device.type, enabled=False):  # large numbers whose differences tell
            scores: Tensor = queries.float() @ torch.cat([keys, none], dim=1).float().mT
        return scores

    def _looks(self, levels: list[Tensor], cells: Tensor) -> Tensor:
        grid = cells.expand(len(levels[0]), -1, -1, -1)
        read = [F.grid_sample(level.float(), grid, align_corners=False) for level in levels]
        normed = self.norm(torch.cat(read, dim=1).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
        looks: Tensor = self.look(normed)
        return F.normalize(looks.float().flatten(2).mT, dim=-1)


def smooth(moved: Tensor, mass: Tensor, weight: Tensor, size: int) -> Tensor:
    """How far cells moved, N×G²×2: moves found, times their mass N×G²×1, as the mean of the cells around.

    weight N×G²: how much each counts. Where nothing is found: not at all.
    """
    counted = torch.cat([moved, mass], dim=-1) * weight[..., None]
    planes = counted.mT.unflatten(-1, (size, size))
    for _ in range(2):
        planes = F.avg_pool2d(planes, AROUND, 1, AROUND // 2)
    counted = planes.flatten(2).mT
    found: Tensor = counted[..., :2] / (counted[..., 2:] + 1e-3)
    return found
