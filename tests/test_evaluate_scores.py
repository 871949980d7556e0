"""What an evaluation says where the answer is known, and by how many processes it is found."""

from pathlib import Path

import pytest
from evaluating import Oracle, corpus, run_evaluation

from attnpaint.eval.painters import NearestBand, PaperWhite
from attnpaint.eval.protocol import Protocol
from attnpaint.eval.records import read_records, read_summary

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return corpus(tmp_path_factory.mktemp("data"), 2)


def test_the_truth_is_without_fault_and_paper_white_ignores_its_reference(data: Path, tmp_path: Path) -> None:
    run_evaluation(data, tmp_path, painters=(Oracle(data), PaperWhite(), NearestBand()))
    for record in read_records(tmp_path):
        scores, exact = record["scores"], (record["painter"], record["protocol"]) == ("oracle", "same")
        if exact:
            assert scores["mse"] == scores["delta_e"] == 0
            assert scores["ssim"] == pytest.approx(1, abs=1e-3)
        elif record["protocol"] == Protocol.same:
            assert scores["mse"] > 100
        else:
            assert "mse" not in scores
        if record["painter"] == "paper-white":
            assert scores["line_f1"] == 1
    summary = read_summary(tmp_path)
    assert set(summary["sensitivity"]["paper-white"]) == {0.0}
    assert min(summary["sensitivity"]["nearest-band"]) > 0.1
    apart = {name: found["same"]["frechet_random"] for name, found in summary["distributions"].items()}
    assert apart["oracle"] < 1e-6
    assert min(apart["nearest-band"], apart["paper-white"]) > 1


def test_worker_processes_change_nothing(data: Path, tmp_path: Path) -> None:
    for workers in (1, 2):
        run_evaluation(data, tmp_path / str(workers), workers)
    one, two = (
        {path.relative_to(out): path.read_bytes() for path in out.rglob("*.*") if path.name[0] != "."}
        for out in (tmp_path / "1", tmp_path / "2")
    )
    assert one == two
    assert len(one) > 20
