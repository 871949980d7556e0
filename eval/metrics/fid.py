"""FID: the Fréchet distance between two sets of pictures on the features of its Inception network."""

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
