"""A run: steps, checkpoints, validation and the model folder, from a recipe and pictures."""

import json
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from attnpaint.config import Recipe, recipe_from
from attnpaint.data.pairs import batches
from attnpaint.data.sources import Item
from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.files import make_folder, replacing
from attnpaint.images import Picture, write_picture
from attnpaint.model.folder import save_model
from attnpaint.training.checkpoint import checkpoints, load_checkpoint, save_checkpoint
from attnpaint.training.step import AdversarialStep, Networks
from attnpaint.training.tracker import Tracker
from attnpaint.training.validation import Validation

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

    def begin(self, recipe: Recipe, resume: bool) -> Path | None:
        """Make the folder and write config.json; returns the checkpoint to go on from.

        Raises UsageError where another run is here already, or nothing to resume.
        """
        last = self.last_checkpoint()
        if not resume and (self.root / "config.json").exists():
            raise UsageError(f"{self.root} holds a run already", "add --resume to go on, or give another --out")
        if resume and last is None and not (self.root / "config.json").exists():
            raise UsageError(f"{self.root} holds no run to resume", "start it without --resume")
        make_folder(self.root)
        with replacing(self.root / "config.json") as part:
            part.write_text(json.dumps(recipe.to_dict(), indent=2) + "\n", encoding="utf-8")
        return last

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
        self.stop_requested = False

    def start_from(self, checkpoint: Path) -> None:
        """Networks of another run; optimisers, pool and step count begin anew."""
        state = load_checkpoint(checkpoint)["networks"]
        self._fit(checkpoint, {name: state[name] for name in ("generator", "ema", "discriminator")})

    def resume(self, checkpoint: Path) -> None:
        """Everything as it was: the steps that follow are those of a run that never stopped."""
        state = load_checkpoint(checkpoint)
        self._fit(checkpoint, state["networks"])
        self.step, self.seconds = state["step"], state["seconds"]
        torch.set_rng_state(state["random"])

    def _fit(self, checkpoint: Path, state: dict[str, Any]) -> None:
        try:
            for name, part in state.items():
                getattr(self.networks, name).load_state_dict(part)
        except (RuntimeError, ValueError, KeyError):
            raise AttnpaintError(
                f"{checkpoint} was made by another recipe than {self.recipe.name}", "use the recipe of that run"
            ) from None

    def run(
        self, items: tuple[Item, ...], validation: Validation | None, tracker: Tracker, progress: Progress
    ) -> None:
        """Train to recipe.training.steps, or until stop_requested; a checkpoint is saved at either end."""
        options = self.recipe.training
        stream = batches(items, self.recipe.data, options.seed, self.step, options.steps)
        for batch in stream:
            began = time.perf_counter()
            losses = self.train_step(batch, self.step)
            self.step += 1
            self.seconds += time.perf_counter() - began
            tracker.numbers(self.step, losses)
            last = self.step == options.steps or self.stop_requested
            if validation and (last or self.step % options.validate_every == 0):
                self._validate(validation, tracker)
            if last or self.step % options.checkpoint_every == 0:
                self.save()
            progress(self.step, losses)
            if last:
                break

    def _validate(self, validation: Validation, tracker: Tracker) -> None:
        numbers, pictures = validation(self.networks.ema)
        tracker.numbers(self.step, {f"validation/{name}": value for name, value in numbers.items()})
        tracker.pictures(self.step, pictures)
        self.folder.keep_pictures(self.step, pictures)

    def save(self) -> None:
        """A checkpoint, and the EMA weights as a model folder."""
        save_checkpoint(
            self.folder.checkpoints,
            self.step,
            {
                "step": self.step,
                "seconds": self.seconds,
                "random": torch.get_rng_state(),
                "networks": self.networks.state_dict(),
                "recipe": json.dumps(self.recipe.to_dict()),
            },
        )
        save_model(self.folder.model, self.networks.ema.module, self.recipe, {"steps": self.step})


def recipe_of(checkpoint: Path) -> Recipe:
    """The recipe that made a checkpoint."""
    return recipe_from(json.loads(load_checkpoint(checkpoint)["recipe"]))


def stop_on(trainer: Trainer, *signals: signal.Signals) -> None:
    """The first of these signals ends the run after the step at hand; a second one interrupts at once."""

    def handle(number: int, _: object) -> None:
        trainer.stop_requested = True
        signal.signal(number, signal.default_int_handler)

    for number in signals:
        signal.signal(number, handle)
