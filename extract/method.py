"""How a histogram is measured: equal pixels and equal methods give equal histograms."""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum

from attnpaint.colour import Space
from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.files import parse_json

MOST = 16
STARTS = 48


class Solver(StrEnum):
    """Whose k-means: ours, or scikit-learn's with ten starts (slow; to check against)."""

    attnpaint = "attnpaint"
    sklearn = "sklearn"


@dataclass(frozen=True)
class Method:
    """Bands and colours a band, each 1 to 16; the space of distances; what does not count.

    ignore_background: a band's most frequent colour, where it also lines the band's left and right edges.
    ignore_lines: dark strokes. ground_apart: the flat ground does not count and is told by itself, see
    `find_ground`. snap: each centre becomes the nearest colour that occurs in its band.
    starts: of k-means; fewer are faster and less exact. seed: of the starts.
    """

    bands: int = 4
    colors: int = 4
    space: Space = Space.rgb
    ignore_background: bool = False
    ignore_lines: bool = False
    snap: bool = False
    solver: Solver = Solver.attnpaint
    starts: int = STARTS
    seed: int = 0
    ground_apart: bool = False

    def __post_init__(self) -> None:
        for name in ("bands", "colors"):
            if not 1 <= getattr(self, name) <= MOST:
                raise UsageError(f"{getattr(self, name)} {name} cannot be measured", f"give 1 to {MOST}")
        if self.starts < 1:
            raise UsageError(f"{self.starts} starts are too few", "give at least one")

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str | bytes) -> "Method":
        """Read what `to_json` wrote."""
        try:
            table = parse_json(text)
            if any(type(table[name]) is not int for name in ("bands", "colors", "starts", "seed")):
                raise TypeError
            return cls(**{**table, "space": Space(table["space"]), "solver": Solver(table["solver"])})
        except (UsageError, ValueError, TypeError, KeyError) as error:
            problem = "a table of histograms does not say how it was measured"
            raise AttnpaintError(problem, "make it again with attnpaint extract-hist") from error


DEFAULT = Method()
FIGURE = Method(ignore_lines=True, ground_apart=True)  # of what is drawn, without its ground
