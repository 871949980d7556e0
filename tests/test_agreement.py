"""Krippendorff's alpha: as published, and at its ends."""

import numpy as np
import pytest

from attnpaint.eval.study.ratings import krippendorff_alpha


def test_alpha_is_that_of_the_published_example() -> None:
    none = float("nan")  # Krippendorff 2011: four observers, twelve units
    seen = np.array(
        [
            [1, 2, 3, 3, 2, 1, 4, 1, 2, none, none, none],
            [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, none, 3],
            [none, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, none],
            [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, none],
        ]
    )
    units = [column[~np.isnan(column)] for column in seen.T]
    assert krippendorff_alpha(units, "nominal") == pytest.approx(0.743, abs=5e-4)
    assert krippendorff_alpha(units, "ordinal") == pytest.approx(0.815, abs=5e-4)
    assert krippendorff_alpha(units, "interval") == pytest.approx(0.849, abs=5e-4)


def test_alpha_is_1_in_agreement_near_0_by_chance_and_unknown_where_nothing_varies() -> None:
    assert krippendorff_alpha([[1, 1], [4, 4], [2, 2]]) == 1
    assert abs(krippendorff_alpha(np.random.default_rng(0).integers(0, 6, (4000, 3)))) < 0.05
    assert np.isnan(krippendorff_alpha([[3, 3], [3, 3]]))
    assert np.isnan(krippendorff_alpha([[3], [1]]))
