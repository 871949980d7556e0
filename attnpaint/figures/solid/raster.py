"""Which face of a mesh each point of the picture shows, how deep it lies, and where lines belong."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from attnpaint.figures.solid.mesh import Floats, Ints

_SHIFT = 4
FAR = -1e6  # depth where nothing is


@dataclass(frozen=True)
class Faces:
    """corners F×4: indices of points; label F: what each face is of; both F: seen from behind as well.

    ahead F: how much nearer than it is each face counts when one hides another, in units of depth.
    """

    corners: Ints
    label: Ints
    both: npt.NDArray[np.bool_]
    ahead: Floats


@dataclass(frozen=True)
class Seen:
    """A window of the canvas: label H×W (0: nothing), depth H×W (larger is nearer), light H×W, -1 to 1.

    low: x and y of the window's corner, in samples.
    """

    label: npt.NDArray[np.int32]
    depth: npt.NDArray[np.float32]
    light: npt.NDArray[np.float32]
    low: tuple[int, int]


def rasterise(points: Floats, faces: Faces, side: int, towards: Floats) -> Seen | None:
    """points N×3: x and y in samples, z towards the viewer; side: of the canvas in samples.

    towards: the direction of the light. Faces are laid from the back to the front. None if nothing is seen.
    """
    low = np.clip(np.floor(points[:, :2].min(0)) - 3, 0, side).astype(int)
    high = np.clip(np.ceil(points[:, :2].max(0)) + 4, 0, side).astype(int)
    if (high - low < 2).any():
        return None
    corners = points[faces.corners]
    one, two = corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1]
    normal = np.cross(one, two)
    front = normal[:, 2] > 0
    inside = (corners[..., :2].max(1) > low).all(1) & (corners[..., :2].min(1) < high).all(1)
    shown = np.flatnonzero((front | faces.both) & inside)
    depth = corners[..., 2].mean(1) + faces.ahead
    shown = shown[np.argsort(depth[shown], kind="stable")]
    buffer = np.zeros((high[1] - low[1], high[0] - low[0]), np.int32)
    fixed = np.round((corners[shown, :, :2] - low) * (1 << _SHIFT)).astype(np.int32)
    for number, quad in zip((shown + 1).tolist(), fixed, strict=True):
        cv2.fillConvexPoly(buffer, quad, number, cv2.LINE_8, _SHIFT)
    normal *= np.where(front, 1.0, -1.0)[:, None]
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-9)
    light = normal @ towards
    return Seen(
        np.take(np.concatenate([[0], faces.label]).astype(np.int32), buffer),
        _depth(buffer, corners, normal, low),
        np.take(np.concatenate([[0.0], light]).astype(np.float32), buffer),
        (int(low[0]), int(low[1])),
    )


def _depth(
    buffer: npt.NDArray[np.int32], corners: Floats, normal: Floats, low: Ints
) -> npt.NDArray[np.float32]:
    """How deep each point lies in the plane of its face, H×W."""
    middle = corners.mean(1)
    slope = -normal[:, :2] / np.maximum(normal[:, 2:], 0.05)
    base = middle[:, 2] - ((middle[:, :2] - low) * slope).sum(1)
    table = np.concatenate(
        [slope, base[:, None], corners[..., 2].min(1)[:, None], corners[..., 2].max(1)[:, None]], 1
    )
    nothing = np.array([[0.0, 0.0, FAR, FAR, FAR]])
    dx, dy, start, least, most = np.concatenate([nothing, table]).astype(np.float32).T.copy()
    height, width = buffer.shape
    x, y = np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)[:, None]
    flat = dx[buffer] * x + dy[buffer] * y + start[buffer]
    return np.asarray(np.clip(flat, least[buffer], most[buffer]), np.float32)
