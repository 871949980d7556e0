"""The stages of a run: one network, or a draft and then a second network that paints on it.

Source of the second: Cheng, "2-Stage Conditional GAN for Sketch Auto-Coloring", sections 3 and 4. It learns
from drafts of the half-trained first one, whose faults it is to mend.
"""

import signal
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from accelerate import Accelerator
from torch import Tensor

from attnpaint.config import Recipe
from attnpaint.data import bundles, pairs
from attnpaint.data.layouts import Item
from attnpaint.errors import Stopped, UsageError
from attnpaint.files import make_folder
from attnpaint.model.conditioning import Conditioning
from attnpaint.model.folder import load_model
from attnpaint.model.model_config import refining
from attnpaint.training.conditions import Draft, evaluating, paint
from attnpaint.training.loop import Progress, Trainer, stopping
from attnpaint.training.pictures import Pictures
from attnpaint.training.processes import by_main
from attnpaint.training.tracker import TrackerName
from attnpaint.training.validation import Validation
from attnpaint.training.wandb_tracker import make_tracker

DRAFT, REFINE = "stage 1 of 2, draft", "stage 2 of 2, refine"

Count = Callable[[int, int], None]


@dataclass(frozen=True)
class Stage:
    """name: "" where it is the only one; draft: of the network before this one."""

    name: str
    trainer: Trainer
    items: tuple[Item, ...]
    draft: Draft | None = None

    @property
    def steps(self) -> int:
        return self.trainer.recipe.training.steps

    @property
    def ended(self) -> bool:
        return self.trainer.step >= self.steps


