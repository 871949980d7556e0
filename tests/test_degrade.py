"""Plans carried out: wear and colours by OpenCV and in torch, and fields of noise told by a seed."""

from dataclasses import fields, replace

import numpy as np
import pytest
import torch
from conftest import COLORS, PAIRS

from attnpaint.config import DataConfig
from attnpaint.data.augment import colour_turn
from attnpaint.data.degrade import (
    GENUINE,
    NO_GAPS,
    Degradation,
    Plan,
    Plans,
    degrade,
    render,
    render_batch,
    uniform,
)
from attnpaint.data.lines import EXTRACTORS, Grey
from attnpaint.images import Picture, letterbox, on_white, read_picture

WORN = {
    "thick": Degradation(thick=1.0),
    "faint": Degradation(ink=0.5),
    "contrast": Degradation(contrast=3.0, lift=0.15),
    "paper": Degradation(paper=0.9),
    "all": Degradation(1.0, 0.6, 2.0, -0.1, NO_GAPS, 0.93),
}


def drawing(size: int = 64) -> Grey:
    return letterbox(read_picture(PAIRS[1])[..., 0], size)[0]


def pictures(size: int = 64) -> list[Picture]:
    return [letterbox(on_white(read_picture(path)), size)[0] for path in COLORS[:8]]


def batched(
    colors: list[Picture], sketch: Grey, plans: list[Plan], device: str = "cpu"
) -> list[torch.Tensor]:
    truth = torch.from_numpy(np.stack(colors)).permute(0, 3, 1, 2)
    sketches = torch.from_numpy(sketch).expand(len(colors), 1, -1, -1)
    on = torch.device(device)
    return list(render_batch(truth.to(on), sketches.to(on), Plans.of(plans).to(on)))


def plan(**changes: object) -> Plan:
    return replace(Plan(GENUINE, 0.5, np.eye(3, dtype=np.float32), Degradation(), 7), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", WORN)
def test_a_device_wears_drawings_as_a_worker_does(name: str) -> None:
    one = degrade(drawing(), WORN[name], 0)
    (sketch, _) = batched(pictures()[:1], drawing(), [plan(wear=WORN[name])])
    assert np.abs(one.astype(int) - (sketch[0, 0].numpy() + 1) * 127.5).max() < 1.01
    assert np.abs(one.astype(int) - drawing()).mean() > 0.5


def test_a_device_renders_a_batch_of_different_plans_as_a_worker_does() -> None:
    random, colors = np.random.default_rng(1), pictures()
    plans = [
        plan(extractor=place % (len(EXTRACTORS) + 1) - 1, turn=colour_turn(random), wear=worn)
        for place, worn in zip(
            range(8), [*WORN.values(), Degradation(), Degradation(), Degradation()], strict=True
        )
    ]
    sketches, truths = batched(colors, drawing(), plans)
    for color, told, sketch, truth in zip(colors, plans, sketches, truths, strict=True):
        want, turned = render(color, drawing() if told.extractor == GENUINE else None, told)
        assert ((want.astype(int) - (sketch[0].numpy() + 1) * 127.5).__abs__() > 6).mean() < 0.005
        assert np.abs(turned.astype(int) - (truth.permute(1, 2, 0).numpy() + 1) * 127.5).max() < 1.01


def test_without_wear_nothing_changes() -> None:
    assert np.array_equal(degrade(drawing(), Degradation(), 3), drawing())
    assert Degradation.draw(np.random.default_rng(0), 0.0) == Degradation()


def test_gaps_are_white_and_few() -> None:
    black = np.zeros((240, 240), np.uint8)
    colors = [np.zeros((240, 240, 3), np.uint8)] * 4
    (sketches, _) = batched(colors, black, [plan(wear=Degradation(gaps=0.9), seed=seed) for seed in range(4)])
    for seed in range(4):
        worn = degrade(black, Degradation(gaps=0.9), seed)
        assert set(np.unique(worn)) == {0, 255}
        assert 0.003 < (worn == 255).mean() < 0.3
        assert 0.003 < (sketches[seed] == 1).float().mean() < 0.3


def test_grain_has_the_deviation_that_is_told() -> None:
    grey = np.full((96, 96), 128, np.uint8)
    colors = [np.zeros((96, 96, 3), np.uint8)] * 2
    (sketches, _) = batched(
        colors, grey, [plan(wear=Degradation(grain=grain), seed=5) for grain in (0.02, 0.1)]
    )
    for grain, sketch in zip((0.02, 0.1), sketches, strict=True):
        for found in (degrade(grey, Degradation(grain=grain), 5) / 255, (sketch.numpy() + 1) / 2):
            assert abs(found.std() / grain - 1) < 0.05
            assert abs(found.mean() - 128 / 255) < 0.01


def test_fields_are_told_by_the_seed_whatever_the_batch() -> None:
    seeds = torch.tensor([3, 2**31 - 1, 0, 4])
    fields = uniform(seeds, 40, 64, 1)
    assert fields.shape == (4, 1, 40, 64)
    assert 0 < fields.min() < 0.01 < 0.99 < fields.max() <= 1
    assert torch.equal(uniform(seeds[1:3], 40, 64, 1), fields[1:3])
    other = uniform(seeds, 40, 64, 2)
    assert np.abs(np.corrcoef(torch.cat([fields, other]).flatten(1).numpy()) - np.eye(8)).max() < 0.08
    assert torch.allclose(fields.mean(dim=(1, 2, 3)), torch.tensor(0.5), atol=0.02)
    near = torch.corrcoef(torch.stack([fields[..., 1:].flatten(), fields[..., :-1].flatten()]))
    assert near[0, 1].abs() < 0.03


def test_nothing_of_the_cpu_is_mixed_into_what_a_device_renders() -> None:
    random, config = np.random.default_rng(0), DataConfig(wear=1.0, noise=0.1, recolour=1.0)
    plans = [Plan.draw(random, config) for _ in range(8)]
    assert {one.extractor for one in plans} == set(range(len(EXTRACTORS)))
    found = batched(pictures(), drawing(), plans, "meta")
    assert [one.device.type for one in found] == ["meta", "meta"]
    assert [tuple(one.shape) for one in found] == [(8, 1, 64, 64), (8, 3, 64, 64)]
    assert all(one.dtype == torch.float32 for one in found)


def test_chance_draws_each_kind_of_wear_as_often_as_told() -> None:
    random = np.random.default_rng(0)
    drawn = [Degradation.draw(random, 0.25) for _ in range(400)]
    for field in fields(Degradation):
        changed = sum(getattr(one, field.name) != field.default for one in drawn)
        assert 70 < changed < 130
    noisy = [Degradation.draw(random, 0.0, 0.2).grain for _ in range(200)]
    assert 0 <= min(noisy) < 0.02 < 0.18 < max(noisy) <= 0.2


def test_equal_random_states_give_equal_plans_and_every_extractor_has_its_turn() -> None:
    config = DataConfig(wear=0.5, noise=0.1, recolour=0.5)
    one, other = ([Plan.draw(np.random.default_rng(i), config) for i in range(32)] for _ in range(2))
    assert [(p.extractor, p.strength, p.wear, p.seed) for p in one] == [
        (p.extractor, p.strength, p.wear, p.seed) for p in other
    ]
    assert {p.extractor for p in one} == set(range(len(EXTRACTORS)))
    assert 8 < sum(p.turns for p in one) < 24
