"""The two-stage discriminator: one score per picture of any size, from blocks of stride 2."""

import pytest
import torch

from attnpaint.model.discriminator import Norm, StackDiscriminator


def test_number_of_parameters() -> None:
    assert sum(p.numel() for p in StackDiscriminator().parameters()) == 1_562_817


@pytest.mark.parametrize("norm", Norm)
def test_scores_pictures_and_hands_out_its_features(norm: Norm) -> None:
    net = StackDiscriminator(width=4, norm=norm)
    judged = net(torch.rand(2, 3, 64, 96), torch.rand(2, 3, 64, 96))
    assert judged.logits.shape == (2, 1, 1, 1)
    assert judged.style is None
    shapes = [(4, 32, 48), (8, 16, 24), (16, 8, 12), (32, 4, 6)]
    assert [f.shape[1:] for f in judged.features] == shapes
    judged.logits.mean().backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in net.parameters())


@pytest.mark.parametrize(("height", "width"), [(1, 1), (16, 16), (33, 47), (5, 300)])
def test_any_size(height: int, width: int) -> None:
    net = StackDiscriminator(width=4).eval()
    judged = net(torch.rand(2, 1, height, width), torch.rand(2, 3, height, width))
    assert judged.logits.shape == (2, 1, 1, 1)
    assert judged.logits.isfinite().all()


def test_the_score_sees_the_whole_picture_and_knows_places() -> None:
    torch.manual_seed(0)
    net = StackDiscriminator(width=4, norm=Norm.NONE).eval()
    hint, image = torch.zeros(1, 3, 64, 64), torch.zeros(1, 3, 64, 64, requires_grad=True)
    net(hint, image).logits.sum().backward()
    assert image.grad is not None
    seen = image.grad[0].abs().sum(0) > 0
    assert seen.all()
    corner = torch.zeros(1, 3, 64, 64)
    corner[..., :16, :16] = 1
    assert not torch.allclose(net(hint, corner).logits, net(hint, corner.flip(3)).logits, atol=1e-7)


def test_the_judgement_depends_on_the_hint_unless_nothing_stands_beside() -> None:
    image, hints = torch.rand(1, 3, 64, 64), (torch.ones(1, 3, 64, 64), -torch.ones(1, 3, 64, 64))
    net = StackDiscriminator(width=4).eval()
    one, other = (net(hint, image).logits for hint in hints)
    assert not torch.equal(one, other)
    blind = StackDiscriminator(width=4, beside=0).eval()
    one, other = (blind(hint, image).logits for hint in (None, hints[0]))
    assert torch.equal(one, other)
    with pytest.raises(ValueError, match="needs the sketch"):
        net(None, image)


def test_tells_the_style() -> None:
    net = StackDiscriminator(width=4, style_classes=10).eval()
    judged = net(torch.rand(2, 3, 64, 64), torch.rand(2, 3, 64, 64))
    assert judged.style is not None
    assert net.tell_style is not None
    assert torch.equal(judged.style, net.tell_style(judged.features[-1].mean((2, 3))))


def test_spectral_norm_bounds_every_layer_linear_ones_too() -> None:
    torch.manual_seed(0)
    net = StackDiscriminator(width=4, norm=Norm.SPECTRAL, style_classes=10)
    for _ in range(30):  # power iterations
        net(torch.rand(2, 3, 32, 32), torch.rand(2, 3, 32, 32))
    layers = [m for m in net.eval().modules() if isinstance(m, (torch.nn.Conv2d, torch.nn.Linear))]
    assert len(layers) == 6
    for layer in layers:
        assert torch.linalg.matrix_norm(layer.weight.flatten(1), 2).item() == pytest.approx(1, abs=0.05)


def test_batch_norm_is_in_every_block() -> None:
    net = StackDiscriminator(width=2)
    assert [any(isinstance(m, torch.nn.BatchNorm2d) for m in part.modules()) for part in net.layers] == [
        True
    ] * 4


def test_learns_to_tell_a_stained_picture_from_a_clean_one() -> None:
    torch.manual_seed(0)
    net = StackDiscriminator(width=4)
    optimiser = torch.optim.Adam(net.parameters(), 3e-3)
    hint, clean = torch.ones(4, 3, 32, 32), torch.rand(4, 3, 32, 32)
    stained = clean.clone()
    stained[..., 8:16, 8:16] = -1
    for _ in range(30):
        real, fake = net(hint, clean).logits, net(hint, stained).logits
        loss = torch.nn.functional.softplus(-real).mean() + torch.nn.functional.softplus(fake).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert real.min() > fake.max()
