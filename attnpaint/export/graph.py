"""A generator as a function of plain tensors, whose graph holds for every batch and size."""

import torch
from torch import Tensor, nn

from attnpaint.config import GeneratorConfig
from attnpaint.model.conditioning import BANDS, Conditioning, Palette, inputs
from attnpaint.model.outputs import Painted


class TracedPalette(Palette):
    """A palette whose images are drawn with tensor operations alone, so that the height may be a symbol."""

    def images(self, height: int, width: int) -> Tensor:
        """As `Palette.images`; torch.round takes halves to the even number, as Python's round does."""
        edges = torch.round(torch.arange(1, BANDS) * height / BANDS)
        band = (torch.arange(height)[:, None] >= edges).sum(dim=1)
        image = self.colors[:, band].permute(0, 2, 3, 1).flatten(1, 2)  # N rank·3 H
        return image[..., None].expand(-1, -1, -1, width)


class Graph(nn.Module):
    """sketch N×1×H×W, colors N×4×4×3, weights N×4×4 in; the tensors of `Painted` out, named by `names`."""

    def __init__(self, generator: nn.Module, config: GeneratorConfig) -> None:
        super().__init__()
        self.generator = generator
        self.config = config

    def forward(self, sketch: Tensor, colors: Tensor, weights: Tensor) -> tuple[Tensor, ...]:
        x, beside = inputs(self.config, sketch, Conditioning(TracedPalette(colors, weights)))
        return tuple(named(self.generator(x, **beside)).values())


def named(painted: Painted) -> dict[str, Tensor]:
    """image, then pointer and variants where there are any, then gate_1 …, deepest first."""
    tensors = {"image": painted.image}
    if painted.pointer is not None:
        tensors["pointer"] = painted.pointer
    if painted.variants is not None:
        tensors["variants"] = painted.variants
    return tensors | {f"gate_{i}": gate for i, gate in enumerate(painted.gates, 1)}
