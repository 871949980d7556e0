"""What `colorize --json` prints fits one schema, docs/colorize.schema.json, whatever happens."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import jsonschema
import numpy as np
import pytest

from attnpaint.cli.app import main
from attnpaint.images import write_picture
from attnpaint.layered import read_ora

SCHEMA = json.loads((Path(__file__).parents[1] / "docs" / "colorize.schema.json").read_text(encoding="utf-8"))
KEYS = {"done", "failed", "skipped", "exit_code"}
Told = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def model(quick_model: Path) -> Path:
    return quick_model


@pytest.fixture
def told(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Told:
    """Runs the command in a folder with drawings/ (a, b), broken/ (a, and note.png, no picture), ref.png."""
    monkeypatch.chdir(tmp_path)
    for number, name in enumerate(("drawings/a", "drawings/b", "broken/a")):
        sketch = np.full((40, 60, 3), 255, np.uint8)
        cv2.circle(sketch, (25 + number, 20), 12, (0, 0, 0), 2)
        path = Path(f"{name}.png")
        path.parent.mkdir(exist_ok=True)
        write_picture(path, sketch)
    Path("broken/note.png").write_text("no picture")
    write_picture("ref.png", np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8))

    def run(*arguments: str, reference: str = "ref.png") -> dict[str, Any]:
        given = [
            "colorize",
            *arguments,
            "--ref",
            reference,
            "--model",
            str(model),
            "--device",
            "cpu",
            "--json",
        ]
        code = main(given)
        said: dict[str, Any] = json.loads(capsys.readouterr().out)
        jsonschema.validate(said, SCHEMA)
        assert said["exit_code"] == code
        assert set(said) >= KEYS
        return said

    return run


@pytest.mark.parametrize(
    ("arguments", "done"),
    [
        (("drawings/a.png",), ["drawings/a.colored.png"]),
        (("drawings/a.png", "-o", "x.webp"), ["x.webp"]),
        (("drawings", "-o", "out"), ["out/a.png", "out/b.png"]),
        (("drawings", "-o", "out", "--frames"), ["out/a.png", "out/b.png"]),
    ],
)
def test_what_was_painted(told: Told, arguments: tuple[str, ...], done: list[str]) -> None:
    said = told(*arguments)
    assert [job["output"] for job in said["done"]] == done
    assert (said["failed"], said["skipped"], said["exit_code"]) == ([], [], 0)
    assert all((job["width"], job["height"]) == (60, 40) for job in said["done"])


def test_some_that_failed(told: Told) -> None:
    said = told("broken", "-o", "out")
    assert [job["sketch"] for job in said["failed"]] == ["broken/note.png"]
    assert len(said["done"]) == 1
    assert said["exit_code"] == 3


@pytest.mark.parametrize("arguments", [("drawings/a.png", "-o", "x.png"), ("drawings", "-o", "out")])
def test_what_is_there_already(told: Told, arguments: tuple[str, ...]) -> None:
    first = told(*arguments)
    again = told(*arguments, "--skip-existing")
    assert [job["output"] for job in again["skipped"]] == [job["output"] for job in first["done"]]
    assert again["done"] == []


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("gone.png",), 1, "gone.png does not exist"),
        (("broken/note.png",), 1, "not a picture"),
        (("drawings/a.png", "--work-size", "9"), 2, "64 to 2048"),
        (("drawings/a.png", "--finish", "shiny"), 2, "shiny"),
        (("drawings/a.png", "--variants", "2"), 2, "paints one picture"),
    ],
)
def test_where_it_fails_the_reason_is_in_the_object(
    told: Told, arguments: tuple[str, ...], code: int, says: str
) -> None:
    said = told(*arguments)
    assert said["exit_code"] == code
    assert says in said["error"]
    assert said["done"] == []


def test_other_commands_tell_their_failures_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["palette", "gone.png", "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert set(said) == {"error", "exit_code"}
    assert "gone.png" in said["error"]


@pytest.mark.parametrize("output", ["new dir/x.png", "deep/er/x.ora", "a/b/c/x.attnpaint"])
def test_a_missing_folder_is_made(told: Told, output: str) -> None:
    assert told("drawings/a.png", "-o", output)["output"] == output
    assert Path(output).is_file()


def test_no_folder_is_made_where_nothing_is_painted(told: Told) -> None:
    told("broken/note.png", "-o", "new/x.png")
    assert not Path("new").exists()


@pytest.mark.parametrize("kind", ["png", "webp", "ora", "psd"])
def test_files_in_a_folder_have_the_format_that_is_asked_for(told: Told, kind: str) -> None:
    said = told("drawings", "-o", "out", "--format", kind)
    assert sorted(path.name for path in Path("out").iterdir()) == [f"a.{kind}", f"b.{kind}"]
    if kind == "ora":
        assert read_ora(said["done"][0]["output"])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("drawings/a.png", "-o", "x.png", "--format", "psd"), "contradict"),
        (("drawings/a.png", "-o", "-", "--format", "psd"), "contradict"),
        (("drawings", "-o", "out", "--format", "gif"), "gif"),
    ],
)
def test_a_format_that_cannot_be_meant(
    told: Told, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], says: str
) -> None:
    if "-" in arguments:
        assert main(["colorize", *arguments, "--ref", "ref.png"]) == 2
        assert says in capsys.readouterr().err
    else:
        assert says in told(*arguments)["error"]
