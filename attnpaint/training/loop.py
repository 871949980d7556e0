"""A run: steps, checkpoints, validation and the model folder, from a recipe and pictures."""

import json
import math
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from attnpaint.config import Recipe
from attnpaint.data.layouts import Item
from attnpaint.data.pairs import batches
from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.files import make_folder, replacing, sweep
from attnpaint.images import Picture, write_picture
from attnpaint.model.folder import save_model
from attnpaint.training.checkpoint import checkpoints, load_checkpoint, save_checkpoint
from attnpaint.training.step import AdversarialStep, Networks
from attnpaint.training.tracker import Tracker
from attnpaint.training.validation import Validation

MOST_SKIPPED = 10
"""Steps in a row without a sound loss that end a run."""

Progress = Callable[[int, dict[str, float]], None]


@dataclass(frozen=True)
class RunFolder:
    """Where a run keeps its things."""

    root: Path

    @property
    def checkpoints(self) -> Path:
        return self.root / "checkpoints"

    @property
    def model(self) -> Path:
        return self.root / "model"

    def last_checkpoint(self) -> Path | None:
        return next(reversed(checkpoints(self.checkpoints)), None)

    @property
    def config(self) -> Path:
        return self.root / "config.json"

    def begin(self, resume: bool) -> Path | None:
        """Make the folder; returns the checkpoint to go on from, None where the run starts at its first step.

        Raises UsageError where another run is here already, or nothing to resume.
        """
        last = self.last_checkpoint()
        metrics = self.root / "metrics.jsonl"
        if not resume and (last or (metrics.exists() and metrics.stat().st_size)):
            problem = f"{self.root} holds a run already"
            raise UsageError(problem, "add --resume to go on, or give another --out")
        if resume and last is None and not self.config.exists():
            raise UsageError(f"{self.root} holds no run to resume", "start it without --resume")
        make_folder(self.root)
        for folder in (self.root, self.checkpoints, self.model):
            sweep(folder)
        return last

    def write_config(self, recipe: Recipe) -> None:
        with replacing(self.config) as part:
            part.write_text(json.dumps(recipe.to_dict(), indent=2) + "\n", encoding="utf-8")

    def write_data(self, data: list[Path], validation: list[Path]) -> None:
        """Where the pictures lie, so that a resumed run needs not be told again."""
        table = {
            "data": [str(path.resolve()) for path in data],
            "validation": [str(p.resolve()) for p in validation],
        }
        with replacing(self.root / "data.json") as part:
            part.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")

    def read_data(self) -> tuple[list[Path], list[Path]]:
        """What `write_data` wrote, or nothing."""
        try:
            table = json.loads((self.root / "data.json").read_text(encoding="utf-8"))
            return [Path(path) for path in table["data"]], [Path(path) for path in table["validation"]]
        except (OSError, ValueError, KeyError, TypeError):
            return [], []

    def read_config(self) -> dict[str, Any]:
        """The recipe's tables, as `write_config` wrote them."""
        try:
            table: dict[str, Any] = json.loads(self.config.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            problem = f"{self.config} cannot be read ({error})"
            raise AttnpaintError(problem, "name the run's recipe with --recipe") from None
        return table

    def keep_pictures(self, step: int, pictures: dict[str, Picture]) -> None:
        for name, picture in pictures.items():
            path = self.root / name / f"{step:08d}.png"
            make_folder(path.parent)
            write_picture(path, picture)


class Trainer:
    """Runs a recipe. `networks` may start from another run's checkpoint; `step` counts the steps done."""

    def __init__(self, recipe: Recipe, device: torch.device, folder: RunFolder) -> None:
        torch.manual_seed(recipe.training.seed)
        self.recipe = recipe
        self.folder = folder
        self.networks = Networks.build(recipe, device)
        self.train_step = AdversarialStep(self.networks, recipe, device)
        self.device = device
        self.step = 0
        self.seconds = 0.0
        self.skipped = self.skipped_in_a_row = 0
        self.stop_signal: signal.Signals | None = None

    def start_from(self, checkpoint: Path) -> None:
        """Networks of another run; optimisers, pool and step count begin anew."""
        state = load_checkpoint(checkpoint)["networks"]
        self._fit(checkpoint, {name: state[name] for name in ("generator", "ema", "discriminator")})

    def resume(self, checkpoint: Path) -> None:
        """Everything as it was: the steps that follow are those of a run that never stopped."""
        state = load_checkpoint(checkpoint)
        self._fit(checkpoint, state["networks"])
        self.step, self.seconds = state["step"], state["seconds"]
        self.skipped, self.skipped_in_a_row = state.get("skipped", (0, 0))
        torch.set_rng_state(state["random"])

    def _fit(self, checkpoint: Path, state: dict[str, Any]) -> None:
        try:
            for name, part in state.items():
                getattr(self.networks, name).load_state_dict(part)
        except (RuntimeError, ValueError, KeyError):
            problem = f"{checkpoint} was made by another recipe than {self.recipe.name}"
            raise AttnpaintError(problem, "use the recipe of that run") from None

    def run(
        self, items: tuple[Item, ...], validation: Validation | None, tracker: Tracker, progress: Progress
    ) -> None:
        """Train to recipe.training.steps, or to a stop_signal; a checkpoint is saved at either end."""
        options = self.recipe.training
        for batch in batches(items, self.recipe.data, options.seed, self.step, options.steps):
            began = time.perf_counter()
            numbers = self.train_step(batch, self.step)
            self.step += 1
            numbers = self._sound(numbers)
            self.seconds += time.perf_counter() - began
            done, stopped = self.step == options.steps, self.stop_signal is not None
            if validation and (done or self._every(options.validate_every)):
                numbers |= self._validate(validation, tracker)
            if done or self._every(options.log_every):
                tracker.numbers(self.step, numbers)
            if done or stopped or self._every(options.checkpoint_every):
                self.save()
            progress(self.step, numbers)
            if stopped:
                break

    def _sound(self, numbers: dict[str, float]) -> dict[str, float]:
        """The numbers that are numbers; a step that gave others has changed nothing, and is counted."""
        sound = {name: value for name, value in numbers.items() if math.isfinite(value)}
        if len(sound) == len(numbers):
            self.skipped_in_a_row = 0
            return numbers
        self.skipped += 1
        self.skipped_in_a_row += 1
        if self.skipped_in_a_row == MOST_SKIPPED:
            lost = ", ".join(sorted(numbers.keys() - sound))
            problem = f"{MOST_SKIPPED} steps in a row, until step {self.step}, gave no number for {lost}"
            raise AttnpaintError(problem, "give a smaller optimiser.lr; the last checkpoint is sound")
        return sound | {"skipped": self.skipped}

    def _every(self, steps: int) -> bool:
        """0 is never."""
        return steps > 0 and self.step % steps == 0

    def _validate(self, validation: Validation, tracker: Tracker) -> dict[str, float]:
        numbers, pictures = validation(self.networks.ema)
        tracker.pictures(self.step, pictures)
        self.folder.keep_pictures(self.step, pictures)
        return {f"validation/{name}": value for name, value in numbers.items()}

    def save(self) -> None:
        """A checkpoint, and the EMA weights as a model folder."""
        save_checkpoint(
            self.folder.checkpoints,
            self.step,
            {
                "step": self.step,
                "seconds": self.seconds,
                "skipped": (self.skipped, self.skipped_in_a_row),
                "random": torch.get_rng_state(),
                "networks": self.networks.state_dict(),
                "recipe": json.dumps(self.recipe.to_dict()),
            },
        )
        save_model(
            self.folder.model,
            self.networks.ema.module,
            self.recipe,
            {"steps": self.step, "step_seconds": round(self.seconds)},
        )


@contextmanager
def stopping(trainer: Trainer, *signals: signal.Signals) -> Iterator[None]:
    """The first of these signals ends the run after the step at hand; a second one interrupts at once."""

    def handle(number: int, _: object) -> None:
        trainer.stop_signal = signal.Signals(number)
        signal.signal(number, signal.default_int_handler)

    before = {number: signal.signal(number, handle) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler or signal.SIG_DFL)
