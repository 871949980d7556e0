"""Many drawings in one call: what fails stops nothing, is told at the end, and costs no finished picture."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from attnpaint.cli import progress
from attnpaint.cli.batch_runner import run
from attnpaint.errors import SOME_FAILED, AttnpaintError, PictureError, Stopped, UsageError
from attnpaint.jobs.plan import Job, plan

Paint = Callable[[Job], dict[str, Any]]
ORIGINAL = b"an older picture"


@pytest.fixture
def jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """Of five drawings, 0.png to 4.png in in/ and in/deep/, to out/; the current folder is theirs."""
    monkeypatch.chdir(tmp_path)
    Path("in/deep").mkdir(parents=True)
    for name in ("in/0.png", "in/1.png", "in/2.png", "in/deep/3.png", "in/deep/4.png", "ref.png"):
        Path(name).touch()
    return plan([Path("in")], ["ref.png@1"], Path("out"), recursive=True)


def painter(fails: dict[str, BaseException] | None = None) -> Paint:
    """Writes the drawing's name as a picture, but raises for some names."""

    def paint(job: Job) -> dict[str, Any]:
        if error := (fails or {}).get(job.drawing.name):
            raise error
        job.output.write_text(job.drawing.name)
        return {"width": 7}

    return paint


def painted() -> dict[str, str]:
    return {path.as_posix(): path.read_text() for path in Path("out").rglob("*.png")}


EVERY = {"out/0.png": "0.png", "out/1.png": "1.png", "out/2.png": "2.png"} | {
    "out/deep/3.png": "3.png",
    "out/deep/4.png": "4.png",
}


