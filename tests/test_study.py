"""The blind study: a page that gives nobody away and works, and ratings that come back as what was meant."""

import csv
import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from rating import NAMES, SHADES, folder_of, outputs_of, study_of
from reporting import LINES, evaluation

from attnpaint.cli.study import study as study_command
from attnpaint.errors import AttnpaintError, UsageError
from attnpaint.eval.study.page import QUESTIONS, Study, build_study
from attnpaint.eval.study.ratings import read_key, read_ratings, score_study
from attnpaint.images import read_picture, write_picture

pytestmark = pytest.mark.slow


@pytest.fixture
def outputs(tmp_path: Path) -> list[Path]:
    return outputs_of(tmp_path)


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return study_of(tmp_path)


def rows_of(study: Study, scores: dict[str, Sequence[int]], rater: str = "Ada") -> list[list[str]]:
    """A rater who gives each painter the same scores, question by question, on every picture."""
    places = json.loads(study.key.read_text())["places"]
    return [
        [rater, picture, place, question.name, str(scores[painter][turn])]
        for picture, letters in places.items()
        for place, painter in letters.items()
        for turn, question in enumerate(QUESTIONS)
    ]


def save(path: Path, rows: Sequence[Sequence[str]], delimiter: str = ",") -> Path:
    with path.open("w", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerows([["rater", "picture", "place", "question", "score"], *rows])
    return path


def test_the_page_names_no_painter_and_the_key_tells_each_place(study: Study) -> None:
    folder = study.page.parent
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) == 1 + len(NAMES) * (len(SHADES) + 1)
    for path in files:
        assert not any(painter in path.name.encode() + path.read_bytes() for painter in (b"onyx", b"quartz"))
    key = read_key(study.key)
    assert key.painters == ("onyx", "quartz")
    for picture in json.loads(re.search(r'id="study">(.*?)</script>', study.page.read_text())[1])["pictures"]:  # type: ignore[index]
        for place, file in picture["places"].items():
            shade = read_picture(folder / file).mean()
            assert abs(shade - SHADES[key.places[picture["name"]][place]]) < 3


def test_the_same_painter_is_not_always_at_the_same_place(tmp_path: Path) -> None:
    names = [f"{i}" for i in range(20)]
    outputs = [folder_of(tmp_path / painter, shade, names) for painter, shade in SHADES.items()]
    built = build_study(tmp_path / "study", outputs, pictures=12, seed=3)
    places = read_key(built.key).places
    assert len(places) == len(built.pictures) == 12
    assert {letters["A"] for letters in places.values()} == {"onyx", "quartz"}
    again = build_study(tmp_path / "again", outputs, pictures=12, seed=3)
    assert again.key.read_text() == built.key.read_text()
    assert again.page.read_text() == built.page.read_text()


def test_equal_folder_names_are_told_apart_by_what_is_above_them(tmp_path: Path) -> None:
    outputs = [folder_of(tmp_path / run / "pictures", shade) for run, shade in SHADES.items()]
    assert build_study(tmp_path / "s", outputs).painters == ("onyx/pictures", "quartz/pictures")


def test_an_evaluation_brings_its_painters_drawings_and_references(tmp_path: Path) -> None:
    run = evaluation(tmp_path / "run", ("onyx", "quartz", "paper-white"), pictures=3)
    built = build_study(tmp_path / "study", [run], painters=["quartz", "onyx"], pictures=5)
    assert built.painters == ("onyx", "quartz")
    assert len(built.pictures) == 5
    assert set(built.pictures) < {
        f"art/{i} ({lines}, {protocol})"
        for i in range(3)
        for lines in LINES
        for protocol in ("same", "cross")
    }
    key = read_key(built.key)
    name, protocol = built.pictures[0], re.search(r"(\w+)\)$", built.pictures[0])[1]  # type: ignore[index]
    index, lines = re.search(r"art/(\d) \((\w+),", name).groups()  # type: ignore[union-attr]
    for place, painter in key.places[name].items():
        shown = read_picture(built.page.parent / "pictures" / f"0000-{place}.webp").mean(axis=(0, 1))
        painted = read_picture(run / f"pictures/000{index}/{painter}-{lines}-{protocol}.webp").mean(
            axis=(0, 1)
        )
        assert np.abs(shown - painted).max() < 6
    assert len(list(built.page.parent.rglob("*reference.webp"))) == 5
    with pytest.raises(UsageError, match="there is no painter opal; choose among onyx, quartz, paper-white"):
        build_study(tmp_path / "other", [run], painters=["opal"])
    with pytest.raises(UsageError, match="join them: attnpaint evaluate --compare"):
        build_study(tmp_path / "other", [run, tmp_path])


