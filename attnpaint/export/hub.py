"""The Hugging Face Hub's layout: a model folder to upload, and one from there. Needs no torch."""

import re
import shutil
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.export.card import CARD, card
from attnpaint.files import make_folder, replacing
from attnpaint.model.model_config import (
    CONFIG,
    DEFAULT_MODEL,
    REFINE,
    WEIGHTS,
    damaged,
    inner_folder,
    missing,
    read_model_config,
    stages_in,
)

_REPO = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", re.ASCII)
_SECOND = (f"{REFINE}/{CONFIG}", f"{REFINE}/{WEIGHTS}")
_CREDITS = "CREDITS.csv"
FILES = (CONFIG, WEIGHTS, CARD, _CREDITS, *_SECOND)
"""What `hub` writes or removes."""


@dataclass(frozen=True)
class Shared:
    """files: what was written, in the folder; parameters: of all stages."""

    folder: Path
    files: tuple[str, ...]
    parameters: int


def hub(
    model: str | Path = DEFAULT_MODEL, folder: str | Path = "hub", license: str = "", repo: str = ""
) -> Shared:
    """Write config.json, model.safetensors and README.md, the model card, into `folder`; CREDITS.csv where
    the model has it.

    The folder is made where it is missing; a second stage goes into refine/, as in every model folder, and
    one that an earlier model left there is removed. license and repo: see `card`. Raises AttnpaintError where
    the model is missing or damaged or the folder cannot be written, UsageError where it is the model's own,
    or other files are in refine/ of a model that has one stage.
    """
    stages = stages_in(model)
    every = [read_model_config(stage) for stage in stages]
    parameters = sum(_parameters(stage) for stage in stages)
    folder = Path(folder)
    if stages[0].resolve() in (folder.resolve(), (folder / REFINE).resolve()):
        raise UsageError(f"{folder} is the model itself", "give another folder")
    text = card(stages[0], every[0], parameters, license, repo)
    make_folder(folder)
    if len(stages) == 1:
        _without_second(folder)
    files = []
    for stage, place in zip(stages, ("", REFINE), strict=False):
        make_folder(folder / place)
        for name in (CONFIG, WEIGHTS):
            with replacing(folder / place / name) as part:
                shutil.copyfile(stage / name, part)
            files.append(str(Path(place) / name))
    if (stages[0] / _CREDITS).is_file():
        with replacing(folder / _CREDITS) as part:
            shutil.copyfile(stages[0] / _CREDITS, part)
        files.append(_CREDITS)
    with replacing(folder / CARD) as part:
        part.write_text(text, encoding="utf-8")
    return Shared(folder, (*files, CARD), parameters)


def _without_second(folder: Path) -> None:
    """Remove what an earlier model left in refine/: with it the folder would paint in two stages."""
    second = folder / REFINE
    if not second.is_dir():
        return
    others = sorted(path.name for path in second.iterdir() if path.name not in (CONFIG, WEIGHTS))
    if others:
        problem = f"{second} belongs to a second stage, which this model has not, and holds {others[0]}"
        raise UsageError(problem, "move it away, or give another folder")
    try:
        for name in _SECOND:
            (folder / name).unlink(missing_ok=True)
        second.rmdir()
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
        raise AttnpaintError(f"{second} cannot be removed ({reason})", "give another folder") from error


def resolve(path_or_repo: str | Path, revision: str | None = None) -> Path:
    """The model folder that is meant: a folder that is there, else OWNER/NAME on the Hugging Face Hub.

    revision: branch, tag or commit; only for the Hub. What was fetched once is kept by huggingface_hub, in
    its cache, and found there without a network.
    Raises AttnpaintError where there is neither a folder nor such a name, huggingface_hub is not installed,
    the Hub cannot be reached and the cache has no copy, or it has no such model.
    """
    folder = Path(path_or_repo)
    if folder.is_dir():
        return inner_folder(folder)
    name = str(path_or_repo)
    if isinstance(path_or_repo, Path) or not _REPO.fullmatch(name):
        state = "is not a folder" if folder.exists() else "does not exist"
        raise AttnpaintError(f"{name} {state}", "give a model folder, or OWNER/NAME of a model on the Hub")
    try:
        import huggingface_hub
        from huggingface_hub import errors
    except ImportError:
        problem = f"there is no folder {name}, and huggingface_hub, to look on the Hub, is not installed"
        raise AttnpaintError(problem, 'pip install "attnpaint[hub]"') from None
    try:
        found = Path(
            huggingface_hub.snapshot_download(
                name, revision=revision, allow_patterns=[CONFIG, WEIGHTS, *_SECOND]
            )
        )
    except errors.RevisionNotFoundError:
        raise AttnpaintError(f"{name} has no revision {revision}", "give a branch, tag or commit") from None
    except errors.GatedRepoError:
        remedy = "ask for it on its page, then log in: hf auth login"
        raise AttnpaintError(f"{name} is given only to those who ask for it", remedy) from None
    except errors.RepositoryNotFoundError:
        problem = f"the Hub has no model {name}, or it is a private one"
        raise AttnpaintError(problem, "check the name, or log in: hf auth login") from None
    except errors.LocalEntryNotFoundError:
        problem = f"the Hub cannot be reached, and no copy of {name} was fetched before"
        raise AttnpaintError(problem, "connect to the network once, or give a model folder") from None
    except (OSError, ValueError) as error:
        reason = next(iter(str(error).splitlines()), type(error).__name__).rstrip(".")
        problem = f"{name} cannot be fetched from the Hub ({reason})"
        raise AttnpaintError(problem, "try again later, or give a model folder") from error
    for file in (CONFIG, WEIGHTS):
        if not (found / file).is_file():
            problem = f"{name} on the Hub is no model of attnpaint: {file} is missing"
            raise AttnpaintError(problem, f"give one that holds {CONFIG} and {WEIGHTS}")
    return found


def _parameters(folder: Path) -> int:
    """Numbers in the weights, told by the head of the file; what the network counts with it are included."""
    from safetensors import SafetensorError, safe_open

    if not (folder / WEIGHTS).is_file():
        raise missing(folder, WEIGHTS)
    try:
        with safe_open(folder / WEIGHTS, framework="numpy") as file:
            opened: Any = file
            shapes = [opened.get_slice(name).get_shape() for name in opened.keys()]  # noqa: SIM118
    except (OSError, ValueError, SafetensorError) as error:
        raise damaged(folder, error) from None
    return sum(map(prod, shapes))
