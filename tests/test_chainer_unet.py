"""PaintsChainer's generator: its size, any picture size, its skips, and whether it learns."""

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

from attnpaint.model.chainer_unet import ChainerUNet

LAYERS = [  # inner, outer and kernel size, as published; a norm follows each
    *[(4, 32, 3), (32, 64, 4), (64, 64, 3), (64, 128, 4), (128, 128, 3), (128, 256, 4), (256, 256, 3)],
    *[(256, 512, 4), (512, 512, 3), (1024, 512, 4), (512, 256, 3), (512, 256, 4), (256, 128, 3)],
    *[(256, 128, 4), (128, 64, 3), (128, 64, 4), (64, 32, 3)],
]


def small(seed: int = 0, **options: int) -> ChainerUNet:
    torch.manual_seed(seed)
    return ChainerUNet(**{"width": 4, **options})


def test_has_the_parameters_of_the_published_list_of_layers() -> None:
    with torch.device("meta"):
        net = ChainerUNet()
    layers = sum(inner * outer * size**2 + 3 * outer for inner, outer, size in LAYERS)
    assert number_of_parameters(net) == layers + 64 * 3 * 9 + 3 == 18_639_619


def test_layers_have_the_published_channels_in_the_order_they_run() -> None:
    net, seen = ChainerUNet(), []
    for module in net.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
            module.register_forward_hook(
                lambda conv, _, __: seen.append((conv.in_channels, conv.out_channels, conv.kernel_size[0]))
            )
    with torch.inference_mode():
        net.eval()(planes(4, 16, 16, count=1))
    assert seen == [*LAYERS, (64, 3, 3)]


@pytest.mark.parametrize(("height", "width"), SIZES)
def test_any_size_comes_back_in_its_own_size(height: int, width: int) -> None:
    with torch.inference_mode():
        image = small().eval()(planes(4, height, width)).image
    assert image.shape == (2, 3, height, width)
    assert image.abs().max() <= 1


def test_an_odd_picture_is_painted_as_if_its_edge_went_on() -> None:
    net, x = small().eval(), planes(4, 33, 47)
    longer = F.pad(x, (0, 1, 0, 15), mode="replicate")
    assert torch.equal(net(x).image, net(longer).image[..., :33, :47])


def test_the_drawing_at_full_size_reaches_the_head_unspoilt() -> None:
    net, seen = small(), []
    net.stem.register_forward_hook(lambda _, __, result: seen.append(result))
    net.head.register_forward_hook(lambda _, inputs, __: seen.append(inputs[0]))
    net(planes(4))
    assert torch.equal(seen[1][:, :4], seen[0])


def test_pictures_end_at_white_in_evaluation_and_keep_a_gradient_in_training() -> None:
    net = small()
    nn.init.constant_(net.head.bias, 5.0)
    assert net.eval()(planes(4)).image.max() == 1
    assert net.train()(planes(4)).image.max() > 1


def test_the_colour_planes_matter_and_evaluation_gives_the_same_every_time() -> None:
    net, x = small().eval(), planes(4)
    uncolored = torch.cat([x[:, :1], torch.zeros(2, 3, 32, 48)], dim=1)
    assert torch.equal(net(x).image, net(x).image)
    assert (net(x).image - net(uncolored).image).abs().mean() > 1e-3


def test_gradient_reaches_every_parameter() -> None:
    net = small(in_channels=1, style_width=STYLE)
    assert unreached(net, net(planes(1), style=torch.randn(2, STYLE))) == []


def test_a_style_enters_at_the_middle() -> None:
    check_guide(small(style_width=STYLE), planes(4, 33, 47))
    with pytest.raises(ValueError, match="style"):
        small(style_width=STYLE)(planes(4))


def test_it_learns_a_picture() -> None:
    before, after = learned(small(), drawing(4))
    assert after < before / 2
