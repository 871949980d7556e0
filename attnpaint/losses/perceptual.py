"""How far two pictures are apart as a network sees them."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from attnpaint.errors import UsageError
from attnpaint.losses.pixels import LEAST, apart, paper


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
