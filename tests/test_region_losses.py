"""Losses of regions, on answers that are right or wrong by construction."""

import torch

from attnpaint.losses.palette import region_colors, region_likeness, region_parts, region_weights

COLORS = torch.tensor([[[1.0, -1, -1], [-1, -1, 1], [0.98, -1, -1]]])
TRUTH = torch.tensor([[[1.0, -1, -1], [-1, -1, 1]]])
ONE = torch.ones(1, 2)


def test_entries_of_one_colour_count_together() -> None:
    first, twin, wrong = (torch.full((1, 2, 3), -9.0) for _ in range(3))
    first[0, 0, 0] = twin[0, 0, 2] = wrong[0, 0, 1] = 9
    for logits in (first, twin, wrong):
        logits[0, 1, 1] = 9
    right = region_colors(first, COLORS, TRUTH, ONE)
    assert right < 0.05
    assert region_colors(twin, COLORS, TRUTH, ONE) < 0.05
    assert region_colors(wrong, COLORS, TRUTH, ONE) > 3


def test_a_colour_that_the_palette_lacks_does_not_weigh_on_the_nearest() -> None:
    logits = torch.full((1, 2, 3), -9.0)
    logits[0, :, 1] = 9
    truth = torch.tensor([[[-1.0, 1, 1], [-1, 1, 1]]])  # blue is the nearest there is
    assert region_colors(logits, COLORS, truth, ONE) < 0.05


def test_alike_where_the_colour_is_one() -> None:
    same = torch.tensor([[[1.0, 0], [1, 0]]])
    apart = torch.tensor([[[1.0, 0], [-1, 0]]])
    scale = torch.tensor([2.3, 0.0])
    two, one = TRUTH, TRUTH[:, [0, 0]]
    assert region_likeness(same, scale, one, ONE) < 0.1 < region_likeness(same, scale, two, ONE)
    assert region_likeness(apart, scale, two, ONE) < 0.1 < region_likeness(apart, scale, one, ONE)


def test_unknown_parts_do_not_count() -> None:
    logits = torch.full((1, 2, 7), -9.0)
    logits[0, :, 1] = 9
    assert region_parts(logits, torch.tensor([[1, -1]]), ONE) < 0.05
    assert region_parts(logits, torch.tensor([[2, -1]]), ONE) > 3
    assert region_parts(logits, torch.tensor([[-1, -1]]), ONE) == 0


def test_leaking_regions_and_the_ground_weigh_less() -> None:
    geometry = torch.zeros(1, 3, 11)
    geometry[0, 1, 9] = 1
    valid = torch.ones(1, 3, dtype=torch.bool)
    weight = region_weights(torch.full((1, 3), 0.25), torch.tensor([[0.0, 0, 0.6]]), geometry, valid)
    torch.testing.assert_close(weight, torch.tensor([[0.5, 0.15, 0.0]]))
