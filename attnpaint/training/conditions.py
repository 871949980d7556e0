"""What a network in training is given beside each sketch: the palette, hints drawn by chance, a style."""

from collections.abc import Sequence

import torch
from torch import Tensor

from attnpaint.config import Recipe
from attnpaint.data.hints import random_hints
from attnpaint.model.backbone import style_encoder
from attnpaint.model.conditioning import Conditioning, Palette, on_paper


class Conditions:
    """Hints and style are the truth's own: the picture to paint is its own reference.

    A stranger's palette does not meet them: such a drawing gets neither. Raises what `style_encoder` does.
    """

    def __init__(self, recipe: Recipe, device: torch.device) -> None:
        self.recipe = recipe
        self.hinted = bool({"hint-map", "hint-image"} & {*recipe.generator.takes})
        styled = "style" in recipe.generator.takes
        self.encoder = style_encoder(recipe.guide).to(device) if styled else None

    def __call__(
        self,
        truth: Tensor,
        palette: Palette,
        seed: Sequence[int],
        first: int,
        hint: Tensor | None = None,
        unpaired: Tensor | None = None,
    ) -> Conditioning:
        """truth: N×3×H×W in [-1, 1]. Picture i's hints, if not given, come from (*seed, first + i) alone.

        stranger: N bool, where the palette is not the truth's; none: nowhere. Hint and style are 0 there.
        """
        options = self.recipe.hints
        if self.hinted and hint is None:
            hint = random_hints(truth, options.kind, seed, first, options.drop)
        style = self.encoder(truth) if self.encoder else None
        if unpaired is not None:
            hint = None if hint is None else hint * ~unpaired[:, None, None, None]
            style = None if style is None else style * ~unpaired[:, None]
        return Conditioning(palette, hint, style)

    def beside(self, sketch: Tensor, given: Conditioning) -> Tensor:
        """What the discriminator sees with a picture: its sketch N×1×H×W, or its hints on white N×3×H×W."""
        if self.recipe.discriminator.beside != "hint-image" or given.hint is None:
            return sketch
        return on_paper(given.hint, self.recipe.hints.blur)
