"""What attnpaint's own recipes cost, so that `attnpaint recipes` need not load torch. A test counts again."""

from dataclasses import dataclass

SIZE = 512  # px


@dataclass(frozen=True)
class Cost:
    """parameters: of what paints, both stages, without guide decoders and the network that tells a style.

    gflop: 10⁹ floating-point operations, a multiplication and an addition each, for a picture of SIZE².
    """

    parameters: int
    gflop: float


KNOWN = {
    "attentioned-deep-paint": Cost(48_573_641, 838.9),
    "attnpaint-1": Cost(17_456_993, 69.1),
    "attnpaint": Cost(19_941_763, 69.1),
    "auto-painter": Cost(54_417_603, 48.8),
    "paints-chainer": Cost(18_639_619, 145.4),
    "pix2pix": Cost(54_414_531, 48.4),
    "sgru": Cost(47_827_558, 1094.3),
    "sgru-hint": Cost(36_502_723, 735.3),
    "sgru-ssn": Cost(47_827_558, 1094.3),
    "style2paints-v1": Cost(51_937_603, 476.3),
    "two-stage": Cost(26_793_798, 496.4),
}
"""By recipe, as `cost` counts them, gflop to a tenth."""
