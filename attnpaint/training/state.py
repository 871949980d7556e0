"""The state of a training run: networks, optimisers, averaged weights, past fakes, and how fast it learns."""

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from attnpaint.config import Recipe
from attnpaint.model.build import build_discriminator, build_generator
from attnpaint.model.folder import REGION_STAGE
from attnpaint.model.palette_unet import PaletteUNet
from attnpaint.model.sketch_encoder import imagenet_weights


class HistoryPool:
    """The pool of past fakes that the discriminator is shown (Shrivastava et al., arXiv 1612.07828).

    Up to `capacity` of them, and a random stream of its own: a resumed run goes on as it would have.

    A conditional discriminator must see a past fake beside its own drawing: give sketch‖image, 4 or 6
    channels, as the ancestor does.
    """

    def __init__(self, capacity: int = 50, seed: int = 0) -> None:
        self.capacity = capacity
        self.random = torch.Generator().manual_seed(seed)
        self.fakes: list[Tensor] = []

    def __call__(self, fakes: Tensor) -> Tensor:
        """fakes N×C×H×W → as many to show, detached.

        Until the pool is full it takes in every fake and shows it. Then each fake is, with probability ½,
        swapped with a random stored one. Fakes of another shape (a stage at another size) empty it first.
        """
        if self.fakes and self.fakes[0].shape != fakes.shape[1:]:
            self.fakes.clear()
        return torch.stack([self._exchange(fake) for fake in fakes.detach()])

    def _exchange(self, fake: Tensor) -> Tensor:
        if len(self.fakes) < self.capacity:
            self.fakes.append(fake.clone())
            return fake
        if self.capacity == 0 or torch.rand((), generator=self.random) < 0.5:
            return fake
        place = int(torch.randint(self.capacity, (), generator=self.random))
        shown, self.fakes[place] = self.fakes[place].to(fake), fake.clone()
        return shown

    def state_dict(self) -> dict[str, Any]:
        """Tensors only: it goes into the checkpoint and comes back with weights_only."""
        return {"fakes": list(self.fakes), "random": self.random.get_state()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.fakes = [fake.clone() for fake in state["fakes"][: self.capacity]]
        self.random.set_state(state["random"].cpu())


ENCODER = f"{REGION_STAGE}encoder."
_ANSWERS_DECAY = 0.99


class PastAnswers(nn.Module):
    """Moving means of the discriminator's logits for real and for painted pictures, for LeCam."""

    real: Tensor
    fake: Tensor
    steps: Tensor

    def __init__(self) -> None:
        super().__init__()
        for name in ("real", "fake", "steps"):
            self.register_buffer(name, torch.zeros(()))

    @torch.no_grad()
    def update(self, real: Tensor, fake: Tensor) -> None:
        """Means of this step's logits, scalars; the first ones count in full."""
        self.steps += 1
        new = (1 / self.steps).clamp(min=1 - _ANSWERS_DECAY)
        self.real.lerp_(real, new)
        self.fake.lerp_(fake, new)


@dataclass
class TrainingState:
    """The parts whose states a checkpoint holds, under these names."""

    generator: nn.Module
    ema: AveragedModel
    discriminator: nn.Module
    generator_optimiser: torch.optim.Optimizer
    discriminator_optimiser: torch.optim.Optimizer
    past_answers: PastAnswers
    pool: HistoryPool

    @classmethod
    def build(cls, recipe: Recipe, device: torch.device) -> "TrainingState":
        style = recipe.guide.width
        generator = build_generator(recipe.generator, style, decoders=True)
        discriminator = build_discriminator(recipe.discriminator, style if recipe.loss.style else 0)
        if recipe.training.imagenet and isinstance(generator, PaletteUNet) and generator.stage is not None:
            generator.stage.encoder.load_state_dict(imagenet_weights())
        if recipe.training.stage_only:
            for name, parameter in generator.named_parameters():
                parameter.requires_grad_(name.startswith(REGION_STAGE))
        for network in (generator, discriminator):
            network.to(device).to(memory_format=torch.channels_last)
        options, average = recipe.optimiser, get_ema_multi_avg_fn(recipe.training.ema)

        def optimiser(network: nn.Module, lr: float) -> torch.optim.Optimizer:
            betas = options.betas[0], options.betas[1]
            fused = device.type != "mps"
            groups = parameter_groups(network, options.encoder_lr)
            return torch.optim.AdamW(groups, lr, betas, weight_decay=options.weight_decay, fused=fused)

        return cls(
            generator,
            AveragedModel(generator, multi_avg_fn=average, use_buffers=True),
            discriminator,
            optimiser(generator, options.lr),
            optimiser(discriminator, options.discriminator_lr),
            PastAnswers().to(device),
            HistoryPool(recipe.training.pool, recipe.training.seed),
        )

    def state_dict(self) -> dict[str, Any]:
        return {name: part.state_dict() for name, part in vars(self).items()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """All but the optimisers' options, which are the recipe's."""
        for name, part in vars(self).items():
            saved = state[name]
            if isinstance(part, torch.optim.Optimizer):
                saved = {"state": saved["state"], "param_groups": part.state_dict()["param_groups"]}
            part.load_state_dict(saved)


def parameter_groups(network: nn.Module, encoder_lr: float) -> list[dict[str, Any]]:
    """The parameters, each group with `share` of the learning rate: less for a region stage's encoder, which
    starts from what it learned elsewhere."""
    encoder = [value for name, value in network.named_parameters() if name.startswith(ENCODER)]
    rest = [value for name, value in network.named_parameters() if not name.startswith(ENCODER)]
    groups = [{"params": rest, "share": 1.0}]
    return [*groups, {"params": encoder, "share": encoder_lr}] if encoder else groups


def lr_factor(recipe: Recipe, number: int) -> float:
    """Share of the learning rate at step `number`: linear warm-up, then the recipe's schedule.

    linear and cosine fall from 1 after `decay_after` of the steps to `floor` at the last one.
    """
    options, steps = recipe.optimiser, recipe.training.steps
    if number < options.warmup:
        return (number + 1) / options.warmup
    begin = max(options.warmup, options.decay_after * steps)
    done = min(1.0, max(0.0, (number - begin) / max(1.0, steps - 1 - begin)))
    match options.schedule:
        case "linear":
            left = 1 - done
        case "cosine":
            left = (1 + math.cos(math.pi * done)) / 2
        case _:
            left = 1.0
    return options.floor + (1 - options.floor) * left
