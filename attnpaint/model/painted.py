"""What every generator returns."""

from dataclasses import dataclass

from torch import Tensor

INK, PAPER = 16, 17  # places of the two fixed colours behind the 16 palette tokens


@dataclass(frozen=True)
class Painted:
    """A painted batch and the attention that made it.

    image: N×3×H×W in [-1, 1].
    gates: gate maps of the skips, deepest first, each N×1×h×w in [0, 1].
    pointer: N×18×H×W, per pixel the share of each palette token (band·4 + rank), ink and paper; sums to 1.
        None for generators without a pointer head.
    """

    image: Tensor
    gates: tuple[Tensor, ...] = ()
    pointer: Tensor | None = None
