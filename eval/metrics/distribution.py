"""Distances between the distribution of a painter's pictures and that of true ones."""

from typing import Any

import numpy as np

from attnpaint.errors import AttnpaintError
from attnpaint.eval.metrics.frechet import Moments, features, frechet
from attnpaint.eval.metrics.sliced import Slices, sliced_wasserstein
from attnpaint.images import Picture

State = dict[str, Any]


class Distribution:
    """Gathers paintings and truths; memory does not grow with them, the order does not matter."""

    def __init__(self) -> None:
        self.pictures = 0
        self._slices = (Slices(), Slices())
        self._moments = (Moments(), Moments())

    def add(self, painted: Picture, truth: Picture) -> None:
        """uint8 H×W×3 each; the two may show different things."""
        self.pictures += 1
        for picture, slices, moments in zip((painted, truth), self._slices, self._moments, strict=True):
            slices.add(picture)
            moments.add(features(picture))

    def merge(self, other: "Distribution") -> None:
        """Add all that `other` has gathered."""
        self.pictures += other.pictures
        for mine, its in zip(self._slices, other._slices, strict=True):
            mine.counts += its.counts
        for ours, theirs in zip(self._moments, other._moments, strict=True):
            ours.count += theirs.count
            ours.total = ours.total + theirs.total
            ours.products = ours.products + theirs.products

    def result(self) -> dict[str, float]:
        """sliced_wasserstein and frechet_random; {} without pictures."""
        if not self.pictures:
            return {}
        return {
            "sliced_wasserstein": sliced_wasserstein(*self._slices),
            "frechet_random": frechet(*self._moments),
        }

    def to_state(self) -> State:
        """All of it as numbers and lists for JSON; `from_state` reads it, to the last digit."""
        return {
            "pictures": self.pictures,
            "slices": [slices.counts.ravel().tolist() for slices in self._slices],
            "moments": [[m.count, m.total.tolist(), m.products.ravel().tolist()] for m in self._moments],
        }

    @classmethod
    def from_state(cls, state: State) -> "Distribution":
        """Raises AttnpaintError where `state` is another layout."""
        read = cls()
        try:
            read.pictures = int(state["pictures"])
            for slices, counts in zip(read._slices, state["slices"], strict=True):
                slices.counts = np.array(counts, np.int64).reshape(slices.counts.shape)
            for moments, (count, total, products) in zip(read._moments, state["moments"], strict=True):
                moments.count = int(count)
                moments.total = np.array(total, np.float64).reshape(moments.total.shape)
                moments.products = np.array(products, np.float64).reshape(moments.products.shape)
        except (KeyError, TypeError, ValueError) as error:
            problem = "what was gathered of the distributions cannot be read"
            raise AttnpaintError(problem, "evaluate into a new folder") from error
        return read
