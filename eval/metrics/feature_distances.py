"""FID and LPIPS: distances on the features of networks that others trained."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from attnpaint.images import Picture

Vectors = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

FEATURES = 2048


@torch.inference_mode()
def inception_features(picture: Picture, inception: Callable[[Tensor], Tensor]) -> Vectors:
    """uint8 H×W×3 → (2048,). inception: uint8 1×3×H×W, which it brings to 299×299 → 1×2048."""
    pixels = torch.tensor(picture).permute(2, 0, 1)[None]
    vector: Vectors = inception(pixels)[0].float().numpy()
    return vector


def fid(painted: Vectors, truth: Vectors) -> float:
    """(n, d) and (m, d), two rows or more each → squared distance of their normal distributions.

    The trace of √(ΣΣ') is the nuclear norm of RR'ᵀ where Σ = RᵀR: the number of torchmetrics, which takes
    the root of a d×d matrix, in a fraction of the time. Fewer pictures give a larger FID.
    Source: Heusel et al., GANs Trained by a Two Time-Scale Update Rule, 2017.
    """
    (mean, root), (other_mean, other_root) = _normal(painted), _normal(truth)
    crossed = np.linalg.norm(root @ other_root.T, "nuc")
    spread = np.square(root).sum() + np.square(other_root).sum()
    return float(max(0.0, np.square(mean - other_mean).sum() + spread - 2 * crossed))


def _normal(vectors: Vectors) -> tuple[Doubles, Doubles]:
    """Mean (d,) and a matrix R of d columns with RᵀR the covariance."""
    mean: Doubles = vectors.mean(axis=0, dtype=np.float64)
    root: Doubles = np.linalg.qr((vectors - mean) / np.sqrt(len(vectors) - 1)).R
    return mean, root


LEAST = 31
"""px of the short side that AlexNet's layers need."""


@torch.inference_mode()
def lpips(painted: Picture, truth: Picture, network: Callable[[Tensor, Tensor], Tensor]) -> dict[str, float]:
    """lpips of uint8 H×W×3; 0: alike. {} under LEAST px.

    network: two tensors 1×3×H×W in [-1, 1] to one number. Source: Zhang et al., The Unreasonable
    Effectiveness of Deep Features as a Perceptual Metric, 2018; version 0.1 of its weights.
    """
    if min(painted.shape[:2]) < LEAST:
        return {}
    return {"lpips": float(network(_tensor(painted), _tensor(truth)))}


def _tensor(picture: Picture) -> Tensor:
    return torch.tensor(picture).permute(2, 0, 1)[None] / 127.5 - 1
