"""The losses of the generator, as a recipe weighs them, the adversarial one aside."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from attnpaint.config import Recipe
from attnpaint.data.pairs import Batch
from attnpaint.losses.palette import (
    flatness,
    palette_distance,
    pointing,
    region_colors,
    region_likeness,
    region_parts,
    region_weights,
    same_places,
)
from attnpaint.losses.pixels import diversity, huber, l1, perceptual, total_variation
from attnpaint.model.backbone import Features, load_backbone
from attnpaint.model.heads import all_colors
from attnpaint.model.outputs import Outputs

Losses = dict[str, Tensor]
Look = Callable[[Tensor], Sequence[Tensor]]
"""Pictures N·V×3×H×W, V for each drawing in a row → activations of several layers."""


class Objective:
    """Named losses of a painting, scalars; each a mean over the pictures that it holds for.

    Of several pictures at once each is compared with the truth, and nearly the best alone counts.
    """

    def __init__(self, recipe: Recipe, device: torch.device) -> None:
        self.recipe = recipe
        self.own_share = 1 - recipe.data.strangers_in_batch / recipe.data.batch_size
        self.features: Features | None = None
        options = recipe.perceptual
        if options.weight and options.backbone != "discriminator":
            backbone = load_backbone(options.backbone, options.weights)
            self.features = Features(backbone, options.layers).to(device)

    def __call__(self, painted: Outputs, batch: Batch, discriminate: Look) -> Losses:
        """discriminate: what the discriminator sees in pictures, for recipes that compare its activations."""
        if self.recipe.training.stage_only:
            return self._regions(painted, batch)
        own = ~batch.unpaired
        losses = {
            name: mean_over(values, own, self.own_share)
            for name, values in (
                self._fidelity(painted, batch, discriminate) | self._guides(painted, batch)
            ).items()
        }
        return losses | self._palette(painted, batch) | self._regions(painted, batch)

    def _fidelity(self, painted: Outputs, batch: Batch, discriminate: Look) -> Losses:
        """By name, weighted, per picture (N,)."""
        weights, options, truth = self.recipe.loss, self.recipe.perceptual, batch.truth
        several = painted.image[:, None] if painted.variants is None else painted.variants
        image = several.flatten(0, 1).float()  # N·V 3 H W
        mask = batch.sketch if weights.masked else None
        found = {"l1": weights.l1 * l1(image, truth, mask)}
        if weights.huber:
            found["huber"] = weights.huber * huber(image, truth)
        if weights.total_variation:
            found["total_variation"] = weights.total_variation * total_variation(image)
        if options.weight:
            look = self.features or discriminate
            with torch.no_grad():
                real = look(truth)
            away = perceptual(look(image), real, options.layer_weights, options.distance, mask)
            found["perceptual"] = options.weight * away
        parts = torch.stack(list(found.values())).unflatten(1, several.shape[:2])  # terms N V
        counted = (parts * diversity(parts.detach().sum(dim=0))).sum(dim=2)
        return dict(zip(found, counted, strict=True))

    def _guides(self, painted: Outputs, batch: Batch) -> Losses:
        """The guide decoders' pictures beside the truth, for nets in training that have such decoders."""
        weights = self.recipe.loss
        rates = zip(("guide_entry", "guide_exit"), weights.guides, painted.guides, strict=False)
        whole = weights.l1 + weights.huber
        return {name: whole * rate * l1(guide.float(), batch.truth) for name, rate, guide in rates}

    def _palette(self, painted: Outputs, batch: Batch) -> Losses:
        weights, image, palette = self.recipe.loss, painted.image.float(), batch.palette()
        own, pointer, losses = ~batch.unpaired, painted.pointer, Losses()
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

    def _regions(self, painted: Outputs, batch: Batch) -> Losses:
        """Of the region stage's answers, where it was asked."""
        answers, known, weights = painted.answers, batch.regions, self.recipe.loss
        if answers is None or known is None:
            return {}
        counted = region_weights(known.area, known.spread, known.regions.geometry, known.regions.valid)
        colors = all_colors(batch.palette().colors.flatten(1, 2))
        likely = region_colors(answers.logits, colors, known.color, counted)
        alike = region_likeness(answers.embedding, answers.likeness, known.color, counted)
        losses = {"regions": weights.regions * likely, "likeness": weights.likeness * alike}
        if weights.same:
            found = answers.same
            losses["same"] = weights.same * same_places(found.chances, known.match, found.weight)
        own = ~batch.unpaired
        told = {name: mean_over(values, own, self.own_share) for name, values in losses.items()}
        visible = known.area.sqrt() * known.regions.valid
        return told | {"parts": weights.parts * region_parts(answers.parts, known.part, visible).mean()}


def mean_over(values: Tensor, chosen: Tensor, share: float) -> Tensor:
    """Mean of the chosen values (N,), where `share` of the whole batch is chosen; 0 where none is."""
    return (values * chosen).mean() / share if share else values.sum() * 0
