"""Several pictures of one drawing: the discriminator meets one of them in each step."""

from dataclasses import dataclass

import pytest
import torch
from accelerate import Accelerator
from torch import Tensor

from attnpaint.data.pairs import Batch
from attnpaint.model.outputs import Outputs
from attnpaint.recipe_file import load_recipe
from attnpaint.training.state import TrainingState
from attnpaint.training.step import AdversarialStep

NINE = 9
LEVELS = torch.linspace(-0.8, 0.8, NINE)


@dataclass
class Told:
    """Every picture that the discriminator judged, by its mean, in order."""

    step: AdversarialStep
    means: list[Tensor]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    settings = ["generator.width=6", "discriminator.width=2", "discriminator.norm=none", "data.batch_size=2"]
    recipe = load_recipe("sgru-ssn", [*settings, "perceptual.weight=0", "training.precision=fp32"])
    step = AdversarialStep(TrainingState.build(recipe, torch.device("cpu")), recipe, Accelerator(cpu=True))
    means = list[Tensor]()

    def paint(*_: object) -> Outputs:
        levels = LEVELS.clone().requires_grad_()
        several = levels.view(1, NINE, 1, 1, 1).expand(2, NINE, 3, 32, 32)
        return Outputs(several[:, 0], variants=several)

    monkeypatch.setattr(step, "_paint", paint)
    step.networks.discriminator.register_forward_pre_hook(
        lambda _, given: means.append(given[1].detach().mean(dim=(1, 2, 3)))
    )
    return Told(step, means)


def batch() -> Batch:
    colors, weights = torch.zeros(2, 4, 4, 3, dtype=torch.uint8), torch.full((2, 4, 4), 0.25)
    own = torch.zeros(2, dtype=torch.bool)
    return Batch(torch.ones(2, 1, 32, 32), torch.zeros(2, 3, 32, 32), colors, weights, own)


def test_the_one_that_the_discriminator_learns_from_is_the_one_it_judges(told: Told) -> None:
    seen = []
    for number in range(40):
        told.means.clear()
        told.step([batch()], number)
        truth, learned, judged = told.means
        assert truth.abs().max() == 0
        assert torch.equal(learned, judged)
        assert learned[0] == learned[1]  # the same of each drawing
        seen.append(int((LEVELS - learned[0]).abs().argmin()))
        assert torch.isclose(LEVELS[seen[-1]], learned[0], atol=1e-5)
    assert {*seen} == {*range(NINE)}
    told.means.clear()
    told.step([batch()], 7)
    assert int((LEVELS - told.means[1][0]).abs().argmin()) == seen[7]  # for a resumed run
