"""A run in Weights & Biases, on top of metrics.jsonl; and which tracker a run gets."""

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from textwrap import shorten
from typing import Any
from uuid import uuid4

from attnpaint.errors import AttnpaintError
from attnpaint.training.tracker import Example, JsonlTracker, NoTracker, Shown, Tracker, TrackerName

BEGIN, END = 20, 300  # seconds that the server has to answer at the start, and to take the rest at the end


class WandbTracker(JsonlTracker):
    """Numbers, pictures, the examples as a table, the model as an artifact; offline if nobody is logged in.

    WANDB_MODE is respected. A resumed run goes on under the same id: online in its history, where W&B keeps
    what it has of steps that are done again; offline in one more folder, and `wandb sync` joins them.
    Whatever fails in W&B ends W&B and not the training: one line says so.
    """

    def __init__(self, folder: Path, first: int, config: dict[str, Any]) -> None:
        try:
            import wandb
        except ImportError:
            raise AttnpaintError("wandb is not installed", "run: pip install 'attnpaint[wandb]'") from None
        super().__init__(folder, first)
        self.wandb = wandb
        self.run: Any = None
        self.first = 0
        self.failed = False
        identity = folder / "wandb-id"
        if not identity.exists():
            identity.write_text(uuid4().hex[:8], encoding="utf-8")
        settings = {"init_timeout": BEGIN, "finish_timeout": END, "console": "off"}
        options = {
            "project": os.environ.get("WANDB_PROJECT", "attnpaint"),
            "id": identity.read_text(encoding="utf-8").strip(),
            "resume": "allow",
            "dir": str(folder),
            "config": config,
            "settings": settings,
        }
        self._guarded(lambda: self._begin(options))

    def _begin(self, options: dict[str, Any]) -> None:
        mode: Any = os.environ.get("WANDB_MODE")
        if not mode:
            mode = "online" if self.wandb.login(prompt=False, verify=False) else "offline"
        try:
            run = self.wandb.init(**options, mode=mode)
        except Exception as error:
            if mode != "online":
                raise
            _warn(f"W&B does not answer ({_short(error)})", "this run is kept offline; wandb sync sends it")
            self.wandb.teardown()  # gives the run's id free
            run = self.wandb.init(**options, mode="offline")
        self.run, self.first = (None, 0) if run.disabled else (run, run.step)

    def numbers(self, step: int, values: dict[str, float]) -> None:
        super().numbers(step, values)
        self._log(step, lambda: values)

    def pictures(self, step: int, pictures: dict[str, Shown]) -> None:
        image = self.wandb.Image
        self._log(
            step,
            lambda: {name: image(shown.picture, caption=shown.caption) for name, shown in pictures.items()},
        )

    def finish(self, examples: Sequence[Example], model: Path) -> None:
        if self.run is not None:
            self._guarded(lambda: self._finish(examples, model))
        super().finish(examples, model)  # examples.jsonl tells that all is done

    def _finish(self, examples: Sequence[Example], model: Path) -> None:
        table = self.wandb.Table(
            columns=["sketch", "reference", "painted", "truth", "psnr", "palette distance"],
            data=[
                [*map(self.wandb.Image, one.pictures.values()), one.psnr, one.palette_distance]
                for one in examples
            ],
        )
        self.run.log({"examples": table})
        artifact = self.wandb.Artifact(f"model-{self.run.id}", type="model", metadata=dict(self.run.config))
        artifact.add_dir(str(model))
        self.run.log_artifact(artifact)

    def close(self) -> None:
        super().close()
        if self.run is not None:
            self._guarded(self.run.finish)
        if self.failed:
            with suppress(Exception):
                self.wandb.teardown()  # else it is done, and fails with a traceback, when the process ends

    def _log(self, step: int, values: Callable[[], dict[str, Any]]) -> None:
        if self.run is not None and step >= self.first:  # of earlier steps W&B would only complain
            self._guarded(lambda: self.run.log(values(), step=step))

    def _guarded(self, act: Callable[[], object]) -> None:
        try:
            act()
        except Exception as error:  # W&B raises almost anything
            self.run, self.failed = None, True
            _warn(f"W&B failed ({_short(error)})", "the training goes on, metrics.jsonl has its numbers")


def _short(error: Exception) -> str:
    return shorten(str(error) or type(error).__name__, 160)


def _warn(problem: str, remedy: str) -> None:
    print(f"attnpaint: {problem}; {remedy}", file=sys.stderr)


def make_tracker(name: TrackerName, folder: Path, first: int, config: dict[str, Any]) -> Tracker:
    """first: the last step that is done; later lines of an older run are dropped."""
    match name:
        case TrackerName.wandb:
            return WandbTracker(folder, first, config)
        case TrackerName.jsonl:
            return JsonlTracker(folder, first)
        case TrackerName.none:
            return NoTracker()
