"""The RGB head, and the default generator with it in place of the pointer head."""

import pytest
import torch
from torch import nn

from attnpaint.model.conditioning import Palette
from attnpaint.model.heads import RGBHead
from attnpaint.model.palette_unet import PaletteUNet


def palettes(seed: int = 1) -> Palette:
    random = torch.Generator().manual_seed(seed)
    colors = torch.rand(2, 4, 4, 3, generator=random) * 2 - 1
    return Palette(colors, torch.rand(2, 4, 4, generator=random).softmax(dim=2))


def test_doubles_the_size_and_starts_without_a_checkerboard() -> None:
    torch.manual_seed(0)
    image = RGBHead(16)(torch.randn(2, 16, 5, 7))
    assert image.shape == (2, 3, 10, 14)
    assert image.abs().max() <= 1
    assert torch.equal(image, nn.functional.interpolate(image[..., ::2, ::2], scale_factor=2.0))
    assert image.std() > 0.1


def test_stays_within_range_at_any_feature() -> None:
    assert RGBHead(8)(1e6 * torch.randn(1, 8, 4, 4)).abs().max() <= 1


@pytest.mark.parametrize(("height", "width"), [(32, 48), (33, 47), (5, 3)])
def test_the_default_generator_takes_it_and_points_at_nothing(height: int, width: int) -> None:
    net = PaletteUNet((8, 16, 24), token_width=16, head="rgb").eval()
    with torch.inference_mode():
        painted = net(torch.rand(2, 15, height, width), palettes())
    assert painted.image.shape == (2, 3, height, width)
    assert painted.pointer is None
    assert len(painted.gates) == 2


def test_only_the_head_differs() -> None:
    nets = [PaletteUNet((8, 16), token_width=16, head=head) for head in ("pointer", "rgb")]
    shapes = [
        {name: t.shape for name, t in net.state_dict().items() if not name.startswith("head.")}
        for net in nets
    ]
    assert shapes[0] == shapes[1]


def test_the_palette_still_colours_the_picture() -> None:
    torch.manual_seed(0)
    net = PaletteUNet((8, 16), token_width=16, head="rgb").eval()
    with torch.inference_mode():
        for parameter in net.parameters():  # off its start, where ends of residual bodies are zero
            parameter += 0.1 * torch.randn_like(parameter)
        x = torch.rand(2, 15, 16, 16)
        assert (net(x, palettes(1)).image - net(x, palettes(2)).image).abs().max() > 1e-3


@pytest.mark.parametrize("channels", [1, 3, 7])
def test_the_default_generator_takes_the_channels_it_is_built_for(channels: int) -> None:
    net = PaletteUNet((8, 16), token_width=16, in_channels=channels)
    assert net.stem.in_channels == 4 * channels
    assert net(torch.rand(2, channels, 9, 7), palettes()).image.shape == (2, 3, 9, 7)
