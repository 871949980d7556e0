"""Builds generators and discriminators from their configuration."""

from torch import nn

from attnpaint.config import DiscriminatorConfig, GeneratorConfig
from attnpaint.model.attention_unet import AttentionUNet
from attnpaint.model.chainer_unet import ChainerUNet
from attnpaint.model.conditioning import in_channels
from attnpaint.model.discriminator import Norm, PatchDiscriminator, StackDiscriminator
from attnpaint.model.double_conv_unet import DoubleConvUNet
from attnpaint.model.palette_unet import PaletteUNet
from attnpaint.model.pix2pix_unet import Pix2PixUNet
from attnpaint.model.residual_unet import ResidualUNet
from attnpaint.model.swish_unet import SwishUNet

_DOUBLE_CONV = (1, 2, 4, 8, 8)  # widths, level by level
_SWISH, _SWISH_UPS = (1, 2, 3, 4, 5), (16 / 3, 5, 4, 3, 2)


def build_generator(config: GeneratorConfig, style_width: int = 4096, decoders: bool = False) -> nn.Module:
    """A generator with random weights: forward(planes, …) → Outputs; see `conditioning.inputs`.

    style_width: of the style vector, where it takes one; decoders: with guide decoders, for training.
    """
    planes, width = in_channels(config), config.width
    style = style_width if "style" in config.takes else 0

    def widths(levels: tuple[float, ...]) -> tuple[int, ...]:
        return tuple(round(width * level) for level in levels)

    match config.kind:
        case "attention-unet":
            return AttentionUNet(width, in_channels=planes, style_width=style, decoders=decoders)
        case "residual-unet":
            return ResidualUNet(planes, width, style_width=style, decoders=decoders)
        case "pix2pix-unet":
            return Pix2PixUNet(planes, width, style_width=style, decoders=decoders)
        case "chainer-unet":
            return ChainerUNet(planes, width, style, decoders)
        case "double-conv-unet":
            return DoubleConvUNet(planes, widths(_DOUBLE_CONV), style, decoders)
        case "swish-unet":
            return SwishUNet(
                planes,
                widths(_SWISH),
                widths(_SWISH_UPS),
                width,
                config.variants,
                hint="hint-map" in config.takes,
                concatenate=config.concatenate,
                style_width=style,
                decoders=decoders,
            )
        case "palette-unet":
            return PaletteUNet(
                config.widths,
                config.depth,
                config.token_width,
                config.attended,
                in_channels=planes,
                head=config.head,
                region_width=config.region_width,
                region_layers=config.region_layers,
                style_width=style,
                decoders=decoders,
            )


def build_discriminator(
    config: DiscriminatorConfig, style_classes: int = 0
) -> PatchDiscriminator | StackDiscriminator:
    """style_classes: the width of the style that it tells as well, 0 where it does not."""
    kind = StackDiscriminator if config.kind == "stack" else PatchDiscriminator
    beside = 0 if config.beside == "nothing" else 3
    return kind(config.width, Norm(config.norm), beside=beside, style_classes=style_classes)
