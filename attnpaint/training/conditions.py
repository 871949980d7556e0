"""What a network in training is given beside each sketch: the palette, hints drawn by chance, a style."""

from collections.abc import Sequence

import torch
from torch import Tensor

from attnpaint.config import Recipe
from attnpaint.data.hints import random_hints
from attnpaint.errors import UsageError
from attnpaint.model.backbone import StyleEncoder
from attnpaint.model.conditioning import Given, Palette, on_paper


class Conditions:
    """Hints and style are the truth's own: the picture to paint is its own reference.

    Raises UsageError where the backbone's style vector has another width than the recipe says.
    """

    def __init__(self, recipe: Recipe, device: torch.device) -> None:
        self.recipe = recipe
        self.hinted = bool({"hint-map", "hint-image"} & {*recipe.generator.takes})
        self.encoder: StyleEncoder | None = None
        if "style" in recipe.generator.takes:
            self.encoder = encoder = StyleEncoder(recipe.guide.backbone, recipe.guide.weights).to(device)
            if encoder.width != recipe.guide.width:
                told = f"{recipe.guide.backbone} gives {encoder.width} numbers"
                problem = f"guide.width = {recipe.guide.width}, but {told}"
                raise UsageError(problem, f"give --set guide.width={encoder.width}")

    def __call__(
        self, truth: Tensor, palette: Palette, seed: Sequence[int], first: int, hint: Tensor | None = None
    ) -> Given:
        """truth: N×3×H×W in [-1, 1]. Picture i's hints, if not given, come from (*seed, first + i) alone."""
        options = self.recipe.hints
        if self.hinted and hint is None:
            hint = random_hints(truth, options.kind, seed, first, options.drop)
        return Given(palette, hint, self.encoder(truth) if self.encoder else None)

    def beside(self, sketch: Tensor, given: Given) -> Tensor:
        """What the discriminator sees with a picture: its sketch N×1×H×W, or its hints on white N×3×H×W."""
        if self.recipe.discriminator.beside != "hint-image" or given.hint is None:
            return sketch
        return on_paper(given.hint, self.recipe.hints.blur)
