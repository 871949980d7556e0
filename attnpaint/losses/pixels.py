"""Distances of pictures: pixel by pixel, and as a network sees them.

Pictures N×C×H×W in [-1, 1]; every answer is per picture, (N,). Where several pictures of one drawing are
compared with its truth, they come in a row: painted N·V×C×H×W beside truth N×C×H×W, answers (N·V,).
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from attnpaint.errors import UsageError

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


def perceptual(
    painted: Sequence[Tensor],
    truth: Sequence[Tensor],
    weights: Sequence[float] = (),
    distance: str = "l1",
    sketch: Tensor | None = None,
) -> Tensor:
    """Weighted sum over layers of the mean distance of activations, per picture (N,).

    painted, truth: activations N×C×h×w, layer by layer, of `Features` or a discriminator's own
    (`Judged.features`); no gradient reaches the truth's. Several pictures of one drawing may come in a row,
    as in `pixels`. weights: one per layer; none: all 1.
    distance: `l1` (SGRU, with the sketch as mask; sgru-hint, equation 2), `l2`, squared (Johnson et al.,
    arXiv 1603.08155, equation 2), or `rms`, the root of that: the norm ‖·‖₂ (auto-painter) of a layer of n
    values is √n times as much. Our sources sum, or are silent; the mean over each layer does not grow with
    the picture (as Chen and Koltun, arXiv 1707.09405).
    sketch: N×1×H×W in [-1, 1]; activations count only where it is white, by its area means at the size of
    each layer. UsageError where a layer has no rows and columns.
    """
    total: Tensor | None = None
    for ours, theirs, weight in zip(painted, truth, weights or [1.0] * len(truth), strict=True):
        away = apart(ours.float(), theirs.detach().float())
        away = away.abs() if distance == "l1" else away.square()
        if sketch is not None:
            if theirs.dim() != 4:
                problem = (
                    f"a layer of {theirs.dim()} dimensions has no rows and columns to mask by the sketch"
                )
                raise UsageError(problem, "name another layer, or leave the mask out")
            height, width = theirs.shape[-2:]
            away = away * F.adaptive_avg_pool2d(paper(sketch.float()), (height, width))[:, None]
        layer = away.flatten(2).mean(dim=2).flatten()
        if distance == "rms":  # without LEAST it has no slope where nothing is apart
            layer = (layer + LEAST).sqrt() - LEAST**0.5
        total = weight * layer if total is None else total + weight * layer
    return torch.zeros(()) if total is None else total
