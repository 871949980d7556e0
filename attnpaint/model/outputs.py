"""What every generator returns: the image, the pointer map, the gate maps."""

from dataclasses import dataclass

from torch import Tensor

from attnpaint.model.model_config import INK as INK
from attnpaint.model.model_config import PAPER as PAPER
from attnpaint.model.region_stage import RegionAnswers


@dataclass(frozen=True)
class Outputs:
    """A painted batch and the attention that made it.

    image: N×3×H×W in [-1, 1].
    gates: gate maps of the skips, deepest first, each N×1×h×w in [0, 1].
    pointer: N×18×H×W, per pixel the share of each palette token (band·4 + rank), ink and paper; sums to 1.
        None for generators without a pointer head.
    variants: N×V×3×H×W, several pictures at once, `image` the first of them; None for generators of one.
    guides: pictures of the guide decoders at the middle's entry and exit, N×3×H×W each; in training only.
    answers: what the region stage says of the drawing's regions, where they were given.
    """

    image: Tensor
    gates: tuple[Tensor, ...] = ()
    pointer: Tensor | None = None
    variants: Tensor | None = None
    guides: tuple[Tensor, ...] = ()
    answers: RegionAnswers | None = None
