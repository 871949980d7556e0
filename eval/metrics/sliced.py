"""Sliced Wasserstein distance on Laplacian pyramids: whether patches of all sizes look like the truth's."""

from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from attnpaint.images import Picture

Floats = npt.NDArray[np.float32]
Counts = npt.NDArray[np.int64]

LEVELS, SIDE, PATCHES, DIRECTIONS, BINS = 5, 7, 256, 32, 96
_random = np.random.Generator(np.random.Philox(20180226))
_PLACES = _random.random((PATCHES, 2))
_SLICES = _random.standard_normal((SIDE * SIDE * 3, DIRECTIONS)).astype(np.float32)
_SLICES /= np.linalg.norm(_SLICES, axis=0)
_FINE = 2.0  # levels of 255 from 0 up to which bins are equally wide
_ENDS = float(np.arcsinh(SIDE * np.sqrt(3) * 255 / _FINE))
_EDGES = _FINE * np.sinh(np.linspace(-_ENDS, _ENDS, BINS + 1))


def pyramid(picture: Picture) -> list[Floats]:
    """LEVELS pictures, finest first: what each halving loses, and what is left (Burt & Adelson 1983)."""
    rest = picture.astype(np.float32)
    levels = []
    for _ in range(LEVELS - 1):
        half = cv2.pyrDown(rest)
        levels.append(rest - cv2.pyrUp(half, dstsize=rest.shape[1::-1]))
        rest = half.astype(np.float32, copy=False)
    return [*levels, rest]


@dataclass(eq=False)
class Slices:
    """Patches of pictures along fixed directions, counted in fixed bins: memory does not grow with them."""

    counts: Counts = field(default_factory=lambda: np.zeros((LEVELS, DIRECTIONS, BINS), np.int64))

    def add(self, picture: Picture) -> None:
        """uint8 H×W×3. Levels with a side under SIDE px are left out."""
        for level, counts in zip(pyramid(picture), self.counts, strict=True):
            room = np.array(level.shape[:2]) - SIDE + 1
            if room.min() < 1:
                break
            top, left = (_PLACES * room).astype(int).T
            ways = np.arange(SIDE)
            patches = level[top[:, None, None] + ways[:, None], left[:, None, None] + ways]
            along = np.arcsinh(patches.reshape(PATCHES, -1) @ _SLICES / _FINE)
            bins = ((along / _ENDS + 1) / 2 * BINS).astype(int).clip(0, BINS - 1) + np.arange(
                DIRECTIONS
            ) * BINS
            counts += np.bincount(bins.ravel(), minlength=counts.size).reshape(counts.shape)


def sliced_wasserstein(painted: Slices, truth: Slices) -> float:
    """Mean over levels and directions of the Wasserstein-1 distance, in the truth's standard deviations.

    0: alike. After Karras et al., Progressive Growing of GANs, 2018, section 5; but colour counts: patches
    are not normalised channel by channel, and the sets are compared in bins that widen away from 0.
    """
    used = (truth.counts.sum(axis=(1, 2)) > 0) & (painted.counts.sum(axis=(1, 2)) > 0)
    if not used.any():
        return 0.0
    ours, theirs = (_shares(slices.counts[used]) for slices in (painted, truth))
    middle, width = (_EDGES[1:] + _EDGES[:-1]) / 2, np.diff(_EDGES)
    ends = np.pad(np.abs((ours - theirs).cumsum(axis=2)), ((0, 0), (0, 0), (1, 0)))
    apart = ((ends[..., 1:] + ends[..., :-1]) / 2 * width).sum(axis=2).mean(axis=1)
    variance = (theirs * middle**2).sum(axis=2) - (theirs * middle).sum(axis=2) ** 2
    return float((apart / np.maximum(np.sqrt(variance.mean(axis=1)), 1.0)).mean())


def _shares(counts: Counts) -> npt.NDArray[np.float64]:
    return counts / counts.sum(axis=2, keepdims=True)  # type: ignore[no-any-return]
