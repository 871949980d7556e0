"""Networks that paint while they, or others, learn."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from torch import Tensor, nn

from attnpaint.config import Recipe
from attnpaint.devices import autocast
from attnpaint.model.conditioning import Conditioning, inputs
from attnpaint.model.outputs import Painted

Draft = Callable[[Tensor, Conditioning], Tensor]
"""Sketches N×1×H×W and what is known beside them → the first network's pictures, N×3×H×W in [-1, 1]."""


def paint(network: nn.Module, recipe: Recipe, sketch: Tensor, given: Conditioning) -> Painted:
    """What a recipe's network makes of sketches N×1×H×W in [-1, 1], in the precision of its training."""
    with autocast(sketch.device, recipe.training.precision):
        x, beside = inputs(recipe.generator, sketch, given, recipe.hints.blur)
        painted: Painted = network(x, **beside)
    return painted


def decide(network: nn.Module, recipe: Recipe, sketch: Tensor, given: Conditioning) -> Painted:
    """As `paint`, of a network with a region stage, which alone is asked: the picture stays unpainted."""
    with autocast(sketch.device, recipe.training.precision):
        x, beside = inputs(recipe.generator, sketch, given, recipe.hints.blur)
        decided: Painted = network(x, **beside, only_regions=True)
    return decided


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
