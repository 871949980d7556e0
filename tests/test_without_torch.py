"""What works where torch and what comes with it are not installed; what does not says so before any work."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from attnpaint.images import read_picture, write_picture
from attnpaint.layered.write import SUFFIXES as LAYERED

ASSETS = Path(__file__).parents[1] / "assets"
DRAWING, REFERENCE = ASSETS / "drawings" / "car.png", ASSETS / "references" / "rose.png"
HIDDEN = ("torch", "accelerate", "einops", "pyarrow", "timm", "onnx", "onnxscript", "ray", "sklearn")
RUN = f"""
import sys
sys.modules.update(dict.fromkeys({HIDDEN!r}))
from attnpaint.cli.app import main
sys.exit(main(sys.argv[1:]))
"""


def attnpaint(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own, to which these packages are not there."""
    command = [sys.executable, "-c", RUN, *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True)


def painted(*more: str | Path, cwd: Path) -> dict[str, object]:
    done = attnpaint("colorize", DRAWING, "--ref", REFERENCE, "--work-size", "128", "--json", *more, cwd=cwd)
    assert done.returncode == 0, done.stderr
    told: dict[str, object] = json.loads(done.stdout)
    return told


@pytest.mark.parametrize("name", ["out.png", "out.webp", *(f"out{suffix}" for suffix in sorted(LAYERED))])
def test_a_drawing_is_painted(name: str, tmp_path: Path) -> None:
    told = painted("-o", name, cwd=tmp_path)
    assert told["engine"] == "onnx"
    assert told["recipe"] == "attnpaint"
    assert (tmp_path / name).stat().st_size > 1000


def test_the_default_model_decides_regions_and_shows_its_attention(tmp_path: Path) -> None:
    painted("-o", "out.png", "--attention", "maps.png", cwd=tmp_path)
    assert read_picture(tmp_path / "maps.png").shape[0] > 500
    colors = np.unique(read_picture(tmp_path / "out.png").reshape(-1, 3), axis=0)
    assert len(colors) > 8


def test_every_attention_map_is_shown(tmp_path: Path) -> None:
    done = attnpaint("attention", DRAWING, "--ref", REFERENCE, "-o", "maps", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["engine"] == "onnx"
    assert sorted(told["files"]) == sorted(path.name for path in (tmp_path / "maps").iterdir())
    assert len(told["gates"]) == 4
    assert sum(color["share"] for color in told["colors"]) == pytest.approx(1, abs=0.01)


def test_a_folder_is_painted_and_a_palette_will_do(tmp_path: Path) -> None:
    (tmp_path / "drawings").mkdir()
    for name in ("a.png", "b.png"):
        write_picture(tmp_path / "drawings" / name, read_picture(DRAWING)[::4, ::4])
    assert attnpaint("palette", REFERENCE, "-o", "mine.gpl", cwd=tmp_path).returncode == 0
    done = attnpaint(
        "colorize", "drawings", "--palette", "mine.gpl", "-o", "out", "--work-size", "64", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.png", "b.png"]


def test_histograms_of_pictures_are_written_as_json_with_a_note(tmp_path: Path) -> None:
    done = attnpaint("extract-hist", ASSETS / "references", "--out", "found", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert 'pip install "attnpaint[table]"' in done.stderr
    assert len(list((tmp_path / "found" / "json").iterdir())) == len(list((ASSETS / "references").iterdir()))
    assert not list((tmp_path / "found").glob("*.parquet"))
    again = attnpaint("extract-hist", ASSETS / "references", "--out", "found", "--json", cwd=tmp_path)
    told = json.loads(again.stdout)
    assert told["table"] is None
    assert told["pictures"] == len(list((ASSETS / "references").iterdir()))


@pytest.mark.parametrize(
    ("arguments", "extra"),
    [
        (["train", "--data", "nowhere"], "train"),
        (["evaluate", "runs/mine", "--data", "nowhere", "--out", "judged"], "train"),
        (["import-weights", "deepunetG_030.pth.tar"], "train"),
        (["export", "--onnx", "out"], "export"),
        (["convert-hist", "histograms.parquet", "out"], "table"),
        (["colorize", str(DRAWING), "--ref", str(REFERENCE), "--engine", "torch", "-o", "o.png"], "train"),
        (["colorize", str(DRAWING), "--ref", str(REFERENCE), "--device", "cuda", "-o", "o.png"], "train"),
        (["colorize", str(DRAWING), "--ref", str(REFERENCE), "--dtype", "bf16", "-o", "o.png"], "train"),
    ],
)
def test_what_needs_more_says_the_command_that_installs_it(
    arguments: list[str], extra: str, tmp_path: Path
) -> None:
    done = attnpaint(*arguments, cwd=tmp_path)
    assert done.returncode == 4, done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stderr.endswith(f'; pip install "attnpaint[{extra}]"\n')
    assert list(tmp_path.iterdir()) == []


def test_info_says_which_engine_paints_and_why(tmp_path: Path) -> None:
    done = attnpaint("info", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "- engine: onnx, as torch is not installed" in done.stdout.splitlines()
