"""Plane curves as arrays of points: N×2 float64, x to the right and y downwards."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]
Pair = tuple[float, float]

_CUBIC = 0.5 * np.array([[0, 2, 0, 0], [-1, 0, 1, 0], [2, -5, 4, -1], [-1, 3, -3, 1]], dtype=np.float64)


@lru_cache
def _basis(steps: int) -> Points:
    t = np.arange(steps) / steps
    basis: Points = np.stack([t**0, t, t**2, t**3], 1) @ _CUBIC
    return basis


@lru_cache
def even(count: int) -> Points:
    """`count` numbers from 0 to 1; not to be written to."""
    return np.linspace(0, 1, count)


def smooth(points: Points | Sequence[Pair], steps: int = 6, closed: bool = False) -> Points:
    """A Catmull-Rom curve through the given points, `steps` points for each piece."""
    given = np.asarray(points, dtype=np.float64)
    if closed:
        knots = np.concatenate([given[-1:], given, given[:2]])
    else:
        knots = np.concatenate([2 * given[:1] - given[1:2], given, 2 * given[-1:] - given[-2:-1]])
    windows = np.stack([knots[i : len(knots) - 3 + i] for i in range(4)], 1)
    curve: Points = np.einsum("sk,nkd->nsd", _basis(steps), windows).reshape(-1, 2)
    return curve if closed else np.concatenate([curve, given[-1:]])


def bend(start: Pair | Points, end: Pair | Points, bulge: float, steps: int = 8) -> Points:
    """A quadratic arc; its middle lies `bulge` lengths of the chord to the left of it."""
    a, b = np.asarray(start, dtype=np.float64), np.asarray(end, dtype=np.float64)
    chord = b - a
    control = (a + b) / 2 + 2 * bulge * np.array([chord[1], -chord[0]])
    t = np.linspace(0, 1, steps + 1)[:, None]
    arc: Points = (1 - t) ** 2 * a + 2 * t * (1 - t) * control + t**2 * b
    return arc


def join(*pieces: Points | Sequence[Pair]) -> Points:
    """Pieces one behind the other; where they meet there may be a corner."""
    return np.concatenate([np.asarray(piece, dtype=np.float64) for piece in pieces])


def ellipse(centre: Pair, radii: Pair, count: int = 24) -> Points:
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return np.stack([centre[0] + radii[0] * np.cos(angle), centre[1] + radii[1] * np.sin(angle)], 1)


def normals(line: Points) -> Points:
    """Unit vectors to the right of each point's direction as one walks the line on the picture."""
    aside = np.empty_like(line)
    if len(line) > 2:
        aside[1:-1] = line[2:] - line[:-2]
    aside[0], aside[-1] = line[1] - line[0], line[-1] - line[-2]
    aside /= np.maximum(np.hypot(aside[:, 0], aside[:, 1]), 1e-9)[:, None]
    aside[:, 0], aside[:, 1] = -aside[:, 1], aside[:, 0].copy()
    return aside


def ribbon(line: Points, half: Points) -> Points:
    """The outline of a band around a line whose half width at each point is given."""
    aside = normals(line) * half[:, None]
    return np.concatenate([line + aside, (line - aside)[::-1]])


def limb(joints: Sequence[Pair | Points], widths: Sequence[float] | Points, bulge: float = 0.0) -> Points:
    """A rounded band through joints with a full width at each; bulge swells its upper third."""
    line = smooth(np.array([[float(j[0]), float(j[1])] for j in joints]), 8)
    t = np.linspace(0, 1, len(line))
    width = np.interp(t, np.linspace(0, 1, len(widths)), widths) * (1 + bulge * np.sin(np.pi * t**0.7) ** 2)
    return ribbon(line, width / 2)


def lee(band: Points, share: float = 0.36) -> Points:
    """The side of a `ribbon` or `limb` that is turned from a light above on the left; share: of its width."""
    half = len(band) // 2
    one, other = band[:half], band[half:][::-1]
    if (one - other).mean(0) @ np.array([1.0, 0.35]) < 0:
        one, other = other, one
    return np.concatenate([one, (one + share * (other - one))[::-1]])


def turned(points: Points, angle: float, centre: Pair = (0, 0)) -> Points:
    """Points turned about a centre; a positive angle in radians turns clockwise on the picture."""
    cos, sin = np.cos(angle), np.sin(angle)
    out: Points = (points - np.array(centre)) @ np.array([[cos, sin], [-sin, cos]]) + np.array(centre)
    return out


def mirrored(points: Points) -> Points:
    """Points with left and right exchanged."""
    swapped: Points = points * np.array([-1.0, 1.0])
    return swapped


def between(a: Iterable[Pair], b: Iterable[Pair], share: float) -> Points:
    """`share` of the way from the points of a to those of b."""
    first, second = np.array(list(a), dtype=np.float64), np.array(list(b), dtype=np.float64)
    mixed: Points = first + share * (second - first)
    return mixed
