"""Validation: always the same drawings, numbers that mean something, and nothing else touched."""

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tiny_model import TINY
from torch import nn

from attnpaint.config import GeneratorConfig, Recipe
from attnpaint.data.layouts import Item
from attnpaint.data.sources import find_items
from attnpaint.errors import AttnpaintError
from attnpaint.model.build import build_generator
from attnpaint.model.conditioning import Palette
from attnpaint.model.outputs import Outputs
from attnpaint.training.validation import Validation

pytestmark = pytest.mark.slow

CPU = torch.device("cpu")
POINTING = TINY
GUESSING = GeneratorConfig(kind="attention-unet", width=2)


def recipe(size: int = 64) -> Recipe:
    plain = Recipe(name="tiny", generator=POINTING)
    return replace(plain, data=replace(plain.data, size=size))


@pytest.fixture(scope="module")
def items(layouts: dict[str, Path]) -> tuple[Item, ...]:
    return tuple(find_items([layouts["pictures"]]).items)


class Truthful(nn.Module):
    """Paints the truths that it was given, whatever it is asked."""

    def __init__(self, truths: list[torch.Tensor]) -> None:
        super().__init__()
        self.truths = truths
        self.asked = 0

    def forward(self, x: torch.Tensor, palette: Palette) -> Outputs:
        first, self.asked = self.asked, (self.asked + len(x)) % len(self.truths)
        return Outputs(torch.stack(self.truths[first : first + len(x)]))


@pytest.mark.parametrize("generator", [POINTING, GUESSING])
def test_numbers_and_pictures_of_networks_with_and_without_a_pointer(
    generator: GeneratorConfig, items: tuple[Item, ...]
) -> None:
    torch.manual_seed(0)
    network = build_generator(generator)
    numbers, shown = Validation(items, recipe(), CPU)(network)
    assert set(numbers) == {"psnr", "palette_distance", "stranger_palette_distance"}
    assert 0 < numbers["psnr"] < 40
    assert 0 < numbers["palette_distance"] < 2 * 442  # twice the diagonal of the RGB cube
    gates = {f"attention/gate-{i + 1}" for i in range(1 if generator is POINTING else 6)}
    pointer = {"attention/pointer"} if generator is POINTING else set()
    assert set(shown) == {"validation", "reference-swap"} | gates | pointer
    if generator is GUESSING:
        levels = [shown[f"attention/gate-{i}"].caption.split(" · ")[1] for i in (1, 6)]
        assert levels == ["1/32 of the drawing (2×2)", "1/1 of the drawing (64×64)"]
    assert all(one.picture.dtype == np.uint8 and one.caption for one in shown.values())
    assert len({one.picture.shape for one in shown.values()}) >= 3


def test_a_network_that_paints_the_truth_is_told_so(items: tuple[Item, ...]) -> None:
    validation = Validation(items[:8], recipe(), CPU)
    network = Truthful([held.truth for held in validation.held])
    assert validation(network)[0]["psnr"] == pytest.approx(100)
    network.asked = 0
    for example in validation.examples(network):
        assert example.psnr == pytest.approx(100)
        assert (example.painted == example.truth).all()
        assert example.reference.shape != example.truth.shape or (example.reference != example.truth).any()


def test_it_looks_at_the_same_drawings_every_time(items: tuple[Item, ...]) -> None:
    first, second = (Validation(items, recipe(), CPU) for _ in range(2))
    network = build_generator(POINTING)
    one, other = first(network), second(network)
    assert one[0] == other[0] == first(network)[0]
    assert all((one[1][name].picture == other[1][name].picture).all() for name in one[1])


def states() -> list[Any]:
    return [torch.get_rng_state().tolist(), np.random.get_state()[1].tolist(), random.getstate()]  # type: ignore[index]


def test_modes_and_random_states_are_left_alone(items: tuple[Item, ...]) -> None:
    network = build_generator(GUESSING)
    network.train()
    next(module for module in network.modules() if isinstance(module, nn.BatchNorm2d)).eval()
    before = [module.training for module in network.modules()]
    weights = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    chance = states()
    validation = Validation(items, recipe(), CPU)
    validation(network)
    validation.examples(network)
    assert [module.training for module in network.modules()] == before
    assert states() == chance
    assert all(torch.equal(tensor, weights[name]) for name, tensor in network.state_dict().items())


def test_modes_come_back_after_a_failure_too(items: tuple[Item, ...]) -> None:
    class Failing(nn.Module):
        def forward(self, x: torch.Tensor, palette: Palette) -> Outputs:
            raise RuntimeError("out of memory")

    network = Failing().train()
    with pytest.raises(RuntimeError, match="memory"):
        Validation(items, recipe(), CPU)(network)
    assert network.training


def test_it_takes_8_to_32_drawings_alike_from_every_source(items: tuple[Item, ...]) -> None:
    assert len(Validation(items[:3], recipe(24), CPU).held) == 9
    assert len(Validation(items, recipe(24), CPU).held) == 16
    many = tuple(replace(item, name=f"many/{i}") for i in range(8) for item in items[:8])
    few = tuple(replace(item, name="few/one") for item in items[8:])
    held = Validation(many + few, recipe(24), CPU).held
    assert len(held) == 32
    rare = {one.truth.numpy().tobytes() for one in Validation(few, recipe(24), CPU).held}
    assert sum(one.truth.numpy().tobytes() in rare for one in held) == len(few)


def test_pictures_that_cannot_be_read_are_passed_over(items: tuple[Item, ...], tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(b"no picture")
    broken = tuple(find_items([tmp_path]).items)
    assert len(Validation(broken + items, recipe(24), CPU).held) == len(items)
    with pytest.raises(AttnpaintError, match="no picture for validation can be read; "):
        Validation(broken, recipe(24), CPU)


def test_pictures_stay_small_however_large_the_training_size(items: tuple[Item, ...]) -> None:
    class Blank(nn.Module):
        def forward(self, x: torch.Tensor, palette: Palette) -> Outputs:
            size = x.shape[-2:]
            return Outputs(torch.zeros(len(x), 3, *size), (), torch.full((len(x), 18, *size), 1 / 18))

    validation = Validation(items[:8], recipe(512), CPU)
    _, shown = validation(Blank())
    assert max(shown["validation"].picture.shape) < 2400
    assert sum(one.picture.size for one in shown.values()) < 20e6
    assert max(validation.examples(Blank())[0].painted.shape) == 256
