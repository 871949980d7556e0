"""One place that writes: permissions, links, long names, and what killed processes leave."""

import gc
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest

from attnpaint.errors import AttnpaintError
from attnpaint.files import check_name, replacing, sweep
from attnpaint.layered import Layer, write_layers
from attnpaint.projects import Project, write_project

PART = f".{'0123456789abcdef' * 2}.part"
HOLDING = """
import sys
from attnpaint.files import replacing
with replacing(sys.argv[1]) as part:
    part.write_text("half")
    print("holding", flush=True)
    sys.stdin.read()
"""


def write(path: Path, text: str = "new") -> None:
    with replacing(path) as part:
        part.write_text(text)


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o444, 0o755])
def test_a_file_that_is_replaced_keeps_its_mode(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "x.png"
    file.write_text("old")
    file.chmod(mode)
    write(file)
    assert file.read_text() == "new"
    assert stat.S_IMODE(file.stat().st_mode) == mode


def test_nobody_reads_a_private_file_while_it_is_written(tmp_path: Path) -> None:
    file = tmp_path / "x.png"
    file.touch(mode=0o600)
    with replacing(file) as part:
        assert stat.S_IMODE(part.stat().st_mode) == 0o600


def test_a_new_file_has_the_mode_of_any_new_file(tmp_path: Path) -> None:
    write(tmp_path / "x.png")
    (tmp_path / "other").touch()
    assert (tmp_path / "x.png").stat().st_mode == (tmp_path / "other").stat().st_mode


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize("absolute", [True, False])
def test_a_link_stays_and_is_written_through(tmp_path: Path, there: bool, absolute: bool) -> None:
    (tmp_path / "far").mkdir()
    target = tmp_path / "far" / "real.png"
    if there:
        target.write_text("old")
    link = tmp_path / "link.png"
    link.symlink_to(target if absolute else Path("far/real.png"))
    write(link)
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert sorted(tmp_path.iterdir()) == [tmp_path / "far", link]


def test_a_link_to_a_link_stays_too(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("c")
    write(tmp_path / "a")
    assert (tmp_path / "b").is_symlink()
    assert not (tmp_path / "c").is_symlink()


def test_links_that_lead_nowhere_are_refused(tmp_path: Path) -> None:
    (tmp_path / "round").symlink_to("round")
    (tmp_path / "lost").symlink_to("gone/x.png")
    with pytest.raises(AttnpaintError, match="is a link that leads to itself"):
        write(tmp_path / "round")
    with pytest.raises(AttnpaintError, match="gone does not exist"):
        write(tmp_path / "lost")


def test_what_is_no_ordinary_file_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "null.png").symlink_to("/dev/null")
    os.mkfifo(tmp_path / "pipe.png")
    for name in ("null.png", "pipe.png"):
        with pytest.raises(AttnpaintError, match="no ordinary file"):
            write(tmp_path / name)
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


@pytest.mark.parametrize("name", ["あ" * 84 + ".png", "a" * 256, "x" * 300 + ".psd"])
def test_a_long_name_is_one_line(tmp_path: Path, name: str) -> None:
    for home in (tmp_path, tmp_path / "missing"):
        with pytest.raises(AttnpaintError, match="is too long for a file; give a") as caught:
            check_name(home / name)
        assert len(str(caught.value)) < 120
    with pytest.raises(AttnpaintError, match="is too long for a file"):
        write(tmp_path / name)


def test_names_that_can_be_are_taken(tmp_path: Path) -> None:
    for name in ("あ" * 83 + ".png", "a" * 255, "gone/x.png"):
        check_name(tmp_path / name)
    with pytest.raises(AttnpaintError, match="no name for a file"):
        check_name(tmp_path / "a\0b")


def test_the_next_run_sweeps_what_a_killed_one_left(tmp_path: Path) -> None:
    script = [sys.executable, "-c", HOLDING, str(tmp_path / "x.png")]
    with subprocess.Popen(script, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        sweep(tmp_path)
        assert len(list(tmp_path.glob(".*.part"))) == 1  # it is at work
        process.kill()
    assert len(list(tmp_path.glob(".*.part"))) == 1
    write(tmp_path / "y.png")
    assert [path.name for path in tmp_path.iterdir()] == ["y.png"]


@pytest.mark.parametrize("name", [".x.part", "x.part", f".{'g' * 32}.part", f".{'0' * 31}.part"])
def test_files_of_others_are_not_swept(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    (tmp_path / PART).touch()
    sweep(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_failure_leaves_the_old_file_and_no_part(tmp_path: Path) -> None:
    (tmp_path / "x.png").write_text("old")
    with pytest.raises(KeyboardInterrupt), replacing(tmp_path / "x.png"):
        raise KeyboardInterrupt
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


def layers(path: Path) -> None:
    white = np.full((8, 8, 4), 255, np.uint8)
    write_layers(path, [Layer("paint", lambda: white)], white)


def project(path: Path) -> None:
    write_project(path, Project("a.png", b"x" * 100))


@pytest.mark.filterwarnings("error")  # what a finalizer says is one
@pytest.mark.parametrize("member", [1, 2, 3])
@pytest.mark.parametrize(("name", "save"), [("x.ora", layers), ("x.attnpaint", project)])
def test_ctrl_c_between_two_lines_of_zipfile_is_ctrl_c(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, save: Callable[[Path], None], member: int
) -> None:
    """A member is open by then, and nobody has its handle."""
    opened = 0
    own = ZipFile.open

    def interrupted(file: ZipFile, *inputs: Any, **options: Any) -> Any:
        nonlocal opened
        handle = own(file, *inputs, **options)
        opened += 1
        if opened == member:
            raise KeyboardInterrupt
        return handle

    monkeypatch.setattr(ZipFile, "open", interrupted)
    with pytest.raises(KeyboardInterrupt):
        save(tmp_path / name)
    gc.collect(1)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.filterwarnings("error")
def test_ctrl_c_while_a_zip_gets_its_list_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: ZipFile) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ZipFile, "_write_end_record", interrupted)
    with pytest.raises(KeyboardInterrupt):
        layers(tmp_path / "x.ora")
    gc.collect(1)
    assert list(tmp_path.iterdir()) == []
