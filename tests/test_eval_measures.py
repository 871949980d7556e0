"""The table of measures, and the scores of one painting."""

import json
import subprocess
import sys

import numpy as np
import pytest
from conftest import COLORS

from attnpaint.data.lines import xdog
from attnpaint.errors import AttnpaintError
from attnpaint.eval.metrics.measures import MEASURES, Distribution, score, sensitivity
from attnpaint.images import letterbox, on_white, read_picture

TRUTH = letterbox(on_white(read_picture(COLORS[7])), 192)[0]
OTHER = on_white(read_picture(COLORS[1]))
LINES = xdog(TRUTH, 0.5)
WITH_TRUTH = ("mse", "psnr", "ssim", "ms_ssim", "delta_e")
ALWAYS = ("dccw", "emd", "line_f1", "bleed", "seams", "colourfulness")


def test_scores_come_in_the_order_of_the_table() -> None:
    scores = score(TRUTH, LINES, OTHER, TRUTH)
    assert tuple(scores) == WITH_TRUTH + ALWAYS
    assert [name for name in MEASURES if name in scores] == list(scores)
    assert all(isinstance(value, float) for value in scores.values())
    json.dumps(scores, allow_nan=False)


def test_the_table_names_everything_that_is_measured() -> None:
    distribution = Distribution()
    distribution.add(TRUTH, TRUTH)
    measured = {*score(TRUTH, LINES, OTHER, TRUTH), "sensitivity", *distribution.result()}
    assert measured | {"lpips", "fid"} == set(MEASURES)  # those need weights
    assert sensitivity([TRUTH, TRUTH], [TRUTH, OTHER]) == 0
    for name, measure in MEASURES.items():
        assert measure.name == name
        assert measure.about
        assert measure.better in ("higher", "lower", "one", "none")


def test_the_truth_itself_is_best() -> None:
    scores = score(TRUTH, LINES, TRUTH, TRUTH)
    assert scores["mse"] == scores["delta_e"] == scores["dccw"] == scores["emd"] == 0
    assert scores["colourfulness"] == 1


def test_without_a_truth_there_is_no_fidelity() -> None:
    assert tuple(score(TRUTH, LINES, OTHER, None)) == ALWAYS


def test_a_drawing_may_have_three_channels() -> None:
    thrice = np.repeat(LINES[..., None], 3, 2)
    assert score(TRUTH, thrice, OTHER, TRUTH) == score(TRUTH, LINES, OTHER, TRUTH)


def test_pictures_need_not_be_square() -> None:
    cut = slice(None), slice(30, 150)
    assert set(score(TRUTH[cut], LINES[cut], OTHER, TRUTH[cut])) == {*WITH_TRUTH, *ALWAYS} - {"ms_ssim"}


def test_equal_calls_give_equal_scores() -> None:
    assert score(TRUTH, LINES, OTHER, TRUTH) == score(TRUTH, LINES, OTHER, TRUTH)


@pytest.mark.parametrize(("what", "wrong"), [("drawing", 1), ("truth", 3), ("truth", 4)])
def test_different_sizes_are_told(what: str, wrong: int) -> None:
    given = [TRUTH, LINES, OTHER, TRUTH, TRUTH]
    given[wrong] = given[wrong][:-1]
    with pytest.raises(AttnpaintError, match=f"192×192 pixels, its {what} 192×191"):
        score(*given)


def test_measuring_knows_no_network_of_ours() -> None:
    code = (
        "import sys, attnpaint.eval.metrics.measures; "
        "ours = ('attnpaint.model', 'attnpaint.losses', 'attnpaint.data'); "
        "print([name for name in sys.modules if name.startswith(ours)])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
