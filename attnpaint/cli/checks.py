"""What is checked before the work begins, so that cheap mistakes are told at once."""

import os
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from attnpaint.cli.streams import tell
from attnpaint.errors import AttnpaintError, PackageMissing, UsageError

if TYPE_CHECKING:
    from attnpaint.images import Picture


MOST_PICTURES = 10**7
"""That may be asked for; more can only be a mistake."""


def check_packages(extra: str, *modules: str) -> None:
    """PackageMissing where one of the modules, which this extra brings, is not there; none is imported."""
    for name in modules:
        if not packages_there(name):
            raise PackageMissing(name, extra)


def packages_there(*modules: str) -> bool:
    """Whether all of them are installed."""
    return all(sys.modules.get(name) or (name not in sys.modules and find_spec(name)) for name in modules)


def check_training_packages() -> None:
    """PackageMissing where networks cannot be run by torch."""
    check_packages("train", "torch", "accelerate", "einops", "safetensors")


def check_inputs(pictures: Sequence[Path], model: Path | None) -> None:
    """AttnpaintError where one of them is missing or not what it should be."""
    for path in (*pictures, *([model] if model else [])):
        if not os.access(path, os.F_OK):
            wanted = "a model folder" if path is model else "a picture"
            raise AttnpaintError(f"{path} does not exist", f"give the path of {wanted}")
    for picture in pictures:
        if picture.is_dir():
            raise AttnpaintError(f"{picture} is a folder", "give one picture")
    if model and not model.is_dir():
        remedy = "give a model folder; attnpaint import-weights makes one from a checkpoint"
        raise AttnpaintError(f"{model} is not a folder", remedy)


def check_targets(targets: Sequence[Path], inputs: Sequence[Path], others: Sequence[str] = ()) -> None:
    """AttnpaintError where a picture could not be written; UsageError where it would replace an input.

    others: suffixes of what else could have been meant, for the message.
    """
    from attnpaint.files import check_name
    from attnpaint.images import SUFFIXES

    for path in targets:
        check_name(path)
        if path.is_dir():
            raise AttnpaintError(f"{path} is a folder", "give a file name inside it")
        if path.suffix.lower() not in SUFFIXES:
            raise AttnpaintError(
                f"{path} has no picture suffix", f"end it with one of {' '.join([*SUFFIXES, *others])}"
            )
        check_folder(path.parent)
        keep_inputs(path, inputs)


def check_folder(folder: Path) -> None:
    """AttnpaintError where there is no such folder, or one that may not be written to."""
    if not folder.is_dir():
        raise AttnpaintError(f"there is no folder {folder}", "create it or write elsewhere")
    if not os.access(folder, os.W_OK):
        raise AttnpaintError(f"the folder {folder} cannot be written to", "write elsewhere with -o")


def keep_inputs(target: Path, inputs: Sequence[Path]) -> None:
    """UsageError where `target` is one of the inputs."""
    if target.exists() and any(target.samefile(path) for path in inputs):
        raise UsageError(f"the output would replace {target}", "give another name")


def tell_if_transparent(ref: Path, reference: "Picture") -> None:
    """On stderr: such a reference is not an error, but hardly what was meant."""
    from attnpaint.images import alpha_of

    hidden = alpha_of(reference)
    if hidden is not None and hidden.max() < 128:
        tell(f"{ref} is wholly transparent and counts as white")
