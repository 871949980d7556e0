"""One adversarial training step."""

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from attnpaint.config import Recipe
from attnpaint.data.pairs import Batch
from attnpaint.devices import autocast
from attnpaint.losses.adversarial import discriminator_loss, feature_matching, generator_loss
from attnpaint.losses.palette import flatness, palette_distance, pointing
from attnpaint.model.build import build_discriminator, build_generator
from attnpaint.model.conditioning import Palette, stack
from attnpaint.model.discriminator import PatchDiscriminator
from attnpaint.model.painted import Painted
from attnpaint.training.pool import HistoryPool

Losses = dict[str, Tensor]


@dataclass
class Networks:
    """Everything that a run teaches or remembers."""

    generator: nn.Module
    ema: AveragedModel
    discriminator: PatchDiscriminator
    generator_optimiser: torch.optim.Optimizer
    discriminator_optimiser: torch.optim.Optimizer
    pool: HistoryPool

    @classmethod
    def build(cls, recipe: Recipe, device: torch.device) -> "Networks":
        generator = build_generator(recipe.generator).to(device).to(memory_format=torch.channels_last)
        discriminator = build_discriminator(recipe.discriminator).to(device)
        discriminator = discriminator.to(memory_format=torch.channels_last)
        options, average = recipe.optimiser, get_ema_multi_avg_fn(recipe.training.ema)

        def optimiser(network: nn.Module, lr: float) -> torch.optim.Optimizer:
            betas = options.betas[0], options.betas[1]
            return torch.optim.AdamW(
                network.parameters(), lr, betas, weight_decay=options.weight_decay, fused=device.type != "mps"
            )

        return cls(
            generator,
            AveragedModel(generator, multi_avg_fn=average, use_buffers=True),
            discriminator,
            optimiser(generator, options.lr),
            optimiser(discriminator, options.discriminator_lr),
            HistoryPool(recipe.training.pool, recipe.training.seed),
        )

    def state_dict(self) -> dict[str, Any]:
        return {name: part.state_dict() for name, part in vars(self).items()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        for name, part in vars(self).items():
            part.load_state_dict(state[name])


class AdversarialStep:
    """Paint, teach the discriminator with past fakes, then the generator; returns the named losses.

    Gradients that are no numbers change nothing: the loss or the grad_norm then says so.
    """

    def __init__(self, networks: Networks, recipe: Recipe, device: torch.device) -> None:
        self.networks = networks
        self.recipe = recipe
        self.device = device

    def __call__(self, batch: Batch, number: int) -> dict[str, float]:
        """number: steps done before this one."""
        nets = self.networks
        sketch, truth = batch.sketch.to(self.device), batch.truth.to(self.device)
        palette = batch.palette().to(self.device)
        own = ~batch.stranger.to(self.device)
        with autocast(self.device, self.recipe.training.precision):
            x = stack(sketch, palette).contiguous(memory_format=torch.channels_last)
            painted: Painted = nets.generator(x, palette)
        if not painted.image.isfinite().all():  # kept from the discriminator and its pool
            return {"loss": math.nan, "grad_norm": math.nan}
        losses = self._truth_and_palette(painted, sketch, truth, palette, own)
        logged = {}
        if self.recipe.loss.adversarial and number >= self.recipe.loss.adversarial_after:
            judged = self._teach_discriminator(painted.image, sketch, truth, own, number)
            losses |= self._adversarial(painted.image, sketch, truth, own)
            logged["discriminator"] = float(judged)
        total = torch.stack(list(losses.values())).sum()
        norm = self._update(nets.generator, nets.generator_optimiser, total, self.recipe.optimiser.lr, number)
        if math.isfinite(norm):
            nets.ema.update_parameters(nets.generator)
        logged |= {name: loss.item() for name, loss in losses.items()}
        return {"loss": total.item(), **logged, "grad_norm": norm}

    def _truth_and_palette(
        self, painted: Painted, sketch: Tensor, truth: Tensor, palette: Palette, own: Tensor
    ) -> Losses:
        weights, image = self.recipe.loss, painted.image.float()
        losses = {"l1": weights.l1 * F.l1_loss(image[own], truth[own])}
        if weights.pointing and painted.pointer is not None:
            colors = palette.colors.flatten(1, 2)[own]
            losses["pointing"] = weights.pointing * pointing(painted.pointer[own], colors, truth[own]).mean()
        wanted = torch.where(own, weights.palette, weights.stranger_palette)
        if wanted.any():
            shares = palette.weights.flatten(1) / palette.weights.shape[1]
            distance = palette_distance(image, palette.colors.flatten(1, 2), shares)
            losses["palette"] = (distance * wanted).mean()
        if weights.flatness and painted.pointer is not None and not own.all():
            losses["flatness"] = weights.flatness * flatness(painted.pointer[~own], sketch[~own]).mean()
        return losses

    def _teach_discriminator(
        self, image: Tensor, sketch: Tensor, truth: Tensor, own: Tensor, number: int
    ) -> Tensor:
        nets = self.networks
        shown = nets.pool(torch.cat([sketch, image.float()], dim=1))  # a past fake beside its own drawing
        with autocast(self.device, self.recipe.training.precision):
            real = nets.discriminator(sketch[own], truth[own]).logits.float()
            fake = nets.discriminator(shown[:, :1], shown[:, 1:]).logits.float()
        loss = discriminator_loss(self.recipe.loss.gan, real, fake)
        lr = self.recipe.optimiser.discriminator_lr
        self._update(nets.discriminator, nets.discriminator_optimiser, loss, lr, number)
        return loss.detach()

    def _adversarial(self, image: Tensor, sketch: Tensor, truth: Tensor, own: Tensor) -> Losses:
        weights, discriminator = self.recipe.loss, self.networks.discriminator
        discriminator.requires_grad_(False)
        with autocast(self.device, self.recipe.training.precision):
            fake = discriminator(sketch, image)
            losses = {"adversarial": weights.adversarial * generator_loss(weights.gan, fake.logits.float())}
            if weights.feature_matching:
                with torch.no_grad():
                    real = discriminator(sketch[own], truth[own])
                matched = feature_matching(real.features, [feature[own] for feature in fake.features])
                losses["feature_matching"] = weights.feature_matching * matched.float()
        discriminator.requires_grad_(True)
        return losses

    def _update(
        self, network: nn.Module, optimiser: torch.optim.Optimizer, loss: Tensor, lr: float, number: int
    ) -> float:
        for group in optimiser.param_groups:
            group["lr"] = lr * lr_factor(self.recipe, number)
        optimiser.zero_grad()
        loss.backward()
        clip = self.recipe.optimiser.clip or float("inf")
        norm = float(nn.utils.clip_grad_norm_(network.parameters(), clip))
        if math.isfinite(norm):
            optimiser.step()
        return norm


def lr_factor(recipe: Recipe, number: int) -> float:
    """Linear warm-up, then constant or half a cosine down to a tenth."""
    options, steps = recipe.optimiser, recipe.training.steps
    if number < options.warmup:
        return (number + 1) / options.warmup
    if not options.cosine:
        return 1.0
    done = min(1.0, (number - options.warmup) / max(1, steps - options.warmup))
    return 0.1 + 0.9 * (1 + float(torch.cos(torch.tensor(torch.pi * done)))) / 2
