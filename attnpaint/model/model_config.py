"""What stands beside a model's weights, read without torch: how to build it, and where its parts lie."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from attnpaint.config import ConditioningKind, Recipe
from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.recipe_file import recipe_from
from attnpaint.text_files import SMALL, parse_json, read_bytes

DEFAULT_MODEL = Path(__file__).parents[1] / "weights"
WEIGHTS, CONFIG = "model.safetensors", "config.json"
SUMS = "SHA256SUMS"  # of the weights, as `sha256sum` writes it; held against them where it is there
GRAPHS = "model.onnx", "regions.onnx"  # of the network, and of its region stage where it has one
BANDS, RANKS = 4, 4  # of a histogram
INK, PAPER = 16, 17  # places of the two fixed colours behind the 16 palette tokens
REFINE = "refine"  # a model folder inside another: the network that paints on the other one's draft


def inner_folder(folder: str | Path) -> Path:
    """The model folder inside a training run's folder; any other folder itself."""
    inner = Path(folder) / "model"
    return inner if (inner / WEIGHTS).is_file() else Path(folder)


def stages_in(folder: str | Path) -> list[Path]:
    """The model folder, and the one that refines its drafts, where there is one."""
    first = inner_folder(folder)
    return [first, first / REFINE] if (first / REFINE).is_dir() else [first]


def read_model_config(folder: Path) -> dict[str, Any]:
    """config.json with `recipe` as a Recipe. Raises AttnpaintError where it is missing or damaged."""
    try:
        facts: dict[str, Any] = parse_json(read_bytes(folder / CONFIG, SMALL))
        if "recipe" not in facts and not (folder / WEIGHTS).is_file():
            raise missing(folder, WEIGHTS)  # a run's own config.json is a recipe, and no model's
        facts["recipe"] = recipe_from(facts["recipe"])
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
    path = inner_folder(folder) / WEIGHTS
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        raise missing(path.parent, WEIGHTS) from None


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
