"""A generator as functions of plain tensors, whose graphs hold for every batch and size."""

import torch
from torch import Tensor, nn

from attnpaint.config import GeneratorConfig
from attnpaint.model.conditioning import BANDS, Conditioning, Palette, inputs
from attnpaint.model.outputs import Outputs
from attnpaint.model.palette_unet import PaletteUNet
from attnpaint.model.region_stage import ReferenceView, RegionAnswers, Regions


class TracedPalette(Palette):
    """A palette whose images are drawn with tensor operations alone, so that the height may be a symbol."""

    def images(self, height: int, width: int) -> Tensor:
        """As `Palette.images`; torch.round takes halves to the even number, as Python's round does."""
        edges = torch.round(torch.arange(1, BANDS) * height / BANDS)
        band = (torch.arange(height)[:, None] >= edges).sum(dim=1)
        image = self.colors[:, band].permute(0, 2, 3, 1).flatten(1, 2)  # N rank·3 H
        return image[..., None].expand(-1, -1, -1, width)


class Graph(nn.Module):
    """sketch N×1×H×W, colors N×4×4×3, weights N×4×4 in; what `named` names out."""

    def __init__(self, generator: nn.Module, config: GeneratorConfig) -> None:
        super().__init__()
        self.generator = generator
        self.config = config

    def forward(self, sketch: Tensor, colors: Tensor, weights: Tensor) -> tuple[Tensor, ...]:
        palette = TracedPalette(colors, weights)
        x, beside = inputs(self.config, sketch, Conditioning(palette))
        return tuple(named(self.generator(x, **beside)).values())


class StageGraph(nn.Module):
    """The region stage: STAGE_INPUTS in, STAGE_OUTPUTS out. Where nothing of a reference is valid, it is not
    known."""

    def __init__(self, network: PaletteUNet) -> None:
        super().__init__()
        assert network.stage is not None
        self.tokens, self.stage = network.tokens, network.stage

    def forward(
        self,
        sketch: Tensor,
        colors: Tensor,
        weights: Tensor,
        points: Tensor,
        geometry: Tensor,
        valid: Tensor,
        reference: Tensor,
        entry_points: Tensor,
        entry_geometry: Tensor,
        entry_valid: Tensor,
        own_points: Tensor,
        own_geometry: Tensor,
        own_valid: Tensor,
        own_color: Tensor,
        own_weight: Tensor,
        where: Tensor,
    ) -> tuple[Tensor, ...]:
        view = ReferenceView(
            reference,
            Regions(entry_points, entry_geometry, entry_valid),
            Regions(own_points, own_geometry, own_valid),
            own_color,
            own_weight,
            where,
        )
        regions = Regions(points, geometry, valid)
        tokens = self.tokens(Palette(colors, weights).tokens())
        return told(self.stage(sketch, regions, tokens, colors.flatten(1, 2), view))


class Scaled(nn.Module):
    """A batch norm in evaluation, as one factor and one summand for each channel.

    Converters fold a batch norm itself into the convolution before it, which makes weights of their own.
    """

    def __init__(self, norm: nn.BatchNorm2d) -> None:
        super().__init__()
        self.norm = norm

    def forward(self, x: Tensor) -> Tensor:
        norm = self.norm
        assert norm.running_mean is not None
        assert norm.running_var is not None
        factor = norm.weight * torch.rsqrt(norm.running_var + norm.eps)
        summand = norm.bias - norm.running_mean * factor
        scaled: Tensor = x * factor[:, None, None] + summand[:, None, None]
        return scaled


def with_scaled_norms(network: nn.Module) -> nn.Module:
    """The network itself, with `Scaled` in the place of each batch norm of its own statistics."""
    for module in list(network.modules()):
        for name, child in module.named_children():
            if isinstance(child, nn.BatchNorm2d) and child.affine and child.track_running_stats:
                setattr(module, name, Scaled(child))
    return network


def told(answers: RegionAnswers) -> tuple[Tensor, ...]:
    """STAGE_OUTPUTS: logits, embedding, shares of the parts, and the chance of one scene."""
    parts, palette_parts = answers.parts.softmax(-1), answers.palette_parts.softmax(-1)
    return answers.logits, answers.embedding, parts, palette_parts, answers.one_scene


def named(painted: Outputs) -> dict[str, Tensor]:
    """image, then pointer and variants where there are any, then gate_1 …, deepest first."""
    tensors = {"image": painted.image}
    if painted.pointer is not None:
        tensors["pointer"] = painted.pointer
    if painted.variants is not None:
        tensors["variants"] = painted.variants
    return tensors | {f"gate_{i}": gate for i, gate in enumerate(painted.gates, 1)}
