"""What stands beside a model's weights, read without torch: where its parts lie, how to build it, and what it
paints from, with one line for what it lacks or cannot use.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from attnpaint.config import ConditioningKind, GeneratorConfig, Recipe, read_as
from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.extract import DEFAULT, FIGURE, Method
from attnpaint.files import SMALL, parse_json, read_bytes
from attnpaint.recipe_file import load_recipe, recipe_names

DEFAULT_MODEL = Path(__file__).parents[1] / "weights"
WEIGHTS, CONFIG = "model.safetensors", "config.json"
SUMS = "SHA256SUMS"  # of the weights, as `sha256sum` writes it; held against them where it is there
GRAPHS = "model.onnx", "regions.onnx"  # of the network, and of its region stage where it has one
BANDS, RANKS = 4, 4  # of a histogram
INK, PAPER = 16, 17  # places of the two fixed colours behind the 16 palette tokens
HISTOGRAM = frozenset({"histogram", "tokens"})
HINTS = frozenset({"hint-map", "hint-image"})
STYLE = frozenset({"style"})
REFINE = "refine"  # a model folder inside another: the network that paints on the other one's draft


def stages_in(folder: str | Path) -> list[Path]:
    """The model folder, of a training run's folder the one inside it; and the one that refines its drafts,
    where there is one."""
    inner = Path(folder) / "model"
    first = inner if (inner / WEIGHTS).is_file() else Path(folder)
    return [first, first / REFINE] if (first / REFINE).is_dir() else [first]


def read_model_config(folder: Path) -> dict[str, Any]:
    """config.json with `recipe` as a Recipe. Raises AttnpaintError where it is missing or damaged."""
    try:
        facts: dict[str, Any] = parse_json(read_bytes(folder / CONFIG, SMALL))
        if "recipe" not in facts and not (folder / WEIGHTS).is_file():
            raise missing(folder, WEIGHTS)  # a run's own config.json is a recipe, and no model's
        facts["recipe"] = read_as(Recipe, facts["recipe"])
    except FileNotFoundError:
        raise missing(folder, CONFIG) from None
    except (OSError, ValueError, KeyError, TypeError, UsageError) as error:
        raise damaged(folder, error) from None
    return facts


def missing(folder: Path, name: str) -> AttnpaintError:
    if folder.name == REFINE and (folder.parent / "model" / WEIGHTS).is_file():
        problem = f"{folder} is the second stage of a run, and holds no model"
        return AttnpaintError(problem, f"give {folder.parent}, which paints with both stages")
    problem = f"{folder} is no model folder: {name} is missing"
    return AttnpaintError(problem, f"give a folder with {CONFIG} and {WEIGHTS}")


def damaged(folder: Path, error: Exception) -> AttnpaintError:
    return AttnpaintError(f"the model in {folder} cannot be read ({error})", "train or import it again")


def weights_sum(folder: str | Path) -> str:
    """SHA-256 of a model's weights, the first stage's where there are two. AttnpaintError: none are there."""
    path = stages_in(folder)[0] / WEIGHTS
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        raise missing(path.parent, WEIGHTS) from None


def model_digest(folder: str | Path, finish: str = "", more: Iterable[bytes] = ()) -> str:
    """Equal for models that paint alike: of all stages' files, the finish, and what else they paint with.

    Raises AttnpaintError where a file is not there.
    """
    digest = hashlib.blake2b(finish.encode(), digest_size=16)
    for stage in stages_in(folder):
        for file in (CONFIG, WEIGHTS):
            try:
                digest.update((stage / file).read_bytes())
            except OSError:
                raise missing(stage, file) from None
    for part in more:
        digest.update(part)
    return digest.hexdigest()


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


@dataclass(frozen=True)
class Requirements:
    """name: the recipe's; takes: the conditioning of all stages, see `GeneratorConfig`, in order.

    variants: pictures that the last stage paints of one drawing. always_hinted: in training no drawing was
    without hints. points: the picture is mixed of palette colours, which can be changed afterwards.
    places: where each colour was in the reference helps; its palette alone will do. method: how a reference's
    colours are measured. histogram, style, hints: whether `takes` has one of their kind; reference: one of
    the first two.
    """

    name: str
    takes: tuple[str, ...]
    variants: int
    always_hinted: bool = False
    points: bool = False
    places: bool = False
    method: Method = DEFAULT
    histogram: bool = False
    style: bool = False
    hints: bool = False
    reference: bool = False

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
            not HISTOGRAM.isdisjoint(taken),
            not STYLE.isdisjoint(taken),
            not HINTS.isdisjoint(taken),
            not (HISTOGRAM | STYLE).isdisjoint(taken),
        )

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


def _told(takes: Iterable[str]) -> str:
    """In words, as `the drawing, a histogram and tokens`."""
    *most, last = ["the drawing", *takes]
    return f"{', '.join(most)} and {last}" if most else f"{last} alone"


def _others(fits: Callable[[GeneratorConfig], bool]) -> str:
    names = [name for name in recipe_names() if fits(load_recipe(name).generator)]
    return f"use a model of another recipe: {', '.join(names)}" if names else "use another model"
