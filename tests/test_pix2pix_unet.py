"""pix2pix's generator: its published size, any picture size, and what it drops in training."""

import pytest
import torch
from generating import (
    SIZES,
    STYLE,
    check_guide,
    drawing,
    learned,
    number_of_parameters,
    planes,
    unreached,
)
from torch import nn
from torch.nn import functional as F

from attnpaint.model.pix2pix_unet import Pix2PixUNet


def small(seed: int = 0, **options: int) -> Pix2PixUNet:
    torch.manual_seed(seed)
    return Pix2PixUNet(**{"width": 4, "depth": 5, **options})


def test_has_the_published_number_of_parameters_and_biases_only_where_no_norm_follows() -> None:
    with torch.device("meta"):
        net = Pix2PixUNet()
    assert number_of_parameters(net) == 54_414_531
    convolutions = [m for m in net.modules() if isinstance(m, nn.Conv2d | nn.ConvTranspose2d)]
    biases = [conv.bias.numel() for conv in convolutions if conv.bias is not None]
    assert len(convolutions) == 16
    assert biases == [64, 512, 3]
    assert number_of_parameters(net) - sum(biases[:2]) == 54_413_955
    assert number_of_parameters(net) - sum(biases[:2]) + 2 * 512 == 54_414_979
    every_bias = sum(conv.out_channels for conv in convolutions)
    assert number_of_parameters(net) - sum(biases) + every_bias == 54_419_459


@pytest.mark.parametrize(("height", "width"), SIZES)
def test_any_size_comes_back_in_its_own_size(height: int, width: int) -> None:
    with torch.inference_mode():
        painted = small().eval()(planes(3, height, width))
    assert painted.image.shape == (2, 3, height, width)
    assert painted.image.abs().max() <= 1
    assert painted.variants is None


def test_an_odd_picture_is_painted_as_if_its_edge_went_on() -> None:
    net, x = small().eval(), planes(3, 33, 47)
    longer = F.pad(x, (0, 17, 0, 31), mode="replicate")
    assert torch.equal(net(x).image, net(longer).image[..., :33, :47])


def test_the_published_depth_trains_on_one_picture_down_to_a_single_place() -> None:
    net = Pix2PixUNet(width=2).train()
    places = []
    net.middle[1].register_forward_hook(lambda _, __, result: places.append(result.shape))
    assert unreached(net, net(planes(3, 200, 256, count=1))) == []
    assert places == [(1, 16, 1, 1)]


def test_no_norm_meets_the_innermost_map() -> None:
    net = small()
    sizes = []
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.register_forward_hook(lambda _, inputs, __: sizes.append(inputs[0].shape[-1]))
    net(planes(3, 32, 32))
    assert min(sizes) == 2


def test_half_of_the_values_fall_in_the_first_three_levels_up_in_training_only() -> None:
    net, x = small(), planes(3, 64, 64)
    dropping = [m for m in net.modules() if isinstance(m, nn.Dropout)]
    shares = []
    for module in dropping:
        module.register_forward_hook(lambda _, __, result: shares.append((result == 0).float().mean()))
    net(x)
    assert len(shares) == 3
    assert all(0.4 < share < 0.6 for share in shares)
    assert not torch.equal(net(x).image, net(x).image)
    net.eval()
    assert torch.equal(net(x).image, net(x).image)


def test_a_shallow_one_works_too() -> None:
    assert small(depth=2)(planes(3)).image.shape == (2, 3, 32, 48)
    with pytest.raises(ValueError, match="depth"):
        small(depth=1)


def test_gradient_reaches_every_parameter() -> None:
    net = small(in_channels=1, style_width=STYLE)
    assert unreached(net, net(planes(1), style=torch.randn(2, STYLE))) == []


def test_a_style_enters_at_the_middle() -> None:
    check_guide(small(style_width=STYLE), planes(3, 33, 47))
    with pytest.raises(ValueError, match="style"):
        small(style_width=STYLE)(planes(3))


def test_convolutions_start_from_a_narrow_normal() -> None:
    net = small(width=16)
    weights = torch.cat([m.weight.flatten() for m in net.modules() if isinstance(m, nn.Conv2d)])
    assert weights.std().item() == pytest.approx(0.02, rel=0.02)


def test_it_learns_a_picture() -> None:
    before, after = learned(small(width=8), drawing(3))
    assert after < before / 2