@dataclass(frozen=True)
class Stages:
    """Trains one after the other. All are called in every process.

    say: told what happens. remember: writes down what the run is made of, before anything is trained.
    bar: (name, trainer) → what is told of the steps; counting: work → what is told of (done, total).
    resume_command: how to go on with the run.
    """

    accelerator: Accelerator
    pictures: Pictures
    tracker: TrackerName
    say: Callable[[str], None]
    remember: Callable[[], None]
    bar: Callable[[str, Trainer], AbstractContextManager[Progress]]
    counting: Callable[[str], AbstractContextManager[Count]]
    resume_command: str

    def __call__(self, first: Trainer) -> None:
        """Whatever is left to do. first: the first stage's, as far as it is. Raises Stopped after Ctrl-C."""
        two = first.recipe.refine.steps > 0
        stage = Stage(DRAFT if two else "", first, self.pictures.learned)
        worked = self._train(stage)
        if two and stage.ended and not first.stopped():
            refined = by_main(self.accelerator, lambda: first.folder.refine.steps)
            if refined < first.recipe.refine.steps:
                self._write_bundles(first)  # where some are missing by now: as the finished network paints
            elif worked:
                where = f"{first.folder.bundles} and {first.folder.refine.root}"
                self.say(
                    "the second network stays as it is, though the first one has learned more; "
                    f"give more refine.steps, or delete {where} to train it anew"
                )
            first.release()
            stage = self._second(first)
            worked |= self._train(stage)
        self.accelerator.end_training()
        self._conclude(stage, worked)

    def _train(self, stage: Stage) -> bool:
        """False where nothing was left to do."""
        trainer, recipe = stage.trainer, stage.trainer.recipe
        if trainer.step > stage.steps or (stage.ended and self._told(trainer)):
            return False
        processes, main = self.accelerator.num_processes, self.accelerator.is_main_process
        millions = sum(p.numel() for p in trainer.networks.generator.parameters()) / 1e6
        several = f", {processes} processes" if processes > 1 else ""
        named = f"{recipe.name} ({stage.name})" if stage.name else recipe.name
        where = f"{trainer.device.type}{several}; run folder: {trainer.folder.root}"
        self.say(f"recipe: {named}, {millions:.1f} M parameters, on {where}")
        name, watch = TrackerName.none, None
        if main:
            self.remember()
            trainer.folder.write_config(recipe)
            name, conditions = self.tracker, trainer.train_step.conditions
            watch = Validation(self.pictures.held, recipe, trainer.device, conditions, stage.draft)
        tracking = make_tracker(name, trainer.folder.root, trainer.step, recipe.to_dict())

        def go(until: int) -> None:
            with self.bar(stage.name, trainer) as bar:
                trainer.run(stage.items, watch, tracking, bar, until)

        with closing(tracking), stopping(trainer, signal.SIGINT, signal.SIGTERM):
            if recipe.refine.steps:
                if trainer.step < stage.steps // 2:
                    go(stage.steps // 2)
                self._write_bundles(trainer)
            if not trainer.stopped():
                go(stage.steps)
        if trainer.folder.unreadable.exists():
            self.say(f"pictures that could not be read: {trainer.folder.unreadable}")
        return True

    def _told(self, trainer: Trainer) -> bool:
        """Whether the tracker has the last that it gets."""
        return self.tracker == TrackerName.none or trainer.folder.finished

    @torch.no_grad()
    def _write_bundles(self, first: Trainer) -> None:
        """Those that are missing, as the first network paints now; a stop ends it, and it goes on later.

        Their pictures come after the last that the first network learns from.
        """
        recipe, folder = first.recipe, first.folder.bundles
        items = bundles.bundles(folder, recipe.refine.bundles)
        size, count, steps = recipe.data.batch_size, len(items), recipe.training.steps
        there = by_main(self.accelerator, lambda: _whole(items))
        if there == count or first.stopped():
            return
        self.say(f"writing bundles for the second stage with drafts of step {first.step}: {folder}")
        make_folder(folder)
        data, network = replace(recipe.data, strangers=0.0), first.networks.ema.module
        begin, end = (steps + done // size for done in (there, count + size - 1))
        share = self.accelerator.process_index, self.accelerator.num_processes
        seed, device = recipe.training.seed, first.device
        drawn = pairs.batches(self.pictures.learned, data, seed, begin, end, share=share, device=device)
        main = self.accelerator.is_main_process
        counting = self.counting("writing bundles") if main else nullcontext(lambda done, total: None)
        with counting as tell, evaluating(network):
            for number, batch in enumerate(drawn, begin):
                first.folder.list_unreadable(batch.lost)
                part = first.train_step.part(batch, number=number)
                draft = paint(network, recipe, batch.sketch, part.given).image.float()
                hint = part.given.hint
                assert hint is not None  # config.py: a draft is refined with its hints
                place = (number - steps) * size + part.first
                for item, *tiles in zip(items[place:], batch.truth, batch.sketch, draft, hint, strict=False):
                    if not Path(item.color.path).exists():
                        bundles.write_bundle(item.color.path, *tiles)
                tell(min(count, (number + 1 - steps) * size), count)
                if first.stopped():
                    break
        self.accelerator.wait_for_everyone()

    def _second(self, first: Trainer) -> Stage:
        recipe, folder = refining(first.recipe), first.folder.refine
        last = by_main(self.accelerator, lambda: folder.begin(folder.config.exists()))
        trainer = Trainer(recipe, self.accelerator, folder, bundles.batches)
        if last:
            trainer.resume(last)
        network, _ = load_model(first.folder.model, trainer.device)  # what will be used with this one

        def draft(sketch: Tensor, given: Conditioning) -> Tensor:
            return paint(network, first.recipe, sketch, given).image.float()

        items = bundles.bundles(first.folder.bundles, recipe.refine.bundles)
        return Stage(REFINE, trainer, items, draft)

    def _conclude(self, stage: Stage, worked: bool) -> None:
        trainer, steps = stage.trainer, stage.steps
        inside = f" ({stage.name})" if stage.name else ""
        if not worked:
            more = "refine.steps" if stage.name == REFINE else "--steps"
            self.say(f"step {trainer.step} of {steps} is done already{inside}; give more {more} to go on")
            return
        if stage.ended and stage.name != DRAFT:
            model = trainer.folder.model
            self.say(f"done: {steps} steps{inside}; model: {model.parent if inside else model}")
            return
        stopped = Stopped(f"stopped after step {trainer.step}{inside}", f"go on with: {self.resume_command}")
        if self.accelerator.is_main_process and trainer.stop_signal == signal.SIGINT:
            raise stopped
        self.say(str(stopped))


def check_stages(recipe: Recipe) -> None:
    """UsageError for a recipe that no run begins with: of a second stage, which `refining` makes."""
    if "draft" in recipe.generator.takes:
        problem = "generator.conditioning names draft, and the first network has none to paint on"
        raise UsageError(problem, "take it out; refine.steps adds a second network, which is given one")


def _whole(items: tuple[Item, ...]) -> int:
    """How many bundles there are before the first one that is missing."""
    missing = (place for place, item in enumerate(items) if not Path(item.color.path).exists())
    return next(missing, len(items))
