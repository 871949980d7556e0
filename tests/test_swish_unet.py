"""SGRU's generator: its size, nine pictures, hints, and gates that open and close."""

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
from torch import Tensor, nn
from torch.nn import functional as F

from attnpaint.model.swish_blocks import SwishDown, SwishLayer, SwishUp
from attnpaint.model.swish_unet import SwishUNet

SMALL = {"widths": (6, 8, 10), "ups": (12, 10, 8), "last": 6}


def small(seed: int = 0, **options: object) -> SwishUNet:
    torch.manual_seed(seed)
    return SwishUNet(**{**SMALL, **options})  # type: ignore[arg-type]


def hints(height: int, width: int, count: int = 2) -> Tensor:
    """A hint map for a picture of that size: red is asked in the upper left cell."""
    hint = torch.zeros(count, 4, -(-height // 4), -(-width // 4))
    hint[:, :, 0, 0] = torch.tensor([1.0, -1.0, -1.0, 1.0])
    return hint


def set_gates(net: nn.Module, opening: float) -> None:
    """Every swish layer lets sigmoid(opening) through, whatever it sees."""
    for layer in net.modules():
        if isinstance(layer, SwishLayer):
            nn.init.zeros_(layer.norm.weight)
            nn.init.constant_(layer.norm.bias, opening)


def published_parameters(concatenate: bool, hint: int, pictures: int) -> int:
    """From the list of layers: a convolution without bias and a norm's scale and shift, one after another."""

    def layer(inner: int, outer: int, size: int) -> int:
        return inner * outer * size**2 + 2 * outer

    total = layer(1, 96, 3) + layer(96, 96, 3) + (0 if concatenate else layer(1, 1, 3))
    for inner, outer in [(1 + 96, 192), (2 * 192 + hint, 288), (2 * 288, 384), (2 * 384, 480)]:
        total += layer(inner, outer, 1) + (2 if concatenate else 3) * layer(outer, outer, 3)
    total += sum(layer(width, width, 3) for width in (96, 192, 288, 384, 480))  # the skips
    joins = [(2 * 480, 512), (1024 + 480, 480), (960 + 384, 384), (768 + 288, 288), (576 + 192, 192)]
    for inner, outer in joins:
        total += layer(inner, outer, 1) + (2 if concatenate else 3) * layer(outer, outer, 3)
        total += 2 * layer(outer, outer, 2)
    total += layer(384 + 96, 96, 1) + 2 * layer(96, 96, 3)
    return total + 96 * 3 * pictures + 3 * pictures


def test_has_the_parameters_of_the_published_list_of_layers() -> None:
    with torch.device("meta"):
        automatic, hinted = SwishUNet(), SwishUNet(variants=1, hint=True, concatenate=True)
    assert number_of_parameters(automatic) == published_parameters(False, 0, 9) == 47_827_558
    assert number_of_parameters(hinted) == published_parameters(True, 4, 1) == 36_502_723


@pytest.mark.parametrize(("height", "width"), SIZES)
@pytest.mark.parametrize("concatenate", [False, True])
def test_any_size_comes_back_nine_times(height: int, width: int, concatenate: bool) -> None:
    net = small(concatenate=concatenate).eval()
    with torch.inference_mode():
        painted = net(planes(1, height, width))
    assert painted.image.shape == (2, 3, height, width)
    assert painted.variants is not None
    assert painted.variants.shape == (2, 9, 3, height, width)
    assert painted.variants.abs().max() <= 1
    assert torch.equal(painted.variants[:, 0], painted.image)


def test_variants_are_the_planes_of_all_reds_all_greens_and_all_blues() -> None:
    net = small().eval()
    nn.init.zeros_(net.end[-1].weight)
    with torch.no_grad():
        net.end[-1].bias.copy_(torch.arange(27) / 27)
    painted = net(planes(1))
    assert painted.variants is not None
    for variant in (0, 1, 8):
        expected = torch.tensor([variant, 9 + variant, 18 + variant]) / 27
        assert torch.allclose(painted.variants[1, variant, :, 5, 7], expected)


def test_variants_differ_and_one_variant_is_just_a_picture() -> None:
    painted = small().eval()(planes(1))
    assert painted.variants is not None
    distances = [(painted.variants[0, 0] - painted.variants[0, i]).abs().mean() for i in range(1, 9)]
    assert min(distances) > 0.01
    assert small(variants=1)(planes(1)).variants is None


def test_pictures_end_at_white_in_evaluation_and_keep_a_gradient_in_training() -> None:
    net = small(variants=1)
    nn.init.constant_(net.end[-1].bias, 5.0)
    assert net.eval()(planes(1)).image.max() == 1
    assert net.train()(planes(1)).image.max() > 1


def test_a_swish_layer_weighs_each_value_by_what_surrounds_it() -> None:
    torch.manual_seed(0)
    layer = SwishLayer(3, "layer")
    nn.init.normal_(layer.norm.weight)
    nn.init.normal_(layer.norm.bias)
    x = 2 * torch.randn(2, 3, 6, 5)
    seen = F.pad(x, (1, 1, 1, 1)).unfold(2, 3, 1).unfold(3, 3, 1)  # N C H W 3 3
    seen = torch.einsum("nchwij, ocij -> nohw", seen, layer.conv.weight)
    mean = seen.mean((1, 2, 3), keepdim=True)
    spread = seen.var((1, 2, 3), unbiased=False, keepdim=True)
    seen = (seen - mean) / (spread + 1e-5).sqrt()
    seen = seen * layer.norm.weight[:, None, None] + layer.norm.bias[:, None, None]
    torch.testing.assert_close(layer(x), x / (1 + (-seen).exp()))


def test_gates_open_and_close_a_blocks_own_path() -> None:
    torch.manual_seed(0)
    x, skip = torch.randn(1, 4, 8, 8), torch.randn(1, 3, 16, 16)
    down, up = SwishDown(4, 6, "layer", gated=True), SwishUp(4, 6, "layer", gated=True)
    plain = SwishDown(4, 6, "layer", gated=False)
    plain.load_state_dict(down.state_dict(), strict=False)
    for opening, share in [(-60.0, 0.0), (0.0, 0.5), (60.0, 1.0)]:
        set_gates(down, opening)
        set_gates(up, opening)
        onward, body = down(x)
        assert torch.equal(onward[:, :6], F.max_pool2d(body, 2))
        assert torch.allclose(onward[:, 6:], share * F.max_pool2d(down.narrow(x), 2), atol=1e-6)
        grown, _ = up(x, skip)
        assert torch.allclose(grown[:, 6:12], share * up.grow_own(up.narrow(x)), atol=1e-6)
        assert torch.equal(grown[:, 12:], skip)
    assert torch.allclose(plain(x)[0], onward)  # F(x) ‖ x: as with open gates


def test_the_drawing_passes_through_the_gates_of_the_skips() -> None:
    net, x = small().eval(), planes(1)
    pictures = []
    for opening in (-60.0, 60.0):
        set_gates(net.skips, opening)
        pictures.append(net(x).image)
    assert (pictures[0] - pictures[1]).abs().mean() > 0.05


@pytest.mark.parametrize(("height", "width"), [(32, 48), (33, 47), (1, 1)])
def test_a_hint_changes_the_picture(height: int, width: int) -> None:
    net = small(hint=True, concatenate=True, variants=1).eval()
    x, hint = planes(1, height, width), hints(height, width)
    asked, nothing = net(x, hint=hint).image, net(x, hint=torch.zeros_like(hint)).image
    assert asked.shape == (2, 3, height, width)
    assert (asked - nothing).abs().max() > 1e-3


def test_a_hint_lies_over_its_place_at_the_third_level() -> None:
    net = small(hint=True)
    seen = []
    net.downs[2].register_forward_hook(lambda _, inputs, __: seen.append(inputs[0]))
    hint = hints(33, 47)
    net(planes(1, 33, 47), hint=hint)
    assert seen[0].shape[-2:] == (10, 12)  # 40×48, the padded size, over 4
    assert torch.equal(seen[0][:, -4:, :9, :12], hint)


def test_an_odd_picture_is_painted_as_if_its_edge_went_on() -> None:
    net = small(hint=True).eval()
    x, hint = planes(1, 33, 47), hints(33, 47)
    longer = F.pad(x, (0, 1, 0, 7), mode="replicate")
    longer_hint = F.pad(hint, (0, 0, 0, 1), mode="replicate")
    whole = net(longer, hint=longer_hint).image
    assert torch.equal(net(x, hint=hint).image, whole[..., :33, :47])


@pytest.mark.parametrize("options", [{}, {"concatenate": True}, {"norm": "batch"}, {"style_width": STYLE}])
def test_gradient_reaches_every_parameter(options: dict[str, object]) -> None:
    net = small(**options, hint=True)
    style = torch.randn(2, STYLE) if "style_width" in options else None
    assert unreached(net, net(planes(1), hint=hints(32, 48), style=style)) == []


def test_a_style_enters_at_the_middle() -> None:
    check_guide(small(style_width=STYLE), planes(1, 33, 47))
    with pytest.raises(ValueError, match="style"):
        small(style_width=STYLE)(planes(1))
    assert small(style_width=STYLE, decoders=False)(planes(1), style=torch.ones(2, STYLE)).guides == ()


def test_evaluation_gives_the_same_picture_every_time() -> None:
    net = small(norm="batch").eval()
    assert torch.equal(net(planes(1)).image, net(planes(1)).image)


@pytest.mark.parametrize("concatenate", [False, True])
def test_it_learns_a_picture(concatenate: bool) -> None:
    before, after = learned(small(concatenate=concatenate), drawing(1))
    assert after < before / 2


def test_it_says_what_it_cannot_take() -> None:
    with pytest.raises(ValueError, match="takes no hint map"):
        small()(planes(1), hint=hints(32, 48))
    with pytest.raises(ValueError, match="needs a hint map"):
        small(hint=True)(planes(1))
    with pytest.raises(ValueError, match="layer, batch"):
        small(norm="instance")
    with pytest.raises(ValueError, match="three levels"):
        small(widths=(4, 4), ups=(4, 4), hint=True)
    with pytest.raises(ValueError, match="one block per level"):
        small(widths=(4, 4))
