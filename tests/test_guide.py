"""The guide branch, alone and in U-Nets: what the style may touch, and what may be left out."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
import torch
from torch import Tensor, nn

from attnpaint.model.attention_unet import AttentionUNet
from attnpaint.model.conditioning import Palette
from attnpaint.model.guide import NARROWEST, WIDEST, Guide, GuideDecoder
from attnpaint.model.outputs import Outputs
from attnpaint.model.palette_unet import PaletteUNet
from attnpaint.model.residual_unet import ResidualUNet

STYLE = 12


@dataclass(frozen=True)
class Case:
    """A small U-Net by its guide's settings, and what it paints from."""

    build: Callable[..., nn.Module]
    channels: int
    needs_palette: bool = False

    def paint(self, net: nn.Module, style: Tensor | None, height: int = 70, width: int = 128) -> Outputs:
        torch.manual_seed(3)  # what dropout drops
        random = torch.Generator().manual_seed(7)
        x = torch.rand(2, self.channels, height, width, generator=random) * 2 - 1
        colors = torch.rand(2, 4, 4, 3, generator=random) * 2 - 1
        beside = (Palette(colors, torch.full((2, 4, 4), 0.25)),) if self.needs_palette else ()
        painted: Outputs = net(x, *beside, style=style)
        return painted


CASES = [
    pytest.param(Case(lambda **s: ResidualUNet(3, width=8, depth=2, **s), 3), id="residual-unet"),
    pytest.param(Case(lambda **s: AttentionUNet(4, **s), 15), id="attention-unet"),
    pytest.param(
        Case(lambda **s: PaletteUNet((8, 16, 24), token_width=16, **s), 15, True), id="palette-unet"
    ),
]


def awake(net: nn.Module) -> nn.Module:
    """Off its start, where ends of residual bodies and the style's map are zero."""
    torch.manual_seed(1)
    with torch.no_grad():
        for parameter in net.parameters():
            parameter += 0.1 * torch.randn_like(parameter)
    return net


def styles(seed: int) -> Tensor:
    return torch.rand(2, STYLE, generator=torch.Generator().manual_seed(seed))


def moved(one: Tensor, other: Tensor) -> float:
    return (one - other).abs().max().item()


def test_the_same_map_of_the_style_is_added_at_every_place() -> None:
    guide = Guide(style_width=2, entry=3, exit=3, scale=2)
    weight = torch.tensor([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]])
    with torch.no_grad():
        guide.style.weight.copy_(weight)
    features = torch.randn(1, 3, 4, 5)
    added = guide.add(features, torch.tensor([[30.0, 40.0]])) - features  # of unit length: (0.6, 0.8)
    torch.testing.assert_close(added, torch.tensor([0.6, 1.6, 1.4])[None, :, None, None].expand_as(added))


def test_starts_with_nothing_added_and_learns_at_once() -> None:
    guide = Guide(STYLE, entry=8, exit=8, scale=2)
    features = torch.randn(2, 8, 3, 3)
    out = guide.add(features, styles(1))
    assert torch.equal(out, features)
    out.sum().backward()
    assert guide.style.weight.grad is not None
    assert guide.style.weight.grad.abs().min() > 0


def test_a_style_of_zeros_adds_nothing_and_none_is_refused() -> None:
    guide = awake(Guide(STYLE, entry=8, exit=8, scale=2))
    assert isinstance(guide, Guide)
    features = torch.randn(2, 8, 3, 3)
    assert torch.equal(guide.add(features, torch.zeros(2, STYLE)), features)
    with pytest.raises(ValueError, match="style vector"):
        guide.add(features, None)


@pytest.mark.parametrize("scale", [1, 2, 32])
def test_decoders_paint_at_full_size(scale: int) -> None:
    guide = Guide(STYLE, entry=8, exit=6, scale=scale)
    pictures = guide.decode(torch.randn(2, 8, 2, 3), 9 * torch.randn(2, 6, 2, 3))
    assert [p.shape for p in pictures] == [(2, 3, 2 * scale, 3 * scale)] * 2
    assert all(p.abs().max() <= 1 for p in pictures)


