"""The default generator: what goes in, what comes out, and what its picture is made of."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from attnpaint.config import GeneratorConfig
from attnpaint.model.build import build_generator
from attnpaint.model.conditioning import Palette, stack
from attnpaint.model.heads import SHADING, PointerHead, all_colors
from attnpaint.model.outputs import INK, Outputs
from attnpaint.model.palette_unet import PaletteUNet
from attnpaint.recipe_file import load_recipe


def awake(seed: int = 0) -> PaletteUNet:
    """A small generator whose weights are off their start, where the ends of residual bodies are zero."""
    torch.manual_seed(seed)
    net = PaletteUNet(widths=(8, 16, 24), token_width=16)
    with torch.no_grad():
        for parameter in net.parameters():
            parameter += 0.1 * torch.randn_like(parameter)
    return net


def palettes(count: int = 2, seed: int = 1) -> Palette:
    random = torch.Generator().manual_seed(seed)
    colors = torch.rand(count, 4, 4, 3, generator=random) * 2 - 1
    return Palette(colors, torch.rand(count, 4, 4, generator=random).softmax(dim=2))


def sketches(height: int = 32, width: int = 48, count: int = 2) -> Tensor:
    sketch = torch.ones(count, 1, height, width)
    sketch[:, :, height // 3, :] = -1
    sketch[:, :, :, width // 2] = -1
    return sketch


def paint(net: nn.Module, sketch: Tensor, palette: Palette) -> Outputs:
    with torch.inference_mode():
        painted: Outputs = net(stack(sketch, palette), palette)
    return painted


def test_the_shipped_recipe_has_at_most_twenty_million_parameters_and_takes_15_channels() -> None:
    net = build_generator(load_recipe("attnpaint").generator)
    assert isinstance(net, PaletteUNet)
    assert 1e6 < sum(parameter.numel() for parameter in net.parameters()) <= 20e6
    with torch.inference_mode():
        assert net(torch.zeros(1, 15, 32, 32), palettes(1)).image.shape == (1, 3, 32, 32)
        with pytest.raises(RuntimeError, match="channels"):
            net(torch.zeros(1, 14, 32, 32), palettes(1))


def test_the_recipes_numbers_reach_the_network() -> None:
    net = build_generator(replace(GeneratorConfig(), widths=(8, 16), depth=2, token_width=16, attended=0))
    assert isinstance(net, PaletteUNet)
    assert net.multiple == 4
    assert [len(down.blocks) for down in net.downs] == [2]
    assert all(up.attend is None for up in net.ups)


def test_the_head_lets_no_pattern_of_every_other_pixel_pass() -> None:
    torch.manual_seed(0)
    head = PointerHead(8, 16)
    assert head.expand.bias is not None
    nn.init.normal_(head.expand.bias)  # another one for each of the four pixels that a feature becomes
    alike = torch.zeros(1, 8, 6, 6), torch.ones(1, 1, 12, 12), torch.randn(1, 16, 16), torch.rand(1, 16, 3)
    with torch.inference_mode():
        smooth = torch.cat(head(*alike), dim=1)[..., 1:-1, 1:-1]
        head.binomial[0, 0] = torch.tensor([[0, 0, 0], [0, 1, 0], [0, 0, 0]])
        dotted = torch.cat(head(*alike), dim=1)[..., 1:-1, 1:-1]
    assert smooth.std(dim=(2, 3)).max() < 1e-5 < 0.1 < dotted.std(dim=(2, 3)).max()


@pytest.mark.parametrize(("height", "width"), [(32, 48), (33, 47), (40, 24), (17, 64), (5, 3)])
def test_any_height_and_width(height: int, width: int) -> None:
    painted = paint(awake(), sketches(height, width), palettes())
    assert painted.pointer is not None
    assert painted.image.shape == (2, 3, height, width)
    assert painted.pointer.shape == (2, 18, height, width)
    assert painted.image.abs().max() <= 1
    assert all(gate.shape[:2] == (2, 1) for gate in painted.gates)


def test_an_odd_picture_is_painted_as_if_its_edge_went_on() -> None:
    net, palette = awake(), palettes()
    x = stack(sketches(33, 47), palette)
    longer = nn.functional.pad(x, (0, 1, 0, 7), mode="replicate")
    assert torch.equal(net(x, palette).image, net(longer, palette).image[..., :33, :47])


def test_shares_sum_to_one_and_gates_lie_between_nought_and_one() -> None:
    painted = paint(awake(), sketches(), palettes())
    assert painted.pointer is not None
    assert painted.pointer.min() >= 0
    assert torch.allclose(painted.pointer.sum(dim=1), torch.ones(2, 32, 48), atol=1e-5)
    assert len(painted.gates) == 2
    assert painted.gates[0].shape[-1] < painted.gates[1].shape[-1]  # deepest first
    for gate in painted.gates:
        assert 0 <= gate.min() < gate.max() <= 1


def test_the_picture_is_the_palettes_colours_and_a_little_shading() -> None:
    palette = palettes()
    painted = paint(awake(), sketches(), palette)
    assert painted.pointer is not None
    mixed = torch.einsum(
        "n t h w, n t c -> n c h w", painted.pointer, all_colors(palette.colors.flatten(1, 2))
    )
    shading = painted.image - mixed
    assert shading.abs().max() <= SHADING + 1e-5
    assert shading.abs().max() > 0.01


def test_another_palette_gives_another_picture() -> None:
    net, sketch = awake(), sketches()
    one, other = paint(net, sketch, palettes(seed=1)), paint(net, sketch, palettes(seed=2))
    assert (one.image - other.image).abs().mean() > 0.1


def test_the_weights_of_a_palette_matter_too() -> None:
    net, palette = awake(), palettes()
    heavier = Palette(palette.colors, palette.weights.flip(2))
    assert not torch.equal(paint(net, sketches(), palette).image, paint(net, sketches(), heavier).image)


def test_dark_lines_ask_for_ink_from_the_start() -> None:
    torch.manual_seed(0)
    painted = paint(PaletteUNet(widths=(8, 16), token_width=16), sketches(), palettes())
    assert painted.pointer is not None
    line = sketches()[:, 0] < 0
    assert painted.pointer[:, INK][line].mean() > 3 * painted.pointer[:, INK][~line].mean()


def test_gradient_reaches_every_parameter() -> None:
    net, palette = awake(), palettes()
    painted = net(stack(sketches(), palette), palette)
    (painted.image.square().mean() + painted.image[:, :, ::3].mean()).backward()
    without = [n for n, p in net.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0]
    assert without == []


def test_it_says_that_it_needs_the_palette() -> None:
    with pytest.raises(ValueError, match="palette"):
        awake()(torch.zeros(1, 15, 32, 32))
