"""The trunk as a map: what is drawn on the flat trunk (`body.torso`) lies on the front of a posed one."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from attnpaint.figures.curves import Points
from attnpaint.figures.solid.mesh import SEGMENTS, Floats, Ints, load_body
from attnpaint.figures.solid.raster import Faces, rasterise

_ACROSS, _DOWN = np.linspace(-1.15, 1.15, 24), np.linspace(1.3, 4.9, 37)
_WIDE = 2.08  # dm of the mesh in a half head of the flat trunk


@dataclass(frozen=True)
class Chart:
    """corners N×4 of the face of the mesh under each place of the map, weight N×4 of each; place N×2.

    nearest rows×columns: of every place of the map, the one of the N that lies nearest.
    """

    corners: Ints
    weight: Floats
    place: Floats
    nearest: Ints


@lru_cache(maxsize=6)
def chart(kind: int, behind: bool) -> Chart:
    """The map of a kind's trunk, seen from the front or from behind."""
    body = load_body()
    shape = body.shapes[kind]
    faces = body.faces[body.segment <= SEGMENTS.index("neck")]
    step = _ACROSS[1] - _ACROSS[0], _DOWN[1] - _DOWN[0]
    flip = -1.0 if behind else 1.0
    flat = np.stack([
        (flip * shape[:, 0] / _WIDE - _ACROSS[0]) / step[0] * 8 + 4,
        (body.height - _DOWN[0]) / step[1] * 8 + 4,
        flip * shape[:, 2] * 50,
    ], 1)  # fmt: skip
    seen = rasterise(
        flat,
        Faces(faces, np.arange(1, len(faces) + 1), np.zeros(len(faces), bool), np.zeros(len(faces))),
        320,
        np.eye(3)[2],
    )
    if seen is None:
        raise AssertionError("the trunk lies on its map")
    y, x = np.mgrid[: len(_DOWN), : len(_ACROSS)]
    at = np.stack([x.ravel() * 8 + 4, y.ravel() * 8 + 4], 1)
    local = np.round(at - seen.low).astype(int)
    inside = ((local >= 0) & (local < seen.label.shape[::-1])).all(1)
    label = np.zeros(len(at), np.int64)
    label[inside] = seen.label[local[inside, 1], local[inside, 0]]
    found = label > 0
    corners = faces[label[found] - 1]
    weight = 1 / (np.linalg.norm(flat[corners][..., :2] - at[found, None], axis=-1) + 0.05) ** 2
    weight /= weight.sum(1, keepdims=True)
    place = np.stack([_ACROSS[x.ravel()[found]], _DOWN[y.ravel()[found]]], 1)
    index = np.full(len(at), -1)
    index[found] = np.arange(found.sum())
    return Chart(corners, weight, place, _nearest(index.reshape(x.shape)))


class Mapped:
    """Where places of the map lie on the picture."""

    def __init__(self, body_chart: Chart, points: Floats) -> None:
        """points: of the mesh on the picture, in px, N×3."""
        self._values = (points[body_chart.corners] * body_chart.weight[..., None]).sum(1)[:, :2]
        design = np.concatenate([body_chart.place, np.ones((len(body_chart.place), 1))], 1)
        self._plane = np.linalg.lstsq(design, self._values, rcond=None)[0]
        rest = self._values - design @ self._plane
        grid = rest[body_chart.nearest]
        padded = np.pad(grid, ((1, 1), (1, 1), (0, 0)), mode="edge")
        near = padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2] + padded[1:-1, 2:]
        self._rest = (near + 2 * grid) / 6

    def __call__(self, points: Points) -> Points:
        """N×2 places of the map → px of the picture; beyond the trunk as on a plane."""
        x = np.clip((points[:, 0] - _ACROSS[0]) / (_ACROSS[1] - _ACROSS[0]), 0, len(_ACROSS) - 1.001)
        y = np.clip((points[:, 1] - _DOWN[0]) / (_DOWN[1] - _DOWN[0]), 0, len(_DOWN) - 1.001)
        j, i = x.astype(int), y.astype(int)
        fx, fy = (x - j)[:, None], (y - i)[:, None]
        grid = self._rest
        rest = (grid[i, j] * (1 - fx) + grid[i, j + 1] * fx) * (1 - fy)
        rest += (grid[i + 1, j] * (1 - fx) + grid[i + 1, j + 1] * fx) * fy
        out: Points = np.concatenate([points, np.ones((len(points), 1))], 1) @ self._plane + rest
        return out


def _nearest(index: Ints) -> Ints:
    """A grid of numbers whose empty places (-1) take that of the nearest one, rather of its own row."""
    places = np.argwhere(index >= 0)
    out = index.copy()
    for i, j in np.argwhere(index < 0):
        row, column = places[(np.abs(places - [i, j]) * [2, 1]).sum(1).argmin()]
        out[i, j] = index[row, column]
    return out
