"""Which drawing is painted with what into which file, and one line for all that cannot work."""

import subprocess
import sys
from pathlib import Path

import pytest

from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.jobs.plan import Job, plan, sift


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: shots/ with drawings, one deeper; refs/ with a reference for each; ref.png."""
    monkeypatch.chdir(tmp_path)
    put(
        "shots/f1.png",
        "shots/f2.jpg",
        "shots/f10.png",
        "shots/late/f1.png",
        "shots/note.txt",
        "shots/.f3.png",
    )
    put("refs/f1.webp", "refs/f2.png", "refs/deep/f10.png", "refs/late/f1.png", "ref.png", "dress.png")
    Path("empty").mkdir()
    return tmp_path


def put(*names: str) -> None:
    """Files; nothing looks into them yet."""
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(b"")


def told(jobs: list[Job]) -> list[tuple[str, str]]:
    return [(job.drawing.as_posix(), job.output.as_posix()) for job in jobs]


def paths(*names: str) -> list[Path]:
    return [Path(name) for name in names]


def test_one_drawing_with_one_reference_lies_beside_it(workspace: Path) -> None:
    assert plan(paths("shots/f1.png"), ["ref.png"], None) == [
        Job(Path("shots/f1.png"), ("ref.png",), None, Path("shots/f1.colored.png"))
    ]


@pytest.mark.parametrize(
    ("output", "target"),
    [("out.webp", "out.webp"), ("out.xcf", "out.xcf"), ("out", "out/f1.png"), ("empty", "empty/f1.png")],
)
def test_for_one_drawing_the_output_is_a_file_or_a_folder(output: str, target: str, workspace: Path) -> None:
    (job,) = plan(paths("shots/f1.png"), ["ref.png"], Path(output))
    assert job.output == Path(target)


def test_a_folders_drawings_in_natural_order_without_hidden_and_deeper_ones(workspace: Path) -> None:
    assert told(plan(paths("shots"), ["ref.png"], Path("out"))) == [
        ("shots/f1.png", "out/f1.png"),
        ("shots/f2.jpg", "out/f2.png"),
        ("shots/f10.png", "out/f10.png"),
    ]


def test_recursive_mirrors_the_tree_in_any_format(workspace: Path) -> None:
    jobs = plan(paths("shots"), ["ref.png"], Path("out"), recursive=True, suffix=".ora")
    assert ("shots/late/f1.png", "out/late/f1.ora") in told(jobs)
    assert len(jobs) == 4
    beside = plan(paths("shots"), ["ref.png"], None, recursive=True)
    assert ("shots/late/f1.png", "shots/late/f1.colored.png") in told(beside)


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("shots/*.png", ["f1.png", "f10.png"]),
        ("shots/f?.*", ["f1.png", "f2.jpg"]),
        ("shots/f[2-9]*", ["f2.jpg"]),
        ("shots/**/*.png", ["f1.png", "f10.png", "late/f1.png"]),
        ("s*/*.txt", ["shots/note.txt"]),  # asked for by name
        ("*/*", ["refs/f1.webp", "refs/f2.png", "shots/f1.png", "shots/f2.jpg", "shots/f10.png"]),
    ],
)
def test_a_pattern_that_the_shell_left_alone(pattern: str, found: list[str], workspace: Path) -> None:
    for given in (Path(pattern), workspace / pattern):
        jobs = plan([given], ["ref.png"], Path("out"))
        assert [job.drawing.name for job in jobs] == [Path(name).name for name in found]
        assert [job.output.with_suffix("") for job in jobs] == [
            Path("out", name).with_suffix("") for name in found
        ]


def test_a_name_with_brackets_that_exists_is_a_name(workspace: Path) -> None:
    put("a[1].png", "a1.png")
    assert told(plan(paths("a[1].png"), ["ref.png"], None)) == [("a[1].png", "a[1].colored.png")]


def test_a_drawing_given_twice_is_painted_once(workspace: Path) -> None:
    jobs = plan(
        [Path("shots/f1.png"), Path("shots"), workspace / "shots" / "f2.jpg"], ["ref.png"], Path("out")
    )
    assert [name for name, _ in told(jobs)] == ["shots/f1.png", "shots/f2.jpg", "shots/f10.png"]


def test_what_an_earlier_run_painted_is_no_drawing(workspace: Path) -> None:
    before = plan(paths("shots"), ["ref.png"], None)
    put("shots/f1.colored.png", "shots/f2.colored.webp", "shots/f1.colored.3.png")
    assert plan(paths("shots"), ["ref.png"], None) == before
    assert len(plan(paths("shots/*.png"), ["ref.png"], None)) == 2
    by_shell = sorted(Path("shots").glob("f1*.png"))
    assert told(plan(by_shell, ["ref.png"], None)) == [
        ("shots/f1.png", "shots/f1.colored.png"),
        ("shots/f10.png", "shots/f10.colored.png"),
    ]
    assert len(plan(paths("shots/f1.colored.png"), ["ref.png"], None)) == 1  # alone, it is meant


def test_what_lies_in_the_output_folder_is_no_drawing(workspace: Path) -> None:
    before = plan(paths("shots"), ["ref.png"], Path("shots/out"), recursive=True)
    put("shots/out/f1.png", "shots/out/late/f1.png")
    assert plan(paths("shots"), ["ref.png"], Path("shots/out"), recursive=True) == before
    assert plan(paths("shots/**/*"), ["ref.png"], Path("shots/out")) == before


def test_several_references_for_all_keep_what_the_user_wrote(workspace: Path) -> None:
    jobs = plan(paths("shots"), ["ref.png@1", "dress.png@3-4"], None)
    assert {job.references for job in jobs} == {("ref.png@1", "dress.png@3-4")}
    assert plan(paths("shots"), ["ref.png*0.3"], None)[0].references == ("ref.png*0.3",)
    with pytest.raises(UsageError, match="there is no band 5"):
        plan(paths("shots"), ["ref.png@5"], None)
    put("odd@2.png")
    assert plan(paths("shots"), ["odd@2.png"], None)[0].references == ("odd@2.png",)


def test_a_folder_of_references_is_matched_by_path_and_else_by_name(workspace: Path) -> None:
    jobs = plan(paths("shots"), ["refs*0.3"], None)
    assert [job.references for job in jobs][:2] == [("refs/f1.webp*0.3",), ("refs/f2.png*0.3",)]
    jobs = plan(paths("shots"), ["refs@1", "ref.png"], None, recursive=True)
    assert {job.drawing.as_posix(): job.references for job in jobs} == {
        "shots/f1.png": ("refs/f1.webp@1", "ref.png"),
        "shots/f2.jpg": ("refs/f2.png@1", "ref.png"),
        "shots/f10.png": ("refs/deep/f10.png@1", "ref.png"),
        "shots/late/f1.png": ("refs/late/f1.png@1", "ref.png"),
    }


def test_accents_match_however_they_are_written(workspace: Path) -> None:
    put("one/caf\u00e9.png", "two/cafe\u0301.png")
    (job,) = plan(paths("one"), ["two"], None)
    assert job.references == ("two/cafe\u0301.png",)


def test_hints_for_all_or_from_a_folder_that_lacks_some(workspace: Path) -> None:
    put("dabs/f2.png")
    assert {job.hints for job in plan(paths("shots"), [], None, hints=Path("ref.png"))} == {Path("ref.png")}
    jobs = plan(paths("shots"), [], None, hints=Path("dabs"))
    assert [job.hints for job in jobs] == [None, Path("dabs/f2.png"), None]
    assert all(job.references == () for job in jobs)


def pairs(text: str, output: Path | None = None) -> list[Job]:
    Path("list").mkdir(exist_ok=True)
    Path("list/pairs.csv").write_text(text, encoding="utf-8")
    return plan([], [], output, pairs=Path("list/pairs.csv"))


def test_a_csv_of_pairs_with_paths_relative_to_it(workspace: Path) -> None:
    put("list/a.png", "list/in/b.png", "list/r.png")
    jobs = pairs("a.png,r.png@2\n\nin/b.png,../ref.png,new/b.webp\n")
    assert jobs == [
        Job(Path("list/a.png"), ("list/r.png@2",), None, Path("list/a.colored.png")),
        Job(Path("list/in/b.png"), ("list/../ref.png",), None, Path("list/new/b.webp")),
    ]
    jobs = pairs("a.png,r.png\nin/b.png,r.png\n../shots/f1.png,r.png,c.png", Path("out"))
    assert [job.output for job in jobs] == paths("out/a.png", "out/in/b.png", "out/c.png")


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffSketch;Reference;note\r\na.png;r.png;x\r\nb.png;r.png;;;\r\n",
        "reference\tsketch\nr.png\ta.png\nr.png\t b.png\n",
        '"a.png","r.png"\n"b.png","r.png",\n,,\n',
    ],
)
def test_a_csv_as_spreadsheets_write_it(text: str, workspace: Path) -> None:
    put("list/a.png", "list/b.png", "list/r.png")
    assert [(job.drawing.name, job.references) for job in pairs(text)] == [
        ("a.png", ("list/r.png",)),
        ("b.png", ("list/r.png",)),
    ]


def test_a_csv_may_name_hints_several_references_and_none(workspace: Path) -> None:
    put("list/a.png", "list/b.png", "list/r.png", "list/h.png")
    first, second = pairs("sketch,hints,reference,reference\na.png,h.png,r.png@1,r.png@2\nb.png,,r.png,\n")
    assert (first.hints, first.references) == (Path("list/h.png"), ("list/r.png@1", "list/r.png@2"))
    assert (second.hints, second.references) == (None, ("list/r.png",))
    assert pairs("sketch\na.png\n")[0].references == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "names no drawings; write a line for each drawing"),
        ("sketch,reference\n", "names no drawings"),
        ("sketch,reference\na.png,r.png\na.png\n", "pairs.csv line 3 names no reference"),
        ("a.png,r.png\n\n,r.png", "pairs.csv line 3 names no sketch"),
        ("a.png,r.png,o.png,x\n", "pairs.csv line 1 has 4 values for 3 columns"),
        ('a.png,r.png\n"a.png,r.png\n', "pairs.csv line 2 cannot be read (unexpected end of data)"),
        ("reference,output\nr.png,o.png", "pairs.csv has no column sketch"),
        ("sketch,reference,sketch\na.png,r.png,a.png", "has 2 columns sketch; keep one"),
        ("a.png,r.png,o.xcf", "line 1: list/o.xcf has no picture suffix; end it with one of .png"),
        (
            "a.png,r.png\nb.png,r.png\nc.png,gone.png",
            "names 3 files that are not there (line 2 list/b.png, line 3",
        ),
        (
            "a.png,r.png@4\nb.png,r.png",
            "names a file that is not there (line 2 list/b.png); paths are relative",
        ),
        ("a.png,r.png\na.png,r.png@2", "list/a.png and list/a.png would both become list/a.colored.png"),
        ("a.png,r.png,r.png", "painting list/a.png would replace list/r.png"),
        ("a.png,\0", "pairs.csv is not text; give"),
        ("a.png,r.png@9", "pairs.csv line 1: list/r.png@9: there is no band 9; the bands are 1 (top) to 4"),
    ],
)
def test_what_is_wrong_with_a_csv_is_told_with_its_line(text: str, says: str, workspace: Path) -> None:
    put("list/a.png", "list/r.png")
    with pytest.raises(AttnpaintError) as caught:
        pairs(text)
    assert says in str(caught.value)


def test_a_csv_that_is_none(workspace: Path) -> None:
    Path("odd.csv").write_bytes(b"\xff\xfe\x00a")
    for name, says in (
        ("odd.csv", "is not text in UTF-8"),
        ("gone.csv", "cannot be read (no such"),
        ("empty", "cann"),
    ):
        with pytest.raises(AttnpaintError, match=name) as caught:
            plan([], [], None, pairs=Path(name))
        assert says in str(caught.value)
    with pytest.raises(UsageError, match="names the drawings with their references, and more are given"):
        plan(paths("shots"), [], None, pairs=Path("odd.csv"))


@pytest.mark.parametrize(
    ("sketches", "refs", "output", "says"),
    [
        ([], ["ref.png"], None, "there is nothing to paint; give drawings"),
        (["gone.png"], ["ref.png"], None, "gone.png does not exist; give the path of a picture"),
        (["x" * 5000 + ".png"], ["ref.png"], None, "does not exist"),
        (["empty"], ["ref.png"], None, "empty holds no pictures; put some there (.png"),
        (["painted"], ["ref.png"], None, "painted holds no drawings, only what was painted"),
        (["outer"], ["ref.png"], None, "outer holds no pictures; add --recursive for the folders in it"),
        (["none/*.png"], ["ref.png"], None, "none/*.png matches no drawings; check the pattern"),
        (["shots/a**b"], ["ref.png"], None, "shots/a**b is no pattern; ** must stand alone"),
        (["shots"], ["gone.png@1"], None, "gone.png@1 does not exist"),
        (["shots"], ["empty"], None, "empty holds no pictures"),
        (
            ["shots"],
            ["few"],
            None,
            "2 of 3 drawings have no reference in few (shots/f2.jpg, shots/f10.png); put",
        ),
        (
            ["many"],
            ["few"],
            None,
            "6 of 6 drawings have no reference in few (many/0.png, many/1.png, many/2.png and",
        ),
        (["shots/f2.jpg"], ["few"], None, "1 of 1 drawings has no reference"),
        (["shots"], ["twice"], None, "twice holds f1 2 times (twice/a/f1.png, twice/b/f1.png); keep the one"),
        (["shots"], ["ref.png"], "out.png", "out.png would be a folder for 3 pictures; give a folder's name"),
        (["shots"], ["ref.png"], "ref.png", "ref.png is a file, not a folder for 3 pictures"),
        (["shots/f1.png", "outer/in/f1.jpg"], ["ref.png"], "out", "would both become out/f1.png; rename one"),
        (["same"], ["ref.png"], None, "same/a.jpg and same/a.png would both become same/a.colored.png"),
        (
            ["shots"],
            ["ref.png"],
            "shots",
            "painting shots/f1.png would replace shots/f1.png; write elsewhere",
        ),
        (["shots/f1.png"], ["ref.png@2"], "ref.png", "painting shots/f1.png would replace ref.png"),
        (["shots/f1.png"], ["ref.png"], "shots/../shots/f1.png", "would replace shots/f1.png"),
        (["shots/f1.png"], ["ref.png"], "link.png", "would replace shots/f1.png"),
    ],
)
def test_what_cannot_work_is_told_by_name_before_any_work(
    sketches: list[str], refs: list[str], output: str | None, says: str, workspace: Path
) -> None:
    put("painted/a.colored.png", "outer/in/f1.jpg", "few/f1.png", "twice/a/f1.png", "twice/b/f1.png")
    put("same/a.png", "same/a.jpg", *(f"many/{i}.png" for i in range(6)))
    Path("link.png").symlink_to("shots/f1.png")
    with pytest.raises(AttnpaintError) as caught:
        plan(paths(*sketches), refs, Path(output) if output else None)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_and_useless_hints_are_told(workspace: Path) -> None:
    put("dabs/other.png")
    with pytest.raises(AttnpaintError, match=r"gone\.png does not exist"):
        plan(paths("shots"), [], None, hints=Path("gone.png"))
    with pytest.raises(AttnpaintError, match="no drawing has hints in dabs"):
        plan(paths("shots"), [], None, hints=Path("dabs"))


def test_what_exists_is_refused_skipped_or_painted_again(workspace: Path) -> None:
    jobs = plan(paths("shots"), ["ref.png"], Path("out"))
    assert sift(jobs, "refuse") == (jobs, [])
    put("out/f1.png", "out/f10.png")
    with pytest.raises(UsageError) as caught:
        sift(jobs, "refuse")
    assert str(caught.value) == (
        "2 of 3 pictures exist already (out/f1.png, out/f10.png); "
        "add --skip-existing or --overwrite, or write elsewhere with -o"
    )
    assert sift(jobs, "skip") == ([jobs[1]], [jobs[0], jobs[2]])
    assert sift(jobs, "overwrite") == (jobs, [])
    Path("out/f2.png").mkdir()
    with pytest.raises(AttnpaintError, match=r"out/f2\.png is a folder"):
        sift(jobs, "overwrite")


def test_planning_needs_no_torch(workspace: Path) -> None:
    code = "import sys, attnpaint.jobs.plan, attnpaint.cli.batch_runner, attnpaint.inference.animation"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; print('torch' in sys.modules)"], capture_output=True
    )
    assert done.stdout == b"False\n"
