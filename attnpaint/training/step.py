"""One step of adversarial training, on one device or on the pieces of a batch in many processes."""

import math
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext

import torch
from accelerate import Accelerator
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from attnpaint.config import Recipe
from attnpaint.data.numbering import piece_of
from attnpaint.data.pairs import Batch
from attnpaint.devices import autocast
from attnpaint.losses.adversarial import (
    discriminator_loss,
    feature_matching,
    generator_loss,
    gradient_penalty,
    lecam,
)
from attnpaint.losses.palette import flatness, palette_distance, pointing
from attnpaint.model.conditioning import stack
from attnpaint.model.painted import Painted
from attnpaint.training.diff_augment import DiffAugment
from attnpaint.training.networks import Networks, lr_factor
from attnpaint.training.processes import together

Losses = dict[str, Tensor]


class AdversarialStep:
    """Paint, teach the discriminator with past fakes, then the generator; returns the named losses.

    Every loss is a mean over the whole batch, whatever parts it is taken in and whatever processes share it.
    Gradients that are no numbers change no weight: the loss or the grad_norm then says so.
    """

    def __init__(self, networks: Networks, recipe: Recipe, accelerator: Accelerator) -> None:
        self.networks = networks
        self.recipe = recipe
        self.accelerator = accelerator
        self.device = accelerator.device
        if recipe.training.compile:
            networks.generator.compile()
            networks.discriminator.compile()
        self.generator, self.discriminator = together(accelerator, networks.generator, networks.discriminator)
        strangers = round(recipe.data.strangers * recipe.data.batch_size)
        self.own_share = 1 - strangers / recipe.data.batch_size

    def __call__(self, parts: Sequence[Batch], number: int) -> dict[str, float]:
        """parts: this process's pieces of the batch of step `number`, counted from 0."""
        loss, logged = self.recipe.loss, Means()
        adversarial = loss.adversarial > 0 and number >= loss.adversarial_after
        painted = self._paint(parts[0]) if len(parts) == 1 else None  # more parts are painted when needed
        norms = {}
        if adversarial:
            images = [self._look(batch, painted) for batch in parts]
            if not self._all_finite(images):  # kept from the discriminator and its pool
                return {"loss": math.nan}
            norms["grad_norm/discriminator"] = self._teach_discriminator(parts, images, number, logged)
        norms["grad_norm/generator"] = self._teach_generator(parts, painted, number, adversarial, logged)
        lr = lr_factor(self.recipe, number)
        rates = {"lr/generator": self.recipe.optimiser.lr * lr}
        if adversarial:
            rates["lr/discriminator"] = self.recipe.optimiser.discriminator_lr * lr
        return {**logged.over(self.accelerator), **norms, **rates}

    def _paint(self, batch: Batch) -> Painted:
        palette = batch.palette()
        with autocast(self.device, self.recipe.training.precision):
            x = stack(batch.sketch, palette).contiguous(memory_format=torch.channels_last)
            painted: Painted = self.generator(x, palette)
        return painted

    @torch.no_grad()
    def _look(self, batch: Batch, painted: Painted | None) -> Tensor:
        return (painted or self._paint(batch)).image.detach().float()

    def _teach_discriminator(
        self, parts: Sequence[Batch], images: Sequence[Tensor], number: int, logged: "Means"
    ) -> float:
        nets, weights = self.networks, self.recipe.loss
        answers = []
        nets.discriminator_optimiser.zero_grad()
        for i, (batch, image) in enumerate(zip(parts, images, strict=True)):
            chance = self._chance(i, len(parts), number, 0)
            shown = self._past_fakes(torch.cat([batch.sketch, image], dim=1))  # beside its own drawing
            with self._syncing(self.discriminator, i == len(parts) - 1):
                with autocast(self.device, self.recipe.training.precision):
                    real = self.discriminator(*chance(batch.sketch, batch.truth)).logits.float()
                    fake = self.discriminator(*chance(shown[:, :1], shown[:, 1:])).logits.float()
                loss = discriminator_loss(weights.gan, real, fake)
                logged.add("discriminator", loss / len(parts))
                if weights.lecam:
                    past = nets.past_answers
                    near = weights.lecam * lecam(real, fake, past.real, past.fake)
                    logged.add("lecam", near / len(parts))
                    loss = loss + near
                    answers.append(torch.stack([real.mean(), fake.mean()]).detach())
                if weights.r1 and number % weights.r1_every == 0:
                    penalty = weights.r1 / 2 * weights.r1_every * self._gradient_penalty(batch, chance)
                    logged.add("r1", penalty / len(parts))
                    loss = loss + penalty
                self.accelerator.backward(loss / len(parts))
        lr = self.recipe.optimiser.discriminator_lr
        norm = self._update(nets.discriminator, nets.discriminator_optimiser, lr, number)
        if answers and math.isfinite(norm):
            means = self.accelerator.reduce(torch.stack(answers).mean(dim=0), "mean")
            nets.past_answers.update(*means.unbind())
        return norm

    def _gradient_penalty(self, batch: Batch, chance: DiffAugment) -> Tensor:
        sketch, truth = chance(batch.sketch, batch.truth)
        truth = truth.detach().requires_grad_()
        judged = self.networks.discriminator.forward(sketch, truth)  # compiled ones have one gradient only
        return gradient_penalty(judged.logits, truth)

    def _teach_generator(
        self, parts: Sequence[Batch], painted: Painted | None, number: int, adversarial: bool, logged: "Means"
    ) -> float:
        nets = self.networks
        nets.generator_optimiser.zero_grad()
        for i, batch in enumerate(parts):
            with self._syncing(self.generator, i == len(parts) - 1):
                seen = painted or self._paint(batch)
                losses = self._truth_and_palette(seen, batch)
                if adversarial:
                    losses |= self._adversarial(seen.image, batch, self._chance(i, len(parts), number, 1))
                total = torch.stack(list(losses.values())).sum()
                self.accelerator.backward(total / len(parts))
            for name, loss in {"loss": total, **losses}.items():
                logged.add(name, loss / len(parts))
        norm = self._update(nets.generator, nets.generator_optimiser, self.recipe.optimiser.lr, number)
        if math.isfinite(norm):
            nets.ema.update_parameters(nets.generator)
        return norm

    def _truth_and_palette(self, painted: Painted, batch: Batch) -> Losses:
        weights, image, palette = self.recipe.loss, painted.image.float(), batch.palette()
        own, pointer = ~batch.stranger, painted.pointer
        l1 = (image - batch.truth).abs().mean(dim=(1, 2, 3))
        losses = {"l1": weights.l1 * mean_over(l1, own, self.own_share)}
        if weights.pointing and pointer is not None:
            likelihood = pointing(pointer, palette.colors.flatten(1, 2), batch.truth)
            losses["pointing"] = weights.pointing * mean_over(likelihood, own, self.own_share)
        if weights.palette or weights.stranger_palette:
            wanted = torch.where(own, weights.palette, weights.stranger_palette)
            shares = palette.weights.flatten(1) / palette.weights.shape[1]
            distance = palette_distance(image, palette.colors.flatten(1, 2), shares)
            losses["palette"] = (distance * wanted).mean()
        if weights.flatness and pointer is not None and self.own_share < 1:
            changes = flatness(pointer, batch.sketch)
            losses["flatness"] = weights.flatness * mean_over(changes, ~own, 1 - self.own_share)
        return losses

    def _adversarial(self, image: Tensor, batch: Batch, chance: DiffAugment) -> Losses:
        weights, discriminator = self.recipe.loss, self.networks.discriminator
        discriminator.requires_grad_(False)
        with autocast(self.device, self.recipe.training.precision):
            fake = discriminator(*chance(batch.sketch, image))
            losses = {"adversarial": weights.adversarial * generator_loss(weights.gan, fake.logits.float())}
            if weights.feature_matching:
                with torch.no_grad():
                    real = discriminator(*chance(batch.sketch, batch.truth))
                matched = feature_matching(real.features, fake.features).float()
                matched = mean_over(matched, ~batch.stranger, self.own_share)
                losses["feature_matching"] = weights.feature_matching * matched
        discriminator.requires_grad_(True)
        return losses

    def _update(self, network: nn.Module, optimiser: torch.optim.Optimizer, lr: float, number: int) -> float:
        for group in optimiser.param_groups:
            group["lr"] = lr * lr_factor(self.recipe, number)
        clip = self.recipe.optimiser.clip or float("inf")
        norm = float(nn.utils.clip_grad_norm_(network.parameters(), clip))
        if math.isfinite(norm):
            optimiser.step()
        return norm

    def _chance(self, part: int, parts: int, number: int, use: int) -> DiffAugment:
        """What the discriminator sees this piece of the batch through; the same for any division."""
        size, accelerator = self.recipe.data.batch_size, self.accelerator
        whole = DiffAugment.draw(
            self.recipe.discriminator.augment, size, self.recipe.training.seed, number, use
        )
        piece = piece_of(size, parts, accelerator.num_processes)
        first = size // parts * part + piece * accelerator.process_index
        return whole.of(slice(first, first + piece))

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


class Means:
    """Named scalars, added up on the device; the processes' mean is taken once."""

    def __init__(self) -> None:
        self.sums: Losses = {}

    def add(self, name: str, value: Tensor) -> None:
        value = value.detach().float()
        self.sums[name] = self.sums[name] + value if name in self.sums else value

    def over(self, accelerator: Accelerator) -> dict[str, float]:
        means = accelerator.reduce(torch.stack(list(self.sums.values())), "mean")
        return dict(zip(self.sums, means.tolist(), strict=True))


def mean_over(values: Tensor, chosen: Tensor, share: float) -> Tensor:
    """Mean of the chosen values (N,), where `share` of the whole batch is chosen; 0 where none is."""
    return (values * chosen).mean() / share if share else values.sum() * 0
