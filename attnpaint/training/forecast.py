"""Forecasts what a run costs, from three real steps of it."""

import sys
import time
from dataclasses import dataclass

import torch
from torch.utils.flop_counter import FlopCounterMode

from attnpaint.data.layouts import Item
from attnpaint.data.loading import batches_ahead
from attnpaint.data.pairs import Batch
from attnpaint.model.conditioning import inputs
from attnpaint.training.loop import Trainer

STEPS = 3


@dataclass(frozen=True)
class Forecast:
    """gflop: 10⁹ floating-point operations to paint one picture; memory: peak bytes; hours: to the last step.

    Times are of steps with the discriminator, if the recipe has any, with the time that the loader takes.
    """

    parameters: int
    gflop: float
    memory: int
    images_per_second: float
    hours: float


def forecast(trainer: Trainer, items: tuple[Item, ...]) -> Forecast:
    """Train four steps, the first to warm up; the trainer is of no use for a run after this.

    What the loader has made in advance by then is thrown away: the steps wait as they would in a long run.
    """
    recipe, device = trainer.recipe, trainer.device
    last = recipe.training.steps - 1
    made = -(-batches_ahead(recipe.data, device) // recipe.training.accumulate)
    coming = trainer.parts(items, trainer.step + 1 + made + STEPS)
    trainer.train_step(next(coming), last)
    for _ in range(made):
        next(coming)
    began, parts = time.perf_counter(), list[Batch]()
    for parts in coming:
        trainer.train_step(parts, last)
    if device.type == "cuda":
        torch.cuda.synchronize()
    seconds = (time.perf_counter() - began) / STEPS
    return Forecast(
        sum(p.numel() for p in trainer.networks.generator.parameters()),
        _flop(trainer, parts[0]) / 1e9,
        _peak_memory(device),
        recipe.data.batch_size / seconds,
        (recipe.training.steps - trainer.step) * seconds / 3600,
    )


@torch.no_grad()
def _flop(trainer: Trainer, batch: Batch) -> int:
    network = trainer.networks.ema.module.eval()
    part = trainer.train_step.part(batch)
    x, beside = inputs(trainer.recipe.generator, batch.sketch, part.given)
    with FlopCounterMode(display=False) as counter:
        network(x, **beside)
    return int(counter.get_total_flops() / len(batch.sketch))


def _peak_memory(device: torch.device) -> int:
    """Of the device, or on a CPU of this process without the loader's workers."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    try:
        import resource
    except ImportError:  # Windows
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
