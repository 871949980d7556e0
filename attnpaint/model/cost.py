"""What a recipe's networks weigh and what one picture costs, without building them in memory."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from attnpaint.config import GeneratorConfig, Recipe
from attnpaint.model.build import build_generator
from attnpaint.model.conditioning import BANDS, RANKS, Conditioning, Palette, inputs
from attnpaint.model.known_costs import SIZE, Cost
from attnpaint.model.model_config import stages_of


def cost(recipe: Recipe) -> Cost:
    parameters, flop = 0, 0
    for stage in stages_of(recipe):
        config = stage.generator
        with torch.device("meta"):  # shapes only, no storage
            network = build_generator(config, recipe.guide.width)
        parameters += sum(parameter.numel() for parameter in network.parameters())
        flop += _flop(recipe, config, network)
    return Cost(parameters, flop / 1e9)


def _flop(recipe: Recipe, config: GeneratorConfig, network: nn.Module) -> int:
    if config.kind != "palette-unet":
        return _counted(network, config, recipe.guide.width, SIZE, "meta")
    # Its head speaks to autocast, which knows no meta device. So two small pictures are painted in earnest:
    # the count is a constant and a part that grows with the area.
    real, side = network.to_empty(device="cpu"), 1 << len(config.widths)
    small, large = (_counted(real, config, recipe.guide.width, px, "cpu") for px in (side, 2 * side))
    return small + (large - small) * ((SIZE // side) ** 2 - 1) // 3


@torch.inference_mode()
def _counted(network: nn.Module, config: GeneratorConfig, style: int, side: int, device: str) -> int:
    with torch.device(device):
        x, beside = blank(config, style, side)
        with FlopCounterMode(display=False) as counter:
            network.eval()(x, **beside)
    return int(counter.get_total_flops())


def blank(config: GeneratorConfig, style: int, side: int) -> tuple[Tensor, dict[str, Any]]:
    """What such a generator is given for a picture side×side, all of it grey; style: its vector's width."""
    palette = Palette(torch.zeros(1, BANDS, RANKS, 3), torch.ones(1, BANDS, RANKS))
    given = Conditioning(palette, None, torch.zeros(1, style), torch.zeros(1, 3, side, side))
    return inputs(config, torch.zeros(1, 1, side, side), given)
