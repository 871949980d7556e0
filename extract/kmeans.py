"""Weighted k-means of several sets of colours at once, from coarse to fine."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Points = tuple[Floats, Floats]
"""Coordinates (3, n) and weights (n,)."""

_FEW = 256  # points up to which every start is tried on the points themselves
# steps along the longest side of a set's box: its coarse grid, and a coarser one for busy sets
_LEVELS = 12, 8
_TRIAL = 2  # rounds that every start gets
_LEADERS = 4  # starts of each set that go on
_ROUNDS = 50
_STILL = 1e-3, 1e-4  # a round that gains less of the squared error is the last: on coarse, on all points


@dataclass(frozen=True, eq=False)
class Clusters:
    """Centres (B, K, 3), and the shares (B, K) of the set's weight nearest to each, which sum to 1."""

    centers: Floats
    shares: Floats


def cluster(sets: Sequence[Points], clusters: int, starts: int, seed: int) -> Clusters:
    """The best of `starts` k-means runs on each set; every set needs some weight.

    k-means++ seeds (Arthur and Vassilvitskii 2007), then Lloyd's rounds: all starts, then the four that lead,
    on the means of a coarse grid; the best one on all points. Equal input, equal output.
    A set with fewer distinct points than clusters gets exactly these, and centres of share 0.
    """
    fine = coarse = _Lloyd(sets)
    if any(len(weight) > _FEW for _, weight in sets):
        coarse = _Lloyd([_thin(*one) for one in sets], fine.middle)
    tried = coarse.seed(clusters, starts, seed)
    if starts > 1:
        for _ in range(_TRIAL if starts > _LEADERS else 0):
            tried = coarse.move(tried.centers)
        tried = coarse.settle(tried, _LEADERS, _STILL[0])
    found = fine.settle(tried, 1, _STILL[1])
    totals = found.totals[:, 0]
    return Clusters(
        found.centers[:, 0] + fine.middle.swapaxes(1, 2), totals / totals.sum(axis=1, keepdims=True)
    )


@dataclass(frozen=True, eq=False)
class _State:
    """S starts in each of B sets: centres (B, S, K, 3); before the last round, the weight of the points
    nearest to each (B, S, K) and their squared error (B, S)."""

    centers: Floats
    totals: Floats
    error: Floats


class _Lloyd:
    """Lloyd's rounds on points (B, 4, N), whose last row is 1, with weights (B, N)."""

    def __init__(self, sets: Sequence[Points], middle: Floats | None = None) -> None:
        """Sets of different length are padded with a point at weight 0. middle: (B, 3, 1), taken off the
        points: small numbers keep float32 exact; default: their mean."""
        length = max(len(weight) for _, weight in sets)
        points = np.ones((len(sets), 4, length), dtype=np.float32)
        weights = np.zeros((len(sets), length), dtype=np.float32)
        for i, (place, weight) in enumerate(sets):
            points[i, :3, : len(weight)] = place
            points[i, :3, len(weight) :] = place[:, :1]
            weights[i, : len(weight)] = weight
        if middle is None:
            middle = (points @ (weights / weights.sum(axis=1, keepdims=True))[..., None])[:, :3]
        points[:, :3] -= middle
        self.points, self.weights, self.middle = points, weights, middle
        self.mass = np.ascontiguousarray((points * weights[:, None]).swapaxes(1, 2))
        self.squares = np.square(points[:, :3]).sum(axis=1)  # B N
        self.spread = (self.squares * weights).sum(axis=1)[:, None]

    def seed(self, clusters: int, starts: int, seed: int) -> _State:
        """Points drawn by weight × squared distance to the nearest one drawn before."""
        sets, _, count = self.points.shape
        luck = _luck(clusters, starts, -(-count // _FEW) * _FEW, seed)[..., :count]
        rows = np.ascontiguousarray(self.points[:, :3].swapaxes(1, 2))  # B N 3
        nearest = np.ones((sets, starts, count), dtype=np.float32)
        chosen: list[Floats] = []
        for draw in luck:
            index = (self.weights[:, None] * nearest * draw).argmax(axis=2)
            chosen.append(np.take_along_axis(rows, index[..., None], axis=1))
            away = self._distance(chosen[-1]) + self.squares[:, None]
            nearest = np.minimum(nearest, away) if len(chosen) > 1 else away
        centers = np.stack(chosen, axis=2)
        return _State(centers, np.ones(centers.shape[:3], np.float32), np.zeros((sets, starts), np.float32))

    def move(self, centers: Floats) -> _State:
        """One round: centres (B, S, K, 3) move to the mean of the points nearest to them, if any."""
        sets, starts, clusters, _ = centers.shape
        distance = self._distance(centers.swapaxes(1, 2).reshape(sets, -1, 3))
        distance = distance.reshape(sets, clusters, starts, -1)
        nearest, label = distance[:, 0].copy(), np.zeros(distance[:, 0].shape, dtype=np.uint8)
        for k in range(1, clusters):
            np.putmask(label, distance[:, k] < nearest, k)
            np.minimum(nearest, distance[:, k], out=nearest)
        for k in range(clusters):
            np.equal(label, k, out=distance[:, k])  # now: which points are the k-th centre's
        sums = distance.reshape(sets, clusters * starts, -1) @ self.mass
        sums = sums.reshape(sets, clusters, starts, 4).swapaxes(1, 2)
        totals = sums[..., 3]
        means = sums[..., :3] / np.where(totals > 0, totals, 1)[..., None]
        moved = np.where(totals[..., None] > 0, means, centers)
        return _State(moved, totals, (nearest @ self.weights[..., None])[..., 0] + self.spread)

    def settle(self, state: _State, keep: int, still: float) -> _State:
        """The `keep` leading starts of each set, with rounds until none of them gains."""
        leading = np.argsort(state.error, axis=1, kind="stable")[:, :keep]
        centers = np.take_along_axis(state.centers, leading[..., None, None], axis=1)
        before = self.move(centers)
        for _ in range(_ROUNDS):
            after = self.move(before.centers)
            if (before.error - after.error <= still * after.error).all():
                return after
            before = after
        return before

    def _distance(self, centers: Floats) -> Floats:
        """Squared distances (B, C, N) to centres (B, C, 3), less the points' own squares."""
        rows = np.concatenate([-2 * centers, np.square(centers).sum(axis=2, keepdims=True)], axis=2)
        distance: Floats = rows @ self.points
        return distance


@lru_cache(maxsize=8)
def _luck(clusters: int, starts: int, count: int, seed: int) -> Floats:
    """(K, S, N): the point with the most weight × luck is a draw by weight (an exponential race)."""
    return (1 / np.random.default_rng(seed).exponential(size=(clusters, starts, count))).astype(np.float32)


def _thin(points: Floats, weights: Floats) -> Points:
    """The means of the points in each cell of a grid over the set's own box."""
    if len(weights) <= _FEW:
        return points, weights
    low = points.min(axis=1, keepdims=True)
    unit = (points - low) / (points - low).max()
    for levels in _LEVELS:
        red, green, blue = np.minimum(unit * levels, levels - 1).astype(np.intp)
        cell = (red * levels + green) * levels + blue
        totals = np.bincount(cell, weights)
        used = np.flatnonzero(totals)
        if len(used) <= 2 * _FEW:
            break
    means = [np.bincount(cell, weights * row)[used] / totals[used] for row in points]
    return np.stack(means).astype(np.float32), totals[used].astype(np.float32)
