"""The pictures of a run: found, checked, and divided into those to learn from and those held out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from attnpaint.config import Recipe
from attnpaint.data.check import check
from attnpaint.data.layouts import Item, digest_of
from attnpaint.data.sources import find_items
from attnpaint.errors import UsageError
from attnpaint.training.validation import LEAST_HELD_OUT, hold_out


@dataclass(frozen=True)
class Pictures:
    """unreadable: a line for each picture that is left out; notes: what a person should know."""

    learned: tuple[Item, ...]
    held: tuple[Item, ...]
    unreadable: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def digest(self) -> str:
        """Equal for equal names and, in shards, sizes: what a resumed run should find again."""
        return digest_of(self.learned, lambda item: [item.color.size])


def find_pictures(
    recipe: Recipe,
    data: Sequence[Path],
    validation: Sequence[Path],
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> Pictures:
    """Pictures below `data`, and below `validation` or held out of them. tell: progress, (done, total).

    Raises what find_items and check raise, and UsageError where a batch is larger than the data.
    """
    licences, side = recipe.data.exclude_licences, round(recipe.data.size * (1 + recipe.data.zoom))
    found = find_items(data, licences, side)
    notes = [f"data: {found.describe()}"]
    checked = check(found.items, tell)
    unreadable = checked.unreadable
    if validation:
        seen = check(find_items(validation, licences, side).items)
        learned, held, unreadable = checked.items, seen.items, unreadable + seen.unreadable
    else:
        learned, held = hold_out(checked.items)
        if learned is held:
            notes.append(f"fewer than {LEAST_HELD_OUT} pictures: validation looks at the training pictures")
    if unreadable:
        count = f"{len(unreadable)} cannot be read and are left out"
        notes.append(f"{count}, the first: {unreadable[0]}")
    size = recipe.data.batch_size
    if len(learned) < size:
        problem = f"a batch of {size} is larger than the data ({len(learned)} pictures)"
        raise UsageError(problem, f"give more --data or --set data.batch_size={len(learned)}")
    return Pictures(learned, held, unreadable, tuple(notes))
