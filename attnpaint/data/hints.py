"""Hints in training: random places of the truth, given away as a person would paint them in.

Chance is drawn on the CPU, for each picture alone; the truth stays on its device.
"""

from collections.abc import Sequence
from typing import Literal, get_args

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from attnpaint.data.augment import HINTS, rng
from attnpaint.model.hints import CELL

Kind = Literal["map", "patches", "strokes"]
Plane = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int64]

KINDS: tuple[Kind, ...] = get_args(Kind)
DENSEST = 0.1  # of the cells are given away at most
PATCHES, PATCH, PATCHED = 30, 45, 256  # squares of 45 px in a picture of 256 (two-stage, section 3)
FEW, MANY = 16, 48  # strokes: below, and how many at most
STROKED = 128  # px: the size of paints-chainer's pictures
LONGEST, THICKEST = 12, 3  # px of a stroke in them


def random_hints(truth: Tensor, kind: Kind, seed: Sequence[int], first: int = 0, drop: float = 0.0) -> Tensor:
    """Full hints N×4×H×W (see `model.hints`) from the truth N×3×H×W in [-1, 1], on its device.

    kind: `map` (sgru-hint, section III.B): cells of 4×4 px, from none to a tenth of them; the share is
    log-uniform, which our source leaves open. `patches` (two-stage, section 3): everything but 30 squares of
    45 px per 256 px of the short side. `strokes` (paints-chainer): short lines in the colour that the truth
    has at their middle; see `strokes`. drop: how often a picture gets no hint at all.
    seed and first: picture i is told by (*seed, first + i) alone, so that a batch may be divided.
    """
    height, width = truth.shape[-2:]
    planes = np.zeros((len(truth), height, width), np.uint8)
    middles = np.zeros((len(truth), MANY + 1, 2), np.int64)
    for n in range(len(truth)):
        random = rng(HINTS, *seed, first + n)
        if random.random() < drop:
            continue
        if kind == "strokes":
            planes[n], middles[n] = strokes(height, width, random)
        else:
            planes[n] = (cells if kind == "map" else patches)(height, width, random)
    marks = torch.from_numpy(planes).to(truth.device)
    asked = (marks > 0)[:, None].to(truth.dtype)
    if kind == "strokes":
        row, column = torch.from_numpy(middles).to(truth.device).unbind(2)
        batch = torch.arange(len(truth), device=truth.device)[:, None]
        colors = truth[batch, :, row, column]  # N 49 3
        truth = colors[batch[..., None], marks.long()].permute(0, 3, 1, 2)
    return torch.cat([truth * asked, asked], dim=1)


def cells(height: int, width: int, random: np.random.Generator) -> Plane:
    """1 in random cells, which lie on a grid from the upper left corner."""
    rows, columns = -(-height // CELL), -(-width // CELL)
    least = min(1 / (rows * columns), DENSEST)
    share = np.exp(random.uniform(np.log(least), np.log(DENSEST)))
    chosen = (random.random((rows, columns)) < share).astype(np.uint8)
    return np.ascontiguousarray(np.kron(chosen, np.ones((CELL, CELL), np.uint8))[:height, :width])


def patches(height: int, width: int, random: np.random.Generator) -> Plane:
    """0 in random squares, which may overlap and lie wholly inside."""
    side = max(1, round(PATCH / PATCHED * min(height, width)))
    plane = np.ones((height, width), np.uint8)
    corners = random.integers(0, [height - side + 1, width - side + 1], (PATCHES, 2))
    for top, left in corners:
        plane[top : top + side, left : left + side] = 0
    return plane


def strokes(height: int, width: int, random: np.random.Generator) -> tuple[Plane, Places]:
    """Straight lines, the i-th of them drawn as i, later ones over earlier ones; and their middles (y, x).

    Half the pictures have 1 to 15, the others 16 to 48. paints-chainer's own code gives dots, 1 to 3 px wide
    in pictures of 128, at 2 to 15 or at more places, or none; ours are as thick and up to 12 px long.
    """
    scale = min(height, width) / STROKED
    count = random.integers(1, FEW) if random.random() < 0.5 else random.integers(FEW, MANY + 1)
    plane, middles = np.zeros((height, width), np.uint8), np.zeros((MANY + 1, 2), np.int64)
    for i in range(1, count + 1):
        y, x = middles[i] = random.integers(0, [height, width])
        angle, length = random.uniform(0, np.pi), random.uniform(0, LONGEST * scale)
        right, down = round(length / 2 * np.cos(angle)), round(length / 2 * np.sin(angle))
        thick = max(1, round(random.uniform(1, THICKEST) * scale))
        cv2.line(plane, (int(x) - right, int(y) - down), (int(x) + right, int(y) + down), i, thick)
    return plane, middles
