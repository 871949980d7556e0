"""`make bench`: seconds for one 512² drawing on this machine, beside those of the ancestor's network."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np
import torch

from attnpaint.config import load_recipe
from attnpaint.devices import choose_device
from attnpaint.images import Picture, write_picture
from attnpaint.inference.colorizer import SIZE, Colorizer
from attnpaint.model.build import build_generator

ANCESTOR = "attentioned-deep-paint"
RUNS = 3


def made_up_pictures(seed: int = 0) -> tuple[Picture, Picture]:
    """A drawing of random strokes and a reference of random blocks, both uint8 512×512×3."""
    random = np.random.default_rng(seed)
    drawing = np.full((SIZE, SIZE, 3), 255, np.uint8)
    for row, column in random.integers(0, SIZE - 8, (60, 2)):
        drawing[row : row + 3, column:] = 0
        drawing[row:, column : column + 3] = 0
    blocks = random.integers(0, 256, (8, 8, 3), dtype=np.uint8)
    return drawing, blocks.repeat(SIZE // 8, 0).repeat(SIZE // 8, 1)


def network_seconds(recipe: str, drawing: Picture, reference: Picture) -> float:
    """Median time of the recipe's generator alone, random weights, after one run to warm up."""
    generator = build_generator(load_recipe(recipe).generator).eval()
    device = choose_device()
    colorizer = Colorizer(generator.to(device), device, {})
    seconds = [colorizer.colorize(drawing, reference).seconds for _ in range(1 + RUNS)]
    return median(seconds[1:])


def process_seconds(drawing: Picture, reference: Picture) -> tuple[float, float]:
    """Median time of the whole command `colorize` with the default model, and of the network in it."""
    with tempfile.TemporaryDirectory() as folder:
        sketch, ref, out = (Path(folder, name) for name in ("sketch.png", "ref.png", "out.png"))
        write_picture(sketch, drawing)
        write_picture(ref, reference)
        command: list[str | Path] = [sys.executable, "-m", "attnpaint", "colorize", sketch, "--ref", ref]
        command += ["-o", out, "--json"]
        runs = []
        for _ in range(RUNS):
            began = time.perf_counter()
            told = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
            runs.append((time.perf_counter() - began, json.loads(told)["network_seconds"]))
    return median(whole for whole, _ in runs), median(network for _, network in runs)


def main() -> None:
    drawing, reference = made_up_pictures()
    ours = network_seconds("attnpaint", drawing, reference)
    ancestor = network_seconds(ANCESTOR, drawing, reference)
    whole, first = process_seconds(drawing, reference)
    print(f"one {SIZE}×{SIZE} drawing, {os.cpu_count()} cores, {choose_device()}, torch {torch.__version__}")
    print(f"{whole:8.2f} s  attnpaint colorize, the whole process; its network {first:.2f} s, cold")
    print(f"{ours:8.2f} s  the network, warm")
    print(f"{ancestor:8.2f} s  {ANCESTOR}, warm: {ancestor / ours:.1f} times as long")


if __name__ == "__main__":
    main()
