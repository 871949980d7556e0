"""From where a figure is seen, and where its head lies on the picture."""

from dataclasses import dataclass

import numpy as np

from attnpaint.figures.curves import Points
from attnpaint.figures.solid.mesh import Floats
from attnpaint.figures.solid.skeleton import DOWN, RIGHT, about


@dataclass(frozen=True)
class Camera:
    """turn 3×3: the world as the viewer sees it. near: the viewer's distance from the origin. A point at the
    origin's distance is `scale` px a half head large; the origin lies at `middle`."""

    turn: Floats
    near: float
    scale: float = 1.0
    middle: tuple[float, float] = (0.0, 0.0)

    @classmethod
    def of(cls, azimuth: float, elevation: float, near: float) -> "Camera":
        """azimuth: of the figure to the viewer's right; elevation: of the viewer above it, in radians."""
        return cls(about(RIGHT, -elevation) @ about(DOWN, azimuth), near)

    def project(self, points: Floats) -> Floats:
        """N×3 in half heads → N×3: x and y in px of the picture, and depth, larger nearer, in px as well."""
        seen = points @ self.turn.T
        size = self.size(seen[:, 2])
        out = seen * (size * self.scale)[:, None]
        out[:, :2] += self.middle
        out[:, 2] = seen[:, 2] * self.scale
        return out

    def size(self, depth: Floats) -> Floats:
        """How much larger things of a depth in half heads are than at the origin."""
        out: Floats = self.near / np.maximum(self.near - depth, 0.3 * self.near)
        return out


def pitched(pitch: float, relief: str, points: Points) -> Points:
    """Points of the flat head as they lie when it is nodded: `front` bulges, `back` lies behind the ears."""
    x, y = points[:, 0], points[:, 1]
    if relief == "front":
        z = 0.95 * np.sqrt(np.clip(1 - (x / 1.05) ** 2 - ((y - 0.05) / 1.5) ** 2, 0, 1))
    else:
        z = np.full(len(points), -0.35)
    out: Points = np.stack([x, y * np.cos(pitch) + z * np.sin(pitch)], 1)
    return out
