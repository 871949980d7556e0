"""The ancestor's generator: its size, its numbers, any picture size, and what its gates do."""

import os
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional as F

from attnpaint.model.attention_unet import AttentionUNet, GridGate
from attnpaint.model.importer import import_discriminator, import_generator

SMALL = Path(__file__).parent / "parity" / "attentioned_deep_paint_width2.safetensors"
LARGER = Path(os.environ.get("ATTNPAINT_PARITY", "")) / "attentioned_deep_paint_width8.safetensors"
SIZES = [(1, 1), (64, 64), (100, 70), (65, 190)]


def parity_files() -> list[object]:
    absent = pytest.mark.skipif(not LARGER.is_file(), reason="ATTNPAINT_PARITY names no folder with it")
    return [pytest.param(SMALL, id="width2"), pytest.param(LARGER, id="width8", marks=absent)]


def under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): t for name, t in tensors.items() if name.startswith(prefix)}


@pytest.mark.parametrize("path", parity_files())
def test_imported_weights_give_the_ancestors_numbers(path: Path) -> None:
    theirs = load_file(path)
    sketch = theirs["input.sketch"]
    with torch.inference_mode():
        painted = import_generator(under("weights.", theirs))(torch.cat([sketch, theirs["input.colors"]], 1))
        judged = import_discriminator(under("discriminator.weights.", theirs))(sketch, painted.image)

    for ours, name in [
        (painted.image, "output.image"),
        (judged.logits.sigmoid(), "discriminator.output"),  # the ancestor's BCE head ends in a sigmoid
        *((seen, f"output.attention.{i}") for i, seen in enumerate(painted.gates)),
    ]:
        assert (ours - theirs[name]).abs().max() < 1e-5, name
    spread = theirs["output.image"].std()
    assert (painted.image - theirs["output.image"]).abs().max() < 1e-4 * spread
    assert len(painted.gates) == 6


def test_has_the_ancestors_number_of_parameters() -> None:
    with torch.device("meta"):
        net = AttentionUNet()
    assert sum(p.numel() for p in net.parameters()) == 48_573_641


@pytest.mark.parametrize(("height", "width"), SIZES)
def test_any_size_comes_back_in_its_own_size_under_gate_maps_that_cover_it(height: int, width: int) -> None:
    net = AttentionUNet(width=2).eval()
    with torch.inference_mode():
        painted = net(torch.randn(2, 15, height, width).clamp(-1, 1))
    assert painted.image.shape == (2, 3, height, width)
    assert painted.image.abs().max() <= 1
    assert painted.pointer is None
    cells = [32, 16, 8, 4, 2, 1]
    assert [s.shape[1:] for s in painted.gates] == [(1, -(-height // c), -(-width // c)) for c in cells]
    assert all(seen.min() >= 0 and seen.max() <= 1 for seen in painted.gates)


@pytest.mark.parametrize("channels", [1, 3, 7])
def test_takes_the_channels_that_it_is_built_for(channels: int) -> None:
    net = AttentionUNet(width=2, in_channels=channels).eval()
    assert net(torch.rand(1, channels, 9, 7)).image.shape == (1, 3, 9, 7)
    with pytest.raises(RuntimeError, match="channels"):
        net(torch.rand(1, channels + 1, 9, 7))


def test_padding_happens_once_at_the_right_and_bottom_edge() -> None:
    net = AttentionUNet(width=2).eval()
    x = torch.rand(1, 15, 100, 70)
    with torch.inference_mode():
        padded = net(F.pad(x, (0, 58, 0, 28), mode="replicate")).image
        assert torch.equal(net(x).image, padded[..., :100, :70])


def test_a_gate_weighs_the_skip_by_a_sigmoid_on_a_half_size_grid() -> None:
    torch.manual_seed(0)
    gate = GridGate(skip=4, signal=6).eval()
    p = dict(gate.named_parameters())
    skip, signal = 3 * torch.randn(1, 4, 8, 8), 3 * torch.randn(1, 6, 2, 2)
    with torch.inference_mode():
        gated, seen = gate(skip, signal)
        for row, column in [(0, 0), (3, 6), (7, 5)]:
            cell = skip[0, :, row // 2 * 2 : row // 2 * 2 + 2, column // 2 * 2 : column // 2 * 2 + 2]
            inner = torch.einsum("ochw, chw -> o", p["from_skip.weight"], cell)
            inner += p["from_signal.weight"][..., 0, 0] @ signal[0, :, row // 4, column // 4]
            inner += p["from_signal.bias"]
            score = p["score.weight"][0, :, 0, 0] @ inner.relu() + p["score.bias"]
            torch.testing.assert_close(seen[0, 0, row, column], score.sigmoid()[0])
        torch.testing.assert_close(gated, gate.out(skip * seen))
    assert seen.std() > 0.05


def test_training_reaches_every_parameter_and_drops_channels() -> None:
    torch.manual_seed(0)
    net = AttentionUNet(width=4)
    x = torch.randn(2, 15, 128, 128)
    first, second = net(x).image, net(x).image
    assert not torch.equal(first, second)
    first.square().mean().backward()
    assert [name for name, p in net.named_parameters() if p.grad is None] == []


def test_convolutions_start_from_a_narrow_normal() -> None:
    net = AttentionUNet(width=16)
    weights = torch.cat([m.weight.flatten() for m in net.modules() if isinstance(m, torch.nn.Conv2d)])
    assert weights.std().item() == pytest.approx(0.02, rel=0.02)
    assert weights.mean().abs() < 1e-3


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_runs_on_every_device_at_hand(dtype: torch.dtype) -> None:
    device = "cuda" if torch.cuda.is_available() else "cpu"
    net = AttentionUNet(width=2).eval().to(device)
    with torch.inference_mode(), torch.autocast(device, dtype=dtype, enabled=dtype is torch.bfloat16):
        image = net(torch.zeros(1, 15, 64, 64, device=device)).image
    assert image.dtype is torch.float32
    assert image.isfinite().all()
