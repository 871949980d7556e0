"""Weighted k-means of several sets of colours at once: all sets and starts move in one matrix product."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

_CANDIDATES = 3  # points tried for each seed, the best one taken
_TRIAL = 6  # rounds that every start gets
_FINALISTS = 2  # starts of each set that go on to the end
_ROUNDS = 100
_STILL = 0.01  # a round that moves no centre further than this, in steps of 1/255, is the last


@dataclass(frozen=True)
class Clusters:
    """Centres (B, K, 3), and the shares (B, K) of the set's weight nearest to each, which sum to 1."""

    centres: Floats
    shares: Floats


def cluster(points: Floats, weights: Floats, clusters: int, starts: int, seed: int) -> Clusters:
    """The best of `starts` k-means runs on each set of points (B, N, 3) with weights (B, N).

    Padding has weight 0; every set needs some weight. Greedy k-means++ seeds (Arthur and Vassilvitskii 2007),
    then Lloyd's rounds, at first for every start, then for the two that lead. Equal input, equal output.
    A set with fewer distinct points than clusters gets exactly these, and centres of share 0.
    """
    middle = np.einsum("bn,bnc->bc", weights / weights.sum(axis=1, keepdims=True), points)[:, None]
    lloyd = _Lloyd(points - middle, weights)  # small numbers keep float32 exact
    centres = _seed(points, weights, clusters, starts, np.random.default_rng(seed)) - middle[:, None]
    if starts > _FINALISTS:
        for _ in range(_TRIAL):
            centres, _ = lloyd.move(centres)
        centres = lloyd.best(centres, _FINALISTS)
    for _ in range(_ROUNDS):
        before = centres
        centres, _ = lloyd.move(before)
        if np.abs(centres - before).max() < _STILL:
            break
    centres, totals = lloyd.move(lloyd.best(centres, 1))
    return Clusters(centres[:, 0] + middle, totals[:, 0] / totals[:, 0].sum(axis=1, keepdims=True))


class _Lloyd:
    """Lloyd's rounds for centres (B, S, K, 3): S starts in each of B sets."""

    def __init__(self, points: Floats, weights: Floats) -> None:
        extended = np.concatenate([points, np.ones_like(points[..., :1])], axis=2)  # B N 4
        self.columns = np.ascontiguousarray(extended.swapaxes(1, 2))
        self.mass = extended * weights[..., None]
        self.weights = weights

    def move(self, centres: Floats) -> tuple[Floats, Floats]:
        """Centres at the mean of the points nearest to them, and these points' weight (B, S, K)."""
        sets, starts, clusters, _ = centres.shape
        distance = self._distance(centres)
        nearest, label = distance[:, :, 0], np.zeros_like(distance[:, :, 0], dtype=np.uint8)
        for k in range(1, clusters):
            np.putmask(label, distance[:, :, k] < nearest, k)
            nearest = np.minimum(nearest, distance[:, :, k])
        member = (label[:, :, None] == np.arange(clusters, dtype=np.uint8)[:, None]).astype(np.float32)
        sums = (member.reshape(sets, starts * clusters, -1) @ self.mass).reshape(*centres.shape[:3], 4)
        totals = sums[..., 3]
        means = sums[..., :3] / np.maximum(totals, 1)[..., None]
        return np.where(totals[..., None] > 0, means, centres), totals

    def best(self, centres: Floats, keep: int) -> Floats:
        """The `keep` starts of each set with the least squared error."""
        error = np.einsum("bsn,bn->bs", self._distance(centres).min(axis=2), self.weights)
        leading = np.argsort(error, axis=1, kind="stable")[:, :keep]
        return np.take_along_axis(centres, leading[..., None, None], axis=1)

    def _distance(self, centres: Floats) -> Floats:
        """Squared distances (B, S, K, N) without the points' own squares, which no comparison needs."""
        sets, starts, clusters, _ = centres.shape
        rows = np.concatenate([-2 * centres, np.square(centres).sum(axis=3, keepdims=True)], axis=3)
        distance: Floats = rows.reshape(sets, -1, 4) @ self.columns
        return distance.reshape(sets, starts, clusters, -1)


def _seed(points: Floats, weights: Floats, clusters: int, starts: int, random: np.random.Generator) -> Floats:
    """Centres (B, S, K, 3): points drawn by weight × squared distance to the nearest one drawn before."""
    sets, count, _ = points.shape
    draws = random.random((clusters, starts * _CANDIDATES, 1), dtype=np.float32) * np.float32(1 - 1e-6)
    red, green, blue = np.ascontiguousarray(points.transpose(2, 0, 1))[:, :, None]  # B 1 N each
    nearest = np.ones((sets, starts, count), dtype=np.float32)
    chosen: list[Floats] = []
    for draw in draws:
        chance = np.repeat((weights[:, None] * nearest).cumsum(axis=2), _CANDIDATES, axis=1)
        index = (chance <= draw * chance[..., -1:]).sum(axis=2).clip(max=count - 1)
        candidates = np.take_along_axis(points, index[..., None], axis=1)  # B S·C 3
        r, g, b = np.split(candidates, 3, axis=2)
        distance = np.square(red - r) + np.square(green - g) + np.square(blue - b)
        if chosen:
            distance = np.minimum(np.repeat(nearest, _CANDIDATES, axis=1), distance)
        error = np.einsum("bsn,bn->bs", distance, weights).reshape(sets, starts, _CANDIDATES)
        taken = (error.argmin(axis=2) + np.arange(starts) * _CANDIDATES)[..., None]
        nearest = np.take_along_axis(distance, taken, axis=1)
        chosen.append(np.take_along_axis(candidates, taken, axis=1))
    return np.stack(chosen, axis=2)
