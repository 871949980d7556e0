"""How fast a run learns, step by step, and what the discriminator answered in the past."""

import pytest
import torch

from attnpaint.model.build import build_generator
from attnpaint.recipe_file import load_recipe
from attnpaint.training.state import PastAnswers, lr_factor, parameter_groups


def factors(*settings: str) -> list[float]:
    recipe = load_recipe("attnpaint", ["training.steps=11", "optimiser.warmup=0", *settings])
    return [lr_factor(recipe, number) for number in range(11)]


@pytest.mark.parametrize("schedule", ["linear", "cosine"])
def test_a_schedule_falls_from_one_to_its_floor_at_the_last_step(schedule: str) -> None:
    found = factors(f"optimiser.schedule={schedule}", "optimiser.floor=0.2")
    assert found == sorted(found, reverse=True)
    assert (found[0], found[5], found[10]) == pytest.approx((1, 0.6, 0.2))


def test_a_late_schedule_begins_late() -> None:
    found = factors("optimiser.schedule=linear", "optimiser.floor=0.0", "optimiser.decay_after=0.5")
    assert found[:6] == [1.0] * 6
    assert found[8] == pytest.approx(1 - 2.5 / 4.5)
    assert found[10] == 0


def test_the_warm_up_climbs_evenly_and_the_constant_stays() -> None:
    assert factors("optimiser.schedule=constant", "optimiser.warmup=4")[:5] == [0.25, 0.5, 0.75, 1, 1]


def test_past_answers_begin_with_the_first_and_then_move_slowly() -> None:
    past = PastAnswers()
    past.update(torch.tensor(2.0), torch.tensor(-1.0))
    assert (past.real.item(), past.fake.item()) == (2.0, -1.0)
    for _ in range(500):
        past.update(torch.tensor(3.0), torch.tensor(-1.0))
    before = past.real.item()
    assert 2.9 < before < 3
    past.update(torch.tensor(before + 1), torch.tensor(-1.0))
    assert past.real.item() == pytest.approx(before + 0.01, abs=1e-5)


def test_an_encoder_that_was_taught_before_learns_more_slowly() -> None:
    recipe = load_recipe("attnpaint", ["training.imagenet=false"])
    generator = build_generator(recipe.generator)
    whole, encoder = parameter_groups(generator, 0.15)
    assert (whole["share"], encoder["share"]) == (1.0, 0.15)
    held = {id(value) for value in encoder["params"]}
    assert held == {id(value) for value in generator.stage.encoder.parameters()}
    assert len(whole["params"]) + len(encoder["params"]) == len(list(generator.parameters()))


def test_networks_without_an_encoder_learn_as_one() -> None:
    [group] = parameter_groups(build_generator(load_recipe("attnpaint-1").generator), 0.15)
    assert group["share"] == 1.0