def command(*words: object) -> int:
    found = study_command([str(word) for word in words], prog_name="attnpaint study", standalone_mode=False)
    return found or 0


def test_the_command_builds_without_saying_build_and_scores(
    tmp_path: Path, outputs: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "rating"
    assert command("--outputs", outputs[0], "--outputs", outputs[1], folder, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {
        "page": str(folder / "page" / "index.html"),
        "key": str(folder / "key.json"),
        "painters": list(SHADES),
        "pictures": 3,
    }
    built = Study(folder / "page", folder / "key.json", (), ())
    ratings = save(tmp_path / "a.csv", rows_of(built, {"onyx": (5, 4, 3, 2), "quartz": (0, 1, 2, 3)}))
    assert command("score", ratings, "--key", built.key, "--json") == 0
    assert json.loads(capsys.readouterr().out)["painters"]["onyx"]["asked"]["mean"] == 5
    assert command("score", ratings, "--key", built.key) == 0
    out = capsys.readouterr().out
    assert "1 raters" not in out
    assert "1 rater, 3 pictures, 24 ratings" in out
    assert command("--help") == 0
    out = capsys.readouterr().out
    assert "build" in out
    assert "score" in out


def test_paintings_of_other_sizes_are_shown_at_one_size(tmp_path: Path) -> None:
    outputs = [folder_of(tmp_path / "small", 9, ["x"], 40), folder_of(tmp_path / "large", 9, ["x"], 80)]
    page = build_study(tmp_path / "study", outputs).page
    assert {read_picture(path).shape for path in page.parent.rglob("*.webp")} == {(40, 40, 3)}


def test_what_cannot_be_rated_is_told(tmp_path: Path, outputs: list[Path], study: Study) -> None:
    new = tmp_path / "new"
    with pytest.raises(UsageError, match="holds a study already"):
        build_study(tmp_path / "study", outputs)
    with pytest.raises(UsageError, match="1 painter to compare; give --outputs for 2 to 8"):
        build_study(new, outputs[:1])
    with pytest.raises(UsageError, match="the same folder is given twice"):
        build_study(new, [outputs[0], outputs[0]])
    other = folder_of(tmp_path / "other", 5, ["one", "five"])
    with pytest.raises(AttnpaintError, match="onyx has no painting five; give folders with equal names"):
        build_study(new, [outputs[0], other])
    with pytest.raises(AttnpaintError, match="other has no drawing deep/four and 1 more"):
        build_study(new, outputs, drawings=other)
    with pytest.raises(AttnpaintError, match="empty does not exist"):
        build_study(new, [outputs[0], tmp_path / "empty"])
    write_picture(outputs[1] / "one.png", np.zeros((20, 60, 3), np.uint8))
    with pytest.raises(AttnpaintError, match=r"the paintings of one differ in shape \("):
        build_study(new, outputs)
    assert not (new / "key.json").exists()


def test_scores_come_back_to_the_painters_they_were_given_to(tmp_path: Path, study: Study) -> None:
    files = [
        save(tmp_path / "a.csv", rows_of(study, {"onyx": (5, 4, 3, 2), "quartz": (0, 1, 2, 2)}, "Ada")),
        save(tmp_path / "b.csv", rows_of(study, {"onyx": (3, 4, 3, 2), "quartz": (0, 1, 2, 2)}, "Bo"), ";"),
    ]
    key = read_key(study.key)
    found = score_study(read_ratings([*files, files[0]], key), key)  # a file that is given twice counts once
    assert (found["raters"], found["pictures"], found["ratings"], found["missing"]) == (2, 3, 48, 0)
    assert [found["painters"]["onyx"][q.name]["mean"] for q in QUESTIONS] == [4, 4, 3, 2]
    assert [found["painters"]["quartz"][q.name]["mean"] for q in QUESTIONS] == [0, 1, 2, 2]
    assert found["differences"]["quartz"]["asked"] == {"mean": -4, "low": -4, "high": -4}
    assert found["agreement"]["inside"] == {"ordinal": 1, "interval": 1}
    assert 0 < found["agreement"]["asked"]["interval"] < 1
    assert found["agreement"]["unasked"] == {"ordinal": None, "interval": None}
    json.dumps(found, allow_nan=False)


def test_an_unfinished_rating_counts_as_far_as_it_goes(tmp_path: Path, study: Study) -> None:
    rows = rows_of(study, {"onyx": (5, 5, 5, 5), "quartz": (1, 1, 1, 1)})
    key = read_key(study.key)
    found = score_study(read_ratings([save(tmp_path / "a.csv", rows[:8])], key), key)
    assert (found["pictures"], found["missing"]) == (1, 16)
    assert found["painters"]["onyx"]["look"] == {"mean": 5, "low": None, "high": None}
    assert found["agreement"]["look"]["ordinal"] is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "does not begin with rater,picture,place,question,score"),
        ("rater,picture,score\n", "does not begin with"),
        ("rater,picture,place,question,score\n", "holds no rating"),
        ("rater,picture,place,question,score\nAda,one,A,look\n", "line 2 is cut short"),
        ("rater,picture,place,question,score\nAda,one,A,look,6\n", "line 2: the score '6' is not 0, 1"),
        ("rater,picture,place,question,score\nAda,one,A,look,\n", "the score '' is not"),
        ("rater,picture,place,question,score\nAda,one,C,look,3\n", "no place 'C' of picture 'one'"),
        (
            "rater,picture,place,question,score\nAda,nine,A,look,3\n",
            "no picture 'nine'; give the key of the same",
        ),
        ("rater,picture,place,question,score\nAda,one,A,taste,3\n", "there is no question 'taste'"),
        ("rater,picture,place,question,score\n ,one,A,look,3\n", "no rater is named"),
        (
            "rater,picture,place,question,score\nAda,one,A,look,3\nAda,one,A,look,4\n",
            "line 3: Ada answered this before with another score",
        ),
    ],
)
def test_damaged_ratings_are_told_with_their_line(
    tmp_path: Path, study: Study, text: str, problem: str
) -> None:
    path = tmp_path / "ratings.csv"
    path.write_text(text)
    with pytest.raises(AttnpaintError, match=re.escape(problem)):
        read_ratings([path], read_key(study.key))


def test_missing_and_foreign_files_are_told(tmp_path: Path, study: Study) -> None:
    with pytest.raises(AttnpaintError, match="there is no key"):
        read_key(tmp_path / "none.json")
    (tmp_path / "odd.json").write_text('{"places": {"one": {"A": "nobody"}}, "painters": ["onyx"]}')
    with pytest.raises(AttnpaintError, match="is no key of a study"):
        read_key(tmp_path / "odd.json")
    with pytest.raises(AttnpaintError, match="cannot be read"):
        read_ratings([tmp_path / "none.csv"], read_key(study.key))
    (tmp_path / "odd.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(AttnpaintError, match="is not text in UTF-8"):
        read_ratings([tmp_path / "odd.csv"], read_key(study.key))
