"""Networks whose paintings are known without painting: for tests of what lies around them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from attnpaint.config import GeneratorConfig, HintConfig, Recipe
from attnpaint.images import Picture
from attnpaint.inference.colorizer import Colorizer
from attnpaint.inference.torch_engine import TorchEngine
from attnpaint.model.build import build_generator
from attnpaint.model.folder import save_model
from attnpaint.model.outputs import Outputs


class Knows(nn.Module):
    """Paints what a function of its planes and the rest says: N×3×H×W, or N×V×3×H×W for several."""

    def __init__(self, paint: Callable[..., Tensor]) -> None:
        super().__init__()
        self.paint = paint

    def forward(self, x: Tensor, **beside: object) -> Outputs:
        image = self.paint(x, **beside)
        return Outputs(image) if image.dim() == 4 else Outputs(image[:, 0], variants=image)


def knowing(*stages: tuple[Recipe, Callable[..., Tensor]]) -> Colorizer:
    """A colorizer of such networks on the CPU."""
    nets = [(Knows(paint), recipe) for recipe, paint in stages]
    return Colorizer(TorchEngine(nets, torch.device("cpu")))


def recipe_of(kind: str, *conditioning: str, width: int = 2, blur: float = 0.0, **more: object) -> Recipe:
    """A tiny recipe of one grey sketch channel."""
    net = GeneratorConfig(
        kind=kind,  # type: ignore[arg-type]
        conditioning=conditioning,  # type: ignore[arg-type]
        sketch_channels=1,
        width=width,
        **more,  # type: ignore[arg-type]
    )
    return Recipe(name=f"tiny {kind}", generator=net, hints=HintConfig(blur=blur))


def saved(folder: Path, recipe: Recipe) -> Path:
    """A model folder of the recipe's generator with random weights."""
    torch.manual_seed(0)
    save_model(folder, build_generator(recipe.generator, recipe.guide.width), recipe, {"steps": 0})
    return folder


def drawing(height: int = 80, width: int = 120) -> Picture:
    """A black frame on white, uint8 H×W×3."""
    picture = np.full((height, width, 3), 255, np.uint8)
    picture[10:14, 10:-10] = picture[-14:-10, 10:-10] = 0
    picture[10:-10, 10:14] = picture[10:-10, -14:-10] = 0
    return picture


def dabs(height: int, width: int, *places: tuple[int, int, tuple[int, int, int]]) -> Picture:
    """Hints, uint8 H×W×4: at each (y, x) a square of 16 px in that colour."""
    picture = np.zeros((height, width, 4), np.uint8)
    for y, x, color in places:
        picture[y - 8 : y + 8, x - 8 : x + 8] = (*color, 255)
    return picture
