"""The Hugging Face Hub's layout: a model folder to upload. Needs no torch."""

import hashlib
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from attnpaint.config import Recipe
from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.export.card import CARD, card
from attnpaint.export.model_index import own_results, read_results
from attnpaint.export.moved import moved
from attnpaint.files import make_folder, replacing
from attnpaint.model.hub import SECOND
from attnpaint.model.model_config import (
    CONFIG,
    DEFAULT_MODEL,
    GRAPHS,
    REFINE,
    WEIGHTS,
    damaged,
    missing,
    read_model_config,
    stages_in,
)
from attnpaint.model.model_spec import PREFIX, metadata_of, model_spec, with_metadata

_CREDITS = "CREDITS.csv"
_DATASET = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?", re.ASCII)
FILES = (CONFIG, WEIGHTS, CARD, _CREDITS, *GRAPHS, *SECOND)
"""What `hub` writes or removes."""


@dataclass(frozen=True)
class Shared:
    """files: what was written, in the folder; parameters: of all stages."""

    folder: Path
    files: tuple[str, ...]
    parameters: int


def hub(
    model: str | Path = DEFAULT_MODEL,
    folder: str | Path = "hub",
    license: str = "",
    repo: str = "",
    report: Path | None = None,
    painter: str = "",
    datasets: Sequence[str] = (),
) -> Shared:
    """Write config.json, model.safetensors and README.md, the model card, into `folder`; CREDITS.csv and the
    graphs, with which it paints without torch, where the model has them.

    The folder is made where it is missing; a second stage goes into refine/, as in every model folder, and
    one that an earlier model left there is removed. license, repo, datasets: see `card`; report, painter:
    what `read_results` reads for the card; default: see `own_results`.
    Raises AttnpaintError where the model is missing or damaged or the folder cannot be written, UsageError
    where it is the model's own,
    or other files are in refine/ of a model that has one stage.
    """
    stages = stages_in(model)
    every = [read_model_config(stage) for stage in stages]
    parameters = sum(_parameters(stage) for stage in stages)
    folder = Path(folder)
    if stages[0].resolve() in (folder.resolve(), (folder / REFINE).resolve()):
        raise UsageError(f"{folder} is the model itself", "give another folder")
    for name in datasets:
        if not _DATASET.fullmatch(name):
            raise UsageError(f"{name!r} is no data set of the Hub", "give OWNER/NAME")
    results = read_results(report, painter) if report else own_results(stages[0])
    text = card(stages[0], every[0], parameters, license, repo, results, datasets)
    make_folder(folder)
    if len(stages) == 1:
        _without_second(folder)
    files = []
    for name in GRAPHS:  # of other weights, where an earlier model left them
        (folder / name).unlink(missing_ok=True)
    for stage, place, facts in zip(stages, ("", REFINE), every, strict=False):
        make_folder(folder / place)
        with replacing(folder / place / CONFIG) as part:
            shutil.copyfile(stage / CONFIG, part)
        graphs = _copy_weights(stage, folder / place, facts["recipe"])
        files += [str(Path(place) / name) for name in (CONFIG, WEIGHTS, *graphs)]
    if (stages[0] / _CREDITS).is_file():
        with replacing(folder / _CREDITS) as part:
            shutil.copyfile(stages[0] / _CREDITS, part)
        files.append(_CREDITS)
    with replacing(folder / CARD) as part:
        part.write_text(text, encoding="utf-8")
    return Shared(folder, (*files, CARD), parameters)


def _copy_weights(stage: Path, folder: Path, recipe: Recipe) -> list[str]:
    """Copy the weights, which say what they are from then on, and the graphs that point into them; which."""
    data = (stage / WEIGHTS).read_bytes()
    told = metadata_of(data)
    by = 0
    if not any(key.startswith(PREFIX) for key in told):  # written by an earlier version
        longer = with_metadata(data, {**told, **model_spec(recipe)})
        by, data = len(longer) - len(data), longer
    with replacing(folder / WEIGHTS) as part:
        part.write_bytes(data)
    graphs = [name for name in GRAPHS if (stage / name).is_file()]
    for name in graphs:
        graph = (stage / name).read_bytes()
        try:
            graph = moved(graph, by, hashlib.sha256(data).hexdigest()) if by else graph
        except ValueError as error:
            problem = f"{stage / name} cannot be read ({error})"
            raise AttnpaintError(problem, "export the model again") from None
        with replacing(folder / name) as part:
            part.write_bytes(graph)
    return graphs


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
        for name in SECOND:
            (folder / name).unlink(missing_ok=True)
        second.rmdir()
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
        raise AttnpaintError(f"{second} cannot be removed ({reason})", "give another folder") from error


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
