"""Fréchet distance on the features of a fixed random network; it is not FID."""

from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional as f

from attnpaint.images import Picture

Doubles = npt.NDArray[np.float64]

SIZE, CELLS = 256, 4
WIDTHS = (3, 32, 64, 64, 64)
FEATURES = WIDTHS[-1]
SEED = 220809218


@cache
def _weights() -> tuple[Tensor, ...]:
    """Kernels 3×3, from numbers that are equal on every machine; variance after He et al. 2015."""
    random = np.random.Generator(np.random.Philox(SEED))
    shapes = [(wide, narrow, 3, 3) for narrow, wide in pairwise(WIDTHS)]
    kernels = [random.standard_normal(shape) * np.sqrt(2 / np.prod(shape[1:])) for shape in shapes]
    return tuple(torch.from_numpy(kernel.astype(np.float32)) for kernel in kernels)


@torch.inference_mode()
def features(picture: Picture) -> Doubles:
    """uint8 H×W×3, brought to 256×256 → (16, 64): the network's mean answer in each of 4×4 cells."""
    small = cv2.resize(picture, (SIZE, SIZE), interpolation=cv2.INTER_AREA)
    x = torch.from_numpy(small).permute(2, 0, 1)[None].float() / 127.5 - 1
    for kernel in _weights():
        x = f.relu(f.conv2d(x, kernel, stride=2, padding=1))
    cells: Doubles = f.adaptive_avg_pool2d(x, CELLS)[0].flatten(1).T.double().numpy()
    return cells


@dataclass(eq=False)
class Moments:
    """Count, sum (d,) and sum of products (d, d) of feature vectors: no memory grows with pictures."""

    count: int = 0
    total: Doubles = field(default_factory=lambda: np.zeros(FEATURES))
    products: Doubles = field(default_factory=lambda: np.zeros((FEATURES, FEATURES)))

    def add(self, vectors: Doubles) -> None:
        """(n, d)"""
        self.count += len(vectors)
        self.total = self.total + vectors.sum(axis=0)
        self.products = self.products + vectors.T @ vectors

    def normal(self) -> tuple[Doubles, Doubles]:
        """Mean (d,) and covariance (d, d)."""
        mean = self.total / self.count
        return mean, self.products / self.count - np.outer(mean, mean)


def frechet(one: Moments, other: Moments) -> float:
    """Squared Fréchet distance between the normal distributions of two sets of features; 0: alike.

    Source: Dowson & Landau 1982; on random features: arXiv 2208.09218. Only sets of one size compare well.
    """
    (mean, spread), (other_mean, other_spread) = one.normal(), other.normal()
    root = _root(spread)
    crossed = np.sqrt(np.linalg.eigvalsh(root @ other_spread @ root).clip(0)).sum()
    distance = np.square(mean - other_mean).sum() + np.trace(spread) + np.trace(other_spread) - 2 * crossed
    return float(max(distance, 0.0))


def _root(spread: Doubles) -> Doubles:
    values, vectors = np.linalg.eigh(spread)
    root: Doubles = vectors * np.sqrt(values.clip(0)) @ vectors.T
    return root
