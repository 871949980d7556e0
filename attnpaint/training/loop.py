"""A run: steps, checkpoints, validation and the model folder, from a recipe and pictures."""

import json
import math
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import torch
from accelerate import Accelerator

from attnpaint.config import Recipe
from attnpaint.data.layouts import Item
from attnpaint.data.loading import piece_of
from attnpaint.data.pairs import Batch, batches
from attnpaint.errors import AttnpaintError
from attnpaint.files import make_folder
from attnpaint.images import write_picture
from attnpaint.model.folder import REGION_STAGE, TRAINING_ONLY, load_model, save_model
from attnpaint.model.model_config import WEIGHTS, stages_in
from attnpaint.training.meters import Throughput
from attnpaint.training.processes import (
    anyone,
    random_states,
    set_random_states,
    share_batch_norm,
)
from attnpaint.training.run_folder import RunFolder, load_checkpoint, save_checkpoint
from attnpaint.training.state import TrainingState
from attnpaint.training.step import AdversarialStep
from attnpaint.training.tracker import Tracker
from attnpaint.training.validation import Validation

MOST_SKIPPED = 10
"""Steps in a row without a sound loss that end a run."""

HASTE = 2

Progress = Callable[[int, dict[str, float]], None]

Draw = Callable[..., Iterator[Batch]]
"""What makes batches of items: `data.pairs.batches`, `data.bundles.batches`."""


