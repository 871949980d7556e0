"""The generator of the two stages: its size, any picture size, its upsampling, and whether it learns."""

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

from attnpaint.model.double_conv_unet import DoubleConvUNet

DOUBLE = [  # channels in and out of each double convolution, as published, for the draft
    *[(4, 64), (64, 128), (128, 256), (256, 512), (512, 512)],
    *[(1024, 256), (512, 128), (256, 64), (128, 64)],
]


def small(in_channels: int = 4, **options: int) -> DoubleConvUNet:
    torch.manual_seed(0)
    return DoubleConvUNet(in_channels, (4, 6, 8), **options)


def test_has_the_parameters_of_the_published_list_of_layers() -> None:
    with torch.device("meta"):
        draft, refine = DoubleConvUNet(4), DoubleConvUNet(7)
    layers = sum(9 * (a * b + b * b) + 6 * b for a, b in DOUBLE)
    assert number_of_parameters(draft) == layers + 64 * 3 + 3 == 13_396_035
    assert number_of_parameters(refine) == number_of_parameters(draft) + 3 * 64 * 9 == 13_397_763


def test_layers_have_the_published_channels_in_the_order_they_run() -> None:
    net, seen = DoubleConvUNet(4), []
    for module in net.modules():
        if isinstance(module, nn.Conv2d):
            module.register_forward_hook(
                lambda conv, _, __: seen.append((conv.in_channels, conv.out_channels))
            )
    with torch.inference_mode():
        net.eval()(planes(4, 16, 16, count=1))
    assert seen == [pair for a, b in DOUBLE for pair in ((a, b), (b, b))] + [(64, 3)]


@pytest.mark.parametrize("in_channels", [4, 7])
@pytest.mark.parametrize(("height", "width"), SIZES)
def test_any_size_comes_back_in_its_own_size(height: int, width: int, in_channels: int) -> None:
    with torch.inference_mode():
        image = small(in_channels).eval()(planes(in_channels, height, width)).image
    assert image.shape == (2, 3, height, width)
    assert image.abs().max() <= 1


def test_an_odd_picture_is_painted_as_if_its_edge_went_on() -> None:
    net, x = small().eval(), planes(4, 33, 47)
    longer = F.pad(x, (0, 1, 0, 3), mode="replicate")
    assert torch.equal(net(x).image, net(longer).image[..., :33, :47])


def test_the_picture_is_a_sigmoid_stretched_to_its_range() -> None:
    net, seen = small().eval(), []
    net.head.register_forward_hook(lambda _, __, result: seen.append(result))
    image = net(planes(4)).image
    torch.testing.assert_close(image, 2 * torch.sigmoid(seen[0]) - 1)


def test_upsampling_is_bilinear_from_corner_to_corner_and_the_skip_comes_first() -> None:
    net, seen = small(), []
    net.middle.register_forward_hook(lambda _, __, result: seen.append(result))
    net.downs[1].register_forward_hook(lambda _, __, result: seen.insert(0, result))
    net.ups[0].register_forward_hook(lambda _, inputs, __: seen.append(inputs[0]))
    net(planes(4))
    skip, middle, joined = seen
    assert torch.equal(joined[:, :6], skip)
    risen = joined[:, 6:]
    assert torch.equal(risen[..., 0, 0], middle[..., 0, 0])
    torch.testing.assert_close(risen[..., -1, -1], middle[..., -1, -1])
    step = (middle.shape[-1] - 1) / (risen.shape[-1] - 1)  # columns of the small map per column of the large
    expected = (1 - step) * middle[..., 0, 0] + step * middle[..., 0, 1]
    torch.testing.assert_close(risen[..., 0, 1], expected)


def test_hint_and_draft_matter_and_evaluation_gives_the_same_every_time() -> None:
    net, x = small(7).eval(), planes(7)
    assert torch.equal(net(x).image, net(x).image)
    for places in (slice(1, 4), slice(4, 7)):
        changed = x.clone()
        changed[:, places] *= -1
        assert (net(x).image - net(changed).image).abs().mean() > 1e-3


def test_gradient_reaches_every_parameter() -> None:
    net = small(style_width=STYLE)
    assert unreached(net, net(planes(4), style=torch.randn(2, STYLE))) == []


def test_a_style_enters_at_the_middle() -> None:
    check_guide(small(style_width=STYLE), planes(4, 33, 47))
    with pytest.raises(ValueError, match="style"):
        small(style_width=STYLE)(planes(4))


def test_two_levels_are_the_fewest() -> None:
    assert DoubleConvUNet(4, (4, 6))(planes(4)).image.shape == (2, 3, 32, 48)
    with pytest.raises(ValueError, match="two levels"):
        DoubleConvUNet(4, (4,))


def test_it_learns_a_picture() -> None:
    before, after = learned(small(), drawing(4), rate=1e-2)  # the source's rate
    assert after < before / 2
