"""Where a run's numbers and pictures go: metrics.jsonl, Weights & Biases, or nowhere."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from attnpaint.files import make_folder, parse_json, replacing, telling
from attnpaint.images import Picture, write_picture


@dataclass(frozen=True)
class Shown:
    """A picture of a run, uint8 H×W×3."""

    picture: Picture
    caption: str = ""


@dataclass(frozen=True)
class Example:
    """A drawing and what became of it, uint8 H×W×3 each. psnr: dB; palette_distance: see Validation."""

    sketch: Picture
    reference: Picture
    painted: Picture
    truth: Picture
    psnr: float
    palette_distance: float

    @property
    def pictures(self) -> dict[str, Picture]:
        return {name: getattr(self, name) for name in ("sketch", "reference", "painted", "truth")}


class TrackerName(StrEnum):
    jsonl = "jsonl"
    wandb = "wandb"
    none = "none"


class Tracker(Protocol):
    def numbers(self, step: int, values: dict[str, float]) -> None: ...
    def pictures(self, step: int, pictures: dict[str, Shown]) -> None: ...
    def finish(self, examples: Sequence[Example], model: Path) -> None: ...
    def close(self) -> None: ...


class NoTracker:
    def numbers(self, step: int, values: dict[str, float]) -> None: ...
    def pictures(self, step: int, pictures: dict[str, Shown]) -> None: ...
    def finish(self, examples: Sequence[Example], model: Path) -> None: ...
    def close(self) -> None: ...


class JsonlTracker(NoTracker):
    """metrics.jsonl: an object per step; on resume, lines of steps that will be done again are dropped.

    At the end examples.jsonl: an object per drawing, with the files of its pictures under examples/.
    """

    def __init__(self, folder: Path, first: int) -> None:
        self.folder = folder
        path = folder / "metrics.jsonl"
        if path.exists():
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            kept = [line for line in lines if _step_of(line) <= first]
            with replacing(path) as part:
                part.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")
        with telling(path):
            self.file = path.open("a", encoding="utf-8", buffering=1)

    def numbers(self, step: int, values: dict[str, float]) -> None:
        """AttnpaintError where the disk is full."""
        with telling(self.file.name):
            self.file.write(json.dumps({"step": step, **values}) + "\n")

    def finish(self, examples: Sequence[Example], model: Path) -> None:
        """model: the run's model folder."""
        make_folder(self.folder / "examples")
        lines = []
        for number, example in enumerate(examples, 1):
            files = {name: f"examples/{number:02}-{name}.png" for name in example.pictures}
            for name, picture in example.pictures.items():
                write_picture(self.folder / files[name], picture)
            measured = {"psnr": example.psnr, "palette_distance": example.palette_distance}
            lines.append(json.dumps(files | measured))
        with replacing(self.folder / "examples.jsonl") as part:
            part.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")

    def close(self) -> None:
        with suppress(OSError):  # of a line that is told already
            self.file.close()


def _step_of(line: str) -> float:
    try:
        return float(parse_json(line)["step"])
    except (ValueError, LookupError, TypeError):
        return float("inf")  # a line that a killed run left unfinished
