"""`attnpaint colorize` with many drawings, palettes, bands, layers and pipes, in a tiny model's hands."""

import json
import shlex
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from attnpaint.cli.app import main
from attnpaint.extract import measure
from attnpaint.images import read_picture, write_picture
from attnpaint.inference.coloring import Coloring
from attnpaint.layered.flatten import flatten
from attnpaint.layered.ora import read_ora
from attnpaint.palettes import read_palette, write_palette


@pytest.fixture(scope="module")
def model(quick_model: Path) -> Path:
    return quick_model


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: drawings/ with a.png, b.png and deep/c.png, two references."""
    monkeypatch.chdir(tmp_path)
    for number, name in enumerate(("a", "b", "deep/c")):
        sketch = np.full((60, 80, 3), 255, np.uint8)
        cv2.circle(sketch, (36 + 4 * number, 30), 18, (0, 0, 0), 2)
        path = Path("drawings", f"{name}.png")
        path.parent.mkdir(parents=True, exist_ok=True)
        write_picture(path, sketch)
    for seed, name in enumerate(("one.png", "two.png")):
        random = np.random.default_rng(seed)
        write_picture(name, random.integers(0, 256, (8, 8, 3), dtype=np.uint8).repeat(8, 0).repeat(8, 1))
    return tmp_path


def colorize(model: Path, *arguments: str) -> int:
    return main(["colorize", *arguments, "--model", str(model), "--device", "cpu"])


def test_a_folder_becomes_a_mirrored_folder_and_is_not_painted_twice(
    workspace: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["drawings", "--ref", "one.png", "--recursive", "-o", "out"]
    assert colorize(model, *command) == 0
    assert sorted(path.as_posix() for path in Path("out").rglob("*.png")) == [
        "out/a.png",
        "out/b.png",
        "out/deep/c.png",
    ]
    assert colorize(model, *command) == 2
    assert "3 of 3 pictures exist already" in capsys.readouterr().err
    before = Path("out/a.png").stat().st_mtime_ns
    Path("out/b.png").unlink()
    assert colorize(model, *command, "--skip-existing", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert [done["output"] for done in said["done"]] == ["out/b.png"]
    assert len(said["skipped"]) == 2
    assert Path("out/a.png").stat().st_mtime_ns == before


def test_a_pattern_is_resolved(workspace: Path, model: Path) -> None:
    assert colorize(model, "drawings/*.png", "--ref", "one.png", "-o", "out") == 0
    assert sorted(path.name for path in Path("out").iterdir()) == ["a.png", "b.png"]


def test_one_drawing_is_painted_anew_unless_it_is_to_be_left(
    workspace: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("out").mkdir()
    for where, target in (
        ([], "drawings/a.colored.png"),
        (["-o", "o.png"], "o.png"),
        (["-o", "out"], "out/a.png"),
    ):
        command = ["drawings/a.png", "--ref", "one.png", *where]
        for flags, stays in ((["--skip-existing"], True), ([], False), (["--overwrite"], False)):
            Path(target).write_bytes(b"an older picture")
            assert colorize(model, *command, *flags) == 0
            assert (Path(target).read_bytes() == b"an older picture") == stays
            assert ("there already" in capsys.readouterr().err) == stays
    assert colorize(model, *command[:3], "-o", "o.png", "--skip-existing", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert [job["output"] for job in said["skipped"]] == [said["output"]] == ["o.png"]
    assert said["done"] == said["failed"] == []
    Path("o.png").unlink()
    Path("maps.png").write_bytes(b"older maps")
    options = ["-o", "o.png", "--attention", "maps.png", "--skip-existing"]
    assert colorize(model, *command[:3], *options) == 0
    assert Path("maps.png").read_bytes() == b"older maps"
    assert not Path("o.png").exists()


def test_a_pattern_or_folder_of_one_drawing_is_a_batch(workspace: Path, model: Path) -> None:
    for given in ("drawings/a*.png", "drawings/deep"):
        command = [given, "--ref", "one.png", "-o", "out"]
        assert colorize(model, *command) == 0
        assert colorize(model, *command) == 2
        assert colorize(model, *command, "--skip-existing") == 0


def test_what_one_drawing_has_no_use_for_is_told(
    workspace: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("out").mkdir()
    for target in ("o.png", "out"):
        command = ["drawings/a.png", "--ref", "one.png", "-o", target, "--frames", "--recursive"]
        assert colorize(model, *command) == 0
        said = capsys.readouterr().err
        assert "drawings/a.png is one drawing: --frames does nothing\n" in said
        assert "drawings/a.png is one drawing: --recursive does nothing\n" in said


def test_one_bad_file_does_not_stop_the_rest(
    workspace: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("drawings/aa.png").write_text("no picture")
    assert colorize(model, "drawings", "--ref", "one.png", "-o", "out", "--json") == 3
    said = capsys.readouterr()
    told = json.loads(said.out)
    assert [done["sketch"] for done in told["done"]] == ["drawings/a.png", "drawings/b.png"]
    assert "aa.png is not a picture" in told["failed"][0]["reason"]
    assert "aa.png is not a picture" in said.err


def test_pairs_of_a_csv_are_painted_as_one_by_one(workspace: Path, model: Path) -> None:
    Path("pairs.csv").write_text("drawings/a.png,one.png,x.png\ndrawings/b.png,two.png,y.webp\n")
    assert colorize(model, "--pairs", "pairs.csv") == 0
    assert colorize(model, "drawings/a.png", "--ref", "one.png", "-o", "alone.png") == 0
    assert Path("x.png").read_bytes() == Path("alone.png").read_bytes()  # bit for bit
    assert read_picture("y.webp").shape == (60, 80, 3)


def test_a_palette_paints_what_its_reference_paints(workspace: Path, model: Path) -> None:
    write_palette("one.json", measure(read_picture("one.png")))
    assert colorize(model, "drawings/a.png", "--palette", "one.json", "-o", "p.png") == 0
    assert colorize(model, "drawings/a.png", "--ref", "one.png", "-o", "r.png") == 0
    assert (read_picture("p.png") == read_picture("r.png")).all()


def test_bands_come_from_the_references_that_were_named(
    workspace: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["drawings/a.png", "--ref", "one.png@1", "--ref", "two.png", "-o", "p.png", "--json"]
    assert colorize(model, *command) == 0
    colors = json.loads(capsys.readouterr().out)["colors"]
    one, two = (measure(read_picture(name)).colors for name in ("one.png", "two.png"))
    assert colors[0] == one[0].tolist()
    assert colors[1:] == two[1:].tolist()


def test_a_swapped_colour_is_shown_in_the_others_place(
    workspace: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["drawings/a.png", "--ref", "one.png", "--json"]
    assert colorize(model, *command, "-o", "plain.png") == 0
    old = json.loads(capsys.readouterr().out)["colors"][0][0]
    swap = f"#{bytes(old).hex()}=#12ab34"
    assert colorize(model, *command, "-o", "swapped.png", "--swap", swap) == 0
    assert json.loads(capsys.readouterr().out)["colors"][0][0] == [0x12, 0xAB, 0x34]


def test_layers_are_written_and_look_like_the_picture(workspace: Path, model: Path) -> None:
    command = ["drawings/a.png", "--ref", "one.png"]
    for name in ("out.ora", "out.psd", "out.png"):
        assert colorize(model, *command, "-o", name) == 0
    picture = read_picture("out.png")
    seen = flatten(read_ora("out.ora"), 60, 80)[..., :3]
    assert np.abs(seen.astype(int) - picture).max() <= 1
    composite = np.asarray(Image.open("out.psd").convert("RGB"))
    assert np.abs(composite.astype(int) - picture).max() <= 1


def test_no_lines_writes_the_colour_alone(workspace: Path, model: Path) -> None:
    assert colorize(model, "drawings/a.png", "--ref", "one.png", "-o", "c.png", "--no-lines", "--flats") == 0
    drawn = read_picture("drawings/a.png").max(axis=2) == 0
    colors = np.unique(read_picture("c.png").reshape(-1, 3), axis=0)
    assert len(colors) <= 2  # inside and outside of the circle
    assert drawn.any()


def test_frames_tell_their_flicker_with_and_without_holding(
    workspace: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert colorize(model, "drawings", "--ref", "one.png", "--recursive", "-o", "out", "--frames") == 0
    told = capsys.readouterr().err.splitlines()[-1]
    assert told.startswith("flicker, ΔE2000 between frames")
    held, own = (float(word.strip(";,")) for word in told.split() if word[0].isdigit() and "." in word)
    assert held <= own
    circles = {tuple(read_picture(path)[30, 40]) for path in Path("out").rglob("*.png")}
    assert len(circles) == 1
    assert (
        colorize(model, "drawings", "--ref", "one.png", "-o", "soft", "--frames", "--finish", "painted") == 2
    )


def test_stopped_frames_are_begun_anew_with_what_is_told(
    workspace: Path, model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    painted: list[str] = []

    def interrupted(coloring: Coloring, path: Path, reference: object = None) -> None:
        if painted:
            raise KeyboardInterrupt
        painted.append(str(path))
        write_picture(path, coloring.picture)

    monkeypatch.setattr(Coloring, "save", interrupted)
    assert colorize(model, "drawings", "--ref", "one.png", "-o", "out", "--frames") == 130
    (line,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("attnpaint: stopped")]
    assert "stopped after 1 of 2 pictures, which stay; begin anew with: attnpaint " in line
    monkeypatch.undo()
    monkeypatch.chdir(workspace)
    assert main(shlex.split(line.partition("begin anew with: attnpaint ")[2])) == 0
    assert sorted(path.name for path in Path("out").iterdir()) == ["a.png", "b.png"]


def test_standard_input_and_output(workspace: Path, model: Path) -> None:
    command = [sys.executable, "-m", "attnpaint", "colorize", "-", "--ref", "one.png", "--model", str(model)]
    sketch = Path("drawings/a.png").read_bytes()
    ran = subprocess.run(command, input=sketch, capture_output=True, check=True)
    assert ran.stderr == b""
    assert colorize(model, "drawings/a.png", "--ref", "one.png", "-o", "file.png") == 0
    assert (read_picture(BytesIO(ran.stdout)) == read_picture("file.png")).all()


def test_the_palette_command_and_colorize_agree(workspace: Path) -> None:
    assert main(["palette", "one.png", "--whole", "-o", "p.gpl"]) == 0
    found, measured = read_palette("p.gpl"), measure(read_picture("one.png"))
    assert (found.colors == measured.colors).all()
    assert (found.weights == measured.weights).all()
