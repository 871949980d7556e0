"""Painters that are judged: what the baselines paint is known, models paint as users get it."""

from pathlib import Path

import numpy as np
import pytest
from evaluating import scene
from models import tiny_model

from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.eval.painters import ANCESTOR, ModelPainter, NearestBand, PaperWhite, baselines, names_of
from attnpaint.eval.setup import BASELINES
from attnpaint.images import Picture
from attnpaint.inference.colorizer import Colorizer
from attnpaint.model.folder import DEFAULT_MODEL

COLORS = np.array([(200, 30, 30), (30, 200, 30), (30, 30, 200), (200, 200, 30)], np.uint8)


@pytest.fixture
def boxes() -> Picture:
    """Four boxes, one above the other, in black lines on white."""
    drawing = np.full((160, 100), 255, np.uint8)
    for top in range(5, 160, 40):
        drawing[top : top + 30, 10:90] = 0
        drawing[top + 3 : top + 27, 13:87] = 255
    return drawing


@pytest.fixture
def bands() -> Picture:
    """Four bands of a heavy colour; a quarter of each is white."""
    reference = np.full((80, 40, 3), 255, np.uint8)
    reference[:, :30] = COLORS.repeat(20, axis=0)[:, None]
    return reference


def test_paper_white_is_the_drawing(boxes: Picture, bands: Picture) -> None:
    painted = PaperWhite().paint(boxes, bands)
    assert painted.shape == (160, 100, 3)
    assert (painted == boxes[..., None]).all()


def test_nearest_band_fills_each_region_at_its_height_under_the_lines(boxes: Picture, bands: Picture) -> None:
    painted = NearestBand().paint(boxes, bands)
    for top, color in zip(range(5, 160, 40), COLORS, strict=True):
        assert (painted[top + 5 : top + 25, 15:85] == color).all()
    assert not painted[boxes == 0].any()


def test_a_model_paints_at_the_drawings_size_as_a_user_gets_it(
    boxes: Picture, bands: Picture, tmp_path: Path
) -> None:
    folder = tiny_model(tmp_path / "mine")
    colorizer = Colorizer.load(folder, "cpu")
    flat, soft = (ModelPainter(folder, "cpu", finish) for finish in (None, "painted"))
    for painter, finish in ((flat, "flat"), (soft, "painted")):
        painted = painter.paint(boxes, bands)
        assert painted.shape == (160, 100, 3)
        assert (painted == colorizer.colorize(boxes, bands, finish).picture).all()
    assert flat.name == "mine"
    assert flat.digest != soft.digest


def test_the_ancestor_paints_softly_what_the_reference_says(boxes: Picture, bands: Picture) -> None:
    *others, ancestor = baselines("cpu")
    assert [painter.name for painter in (*others, ancestor)] == list(BASELINES)
    one, other = ancestor.paint(boxes, bands), ancestor.paint(boxes, bands[::-1])
    assert ancestor.name == "ancestor"
    assert len(np.unique(one.reshape(-1, 3), axis=0)) > 100  # no flat fill
    assert abs(one.astype(int) - other).mean() > 5  # of 255: the bands turned over


def test_a_models_digest_tells_its_weights_but_not_its_place(tmp_path: Path) -> None:
    one, same, other = (
        ModelPainter(tiny_model(tmp_path / name, seed), "cpu")
        for name, seed in (("one", 0), ("run/model", 0), ("other", 1))
    )
    assert one.digest == same.digest != other.digest
    assert ModelPainter(tmp_path / "run", "cpu").digest == one.digest  # a training run's


def test_names_say_what_tells_the_folders_apart(tmp_path: Path) -> None:
    assert names_of([DEFAULT_MODEL, tmp_path / "a"]) == ["attnpaint", "a"]
    assert names_of([tmp_path / "a" / "model", tmp_path / "b"]) == ["a", "b"]
    assert names_of([tmp_path / "a" / "best", tmp_path / "b" / "best"]) == ["a/best", "b/best"]
    assert names_of([tmp_path / "runs" / "paper-white"]) == ["runs/paper-white"]
    assert names_of([ANCESTOR]) == ["weights/ancestor"]
    with pytest.raises(UsageError, match="is given twice"):
        names_of([tmp_path / "a", tmp_path / "b" / ".." / "a"])


def test_an_unreadable_model_is_told(tmp_path: Path) -> None:
    folder = tiny_model(tmp_path / "mine")
    (folder / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(AttnpaintError, match="mine cannot be read"):
        ModelPainter(folder, "cpu")


def test_a_drawing_without_a_line_is_one_region() -> None:
    blank = np.full((40, 50), 255, np.uint8)
    painted = NearestBand().paint(blank, scene(3))
    assert len(np.unique(painted.reshape(-1, 3), axis=0)) == 1
