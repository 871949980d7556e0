"""What is done by hand on the command line, and projects painted and saved there."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from PIL import Image

from attnpaint.cli.app import main
from attnpaint.images import read_picture
from attnpaint.projects import Fill, read_project, write_project

ASSETS = Path(__file__).parents[1] / "assets"
REF = ["--ref", str(ASSETS / "references" / "sunflower.png")]
GREEN = (16, 160, 32)
Run = Callable[..., int]


@pytest.fixture
def drawing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a drawing of two boxes, 300×200, in sketch.png."""
    monkeypatch.chdir(tmp_path)
    grey = np.full((200, 300), 255, np.uint8)
    for left in (20, 160):
        grey[30:170, left : left + 120] = 0
        grey[34:166, left + 4 : left + 116] = 255
    Image.fromarray(grey).save("sketch.png")
    return tmp_path


def with_parts(*words: str) -> int:
    """`colorize` with the default model, which tells what is hair, skin, ground."""
    return main(["colorize", *words])


@pytest.fixture
def run(quick_model: Path) -> Run:
    """`colorize` with a model that paints in a tenth of a second."""
    return lambda *words: main(["colorize", *words, "--model", str(quick_model)])


def at(path: str, x: int, y: int) -> tuple[int, ...]:
    return tuple(read_picture(path)[y, x, :3].tolist())


def test_fills_and_strokes_do_what_the_page_does_by_hand(run: Run, drawing: Path) -> None:
    assert run("sketch.png", *REF, "-o", "plain.png") == 0
    assert run("sketch.png", *REF, "--fill", "80,100=#10a020", "-o", "filled.png") == 0
    assert at("filled.png", 80, 100) == GREEN
    assert at("filled.png", 220, 100) == at("plain.png", 220, 100)
    dabs = np.zeros((200, 300, 4), np.uint8)
    dabs[90:110, 200:230] = (*GREEN, 255)
    Image.fromarray(dabs).save("dabs.png")
    assert run("sketch.png", *REF, "--strokes", "dabs.png", "-o", "dabbed.png") == 0
    assert at("dabbed.png", 220, 100) == GREEN
    assert at("dabbed.png", 80, 100) == at("plain.png", 80, 100)


@pytest.mark.parametrize(
    "options",
    [
        ["--fill", "80,100=#10a020"],
        ["--finish", "blend", "--strength", "0.5", "--hue", "40"],
        ["--gap", "3", "--fill", "80,100=#10a020", "--group", "--ground", "#ddeeff"],
        ["--no-lines", "--swap", "#f5b800=#10a020"],
    ],
)
def test_a_project_makes_the_same_picture_as_the_options_that_it_was_saved_with(
    run: Run, drawing: Path, options: list[str]
) -> None:
    if "--swap" in options:
        from attnpaint.extract import measure
        from attnpaint.palettes.swatch import to_hex

        first = measure(read_picture(REF[1])).colors[0, 0].tolist()
        options = [*options[:-1], f"{to_hex(first)}=#10a020"]
    run = with_parts if "--ground" in options else run
    assert run("sketch.png", *REF, *options, "-o", "direct.png") == 0
    assert run("sketch.png", *REF, *options, "-o", "kept.attnpaint") == 0
    Path("sketch.png").unlink()
    assert run("kept.attnpaint", "-o", "again.png") == 0
    assert_array_equal(read_picture("again.png"), read_picture("direct.png"))
    assert run("kept.attnpaint") == 0
    assert Path("kept.colored.png").exists()


def test_options_lie_over_what_a_project_holds(run: Run, drawing: Path) -> None:
    assert run("sketch.png", *REF, "--fill", "80,100=#ff0000", "--finish", "blend", "-o", "p.attnpaint") == 0
    assert run("p.attnpaint", "--fill", "80,100=#10a020", "--finish", "flat", "-o", "q.attnpaint") == 0
    kept = read_project("q.attnpaint")
    assert kept.marks.fills == (Fill("#ff0000", (80, 100)), Fill("#10a020", (80, 100)))
    assert kept.options.finish == "flat"
    assert kept.model
    assert len(kept.model.sha256) == 64
    assert run("q.attnpaint", "-o", "q.psd") == 0
    other = str(ASSETS / "references" / "sea.png")
    assert run("q.attnpaint", "--ref", other, "-o", "r.attnpaint") == 0
    assert read_project("r.attnpaint").references[0].data == Path(other).read_bytes()


