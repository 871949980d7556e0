"""Distances of activations, against answers worked out by hand."""

import pytest
import torch
from torch import Tensor

from attnpaint.errors import UsageError
from attnpaint.losses.pixels import perceptual
from attnpaint.model.discriminator import PatchDiscriminator


def layers(*values: float) -> list[Tensor]:
    """Two layers of activations for each picture: its value, and ten times it in fewer places."""
    each = torch.tensor(values).view(-1, 1, 1, 1)
    return [each.expand(-1, 4, 8, 8).clone(), (10 * each).expand(-1, 16, 2, 2).clone()]


def test_layers_are_weighed_and_summed_per_picture() -> None:
    painted, truth = layers(2.0, 3.0), layers(0.0, 2.0)
    assert perceptual(painted, truth).tolist() == [22, 11]
    assert perceptual(painted, truth, (0.5, 0.1)).tolist() == pytest.approx([1 + 2, 0.5 + 1])
    assert perceptual(painted, truth, (1.0, 0.0), "l2").tolist() == [4, 1]
    assert perceptual(painted, truth, distance="l2").tolist() == [404, 101]


def test_a_root_mean_square_is_a_norm_over_the_root_of_its_values() -> None:
    torch.manual_seed(0)
    painted, truth = torch.rand(2, 4, 8, 8), torch.rand(2, 4, 8, 8)
    norms = (painted - truth).flatten(1).norm(dim=1)
    found = perceptual([painted], [truth], (3.0,), "rms")
    torch.testing.assert_close(found, 3 * norms / (4 * 8 * 8) ** 0.5, rtol=0, atol=4e-3)
    still = truth.clone().requires_grad_()
    perceptual([still], [truth], distance="rms").sum().backward()
    assert still.grad is not None
    assert (still.grad == 0).all()


@pytest.mark.parametrize("distance", ["l1", "l2", "rms"])
def test_equal_pictures_are_not_apart(distance: str) -> None:
    assert perceptual(layers(1.5), layers(1.5), distance=distance).tolist() == [0]


def test_the_sketch_masks_every_layer_at_its_own_size() -> None:
    sketch = torch.ones(2, 1, 16, 16)
    sketch[0, ..., 4:] = -1  # a quarter of the first drawing is white
    painted, truth = layers(1.0, 1.0), layers(0.0, 0.0)
    assert perceptual(painted, truth, sketch=sketch).tolist() == pytest.approx([11 / 4, 11])
    painted[0][0, ..., 2:] = 100.0  # behind the lines nothing counts
    assert perceptual(painted, truth, sketch=sketch).tolist() == pytest.approx([11 / 4, 11])


def test_several_pictures_in_a_row_meet_their_own_truth_and_sketch() -> None:
    sketch = torch.tensor([1.0, -1.0]).view(2, 1, 1, 1).expand(2, 1, 8, 8)
    found = perceptual(layers(0, 1, 2, 0, 1, 2), layers(0, 1), (1.0, 0.0))
    assert found.view(2, 3).tolist() == [[0, 1, 2], [1, 0, 1]]
    masked = perceptual(layers(0, 1, 2, 0, 1, 2), layers(0, 1), (1.0, 0.0), sketch=sketch)
    assert masked.view(2, 3).tolist() == [[0, 1, 2], [0, 0, 0]]


def test_only_the_painting_learns() -> None:
    painted = [layer.requires_grad_() for layer in layers(1.0)]
    truth = [layer.requires_grad_() for layer in layers(0.0)]
    perceptual(painted, truth).sum().backward()
    assert all(layer.grad is None for layer in truth)
    assert all(layer.grad is not None for layer in painted)


def test_as_many_weights_as_layers() -> None:
    with pytest.raises(ValueError, match="zip"):
        perceptual(layers(1.0), layers(0.0), (1.0,))


def test_tokens_are_compared_but_not_masked() -> None:
    painted, truth = [torch.ones(2, 7, 5)], [torch.zeros(2, 7, 5)]
    assert perceptual(painted, truth).tolist() == [1, 1]
    with pytest.raises(UsageError, match="rows and columns"):
        perceptual(painted, truth, sketch=torch.ones(2, 1, 8, 8))


def test_a_discriminators_own_features_serve() -> None:
    discriminator = PatchDiscriminator(4)
    sketch, truth = torch.rand(2, 1, 32, 32), torch.rand(2, 3, 32, 32)
    painted = truth.clone()
    painted[1] = -truth[1]
    painted.requires_grad_()
    seen, real = discriminator.eval()(sketch, painted).features, discriminator(sketch, truth).features
    loss = perceptual(seen, real, (1.0, 0.5, 0.25, 0.125), sketch=sketch)
    assert loss[0].item() == 0 < loss[1].item()
    loss.sum().backward()
    assert painted.grad is not None
    assert painted.grad[1].abs().sum() > 0
