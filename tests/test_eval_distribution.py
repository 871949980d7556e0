"""Distances between crowds of pictures, gathered one by one, merged and stored."""

import json

import cv2
import numpy as np
import pytest
from conftest import COLORS

from attnpaint.errors import AttnpaintError
from attnpaint.eval.metrics.distribution import Distribution
from attnpaint.eval.metrics.frechet import Moments, features, frechet
from attnpaint.eval.metrics.sliced import Slices, pyramid, sliced_wasserstein
from attnpaint.images import Picture, letterbox, on_white, read_picture

TRUTHS = [letterbox(on_white(read_picture(path)), 128)[0] for path in COLORS]


def gathered(painted: list[Picture], truths: list[Picture] = TRUTHS) -> Distribution:
    distribution = Distribution()
    for one, other in zip(painted, truths, strict=True):
        distribution.add(one, other)
    return distribution


def blurred(sigma: float) -> list[Picture]:
    return [cv2.GaussianBlur(picture, (0, 0), sigma).astype(np.uint8) for picture in TRUTHS]


def test_the_same_pictures_in_another_order_are_alike() -> None:
    found = gathered(TRUTHS[::-1]).result()
    assert found["sliced_wasserstein"] == 0
    assert found["frechet_random"] == pytest.approx(0, abs=1e-6)


def test_blur_takes_pictures_away_the_farther_the_stronger_it_is() -> None:
    rows = [gathered(blurred(sigma)).result() for sigma in (0.5, 1, 2, 4)]
    for name in ("sliced_wasserstein", "frechet_random"):
        assert (np.diff([row[name] for row in rows]) > 0).all()


def test_grey_and_white_pictures_are_far() -> None:
    near = gathered(blurred(0.7)).result()
    grey = gathered(
        [picture.mean(2, keepdims=True).astype(np.uint8).repeat(3, 2) for picture in TRUTHS]
    ).result()
    white = gathered([np.full_like(picture, 255) for picture in TRUTHS]).result()
    assert grey["frechet_random"] > 10 * near["frechet_random"]
    for name, distance in near.items():
        assert white[name] > max(grey[name], distance)


def test_noise_is_seen_by_the_slices() -> None:
    random = np.random.default_rng(0)
    found = []
    for strength in (5, 20, 60):
        noisy = [(p + random.normal(0, strength, p.shape)).clip(0, 255).astype(np.uint8) for p in TRUTHS]
        found.append(gathered(noisy).result()["sliced_wasserstein"])
    assert (np.diff(found) > 0).all()


def test_parts_merged_are_the_whole() -> None:
    painted = blurred(2)
    whole, left, right = (
        gathered(painted),
        gathered(painted[:5], TRUTHS[:5]),
        gathered(painted[5:], TRUTHS[5:]),
    )
    left.merge(right)
    assert left.pictures == len(TRUTHS)
    assert left.result() == pytest.approx(whole.result(), rel=1e-9)


def test_what_is_stored_goes_on_to_the_same_digits() -> None:
    painted = blurred(2)
    first = gathered(painted[:5], TRUTHS[:5])
    again = Distribution.from_state(json.loads(json.dumps(first.to_state())))
    for one, other in zip(painted[5:], TRUTHS[5:], strict=True):
        first.add(one, other)
        again.add(one, other)
    assert again.result() == first.result()


def test_what_is_stored_does_not_grow_with_the_pictures() -> None:
    few, many = gathered(TRUTHS[:2], TRUTHS[:2]), gathered(TRUTHS * 2, TRUTHS * 2)
    assert len(json.dumps(many.to_state())) < 1.5 * len(json.dumps(few.to_state())) < 500_000


@pytest.mark.parametrize(
    "state", [{}, {"pictures": 1, "slices": [[1], [2]], "moments": []}, {"pictures": "x"}]
)
def test_a_damaged_state_is_told(state: dict[str, object]) -> None:
    with pytest.raises(AttnpaintError, match="cannot be read"):
        Distribution.from_state(state)


def test_without_pictures_there_is_no_result() -> None:
    assert Distribution().result() == {}


def test_the_frechet_distance_of_known_normal_distributions() -> None:
    """Equal spread: the squared distance of the means. Equal means, spreads a and b: (a - b)² a dimension."""
    vectors = np.random.default_rng(0).standard_normal((4000, 64))
    one, shifted, wide = Moments(), Moments(), Moments()
    one.add(vectors)
    shifted.add(vectors + 0.5)
    mean = vectors.mean(axis=0)
    wide.add((vectors - mean) * 3 + mean)
    assert frechet(one, shifted) == pytest.approx(64 * 0.25, rel=1e-6)
    assert frechet(one, wide) == pytest.approx(4 * np.trace(one.normal()[1]), rel=1e-6)


def test_the_random_network_is_the_same_on_every_machine() -> None:
    picture = np.arange(64 * 64 * 3, dtype=np.uint32).reshape(64, 64, 3).astype(np.uint8)
    found = features(picture)
    assert found.shape == (16, 64)
    assert found.sum() == pytest.approx(FEATURE_SUM, rel=1e-4)
    assert found[5, 7] == pytest.approx(FEATURE, rel=1e-3)


FEATURE_SUM, FEATURE = 228.1681, 0.102058


def test_a_pyramid_holds_the_whole_picture() -> None:
    *fine, rest = pyramid(TRUTHS[0])
    for level in fine[::-1]:
        rest = cv2.pyrUp(rest, dstsize=level.shape[1::-1]) + level
    assert np.abs(rest - TRUTHS[0]).max() < 0.01


def test_slices_see_a_shift_of_colour_by_its_size() -> None:
    distances = []
    for shift in (10, 20):
        plain, moved = Slices(), Slices()
        for picture in TRUTHS:
            low = picture // 2
            plain.add(low)
            moved.add(low + np.uint8(shift))
        distances.append(sliced_wasserstein(moved, plain))
    assert distances[1] == pytest.approx(2 * distances[0], rel=0.1)


def test_pictures_too_small_for_patches_are_left_out() -> None:
    tiny = np.full((5, 5, 3), 9, np.uint8)
    assert gathered([tiny], [tiny]).result()["sliced_wasserstein"] == 0