def test_another_model_is_told(run: Run, drawing: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from dataclasses import replace

    from attnpaint.projects import Model

    assert run("sketch.png", *REF, "-o", "p.attnpaint") == 0
    kept = read_project("p.attnpaint")
    write_project("p.attnpaint", replace(kept, model=Model("mine", "0" * 64)))
    capsys.readouterr()
    assert run("p.attnpaint", "-o", "p.png") == 0
    assert "another model (mine)" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["sketch.png", *REF, "--fill", "80=#fff"], 2, "does not say where to fill"),
        (["sketch.png", *REF, "--fill", "80,100"], 2, "--fill: '' is no colour"),
        (["sketch.png", *REF, "--fill", "80,100=tail"], 2, "--fill: 'tail' is no colour"),
        (["sketch.png", *REF, "--fill", "nan,100=#fff"], 2, "outside the drawing"),
        (["sketch.png", *REF, "--fill", "300,100=#fff"], 2, "outside the drawing, which is 300×200"),
        (["sketch.png", *REF, "--hair", "brown"], 2, "--hair: 'brown' is no colour"),
        (["sketch.png", *REF, "--ground", "Paper"], 2, "or as paper, reference, transparent"),
        (["sketch.png", *REF, "--group"], 2, "--group says how fills"),
        (["sketch.png", *REF, "--strokes", "none.png"], 1, "none.png does not exist"),
        (
            ["sketch.png", *REF, "--strokes", "sketch.png"],
            1,
            "the picture of strokes has no transparent part",
        ),
        (["sketch.png", "sketch.png", *REF, "--fill", "1,1=#fff", "-o", "."], 2, "for one drawing"),
        (["none.attnpaint"], 1, "none.attnpaint does not exist"),
        (["broken.attnpaint"], 1, "is no project of attnpaint"),
        (["sketch.png", *REF, "-o", "out.xyz"], 1, "one of .png .jpg .jpeg .webp .bmp .tif .tiff .ora .psd"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(
    run: Run, drawing: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int, told: str
) -> None:
    Path("broken.attnpaint").write_bytes(b"no zip")
    assert run(*words) == code
    error = capsys.readouterr().err
    assert told in error
    assert "Traceback" not in error
    assert len([line for line in error.splitlines() if told in line]) == 1


@pytest.mark.parametrize("role", ["hair", "skin", "clothes"])
def test_the_colour_of_a_role_is_set_by_hand(
    role: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a genuine drawing, of which the model tells at least a thirtieth to be of each."""
    monkeypatch.chdir(tmp_path)
    sketch = str(ASSETS / "drawings" / "schoolgirl.png")
    assert with_parts(sketch, *REF, f"--{role}", "#10a020", "--no-lines", "-o", "painted.png") == 0
    share = (read_picture("painted.png")[..., :3] == GREEN).all(axis=2).mean()
    assert 0.03 < share < 0.6


@pytest.mark.parametrize("start", ["--ref", "project"])
def test_a_changed_palette_keeps_places_where_that_is_asked(
    run: Run, drawing: Path, capsys: pytest.CaptureFixture[str], start: str
) -> None:
    """The line of the colour that the left box took is changed; all else stays as it was."""
    assert run("sketch.png", *REF, "-o", "p.attnpaint") == 0
    assert run("sketch.png", *REF, "-o", "before.png") == 0
    assert main(["palette", REF[1], "--whole", "-o", "mine.gpl"]) == 0
    own = at("before.png", 80, 100)
    lines = Path("mine.gpl").read_text().splitlines()
    changed = [
        f" 16 160  32\t{line.split(chr(9))[1]}" if tuple(map(int, line.split()[:3])) == own else line
        for line in lines[4:]
    ]
    assert changed != lines[4:]
    Path("mine.gpl").write_text("\n".join([*lines[:4], *changed]) + "\n")
    given = ["sketch.png", *REF] if start == "--ref" else ["p.attnpaint"]
    assert run(*given, "--palette", "mine.gpl", "--keep-places", "-o", "after.png") == 0
    before, after = read_picture("before.png")[..., :3], read_picture("after.png")[..., :3]
    moved = (before == own).all(axis=2)
    assert (after[moved] == GREEN).all()
    assert_array_equal(
        after[~moved & (before > 250).any(axis=2)], before[~moved & (before > 250).any(axis=2)]
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["sketch.png", *REF, "--keep-places"], "--keep-places shows a palette"),
        (
            ["sketch.png", "--palette", "mine.json", "--keep-places"],
            "needs what the drawing was painted from",
        ),
        (["sketch.png", *REF, "--palette", "mine.json"], "both are given"),
    ],
)
def test_places_cannot_be_kept_without_both(
    run: Run, drawing: Path, capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    assert main(["palette", REF[1], "-o", "mine.json"]) == 0
    capsys.readouterr()
    assert run(*words) == 2
    assert told in capsys.readouterr().err
