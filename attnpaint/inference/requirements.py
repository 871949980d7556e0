"""What a model paints from beside the drawing, and one line for what it lacks or cannot use.

Reads no weights and needs no torch.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from attnpaint.config import GeneratorConfig, Recipe
from attnpaint.errors import UsageError
from attnpaint.extract import DEFAULT, FIGURE, Method
from attnpaint.recipe_file import load_recipe, recipe_names

HISTOGRAM = frozenset({"histogram", "tokens"})
HINTS = frozenset({"hint-map", "hint-image"})
STYLE = "style"


@dataclass(frozen=True)
class Requirements:
    """name: the recipe's; takes: the conditioning of all stages, see `GeneratorConfig`, in order.

    variants: pictures that the last stage paints of one drawing. always_hinted: in training no drawing was
    without hints. points: the picture is mixed of palette colours, which can be changed afterwards.
    places: where each colour was in the reference helps; its palette alone will do. method: how a reference's
    colours are measured.
    """

    name: str
    takes: tuple[str, ...]
    variants: int
    always_hinted: bool = False
    points: bool = False
    places: bool = False
    method: Method = DEFAULT

    @classmethod
    def of(cls, recipes: Sequence[Recipe]) -> "Requirements":
        """Of the first stage's recipe and, where there is one, the second's."""
        last = recipes[-1].generator
        taken = dict.fromkeys(name for recipe in recipes for name in recipe.generator.takes)
        return cls(
            recipes[0].name,
            tuple(name for name in taken if name != "draft"),  # the first stage gives it
            last.variants,
            not HINTS.isdisjoint(taken) and all(recipe.hints.drop == 0 for recipe in recipes),
            last.kind == "palette-unet" and last.head == "pointer",
            bool(recipes[0].generator.region_width),
            FIGURE if recipes[0].data.ground_apart else DEFAULT,
        )

    @property
    def histogram(self) -> bool:
        return not HISTOGRAM.isdisjoint(self.takes)

    @property
    def style(self) -> bool:
        return STYLE in self.takes

    @property
    def reference(self) -> bool:
        return self.histogram or self.style

    @property
    def hints(self) -> bool:
        return not HINTS.isdisjoint(self.takes)

    @property
    def editable(self) -> bool:
        """Whether a palette that was changed can be painted with."""
        return self.histogram and (self.points or not self.style)

    def check(self, reference: bool, hints: bool, variants: int = 1) -> None:
        """UsageError where a reference is needed and not given, or hints or variants are asked of no use."""
        if self.reference and not reference:
            problem = f"{self.name} paints in the colours of a reference picture, and none is given"
            raise UsageError(problem, "give a reference (--ref)")
        if hints and not self.hints:
            problem = f"{self.name} cannot use hints: it paints from {_told(self.takes)}"
            raise UsageError(problem, _others(lambda net: not HINTS.isdisjoint(net.takes)))
        if variants > self.variants:
            paints = "one picture" if self.variants == 1 else f"{self.variants} pictures"
            problem = f"{self.name} paints {paints} of a drawing, not {variants}"
            remedy = _others(lambda net: net.variants >= variants)
            raise UsageError(
                problem, f"ask for {self.variants}, or {remedy}" if self.variants > 1 else remedy
            )

    def notes(self, hints: bool) -> list[str]:
        """A line where this model was never taught to paint from as little as it is given."""
        if hints or not self.always_hinted:
            return []
        told = f"{self.name} learned to paint with hints, never without, and none are given"
        return [f"{told}: expect little of its colours, or give hints"]


def _told(takes: Iterable[str]) -> str:
    """In words, as `the drawing, a histogram and tokens`."""
    *most, last = ["the drawing", *takes]
    return f"{', '.join(most)} and {last}" if most else f"{last} alone"


def _others(fits: Callable[[GeneratorConfig], bool]) -> str:
    names = [name for name in recipe_names() if fits(load_recipe(name).generator)]
    return f"use a model of another recipe: {', '.join(names)}" if names else "use another model"
