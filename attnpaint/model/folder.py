"""A model folder: model.safetensors (fp16 or fp32) beside config.json, which says how to build it."""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import nn

from attnpaint.config import Recipe, recipe_from
from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.files import make_folder, replacing
from attnpaint.model.build import build_generator

DEFAULT_MODEL = Path(__file__).parents[1] / "weights"
WEIGHTS, CONFIG = "model.safetensors", "config.json"


def save_model(
    folder: str | Path, generator: nn.Module, recipe: Recipe, facts: dict[str, Any], half: bool = True
) -> None:
    """Write a model folder. facts: what a reader should know (steps, pictures …); half: weights as fp16."""
    folder = make_folder(folder)
    state = {name: tensor.detach().cpu().contiguous() for name, tensor in generator.state_dict().items()}
    if half:
        state = {
            name: tensor.half() if tensor.is_floating_point() else tensor for name, tensor in state.items()
        }
    with replacing(folder / WEIGHTS) as part:
        part.write_bytes(save(state, metadata={"format": "pt"}))
    with replacing(folder / CONFIG) as part:
        part.write_text(json.dumps({"recipe": recipe.to_dict(), **facts}, indent=2) + "\n", encoding="utf-8")


def inner_folder(folder: str | Path) -> Path:
    """The model folder inside a training run's folder; any other folder itself."""
    inner = Path(folder) / "model"
    return inner if (inner / WEIGHTS).is_file() else Path(folder)


def load_model(folder: str | Path, device: torch.device | str = "cpu") -> tuple[nn.Module, dict[str, Any]]:
    """The generator in evaluation mode (fp32), and config.json with `recipe` as a Recipe.

    folder: a model folder, or a training run's, whose model is taken.
    Raises AttnpaintError where files are missing, damaged, or not each other's.
    """
    folder = inner_folder(folder)
    try:
        facts = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        facts["recipe"] = recipe_from(facts["recipe"])
        state = load_file(folder / WEIGHTS)
    except FileNotFoundError as error:
        missing = Path(error.filename or WEIGHTS).name
        problem = f"{folder} is no model folder: {missing} is missing"
        raise AttnpaintError(problem, f"give a folder with {CONFIG} and {WEIGHTS}") from None
    except (OSError, ValueError, KeyError, TypeError, SafetensorError, UsageError) as error:
        problem = f"the model in {folder} cannot be read ({error})"
        raise AttnpaintError(problem, "train or import it again") from None
    generator = build_generator(facts["recipe"].generator)
    try:
        generator.load_state_dict({name: tensor.float() for name, tensor in state.items()})
    except RuntimeError:
        raise AttnpaintError(
            f"the weights in {folder} do not fit its config.json", "put the two files of one model there"
        ) from None
    return generator.to(device).eval(), facts
