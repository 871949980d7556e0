"""Several references: how they are named, who gives which band, and how the others mix."""

import time
from pathlib import Path

import numpy as np
import pytest

from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.extract import Histogram, measure
from attnpaint.palettes.mix import gather
from attnpaint.palettes.references import Reference, parse_reference


def flat(*colors: tuple[int, int, int]) -> Histogram:
    """Every band has these colours, each half as heavy as the one before."""
    weights = np.array([2.0**-i for i in range(len(colors))] + [0] * (4 - len(colors)), np.float32)
    listed = np.array([*colors, *[colors[-1]] * (4 - len(colors))], np.uint8)
    return Histogram(np.tile(listed, (4, 1, 1)), np.tile(weights / weights.sum(), (4, 1)))


def some_histogram(seed: int) -> Histogram:
    return measure(np.random.default_rng(seed).integers(0, 256, (40, 20, 3), dtype=np.uint8))


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("a.png", Reference(Path("a.png"))),
        ("a.png@1", Reference(Path("a.png"), (1,))),
        ("a.png@3-4", Reference(Path("a.png"), (3, 4))),
        ("a.png@1,3", Reference(Path("a.png"), (1, 3))),
        ("a.png@1,3-4", Reference(Path("a.png"), (1, 3, 4))),
        ("a.png*0.3", Reference(Path("a.png"), None, 0.3)),
        ("a.png*2", Reference(Path("a.png"), None, 2.0)),
        ("me@home.png", Reference(Path("me@home.png"))),
        ("me@2/a.png@2", Reference(Path("me@2/a.png"), (2,))),
        ("2*2*2", Reference(Path("2*2"), None, 2.0)),
        ("a@1@2", Reference(Path("a@1"), (2,))),
        (f"{'a' * 5000}@2", Reference(Path("a" * 5000), (2,))),
    ],
)
def test_references_are_parsed(text: str, reference: Reference) -> None:
    assert parse_reference(text) == reference


