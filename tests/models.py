"""The one tiny model of the tests: a network that points at palette colours, with random weights."""

from dataclasses import replace
from pathlib import Path

import torch
from tiny_model import TINY

from attnpaint.config import DataConfig, Recipe
from attnpaint.model.build import build_generator
from attnpaint.model.folder import save_model

WIDTHS = TINY.widths


def tiny_recipe(widths: tuple[int, ...] = WIDTHS, size: int | None = None) -> Recipe:
    """size: px that it paints; None: as recipes do by default."""
    data = DataConfig() if size is None else DataConfig(size=size)
    return Recipe(name="tiny", generator=replace(TINY, widths=widths), data=data)


def tiny_model(
    folder: Path, seed: int = 0, widths: tuple[int, ...] = WIDTHS, size: int | None = None
) -> Path:
    """A model folder, which is made if need be. Equal seeds, equal weights."""
    torch.manual_seed(seed)
    recipe = tiny_recipe(widths, size)
    folder.mkdir(parents=True, exist_ok=True)
    save_model(folder, build_generator(recipe.generator), recipe, {"steps": 0})
    return folder
