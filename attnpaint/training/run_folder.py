"""Where a run keeps its things: settings, metrics, checkpoints."""

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from attnpaint.config import Recipe
from attnpaint.data.figure_items import names_figures
from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.files import SMALL, make_folder, parse_json, read_bytes, replacing, sweep, telling
from attnpaint.locks import locked


def save_checkpoint(folder: Path, step: int, state: dict[str, Any], keep: int = 2, best: int = 0) -> Path:
    """Write `step-NNNNNNNN.pt`, then remove all but the last `keep` and that of step `best`.

    Raises AttnpaintError where the disk is full; the older ones are still there then.
    """
    path = _path(folder, step)
    make_folder(folder)
    with replacing(path) as part, part.open("wb") as file:
        try:
            torch.save(state, file)
        except RuntimeError as error:  # torch's own, about positions, hides the full disk's
            raise error.__context__ if isinstance(error.__context__, OSError) else error from None
    for old in checkpoints(folder)[:-keep]:
        if old != _path(folder, best):
            old.unlink()
    return path


def checkpoints(folder: Path) -> list[Path]:
    """Oldest first."""
    return sorted(folder.glob("step-*.pt"))


def step_of(path: Path) -> int:
    return int(path.stem.removeprefix("step-"))


def load_checkpoint(path: Path) -> dict[str, Any]:
    """Tensors and plain values only: nothing in the file can run code. AttnpaintError where it is damaged."""
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        if not isinstance(state, dict):
            raise ValueError("it holds something else")
    except Exception as error:  # nobody documents what the unpickler raises at damaged files
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        problem = f"{path} is no checkpoint that can be read ({reason})"
        raise AttnpaintError(problem, "delete it to go on from the one before") from None
    return state


def _path(folder: Path, step: int) -> Path:
    return folder / f"step-{step:08d}.pt"


@dataclass(frozen=True)
class RunFolder:
    """checkpoints/, model/ (the last one), best/ (by validation), metrics.jsonl, config.json, pictures.

    Of two stages the first one has this folder, with the bundles/ that the second learns from; the second has
    refine/, but its model is in the first one's: model/refine.
    """

    root: Path
    model_elsewhere: Path | None = None

    @property
    def checkpoints(self) -> Path:
        return self.root / "checkpoints"

    @property
    def model(self) -> Path:
        return self.model_elsewhere or self.root / "model"

    @property
    def best(self) -> Path:
        return self.root / "best"

    @property
    def bundles(self) -> Path:
        return self.root / "bundles"

    @property
    def refine(self) -> "RunFolder":
        """Of the second stage."""
        return RunFolder(self.root / "refine", self.model / "refine")

    @property
    def config(self) -> Path:
        return self.root / "config.json"

    @property
    def unreadable(self) -> Path:
        return self.root / "unreadable.txt"

    @property
    def finished(self) -> bool:
        """Whether the last thing that a whole run writes is there."""
        return (self.root / "examples.jsonl").exists()

    @property
    def steps(self) -> int:
        """Done, as far as they are saved."""
        last = self.last_checkpoint()
        return step_of(last) if last else 0

    def last_checkpoint(self) -> Path | None:
        return next(reversed(checkpoints(self.checkpoints)), None)

    def begin(self, resume: bool, only_look: bool = False, held: ExitStack | None = None) -> Path | None:
        """Make the folder; returns the checkpoint to go on from, None where the run starts at its first step.

        held: until it is closed no other run may begin here. Raises UsageError where another run is here
        already, or still at work, or nothing to resume.
        """
        last = self.last_checkpoint()
        metrics = self.root / "metrics.jsonl"
        begun = last or self.bundles.exists() or (metrics.exists() and metrics.stat().st_size)
        if begun and not resume:
            problem = f"{self.root} holds a run already"
            raise UsageError(problem, "add --resume to go on, or give another --out")
        if resume and last is None and not self.config.exists():
            raise UsageError(f"{self.root} holds no run to resume", "start it without --resume")
        if only_look:
            return last
        make_folder(self.root)
        if held is not None:
            held.enter_context(self._alone())
        for folder in (self.root, self.checkpoints, self.model, self.best, self.bundles):
            sweep(folder)
        return last

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """UsageError where another run has the folder."""
        with ExitStack() as held:
            with telling(self.root / ".lock"):
                mine = held.enter_context(locked(self.root / ".lock", remove=True))
            if not mine:
                problem = f"another run is training in {self.root}"
                raise UsageError(problem, "wait for its end, stop it with Ctrl-C, or give another --out")
            yield

    def write_config(self, recipe: Recipe) -> None:
        with replacing(self.config) as part:
            part.write_text(json.dumps(recipe.to_dict(), indent=2) + "\n", encoding="utf-8")

    def read_config(self) -> dict[str, Any]:
        """The recipe's tables, as `write_config` wrote them."""
        try:
            table: dict[str, Any] = parse_json(read_bytes(self.config, SMALL))
        except (OSError, ValueError) as error:
            problem = f"{self.config} cannot be read ({error})"
            raise AttnpaintError(problem, "name the run's recipe with --recipe") from None
        return table

    def write_data(self, data: Sequence[Path], validation: Sequence[Path], digest: str) -> None:
        """Where the pictures lie, so that a resumed run needs not be told again, and which they are."""
        table = {
            "data": [_absolute(path) for path in data],
            "validation": [_absolute(path) for path in validation],
            "digest": digest,
        }
        with replacing(self.root / "data.json") as part:
            part.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")

    def read_data(self) -> tuple[list[Path], list[Path], str]:
        """What `write_data` wrote, or nothing."""
        try:
            table = parse_json(read_bytes(self.root / "data.json", SMALL))
            data, validation = ([Path(path) for path in table[name]] for name in ("data", "validation"))
            return data, validation, table["digest"]
        except (OSError, ValueError, KeyError, TypeError):
            return [], [], ""

    def list_unreadable(self, lines: Sequence[str]) -> None:
        """Add these lines to unreadable.txt, each once."""
        if not lines:
            return
        with telling(self.unreadable), self.unreadable.open("a+", encoding="utf-8", errors="replace") as file:
            file.seek(0)
            known = set(file.read().splitlines())
            file.writelines(f"{line}\n" for line in dict.fromkeys(lines) if line not in known)


def _absolute(path: Path) -> str:
    return str(path if names_figures(path) else path.resolve())
