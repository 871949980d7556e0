"""Names and sizes that cannot be, patterns, and folders of references: told or resolved before painting."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from attnpaint.cli.app import main
from attnpaint.errors import AttnpaintError
from attnpaint.jobs.drawings import find_drawings, is_pattern, matches
from attnpaint.jobs.plan import single_drawing
from attnpaint.layered.write import check_size

QUICK = ("--work-size", "64", "--threads", "1")


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(*names: str, size: tuple[int, int] = (40, 30)) -> None:
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        picture = np.full((size[1], size[0], 3), 255, np.uint8)
        picture[::9, :, 1] = 40
        Image.fromarray(picture).save(name)


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize("folder", ["[Artist] Work (2020)", "a[b", "x]y[1-3]", "[!a]"])
@pytest.mark.parametrize("pattern", ["*.png", "page ?.png", "page [12].png", "**/page*"])
def test_a_pattern_in_a_folder_with_brackets(folder: str, pattern: str) -> None:
    put(f"{folder}/page 1.png", f"{folder}/page 2.png")
    found = find_drawings([Path(folder, pattern)], False, None)
    assert [row.drawing.name for row in found] == ["page 1.png", "page 2.png"]
    assert [str(row.place) for row in found] == ["page 1.png", "page 2.png"]


@pytest.mark.usefixtures("workspace")
def test_folders_with_brackets_below_a_pattern() -> None:
    put("s1/[x]/a.png", "s2/[x]/b.png", "s2/x/c.png")
    assert [path.name for path in matches(Path("s*/[x]/*.png"))] == ["a.png", "b.png"]
    assert sorted(path.name for path in matches(Path("**/*.png"))) == ["a.png", "b.png", "c.png"]


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize("name", ["page [02].png", "[a]/x.png", "x[.png"])
def test_a_missing_file_with_brackets_is_no_pattern(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    put("r.png")
    assert single_drawing([Path(name)]) == Path(name)
    assert main(["colorize", name, "--ref", "r.png", "-o", "x.png"]) == 1
    assert f"{name} does not exist" in capsys.readouterr().err
    assert main(["colorize", name, "r.png", "--ref", "r.png", "-o", "out"]) == 1
    assert f"{name} does not exist" in capsys.readouterr().err


@pytest.mark.usefixtures("workspace")
def test_brackets_that_match_are_a_pattern() -> None:
    put("f1.png", "f2.png", "f3.png", "f[1].png")
    assert is_pattern(Path("f[2-3].png"))
    assert [path.name for path in matches(Path("f[2-3].png"))] == ["f2.png", "f3.png"]
    assert [path.name for path in matches(Path("f[1].png"))] == ["f[1].png"]  # it is there by name


@pytest.mark.parametrize("name", ["あ" * 83, "a" * 251, "é" * 125])
def test_an_output_whose_name_would_be_too_long(
    name: str, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(f"{name}.png", "r.png")
    assert main(["colorize", f"{name}.png", "--ref", "r.png", *QUICK]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "is too long for a file; give a shorter one with -o" in said
    assert len(list(workspace.iterdir())) == 2


@pytest.mark.usefixtures("workspace")
def test_long_names_that_are_given(capsys: pytest.CaptureFixture[str]) -> None:
    put("a.png", "r.png")
    long = "n" * 300
    for words in (
        ["colorize", "a.png", "--ref", "r.png", "-o", f"{long}.png"],
        ["colorize", "a.png", "--ref", "r.png", "-o", f"{long}.psd"],
        ["colorize", "a.png", "--ref", "r.png", "--attention", f"{long}.png"],
        ["colorize", f"{long}.png", "--ref", "r.png"],
        ["colorize", "a.png", "--ref", f"{long}.png"],
        ["colorize", "a.png", "--palette", f"{long}.json"],
        ["palette", "r.png", "-o", f"{long}.gpl"],
        ["palette", f"{long}.png"],
    ):
        assert main(words) == 1, words
        assert capsys.readouterr().err.count("\n") == 1


def test_in_a_folder_the_others_are_painted(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put("in/b.png", f"in/{'a' * 251}.png", "r.png")
    assert main(["colorize", "in", "--ref", "r.png", *QUICK]) == 3
    assert "is too long for a file" in capsys.readouterr().err
    assert (workspace / "in" / "b.colored.png").is_file()


@pytest.mark.parametrize(
    ("suffix", "most"), [(".psd", 30_000), (".webp", 16_383), (".jpg", 65_500), (".PSD", 30_000)]
)
def test_sizes_that_a_format_cannot_hold(suffix: str, most: int) -> None:
    check_size(suffix, most, 8)
    check_size(suffix, 8, most)
    for size in ((most + 1, 8), (8, most + 1)):
        with pytest.raises(AttnpaintError, match=f"ends at {most} pixels"):
            check_size(suffix, *size)


@pytest.mark.parametrize("suffix", [".png", ".ora", ".tif", ".bmp"])
def test_formats_that_hold_any_size(suffix: str) -> None:
    check_size(suffix, 99_000, 8)


@pytest.mark.parametrize("output", ["x.psd", "x.webp"])
def test_what_is_too_long_is_told_before_the_network(
    output: str, workspace: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("painted")

    monkeypatch.setattr("attnpaint.inference.colorizer.Colorizer.colorize", never)
    put("tall.png", size=(8, 30_500))
    put("r.png")
    assert main(["colorize", "tall.png", "--ref", "r.png", "-o", output, *QUICK]) == 1
    assert "pixels; write" in capsys.readouterr().err
    assert sorted(path.name for path in workspace.iterdir()) == ["r.png", "tall.png"]


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize("ref", ["refs", "refs/", "refs@1-4"])
def test_one_drawing_takes_its_reference_from_a_folder(ref: str) -> None:
    put("drawings/a.png", "refs/a.jpg", "refs/b.png")
    assert main(["colorize", "drawings/a.png", "--ref", ref, "-o", "x.png", *QUICK]) == 0
    assert Path("x.png").is_file()


@pytest.mark.usefixtures("workspace")
def test_one_drawing_without_a_partner(capsys: pytest.CaptureFixture[str]) -> None:
    put("drawings/c.png", "refs/a.png")
    assert main(["colorize", "drawings/c.png", "--ref", "refs", "-o", "x.png", *QUICK]) == 1
    assert "1 of 1 drawings has no reference in refs" in capsys.readouterr().err
    assert main(["attention", "drawings/c.png", "--ref", "refs", "-o", "maps"]) == 1
    assert "1 of 1 drawings has no reference in refs" in capsys.readouterr().err


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize("name", ["x.kpl", "x.pal", "x.soc", "x.clr", "x.txt", "x.css", "x"])
def test_which_palettes_are_read_is_told(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    put("a.png")
    Path(name).write_text("JASC-PAL\n0100\n1\n200 40 40\n")
    assert main(["colorize", "a.png", "--palette", name, "-o", "x.png"]) == 1
    said = capsys.readouterr().err
    assert f"{name} is no palette that can be read; give one of .json .gpl .aco .ase" in said
    assert said.count("\n") == 1


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize(
    "words", [["palette", "x.pal"], ["colorize", "a.png", "--ref", "x.pal", "-o", "x.png"]]
)
def test_other_programs_palettes_are_no_broken_pictures(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    put("a.png")
    Path("x.pal").write_text("ff8800\n")
    assert main(words) == 1
    assert "x.pal is no palette that can be read; give one of .json" in capsys.readouterr().err
