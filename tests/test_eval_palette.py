"""Distances between palettes and histograms whose answer is known, colourfulness, and sensitivity."""

from itertools import permutations

import numpy as np
import pytest
from conftest import COLORS
from scipy.optimize import linprog

from attnpaint.colour import to_lab
from attnpaint.errors import AttnpaintError
from attnpaint.eval.metrics.fidelity import colourfulness, colourfulness_ratio
from attnpaint.eval.metrics.measures import score, sensitivity
from attnpaint.eval.metrics.palette import band_distance, colours_of, dccw, histogram_distances
from attnpaint.eval.metrics.tour import shortest_tour
from attnpaint.extract import Histogram
from attnpaint.images import Picture, letterbox, on_white, read_picture

RANDOM = np.random.default_rng(0)


def histogram(seed: int) -> Histogram:
    random = np.random.default_rng(seed)
    weights = np.sort(random.dirichlet(np.ones(4), 4))[:, ::-1].astype(np.float32)
    return Histogram(random.integers(0, 256, (4, 4, 3)).astype(np.uint8), weights)


def plates(seed: int, side: int = 128) -> Picture:
    """A picture of four bands, each of four equally wide plates in random colours."""
    colors = np.random.default_rng(seed).integers(40, 256, (4, 4, 3)).astype(np.uint8)
    return colors.repeat(side // 4, 0).repeat(side // 4, 1)


def flat(*color: int) -> Picture:
    return np.full((64, 64, 3), color, np.uint8)


def test_a_palette_is_at_no_distance_from_itself_in_any_order() -> None:
    colors = RANDOM.uniform(-60, 60, (16, 3))
    assert dccw(colors, RANDOM.permutation(colors)) == 0


def test_dccw_is_symmetric_and_free_of_order() -> None:
    for seed in range(20):
        random = np.random.default_rng(seed)
        one, other = random.uniform(-60, 60, (16, 3)), random.uniform(-60, 60, (9, 3))
        assert dccw(one, other) == pytest.approx(dccw(other, one), abs=1e-9)
        assert dccw(random.permutation(one), random.permutation(other)) == pytest.approx(dccw(one, other))


def test_dccw_of_single_colours_is_their_distance() -> None:
    assert dccw(np.array([[50.0, 3, 0]]), np.array([[50.0, 0, 4]])) == pytest.approx(5)


def test_a_colour_between_two_neighbours_of_the_other_palette_is_on_its_line() -> None:
    ends, middle = np.array([[20.0, 0, 0], [80, 0, 0]]), np.array([[50.0, 0, 0]])
    assert dccw(ends, middle) == pytest.approx((30 + 30 + 0) / 3)


def test_the_line_does_not_close_over_the_longest_step() -> None:
    corner = np.array([[0.0, 0, 0], [0, 30, 0], [40, 30, 0]])  # its tour would come back over 50
    assert dccw(corner, np.array([[20.0, 15, 0]])) == pytest.approx((15 + 25 * 3) / 4)


def test_dccw_grows_with_the_shift_of_a_palette() -> None:
    colors = RANDOM.uniform(-20, 20, (12, 3))
    found = [dccw(colors, colors + np.array([0, shift, 0])) for shift in (0, 5, 20, 80, 200)]
    assert (np.diff(found) > 0).all()


def test_tours_through_few_points_are_the_shortest() -> None:
    for seed in range(10):
        points = np.random.default_rng(seed).uniform(size=(8, 3))
        apart = np.linalg.norm(points[:, None] - points, axis=2)
        orders = np.array([(0, *rest) for rest in permutations(range(1, 8))])
        best = apart[orders, np.roll(orders, -1, axis=1)].sum(axis=1).min()
        tour = shortest_tour(apart)
        assert sorted(tour) == list(range(8))
        assert apart[tour, np.roll(tour, -1)].sum() == pytest.approx(best)


def test_the_earth_movers_distance_is_that_of_linear_programming() -> None:
    one, other = histogram(1), histogram(2)
    means = []
    for a, m, b, n in zip(one.colors, one.weights, other.colors, other.weights, strict=True):
        cost = np.linalg.norm(to_lab(a)[:, None] - to_lab(b), axis=2).ravel()
        rows = np.vstack([np.kron(np.eye(4), np.ones(4)), np.kron(np.ones(4), np.eye(4))])
        both = np.concatenate([m / m.sum(), n / n.sum()]).astype(np.float64)
        means.append(linprog(cost, A_eq=rows[:-1], b_eq=both[:-1]).fun)
    assert band_distance(one, other) == pytest.approx(np.mean(means), rel=1e-4)
    assert band_distance(other, one) == pytest.approx(np.mean(means), rel=1e-4)


def test_half_a_band_in_another_colour_moves_half_of_it() -> None:
    colors = np.zeros((4, 4, 3), np.uint8)
    colors[:, 1:] = 255
    whole, half = np.tile([1.0, 0, 0, 0], (4, 1)), np.tile([0.5, 0.5, 0, 0], (4, 1))
    found = band_distance(Histogram(colors, np.float32(whole)), Histogram(colors, np.float32(half)))
    assert found == pytest.approx(50, abs=0.01)


def test_bands_in_another_order_are_far_for_the_bands_but_not_for_the_palette() -> None:
    one = histogram(3)
    turned = Histogram(one.colors[::-1], one.weights[::-1])
    found = histogram_distances(one, turned)
    assert found["dccw"] == 0
    assert found["emd"] > 5


def test_a_copy_of_the_wrong_palette_scores_the_palettes_own_distance() -> None:
    wrong, right = plates(4), plates(5)
    drawing = np.full(wrong.shape[:2], 255, np.uint8)
    own = histogram_distances(colours_of(wrong), colours_of(right))
    assert own["dccw"] > 5
    scores = score(wrong, drawing, right, None)
    assert {name: scores[name] for name in own} == own
    kept = score(right, drawing, right, None)
    assert kept["dccw"] == kept["emd"] == 0


def test_lines_over_the_painting_do_not_count_as_its_colours() -> None:
    painted = plates(6, 256)
    lined = painted.copy()
    lined[:, 30::64] = lined[:, 31::64] = 0
    assert histogram_distances(colours_of(lined), colours_of(painted))["emd"] < 1


def test_colourfulness_of_known_pictures() -> None:
    assert colourfulness(flat(90, 90, 90)) == 0
    assert colourfulness(flat(255, 0, 0)) == pytest.approx(0.3 * np.hypot(255, 127.5))
    halves = np.concatenate([flat(255, 0, 0), flat(0, 255, 0)])  # ±255 and no mean; 127.5 and no spread
    assert colourfulness(halves) == pytest.approx(255 + 0.3 * 127.5)


def test_colourfulness_is_one_beside_itself_and_less_when_it_fades() -> None:
    picture = on_white(read_picture(COLORS[0]))
    grey = picture.mean(axis=2, keepdims=True)
    faded = [(grey + (picture - grey) * share).round().astype(np.uint8) for share in (1, 0.75, 0.5, 0)]
    ratios = [colourfulness_ratio(one, picture) for one in faded]
    assert ratios[0] == 1
    assert ratios[2] == pytest.approx(0.5, abs=0.02)
    assert (np.diff(ratios) < 0).all()
    assert colourfulness_ratio(flat(9, 9, 9), flat(200, 200, 200)) == 1


def test_who_ignores_the_reference_has_no_sensitivity() -> None:
    painting = plates(7)
    assert sensitivity([painting, painting, painting], [plates(8), plates(9), plates(10)]) == 0


def test_who_copies_flat_references_has_sensitivity_one() -> None:
    references = [flat(200, 30, 30), flat(30, 30, 200), flat(240, 240, 200)]
    assert sensitivity(references, references) == pytest.approx(1, abs=0.01)


def test_who_follows_half_of_the_way_is_less_sensitive() -> None:
    references = [letterbox(on_white(read_picture(path)), 96)[0] for path in COLORS[:2]]
    faint = [(128 + (picture.astype(int) - 128) // 2).astype(np.uint8) for picture in references]
    assert 0.2 < sensitivity(faint, references) < 0.8 * sensitivity(references, references)


def test_references_alike_tell_no_sensitivity() -> None:
    assert np.isnan(sensitivity([plates(1), plates(2)], [plates(3), plates(3)]))


@pytest.mark.parametrize(("paintings", "references"), [(1, 1), (2, 3)])
def test_sensitivity_wants_a_painting_for_each_of_two_references(paintings: int, references: int) -> None:
    with pytest.raises(AttnpaintError, match="two or more references"):
        sensitivity([flat(1, 2, 3)] * paintings, [flat(1, 2, 3)] * references)


def test_sensitivity_refuses_paintings_of_different_sizes() -> None:
    with pytest.raises(AttnpaintError, match="different sizes"):
        sensitivity([plates(1), plates(2, 64)], [plates(3), plates(4)])
