"""The report: the right numbers, the best marked, pictures by the rule, one file that is safe and small."""

import json
import math
import re
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from reporting import FIDELITY, LINES, evaluation, record, write
from rich.console import Console

from attnpaint.errors import AttnpaintError
from attnpaint.eval.gallery import choose
from attnpaint.eval.metrics.measures import MEASURES
from attnpaint.eval.report import terminal_tables, write_report
from attnpaint.eval.results import Cell, best, read_results
from attnpaint.eval.score_plots import number


def by_hand(folder: Path, scores: dict[str, dict[str, list[float]]], measure: str = "psnr") -> Path:
    """scores: by painter and line extractor, a score for each picture."""
    painters = list(scores)
    records = [
        record(folder, i, f"p{i}", lines, "same", painter, {measure: score})
        for painter, drawings in scores.items()
        for lines, row in drawings.items()
        for i, score in enumerate(row)
    ]
    write(folder, records, painters, len({each["name"] for each in records}))
    return folder


def reported(folder: Path) -> tuple[str, dict[str, dict[str, dict]]]:  # type: ignore[type-arg]
    write_report(folder)
    return (folder / "report.html").read_text(), json.loads((folder / "report.json").read_text())


def test_a_picture_counts_once_however_many_drawings_it_has(tmp_path: Path) -> None:
    folder = by_hand(tmp_path, {"ours": {"xdog": [10, 20, 30], "genuine": [40]}})
    _, numbers = reported(folder)
    same = numbers["protocols"]["same"]
    assert (same["pictures"], same["drawings"]) == (3, 4)
    cell = same["measures"]["psnr"]["ours"]
    assert cell["mean"] == pytest.approx((25 + 20 + 30) / 3)
    assert 20 <= cell["low"] < cell["mean"] < cell["high"] <= 30
    assert cell["pictures"] == 3
    assert same["lines"]["xdog"]["psnr"]["ours"]["mean"] == pytest.approx(20)
    assert same["lines"]["genuine"]["psnr"]["ours"] == {"mean": 40, "low": None, "high": None, "pictures": 1}


def test_differences_are_in_pairs_to_the_first_painter(tmp_path: Path) -> None:
    hard = np.random.default_rng(0).normal(20, 4, 30)
    scores = {"ours": {"xdog": hard.tolist()}, "theirs": {"xdog": (hard - 0.5).tolist()}}
    page, numbers = reported(by_hand(tmp_path, scores))
    told = numbers["protocols"]["same"]["differences"]["psnr"]
    assert told == {"theirs": {"mean": -0.5, "low": -0.5, "high": -0.5, "pictures": 30}}
    assert re.search(r"Compared with ours.*−0\.50 <b class=\"worse\">worse</b>", page, re.DOTALL)


def test_where_1_is_best_the_distances_from_1_are_compared(tmp_path: Path) -> None:
    scores = {"ours": {"xdog": [1.3, 1.3]}, "theirs": {"xdog": [0.9, 0.9]}}
    page, numbers = reported(by_hand(tmp_path, scores, "colourfulness"))
    told = numbers["protocols"]["same"]["differences"]["colourfulness"]["theirs"]
    assert told["mean"] == pytest.approx(-0.2)
    assert '<b class="better">better</b>' in page
    assert re.search(r'<td class="best"><b>0\.90</b>', page)


def test_the_best_is_what_the_table_shows_as_best() -> None:
    def cells(**means: float) -> dict[str, Cell]:
        return {painter: Cell(mean, math.nan, math.nan, 9) for painter, mean in means.items()}

    assert best(MEASURES["psnr"], cells(a=20.1, b=19.9)) == {"a"}
    assert best(MEASURES["bleed"], cells(a=2.0, b=0.1)) == {"b"}
    assert best(MEASURES["colourfulness"], cells(a=0.9, b=1.2, c=1.1)) == {"a", "c"}
    assert best(MEASURES["ssim"], cells(a=0.80001, b=0.80002, c=0.7)) == {"a", "b"}
    assert best(MEASURES["ssim"], cells(a=0.8, b=0.8)) == set()
    assert best(MEASURES["ssim"], cells(a=0.8)) == set()


