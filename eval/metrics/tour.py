"""A short closed tour through a few points: the order in which two palettes are compared."""

import numpy as np
import numpy.typing as npt

Distances = npt.NDArray[np.float64]
Order = npt.NDArray[np.intp]

STARTS = 8


def shortest_tour(distances: Distances) -> Order:
    """The n points of a symmetric n×n table in the order of a short closed tour; equal input, equal output.

    Nearest neighbours from a few points, then edges swapped in pairs (2-opt, Croes 1958) and stretches of up
    to three points put elsewhere (or-opt, Or 1976) while that shortens it; the best of these.
    """
    count = len(distances)
    starts = np.unique(np.linspace(0, count - 1, min(STARTS, count)).astype(int))
    tours = [_improved(_by_neighbours(distances, int(start)), distances) for start in starts]
    return min(tours, key=lambda tour: _length(tour, distances))


def _length(tour: Order, distances: Distances) -> float:
    return round(float(distances[tour, np.roll(tour, -1)].sum()), 9)


def _by_neighbours(distances: Distances, start: int) -> Order:
    away = distances.copy()
    tour = [start]
    for _ in range(len(distances) - 1):
        away[:, tour[-1]] = np.inf
        tour.append(int(away[tour[-1]].argmin()))
    return np.array(tour)


def _improved(tour: Order, distances: Distances) -> Order:
    while len(tour) > 3:
        better = _uncrossed(tour, distances)
        if better is None:
            better = _moved(tour, distances)
        if better is None:
            break
        tour = better
    return tour


def _uncrossed(tour: Order, distances: Distances) -> Order | None:
    """The tour after the best swap of two edges, if there is one."""
    after = np.roll(tour, -1)
    edges = distances[tour, after]
    gain = edges[:, None] + edges - distances[np.ix_(tour, tour)] - distances[np.ix_(after, after)]
    gain = np.triu(gain, 1)
    i, j = np.unravel_index(gain.argmax(), gain.shape)
    if gain[i, j] < 1e-9:
        return None
    return np.concatenate([tour[: i + 1], tour[i + 1 : j + 1][::-1], tour[j + 1 :]])


def _moved(tour: Order, distances: Distances) -> Order | None:
    """The tour with one to three neighbours put elsewhere, if that makes it shorter."""
    for size in range(1, min(3, len(tour) - 3) + 1):
        for first in range(len(tour)):
            rolled = np.roll(tour, -first)
            piece, rest = rolled[:size], rolled[size:]
            after = np.roll(rest, -1)
            closed = (
                distances[rest[-1], piece[0]] + distances[piece[-1], rest[0]] - distances[rest[-1], rest[0]]
            )
            for way in (piece, piece[::-1]):
                added = distances[rest, way[0]] + distances[way[-1], after] - distances[rest, after]
                best = int(added.argmin())
                if added[best] < closed - 1e-9:
                    return np.concatenate([rest[: best + 1], way, rest[best + 1 :]])
    return None
