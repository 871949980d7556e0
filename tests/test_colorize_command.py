"""`attnpaint colorize`: what it writes, what it says, and one line for everything that can go wrong."""

import json
import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from attnpaint.cli.app import main
from attnpaint.images import read_picture


@pytest.fixture(scope="module")
def model(quick_model: Path) -> Path:
    return quick_model


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with sketch.png (60×40, a third transparent), ref.png and broken pictures."""
    monkeypatch.chdir(tmp_path)
    sketch = np.full((40, 60, 4), 255, np.uint8)
    sketch[10:30, 20] = (0, 0, 0, 255)
    sketch[:, 40:, 3] = 0
    Image.fromarray(sketch).save("sketch.png")
    ref = np.random.default_rng(0).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    Image.fromarray(ref).save("ref.png")
    Path("note.png").write_text("no picture")
    Path("cut.png").write_bytes(Path("ref.png").read_bytes()[:900])
    Path("bomb.png").write_bytes(png_that_claims(60_000, 60_000))
    Path("empty").mkdir()
    return tmp_path


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header promises gigapixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    start = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0"))
    return b"\x89PNG\r\n\x1a\n" + start + chunk(b"IEND", b"")


def files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_picture_lies_beside_the_drawing_with_its_size_and_alpha(
    workspace: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["colorize", "sketch.png", "--ref", "ref.png", "--model", str(model)]) == 0
    painted = read_picture("sketch.colored.png")
    assert painted.shape == (40, 60, 4)
    assert (painted[..., 3] == read_picture("sketch.png")[..., 3]).all()
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("sketch.colored.png: 60×40, painted in ")
    assert {path.name for path in workspace.glob("*colored*")} == {"sketch.colored.png"}


def test_json_says_what_was_done_and_nothing_else(
    workspace: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--ref", "ref.png", "--model", str(model), "-o", "out.webp", "--attention", "maps.png"]
    assert main(["colorize", "sketch.png", *arguments, "--device", "cpu", "--json"]) == 0
    said: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (said["output"], said["width"], said["height"]) == ("out.webp", 60, 40)
    assert (said["recipe"], said["device"], said["attention"]) == ("tiny", "cpu", "maps.png")
    assert 0 < said["network_seconds"] <= said["seconds"]
    assert np.shape(said["colors"]) == (4, 4, 3)
    assert np.allclose(np.sum(said["weights"], axis=1), 1, atol=1e-3)
    assert read_picture("out.webp").shape == (40, 60, 4)
    assert read_picture("maps.png").shape[1] > 5 * 320


def test_opaque_fills_what_was_transparent_and_a_mostly_clear_result_is_announced(
    workspace: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clear = read_picture("sketch.png").copy()
    clear[:, 22:, 3] = 0
    Image.fromarray(clear).save("clear.png")
    command = ["colorize", "clear.png", "--ref", "ref.png", "--model", str(model), "-o", "out.png"]
    assert main(command) == 0
    assert "--opaque" in capsys.readouterr().err
    assert main([*command, "--opaque"]) == 0
    assert "--opaque" not in capsys.readouterr().err
    assert read_picture("out.png").shape == (40, 60, 3)


def test_the_finish_is_chosen(workspace: Path, model: Path) -> None:
    command = ["colorize", "sketch.png", "--ref", "ref.png", "--model", str(model)]
    assert main([*command, "-o", "flat.png"]) == 0
    assert main([*command, "-o", "soft.png", "--finish", "painted"]) == 0
    assert main([*command, "-o", "flats.png", "--flats"]) == 0
    assert Path("flats.png").read_bytes() == Path("flat.png").read_bytes()
    flat, soft = (read_picture(name).astype(int) for name in ("flat.png", "soft.png"))
    assert np.abs(flat - soft).mean() > 1


PLAIN = ["sketch.png", "--ref", "ref.png"]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ([], 2, "there is nothing to paint"),
        (["sketch.png"], 2, "--ref"),
        ([*PLAIN, "--colour"], 2, "No such option"),
        ([*PLAIN, "--device", "abacus"], 2, "abacus"),
        (["gone.png", "--ref", "ref.png"], 1, "gone.png does not exist"),
        (["sketch.png", "--ref", "gone.png"], 1, "gone.png does not exist"),
        (["x" * 5000 + ".png", "--ref", "ref.png"], 1, "does not exist"),
        ([*PLAIN, "--model", "gone"], 1, "gone does not exist; give the path of a model folder"),
        ([*PLAIN, "-o", "sketch.png"], 2, "would replace sketch.png"),
        ([*PLAIN, "-o", "./ref.png"], 2, "would replace ref.png"),
        ([*PLAIN, "--attention", "sketch.png"], 2, "would replace sketch.png"),
        ([*PLAIN, "-o", "a.png", "--attention", "empty/../a.png"], 2, "same file"),
        (["note.png", "--ref", "ref.png"], 1, "note.png is not a picture"),
        (["sketch.png", "--ref", "note.png"], 1, "note.png is not a picture"),
        (["cut.png", "--ref", "ref.png"], 1, "cut.png is damaged or cut short"),
        (["bomb.png", "--ref", "ref.png"], 1, "bomb.png is over the limit of 100 megapixels"),
        (["sketch.png", "--ref", "empty"], 1, "empty is a folder"),
        (["empty", "--ref", "ref.png"], 1, "empty holds no pictures"),
        (["sketch.png", "note.png", "--ref", "ref.png", "--variants", "2"], 2, "paints one picture"),
        ([*PLAIN, "--flats", "--finish", "blend"], 2, "--flats"),
        ([*PLAIN, "--skip-existing", "--overwrite"], 2, "contradict"),
        ([*PLAIN, "--swap", "red=blue"], 2, "#aa3344=#3366cc"),
        ([*PLAIN, "--work-size", "9"], 2, "64 to 2048"),
        ([*PLAIN, "-o", "out.psd", "--no-lines"], 2, "--no-lines"),
        (["sketch.png", "--ref", "ref.png@5"], 2, "band"),
        ([*PLAIN, "--model", "empty"], 1, "empty is no model folder"),
        ([*PLAIN, "--model", "note.png"], 1, "note.png is not a folder"),
        ([*PLAIN, "-o", "note.png/out.png"], 1, "there is no folder note.png; "),
        ([*PLAIN, "-o", "out.xcf"], 1, "out.xcf has no picture suffix"),
        ([*PLAIN, "--attention", "maps"], 1, "maps has no picture suffix"),
    ],
)
def test_what_goes_wrong_is_one_line_and_leaves_no_trace(
    arguments: list[str], code: int, says: str, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files(workspace)
    assert main(["colorize", *arguments]) == code
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert said.err.startswith("attnpaint: ")
    assert "; " in said.err
    assert says in said.err
    assert files(workspace) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_to_is_told_before_the_work(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("empty").chmod(0o500)
    assert main(["colorize", *PLAIN, "-o", "empty/out.png"]) == 1
    assert "the folder empty cannot be written to" in capsys.readouterr().err


def half_a_picture_and_then(error: BaseException) -> Callable[..., None]:
    def save(image: Image.Image, stream: Any, **options: Any) -> None:
        stream.write(b"half a picture")
        raise error

    return save


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (KeyboardInterrupt(), 130, "stopped"),
        (OSError(28, "No space left on device"), 1, "out.png cannot be written (no space left on device)"),
    ],
)
def test_a_stop_while_writing_leaves_the_old_picture_whole(
    error: BaseException,
    code: int,
    says: str,
    workspace: Path,
    model: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("out.png").write_bytes(b"an older picture")
    before = files(workspace)
    monkeypatch.setattr(Image.Image, "save", half_a_picture_and_then(error))
    assert main(["colorize", *PLAIN, "--model", str(model), "-o", "out.png"]) == code
    assert says in capsys.readouterr().err
    assert files(workspace) == before


def test_cheap_mistakes_are_told_without_loading_torch(workspace: Path) -> None:
    code = "import sys; from attnpaint.cli.app import main; main(sys.argv[1:]); print('torch' in sys.modules)"
    for mistake in (["note.png", "--ref", "ref.png"], [*PLAIN, "-o", "gone/out.png"]):
        command = [sys.executable, "-c", code, "colorize", *mistake]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert done.stdout == "False\n"
        assert done.stderr.count("\n") == 1
