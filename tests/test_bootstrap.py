"""Intervals: as often right as they say, narrower in pairs, and nothing where there is nothing to tell."""

import numpy as np
import pytest

from attnpaint.eval import bootstrap
from attnpaint.eval.bootstrap import mean_interval, paired_difference


def named(values: np.ndarray) -> dict[str, float]:
    return {f"{i}.png": float(value) for i, value in enumerate(values)}


def test_the_interval_holds_the_true_mean_about_95_times_in_100() -> None:
    random = np.random.default_rng(1)
    found = [mean_interval(random.gamma(4.0, 1.0, 80), draws=1000) for _ in range(400)]
    covered = np.mean([low <= 4.0 <= high for _, low, high in found])
    assert 0.91 <= covered <= 0.98


def test_the_interval_is_as_wide_as_the_standard_error_says() -> None:
    values = np.random.default_rng(2).normal(10, 2, 400)
    mean, low, high = mean_interval(values)
    error = values.std() / 20
    assert mean == pytest.approx(values.mean())
    assert low == pytest.approx(mean - 1.96 * error, abs=0.06 * error)
    assert high == pytest.approx(mean + 1.96 * error, abs=0.06 * error)


def test_a_pair_is_surer_than_two_samples() -> None:
    random = np.random.default_rng(3)
    hard = random.normal(20, 5, 100)
    a, b = hard + 0.5 + random.normal(0, 0.3, 100), hard + random.normal(0, 0.3, 100)
    difference, low, high = paired_difference(named(a), named(b))
    assert difference == pytest.approx((a - b).mean())
    assert 0 < low < difference < high
    alone = mean_interval(a)
    assert high - low < 0.2 * (alone[2] - alone[1])


def test_pairs_go_by_name_and_only_pictures_of_both_count() -> None:
    a = {"x": 1.0, "y": 5.0, "only a": 100.0}
    b = {"only b": -100.0, "y": 3.0, "x": 1.0}
    assert paired_difference(a, b)[0] == 1.0


def test_painters_that_paint_alike_differ_by_0_for_sure() -> None:
    values = named(np.random.default_rng(4).normal(20, 5, 60))
    assert paired_difference(values, dict(values)) == (0.0, 0.0, 0.0)


def test_equal_seeds_give_equal_intervals_and_others_hardly_differ() -> None:
    values = np.random.default_rng(5).normal(0, 1, 50)
    assert mean_interval(values, seed=7) == mean_interval(values, seed=7)
    one, other = mean_interval(values, seed=7), mean_interval(values, seed=8)
    assert one[1] != other[1]
    assert one[1:] == pytest.approx(other[1:], abs=0.02)


def test_parts_give_what_the_whole_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(6).normal(0, 1, 30)
    whole = mean_interval(values, draws=999)
    monkeypatch.setattr(bootstrap, "_AT_ONCE", 30 * 100)
    monkeypatch.setattr(bootstrap, "_KEPT", 0)
    mean, low, high = mean_interval(values, draws=999)
    assert mean == whole[0]
    assert (low, high) == pytest.approx(whole[1:], abs=1e-6)


def test_too_few_values_have_no_interval() -> None:
    assert np.isnan(mean_interval([])).all()
    mean, low, high = mean_interval([3.0])
    assert (mean, np.isnan(low), np.isnan(high)) == (3.0, True, True)
    assert np.isnan(paired_difference({"x": 1.0}, {"y": 1.0})).all()
