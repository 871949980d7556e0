"""Work that is kept: project files of the page and of the command line, and what the browser remembers."""

import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from attnpaint.projects import read_project, write_project

PAINTED = "document.body.dataset.screen === 'work' && !document.body.classList.contains('busy')"
BY_HAND = """
const [{ store }, fills, regions] =
  await Promise.all(["store", "fills", "regions"].map((name) => import(`/page/${name}.js`)));
const change = (made, label) => store.commit(made, label);
const { width, height } = store.settled.painting;
const at = (x, y) => regions.regionAt(store.settled, [x * width, y * height]);
change(fills.filled(store.settled, [at(0.5, 0.65)], [200, 30, 90]), "fill");
change(fills.filled(store.settled, [at(0.3, 0.3)], 3), "fill");
change(fills.marked(store.settled, [at(0.5, 0.65)], 5), "mark");
change(fills.held(store.settled, [at(0.5, 0.65)], true), "lock");
if (given[0]) {
  const box = [[0.02, 0.02], [0.4, 0.02], [0.4, 0.2], [0.02, 0.2], [0.02, 0.02]];
  const cut = fills.divide(store.settled, box.map(([x, y]) => [x * width, y * height]));
  change(cut.change, "divide");
  change(fills.filled(store.settled, [at(0.1, 0.05)], [10, 120, 140]), "fill");
}
const { colors, locks } = store.settled;
change({ colors: colors.map((color, entry) => (entry === 3 ? [77, 88, 99] : color)) }, "colour");
change({ locks: locks.map((_, entry) => entry === 7) }, "lock");
"""
STATE = """
const { store } = await import("/page/store.js"), { resolved } = await import("/page/fills.js");
const look = store.settled, shown = [...resolved(look).strokes].map(([region, color]) => [region, ...color]);
return { fills: shown.sort((a, b) => a[0] - b[0]), marks: [...look.marks], held: [...look.held],
  follows: [...look.strokes].filter(([, fill]) => typeof fill === "number"), locks: look.locks,
  colors: look.colors, finish: look.finish, divisions: look.divisions };
"""


def by_hand(page: Any, divided: bool) -> None:
    page.ask(BY_HAND, divided)
    page.settle()


def saved(page: Any, name: str) -> Path:
    page.click("#save")
    path: Path = page.save("[data-format=attnpaint]", name)
    page.run("document.querySelector('#saving').close()")
    return path


def reopened(page: Any, path: Path) -> None:
    page.drop("#stage", path)
    page.until("document.body.classList.contains('busy')")
    page.until(PAINTED)
    page.settle()


@pytest.mark.parametrize("divided", [False, True])
def test_a_saved_project_opens_as_it_was(page: Any, drawing: Path, reference: Path, divided: bool) -> None:
    page.paint(drawing, reference)
    by_hand(page, divided)
    page.click("#finish input[value=blend]")
    before, state = page.picture(), page.ask(STATE)
    path = saved(page, "girl.attnpaint")
    with zipfile.ZipFile(path) as file:
        assert file.testzip() is None
        assert file.namelist()[0] == "mimetype"
        assert file.read("drawing") == drawing.read_bytes()
    page.click("#strokes-clear")
    page.click("#shuffle")
    reopened(page, path)
    assert page.ask(STATE) == state
    assert (page.picture() == before).all()


@pytest.mark.parametrize("divided", [False, True])
def test_the_command_line_paints_the_pages_project(
    page: Any, drawing: Path, reference: Path, tmp_path: Path, divided: bool
) -> None:
    page.paint(drawing, reference)
    by_hand(page, divided)
    seen, path = page.picture(), saved(page, "girl.attnpaint")
    command = [sys.executable, "-m", "attnpaint", "colorize", str(path), "-o", str(tmp_path / "out.png")]
    subprocess.run(command, check=True, capture_output=True)
    made = np.asarray(Image.open(tmp_path / "out.png").convert("RGB")).astype(int)
    assert (np.abs(made - seen).max(axis=2) > 2).mean() < (0.003 if divided else 1e-5)


def test_few_fills_are_in_the_command_itself(page: Any, drawing: Path, tmp_path: Path) -> None:
    import shlex
    import shutil

    # whose colours are far enough apart for --swap
    reference = Path(__file__).parents[2] / "assets/references/sea.png"
    page.paint(drawing, reference)
    by_hand(page, False)
    seen = page.picture()
    page.click("#save")
    words = shlex.split(page.text("#command"))
    assert words.count("--fill") == 2
    for path in (drawing, reference):
        shutil.copy(path, tmp_path)
    subprocess.run([sys.executable, "-m", *words], cwd=tmp_path, check=True, capture_output=True)
    made = np.asarray(Image.open(tmp_path / "girl.colored.png").convert("RGB")).astype(int)
    assert (np.abs(made - seen).max(axis=2) > 2).mean() < 1e-5  # the page's canvas rounds otherwise


def test_the_page_opens_what_the_command_line_saved(
    page: Any, drawing: Path, reference: Path, tmp_path: Path
) -> None:
    page.paint(drawing, reference)
    by_hand(page, False)
    before = page.picture()
    project = read_project(saved(page, "girl.attnpaint"))
    write_project(tmp_path / "other.attnpaint", project)  # packed by another program
    page.click("#strokes-clear")
    reopened(page, tmp_path / "other.attnpaint")
    assert (page.picture() == before).all()


def test_a_closed_tab_loses_nothing(page: Any, drawing: Path, reference: Path) -> None:
    page.paint(drawing, reference)
    by_hand(page, True)
    before, state = page.picture(), page.ask(STATE)
    page.ask(
        "const { store } = await import('/page/store.js');"
        "while (store.kept !== store.steps[store.at]) await new Promise((done) => setTimeout(done, 100));"
    )
    assert not page.ask("return (await import('/page/store.js')).store.unsaved;")
    page.driver.get(page.address)  # nothing asks, nothing is lost
    page.until("document.body.dataset.ready && !document.querySelector('#kept').hidden")
    page.click("#kept li button")
    page.until(PAINTED)
    assert page.ask(STATE) == state
    assert (page.picture() == before).all()
    page.ask("indexedDB.deleteDatabase('attnpaint');")


@pytest.mark.parametrize("kind", ["no zip", "no project", "newer"])
def test_a_bad_project_is_told_in_words(page: Any, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "bad.attnpaint"
    path.write_bytes(b"I am no zip file")
    if kind != "no zip":
        newer = '{"format": "attnpaint project", "version": 9}'
        told = '{"format": "other"}' if kind == "no project" else newer
        with zipfile.ZipFile(path, "w") as file:
            file.writestr("project.json", told)
    page.drop("[data-intake=drawing] .well", path)
    page.until("!document.querySelector('#alarm').hidden")
    assert "bad.attnpaint is no project that can be read" in page.text("#problem").lower()
    assert "give a file that attnpaint saved" in page.text("#remedy").lower()
