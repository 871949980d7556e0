"""What runs the networks, seen from outside: arrays in, arrays out. Needs no torch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from attnpaint.config import Recipe
from attnpaint.extract import Histogram
from attnpaint.images import Picture

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Asked:
    """One drawing and what it is painted from. sketch: 1×1×S×S in [-1, 1], 1 is white paper.

    hint: uint8 S×S×4 as `data.hint_file` reads it, at its place in the square.
    looks: the reference, 1×3×h×w in [-1, 1], for networks that take its style.
    """

    sketch: Floats
    histogram: Histogram | None = None
    hint: Picture | None = None
    looks: Floats | None = None


@dataclass(frozen=True, eq=False)
class Maps:
    """What the last network painted. image: 3×S×S in [-1, 1]; variants: V×3×S×S, the first is `image`.

    pointer: 18×S×S, per pixel the share of each palette colour, ink and paper; sums to 1.
    gates: gate maps h×w in [0, 1], deepest first. seconds: the networks' own time.
    """

    image: Floats
    pointer: Floats | None
    gates: tuple[Floats, ...]
    variants: Floats | None
    seconds: float


class Engine(Protocol):
    """recipes: of the stages; device: its name, for people."""

    @property
    def recipes(self) -> Sequence[Recipe]: ...

    @property
    def device(self) -> str: ...

    def paint(self, asked: Asked) -> Maps: ...