class Trainer:
    """Runs a recipe. `networks` may start from another run's, or a model's; `step` counts the steps done."""

    def __init__(
        self, recipe: Recipe, accelerator: Accelerator, folder: RunFolder, draw: Draw = batches
    ) -> None:
        piece_of(recipe.data.batch_size, recipe.training.accumulate, accelerator.num_processes)
        torch.manual_seed(recipe.training.seed)
        self.recipe = recipe
        self.accelerator = accelerator
        self.device = accelerator.device
        self.folder = folder
        self.draw = draw
        self.networks = TrainingState.build(recipe, self.device)
        share_batch_norm(self.networks.generator, accelerator)
        share_batch_norm(self.networks.discriminator, accelerator)
        self.train_step = AdversarialStep(self.networks, recipe, accelerator)
        torch.manual_seed(recipe.training.seed + accelerator.process_index)  # each drops channels of its own
        self.step = 0
        self.seconds = 0.0
        self.skipped = self.skipped_in_a_row = 0
        self.best_step, self.best_psnr = 0, -math.inf
        self.stop_signal: signal.Signals | None = None

    def start_from(self, folder: Path) -> Path:
        """Networks of another run, or of a model folder the generator alone; returns the file that was read.

        Optimisers, pool and step count begin anew. Raises AttnpaintError where folder holds neither, or where
        the networks are another recipe's.
        """
        if checkpoint := RunFolder(folder).last_checkpoint():
            state = load_checkpoint(checkpoint)
            with self._fitting(checkpoint):
                for name in ("generator", "ema", "discriminator"):
                    getattr(self.networks, name).load_state_dict(state["networks"][name])
            return checkpoint
        weights = load_model(folder, self.device)[0].state_dict()
        with self._fitting(folder):
            for network in (self.networks.generator, self.networks.ema.module):
                own = network.state_dict()
                new = {name: own[name] for name in own if name.startswith((*TRAINING_ONLY, REGION_STAGE))}
                network.load_state_dict(new | weights)
        return stages_in(folder)[0] / WEIGHTS

    def resume(self, checkpoint: Path) -> None:
        """Everything as it was: the steps that follow are those of a run that never stopped."""
        state = load_checkpoint(checkpoint)
        with self._fitting(checkpoint):
            self.networks.load_state_dict(state["networks"])
            self.step, self.seconds = state["step"], state["seconds"]
            self.skipped, self.skipped_in_a_row = state["skipped"]
            self.best_step, self.best_psnr = state["best"]
            set_random_states(self.accelerator, state["random"])

    def release(self) -> None:
        """Let go of the networks and of what teaches them, for another stage's. No step can follow."""
        del self.networks, self.train_step
        self.accelerator.free_memory()

    @contextmanager
    def _fitting(self, checkpoint: Path) -> Iterator[None]:
        try:
            yield
        except (RuntimeError, ValueError, LookupError, AttributeError, TypeError, ArithmeticError):
            problem = f"{checkpoint} was made by another recipe than {self.recipe.name}"
            raise AttnpaintError(problem, "use its recipe") from None

    def run(
        self,
        items: tuple[Item, ...],
        validation: Validation | None,
        tracker: Tracker,
        progress: Progress,
        until: int | None = None,
    ) -> None:
        """Train to recipe.training.steps, to step `until` or to a stop_signal; each saves a checkpoint.

        At the last step, also if it was done before, the tracker gets the examples.
        """
        options = self.recipe.training
        last = options.steps if until is None else until
        throughput = Throughput(self.recipe.data.batch_size, self.device)
        for parts in throughput.over(self.parts(items, last)):
            self.folder.list_unreadable([line for part in parts for line in part.lost])
            numbers = self._sound(self.train_step(parts, self.step))
            throughput.stepped()
            speed = throughput.numbers()
            self.step += 1
            done = self.step == options.steps
            stopped = self.stopped()
            improved = False
            if done or self._every(options.validate_every):
                if validation:
                    numbers |= self._validate(validation, tracker)
                improved = anyone(self.accelerator, self.best_step == self.step)
            if done or self._every(options.log_every):
                tracker.numbers(self.step, {**numbers, **speed})
            paused = self.step == last or stopped
            if paused or improved or self._every(options.checkpoint_every):
                self.seconds += throughput.seconds()
                self.save()
            progress(self.step, {**numbers, **speed})
            if stopped:
                break
        if validation and self.step == options.steps:
            tracker.finish(validation.examples(self.networks.ema), self.folder.model)

    def stopped(self) -> bool:
        """Whether a process was told to stop."""
        return anyone(self.accelerator, self.stop_signal is not None)

    def parts(self, items: tuple[Item, ...], last: int) -> Iterator[list[Batch]]:
        """This process's pieces of the batches from the next step to step `last`."""
        options, accelerator = self.recipe.training, self.accelerator
        stream = self.draw(
            items,
            self.recipe.data,
            options.seed,
            self.step,
            last,
            parts=options.accumulate,
            share=(accelerator.process_index, accelerator.num_processes),
            device=self.device,
        )
        while parts := list(islice(stream, options.accumulate)):
            yield parts

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
            problem = f"{MOST_SKIPPED} steps in a row, until step {self.step + 1}, gave no number for {lost}"
            raise AttnpaintError(problem, "give a smaller optimiser.lr; the last checkpoint is sound")
        return sound | {"skipped": self.skipped}

    def _every(self, steps: int) -> bool:
        """0 is never."""
        return steps > 0 and self.step % steps == 0

    def _validate(self, validation: Validation, tracker: Tracker) -> dict[str, float]:
        numbers, pictures = validation(self.networks.ema)
        tracker.pictures(self.step, pictures)
        for name, shown in pictures.items():
            path = self.folder.root / name / f"{self.step:08d}.png"
            make_folder(path.parent)
            write_picture(path, shown.picture)
        if numbers["psnr"] > self.best_psnr:
            self.best_step, self.best_psnr = self.step, numbers["psnr"]
        return {f"validation/{name}": value for name, value in numbers.items()}

    def save(self) -> None:
        """The EMA weights as a model folder, and a checkpoint: the last thing that a step leaves."""
        random = random_states(self.accelerator)
        if not self.accelerator.is_main_process:
            return
        facts: dict[str, float] = {"steps": self.step, "step_seconds": round(self.seconds)}
        save_model(self.folder.model, self.networks.ema.module, self.recipe, facts)
        if self.best_step == self.step:
            facts |= {"psnr": round(self.best_psnr, 3)}
            save_model(self.folder.best, self.networks.ema.module, self.recipe, facts)
        save_checkpoint(
            self.folder.checkpoints,
            self.step,
            {
                "step": self.step,
                "seconds": self.seconds,
                "skipped": (self.skipped, self.skipped_in_a_row),
                "best": (self.best_step, self.best_psnr),
                "random": random,
                "networks": self.networks.state_dict(),
                "recipe": json.dumps(self.recipe.to_dict()),
            },
            self.recipe.training.keep,
            self.best_step,
        )


@contextmanager
def stopping(trainer: Trainer, *signals: signal.Signals) -> Iterator[None]:
    """The first of these signals ends the run after the step at hand; a later Ctrl-C interrupts at once.

    Schedulers send SIGTERM more than once, and a terminal's Ctrl-C may come by two ways: for HASTE seconds
    after the first signal no other counts, and SIGTERM never again. After a stop both are ignored, so that
    the process ends with an exit code of its own.
    """
    first = math.inf

    def handle(number: int, _: object) -> None:
        nonlocal first
        if trainer.stop_signal is None:
            trainer.stop_signal, first = signal.Signals(number), time.monotonic()
        elif number == signal.SIGINT and time.monotonic() - first > HASTE:
            raise KeyboardInterrupt

    before = {number: signal.signal(number, handle) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            stopped = trainer.stop_signal is not None
            signal.signal(number, signal.SIG_IGN if stopped else handler or signal.SIG_DFL)
