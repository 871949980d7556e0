"""FID and LPIPS in an evaluation: there where their weights are given, and never mixed up."""

import json
import pickle
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from evaluating import SIZE, corpus, one_extractor, quick_scores, run_evaluation
from models import tiny_model
from networks import alexnet_file, inception_file
from stopping import after
from torch import Tensor
from torch.nn import functional as f

from attnpaint.cli.app import main
from attnpaint.cli.evaluate import evaluate
from attnpaint.data.sources import find_items
from attnpaint.errors import Stopped, UsageError
from attnpaint.eval.feature_weights import PUBLISHED, Weights
from attnpaint.eval.painters import PaperWhite
from attnpaint.eval.protocol import cases
from attnpaint.eval.records import Records, read_records, read_summary
from attnpaint.images import Picture

pytestmark = pytest.mark.slow

for package in ("torch_fidelity", "torchvision"):
    pytest.importorskip(package, reason=f"{package} is not installed: pip install 'attnpaint[fid]'")


Files = dict[str, Path]


class Real:
    """Paints the picture itself, in its own colours where the reference is another."""

    name = digest = "real"
    remark = ""

    def __init__(self, data: Path) -> None:
        found = cases(find_items([data]).items, SIZE, 9, 0)
        self.answers = {case.drawing.tobytes() + case.reference.tobytes(): case.real for case in found}

    def paint(self, drawing: Picture, reference: Picture) -> Picture:
        return self.answers[drawing.tobytes() + reference.tobytes()]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    folder = tmp_path_factory.mktemp("weights")
    (folder / "damaged.pth").write_bytes(b"PK no weights at all")
    (folder / "code.pth").write_bytes(pickle.dumps(Path("anything")))
    torch.save({"features.0.weight": torch.zeros(64, 3, 3, 3)}, folder / "vgg.pth")
    return {
        "fid": inception_file(folder / "inception.pth"),
        "lpips": alexnet_file(folder / "alexnet.pth"),
        "other": alexnet_file(folder / "other.pth", seed=1),
        "none": folder / "none.pth",
        **{name: folder / f"{name}.pth" for name in ("damaged", "code", "vgg")},
    }


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return corpus(tmp_path_factory.mktemp("data"), 2)


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    """The other scores cost nothing, and there is one line extractor."""
    with quick_scores(), one_extractor():
        yield


@pytest.fixture
def small_inception(monkeypatch: pytest.MonkeyPatch) -> None:
    """Instead of the real one, whose file is read and judged all the same."""

    def network(path: Path) -> Callable[[Tensor], Tensor]:
        return lambda pixels: f.adaptive_avg_pool2d(pixels.float(), 2).flatten(1)

    monkeypatch.setattr("attnpaint.eval.scoring.inception", network)


def evaluated(data: Path, out: Path, **options: Any) -> dict[str, Any]:
    run_evaluation(data, out, painters=options.pop("painters", (PaperWhite(),)), **options)
    return read_summary(out)


def test_the_truth_has_lpips_0_and_fid_0_and_others_more(data: Path, files: Files, tmp_path: Path) -> None:
    weights = Weights(Path(shutil.copy(files["fid"], tmp_path / "own.pth")), files["lpips"])
    summary = evaluated(data, tmp_path / "out", painters=(Real(data), PaperWhite()), weights=weights)
    for record in read_records(tmp_path / "out"):
        assert ("lpips" in record["scores"]) == (record["protocol"] == "same")
        if record["protocol"] == "same":
            real = record["painter"] == "real"
            assert record["scores"]["lpips"] == 0 if real else record["scores"]["lpips"] > 1e-4
    for protocol in ("same", "cross"):
        fid = {name: summary["distributions"][name][protocol]["fid"] for name in ("real", "paper-white")}
        assert fid["real"] < 1e-6 * fid["paper-white"]


