"""Chance in training: whoever draws has a stream of its own."""

from itertools import combinations

import numpy as np
import torch

from attnpaint.data.augment import AUGMENT, FLIPS, HINTS, VARIANT, rng
from attnpaint.data.hints import random_hints
from attnpaint.training.diff_augment import DiffAugment

USES = (HINTS, FLIPS, AUGMENT, VARIANT)


def test_equal_seeds_draw_equal_numbers_for_one_use_and_others_for_another() -> None:
    assert rng(HINTS, 3, 5).random(8).tolist() == rng(HINTS, 3, 5).random(8).tolist()
    streams = [rng(use, 3, 5).random(8) for use in USES]
    streams.append(np.random.default_rng([3, 5]).random(8))  # of the data
    for one, other in combinations(streams, 2):
        assert not (one == other).any()


def test_zeros_at_the_end_of_a_seed_do_not_join_two_streams() -> None:
    data, first_hint = np.random.default_rng([3, 5]), rng(HINTS, 3, 5, 0)
    assert not (data.random(8) == first_hint.random(8)).any()


def test_hints_and_diff_augment_are_not_drawn_as_the_data_are() -> None:
    truth = torch.rand(1, 3, 16, 16)
    drawn = np.random.default_rng([3, 5, 0]).random(7, dtype=np.float32)
    assert not (DiffAugment.draw(("color",), 1, 3, 5, 0).numbers[0] == drawn).any()
    missed = [np.random.default_rng([3, number, 0]).random() < 0.5 for number in range(64)]
    blank = [not random_hints(truth, "patches", (3, number), drop=0.5).any() for number in range(64)]
    assert 16 < sum(one != other for one, other in zip(missed, blank, strict=True)) < 48
