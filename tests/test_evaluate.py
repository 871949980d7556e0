"""An evaluation's records: every case by every painter, the same however it is run, stopped or killed."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from evaluating import corpus, fixtures, folder_of, run_evaluation, scene
from stopping import after

from attnpaint.data.lines import EXTRACTORS
from attnpaint.errors import AttnpaintError, Stopped, UsageError
from attnpaint.eval.painters import NearestBand, PaperWhite
from attnpaint.eval.records import Records, read_records, read_summary
from attnpaint.images import Picture, read_picture

DRAWINGS = 3 * len(EXTRACTORS) + 1
quick, data, whole = fixtures(3)


def same(one: Path, other: Path) -> bool:
    files = [
        {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*.*")}
        for out in (one, other)
    ]
    for found in files:
        del found[".evaluate.sqlite"]
    return files[0] == files[1]


def test_every_case_of_every_painter_has_a_line_and_pictures(whole: Path) -> None:
    records = list(read_records(whole))
    keys = {(r["painter"], r["protocol"], r["lines"], r["name"]) for r in records}
    assert len(records) == len(keys) == DRAWINGS * 2 * 2
    for record in records:
        shown = [record[what] for what in ("picture", "drawing", "reference")]
        assert (record["truth"] is None) == (record["protocol"] == "cross")
        for place in (*shown, *filter(None, [record["truth"]])):
            assert max(read_picture(whole / place).shape[:2]) <= 64
        assert ("delta_e" in record["scores"]) == (record["protocol"] == "same")
        assert ("sensitivity" in record) == (record["protocol"] == "cross")
        assert "psnr" not in record["scores"]  # it is infinite here: left out
    assert len({record["picture"] for record in records}) == len(records)


def test_the_summary_tells_what_was_judged_and_how(whole: Path) -> None:
    summary = read_summary(whole)
    assert summary["painters"] == ["paper-white", "nearest-band"]
    assert (summary["size"], summary["pictures"], summary["seed"], summary["skipped"]) == (64, 3, 0, {})
    for name in summary["painters"]:
        assert len(summary["sensitivity"][name]) == DRAWINGS
        for protocol in ("same", "cross"):
            assert summary["distributions"][name][protocol]["sliced_wasserstein"] > 0


@pytest.mark.parametrize(
    ("name", "calls"), [("add", 1), ("add", 7), ("add", 16), ("commit", 2), ("finish", 1)]
)
@pytest.mark.slow
def test_stopped_anywhere_the_same_call_goes_on(
    data: Path, whole: Path, tmp_path: Path, name: str, calls: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Records, name, after(calls, KeyboardInterrupt())(getattr(Records, name)))
        with pytest.raises(Stopped, match=r"stopped; [0123] of 3 pictures are judged"):
            run_evaluation(data, tmp_path)
    assert run_evaluation(data, tmp_path).pictures == 3
    assert same(whole, tmp_path)


@pytest.mark.parametrize("missing", [2, 18, 30])
@pytest.mark.slow
def test_at_a_stop_later_results_may_come_without_earlier_ones(
    data: Path, whole: Path, tmp_path: Path, missing: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def with_a_gap(function: Callable[[Any], Any], tasks: Iterator[Any], workers: int) -> Iterator[Any]:
        for number, task in enumerate(tasks):
            result = function(task)
            if number != missing:
                yield result
            if number == missing + 14:
                raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("attnpaint.eval.run.in_order", with_a_gap)
        with pytest.raises(Stopped):
            run_evaluation(data, tmp_path)
    run_evaluation(data, tmp_path)
    assert same(whole, tmp_path)


def test_half_a_line_of_a_killed_run_is_dropped_and_whole_pictures_are_not_painted_again(
    data: Path, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Records, "add", after(2 * 2 * 5 + 3, MemoryError())(Records.add))
        with pytest.raises(MemoryError):
            run_evaluation(data, tmp_path)
    with (tmp_path / "records.jsonl").open("a") as file:
        file.write('{"painter": "pap')
    painted: list[Picture] = []
    paint = PaperWhite.paint

    def painting(painter: PaperWhite, drawing: Picture, reference: Picture) -> Picture:
        painted.append(drawing)
        return paint(painter, drawing, reference)

    monkeypatch.setattr(PaperWhite, "paint", painting)
    run_evaluation(data, tmp_path)
    assert 0 < len(painted) < 2 * DRAWINGS
    assert same(whole, tmp_path)
    painted.clear()
    run_evaluation(data, tmp_path)  # once more, when all is done
    assert not painted
    assert same(whole, tmp_path)


def test_other_options_in_the_same_folder_are_refused_and_harm_nothing(
    data: Path, whole: Path, tmp_path: Path
) -> None:
    out = shutil.copytree(whole, tmp_path / "out")
    for options, told in (
        ({"seed": 1}, "begun with --seed 0, not --seed 1; give the same options, or another --out"),
        ({"pictures": 2}, "begun with --pictures 64, not --pictures 2"),
        ({"painters": (PaperWhite(),)}, "begun with paper-white, nearest-band, not paper-white"),
    ):
        with pytest.raises(UsageError, match=told):
            run_evaluation(data, out, **options)
    changed = NearestBand()
    changed.digest = "changed"
    with pytest.raises(
        UsageError, match="begun with another nearest-band: the model or --finish has changed"
    ):
        run_evaluation(data, out, painters=(PaperWhite(), changed))
    with pytest.raises(UsageError, match="begun with other pictures"):
        run_evaluation(corpus(tmp_path / "other", 5), out)
    (out / ".evaluate.sqlite").unlink()
    with pytest.raises(UsageError, match=r"records.jsonl is there already; give another --out"):
        run_evaluation(data, out)
    shutil.copy(whole / ".evaluate.sqlite", out)
    assert same(whole, out)


def test_a_second_run_in_the_same_folder_at_the_same_time_is_refused(data: Path, tmp_path: Path) -> None:
    class Meddler(PaperWhite):
        def paint(self, drawing: Picture, reference: Picture) -> Picture:
            with pytest.raises(AttnpaintError, match=r"cannot be used \(database is locked\)"):
                run_evaluation(data, tmp_path / "out")
            raise KeyboardInterrupt

    with pytest.raises(Stopped):
        run_evaluation(data, tmp_path / "out", painters=(Meddler(), NearestBand()))


def test_pictures_that_cannot_be_read_are_told_and_the_others_judged(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "in", a=scene(1), b=scene(2))
    (folder / "broken.png").write_bytes(b"no picture")
    outcome = run_evaluation(folder, tmp_path / "out")
    assert (outcome.pictures, outcome.drawings) == (2, 2 * len(EXTRACTORS))
    assert list(outcome.skipped) == ["broken.png"]
    assert "is not a picture" in outcome.skipped["broken.png"]
    assert read_summary(tmp_path / "out")["pictures"] == 2
    for name in ("a", "b"):
        (folder / f"{name}.png").write_bytes(b"no picture")
    with pytest.raises(AttnpaintError, match="none of 3 pictures can be read"):
        run_evaluation(folder, tmp_path / "none")
