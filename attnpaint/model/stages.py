"""The networks of a recipe: one, or a draft's and the one that paints on it. Needs no torch."""

from dataclasses import replace
from typing import cast

from attnpaint.config import ConditioningKind, Recipe


def refining(recipe: Recipe) -> Recipe:
    """The second network's recipe: the first one's, but that it is given a draft, too.

    No strangers: a bundle's palette is its own. UsageError where a network cannot be given a draft.
    """
    takes = cast(tuple[ConditioningKind, ...], recipe.generator.takes)
    return replace(
        recipe,
        generator=replace(recipe.generator, conditioning=(*takes, "draft")),
        data=replace(recipe.data, strangers=0.0),
        training=replace(recipe.training, steps=recipe.refine.steps),
        refine=replace(recipe.refine, steps=0),
    )


def stages_of(recipe: Recipe) -> list[Recipe]:
    """The recipe, and that of the network which refines its drafts, where it has one."""
    return [recipe, refining(recipe)] if recipe.refine.steps else [recipe]