def test_a_scale_that_is_no_power_of_two_is_refused() -> None:
    for scale in (0, 6):
        with pytest.raises(ValueError, match="power of 2"):
            Guide(STYLE, 8, 8, scale)


def test_a_decoder_stays_small_whatever_comes_in() -> None:
    convs = [m for m in GuideDecoder(512, 64).modules() if isinstance(m, nn.Conv2d)]
    assert [conv.out_channels for conv in convs] == [WIDEST, 64, 32, NARROWEST, NARROWEST, NARROWEST, 3]


@pytest.mark.parametrize("case", CASES)
def test_style_changes_the_picture_and_the_exit_guide_not_the_entry_guide(case: Case) -> None:
    net = awake(case.build(style_width=STYLE)).train()
    one, other = case.paint(net, styles(1)), case.paint(net, styles(2))
    assert one.image.shape == (2, 3, 70, 128)
    assert [guide.shape for guide in one.guides] == [(2, 3, 70, 128)] * 2
    assert moved(one.image, other.image) > 1e-4
    assert torch.equal(one.guides[0], other.guides[0])
    assert moved(one.guides[1], other.guides[1]) > 1e-4
    assert torch.equal(one.image, case.paint(net, styles(1)).image)


@pytest.mark.parametrize("case", CASES)
def test_at_inference_the_decoders_are_silent_and_can_be_left_out(case: Case) -> None:
    whole, bare = awake(case.build(style_width=STYLE)), case.build(style_width=STYLE, decoders=False)
    dropped = ("guide.entry.", "guide.exit.")
    state = whole.state_dict()
    kept = {name: t for name, t in state.items() if not name.startswith(dropped)}
    assert len(kept) < len(state)
    bare.load_state_dict(kept, strict=True)

    assert case.paint(bare.train(), styles(1)).guides == ()
    bare.load_state_dict(kept, strict=True)  # batch norm has counted
    with torch.inference_mode():
        painted, same = case.paint(whole.eval(), styles(1)), case.paint(bare.eval(), styles(1))
    assert painted.guides == same.guides == ()
    assert torch.equal(painted.image, same.image)


@pytest.mark.parametrize("case", CASES)
def test_without_a_guide_there_is_nothing_of_it(case: Case) -> None:
    plain, guided = case.build(), case.build(style_width=STYLE)
    own = plain.state_dict()
    assert not any("guide" in name for name in own)
    guided.load_state_dict(own, strict=False)
    painted = case.paint(plain.eval(), None)
    assert painted.guides == ()
    assert torch.equal(painted.image, case.paint(guided.eval(), styles(1)).image)  # it starts as before


@pytest.mark.parametrize("case", CASES)
def test_a_guided_net_says_that_it_needs_the_style(case: Case) -> None:
    with pytest.raises(ValueError, match="style vector"):
        case.paint(case.build(style_width=STYLE), None)


@pytest.mark.parametrize("case", CASES)
def test_picture_and_guides_reach_every_parameter(case: Case) -> None:
    net = awake(case.build(style_width=STYLE)).train()
    painted = case.paint(net, styles(1), 128, 128)
    loss = sum(p.square().mean() + p[:, :, ::3].mean() for p in (painted.image, *painted.guides))
    assert isinstance(loss, Tensor)
    loss.backward()
    still = [n for n, p in net.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0]
    assert still == []


@pytest.mark.parametrize("case", CASES)
def test_the_middle_learns_the_style_from_the_exit_guide_alone(case: Case) -> None:
    net = awake(case.build(style_width=STYLE)).train()
    painted = case.paint(net, styles(1))
    guide = net.guide
    assert isinstance(guide, Guide)
    painted.guides[0].square().mean().backward(retain_graph=True)
    assert guide.style.weight.grad is None
    painted.guides[1].square().mean().backward()
    assert guide.style.weight.grad is not None
    assert guide.style.weight.grad.abs().sum() > 0
