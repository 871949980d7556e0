"""`attnpaint evaluate`: what it writes and says, and one line for everything that can go wrong."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from evaluating import corpus, folder_of, quick_scores, scene
from models import tiny_model
from painting import recipe_of, saved

from attnpaint.cli.app import main
from attnpaint.config import DataConfig
from attnpaint.data.lines import EXTRACTORS
from attnpaint.eval.painters import NearestBand
from attnpaint.eval.records import read_records, read_summary

pytestmark = pytest.mark.slow

DRAWINGS = 2 * len(EXTRACTORS) + 1


@pytest.fixture(scope="module", autouse=True)
def quick() -> Iterator[None]:
    with quick_scores():
        yield


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with two pictures in `in` and a model in `mine`."""
    monkeypatch.chdir(tmp_path)
    corpus(tmp_path / "in", 2)
    tiny_model(tmp_path / "mine")
    return tmp_path


def evaluate(*arguments: str) -> int:
    out = () if "--out" in arguments else ("--out", "out")
    fixed = ("--data", "in", *out, "--size", "64", "--device", "cpu", "--workers", "1")
    return main(["evaluate", *arguments, *fixed])


def test_a_model_is_judged_beside_the_baselines(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate("mine") == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert "2 pictures, 9 drawings, each from two references; see out/report.html" in said.err
    assert all(painter in said.err for painter in ("mine", "paper-white", "nearest-band", "ancestor"))
    assert read_summary(workspace / "out")["painters"] == ["mine", "paper-white", "nearest-band", "ancestor"]
    assert len(list(read_records(workspace / "out"))) == DRAWINGS * 2 * 4
    assert (workspace / "out" / "report.html").is_file()
    assert json.loads((workspace / "out" / "report.json").read_text())["pictures"] == 2


def test_json_says_the_means_and_nothing_else(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate("mine", "--json", "--finish", "painted") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["pictures"], told["drawings"], told["skipped"]) == (2, DRAWINGS, {})
    assert set(told["means"]) == {"same", "cross"}
    for protocol, means in told["means"].items():
        assert set(means) == {"mine (painted)", "paper-white", "nearest-band", "ancestor"}
        for measures in means.values():
            assert {"dccw", "frechet_random"} <= set(measures)
            assert ("delta_e" in measures) == (protocol == "same")


def test_models_of_other_recipes_are_compared_and_it_is_told_what_they_were_not_given(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small = DataConfig(size=64)
    saved(workspace / "hinted", replace(recipe_of("chainer-unet", "hint-image"), data=small))
    saved(workspace / "nine", replace(recipe_of("swish-unet", "hint-map", width=3, variants=9), data=small))
    assert evaluate("hinted", "--out", "first") == 0
    assert "hinted: judged without the hints that it takes\n" in capsys.readouterr().err
    assert evaluate("nine", "mine", "--compare", "first", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    first = "by the first of the 9 pictures that it paints of each drawing"
    remarks = {
        "nine": f"judged without the hints that it takes and {first}",
        "hinted": "judged without the hints that it takes",
    }
    assert told["remarks"] == remarks
    painters = ["nine", "mine", "hinted", "paper-white", "nearest-band", "ancestor"]
    assert set(told["means"]["same"]) == {*painters}
    report = json.loads((workspace / "out" / "report.json").read_text())
    assert (report["painters"], report["remarks"]) == (painters, remarks)
    page = (workspace / "out" / "report.html").read_text()
    assert all(f"<dt>{painter}<dd>{remark}" in page for painter, remark in remarks.items())


def test_pictures_that_cannot_be_read_are_told_and_the_code_is_3(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (workspace / "in" / "broken.png").write_bytes(b"no picture")
    assert evaluate("mine") == 3
    said = capsys.readouterr().err
    assert "attnpaint: left out: broken.png (broken.png cannot be read" in said
    assert "2 pictures, 1 left out, 9 drawings" in said


def test_ctrl_c_says_how_to_go_on(
    workspace: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(NearestBand, "paint", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        assert evaluate("mine", "--finish", "painted") == 130
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    again = "attnpaint evaluate mine --data in --out out --size 64 --finish painted --device cpu --workers 1"
    assert said == f"attnpaint: stopped; 0 of 2 pictures are judged; go on with: {again}\n"
    assert main(again.split()[1:]) == 0


def test_another_model_in_the_same_folder_is_refused(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate("mine") == 0
    tiny_model(workspace / "mine", seed=1)
    capsys.readouterr()
    assert evaluate("mine") == 2
    told = (
        "attnpaint: out was begun with another mine: the model or --finish has changed; give another --out\n"
    )
    assert capsys.readouterr().err == told


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["nowhere"], 1, "nowhere does not exist; give a model folder or a training run's"),
        (["in/a/p0.color.png"], 1, "is not a folder; give a model folder"),
        (["in"], 1, "in is no model folder: config.json is missing"),
        (["mine", "mine"], 2, "mine is given twice"),
        (["mine", "--compare", "nowhere"], 1, "nowhere holds no summary.json"),
        (["mine", "--pictures", "1"], 2, "--pictures"),
        (["mine", "--size", "16"], 2, "--size"),
        (["mine", "--seed", "-1"], 2, "--seed"),
        (["mine", "--out", "in/a/p0.color.png"], 2, "is not a folder; give a folder to write to"),
        (["mine", "--data", "empty"], 1, "no pictures to train on in empty"),
        (["mine", "--data", "one"], 1, "there is only one picture; give two or more"),
        (["mine", "--data", "nowhere"], 1, "nowhere does not exist"),
    ],
)
def test_what_cannot_work_is_one_line(
    workspace: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, told: str
) -> None:
    (workspace / "empty").mkdir()
    folder_of(workspace / "one", p=scene(1))
    defaults = [("--data", "in"), ("--out", "out"), ("--device", "cpu")]
    given = [word for pair in defaults if pair[0] not in arguments for word in pair]
    assert main(["evaluate", *arguments, *given]) == code
    said = capsys.readouterr().err
    assert told in said
    assert said.count("\n") == 1
    assert not (workspace / "out" / "summary.json").exists()
