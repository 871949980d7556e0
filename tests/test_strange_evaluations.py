"""JSON of evaluations and studies that people pass around: one line with file and place."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rating import study_of
from reporting import evaluation

from attnpaint.cli.app import main
from attnpaint.errors import AttnpaintError
from attnpaint.eval.records import read_records, read_summary
from attnpaint.eval.results import read_results

DEEP = "[" * 400 + "]" * 400
LINES: dict[str, Callable[[dict[str, Any]], object]] = {
    "no painter": lambda line: line.pop("painter"),
    "no scores": lambda line: line.pop("scores"),
    "a list as name": lambda line: line.update(name=[1]),
    "a table as protocol": lambda line: line.update(protocol={}),
    "a list as picture": lambda line: line.update(picture=["a"]),
    "no drawing": lambda line: line.update(drawing=None),
    "text as score": lambda line: line["scores"].update(mse="1"),
    "a list as score": lambda line: line["scores"].update(ssim=[1]),
    "truth as score": lambda line: line["scores"].update(ssim=True),
    "a long number": lambda line: line["scores"].update(mse=10**39),
    "scores as list": lambda line: line.update(scores=[1]),
    "text as sensitivity": lambda line: line.update(sensitivity="x"),
    "a way out": lambda line: line.update(picture="../../secret.png"),
    "an absolute way out": lambda line: line.update(reference="/etc/passwd"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return evaluation(tmp_path / "judged", pictures=2)


def told(folder: Path) -> str:
    with pytest.raises(AttnpaintError) as caught:
        read_results(folder)
    said = str(caught.value)
    assert "\n" not in said
    assert len(said) < 400 + len(str(folder))
    return said


@pytest.mark.parametrize("kind", LINES)
def test_a_line_that_is_no_record_is_told_with_its_number(folder: Path, kind: str) -> None:
    path = folder / "records.jsonl"
    lines = path.read_text().splitlines()
    record = json.loads(lines[2])
    LINES[kind](record)
    lines[2] = json.dumps(record)
    path.write_text("\n".join(lines) + "\n")
    said = told(folder)
    assert str(path) in said
    assert "line 3" in said


@pytest.mark.parametrize(
    "text", ["0", DEEP, '"\\ud800"', "[]", "{}", "7" * 5000, '{"painter": ' * 300, "null"]
)
def test_lines_and_files_that_are_no_table_are_told(folder: Path, text: str) -> None:
    records = (folder / "records.jsonl").read_text()
    (folder / "records.jsonl").write_text(records + text + "\n")
    assert "records.jsonl" in told(folder)
    (folder / "records.jsonl").write_text(records)
    (folder / "summary.json").write_text(text)
    assert "summary.json" in told(folder)


@pytest.mark.parametrize(
    "change",
    [
        {"painters": ["ours", [1, 1]]},
        {"painters": "ours"},
        {"painters": []},
        {"painters": ["ours", "ours"]},
        {"remarks": [1]},
        {"distributions": {"ours": 3}},
        {"distributions": {"ours": {"same": {"frechet_random": "much"}}}},
        {"distributions": [[]]},
        {"size": "big"},
        {"skipped": ["a"]},
        {"setup": 4},
    ],
)
def test_a_summary_of_another_kind_is_told(folder: Path, change: dict[str, Any]) -> None:
    path = folder / "summary.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    said = told(folder)
    assert str(path) in said
    assert next(iter(change)) in said


def test_marks_at_the_start_do_no_harm(folder: Path) -> None:
    wanted = list(read_records(folder)), read_summary(folder)
    for name in ("records.jsonl", "summary.json"):
        (folder / name).write_bytes(b"\xef\xbb\xbf" + (folder / name).read_bytes())
    assert (list(read_records(folder)), read_summary(folder)) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "0",
        "[]",
        DEEP,
        '"\\ud800"',
        '{"places": 3, "painters": []}',
        '{"places": {"a": []}, "painters": ["b"]}',
        '{"places": {"a": {"A": "b"}}, "painters": [["b"], "b"]}',
        '{"places": {}, "painters": ["a", "b"]}',
    ],
)
def test_a_key_of_another_kind_is_one_line(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study_of(tmp_path)
    (tmp_path / "key.json").write_text(text)
    (tmp_path / "r.csv").write_text("rater,picture,place,question,score\n")
    assert main(["study", "score", str(tmp_path / "r.csv"), "--key", str(tmp_path / "key.json")]) == 1
    said = capsys.readouterr().err
    assert "is no key of a study" in said
    assert said.count("\n") == 1


def test_records_of_a_painter_that_the_summary_does_not_name_are_told(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (folder / "records.jsonl").read_text().replace('"painter": "theirs"', '"painter": "nobody"')
    (folder / "records.jsonl").write_text(text)
    assert main(["study", str(tmp_path / "study"), "--outputs", str(folder)]) == 1
    assert "nobody" in capsys.readouterr().err
