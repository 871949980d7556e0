"""`make bench-train`: images/s of training on this machine, beside the ancestor as its authors trained it."""

import argparse
import gc
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import torch
from accelerate import Accelerator
from rich.console import Console
from rich.table import Table
from torch.utils.flop_counter import FlopCounterMode

from attnpaint.config import Recipe
from attnpaint.data.layouts import Item
from attnpaint.data.pairs import Batch, batches
from attnpaint.data.sources import find_items
from attnpaint.devices import keep_memory
from attnpaint.recipe_file import load_recipe
from attnpaint.training.loop import Trainer
from attnpaint.training.processes import launch
from attnpaint.training.run_folder import RunFolder
from attnpaint.training.tracker import NoTracker
from attnpaint.training.validation import Validation

ANCESTOR = "attentioned-deep-paint"
LEAST, MOST = 20, 10_000  # seconds of training that are timed at least; steps at most
ROOM = 40 * 2**30  # bytes that the ancestor wants on a CPU for its batch of 4; with less it gets 2
TINY = (
    "generator.widths=[8,16]",
    "generator.token_width=16",
    "discriminator.width=4",
    "loss.adversarial_after=0",
    "data.size=32",
    "data.workers=1",
)


@dataclass(frozen=True)
class Speed:
    """flop: of one picture's training, forwards and backwards; waiting: share of the time."""

    images_per_second: float
    waiting: float
    flop: float


def measure_speed(recipe: Recipe, items: tuple[Item, ...], accelerator: Accelerator, steps: int) -> Speed:
    """So many steps with the discriminator or more, for LEAST seconds; before them one to warm up."""
    trainer = Trainer(recipe, accelerator, RunFolder(Path("nowhere")))
    late = recipe.training.steps - 1
    if recipe.training.precision == "fp32":
        coming = _as_its_authors(recipe, items, accelerator, MOST)
    else:
        coming = trainer.parts(items, MOST)
    with FlopCounterMode(display=False) as counter:
        trainer.train_step(next(coming), late)
    began, waited, done = time.perf_counter(), 0.0, 0
    while done < steps or time.perf_counter() - began < LEAST:
        asked = time.perf_counter()
        parts = next(coming)
        waited += time.perf_counter() - asked
        trainer.train_step(parts, late)
        done += 1
    if accelerator.device.type == "cuda":
        torch.cuda.synchronize()
    seconds = time.perf_counter() - began
    size = recipe.data.batch_size
    return Speed(done * size / seconds, waited / seconds, counter.get_total_flops() / size)


def _as_its_authors(
    recipe: Recipe, items: tuple[Item, ...], accelerator: Accelerator, steps: int
) -> Iterator[list[Batch]]:
    """Drawings are made by the loader, on the CPU."""
    for batch in batches(items, recipe.data, recipe.training.seed, 0, steps):
        yield [batch.to(accelerator.device)]


def bf16_peak(device: torch.device, size: int = 8192, repeats: int = 20) -> float:
    """FLOP/s of a large matrix product on this device."""
    a, b = (torch.randn(size, size, device=device, dtype=torch.bfloat16) for _ in range(2))
    for _ in range(3):
        a @ b
    torch.cuda.synchronize(device)
    began = time.perf_counter()
    for _ in range(repeats):
        a @ b
    torch.cuda.synchronize(device)
    return 2 * size**3 * repeats / (time.perf_counter() - began)


def memory_over(steps: int, items: tuple[Item, ...], accelerator: Accelerator) -> dict[int, float]:
    """MiB held at every tenth part of a run of a tiny network, with its validations and checkpoints."""
    every = steps // 10
    settings = [
        f"training.steps={steps}",
        f"training.validate_every={every}",
        f"training.checkpoint_every={every}",
    ]
    recipe, found = load_recipe("attnpaint-1", [*TINY, *settings]), dict[int, float]()

    def note(step: int, numbers: dict[str, float]) -> None:
        if step % every == 0:
            found[step] = numbers["memory"]

    with tempfile.TemporaryDirectory() as folder:
        trainer = Trainer(recipe, accelerator, RunFolder(Path(folder)))
        trainer.run(items, Validation(items, recipe, accelerator.device), NoTracker(), note)
    return found


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, nargs="+", default=[Path("assets/samples")])
    parser.add_argument("--steps", type=int, help="steps to time at least; default: 2 on a CPU, 50 on a GPU")
    parser.add_argument(
        "--flat", type=int, default=2000, metavar="STEPS", help="steps of the memory test; 0: none"
    )
    parser.add_argument("--device", default="auto")
    given = parser.parse_args()
    keep_memory()
    accelerator = launch(given.device)
    device = accelerator.device
    steps = given.steps or (2 if device.type == "cpu" else 50)
    items = find_items(given.data).items
    console = Console()

    if given.flat:  # first, while the process is small
        _print_memory(console, items, accelerator, given.flat)
    _print_speeds(console, items, accelerator, steps)


def _print_speeds(console: Console, items: tuple[Item, ...], accelerator: Accelerator, steps: int) -> None:
    device = accelerator.device
    roomy = device.type == "cuda" or psutil.virtual_memory().total > ROOM
    batch = f"data.batch_size={4 if roomy else 2}"
    recipes = {
        f"{ANCESTOR}, as its authors ran it (fp32)": load_recipe(ANCESTOR, ["data.workers=1", batch]),
        f"{ANCESTOR} on this engine": load_recipe(ANCESTOR, ["training.precision=auto", batch]),
        "attnpaint-1": load_recipe("attnpaint-1", ["data.size=512", "data.batch_size=4"]),
        "attnpaint-1, as its recipe says": load_recipe("attnpaint-1"),
    }
    peak = bf16_peak(device) if device.type == "cuda" else 0.0
    table = Table("recipe", "size", "batch", "images/s", "times the first", "waiting", "GFLOP/image")
    if peak:
        table.add_column(f"of the bf16 peak ({peak / 1e12:.0f} TFLOP/s)")
    first = 0.0
    for name, recipe in recipes.items():
        console.print(f"training {name} …", style="dim")
        speed = measure_speed(recipe, items, accelerator, steps)
        gc.collect()  # a trainer is large, and held in circles
        rate = speed.images_per_second
        first = first or rate
        shape = [name, f"{recipe.data.size}²", str(recipe.data.batch_size)]
        cells = [f"{rate:.3g}", f"{rate / first:.1f}", f"{speed.waiting:.1%}", f"{speed.flop / 1e9:.0f}"]
        table.add_row(*shape, *cells, *([f"{rate * speed.flop / peak:.1%}"] if peak else []))
    console.print(table)
    where = (
        torch.cuda.get_device_name(device) if device.type == "cuda" else f"{os.cpu_count()} processor cores"
    )
    console.print(f"{len(items)} pictures, on {where}; torch {torch.__version__}")


def _print_memory(console: Console, items: tuple[Item, ...], accelerator: Accelerator, steps: int) -> None:
    console.print(f"training a tiny network for {steps} steps …", style="dim")
    found = memory_over(steps, items, accelerator)
    table = Table("step", *map(str, found))
    table.add_row("MiB", *(f"{memory:.0f}" for memory in found.values()))
    console.print(table)


if __name__ == "__main__":
    main()
