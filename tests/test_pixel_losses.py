"""Losses pixel by pixel and of style, against answers worked out by hand."""

import math

import pytest
import torch
from torch import Tensor

from attnpaint.losses.adversarial import labels, style_loss
from attnpaint.losses.pixels import diversity, huber, l1, total_variation


def flat(*values: float) -> Tensor:
    """One picture 4×6 for each value."""
    return torch.tensor(values).view(-1, 1, 1, 1).expand(-1, 3, 4, 6).clone()


def half_drawn(count: int = 1) -> Tensor:
    """White on the left half, black on the right one."""
    sketch = torch.ones(count, 1, 4, 6)
    sketch[..., 3:] = -1
    return sketch


def test_l1_of_a_whole_picture() -> None:
    assert l1(flat(0.5, 0.5), flat(0.0, -0.5)).tolist() == [0.5, 1.0]


def test_masked_l1_counts_white_paper_only() -> None:
    painted, truth = flat(0.5, 0.5), flat(0.0, -0.5)
    assert l1(painted, truth, torch.ones(2, 1, 4, 6)).tolist() == [0.5, 1.0]
    assert l1(painted, truth, half_drawn(2)).tolist() == [0.25, 0.5]
    assert l1(painted, truth, -torch.ones(2, 1, 4, 6)).tolist() == [0, 0]
    assert l1(painted, truth, torch.zeros(2, 1, 4, 6)).tolist() == [0.25, 0.5]  # grey lines: half


def test_several_pictures_in_a_row_are_compared_with_their_own_truth() -> None:
    painted, truth = flat(0, 1, 2, 10, 11, 12), flat(0, 10)
    assert l1(painted, truth, torch.ones(2, 1, 4, 6)).tolist() == [0, 1, 2, 0, 1, 2]
    assert huber(painted, truth).tolist() == [0, 0.5, 1.5, 0, 0.5, 1.5]
    assert l1(painted, truth, torch.cat([half_drawn(), -half_drawn()])).view(2, 3)[1].tolist() == [
        0,
        0.5,
        1,
    ]


def test_huber_is_bent_below_delta_and_straight_beyond() -> None:
    assert huber(flat(0.5, 3.0), flat(0.0, 0.0)).tolist() == [0.125, 2.5]
    assert huber(flat(0.5), flat(0.0), delta=0.25).item() == pytest.approx(0.25 * (0.5 - 0.125))
    both = torch.rand(2, 3, 5, 7) * 4
    theirs = torch.nn.functional.huber_loss(both, torch.zeros_like(both), reduction="none")
    torch.testing.assert_close(huber(both, torch.zeros_like(both)), theirs.mean(dim=(1, 2, 3)))


def test_total_variation_is_the_length_of_a_step() -> None:
    image = flat(0.0)
    assert total_variation(image).item() == 0
    image[..., 3:] = 1.0  # one step of 1 in each row of 6
    assert total_variation(image).item() == pytest.approx(1 / 6, abs=1e-3)
    corner = torch.zeros(1, 3, 1, 1)
    assert total_variation(corner).item() == 0
    slope = torch.arange(6.0).expand(1, 3, 4, 6) * 0.3 + torch.arange(4.0)[:, None] * 0.4
    inner = 15 * 0.5 + 5 * 0.3 + 3 * 0.4  # of 24 px; the last row and column have one step only
    assert total_variation(slope).item() == pytest.approx(inner / 24, abs=2e-3)


def test_a_flat_picture_has_a_slope_that_is_a_number() -> None:
    image = flat(0.3).requires_grad_()
    total_variation(image).sum().backward()
    assert image.grad is not None
    assert image.grad.isfinite().all()


def test_diversity_pulls_at_the_best_picture() -> None:
    losses = torch.tensor([[1.0, 2.0, 6.0], [9.0, 3.0, 3.0]])
    shares = diversity(losses)
    assert shares[0].tolist() == pytest.approx([0.999 + 0.001 / 3, 0.001 / 3, 0.001 / 3])
    counted = (shares * losses).sum(dim=1).tolist()
    assert counted == pytest.approx([0.999 * 1 + 0.001 * 3, 0.999 * 3 + 0.001 * 5])
    assert diversity(torch.tensor([[7.0]])).tolist() == [pytest.approx([1])]


def test_style_loss_is_least_where_the_features_are_told() -> None:
    style = torch.tensor([[0.0, 0.0, 50.0, 50.0]]).expand(2, -1)  # as good as labels 0, 0, 1, 1
    logits = torch.tensor([[-30.0, -30.0, 30.0, 30.0], [0.0, 0.0, 0.0, 0.0]])
    assert style_loss(logits, style).tolist() == pytest.approx([0, math.log(2)])
    assert style_loss(-logits, style)[0].item() == pytest.approx(30)


def test_labels_are_nothing_where_a_feature_is_not_positive_and_teach_nothing() -> None:
    style = torch.tensor([[-3.0, 0.0, 0.5, 9.0]], requires_grad=True)
    assert labels(style).tolist()[0] == pytest.approx([0, 0, math.tanh(0.5), math.tanh(9)])
    assert not labels(style).requires_grad