def test_all_are_painted_in_their_mirrored_folders(
    jobs: list[Job], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(jobs, painter()) == 0
    assert painted() == EVERY
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("painted 5 pictures in ")
    assert said.err.count("\n") == 1


def test_one_bad_file_does_not_stop_the_rest(jobs: list[Job], capsys: pytest.CaptureFixture[str]) -> None:
    fails: dict[str, BaseException] = {
        "0.png": PictureError("in/0.png is damaged or cut short (no\ndata)", "save or fetch it again"),
        "1.png": PictureError("ref.png is not a picture", "give a whole PNG"),
        "2.png": MemoryError(),
        "3.png": KeyError("colour"),
    }
    assert run(jobs, painter(fails)) == SOME_FAILED
    assert painted() == {"out/deep/4.png": "4.png"}
    *lines, last = capsys.readouterr().err.splitlines()
    assert lines == [
        "attnpaint: in/0.png is damaged or cut short (no data); save or fetch it again",
        "attnpaint: in/1.png: ref.png is not a picture; give a whole PNG",
        "attnpaint: in/2.png: not enough memory; paint it alone, or make it smaller first",
        "attnpaint: in/deep/3.png: KeyError: 'colour'; this is a fault of attnpaint, please report it",
    ]
    assert last.startswith("painted 1 picture in ")
    assert last.endswith(", 4 failed")


@pytest.mark.parametrize(
    "error",
    [
        MemoryError("Unable to allocate 3 GiB"),
        RuntimeError(
            "[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory: 9 bytes"
        ),
        RuntimeError("CUDA out of memory. Tried to allocate 2 GiB"),
        OSError(12, "Cannot allocate memory"),
    ],
)
def test_memory_that_runs_out_is_one_pictures_failure(
    error: Exception, jobs: list[Job], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(jobs, painter({"1.png": error})) == SOME_FAILED
    assert "in/1.png: not enough memory; " in capsys.readouterr().err
    assert len(painted()) == 4


def test_a_full_disk_is_told_with_the_file(jobs: list[Job], capsys: pytest.CaptureFixture[str]) -> None:
    error = OSError(28, "No space left on device", "out/1.png")
    assert run(jobs, painter({"1.png": error})) == SOME_FAILED
    assert "in/1.png: out/1.png cannot be used (no space left on device); " in capsys.readouterr().err


def test_json_is_one_object_on_standard_output(jobs: list[Job], capsys: pytest.CaptureFixture[str]) -> None:
    jobs[2].output.parent.mkdir()
    jobs[2].output.write_bytes(ORIGINAL)
    fails: dict[str, BaseException] = {"1.png": PictureError("in/1.png is empty", "fetch it again")}
    assert run(jobs, painter(fails), "skip", as_json=True) == SOME_FAILED
    said = capsys.readouterr()
    told = json.loads(said.out)
    assert told.pop("seconds") >= 0
    first = {"sketch": "in/0.png", "references": ["ref.png@1"], "output": "out/0.png"}
    assert told["done"][0] == {**first, "width": 7}
    assert [one["output"] for one in told["done"]] == ["out/0.png", "out/deep/3.png", "out/deep/4.png"]
    assert told["failed"] == [
        {
            "sketch": "in/1.png",
            "references": ["ref.png@1"],
            "output": "out/1.png",
            "reason": "in/1.png is empty; fetch it again",
        }
    ]
    assert [one["sketch"] for one in told["skipped"]] == ["in/2.png"]
    assert said.err == "attnpaint: in/1.png is empty; fetch it again\n"


def test_existing_pictures_are_refused_before_any_work(jobs: list[Job]) -> None:
    Path("out").mkdir()
    Path("out/2.png").write_bytes(ORIGINAL)
    with pytest.raises(
        UsageError, match=r"1 of 5 pictures exists already \(out/2\.png\); add --skip-existing"
    ):
        run(jobs, painter())
    assert painted() == {"out/2.png": ORIGINAL.decode()}
    assert not Path("out/deep").exists()


def test_existing_pictures_are_skipped_or_painted_again(
    jobs: list[Job], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("out").mkdir()
    Path("out/2.png").write_bytes(ORIGINAL)
    assert run(jobs, painter(), "skip") == 0
    assert painted() == {**EVERY, "out/2.png": ORIGINAL.decode()}
    assert capsys.readouterr().err.endswith(", 1 there already\n")
    assert run(jobs, painter(), "skip") == 0
    assert "painted 0 pictures in " in (said := capsys.readouterr().err)
    assert said.endswith(", 5 there already\n")
    assert run(jobs, painter(), "overwrite") == 0
    assert painted() == EVERY


@pytest.mark.parametrize(
    ("policy", "again", "remedy"),
    [
        ("refuse", "", "go on with the same command and --skip-existing"),
        ("refuse", "attnpaint colorize in", "go on with: attnpaint colorize in --skip-existing"),
        (
            "skip",
            "attnpaint colorize in --skip-existing",
            "go on with: attnpaint colorize in --skip-existing",
        ),
        (
            "overwrite",
            "attnpaint colorize in --overwrite",
            "begin anew with: attnpaint colorize in --overwrite",
        ),
    ],
)
def test_after_ctrl_c_finished_pictures_stay_and_it_says_how_to_go_on(
    policy: Any, again: str, remedy: str, jobs: list[Job], capsys: pytest.CaptureFixture[str]
) -> None:
    fails = {"1.png": PictureError("in/1.png is empty", "fetch it again"), "3.png": KeyboardInterrupt()}
    with pytest.raises(Stopped) as stopped:
        run(jobs, painter(fails), policy, as_json=True, resume_command=again)
    assert stopped.value.exit_code == 130
    assert str(stopped.value) == f"stopped after 2 of 5 pictures, which stay; {remedy}"
    assert painted() == {"out/0.png": "0.png", "out/2.png": "2.png"}
    said = capsys.readouterr()
    assert "in/1.png is empty" in said.err
    assert len(json.loads(said.out)["done"]) == 2
    assert run(jobs, painter(), "skip") == 0
    assert painted() == EVERY


def test_an_output_folder_that_cannot_be_is_told_before_any_work(jobs: list[Job]) -> None:
    Path("out").touch()
    with pytest.raises(AttnpaintError, match="the folder out cannot be made"):
        run(jobs, painter())
    Path("out").unlink()
    if os.geteuid() == 0:  # root may write everywhere
        return
    Path("out").mkdir(mode=0o500)
    with pytest.raises(AttnpaintError, match="cannot be"):
        run(jobs, painter())


def test_without_a_terminal_a_line_now_and_then(
    jobs: list[Job], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(progress, "PATIENCE", -1)
    assert run(jobs, painter()) == 0
    lines = capsys.readouterr().err.splitlines()
    assert lines[:4] == [f"{done} of 5 pictures, 0 s left" for done in range(1, 5)]