def test_what_is_not_known_is_left_out_and_what_is_one_number_has_no_interval(tmp_path: Path) -> None:
    page, numbers = reported(evaluation(tmp_path))
    same, cross = (numbers["protocols"][name]["measures"] for name in ("same", "cross"))
    assert set(FIDELITY) <= same.keys()
    assert not set(FIDELITY) & cross.keys()
    assert cross["sensitivity"]["ours"]["mean"] == 0.5
    assert "sensitivity" not in same
    whole = {"mean": 0.3, "low": None, "high": None, "pictures": 12}
    assert same["sliced_wasserstein"]["theirs"] == whole
    assert "sliced_wasserstein" not in numbers["protocols"]["same"]["differences"]
    assert "nan" not in page.lower().replace("nanum", "")
    assert numbers["lines"] == list(LINES)
    assert list(same) == [name for name in MEASURES if name in same]


def test_scores_that_are_no_numbers_do_not_count(tmp_path: Path) -> None:
    folder = by_hand(tmp_path, {"ours": {"xdog": [10, 20, math.inf]}, "theirs": {"xdog": [1, 2, 3]}})
    page, numbers = reported(folder)
    assert numbers["protocols"]["same"]["measures"]["psnr"]["ours"]["pictures"] == 2
    assert "<small>n = 2</small>" in page


def test_best_worst_and_random_pictures_follow_the_rule(tmp_path: Path) -> None:
    scores = np.random.default_rng(1).permutation(30).astype(float).tolist()
    rows = {"ours": {"xdog": scores}, "theirs": {"xdog": [5.0] * 30}}
    results = read_results(by_hand(tmp_path, rows, "delta_e"))
    choice = choose(results, "same", seed=0)
    picked = {
        kind: [row.records["ours"]["scores"]["delta_e"] for row in getattr(choice, kind)]
        for kind in ("best", "worst", "random")
    }
    assert (choice.measure, picked["best"], picked["worst"]) == ("delta_e", [0, 1, 2, 3], [29, 28, 27, 26])
    assert len(set(picked["random"])) == 4
    assert not set(picked["random"]) & {0, 1, 2, 3, 26, 27, 28, 29}
    assert choose(results, "same", seed=0) == choice
    assert choose(results, "same", seed=1).random != choice.random


@pytest.mark.parametrize("pictures", [1, 2, 3, 5])
def test_few_pictures_are_shown_once_each(tmp_path: Path, pictures: int) -> None:
    results = read_results(evaluation(tmp_path, pictures=pictures))
    choice = choose(results, "cross", seed=0)
    names = [row.name for row in (*choice.best, *choice.worst, *choice.random)]
    assert choice.measure == "dccw"
    assert len(names) == len(set(names)) >= min(pictures, 3)
    write_report(tmp_path)


