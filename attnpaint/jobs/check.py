"""Checks of the files that a command is given, before any work."""

import os
from collections.abc import Sequence
from pathlib import Path

from attnpaint.errors import AttnpaintError, UsageError

MOST_PICTURES = 10**7
"""That may be asked for; more can only be a mistake."""


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


def keep_inputs(target: Path, inputs: Sequence[Path]) -> None:
    """UsageError where `target` is one of the inputs."""
    if target.exists() and any(target.samefile(path) for path in inputs):
        raise UsageError(f"the output would replace {target}", "give another name")
