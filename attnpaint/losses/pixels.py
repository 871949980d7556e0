"""Distances of pictures pixel by pixel, and what several pictures of one drawing are worth together.

Pictures N×C×H×W in [-1, 1]; every answer is per picture, (N,). Where several pictures of one drawing are
compared with its truth, they come in a row: painted N·V×C×H×W beside truth N×C×H×W, answers (N·V,).
"""

import torch
from torch import Tensor
from torch.nn import functional as F

LEAST = 1e-6  # under the root of a variation, which else has no slope where a picture is flat
BEST, ALL = 0.999, 0.001


def l1(painted: Tensor, truth: Tensor, sketch: Tensor | None = None) -> Tensor:
    """Mean L1; with a sketch N×1×H×W where it is white, nothing on its lines (SGRU: Liu, Chen and Hu 2019).

    The mean is over all pixels, lines included (Chen and Koltun, arXiv 1707.09405).
    """
    away = apart(painted, truth).abs()
    if sketch is not None:
        away = away * paper(sketch)[:, None]
    return away.mean(dim=(2, 3, 4)).flatten()


def huber(painted: Tensor, truth: Tensor, delta: float = 1.0) -> Tensor:
    """Half the square of a difference up to `delta`, straight beyond (Huber 1964; sgru-hint, equation 1).

    Our source gives no delta; 1 is half of the way from black to white.
    """
    away = apart(painted, truth).abs()
    bent = torch.where(away < delta, away.square() / 2, delta * (away - delta / 2))
    return bent.mean(dim=(2, 3, 4)).flatten()


def total_variation(image: Tensor) -> Tensor:
    """Mean length of the step from a pixel to the next ones, down and right (auto-painter, arXiv 1705.01908).

    The sum of squares is under a root in that paper as we remember it; the mean over pixels is our choice.
    """
    down = F.pad(image[:, :, 1:] - image[:, :, :-1], (0, 0, 0, 1))
    right = F.pad(image[..., 1:] - image[..., :-1], (0, 1))
    steps = (down.square() + right.square() + LEAST).sqrt() - LEAST**0.5
    mean: Tensor = steps.mean(dim=(1, 2, 3))
    return mean


def diversity(losses: Tensor) -> Tensor:
    """N×V losses of V pictures of each drawing → how much each counts: the best, and hardly the others.

    0.999 times the least and 0.001 times the mean (Chen and Koltun, arXiv 1707.09405, for SGRU's nine).
    """
    best = F.one_hot(losses.argmin(dim=1), losses.shape[1])
    return BEST * best + ALL / losses.shape[1]


def apart(painted: Tensor, truth: Tensor) -> Tensor:
    """N×V×C×H×W differences of V pictures or activations in a row to each of N true ones."""
    rows: Tensor = painted.unflatten(0, (len(truth), -1))
    return rows - truth[:, None]


def paper(sketch: Tensor) -> Tensor:
    """How white the drawing is: N×1×H×W in [-1, 1] → the same in [0, 1]."""
    return ((sketch + 1) / 2).clamp(0, 1)
