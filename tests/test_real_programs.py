"""Layers opened in the programs that they are for: GIMP and Krita show the same picture and the same tree.

Marked slow: `pytest -m slow` runs it. It installs Debian's packages where they are missing and it may.
"""

import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from marking import CENTRES, boxes

from attnpaint.images import Picture, on_white, read_picture
from attnpaint.inference.coloring import Coloring
from attnpaint.inference.colorizer import Colorizer
from attnpaint.inference.layering import layers_of
from attnpaint.inference.marks import marked
from attnpaint.layered import Group, Layer
from attnpaint.projects import Fill, Marks

pytestmark = pytest.mark.slow
ASSETS = Path(__file__).parents[1] / "assets"
PACKAGES = {"gimp": "gimp", "krita": "krita", "xvfb-run": "xvfb"}
Rows = list[tuple[int, bool, str]]  # depth, visible, name; top to bottom
LISTING = """
(define (dump id depth)
  (let ((name (car (gimp-item-get-name id))) (seen (car (gimp-item-get-visible id))))
    (display (string-append "LAYER\\t" (number->string depth) "\\t" (number->string seen) "\\t" name "\\n"))
    (if (= 1 (car (gimp-item-is-group id))) (every (cadr (gimp-item-get-children id)) (+ depth 1)))))
(define (every ids depth)
  (let loop ((i 0))
    (if (< i (vector-length ids)) (begin (dump (vector-ref ids i) depth) (loop (+ i 1))))))
(let ((image (car (gimp-file-load RUN-NONINTERACTIVE "{source}" "{source}"))))
  (every (cadr (gimp-image-get-layers image)) 0)
  (gimp-context-set-background '(255 255 255))
  (let ((flat (car (gimp-image-flatten image))))
    (file-png-save RUN-NONINTERACTIVE image flat "{target}" "{target}" 0 1 0 0 0 0 0)))
(gimp-quit 1)
"""


@pytest.fixture(scope="module", autouse=True)
def programs() -> None:
    missing = [package for command, package in PACKAGES.items() if not shutil.which(command)]
    if not missing:
        return
    if not shutil.which("apt-get") or os.geteuid() != 0:
        pytest.skip(f"{', '.join(missing)} are missing, and only root can install them")
    done = subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", *missing], check=False)
    if done.returncode:
        pytest.skip(f"{', '.join(missing)} cannot be installed here")


def run(words: list[str], home: Path, given: str = "") -> str:
    home.mkdir(exist_ok=True)
    env = {**os.environ, "HOME": str(home), "XDG_RUNTIME_DIR": str(home), "QT_LOGGING_RULES": "*=false"}
    done = subprocess.run(
        words, input=given, env=env, capture_output=True, text=True, timeout=540, check=True
    )
    return done.stdout


def in_gimp(path: Path) -> tuple[Rows, Picture]:
    target = path.with_suffix(".gimp.png")
    listing = LISTING.replace("{source}", str(path)).replace("{target}", str(target))
    told = run(["gimp", "-i", "-d", "-f", "-b", "-"], path.parent / "home", listing)
    rows = [line.split("LAYER\t", 1)[1].split("\t") for line in told.splitlines() if "LAYER\t" in line]
    return [(int(depth), seen == "1", name) for depth, seen, name in rows], read_picture(target)


def in_krita(path: Path) -> tuple[Rows, Picture]:
    target = path.with_suffix(".kra")
    run(
        ["xvfb-run", "-a", "krita", "--export", "--export-filename", str(target), str(path)],
        path.parent / "home",
    )
    with zipfile.ZipFile(target) as file:
        document, seen = file.read("maindoc.xml"), file.read("mergedimage.png")
    rows: Rows = []

    def walk(layers: ElementTree.Element, depth: int) -> None:
        for layer in layers:
            rows.append((depth, layer.get("visible") == "1", layer.get("name", "")))
            for inner in layer:
                walk(inner, depth + 1)

    space = "{http://www.calligra.org/DTD/krita}"
    layers = ElementTree.fromstring(document).find(f"{space}IMAGE/{space}layers")
    assert layers is not None
    walk(layers, 0)
    return rows, read_picture(seen)


def wanted(coloring: Coloring) -> Rows:
    rows: Rows = []

    def walk(layers: "list[Layer | Group] | tuple[Layer | Group, ...]", depth: int) -> None:
        for layer in reversed(layers):
            rows.append((depth, layer.visible, layer.name))
            if isinstance(layer, Group):
                walk(layer.layers, depth + 1)

    walk(layers_of(coloring), 0)
    return rows


def schoolgirl() -> Coloring:
    painter = Colorizer.load(device="cpu")
    coloring = painter.colorize(ASSETS / "drawings/schoolgirl.png", ASSETS / "references/sunflower.png")
    return marked(coloring, Marks((Fill("#123456", (340, 640)), Fill("#e0d0ff", (10, 10)))))


def with_marks() -> Coloring:
    return marked(boxes(), Marks((Fill("#123456", CENTRES["a"]),), role_colors={"skin": "#ffddcc"}))


def see_through() -> Coloring:
    """Transparent in a corner, half so beside it."""
    made = boxes()
    alpha = np.full(made.canvas.drawing.clean.shape[:2], 255, np.uint8)
    alpha[:50, :50], alpha[50:80, :50] = 0, 128
    return replace(made, canvas=replace(made.canvas, drawing=replace(made.canvas.drawing, alpha=alpha)))


def blue_lines() -> Coloring:
    made = boxes()
    clean = made.canvas.drawing.clean.copy()
    clean[..., 2] = np.maximum(clean[..., 2], 180)
    return replace(made, canvas=replace(made.canvas, drawing=replace(made.canvas.drawing, clean=clean)))


@pytest.mark.parametrize("make", [schoolgirl, with_marks, see_through, blue_lines])
@pytest.mark.parametrize(("kind", "opened"), [("psd", in_gimp), ("psd", in_krita), ("ora", in_krita)])
def test_a_program_shows_the_same_picture_and_the_same_tree(
    make: Callable[[], Coloring],
    kind: str,
    opened: Callable[[Path], tuple[Rows, Picture]],
    tmp_path: Path,
) -> None:
    coloring = make()
    path = tmp_path / f"painting.{kind}"
    coloring.save(path)
    rows, seen = opened(path)
    assert rows == wanted(coloring)
    whole = on_white(coloring.picture).astype(int)
    off = np.abs(on_white(seen).astype(int) - whole).max(axis=2)
    alpha = coloring.canvas.drawing.alpha
    assert off.max() <= (1 if alpha is None else 2)
