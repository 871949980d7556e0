"""GIMP's plug-in paints what the program paints, where the drawing lies, and tells problems in a line."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from attnpaint import Colorizer

ASSETS = Path(__file__).parents[2] / "assets"
DRAWINGS, REFERENCES = ASSETS / "drawings", ASSETS / "references"
FINISHES = ("flat", "painted", "blend")
PAINT = """
(let* ((image (car (gimp-file-load RUN-NONINTERACTIVE "{drawing}" "d")))
       (drawable (car (gimp-image-get-active-drawable image))))
  {before}
  (script-fu-attnpaint image drawable "{reference}" {finish} "{program}")
  (gimp-message (string-append "layers " (number->string (car (gimp-image-get-layers image)))))
  (let ((at (gimp-drawable-offsets (aref (cadr (gimp-image-get-layers image)) 0))))
    (gimp-message (string-append "offsets (" (number->string (car at)) " " (number->string (cadr at)) ")")))
  (gimp-message (string-append "base " (number->string (car (gimp-image-base-type image)))))
  (gimp-file-save RUN-NONINTERACTIVE image
    (car (gimp-image-merge-visible-layers image CLIP-TO-IMAGE)) "{out}" "out"))
"""


def painted(gimp: Any, out: Path, drawing: Path, reference: Path, **more: Any) -> str:
    told = {"finish": 0, "program": "", "before": "", "drawing": drawing, "reference": reference, "out": out}
    path = more.pop("path", "")
    return str(gimp(" ".join(PAINT.format(**told | more).split()), path))


@pytest.mark.parametrize(
    ("drawing", "reference", "finish"),
    [("dragon", "sea", 0), ("car", "rose", 2), ("flower-girl", "pink-hair", 1)],
)
def test_what_is_seen_is_the_programs_picture(
    gimp: Any, drawing: str, reference: str, finish: int, tmp_path: Path
) -> None:
    sketch, colors = DRAWINGS / f"{drawing}.png", REFERENCES / f"{reference}.png"
    printed = painted(gimp, tmp_path / "out.png", sketch, colors, finish=finish)
    assert "layers 2" in printed, printed
    wanted = Colorizer.load().colorize(sketch, colors, finish=FINISHES[finish]).picture.astype(int)
    seen = np.asarray(Image.open(tmp_path / "out.png").convert("RGB")).astype(int)
    opaque = wanted[..., 3] == 255 if wanted.shape[2] == 4 else np.ones(seen.shape[:2], bool)
    assert (np.abs(seen - wanted[..., :3]).max(axis=2)[opaque] <= 2).mean() > 0.995


@pytest.mark.parametrize("mode", ["L", "P"])
def test_greyscale_and_indexed_images_come_to_rgb(gimp: Any, mode: str, tmp_path: Path) -> None:
    with Image.open(DRAWINGS / "car.png") as picture:
        picture.convert("L").convert(mode).save(tmp_path / "drawing.png")
    printed = painted(gimp, tmp_path / "out.png", tmp_path / "drawing.png", REFERENCES / "rose.png")
    assert "base 0" in printed
    assert "brought to RGB" in printed
    assert (
        len(np.unique(np.asarray(Image.open(tmp_path / "out.png").convert("RGB")).reshape(-1, 3), axis=0)) > 5
    )


def test_layers_come_where_the_drawing_lies(gimp: Any, tmp_path: Path) -> None:
    before = "(gimp-layer-set-offsets drawable 40 25) (gimp-image-resize image 800 600 0 0)"
    printed = painted(gimp, tmp_path / "out.png", DRAWINGS / "car.png", REFERENCES / "sea.png", before=before)
    assert "layers 2" in printed, printed
    seen = np.asarray(Image.open(tmp_path / "out.png").convert("RGBA")).astype(int)
    wanted = (
        Colorizer.load().colorize(DRAWINGS / "car.png", REFERENCES / "sea.png").picture[..., :3].astype(int)
    )
    assert "offsets (40 25)" in printed
    assert seen.shape == (*wanted.shape[:2], 4)  # what is seen is no larger than the drawing's layer
    assert (np.abs(seen[..., :3] - wanted).max(axis=2) <= 2).mean() > 0.99


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"reference": "/nowhere.png"}, "choose a reference"),
        ({"program": "/usr/bin/nothing"}, "is no program"),
        ({"program": "/bin/false"}, "ended without a picture"),
        ({"reference": str(Path(__file__))}, "not a picture"),
    ],
)
def test_problems_are_told_in_a_line(gimp: Any, wrong: dict[str, str], told: str, tmp_path: Path) -> None:
    given: dict[str, Any] = {"reference": REFERENCES / "sea.png", **wrong}
    printed = painted(gimp, tmp_path / "out.png", DRAWINGS / "car.png", given.pop("reference"), **given)
    assert told in printed, printed
    assert "Traceback" not in printed
    assert not (tmp_path / "out.png").exists()


def test_a_program_that_is_not_installed_is_told(gimp: Any, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("python3", "env"):
        (tools / name).symlink_to(Path("/usr/bin") / name)
    printed = painted(
        gimp, tmp_path / "out.png", DRAWINGS / "car.png", REFERENCES / "sea.png", path=str(tools)
    )
    assert "attnpaint is not on the PATH" in printed, printed
