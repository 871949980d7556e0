"""Conditioning of a network in training: what it is given beside each sketch, and what it paints from it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from attnpaint.config import Recipe
from attnpaint.data.hints import random_hints
from attnpaint.devices import autocast
from attnpaint.model.backbone import style_encoder
from attnpaint.model.conditioning import Conditioning, Palette, inputs, on_paper
from attnpaint.model.outputs import Outputs


class Conditions:
    """Hints and style are the truth's own: the picture to paint is its own reference.

    Another picture's palette does not go with them: such a drawing gets neither. Raises what
    `style_encoder` does.
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

        unpaired: N bool, where the palette is not the truth's; none: nowhere. Hint and style are 0 there.
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


Draft = Callable[[Tensor, Conditioning], Tensor]
"""Sketches N×1×H×W and what is known beside them → the first network's pictures, N×3×H×W in [-1, 1]."""


def paint(
    network: nn.Module, recipe: Recipe, sketch: Tensor, given: Conditioning, only_regions: bool = False
) -> Outputs:
    """What a recipe's network makes of sketches N×1×H×W in [-1, 1], in the precision of its training.

    only_regions: its region stage alone is asked, and the picture stays unpainted.
    """
    with autocast(sketch.device, recipe.training.precision):
        x, beside = inputs(recipe.generator, sketch, given, recipe.hints.blur)
        if only_regions:
            beside["only_regions"] = True
        painted: Outputs = network(x, **beside)
    return painted


@contextmanager
def evaluating(network: nn.Module) -> Iterator[None]:
    """Evaluation mode inside; afterwards each module in its own mode again."""
    modes = [(module, module.training) for module in network.modules()]
    network.eval()
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training
