"""The generator of style2paints v1: any size, any batch, and that it learns. Its guide: test_guide.py."""

import pytest
import torch
from torch.nn import functional as F

from attnpaint.model.residual_unet import ResidualUNet


@pytest.mark.parametrize(("height", "width"), [(1, 1), (32, 48), (33, 47), (5, 3)])
@pytest.mark.parametrize("training", [False, True])
def test_any_size_even_as_a_batch_of_one_in_training(height: int, width: int, training: bool) -> None:
    net = ResidualUNet(width=8, depth=3, style_width=4).train(training)
    painted = net(torch.rand(1, 3, height, width) * 2 - 1, style=torch.rand(1, 4))
    assert painted.image.shape == (1, 3, height, width)
    assert [guide.shape for guide in painted.guides] == [(1, 3, height, width)] * (2 * training)
    assert painted.image.abs().max() <= 1
    assert painted.gates == ()
    assert painted.pointer is None


def test_padding_happens_once_at_the_right_and_bottom_edge() -> None:
    net = ResidualUNet(width=8, depth=3).eval()
    x = torch.rand(1, 3, 33, 47)
    with torch.inference_mode():
        padded = net(F.pad(x, (0, 1, 0, 7), mode="replicate")).image
        assert torch.equal(net(x).image, padded[..., :33, :47])


def test_takes_the_channels_that_it_is_built_for() -> None:
    assert ResidualUNet(1, width=8, depth=1)(torch.rand(1, 1, 8, 8)).image.shape == (1, 3, 8, 8)
    with pytest.raises(RuntimeError, match="channels"):
        ResidualUNet(3, width=8, depth=1)(torch.rand(1, 4, 8, 8))


def test_number_of_parameters() -> None:
    with torch.device("meta"):
        net, guided = ResidualUNet(), ResidualUNet(style_width=4096, decoders=False)
    counts = [sum(p.numel() for p in n.parameters()) for n in (net, guided)]
    assert counts[1] - counts[0] == 4096 * 512
    assert counts[0] == 49_841_603


def test_overfits_one_pair() -> None:
    torch.manual_seed(0)
    net = ResidualUNet(width=8, depth=2, style_width=4)
    x, style = torch.ones(1, 3, 32, 32), torch.rand(1, 4)
    x[..., 10:12, :] = -1
    target = x.clone()
    target[:, 0, 12:] = -0.5
    optimiser = torch.optim.Adam(net.parameters(), 3e-3)
    errors = []
    for _ in range(50):
        painted = net(x, style=style)
        error = (painted.image - target).square().mean()
        guided = sum((guide - target).abs().mean() for guide in painted.guides)
        optimiser.zero_grad()
        (error + guided).backward()
        optimiser.step()
        errors.append(error.item())
    assert errors[-1] < errors[0] / 4  # 6 dB
