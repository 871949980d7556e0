"""One step of adversarial training, on one device or on the pieces of a batch in many processes."""

import math
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import partial

import torch
from accelerate import Accelerator
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from attnpaint.config import Recipe
from attnpaint.data.augment import FLIPS, VARIANT, rng
from attnpaint.data.loading import piece_of
from attnpaint.data.pairs import Batch
from attnpaint.devices import autocast
from attnpaint.losses.adversarial import (
    discriminator_loss,
    feature_matching,
    generator_loss,
    gradient_penalty,
    lecam,
    style_loss,
)
from attnpaint.model.conditioning import Conditioning
from attnpaint.model.outputs import Outputs
from attnpaint.training.conditions import Conditions, paint
from attnpaint.training.diff_augment import DiffAugment
from attnpaint.training.meters import Meters
from attnpaint.training.objective import Losses, Objective, mean_over
from attnpaint.training.processes import together
from attnpaint.training.state import TrainingState, lr_factor


@dataclass(frozen=True)
class Part:
    """A piece of a batch, and what it is painted from. first: the place of its first picture in the batch."""

    batch: Batch
    given: Conditioning
    first: int

    @property
    def style(self) -> Tensor:
        assert self.given.style is not None  # config.py: loss.style needs it
        return self.given.style


class AdversarialStep:
    """Paint, teach the discriminator with past fakes, then the generator; returns the named losses.

    Every loss is a mean over the whole batch, whatever parts it is taken in and whatever processes share it.
    Gradients that are no numbers change no weight: the loss or the grad_norm then says so.
    """

    def __init__(self, networks: TrainingState, recipe: Recipe, accelerator: Accelerator) -> None:
        self.networks = networks
        self.recipe = recipe
        self.accelerator = accelerator
        self.device = accelerator.device
        if recipe.training.compile:
            networks.generator.compile()
            networks.discriminator.compile()
        self.generator, self.discriminator = together(accelerator, networks.generator, networks.discriminator)
        self.conditions = Conditions(recipe, self.device)
        self.objective = Objective(recipe, self.device)

    def __call__(self, batches: Sequence[Batch], number: int) -> dict[str, float]:
        """batches: this process's pieces of the batch of step `number`, counted from 0."""
        loss, logged = self.recipe.loss, Meters()
        parts = [self.part(batch, i, len(batches), number) for i, batch in enumerate(batches)]
        adversarial = loss.adversarial > 0 and number >= loss.adversarial_after
        adversarial &= not self.recipe.training.stage_only
        painted = self._paint(parts[0]) if len(parts) == 1 else None  # more parts are painted when needed
        norms = {}
        if adversarial:
            images = [self._look(part, painted, number) for part in parts]
            if not self._all_finite(images):  # kept from the discriminator and its pool
                return {"loss": math.nan}
            norms["grad_norm/discriminator"] = self._teach_discriminator(parts, images, number, logged)
        norms["grad_norm/generator"] = self._teach_generator(parts, painted, number, adversarial, logged)
        lr = lr_factor(self.recipe, number)
        rates = {"lr/generator": self.recipe.optimiser.lr * lr}
        if adversarial:
            rates["lr/discriminator"] = self.recipe.optimiser.discriminator_lr * lr
        return {**logged.over(self.accelerator), **norms, **rates}

    def part(self, batch: Batch, place: int = 0, parts: int = 1, number: int = 0) -> Part:
        """The piece of a batch in this place of `parts`, with what it is painted from."""
        size, accelerator = self.recipe.data.batch_size, self.accelerator
        piece = piece_of(size, parts, accelerator.num_processes)
        first = size // parts * place + piece * accelerator.process_index
        seed = self.recipe.training.seed, number
        given = self.conditions(batch.truth, batch.palette(), seed, first, batch.hint, batch.unpaired)
        given = replace(given, draft=batch.draft)
        if batch.regions is not None:
            given = replace(given, regions=batch.regions.regions, reference=batch.regions.reference)
        return Part(batch, given, first)

    def _paint(self, part: Part) -> Outputs:
        alone = self.recipe.training.stage_only
        return paint(self.generator, self.recipe, part.batch.sketch, part.given, only_regions=alone)

    @torch.no_grad()
    def _look(self, part: Part, painted: Outputs | None, number: int) -> Tensor:
        return self._shown(painted or self._paint(part), number).detach().float()

    def _shown(self, painted: Outputs, number: int) -> Tensor:
        """What the discriminator meets in this step: of several pictures one, the same of each drawing."""
        if painted.variants is None:
            return painted.image
        random = rng(VARIANT, self.recipe.training.seed, number)
        return painted.variants[:, int(random.integers(painted.variants.shape[1]))]

    def _teach_discriminator(
        self, parts: Sequence[Part], images: Sequence[Tensor], number: int, logged: Meters
    ) -> float:
        nets, weights = self.networks, self.recipe.loss
        answers = []
        flipped = rng(FLIPS, self.recipe.training.seed, number).random()
        nets.discriminator_optimiser.zero_grad()
        for i, (part, image) in enumerate(zip(parts, images, strict=True)):
            augment, batch = self._augment(part, number, 0), part.batch
            beside = self.conditions.beside(batch.sketch, part.given)
            shown = self._past_fakes(torch.cat([beside, image], dim=1))  # with its own drawing
            with self._syncing(self.discriminator, i == len(parts) - 1):
                with autocast(self.device, self.recipe.training.precision):
                    judged = self.discriminator(*augment(beside, batch.truth))
                    fake = self.discriminator(*augment(shown[:, :-3], shown[:, -3:])).logits.float()
                real = judged.logits.float()
                told = (fake, real) if flipped < weights.flip_labels else (real, fake)
                losses = {"discriminator": discriminator_loss(weights.gan, *told)}
                if weights.style:
                    losses["discriminator_style"] = self._style(judged.style, part)
                if weights.lecam:
                    past = nets.past_answers
                    losses["lecam"] = weights.lecam * lecam(real, fake, past.real, past.fake)
                    answers.append(torch.stack([real.mean(), fake.mean()]).detach())
                if weights.r1 and number % weights.r1_every == 0:
                    penalty = self._gradient_penalty(beside, batch.truth, augment)
                    losses["r1"] = weights.r1 / 2 * weights.r1_every * penalty
                self.accelerator.backward(torch.stack(list(losses.values())).sum() / len(parts))
            logged.add_all(losses, len(parts))
        lr = self.recipe.optimiser.discriminator_lr
        norm = self._update(nets.discriminator, nets.discriminator_optimiser, lr, number)
        if answers and math.isfinite(norm):
            means = self.accelerator.reduce(torch.stack(answers).mean(dim=0), "mean")
            nets.past_answers.update(*means.unbind())
        return norm

    def _gradient_penalty(self, beside: Tensor, truth: Tensor, augment: DiffAugment) -> Tensor:
        beside, truth = augment(beside, truth)
        truth = truth.detach().requires_grad_()
        judged = self.networks.discriminator.forward(beside, truth)  # compiled ones have one gradient only
        return gradient_penalty(judged.logits, truth)

    def _teach_generator(
        self, parts: Sequence[Part], painted: Outputs | None, number: int, adversarial: bool, logged: Meters
    ) -> float:
        nets = self.networks
        nets.generator_optimiser.zero_grad()
        nets.discriminator.requires_grad_(False)
        for i, part in enumerate(parts):
            with self._syncing(self.generator, i == len(parts) - 1):
                seen = painted or self._paint(part)
                losses = self.objective(seen, part.batch, partial(self._discriminate, part))
                if adversarial:
                    image = self._shown(seen, number)
                    losses |= self._adversarial(image, part, self._augment(part, number, 1))
                total = torch.stack(list(losses.values())).sum()
                self.accelerator.backward(total / len(parts))
            logged.add_all({"loss": total, **losses}, len(parts))
        nets.discriminator.requires_grad_(True)
        norm = self._update(nets.generator, nets.generator_optimiser, self.recipe.optimiser.lr, number)
        if math.isfinite(norm):
            nets.ema.update_parameters(nets.generator)
        return norm

    def _discriminate(self, part: Part, image: Tensor) -> Sequence[Tensor]:
        """The discriminator's own activations for pictures N·V×3×H×W."""
        beside = self.conditions.beside(part.batch.sketch, part.given)
        beside = beside.repeat_interleave(len(image) // len(beside), dim=0)
        with autocast(self.device, self.recipe.training.precision):
            features: Sequence[Tensor] = self.networks.discriminator(beside, image).features
        return features

    def _adversarial(self, image: Tensor, part: Part, augment: DiffAugment) -> Losses:
        weights, discriminator = self.recipe.loss, self.networks.discriminator
        beside = self.conditions.beside(part.batch.sketch, part.given)
        with autocast(self.device, self.recipe.training.precision):
            fake = discriminator(*augment(beside, image))
            losses = {"adversarial": weights.adversarial * generator_loss(weights.gan, fake.logits.float())}
            if weights.style:
                losses["style"] = self._style(fake.style, part)
            if weights.feature_matching:
                with torch.no_grad():
                    real = discriminator(*augment(beside, part.batch.truth))
                matched = feature_matching(real.features, fake.features).float()
                matched = mean_over(matched, ~part.batch.unpaired, self.objective.own_share)
                losses["feature_matching"] = weights.feature_matching * matched
        return losses

    def _style(self, told: Tensor, part: Part) -> Tensor:
        known = style_loss(told, part.style)
        known = mean_over(known, ~part.batch.unpaired, self.objective.own_share)
        return self.recipe.loss.style * known

    def _update(self, network: nn.Module, optimiser: torch.optim.Optimizer, lr: float, number: int) -> float:
        for group in optimiser.param_groups:
            group["lr"] = lr * group["share"] * lr_factor(self.recipe, number)
        clip = self.recipe.optimiser.clip or float("inf")
        norm = float(nn.utils.clip_grad_norm_(network.parameters(), clip))
        if math.isfinite(norm):
            optimiser.step()
        return norm

    def _augment(self, part: Part, number: int, use: int) -> DiffAugment:
        """What the discriminator sees this piece of the batch through; the same for any division."""
        size, seed = self.recipe.data.batch_size, self.recipe.training.seed
        whole = DiffAugment.draw(self.recipe.discriminator.augment, size, seed, number, use)
        return whole.of(slice(part.first, part.first + len(part.batch.sketch)))

    def _past_fakes(self, fakes: Tensor) -> Tensor:
        """Every process keeps the whole pool, and shows its own piece of what comes out of it."""
        whole: Tensor = self.accelerator.gather(fakes)
        first = self.accelerator.process_index * len(fakes)
        return self.networks.pool(whole)[first : first + len(fakes)]

    def _all_finite(self, images: Sequence[Tensor]) -> bool:
        finite = torch.stack([image.isfinite().all() for image in images]).all()
        return bool(self.accelerator.reduce(finite.float(), "mean") == 1)

    def _syncing(self, network: nn.Module, last: bool) -> AbstractContextManager[object]:
        """Processes exchange gradients with the last part only."""
        if last or not isinstance(network, DistributedDataParallel):
            return nullcontext()
        return network.no_sync()
