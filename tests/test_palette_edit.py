"""Colours swapped and turned: what is meant changes, and nothing else."""

import numpy as np
import pytest

from attnpaint.colour import Space, from_rgb
from attnpaint.errors import UsageError
from attnpaint.extract import Histogram
from attnpaint.palettes.edit import parse_swap, swap, swap_all, turned


def palette(*colors: str) -> Histogram:
    """The colours in order, the last one repeated up to sixteen."""
    listed = [[*bytes.fromhex(color)] for color in (*colors, *[colors[-1]] * (16 - len(colors)))]
    weights = np.tile(np.float32([0.4, 0.3, 0.2, 0.1]), (4, 1))
    return Histogram(np.array(listed, np.uint8).reshape(4, 4, 3), weights)


def hexes(histogram: Histogram) -> list[str]:
    return [bytes(color).hex() for color in histogram.colors.reshape(-1, 3).tolist()]


def oklab(histogram: Histogram) -> np.ndarray:
    return from_rgb(histogram.colors.reshape(-1, 3).astype(np.float32), Space.oklab)


def test_a_swap_takes_the_nearest_colour_and_those_like_it() -> None:
    given = palette("aa3344", "ab3344", "d04050", "336699", "aa3345", "00ff00")
    found = swap(given, "#a83344", "#3366cc")
    assert hexes(found)[:6] == ["3366cc", "3366cc", "d04050", "336699", "3366cc", "00ff00"]
    assert found.weights is given.weights
    assert hexes(given)[0] == "aa3344"


def test_swaps_happen_at_once() -> None:
    given = palette("ff0000", "0000ff", "00ff00")
    found = swap_all(given, [("#ff0000", "#0000ff"), ("#0000ff", "#ff0000")])
    assert hexes(found)[:3] == ["0000ff", "ff0000", "00ff00"]
    assert hexes(swap_all(given, [])) == hexes(given)


def test_no_colour_near_names_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"no colour like #00ff00; the nearest is #336699 \(ΔE \d+\)"):
        swap(palette("aa3344", "336699"), "#00ff00", "#000000")
    with pytest.raises(UsageError, match=r"#aa3344 and #a93344 mean the same colour, #aa3344"):
        swap_all(palette("aa3344", "336699"), [("#aa3344", "#000000"), ("#a93344", "#111111")])


def test_swaps_are_parsed() -> None:
    assert parse_swap("#aa3344=#3366CC") == ("#aa3344", "#3366cc")
    assert parse_swap("a34 = 36c") == ("#aa3344", "#3366cc")
    for wrong in ("", "=", "#aa3344", "#aa3344=", "#aa3344=blue", "#aa334=#3366cc", "#1=#2=#3", "٣٣٣=#123"):
        with pytest.raises(UsageError, match="does not swap colours"):
            parse_swap(wrong)


def test_turning_keeps_lightness_and_turns_the_hue() -> None:
    given = palette("a06050", "607a50", "50607a", "80705a")
    found = turned(given, hue=90)
    before, after = oklab(given), oklab(found)
    np.testing.assert_allclose(after[:, 0], before[:, 0], atol=0.004)
    np.testing.assert_allclose(after[:, 1], -before[:, 2], atol=0.004)
    np.testing.assert_allclose(after[:, 2], before[:, 1], atol=0.004)
    assert np.abs(turned(found, hue=-90).colors.astype(int) - given.colors).max() <= 2


def test_saturation_scales_and_stops_at_what_a_screen_shows() -> None:
    given = palette("a06050", "607a50", "ff0000", "0000ff", "ffff00", "010200", "fefeff")
    half, most, huge = (turned(given, saturation=factor) for factor in (0.5, 5, 1e300))
    np.testing.assert_allclose(oklab(half)[:2, 1:], oklab(given)[:2, 1:] / 2, atol=0.004)
    for found in (most, huge):
        np.testing.assert_allclose(oklab(found)[:5, 0], oklab(given)[:5, 0], atol=0.008)
    assert hexes(most)[2:5] == ["ff0000", "0000ff", "ffff00"]
    flat = turned(given, saturation=0).colors.reshape(-1, 3).astype(int)
    assert np.ptp(flat, axis=1).max() <= 1


def test_random_colours_keep_their_lightness_at_any_turn() -> None:
    random = np.random.default_rng(0)
    weights = np.full((4, 4), 0.25, np.float32)
    for hue in range(10, 360, 50):
        given = Histogram(random.integers(16, 256, (4, 4, 3), dtype=np.uint8), weights)
        found = turned(given, hue, float(random.uniform(0.5, 3)))
        np.testing.assert_allclose(oklab(found)[:, 0], oklab(given)[:, 0], atol=0.008)


def test_grey_stays_grey_and_nothing_changes_nothing() -> None:
    given = palette("000000", "ffffff", "777777", "123456")
    found = turned(given, hue=77, saturation=3)
    assert hexes(found)[:3] == hexes(given)[:3]
    assert hexes(found)[3] != "123456"
    for hue in (0, 360, -720):
        assert hexes(turned(given, hue=hue)) == hexes(given)


@pytest.mark.parametrize(
    "change", [{"hue": np.nan}, {"hue": np.inf}, {"saturation": -1}, {"saturation": np.nan}]
)
def test_numbers_that_cannot_be_meant(change: dict[str, float]) -> None:
    with pytest.raises(UsageError):
        turned(palette("123456"), **change)
