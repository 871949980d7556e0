"""Distances to the truth, on pictures whose answer is known, and CIEDE2000 on its authors' test colours."""

import cv2
import numpy as np
import pytest
import torch
from conftest import COLORS

from attnpaint.colour import delta_e_2000, to_lab
from attnpaint.eval.metrics.fidelity import BEST, fidelity, mse, psnr
from attnpaint.images import Picture, letterbox, on_white, read_picture

# Sharma, Wu & Dalal 2005, table 1: L, a, b of both colours and their difference.
SHARMA = np.array(
    [
        [50, 2.6772, -79.7751, 50, 0, -82.7485, 2.0425],
        [50, 3.1571, -77.2803, 50, 0, -82.7485, 2.8615],
        [50, 2.8361, -74.0200, 50, 0, -82.7485, 3.4412],
        [50, -1.3802, -84.2814, 50, 0, -82.7485, 1.0000],
        [50, -1.1848, -84.8006, 50, 0, -82.7485, 1.0000],
        [50, -0.9009, -85.5211, 50, 0, -82.7485, 1.0000],
        [50, 0, 0, 50, -1, 2, 2.3669],
        [50, -1, 2, 50, 0, 0, 2.3669],
        [50, 2.49, -0.001, 50, -2.49, 0.0009, 7.1792],
        [50, 2.49, -0.001, 50, -2.49, 0.0010, 7.1792],
        [50, 2.49, -0.001, 50, -2.49, 0.0011, 7.2195],
        [50, 2.49, -0.001, 50, -2.49, 0.0012, 7.2195],
        [50, -0.001, 2.49, 50, 0.0009, -2.49, 4.8045],
        [50, -0.001, 2.49, 50, 0.0010, -2.49, 4.8045],
        [50, -0.001, 2.49, 50, 0.0011, -2.49, 4.7461],
        [50, 2.5, 0, 50, 0, -2.5, 4.3065],
        [50, 2.5, 0, 73, 25, -18, 27.1492],
        [50, 2.5, 0, 61, -5, 29, 22.8977],
        [50, 2.5, 0, 56, -27, -3, 31.9030],
        [50, 2.5, 0, 58, 24, 15, 19.4535],
        [50, 2.5, 0, 50, 3.1736, 0.5854, 1.0000],
        [50, 2.5, 0, 50, 3.2972, 0, 1.0000],
        [50, 2.5, 0, 50, 1.8634, 0.5757, 1.0000],
        [50, 2.5, 0, 50, 3.2592, 0.3350, 1.0000],
        [60.2574, -34.0099, 36.2677, 60.4626, -34.1751, 39.4387, 1.2644],
        [63.0109, -31.0961, -5.8663, 62.8187, -29.7946, -4.0864, 1.2630],
        [61.2901, 3.7196, -5.3901, 61.4292, 2.2480, -4.9620, 1.8731],
        [35.0831, -44.1164, 3.7933, 35.0232, -40.0716, 1.5901, 1.8645],
        [22.7233, 20.0904, -46.6940, 23.0331, 14.9730, -42.5619, 2.0373],
        [36.4612, 47.8580, 18.3852, 36.2715, 50.5065, 21.2231, 1.4146],
        [90.8027, -2.0831, 1.4410, 91.1528, -1.6435, 0.0447, 1.4441],
        [90.9257, -0.5406, -0.9208, 88.6381, -0.8985, -0.7239, 1.5381],
        [6.7747, -0.2908, -2.4247, 5.8714, -0.0985, -2.2286, 0.6377],
        [2.0776, 0.0795, -1.1350, 0.9033, -0.0636, -0.5514, 0.9082],
    ]
)


def picture(place: int = 0, size: int = 192) -> Picture:
    return letterbox(on_white(read_picture(COLORS[place])), size)[0]


def scores(painted: Picture, truth: Picture) -> dict[str, float]:
    return fidelity(painted, truth, to_lab(painted), to_lab(truth))


def test_ciede2000_gives_its_authors_figures_both_ways() -> None:
    one, other, told = SHARMA[:, :3], SHARMA[:, 3:6], SHARMA[:, 6]
    assert np.abs(delta_e_2000(one, other) - told).max() < 1e-4
    assert np.abs(delta_e_2000(other, one) - told).max() < 1e-4


def test_ciede2000_of_single_precision_is_near_that_of_double() -> None:
    single = SHARMA.astype(np.float32)
    assert np.abs(delta_e_2000(single[16:, :3], single[16:, 3:6]) - SHARMA[16:, 6]).max() < 1e-3


def test_white_and_black_are_a_hundred_apart() -> None:
    white, black = to_lab(np.full((1, 3), 255, np.uint8)), to_lab(np.zeros((1, 3), np.uint8))
    assert delta_e_2000(white, black) == pytest.approx(100, abs=0.01)


def test_equal_pictures_are_as_near_as_can_be() -> None:
    same = scores(picture(), picture())
    assert same["mse"] == same["delta_e"] == 0
    assert same["psnr"] == BEST
    assert same["ssim"] == pytest.approx(1, abs=1e-9)
    assert same["ms_ssim"] == pytest.approx(1, abs=1e-9)


def test_an_error_of_ten_levels_everywhere_is_known() -> None:
    grey = np.full((20, 30, 3), 100, np.uint8)
    assert mse(grey, grey + 10) == 100
    assert psnr(100) == pytest.approx(28.1308, abs=1e-4)


def test_an_error_that_hardly_is_one_stays_within_the_best() -> None:
    assert psnr(1e-9) == BEST


@pytest.mark.parametrize(("height", "width"), [(180, 180), (176, 203)])
def test_ssim_and_ms_ssim_are_those_of_torchmetrics(height: int, width: int) -> None:
    from torchmetrics.functional.image import (
        multiscale_structural_similarity_index_measure,
        structural_similarity_index_measure,
    )

    truth, other = picture(0, 208)[:height, :width], picture(1, 208)[:height, :width]
    painted = cv2.GaussianBlur(truth, (0, 0), 2) // 2 + other // 2
    both = [torch.from_numpy(one).permute(2, 0, 1)[None].double() for one in (painted, truth)]
    found = scores(painted, truth)
    assert found["ssim"] == pytest.approx(float(structural_similarity_index_measure(*both, data_range=255.0)))
    many = multiscale_structural_similarity_index_measure(*both, data_range=255.0)
    assert found["ms_ssim"] == pytest.approx(float(many))


def test_blur_takes_structure_away_the_more_the_stronger_it_is() -> None:
    rows = [scores(cv2.GaussianBlur(picture(), (0, 0), sigma), picture()) for sigma in (0.5, 1, 2, 4, 8)]
    for name in ("psnr", "ssim", "ms_ssim"):
        assert (np.diff([row[name] for row in rows]) < 0).all()
    assert (np.diff([row["delta_e"] for row in rows]) > 0).all()


def test_pictures_too_small_for_five_scales_get_no_ms_ssim() -> None:
    assert "ms_ssim" in scores(picture(size=176), picture(size=176))
    assert "ms_ssim" not in scores(picture(size=175), picture(size=175))
