"""A model folder: model.safetensors (fp16 or fp32) beside config.json, which says how to build it.

A model of two stages holds the second one as a model folder of its own, `model_config.REFINE`.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from attnpaint.config import Recipe
from attnpaint.errors import AttnpaintError
from attnpaint.files import SMALL, make_folder, read_bytes, replacing, telling
from attnpaint.model.build import build_generator
from attnpaint.model.model_config import (
    CONFIG,
    DEFAULT_MODEL,
    GRAPHS,
    SUMS,
    WEIGHTS,
    damaged,
    missing,
    read_model_config,
    stages_in,
)
from attnpaint.model.model_spec import model_spec, with_metadata

COUNTER = ".num_batches_tracked"  # of batch norm; nothing here reads it
TRAINING_ONLY = ("guide.entry.", "guide.exit.")  # the guide decoders
REGION_STAGE = "stage."  # may be added to a network that was trained without


def save_model(
    folder: str | Path, generator: nn.Module, recipe: Recipe, facts: dict[str, Any], half: bool = True
) -> None:
    """Write a model folder. facts: what a reader should know (steps, pictures …); half: weights as fp16.

    Of a backbone's weights file config.json has the bare name: a path is of no use elsewhere.
    """
    folder = make_folder(folder)
    state = {
        name: tensor.detach().cpu().contiguous()
        for name, tensor in generator.state_dict().items()
        if not name.startswith(TRAINING_ONLY)
    }
    if half:
        state = {
            name: tensor.half() if tensor.is_floating_point() else tensor for name, tensor in state.items()
        }
    for name in (SUMS, *GRAPHS):
        with telling(folder / name):
            (folder / name).unlink(missing_ok=True)  # it is of the weights before
    with replacing(folder / WEIGHTS) as part:
        part.write_bytes(with_metadata(save(state), {"format": "pt", **model_spec(recipe)}))
    table = recipe.to_dict()
    for section in ("guide", "perceptual"):
        table[section]["weights"] = Path(table[section]["weights"]).name
    with replacing(folder / CONFIG) as part:
        part.write_text(json.dumps({"recipe": table, **facts}, indent=2) + "\n", encoding="utf-8")


class _Unset(TorchFunctionMode):
    """Leaves the parameters of what is built inside as memory comes: drawing 17 M numbers takes a while."""

    STARTS = frozenset({"kaiming_uniform_", "uniform_", "normal_", "zero_", "fill_"})

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        first = kwargs["tensor"] if "tensor" in kwargs else next(iter(args), None)
        skipped = isinstance(first, nn.Parameter) and func.__name__ in self.STARTS
        return first if skipped else func(*args, **kwargs)


def load_model(
    folder: str | Path = DEFAULT_MODEL, device: torch.device | str = "cpu", channels_last: bool = False
) -> tuple[nn.Module, dict[str, Any]]:
    """The generator in evaluation mode (fp32), and config.json with `recipe` as a Recipe.

    folder: a model folder, or a training run's, whose model is taken. channels_last: lay the weights out so.
    Raises AttnpaintError where files are missing, damaged, or not each other's.
    """
    folder = stages_in(folder)[0]
    facts = read_model_config(folder)
    config, style = facts["recipe"].generator, facts["recipe"].guide.width
    try:
        _check_sum(folder)
        with torch.device("meta"):  # names and shapes only: what the folder asks for takes no memory yet
            wanted = build_generator(config, style).state_dict()
        if not _fits(wanted, _shapes(folder / WEIGHTS)):
            raise _other(folder)
        state = load_file(folder / WEIGHTS)
    except FileNotFoundError:
        raise missing(folder, WEIGHTS) from None
    except (OSError, ValueError, SafetensorError) as error:
        raise damaged(folder, error) from None
    with _Unset():
        generator = build_generator(config, style)
    state = {name: _copy(tensor, wanted[name].dtype, channels_last) for name, tensor in state.items()}
    spoilt = [name for name, tensor in state.items() if not torch.isfinite(tensor.sum())]
    if spoilt:
        problem = f"the weights in {folder} hold numbers that are not finite (in {spoilt[0]})"
        raise AttnpaintError(problem, "train or import it again")
    try:
        generator.load_state_dict(state, assign=True)
    except RuntimeError:
        raise _other(folder) from None
    return generator.to(device).eval(), facts


def _shapes(path: Path) -> dict[str, tuple[int, ...]]:
    """By the file's header: no tensor is read."""
    with safe_open(path, "pt") as file:
        return {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118


def _fits(wanted: dict[str, Tensor], held: dict[str, tuple[int, ...]]) -> bool:
    needed = {name for name in wanted if not name.endswith(COUNTER)}
    return needed <= held.keys() <= wanted.keys() and all(
        tuple(wanted[name].shape) == shape for name, shape in held.items()
    )


def _other(folder: Path) -> AttnpaintError:
    problem = f"the weights in {folder} do not fit its config.json"
    return AttnpaintError(problem, "put the two files of one model there")


def _check_sum(folder: Path) -> None:
    """AttnpaintError where SHA256SUMS lies beside the weights and tells of others."""
    if not (folder / SUMS).is_file():
        return
    try:
        told = read_bytes(folder / SUMS, SMALL).decode(errors="replace").split()
    except (OSError, ValueError) as error:
        raise AttnpaintError(f"{folder / SUMS} cannot be read ({error})", "delete it") from error
    with (folder / WEIGHTS).open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found not in told:
        problem = f"{folder / WEIGHTS} is not the file that {SUMS} tells of: it has been damaged or replaced"
        raise AttnpaintError(problem, f"get it again, or delete {folder / SUMS}")


def _copy(tensor: Tensor, dtype: torch.dtype, channels_last: bool) -> Tensor:
    """In memory of its own: safetensors' tensors lie in the file, which somebody may write to."""
    layout = torch.channels_last if channels_last and tensor.dim() == 4 else torch.contiguous_format
    return tensor.to(dtype, copy=True, memory_format=layout)
