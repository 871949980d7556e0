"""Losses, against answers worked out by hand."""

import math

import pytest
import torch
from torch import Tensor

from attnpaint.losses.adversarial import (
    discriminator_loss,
    feature_matching,
    generator_loss,
    gradient_penalty,
    lecam,
)
from attnpaint.losses.palette import flatness, palette_distance


def logits(value: float) -> Tensor:
    return torch.full((2, 1, 3, 3), value)


@pytest.mark.parametrize(
    ("kind", "real", "fake", "answer"),
    [
        ("hinge", 1.0, -1.0, 0.0),
        ("hinge", 5.0, -5.0, 0.0),
        ("hinge", 0.0, 0.0, 1.0),
        ("hinge", -1.0, 1.0, 2.0),
        ("lsgan", 1.0, 0.0, 0.0),
        ("lsgan", 0.5, 0.5, 0.25),
        ("lsgan", 0.0, 1.0, 1.0),
        ("bce", 0.0, 0.0, math.log(2)),
        ("bce", 100.0, -100.0, 0.0),
        ("bce", -100.0, 100.0, 100.0),
    ],
)
def test_discriminator(kind: str, real: float, fake: float, answer: float) -> None:
    assert discriminator_loss(kind, logits(real), logits(fake)).item() == pytest.approx(answer, abs=1e-6)


@pytest.mark.parametrize(
    ("kind", "fake", "answer"),
    [("hinge", 0.5, -0.5), ("lsgan", 1.0, 0.0), ("lsgan", 0.0, 1.0), ("bce", 0.0, math.log(2))],
)
def test_generator(kind: str, fake: float, answer: float) -> None:
    assert generator_loss(kind, logits(fake)).item() == pytest.approx(answer, abs=1e-6)


def test_feature_matching_is_the_mean_over_layers_and_teaches_the_fake_alone() -> None:
    real = [torch.ones(2, 2, 4, 4, requires_grad=True), torch.ones(2, 4, 2, 2, requires_grad=True)]
    fake = [torch.zeros(2, 2, 4, 4, requires_grad=True), torch.full((2, 4, 2, 2), 4.0, requires_grad=True)]
    loss = feature_matching(real, fake)
    assert loss.tolist() == pytest.approx([(1 + 3) / 2] * 2)
    loss.sum().backward()
    assert all(feature.grad is None for feature in real)
    assert all(feature.grad is not None for feature in fake)


def pointing_at(*tokens: int, height: int = 4) -> Tensor:
    """One picture of 18 tokens whose columns point at `tokens`, one each."""
    pointer = torch.zeros(1, 18, height, len(tokens))
    for column, token in enumerate(tokens):
        pointer[:, token, :, column] = 1
    return pointer


RED, BLUE, GREY, WHITE, BLACK = (1.0, -1.0, -1.0), (-1.0, -1.0, 1.0), (0.0,) * 3, (1.0,) * 3, (-1.0,) * 3
APART = math.sqrt(8)  # of red and blue, and of white and either


def striped(*colors: tuple[float, ...]) -> Tensor:
    """One picture of 32×32 in four stripes."""
    return torch.tensor([colors]).mT[:, :, None].repeat_interleave(8, dim=3).expand(-1, -1, 32, -1)


def distance(image: Tensor, red: float, blue: float) -> Tensor:
    """To a palette of red and blue with these weights."""
    colors = torch.tensor([[RED, BLUE, *[RED] * 14]])
    weights = torch.tensor([[red, blue, *[0.0] * 14]])
    return palette_distance(image, colors.expand(len(image), -1, -1), weights.expand(len(image), -1))


@pytest.mark.parametrize(
    ("stripes", "red", "answer"),
    [
        ((RED, RED, RED, RED), 1.0, 0.0),
        ((RED, RED, BLUE, BLUE), 0.5, 0.0),
        ((RED, RED, RED, BLUE), 0.5, 0.0),  # half of what its weight promises is enough
        ((RED, BLUE, WHITE, BLACK), 0.5, 0.0),  # ink and paper are no stray colours
        ((RED, RED, RED, RED), 0.5, APART / 2),  # blue is nowhere
        ((WHITE, WHITE, WHITE, WHITE), 1.0, APART),
        ((RED, RED, RED, GREY), 1.0, math.sqrt(3) / 4),  # a quarter is grey, and sqrt(3) from all
        ((GREY, GREY, GREY, GREY), 0.5, 2 * math.sqrt(3)),  # mud: stray, and neither colour is used
    ],
)
def test_palette_distance_counts_stray_and_unused_colours(
    stripes: tuple[tuple[float, ...], ...], red: float, answer: float
) -> None:
    loss = distance(striped(*stripes), red, 1 - red)
    assert loss.shape == (1,)
    assert loss.item() == pytest.approx(answer, abs=1e-5)


def test_a_heavy_colour_is_missed_more_than_a_light_one() -> None:
    nearly = striped(RED, RED, RED, RED)
    assert distance(nearly, 0.9, 0.1) < distance(nearly, 0.1, 0.9)


def test_palette_distance_is_told_apart_by_picture_and_pulls_to_the_unused_colour() -> None:
    image = torch.cat([striped(RED, RED, BLUE, BLUE), striped(RED, RED, RED, RED)]).requires_grad_()
    loss = distance(image, 0.5, 0.5)
    assert loss.tolist() == pytest.approx([0, APART / 2], abs=1e-5)
    loss.sum().backward()
    assert image.grad is not None
    assert image.grad.isfinite().all()
    assert image.grad[1, 2].sum() < 0 < image.grad[1, 0].sum()  # less red, more blue


def test_one_colour_is_flat() -> None:
    assert flatness(pointing_at(3, 3, 3, 3), torch.ones(1, 1, 4, 4)).tolist() == [0]


def test_a_change_of_colour_costs_on_white_paper_and_is_free_at_a_line() -> None:
    pointer, paper = pointing_at(3, 3, 5, 5), torch.ones(1, 1, 4, 4)
    assert flatness(pointer, paper).item() == pytest.approx(2 / 3)  # shares change by 2 at one of 3 steps
    assert flatness(pointer.mT, paper).item() == pytest.approx(2 / 3)
    line = paper.clone()
    line[..., 2] = -1
    assert flatness(pointer, line).item() == 0
    line[..., 2] = 0  # half as dark
    assert flatness(pointer, line).item() == pytest.approx(1 / 3)


def test_lecam_is_nothing_where_each_kind_gets_what_the_other_got() -> None:
    past_real, past_fake = torch.tensor(0.8), torch.tensor(-0.5)
    assert lecam(logits(-0.5), logits(0.8), past_real, past_fake).item() == pytest.approx(0)
    assert lecam(logits(1.5), logits(0.8), past_real, past_fake).item() == pytest.approx(4)


def test_gradient_penalty_is_the_squared_slope_of_each_pictures_mean_logit() -> None:
    image = torch.rand(2, 3, 4, 4, requires_grad=True)
    slope = torch.tensor([1.0, 2.0])[:, None, None, None]
    penalty = gradient_penalty((image * slope).sum(dim=1, keepdim=True), image)  # mean logit: 16 pixels
    assert penalty.item() == pytest.approx((1 + 4) / 2 * 48 / 16**2)


def test_gradient_penalty_teaches_the_discriminator() -> None:
    weight = torch.tensor(3.0, requires_grad=True)
    image = torch.rand(2, 3, 4, 4, requires_grad=True)
    gradient_penalty(weight * image, image).backward()
    assert weight.grad is not None
    assert weight.grad.item() > 0
