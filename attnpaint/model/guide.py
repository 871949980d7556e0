"""The style vector at the middle of a U-Net, and the two guide decoders that train that middle."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from attnpaint.model.blocks import conv3

WIDEST, NARROWEST = 128, 16  # channels of a guide decoder behind its first and its last doubling of the size


class GuideDecoder(nn.Module):
    """From the middle's features straight to a picture, without skips; one convolution per doubling.

    Our sources give no widths: these halve from 128 to 16, whatever comes in, so that it stays a small part.
    """

    def __init__(self, inner: int, scale: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for level in range(scale.bit_length() - 1):
            outer = max(WIDEST >> level, NARROWEST)
            layers += [nn.Upsample(scale_factor=2.0), conv3(inner, outer), nn.GroupNorm(8, outer), nn.ReLU()]
            inner = outer
        self.layers = nn.Sequential(*layers, conv3(inner, 3))

    def forward(self, x: Tensor) -> Tensor:
        """N×C×h×w → N×3×scale·h×scale·w in [-1, 1]."""
        return torch.tanh(self.layers(x).float())


class Guide(nn.Module):
    """The feature guide branch of style2paints v1 (Zhang, Ji and Lin, arXiv 1706.03319).

    A U-Net adds the reference's style vector to the features that enter its middle. In training one decoder
    paints from the features before that, thus from the drawing alone, and one from what leaves the middle:
    with a loss on both, the middle cannot be left to the skips. No decoder is needed to paint.

    style_width: numbers in a style vector. entry, exit: channels where the middle begins and ends.
    scale: how many times smaller than the picture the middle is, a power of 2.
    decoders: False leaves the two out, with the names `entry.*` and `exit.*` in the state.
    """

    def __init__(self, style_width: int, entry: int, exit: int, scale: int, decoders: bool = True) -> None:
        super().__init__()
        if scale < 1 or scale & (scale - 1):
            raise ValueError(f"scale must be a power of 2, not {scale}")
        self.style = nn.Linear(style_width, entry, bias=False)
        nn.init.zeros_(self.style.weight)  # a trained U-Net that is given this branch paints as before
        self.entry = GuideDecoder(entry, scale) if decoders else None
        self.exit = GuideDecoder(exit, scale) if decoders else None

    def add(self, features: Tensor, style: Tensor | None) -> Tensor:
        """features N×entry×h×w + a linear map of the style N×S, the same at every place.

        The style is brought to unit length first (our choice): backbones differ in scale by orders of
        magnitude, and a wide vector under Adam would move the features far at every step. A style of zeros
        adds nothing. Raises ValueError where none is given.
        """
        if style is None:
            raise ValueError("this network needs the reference's style vector beside the picture")
        added: Tensor = self.style(F.normalize(style.float(), dim=1))
        return features + added[..., None, None].to(features.dtype)

    def decode(self, entry: Tensor, exit: Tensor) -> tuple[Tensor, ...]:
        """Pictures from the middle's two ends, N×3×scale·h×scale·w; none in evaluation or without decoders.

        entry: the features before `add`. The pictures are as large as the padded input: crop them with it.
        """
        if not self.training or self.entry is None or self.exit is None:
            return ()
        return self.entry(entry), self.exit(exit)
