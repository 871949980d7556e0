"""`make bench`: seconds for one 512² drawing on this machine, beside the ancestor's network."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import torch
from rich.console import Console
from rich.table import Table
from torch import nn

from attnpaint.config import Recipe
from attnpaint.devices import autocast, choose_device
from attnpaint.errors import AttnpaintError
from attnpaint.images import Picture, write_picture
from attnpaint.inference.colorizer import Colorizer
from attnpaint.inference.phases import phases_of
from attnpaint.model.build import build_generator
from attnpaint.model.cost import blank
from attnpaint.model.known_costs import SIZE
from attnpaint.model.model_config import DEFAULT_MODEL, stages_of
from attnpaint.recipe_file import load_recipe, recipe_names

ANCESTOR = "attentioned-deep-paint"


def made_up_pictures() -> tuple[Picture, Picture]:
    """A drawing of random strokes and a reference of random blocks, both uint8 512×512×3."""
    random = np.random.default_rng(0)
    drawing = np.full((SIZE, SIZE, 3), 255, np.uint8)
    for row, column in random.integers(0, SIZE - 8, (12, 2)):
        drawing[row : row + 3, column:] = 0
        drawing[row:, column : column + 3] = 0
    blocks = random.integers(0, 256, (8, 8, 3), dtype=np.uint8)
    return drawing, blocks.repeat(SIZE // 8, 0).repeat(SIZE // 8, 1)


def median_of(repeats: int, run: Callable[[], float], warm_up: int = 0) -> float:
    """The median of what `run` returns; the first `warm_up` runs do not count."""
    return median([run() for _ in range(warm_up + repeats)][warm_up:])


def process_seconds(*arguments: str | Path) -> float:
    """Seconds of `attnpaint ARGUMENTS` from start to exit."""
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "attnpaint", *arguments], capture_output=True, text=True)
    if done.returncode:
        raise AttnpaintError(done.stderr.strip(), "nothing was measured")
    return time.perf_counter() - began


def ancestor_seconds(device: torch.device, precision: str, side: int) -> float:
    """The ancestor's generator at its published width, random weights, for a picture of side².

    fp32, as it is shipped; or bf16, with its memory laid out as a `Colorizer` does.
    """
    generator = build_generator(load_recipe(ANCESTOR).generator).to(device).eval()
    if precision == "bf16":
        generator = generator.to(memory_format=torch.channels_last)
    x = torch.rand(1, 15, side, side, device=device) * 2 - 1
    return _seconds([(generator, x, {})], device, precision)


def network_seconds(recipe: Recipe, device: torch.device) -> float:
    """Of a recipe's generators as a `Colorizer` runs them, but all at SIZE², whatever the recipe's own size.

    Random weights; without the style encoder.
    """
    style, stages = recipe.guide.width, []
    for stage in stages_of(recipe):
        config = stage.generator
        generator = build_generator(config, style).to(memory_format=torch.channels_last).to(device).eval()
        with torch.device(device):
            stages.append((generator, *blank(config, style, SIZE)))
    return _seconds(stages, device, "auto")


def _seconds(
    stages: Sequence[tuple[nn.Module, torch.Tensor, dict[str, Any]]], device: torch.device, precision: str
) -> float:
    """Of all of them, each with its planes and what it takes beside them."""

    @torch.inference_mode()
    def run() -> float:
        began = time.perf_counter()
        for generator, x, beside in stages:
            with autocast(device, precision):
                generator(x, **beside).image.cpu()  # the copy waits for the device
        return time.perf_counter() - began

    return median_of(3, run, warm_up=1)


def benchmark(model: Path) -> dict[str, float]:
    """Median seconds of the commands and of the networks, and how many times as long the ancestor's takes.

    The networks paint at the model's own size, and so does the ancestor's.
    """
    drawing, reference = made_up_pictures()
    colorizer, device = Colorizer.load(model, engine="torch"), choose_device()
    network = median_of(5, lambda: colorizer.colorize(drawing, reference, "painted").seconds, warm_up=2)
    fp32, bf16 = (ancestor_seconds(device, precision, colorizer.size) for precision in ("fp32", "bf16"))
    with tempfile.TemporaryDirectory() as folder:
        sketch, ref, out = (Path(folder, name) for name in ("sketch.png", "ref.png", "out.png"))
        write_picture(sketch, drawing)
        write_picture(ref, reference)
        command = ("colorize", sketch, "--ref", ref, "-o", out, "--model", model)
        colorize = median_of(3, lambda: process_seconds(*command))
        phases = phases_of(sketch, ref, model)
    return {
        "version_process": median_of(3, lambda: process_seconds("--version")),
        "colorize_process": colorize,
        **{f"colorize_{name}": value for name, value in phases.items()},
        "network": network,
        "ancestor_network_fp32": fp32,
        "ancestor_network_bf16": bf16,
        "ratio_fp32": fp32 / network,
        "ratio_bf16": bf16 / network,
    }


def recipe_seconds() -> dict[str, float]:
    """By recipe."""
    device = choose_device()
    return {name: network_seconds(load_recipe(name), device) for name in recipe_names()}


def main() -> None:
    parser = argparse.ArgumentParser(description=f"Seconds for one {SIZE}×{SIZE} drawing on this machine.")
    parser.add_argument("--model", type=Path, default=DEFAULT_MODEL, help="a model folder")
    parser.add_argument("--recipes", action="store_true", help="instead: every recipe's networks")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    try:
        figures = recipe_seconds() if options.recipes else benchmark(options.model)
    except AttnpaintError as error:
        sys.exit(f"benchmark: {error}")
    machine = {
        "processor": "CUDA" if torch.cuda.is_available() else torch.backends.cpu.get_cpu_capability(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
    }
    if options.json:
        print(json.dumps(machine | {name: round(value, 3) for name, value in figures.items()}))
        return
    caption = "\n".join(f"{name}: {value}" for name, value in {"ancestor": ANCESTOR, **machine}.items())
    table = Table("median of", "seconds", title=f"One {SIZE}×{SIZE} drawing", caption=caption)
    for name, value in figures.items():
        shown = f"{value:.1f} ×" if "ratio" in name else f"{value:.0f}" if "mega" in name else f"{value:.2f}"
        table.add_row(name.replace("_", " "), shown)
    Console().print(table)


if __name__ == "__main__":
    main()
