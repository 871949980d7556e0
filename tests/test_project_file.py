"""Project files: what is written comes back; what strangers made is refused with one line."""

import json
import zipfile
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from attnpaint.errors import AttnpaintError
from attnpaint.extract import Histogram
from attnpaint.projects import (
    Fill,
    Marks,
    Model,
    Options,
    Project,
    Reference,
    RoleMark,
    project_bytes,
    read_project,
    write_project,
)
from attnpaint.projects import file as project_file

RANDOM = np.random.default_rng(5)
PALETTE = Histogram(
    RANDOM.integers(0, 256, (4, 4, 3), dtype=np.uint8), np.full((4, 4), np.float32(0.25), np.float32)
)
FULL = Project(
    name="ネコ",
    drawing=b"drawing's bytes",
    references=(Reference(b"one", "hair.png", (1, 2)), Reference(b"two", "rest.webp", weight=0.3)),
    palette=PALETTE,
    shown=PALETTE,
    options=Options("blend", 0.5, 12.5, 1024, False, "no", False),
    marks=Marks(
        fills=(
            Fill("#e8b08a", (512, 300.5)),
            Fill("hair", (200, 90), group=True),
            Fill(None, within=((0, 0), (10, 0), (10, 10.25))),
        ),
        strokes=b"dabs",
        stroke_groups=True,
        roles=(RoleMark((3, 4), "mouth and brows", True),),
        role_colors={"hair": "#3a2b20"},
        cuts=(((0, 0), (5, 5)), ((1, 2), (3, 4), (5, 6))),
        joins=(((1, 1), (9, 9)),),
    ),
    hints=b"hints",
    locks=(0, 15),
    model=Model("default", "ab" * 32),
    page={"zoom": 2.5, "lent": [None, {"name": "x"}]},
)


def same(one: Project, other: Project) -> bool:
    def told(project: Project) -> dict[str, Any]:
        plain = asdict(replace(project, palette=None, shown=None))
        palettes = [p and p.to_numbers() for p in (project.palette, project.shown)]
        return {**plain, "palettes": palettes}

    return told(one) == told(other)


@pytest.mark.parametrize(
    "project",
    [FULL, Project("a", b"x"), Project("b", b"y", marks=Marks((Fill("#010203", (0, 0)),)), page={"a": 1})],
    ids=["full", "least", "one fill"],
)
def test_a_project_comes_back_whole(project: Project, tmp_path: Path) -> None:
    write_project(tmp_path / "p.attnpaint", project)
    assert same(read_project(tmp_path / "p.attnpaint"), project)
    assert same(read_project((tmp_path / "p.attnpaint").read_bytes()), project)


def test_equal_projects_are_equal_bytes() -> None:
    assert project_bytes(FULL) == project_bytes(replace(FULL))
    assert project_bytes(FULL) != project_bytes(replace(FULL, locks=(1,)))


def test_the_layout_is_as_the_documentation_lists_it(tmp_path: Path) -> None:
    write_project(tmp_path / "p.attnpaint", FULL)
    with zipfile.ZipFile(tmp_path / "p.attnpaint") as file:
        assert file.namelist()[0] == "mimetype"
        layout = json.loads(file.read("project.json"))
        pictures = {name: file.read(name) for name in file.namelist()[2:]}
    described = (Path(__file__).parents[1] / "docs" / "projects.md").read_text()
    rows = [line.split("|")[1] for line in described.splitlines() if line.startswith("| `")]
    listed = {name for row in rows for name in row.strip().replace("`", "").split(", ")}
    assert set(layout) <= listed
    assert pictures[layout["drawing"]] == b"drawing's bytes"
    assert pictures[layout["references"][1]["file"]] == b"two"
    assert layout["fills"][1] == {"at": [200, 90], "color": "hair", "group": True}


