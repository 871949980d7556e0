"""Networks from their configuration."""

from torch import nn

from attnpaint.config import DiscriminatorConfig, GeneratorConfig
from attnpaint.model.attention_unet import AttentionUNet
from attnpaint.model.discriminator import Norm, PatchDiscriminator
from attnpaint.model.palette_unet import PaletteUNet


def build_generator(config: GeneratorConfig) -> nn.Module:
    """A generator with random weights: forward(x N×15×H×W, palette) → Painted."""
    if config.kind == "attention-unet":
        return AttentionUNet(config.width)
    return PaletteUNet(config.widths, config.depth, config.token_width, config.attended)


def build_discriminator(config: DiscriminatorConfig) -> PatchDiscriminator:
    return PatchDiscriminator(config.width, Norm(config.norm))
