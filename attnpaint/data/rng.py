"""Who draws by chance in a step of training; each has a stream of its own."""

import numpy as np

HINTS, FLIPS, AUGMENT, VARIANT = 1, 2, 3, 4
"""Uses. The stream of the data (`pairs`) has none."""


def rng(use: int, *seed: int) -> np.random.Generator:
    """Equal seeds draw equal numbers for one use, others for another.

    numpy fills a short seed with zeros, so that [1, 2] is [1, 2, 0]: the use stands behind that filling.
    """
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(use,)))
