"""Pieces of surface: cut along lines, laid over others as cloth, made anew as skirts and capes."""

from dataclasses import dataclass

import numpy as np

from attnpaint.figures.solid.mesh import Floats, Ints


@dataclass(frozen=True)
class Surface:
    """What is known of each point, N×8: place, normal (unit), limb and height, see `mesh.Body`."""

    columns: Floats

    @classmethod
    def of(cls, place: Floats, normal: Floats, limb: Floats, height: Floats) -> "Surface":
        """place and normal N×3, limb and height N."""
        return cls(np.concatenate([place, normal, limb[:, None], height[:, None]], 1))

    @property
    def place(self) -> Floats:
        return self.columns[:, :3]

    @property
    def normal(self) -> Floats:
        return self.columns[:, 3:6]

    @property
    def limb(self) -> Floats:
        return self.columns[:, 6]

    @property
    def height(self) -> Floats:
        return self.columns[:, 7]

    def grown(self, more: "Surface") -> "Surface":
        """These points, and more behind them."""
        return Surface(np.concatenate([self.columns, more.columns]))


def normals(place: Floats, faces: Ints) -> Floats:
    """Unit normals of points, N×3, outwards: the mean of the faces around."""
    corners = place[faces]
    flat = np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])
    out = np.zeros_like(place)
    for axis in range(3):
        for corner in range(4):
            out[:, axis] += np.bincount(faces[:, corner], flat[:, axis], len(place))
    out /= np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9)
    return out


def cut(points: Surface, faces: Ints, value: Floats, level: float) -> tuple[Surface, Ints, Ints]:
    """Faces F×4 cut where a value (N, of the points) has a level: points with those of the cut behind them,
    the faces below the level, and those above it."""
    high = value[faces] > level
    above, below = high.all(1), ~high.any(1)
    crossed = faces[~above & ~below]
    if not len(crossed):
        return points, faces[below], faces[above]
    triangles = np.concatenate([crossed[:, :3], crossed[:, [0, 2, 3]]])
    triangles = triangles[(triangles[:, 1] != triangles[:, 2]) & (triangles[:, 0] != triangles[:, 2])
                          & (triangles[:, 0] != triangles[:, 1])]  # fmt: skip
    upper = value[triangles] > level
    count = upper.sum(1)
    split = (count == 1) | (count == 2)
    whole = triangles[:, [0, 1, 2, 2]]
    lone = np.where(count[split] == 1, upper[split].argmax(1), (~upper[split]).argmax(1))
    turned = np.take_along_axis(triangles[split], (lone[:, None] + np.arange(3)) % 3, 1)
    a, b, c = turned.T
    columns = points.columns
    first, first_at = _between(columns, value, a, b, level, len(columns))
    second, second_at = _between(columns, value, a, c, level, len(columns) + len(a))
    tips = np.stack([a, first_at, second_at, second_at], 1)
    rests = np.stack([first_at, b, c, second_at], 1)
    one_up = count[split] == 1
    lows = [faces[below], whole[count == 0], tips[~one_up], rests[one_up]]
    highs = [faces[above], whole[count == 3], tips[one_up], rests[~one_up]]
    grown = Surface(np.concatenate([columns, first, second]))
    return grown, np.concatenate(lows), np.concatenate(highs)


def _between(
    columns: Floats, value: Floats, a: Ints, b: Ints, level: float, start: int
) -> tuple[Floats, Ints]:
    share = ((level - value[a]) / (value[b] - value[a]))[:, None]
    mixed = columns[a] + share * (columns[b] - columns[a])
    mixed[:, 3:6] /= np.maximum(np.linalg.norm(mixed[:, 3:6], axis=1, keepdims=True), 1e-9)
    return mixed, start + np.arange(len(a))


def lifted(points: Surface, faces: Ints, off: Floats, sag: Floats | None = None) -> tuple[Surface, Ints]:
    """A copy of faces, off (N) from their points along the normals; sag N×3 is added. Surface with the copy
    behind them, and the copy."""
    used, index = np.unique(faces, return_inverse=True)
    columns = points.columns[used]
    columns[:, :3] += points.normal[used] * off[used, None] + (0.0 if sag is None else sag[used])
    copy = Surface(columns)
    return points.grown(copy), len(points.place) + index.reshape(faces.shape)


def grid(rows: int, columns: int, closed: bool) -> Ints:
    """Faces between rows×columns points, row by row; closed: the last column joins the first."""
    across = columns if closed else columns - 1
    i, j = np.mgrid[: rows - 1, :across]
    k = (j + 1) % columns
    faces = np.stack([i * columns + j, i * columns + k, (i + 1) * columns + k, (i + 1) * columns + j], -1)
    return faces.reshape(-1, 4)


def loose(place: Floats, faces: Ints) -> Surface:
    """Surface that belong to no limb."""
    far = np.full(len(place), -0.3)
    return Surface.of(place, normals(place, faces), far, np.zeros(len(place)))
