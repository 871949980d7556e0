"""Whether a painter heeds the reference."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from attnpaint.colour.difference import to_lab
from attnpaint.errors import AttnpaintError
from attnpaint.eval.metrics.palette import band_distance, colours_of
from attnpaint.images import Picture

LEAST = 1.0
"""ΔE; references that are nearer to each other tell nothing."""


def sensitivity(painted: Sequence[Picture], references: Sequence[Picture]) -> float:
    """How far paintings of one drawing move over how far their references' colours are apart; two or more.

    0: the references are ignored; about 1: the painting moves as they do. Over all pairs, the mean of the
    per-band earth mover's distance between the paintings and their mean ΔE pixel by pixel, over the per-band
    distance between the references; NaN where all references are alike. Paintings uint8 H×W×3 of
    one size; references of any size.
    """
    if len(painted) != len(references) or len(painted) < 2:
        problem = f"{len(painted)} paintings from {len(references)} references tell no sensitivity"
        raise AttnpaintError(problem, "give a painting for each of two or more references")
    if len({picture.shape for picture in painted}) > 1:
        raise AttnpaintError("the paintings are of different sizes", "paint one drawing from each reference")
    wanted = [colours_of(reference) for reference in references]
    found = [colours_of(picture) for picture in painted]
    places = [to_lab(picture) for picture in painted]
    moved = asked = 0.0
    for i, j in combinations(range(len(painted)), 2):
        distance = band_distance(wanted[i], wanted[j])
        if distance < LEAST:
            continue
        pixels = float(np.linalg.norm(places[i] - places[j], axis=2).mean())
        moved += (band_distance(found[i], found[j]) + pixels) / 2
        asked += distance
    return moved / asked if asked else float("nan")