@pytest.mark.usefixtures("small_inception")
def test_the_columns_are_there_with_the_weights_only(
    tmp_path: Path, files: Files, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    corpus(tmp_path / "in", 2)
    tiny_model(tmp_path / "mine")
    weights = ["--fid-weights", str(files["fid"]), "--lpips-weights", str(files["lpips"])]
    for out, given in (("with", weights), ("without", [])):
        fixed = ["--data", "in", "--out", out, "--size", "64", "--device", "cpu", "--workers", "1"]
        assert main(["evaluate", "mine", *fixed, *given]) == 0
        page = (tmp_path / out / "report.html").read_text()
        report = json.loads((tmp_path / out / "report.json").read_text())
        told = capsys.readouterr().err
        for name, title in (("fid", "FID ↓"), ("lpips", "LPIPS ↓")):
            there = [protocol for protocol, one in report["protocols"].items() if name in one["measures"]]
            assert there == ({"fid": ["same", "cross"], "lpips": ["same"]}[name] if given else [])
            assert (
                (name in report["measures"]) == (title in told) == (f'id="m-{name}"' in page) == bool(given)
            )
        assert ("lpips" in report["protocols"]["same"]["differences"]) == bool(given)


@pytest.mark.usefixtures("small_inception")
def test_stopped_and_gone_on_the_numbers_are_the_same(
    data: Path, files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = Weights(files["fid"], files["lpips"])
    whole = evaluated(data, tmp_path / "whole", weights=weights)
    for method, calls in (("add", 5), ("finish", 1)):
        out = tmp_path / f"{method}-{calls}"
        with monkeypatch.context() as patch:
            patch.setattr(Records, method, after(calls, KeyboardInterrupt())(getattr(Records, method)))
            with pytest.raises(Stopped):
                evaluated(data, out, weights=weights)
        assert evaluated(data, out, weights=weights) == whole
        assert evaluated(data, out, weights=weights) == whole  # once more, when all is done


@pytest.mark.usefixtures("small_inception")
def test_runs_with_and_without_weights_are_not_mixed(data: Path, files: Files, tmp_path: Path) -> None:
    fid, lpips, other = (
        Weights(fid=files["fid"]),
        Weights(lpips=files["lpips"]),
        Weights(lpips=files["other"]),
    )
    out = tmp_path / "out"
    begun = evaluated(data, out, weights=lpips)
    told = {
        "without --fid-weights": Weights(files["fid"], files["lpips"]),
        "with --lpips-weights": Weights(),
        "with other --lpips-weights": other,
    }
    for how, weights in told.items():
        with pytest.raises(UsageError, match=f"out was begun {how}; give the same options, or another --out"):
            evaluated(data, out, weights=weights)
    moved = Weights(lpips=Path(shutil.copy(files["lpips"], tmp_path / "moved.pth")))
    assert evaluated(data, out, weights=moved) == begun  # the same file elsewhere
    before = evaluated(data, tmp_path / "plain")
    journal = before["setup"].copy()
    del journal["weights"]  # as before there were any
    summary = tmp_path / "plain" / "summary.json"
    summary.write_text(json.dumps({**before, "setup": journal}))
    compared = evaluated(data, tmp_path / "fid", weights=fid, compare=(tmp_path / "plain", out))
    assert set(compared["setup"]["weights"]) == {"fid", "lpips"}
    with pytest.raises(UsageError, match="fid was evaluated with other --lpips-weights; evaluate both alike"):
        evaluated(data, tmp_path / "new", weights=other, compare=(tmp_path / "fid",))


@pytest.mark.parametrize(
    ("measure", "file", "told"),
    [
        (
            "fid",
            "none",
            "none.pth does not exist; give --fid-weights weights-inception-2015-12-05-6726825d.pth",
        ),
        ("lpips", "none", "none.pth does not exist; give --lpips-weights alexnet-owt-7be5be79.pth from"),
        ("fid", "damaged", "damaged.pth is not a checkpoint, or is damaged; give --fid-weights"),
        ("lpips", "damaged", "damaged.pth is not a checkpoint, or is damaged; give --lpips-weights"),
        ("fid", "code", "give --fid-weights"),
        ("fid", "lpips", "alexnet.pth holds no weights of FID's Inception v3; give --fid-weights"),
        ("lpips", "fid", "inception.pth holds no weights of torchvision's AlexNet; give --lpips-weights"),
        ("lpips", "vgg", "vgg.pth holds no weights of torchvision's AlexNet"),
    ],
)
def test_files_that_cannot_be_used_are_one_line_before_anything_is_painted(
    data: Path,
    files: Files,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    measure: str,
    file: str,
    told: str,
) -> None:
    fixed = ["--data", str(data), "--out", str(tmp_path / "out"), "--device", "cpu"]
    assert main(["evaluate", f"--{measure}-weights", str(files[file]), *fixed]) == 4
    said = capsys.readouterr()
    assert told in said.err
    assert said.err.count("\n") == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("measure", "package"),
    [("fid", "torch_fidelity"), ("lpips", "torchvision"), ("fid", "torchmetrics"), ("lpips", "torchmetrics")],
)
def test_a_missing_package_says_what_to_install(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], measure: str, package: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setitem(__import__("sys").modules, package, None)
    fixed = ["--data", str(data), "--out", str(tmp_path / "out"), "--device", "cpu"]
    assert main(["evaluate", f"--{measure}-weights", "any.pth", *fixed]) == 4
    name = package.replace("_", "-")
    told = f"--{measure}-weights needs {name}, which is not installed; pip install 'attnpaint[fid]'"
    assert capsys.readouterr().err == f"attnpaint: {told}\n"


@pytest.mark.parametrize("measure", PUBLISHED)
def test_the_help_names_the_file(measure: str) -> None:
    told = " ".join((evaluate.__doc__ or "").split())
    assert PUBLISHED[measure] in told
