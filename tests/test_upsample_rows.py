"""Rows of an enlarged array are those of the whole one."""

import numpy as np
import pytest

from attnpaint.images import resize
from attnpaint.inference.upsample import resized_rows


@pytest.mark.parametrize(
    ("small", "large"),
    [
        ((8, 8), (64, 64)),
        ((12, 20), (131, 219)),
        ((30, 7), (31, 8)),
        ((40, 40), (40, 40)),
        ((40, 30), (20, 15)),
    ],
)
@pytest.mark.parametrize("band", [1, 7, 1000])
def test_rows_are_those_of_the_whole(small: tuple[int, int], large: tuple[int, int], band: int) -> None:
    array = np.random.default_rng(0).random(small, dtype=np.float32)
    whole = resize(array, *large)
    for first in range(0, large[0], band):
        rows = slice(first, min(first + band, large[0]))
        found = resized_rows(array, rows, *large)
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, whole[rows], atol=2e-5)
