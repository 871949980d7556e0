"""The same held-out drawings, looked at again and again while a network learns."""

import dataclasses

import torch
from torch import nn

from attnpaint.config import DataConfig, Recipe
from attnpaint.data.layouts import Item
from attnpaint.data.pairs import Batch, batches
from attnpaint.devices import autocast
from attnpaint.images import Picture
from attnpaint.model.conditioning import Palette, stack
from attnpaint.model.maps import heat_map, pointer_sheet
from attnpaint.model.painted import Painted
from attnpaint.training.sheet import validation_sheet

SHOWN = 8


def hold_out(items: tuple[Item, ...]) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    """(training, validation): every n-th picture, eight at least, is held out; from few pictures, none is."""
    if len(items) < 10 * SHOWN:
        return items, items
    spread = max(10, len(items) // 64)
    return tuple(item for i, item in enumerate(items) if i % spread), items[::spread]


class Validation:
    """Paints fixed drawings as they are: PSNR to the truth, a sheet, and the attention maps of the first."""

    def __init__(self, items: tuple[Item, ...], recipe: Recipe, device: torch.device) -> None:
        self.recipe = recipe
        self.device = device
        still = DataConfig(
            size=recipe.data.size,
            batch_size=SHOWN,
            workers=0,
            flip=False,
            line_art=1.0,
            other_crop=1.0,
            balance=0.0,
        )
        count = min(4, -(-len(items) // SHOWN))
        self.batches: list[Batch] = list(batches(items, still, recipe.training.seed, 0, count))

    @torch.no_grad()
    def __call__(self, network: nn.Module) -> tuple[dict[str, float], dict[str, Picture]]:
        """Numbers and pictures. The network is left in the mode that it was in."""
        training = network.training
        network.eval()
        psnr = [self._psnr(self._paint(network, batch, batch.palette()), batch) for batch in self.batches]
        pictures = self._pictures(network, self.batches[0])
        network.train(training)
        return {"psnr": float(torch.cat(psnr).mean())}, pictures

    def _paint(self, network: nn.Module, batch: Batch, palette: Palette) -> Painted:
        palette = palette.to(self.device)
        with autocast(self.device, self.recipe.training.precision):
            painted: Painted = network(stack(batch.sketch.to(self.device), palette), palette)
        return dataclasses.replace(painted, image=painted.image.float().cpu())

    def _psnr(self, painted: Painted, batch: Batch) -> torch.Tensor:
        error = ((painted.image - batch.truth) / 2).square().mean(dim=(1, 2, 3))
        return -10 * error.clamp_min(1e-10).log10()

    def _pictures(self, network: nn.Module, batch: Batch) -> dict[str, Picture]:
        palette = batch.palette()
        painted = self._paint(network, batch, palette)
        swapped = Palette(palette.colors.roll(1, 0), palette.weights.roll(1, 0))
        other = self._paint(network, batch, swapped)
        pictures = {"validation": validation_sheet(batch.sketch, palette, painted, batch.truth, other)}
        for level, gate in enumerate(painted.gates):
            pictures[f"attention/gate-{level + 1}"] = heat_map(batch.sketch[0], gate[0])
        if painted.pointer is not None:
            first = Palette(palette.colors[:1], palette.weights[:1])
            pictures["attention/pointer"] = pointer_sheet(painted.pointer[0], first)
        return pictures