class Shape(HTMLParser):
    """Tags that are open, and what was seen."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.sources: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        self.tags.append(tag)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.links += [given["href"] or ""] if tag == "a" else []
        self.sources += [given["src"] or ""] if "src" in given else []


def test_the_page_needs_nothing_but_itself_and_takes_no_name_for_markup(tmp_path: Path) -> None:
    nasty = ["<script>alert(1)</script>", '"><img src=x>', "<!--sections-->", "日本語 & co"]
    page, numbers = reported(
        evaluation(tmp_path, painters=("<b>ours</b>", "a&b/truth", "drawing"), names=nasty)
    )
    shape = Shape()
    shape.feed(page)
    assert "script" not in shape.tags
    assert len(shape.sources) == 2 * 3 * 6 - 3  # pictures of both protocols; three rows, no truth in cross
    assert all(source.startswith("data:image/webp;base64,") for source in shape.sources)
    assert {link.lstrip("#") for link in shape.links} <= set(shape.ids)
    assert len(shape.ids) == len(set(shape.ids))
    assert "http://" not in page
    assert "https://" not in page
    assert "&lt;!--sections--&gt;" in page
    assert "<!--" not in page
    assert numbers["painters"] == ["<b>ours</b>", "a&b/truth", "drawing"]


def test_the_page_stays_small_however_detailed_the_pictures_are(tmp_path: Path) -> None:
    evaluation(tmp_path, pictures=6, lines=("xdog",))
    noise = np.random.default_rng(0).integers(0, 256, (320, 320, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "noise.webp", quality=85)
    for path in (tmp_path / "pictures").rglob("*.webp"):
        path.write_bytes((tmp_path / "noise.webp").read_bytes())
    write_report(tmp_path)
    assert 1_000_000 < (tmp_path / "report.html").stat().st_size < 3_000_000


def test_lost_pictures_leave_a_gap_and_skipped_ones_are_told(tmp_path: Path) -> None:
    evaluation(tmp_path)
    for path in (tmp_path / "pictures").rglob("drawing-*"):
        path.unlink()
    summary = json.loads((tmp_path / "summary.json").read_text())
    summary["skipped"] = {"bad.png": "it is <damaged>"}
    (tmp_path / "summary.json").write_text(json.dumps(summary))
    page, _ = reported(tmp_path)
    assert "<figure><div></div><figcaption>drawing" in page
    assert "bad.png (it is &lt;damaged&gt;)" in page


def test_equal_evaluations_give_equal_reports(tmp_path: Path) -> None:
    one, other = (reported(evaluation(tmp_path / name)) for name in ("one", "other"))
    assert one == other


@pytest.mark.parametrize(("width", "count"), [(120, 1), (80, 2), (30, 5)])
def test_the_terminal_tables_fit_and_tell_what_the_report_tells(
    width: int, count: int, tmp_path: Path
) -> None:
    painters = ("attnpaint", "attentioned-deep-paint", "a-third-model", "paper-white", "nearest-band")
    folder = evaluation(tmp_path, painters)
    _, numbers = reported(folder)
    console = Console(width=width, record=True, file=StringIO())
    tables = terminal_tables(folder, width)
    assert len(tables) == count
    for table in tables:
        console.print(table)
    lines = console.export_text().splitlines()
    assert max(map(len, lines)) <= width
    means = [value["mean"] for value in numbers["protocols"]["same"]["measures"]["psnr"].values()]
    told = [cell for line in lines if "PSNR" in line for cell in line.split("│")[2:-1]]
    assert [float(cell.split()[0]) for cell in told] == [round(mean, 2) for mean in means]
    assert "same: 12 pictures, cross: 12 pictures" in " ".join(" ".join(lines[-4:]).split())


def test_how_a_painter_was_judged_is_told_beside_it(tmp_path: Path) -> None:
    folder = evaluation(tmp_path, painters=("<b>ours</b>", "theirs", "paper-white"))
    page, numbers = reported(folder)
    assert numbers["remarks"] == {}
    assert "judged" not in page
    summary = json.loads((folder / "summary.json").read_text())
    summary["remarks"] = {"<b>ours</b>": "judged <i>so</i>", "gone": "judged otherwise"}
    (folder / "summary.json").write_text(json.dumps(summary))
    page, numbers = reported(folder)
    assert numbers["remarks"] == {"<b>ours</b>": "judged <i>so</i>"}
    assert "<dt>&lt;b&gt;ours&lt;/b&gt;<dd>judged &lt;i&gt;so&lt;/i&gt;" in page
    assert "otherwise" not in page


def test_numbers_are_written_as_people_write_them() -> None:
    assert number(MEASURES["mse"], 12345.6) == "12,346"
    assert number(MEASURES["seams"], -0.004) == "0.00"
    assert number(MEASURES["seams"], -0.5, signed=True) == "−0.50"
    assert number(MEASURES["seams"], 0.5, signed=True) == "+0.50"
    assert number(MEASURES["seams"], math.nan) == "–"


def test_what_cannot_be_reported_is_told(tmp_path: Path) -> None:
    with pytest.raises(AttnpaintError, match=r"holds no summary\.json"):
        write_report(tmp_path)
    write(tmp_path, [], ["ours"], 0)
    with pytest.raises(AttnpaintError, match="holds no painted picture; evaluate some pictures"):
        write_report(tmp_path)
    write(tmp_path, [{"painter": "ours", "protocol": "same"}], ["ours"], 1)
    with pytest.raises(AttnpaintError, match="lack what a report needs"):
        write_report(tmp_path)
    (tmp_path / "records.jsonl").write_text('{"painter": "ou')
    with pytest.raises(AttnpaintError, match="cannot be read"):
        write_report(tmp_path)
    assert not (tmp_path / "report.html").exists()
