"""Where a run's numbers and pictures go: metrics.jsonl, Weights & Biases, or nowhere."""

import json
import os
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from attnpaint.errors import AttnpaintError
from attnpaint.files import replacing
from attnpaint.images import Picture


class TrackerName(StrEnum):
    jsonl = "jsonl"
    wandb = "wandb"
    none = "none"


class Tracker(Protocol):
    def numbers(self, step: int, values: dict[str, float]) -> None: ...
    def pictures(self, step: int, pictures: dict[str, Picture]) -> None: ...
    def close(self) -> None: ...


class NoTracker:
    def numbers(self, step: int, values: dict[str, float]) -> None: ...
    def pictures(self, step: int, pictures: dict[str, Picture]) -> None: ...
    def close(self) -> None: ...


class JsonlTracker(NoTracker):
    """One JSON object per step; on resume, lines of steps that will be done again are dropped."""

    def __init__(self, path: Path, first: int) -> None:
        if path.exists():
            kept = [line for line in path.read_text().splitlines() if _step_of(line) <= first]
            with replacing(path) as part:
                part.write_text("".join(f"{line}\n" for line in kept))
        self.file = path.open("a", encoding="utf-8", buffering=1)

    def numbers(self, step: int, values: dict[str, float]) -> None:
        self.file.write(json.dumps({"step": step, **values}) + "\n")

    def close(self) -> None:
        self.file.close()


class WandbTracker(JsonlTracker):
    """The same numbers and the pictures in Weights & Biases; offline when nobody is logged in."""

    def __init__(self, path: Path, first: int, config: dict[str, Any]) -> None:
        super().__init__(path, first)
        try:
            import wandb
        except ImportError:
            raise AttnpaintError("wandb is not installed", "run: pip install 'attnpaint[wandb]'") from None
        identity = path.with_name("wandb-id")  # a resumed run goes on in the same place
        if not identity.exists():
            identity.write_text(uuid4().hex[:8])
        mode: Any = os.environ.get("WANDB_MODE") or ("online" if wandb.login(prompt=False) else "offline")
        self.run = wandb.init(
            project="attnpaint",
            id=identity.read_text(),
            resume="allow",
            dir=str(path.parent),
            config=config,
            mode=mode,
        )
        self.image = wandb.Image

    def numbers(self, step: int, values: dict[str, float]) -> None:
        super().numbers(step, values)
        self.run.log(values, step=step)

    def pictures(self, step: int, pictures: dict[str, Picture]) -> None:
        self.run.log({name: self.image(picture) for name, picture in pictures.items()}, step=step)

    def close(self) -> None:
        super().close()
        self.run.finish()


def make_tracker(name: TrackerName, folder: Path, first: int, config: dict[str, Any]) -> Tracker:
    """first: the last step that is done; later lines of an older run are dropped."""
    path = folder / "metrics.jsonl"
    match name:
        case TrackerName.wandb:
            return WandbTracker(path, first, config)
        case TrackerName.jsonl:
            return JsonlTracker(path, first)
        case TrackerName.none:
            return NoTracker()


def _step_of(line: str) -> float:
    try:
        return float(json.loads(line)["step"])
    except (ValueError, KeyError, TypeError):
        return float("inf")  # a line that a killed run left unfinished
