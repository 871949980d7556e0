"""Painters of other evaluations beside one's own."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from evaluating import corpus, fixtures, run_evaluation

from attnpaint.data.lines import EXTRACTORS
from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.eval.painters import PaperWhite
from attnpaint.eval.records import read_records, read_summary
from attnpaint.images import Picture

pytestmark = pytest.mark.slow

DRAWINGS = 2 * len(EXTRACTORS) + 1
quick, data, whole = fixtures(2)


class Bright(PaperWhite):
    name = digest = "bright"

    def paint(self, drawing: Picture, reference: Picture) -> Picture:
        return np.maximum(super().paint(drawing, reference), 100)


def test_compared_painters_stand_beside_ones_own_with_their_pictures(
    data: Path, whole: Path, tmp_path: Path
) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    run_evaluation(data, other, painters=(Bright(), PaperWhite()))
    run_evaluation(data, one, compare=(other,))
    summary, records = read_summary(one), list(read_records(one))
    assert summary["painters"] == ["bright", "paper-white", "nearest-band"]
    own = [record for record in records if record["painter"] != "bright"]
    assert own == list(read_records(whole))  # the other's paper-white is the same
    there = [record for record in read_records(other) if record["painter"] == "bright"]
    here = [record for record in records if record["painter"] == "bright"]
    assert [record["scores"] for record in here] == [record["scores"] for record in there]
    for mine, its in zip(here, there, strict=True):
        assert (one / mine["picture"]).read_bytes() == (other / its["picture"]).read_bytes()
        assert (one / mine["drawing"]).exists()
    assert summary["distributions"]["bright"] == read_summary(other)["distributions"]["bright"]
    assert len(summary["sensitivity"]["bright"]) == DRAWINGS
    run_evaluation(data, one)  # without it again
    assert (one / "records.jsonl").read_bytes() == (whole / "records.jsonl").read_bytes()
    assert json.loads((one / "summary.json").read_text()) == read_summary(whole)


def test_a_compared_painter_of_an_equal_name_is_called_by_its_folder(data: Path, tmp_path: Path) -> None:
    for shade, out in enumerate(("old", "new")):
        painter = Bright()
        painter.digest = f"bright {shade}"
        run_evaluation(
            data, tmp_path / out, painters=(painter,), compare=(tmp_path / "old",) if shade else ()
        )
    assert read_summary(tmp_path / "new")["painters"] == ["bright", "old/bright"]


def test_only_evaluations_alike_are_compared(data: Path, whole: Path, tmp_path: Path) -> None:
    def comparing(other: Path, **options: Any) -> None:
        run_evaluation(data, tmp_path / "out", compare=(other,), **options)

    with pytest.raises(
        UsageError, match="evaluated with --seed 0, this one with --seed 5; evaluate both alike"
    ):
        comparing(whole, seed=5)
    with pytest.raises(UsageError, match="evaluated with --pictures 64, this one with --pictures 2"):
        comparing(whole, pictures=2)
    with pytest.raises(UsageError, match="evaluated on other pictures; evaluate both on the same --data"):
        run_evaluation(corpus(tmp_path / "in", 4), tmp_path / "out", compare=(whole,))
    with pytest.raises(AttnpaintError, match=r"empty holds no summary\.json"):
        comparing(tmp_path / "empty")
    with pytest.raises(UsageError, match="is the folder of --out"):
        comparing(tmp_path / "out")
    (shutil.copytree(whole, tmp_path / "begun") / "summary.json").unlink()
    with pytest.raises(AttnpaintError, match="begun has not ended"):
        comparing(tmp_path / "begun")
    assert not (tmp_path / "out").exists()
