"""`attnpaint train`."""

import shlex
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from attnpaint.data.layouts import Item
    from attnpaint.training.loop import Trainer


def train(
    recipe: Annotated[
        str | None,
        typer.Option(help="Name of a recipe, or a .toml file. Default: attnpaint, or the resumed run's."),
    ] = None,
    data: Annotated[
        list[Path] | None,
        typer.Option(
            help="Colour pictures to learn from: folders, .tar shards, side-by-side pairs (colour left), "
            "two folders with equal names, x.color.* beside x.line.*. May be given several times. "
            "Default: ./data"
        ),
    ] = None,
    validation: Annotated[
        list[Path] | None,
        typer.Option(help="Pictures for validation. Default: some of the data are held out."),
    ] = None,
    out: Annotated[Path, typer.Option(help="The run's folder.")] = Path("runs/attnpaint"),
    steps: Annotated[int | None, typer.Option(min=1, help="Steps to train; default: the recipe's.")] = None,
    setting: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change a recipe value: data.size=512"),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in --out.")] = False,
    init: Annotated[
        Path | None, typer.Option(help="Start from the networks of another run's folder.")
    ] = None,
    device: Annotated[
        Literal["auto", "cpu", "cuda", "mps"], typer.Option(help="What computes; auto takes the fastest one.")
    ] = "auto",
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="Write nothing: show the recipe, the data and what the run will cost."
        ),
    ] = False,
    tracker: Annotated[
        Literal["jsonl", "wandb", "none"],
        typer.Option(help="metrics.jsonl, that and Weights & Biases, or nothing."),
    ] = "jsonl",
) -> None:
    """Train a colorizer on colour pictures.

    Line drawings and histograms are made on the fly. Ctrl-C saves a checkpoint; --resume goes on from there.
    """
    import signal

    from attnpaint.config import apply_setting, load_recipe, recipe_from
    from attnpaint.data.sources import find_items
    from attnpaint.devices import choose_device, keep_memory
    from attnpaint.errors import AttnpaintError, Stopped, UsageError
    from attnpaint.training.loop import RunFolder, Trainer, stopping
    from attnpaint.training.tracker import TrackerName, make_tracker
    from attnpaint.training.validation import Validation, hold_out

    settings = [*(setting or []), *([f"training.steps={steps}"] if steps else [])]
    folder = RunFolder(out)
    if resume and recipe is None and folder.config.is_file():
        table = folder.read_config()
        for one in settings:
            apply_setting(table, one)
        chosen = recipe_from(table)
    else:
        chosen = load_recipe(recipe or "attnpaint", settings)
    if resume and init:
        raise UsageError("--init starts a run, --resume goes on with one", "give one of them")
    if resume and not data:
        data, known = folder.read_data()
        validation = validation or known
    if not data and not Path("data").is_dir():
        raise UsageError("there is no ./data to train on", "give --data with a folder or .tar shards")
    place = choose_device(device)
    keep_memory()

    found = find_items(data or [Path("data")], chosen.data.exclude_licences)
    _say(f"data: {found.describe()}")
    if validation:
        learned, held = found.items, find_items(validation).items
    else:
        learned, held = hold_out(found.items)
    if dry_run:
        _foretell(Trainer(chosen, place, folder), learned)
        return
    start = RunFolder(init).last_checkpoint() if init else None
    if init and start is None:
        raise AttnpaintError(f"{init} holds no checkpoint", "give the folder of a run")
    last = folder.begin(resume)
    trainer = Trainer(chosen, place, folder)
    if last:
        trainer.resume(last)
    elif start:
        trainer.start_from(start)
    folder.write_config(chosen)
    folder.write_data(data or [Path("data")], validation or [])
    millions = sum(p.numel() for p in trainer.networks.generator.parameters()) / 1e6
    _say(f"recipe: {chosen.name}, {millions:.1f} M parameters, on {place}; run folder: {out}")
    if trainer.step >= chosen.training.steps:
        _say(f"step {trainer.step} of {chosen.training.steps} is done already; give more --steps to go on")
        return
    tracking = make_tracker(TrackerName(tracker), out, trainer.step, chosen.to_dict())
    watch = Validation(held, chosen, place)
    bar = _Bar(trainer.step, chosen.training.steps, chosen.data.batch_size)
    with closing(tracking), stopping(trainer, signal.SIGINT, signal.SIGTERM), bar:
        trainer.run(learned, watch, tracking, bar)
    if trainer.step == chosen.training.steps:
        _say(f"done: {trainer.step} steps; model: {folder.model}")
        return
    again = _command(out=[out], device=[device], tracker=[tracker])
    stopped = Stopped(f"stopped after step {trainer.step}", f"go on with: {again}")
    if trainer.stop_signal == signal.SIGINT:
        raise stopped
    _say(str(stopped))


def _foretell(trainer: "Trainer", items: tuple["Item", ...]) -> None:
    """The resolved recipe on stdout, the rest on stderr."""
    import json

    from attnpaint.training.forecast import STEPS, forecast

    print(json.dumps(trainer.recipe.to_dict(), indent=2))
    _say(f"trying {STEPS} steps on {trainer.device}")
    found = forecast(trainer, items)
    memory = f"{found.memory / 2**30:.1f} GiB of memory" if found.memory else "memory unknown"
    _say(
        f"{found.parameters / 1e6:.1f} M parameters, {found.gflop:.1f} GFLOP a picture, {memory}, "
        f"{found.images_per_second:.1f} images/s: "
        f"{found.hours:.1f} hours for {trainer.recipe.training.steps} steps"
    )


def _command(**options: Sequence[str | Path] | None) -> str:
    """The call that goes on with a run; what is so by default is not said."""
    said = [(f"--{name}", str(value)) for name, values in options.items() for value in values or ()]
    given = [pair for pair in said if pair not in {("--device", "auto"), ("--tracker", "jsonl")}]
    return shlex.join(["attnpaint", "train", *chain(*given), "--resume"])


class _Bar:
    """Progress on stderr: a bar in a terminal, else a line now and then."""

    def __init__(self, first: int, last: int, batch_size: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self.console = Console(stderr=True)
        self.bar = Progress(
            TextColumn("training"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[note]}"),
            TimeRemainingColumn(), console=self.console, disable=not self.console.is_terminal,
        )  # fmt: skip
        self.task = self.bar.add_task("training", total=last, completed=first, note="")
        self.first, self.last, self.batch_size = first, last, batch_size

    def __enter__(self) -> "_Bar":
        self.began = self.told = time.monotonic()
        self.bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.bar.stop()

    def __call__(self, step: int, losses: dict[str, float]) -> None:
        now = time.monotonic()
        speed = (step - self.first) * self.batch_size / max(now - self.began, 1e-9)
        loss = f"loss {losses['loss']:.3f}" if "loss" in losses else "skipped"
        note = f"{speed:.1f} images/s  {loss}"
        self.bar.update(self.task, completed=step, note=note)
        if not self.console.is_terminal and (now - self.told > 30 or step == self.last):
            left = (self.last - step) * self.batch_size / speed
            _say(f"step {step}/{self.last}  {note}  {left / 60:.0f} min left")
            self.told = now


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)