def written(path: Path, change: dict[str, Any], mimetype: str = "application/x-attnpaint") -> Path:
    """A project file whose layout is changed by hand."""
    layout = {"format": "attnpaint project", "version": 1, "drawing": "drawing", **change}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("mimetype", mimetype)
        file.writestr("project.json", json.dumps(layout))
        file.writestr("drawing", b"x")
    return path


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"version": 2}, "of version 2"),
        ({"version": True}, "version"),
        ({"format": "other"}, "holds no project"),
        ({"drawing": "../../etc/passwd"}, "missing in it"),
        ({"drawing": "/etc/passwd"}, "missing in it"),
        ({"drawing": None}, "drawing"),
        ({"extra": 1}, "unknown entry 'extra'"),
        ({"fills": [{"color": "#fff"}]}, r"fills\[0\]"),
        ({"fills": [{"color": "red", "at": [1, 2]}]}, r"fills\[0\].color"),
        ({"fills": [{"color": "#ffffff", "at": [1, float("nan")]}]}, r"fills\[0\].at"),
        ({"fills": [{"color": "#ffffff", "at": [1, 2], "within": [[0, 0]] * 3}]}, r"fills\[0\]"),
        ({"fills": "x" * 100}, "fills"),
        ({"joins": [[[1, 2]]]}, r"joins\[0\]"),
        ({"locks": [16]}, r"locks\[0\]"),
        ({"options": {"strength": 2}}, "options.strength"),
        ({"options": {"finish": "shiny"}}, "options.finish"),
        ({"options": {"color": 1}}, "unknown entry"),
        ({"role_colors": {"tail": "#ffffff"}}, "unknown entry"),
        ({"palette": {"colors": [[[1, 2, 3]]], "weights": [[1]]}}, "palette"),
        ({"palette": {"colors": 5}}, "palette"),
        ({"name": "a\nb"}, "name"),
        ({"references": [{"file": "drawing"}] * 17}, "references"),
        ({"references": [{"file": "drawing", "bands": [5]}]}, r"references\[0\].bands"),
        ({"page": [1]}, "page"),
    ],
)
def test_a_layout_that_is_none_is_told_in_one_line(tmp_path: Path, change: dict[str, Any], told: str) -> None:
    path = written(tmp_path / "p.attnpaint", change)
    with pytest.raises(AttnpaintError, match=told) as found:
        read_project(path)
    assert "\n" not in str(found.value)
    assert str(path) in str(found.value)


def test_files_that_are_no_projects_are_told(tmp_path: Path) -> None:
    path = tmp_path / "p.attnpaint"
    with pytest.raises(AttnpaintError, match="does not exist"):
        read_project(path)
    with pytest.raises(AttnpaintError, match="cannot be read"):
        read_project(tmp_path)
    for data in (b"", b"no zip", project_bytes(FULL)[:-30], project_bytes(FULL)[200:]):
        with pytest.raises(AttnpaintError, match="no project of attnpaint"):
            read_project(data)
    with pytest.raises(AttnpaintError, match="no project of attnpaint"):
        read_project(written(path, {}, mimetype="image/openraster"))
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("mimetype", "application/x-attnpaint")
        file.writestr("project.json", "[" * 5000)
    with pytest.raises(AttnpaintError, match="no project of attnpaint"):
        read_project(path)


def test_what_unpacks_to_more_than_the_bounds_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "p.attnpaint"
    layout = {"format": "attnpaint project", "version": 1, "drawing": "drawing"}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("mimetype", "application/x-attnpaint")
        file.writestr("project.json", json.dumps(layout))
        file.writestr("drawing", bytes(10_000))
    assert path.stat().st_size < 1000
    read_project(path)
    monkeypatch.setattr(project_file, "MOST_PICTURE", 9_999)
    with pytest.raises(AttnpaintError, match="too large"):
        read_project(path)
    monkeypatch.setattr(project_file, "MOST_PICTURE", 10_000)
    monkeypatch.setattr(project_file, "MOST_TOGETHER", 10_000)
    layout["references"] = [{"file": "drawing"}]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("mimetype", "application/x-attnpaint")
        file.writestr("project.json", json.dumps(layout))
        file.writestr("drawing", bytes(9_000))
    with pytest.raises(AttnpaintError, match="too large"):
        read_project(path)
    monkeypatch.setattr(project_file, "MOST_LAYOUT", 20)
    with pytest.raises(AttnpaintError, match="no project of attnpaint"):
        read_project(path)
    monkeypatch.setattr(project_file, "MOST_MEMBERS", 2)
    with pytest.raises(AttnpaintError, match="no project of attnpaint"):
        read_project(path)


def test_what_could_not_be_read_again_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(AttnpaintError, match=r"fills\[0\]"):
        write_project(tmp_path / "p.attnpaint", replace(FULL, marks=Marks((Fill("#ffffff"),))))
    with pytest.raises(AttnpaintError, match="suffix"):
        write_project(tmp_path / "p.zip", FULL)
    assert not list(tmp_path.iterdir())
