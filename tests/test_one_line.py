"""What is told is one line that a terminal can show, whatever files are called."""

import shutil
from pathlib import Path

import pytest

from attnpaint.cli.app import main
from attnpaint.errors import LONGEST, AttnpaintError, UsageError, one_line

ASSETS = Path(__file__).parents[1] / "assets"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb", "a b"),
        ("a \r\n\t b\n", "a b"),
        ("\x1b[2J\x1b]0;owned\x07", "\\x1b[2J\\x1b]0;owned\\x07"),
        ("cod\u202egnp.exe", "cod\\u202egnp.exe"),
        ("a\u2028b\u2029c\x85d", "a\\u2028b\\u2029c\\x85d"),
        ("half \ud800", "half \\ud800"),
    ],
)
def test_what_would_end_or_turn_the_line_is_spelled_out(text: str, shown: str) -> None:
    assert one_line(text) == shown
    assert one_line(shown) == shown


@pytest.mark.parametrize("text", ["あいう.png", "עברית", "👩‍👧 \u00e9", "a  b", "größe × 2 – „so“"])
def test_letters_of_all_languages_stay(text: str) -> None:
    assert one_line(text) == text


@pytest.mark.parametrize("problem", ["x" * 5000, "9\n" * 3000, "あ" * 1001])
def test_no_name_makes_an_error_endless(problem: str) -> None:
    error = UsageError(problem, problem)
    for told in (error.problem, error.remedy):
        assert "\n" not in told
        assert len(told) <= 2 * LONGEST + 1
        assert "…" in told
    assert str(error) == f"{error.problem}; {error.remedy}"


@pytest.mark.parametrize("name", ["new\nline.png", "\x1b[31mred.png", "turned\u202egnp.png"])
@pytest.mark.parametrize("there", [True, False])
def test_odd_names_are_painted_or_refused_in_lines_of_their_own(
    name: str, there: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drawing, out = tmp_path / name, tmp_path / f"out {name}"
    if there:
        shutil.copy(ASSETS / "drawings" / "car.png", drawing)
    code = main(
        [
            *("colorize", str(drawing), "--ref", str(ASSETS / "references" / "rose.png")),
            *("-o", str(out), "--work-size", "64", "--finish", "painted"),
        ]
    )
    told = capsys.readouterr().err
    assert (code, out.exists()) == ((0, True) if there else (1, False))
    assert len(told.splitlines()) == 1
    assert one_line(name) in told
    assert name not in told


@pytest.mark.parametrize("kind", [AttnpaintError, UsageError])
def test_an_error_of_plain_words_is_as_it_was(kind: type[AttnpaintError]) -> None:
    assert str(kind("it is × broken", "mend it")) == "it is × broken; mend it"


@pytest.mark.parametrize(
    "words",
    [
        ["colorize", "", "--ref", "a.png"],
        ["colorize", "a.png", "--ref", "a.png", "-o", ""],
        ["palette", "a.png", "", "-o", "b.gpl"],
        ["extract-hist", "refs", "--out", ""],
        ["train", "--data", "", "--out", "run"],
    ],
)
def test_an_empty_name_is_not_the_working_folder(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(ASSETS / "drawings" / "car.png", "a.png")
    assert main(words) == 2
    assert capsys.readouterr().err.startswith("attnpaint: an argument is empty; ")
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]
