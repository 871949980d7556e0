"""The PatchGAN: size, patch, norms, and the features for feature matching."""

import pytest
import torch

from attnpaint.model.discriminator import Norm, PatchDiscriminator


def test_has_the_ancestors_number_of_parameters() -> None:
    assert sum(p.numel() for p in PatchDiscriminator().parameters()) == 2_769_601


@pytest.mark.parametrize("norm", Norm)
def test_scores_patches_and_hands_out_its_features(norm: Norm) -> None:
    net = PatchDiscriminator(width=4, norm=norm)
    judged = net(torch.rand(2, 1, 64, 96), torch.rand(2, 3, 64, 96))
    assert judged.logits.shape == (2, 1, 6, 10)
    shapes = [(4, 32, 48), (8, 16, 24), (16, 8, 12), (32, 7, 11)]
    assert [f.shape[1:] for f in judged.features] == shapes
    judged.logits.mean().backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in net.parameters())


def test_one_grey_channel_counts_as_three_equal_ones() -> None:
    net = PatchDiscriminator(width=4).eval()
    sketch, image = torch.rand(1, 1, 64, 64), torch.rand(1, 3, 64, 64)
    assert torch.equal(net(sketch, image).logits, net(sketch.expand(-1, 3, -1, -1), image).logits)


def test_one_score_sees_seventy_pixels_square() -> None:
    net = PatchDiscriminator(width=2, norm=Norm.NONE).eval()
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.fill_(0.05)
    image = torch.ones(1, 3, 256, 256, requires_grad=True)
    net(torch.ones(1, 1, 256, 256), image).logits[0, 0, 15, 15].backward()
    assert image.grad is not None
    rows, columns = image.grad[0, 0].nonzero(as_tuple=True)
    assert rows.max() - rows.min() + 1 == columns.max() - columns.min() + 1 == 70


def test_the_judgement_depends_on_the_sketch() -> None:
    net = PatchDiscriminator(width=4).eval()
    image = torch.rand(1, 3, 64, 64)
    white, black = torch.ones(1, 1, 64, 64), -torch.ones(1, 1, 64, 64)
    assert not torch.allclose(net(white, image).logits, net(black, image).logits)


def test_spectral_norm_bounds_every_layer() -> None:
    net = PatchDiscriminator(width=4, norm=Norm.SPECTRAL)
    sketch, image = torch.rand(2, 1, 32, 32), torch.rand(2, 3, 32, 32)
    for _ in range(30):  # power iterations
        net(sketch, image)
    convs = [m for m in net.eval().modules() if isinstance(m, torch.nn.Conv2d)]
    assert len(convs) == 5
    for conv in convs:
        assert torch.linalg.matrix_norm(conv.weight.flatten(1), 2).item() == pytest.approx(1, abs=0.05)


def test_batch_and_instance_norm_leave_the_outermost_layers_alone() -> None:
    for norm, layer in [(Norm.BATCH, torch.nn.BatchNorm2d), (Norm.INSTANCE, torch.nn.InstanceNorm2d)]:
        net = PatchDiscriminator(width=2, norm=norm)
        normed = [any(isinstance(m, layer) for m in part.modules()) for part in net.layers]
        assert normed == [False, True, True, True, False]


def test_without_anything_beside_it_only_the_picture_counts() -> None:
    net = PatchDiscriminator(width=4, beside=0).eval()
    image = torch.rand(1, 3, 64, 64)
    blind = net(None, image)
    assert blind.logits.shape == (1, 1, 6, 6)
    assert torch.equal(blind.logits, net(torch.rand(1, 1, 64, 64), image).logits)
    full = PatchDiscriminator(beside=0)
    assert 2_769_601 - sum(p.numel() for p in full.parameters()) == 3 * 64 * 4 * 4


def test_a_hint_image_takes_the_sketchs_place() -> None:
    net = PatchDiscriminator(width=4).eval()
    image, hint = torch.rand(1, 3, 64, 64), torch.rand(1, 3, 64, 64)
    swapped = net(hint.flip(1), image).logits
    assert not torch.allclose(net(hint, image).logits, swapped)


def test_a_conditional_discriminator_says_that_it_misses_the_sketch() -> None:
    with pytest.raises(ValueError, match="needs the sketch"):
        PatchDiscriminator(width=4)(None, torch.rand(1, 3, 64, 64))


@pytest.mark.parametrize("norm", Norm)
def test_tells_the_style_from_the_mean_of_its_last_features(norm: Norm) -> None:
    net = PatchDiscriminator(width=4, norm=norm, style_classes=10).eval()
    judged = net(torch.rand(2, 1, 64, 96), torch.rand(2, 3, 64, 96))
    assert judged.style is not None
    assert net.tell_style is not None
    assert judged.style.shape == (2, 10)
    assert torch.equal(judged.style, net.tell_style(judged.features[-1].mean((2, 3))))
    assert judged.logits.shape == (2, 1, 6, 10)


def test_no_style_is_told_unless_asked_for() -> None:
    net = PatchDiscriminator(width=4)
    assert net(torch.rand(2, 1, 64, 96), torch.rand(2, 3, 64, 96)).style is None
    assert not any("style" in name for name in net.state_dict())


def test_spectral_norm_bounds_the_style_layer_too() -> None:
    net = PatchDiscriminator(width=4, norm=Norm.SPECTRAL, style_classes=10)
    for _ in range(30):  # power iterations
        net(torch.rand(2, 1, 32, 32), torch.rand(2, 3, 32, 32))
    assert net.eval().tell_style is not None
    weight = next(m.weight for m in net.modules() if isinstance(m, torch.nn.Linear))
    assert torch.linalg.matrix_norm(weight, 2).item() == pytest.approx(1, abs=0.05)


def test_instance_norm_judges_a_picture_by_itself_and_batch_norm_by_its_batch() -> None:
    torch.manual_seed(0)
    sketch, image = torch.rand(3, 1, 64, 64), torch.rand(3, 3, 64, 64)
    for norm, alone in [(Norm.INSTANCE, True), (Norm.BATCH, False)]:
        net = PatchDiscriminator(width=4, norm=norm).train()
        together = net(sketch, image).logits[:1]
        single = net(sketch[:1], image[:1]).logits
        assert torch.allclose(together, single, atol=1e-5) is alone