def test_a_file_by_the_whole_name_is_meant(tmp_path: Path) -> None:
    for name in ("a@1", "b*2", "c@1", "c@1*3", "d"):
        (tmp_path / name).touch()
    for name in ("a@1", "b*2", "c@1*3"):
        assert parse_reference(f"{tmp_path}/{name}") == Reference(tmp_path / name)
    assert parse_reference(f"{tmp_path}/a@1*3") == Reference(tmp_path / "a@1", None, 3.0)
    assert parse_reference(f"{tmp_path}/a@1@2") == Reference(tmp_path / "a@1", (2,))
    assert parse_reference(f"{tmp_path}/b*2*2") == Reference(tmp_path / "b*2", None, 2.0)
    for wrong, told in (("d@top", "'top' is no band"), ("d*x", "'x' is no weight"), ("d@", "'' is no band")):
        with pytest.raises(UsageError, match=told):
            parse_reference(f"{tmp_path}/{wrong}")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no name"),
        ("a@0", "there is no band 0"),
        ("a@5", "there is no band 5"),
        ("a@1-99999999", "there is no band 99999999"),
        ("a@4-3", "names no bands"),
        ("a@1,,2", "names no bands"),
        ("a@1-2-3", "names no bands"),
        ("a@1-", "names no bands"),
        ("a@1,1-2", "names a band twice"),
        ("a@1*2", "bands and a weight"),
        ("a*0", "no weight"),
        ("a*1.2.3", "no weight"),
        (f"a*{'9' * 400}", "no weight"),
    ],
)
def test_what_cannot_be_meant(text: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        parse_reference(text)


def test_one_reference_is_taken_as_it_is() -> None:
    histogram = some_histogram(0)
    found = gather([(histogram, None, 0.3)])
    assert np.array_equal(found.colors, histogram.colors)
    assert np.array_equal(found.weights, histogram.weights)


def test_bands_come_whole_from_those_that_give_them() -> None:
    hair, dress, rest = (some_histogram(seed) for seed in range(3))
    found = gather([(hair, (1,), 1.0), (rest, None, 1.0), (dress, [4, 3], 1.0)])
    for band, source in enumerate((hair, rest, dress, dress)):
        assert np.array_equal(found.colors[band], source.colors[band])
        assert np.array_equal(found.weights[band], source.weights[band])


def test_the_others_are_mixed_by_weight() -> None:
    red, blue = flat((200, 0, 0)), flat((0, 0, 200))
    found = gather([(red, None, 1.0), (blue, None, 3.0)])
    assert found.colors[2, :2].tolist() == [[0, 0, 200], [200, 0, 0]]
    np.testing.assert_allclose(found.weights[2], [0.75, 0.25, 0, 0])
    same = gather([(red, None, 1e-300), (blue, None, 1e300)])
    assert same.colors[0].tolist() == [[0, 0, 200]] * 4
    both = gather([(red, None, 1e308), (blue, None, 1e308)])
    np.testing.assert_allclose(both.weights[0], [0.5, 0.5, 0, 0])


def test_colours_hardly_seen_apart_become_one() -> None:
    one, other = flat((200, 0, 0), (0, 90, 0)), flat((201, 0, 0), (0, 0, 200))
    found = gather([(one, None, 1.0), (other, None, 1.0)])
    assert found.colors[0].tolist() == [[200, 0, 0], [0, 90, 0], [0, 0, 200], [0, 0, 200]]
    np.testing.assert_allclose(found.weights[0], [2 / 3, 1 / 6, 1 / 6, 0], atol=1e-6)


def test_eight_colours_become_four_of_them() -> None:
    one = flat((255, 255, 255), (200, 0, 0), (0, 0, 60), (0, 200, 0))
    other = flat((250, 250, 240), (210, 20, 10), (10, 10, 50), (10, 190, 20))
    found = gather([(one, None, 2.0), (other, None, 1.0)])
    assert np.array_equal(found.colors, one.colors)  # each pair joined; the heavier one stands for it
    np.testing.assert_allclose(found.weights, one.weights, atol=1e-6)


def test_mixing_with_itself_changes_nothing() -> None:
    histogram = some_histogram(5)
    found = gather([(histogram, None, 1.0), (histogram, None, 2.0)])
    assert np.array_equal(found.colors, histogram.colors)
    np.testing.assert_allclose(found.weights, histogram.weights, atol=1e-6)


@pytest.mark.parametrize(
    ("bands", "told"),
    [
        ([(5,)], "there is no band 5"),
        ([(0,), None], "there is no band 0"),
        ([(1, 2), (2,), None], "band 2 is given by two"),
        ([(1,), (3,)], "no reference gives bands 2 and 4"),
        ([(1, 2, 3)], "no reference gives band 4;"),
        ([()], "no reference gives bands 1, 2, 3 and 4"),
        ([], "no reference gives bands 1, 2, 3 and 4"),
        ([(1, 2, 3, 4), None], "has no use"),
    ],
)
def test_bands_that_do_not_fit(bands: list[tuple[int, ...] | None], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        gather([(some_histogram(0), given, 1.0) for given in bands])


def test_weights_and_shapes_that_do_not_fit() -> None:
    histogram = some_histogram(0)
    for weight in (0.0, -1.0, np.nan, np.inf):
        with pytest.raises(UsageError, match="cannot weigh"):
            gather([(histogram, None, weight)])
    with pytest.raises(AttnpaintError, match="not 3 × 4"):
        gather([(Histogram(histogram.colors[:3], histogram.weights[:3]), None, 1.0)])


@pytest.mark.parametrize("count", [65, 300, 1000])
def test_many_references_are_mixed_in_time_that_grows_with_their_number(count: int) -> None:
    parts = [(some_histogram(seed), None, 1.0) for seed in range(count)]
    began = time.perf_counter()
    mixed = gather(parts)
    assert time.perf_counter() - began < 20
    for band in range(4):
        given = {tuple(color) for histogram, _, _ in parts for color in histogram.colors[band].tolist()}
        assert {tuple(color) for color in mixed.colors[band].tolist()} <= given
    assert np.allclose(mixed.weights.sum(axis=1), 1, atol=1e-4)


@pytest.mark.parametrize("count", [100, 1000])
def test_many_equal_references_are_that_one(count: int) -> None:
    one = flat((200, 30, 30), (30, 200, 30), (30, 30, 200), (90, 90, 90))
    assert np.array_equal(gather([(one, None, 1.0)] * count).colors, gather([(one, None, 1.0)] * 2).colors)


@pytest.mark.parametrize("bands", ["9" * 5000, "1-" + "3" * 4400, "1," + "2" * 10_000])
def test_bands_of_thousands_of_digits_are_no_bands(bands: str) -> None:
    with pytest.raises(UsageError, match="names no bands"):
        parse_reference(f"a.png@{bands}")
