"""Where an export may be written. Needs no torch."""

from collections.abc import Iterable
from pathlib import Path

from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.inference.onnx_file import MODEL, STAGE
from attnpaint.model.model_config import CONFIG, WEIGHTS, stages_in


def onnx_files(model: Path, folder: Path) -> tuple[str, ...]:
    """What the ONNX export writes: beside the model itself, its files are there already."""
    own = same_folder(stages_in(model)[0], folder)
    return (MODEL, STAGE) if own else (MODEL, STAGE, WEIGHTS, CONFIG)


def check_folder(folder: Path, files: Iterable[str], force: bool) -> None:
    """AttnpaintError where the folder is a file; UsageError where files would be replaced without `force`."""
    if folder.exists() and not folder.is_dir():
        raise AttnpaintError(f"{folder} is a file", "give a folder")
    there = [name for name in files if (folder / name).exists()]
    if there and not force:
        problem = f"{folder} already holds {' and '.join(there)}"
        raise UsageError(problem, "give another folder, or --force to replace it")


def same_folder(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()
