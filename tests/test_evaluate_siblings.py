"""The sibling protocol, part maps, and kits that leave the headline."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from evaluating import SIZE, Oracle, folder_of, one_extractor, run_evaluation, scene
from PIL import Image

from attnpaint.data.sources import find_items
from attnpaint.eval.painters import NearestBand, PaperWhite
from attnpaint.eval.protocol import SIBLING, Case, Protocol, Selection, cases
from attnpaint.eval.records import read_records, read_summary
from attnpaint.eval.report import terminal_tables, write_report
from attnpaint.eval.results import read_results, to_numbers
from attnpaint.images import Picture, fitted

SKIN, HAIR, DRESS = (240, 195, 165), (90, 55, 30), (40, 80, 190)


@pytest.fixture(scope="module", autouse=True)
def quick() -> Iterator[None]:
    with one_extractor():
        yield


def person(shift: int = 0, dress: tuple[int, ...] = DRESS) -> tuple[Picture, Picture]:
    """A head with hair and a dress, outlined, and its part map; at the size that is judged."""
    picture, parts = np.full((SIZE, SIZE, 3), 255, np.uint8), np.zeros((SIZE, SIZE), np.uint8)
    for index, colour, (top, left, height, width) in (
        (2, HAIR, (4, 14, 16, 36)),
        (1, SKIN, (22, 20, 16, 24)),
        (5, dress, (40, 10, 20, 44)),
    ):
        box = np.s_[top : top + height, left + shift : left + shift + width]
        picture[box], parts[box] = colour, index
        cv2.rectangle(picture, (left + shift, top), (left + shift + width, top + height), (0, 0, 0), 1)
    return picture, parts


def people(root: Path, mapped: bool = True) -> Path:
    """Two characters of two views each, and two pictures of nobody."""
    names = {f"figures__0000{who}-{view}_color": (who, view) for who in (1, 2) for view in (0, 1)}
    colours = (DRESS, (200, 60, 60))
    made = {name: person(3 * view, colours[who - 1]) for name, (who, view) in names.items()}
    folder_of(root, **{name: picture for name, (picture, _) in made.items()})
    folder_of(root, other__a_color=scene(1), other__b_color=scene(2))
    if mapped:
        for name, (_, parts) in made.items():
            stem = name.replace("__", "/").removesuffix("_color")
            Image.fromarray(parts, "L").save(root / f"{stem}.parts.png")
    return root


def kin(found: list[Case]) -> list[Case]:
    return [case for case in found if case.protocol == SIBLING]


def test_a_sibling_is_another_picture_of_the_character(tmp_path: Path) -> None:
    items = find_items([people(tmp_path)]).items
    pictures = {item.name: fitted(item.open()[0], SIZE) for item in items}
    found = list(cases(items, SIZE, 99, 0))
    assert {case.name for case in kin(found)} == {name for name in pictures if name.startswith("figures")}
    assert len(kin(found)) == 4
    for case in kin(found):
        who, view = case.name.removeprefix("figures/").removesuffix(".color.png").split("-")
        other = pictures[f"figures/{who}-{1 - int(view)}.color.png"]
        np.testing.assert_array_equal(case.reference, other)
        assert case.truth is case.real
        np.testing.assert_array_equal(case.real, pictures[case.name])


def test_every_drawing_of_a_picture_without_siblings_has_two_cases_alone(tmp_path: Path) -> None:
    found = list(cases(find_items([people(tmp_path)]).items, SIZE, 99, 0))
    for name in ("other/a.color.png", "other/b.color.png"):
        own = [case for case in found if case.name == name]
        assert [case.protocol for case in own] == [*Protocol]
        assert all(case.parts is None for case in own)


def test_cases_carry_their_part_maps_at_their_size(tmp_path: Path) -> None:
    items = find_items([people(tmp_path)]).items
    for size in (SIZE, 48):
        for case in cases(items, size, 99, 0):
            if case.name.startswith("figures"):
                assert case.parts is not None
                assert case.parts.shape == case.drawing.shape
                assert set(np.unique(case.parts)) == {0, 1, 2, 5}


def test_a_sibling_that_cannot_be_read_is_passed_over_or_told(tmp_path: Path) -> None:
    root = people(tmp_path)
    folder_of(root, **{"figures__00001-2_color": person(6)[0]})
    (root / "figures/00001-1.color.png").write_bytes(b"no picture")
    (root / "figures/00002-1.color.png").write_bytes(b"no picture")
    selection = Selection.of(find_items([root]).items, SIZE, 99, 0)
    outcome = run_evaluation(root, tmp_path / "out")
    assert selection.count == 7
    assert set(outcome.skipped) == {
        "figures/00001-1.color.png",
        "figures/00002-0.color.png",
        "figures/00002-1.color.png",
    }
    assert outcome.skipped["figures/00002-0.color.png"] == "no other picture of its character can be read"
    told = {r["name"] for r in read_records(tmp_path / "out") if r["protocol"] == SIBLING}
    assert told == {"figures/00001-0.color.png", "figures/00001-2.color.png"}


@pytest.mark.slow
def test_the_truth_from_a_sibling_is_without_fault(tmp_path: Path) -> None:
    data, out = people(tmp_path / "data"), tmp_path / "out"
    outcome = run_evaluation(data, out, painters=(Oracle(data), NearestBand(), PaperWhite()))
    assert outcome.siblings == 4
    told = [r for r in read_records(out) if r["protocol"] == SIBLING]
    assert len(told) == 3 * 4
    for record in told:
        assert "sensitivity" not in record
        assert (out / record["truth"]).is_file()
        scores = record["scores"]
        if record["painter"] == "oracle":
            assert scores["mse"] == 0
            assert scores.get("right_area", 1) == scores.get("pair_f1", 1) == scores.get("pieces", 1) == 1
            assert scores.get("skin_as_hair", 0) == 0
    assert any("right_area" in r["scores"] for r in told)
    assert any("skin_as_hair" in r["scores"] for r in told)
    white = [
        r["scores"]["right_area"]
        for r in told
        if r["painter"] == "paper-white" and "right_area" in r["scores"]
    ]
    assert max(white) < 0.2
    summary = read_summary(out)
    assert summary["distributions"]["oracle"][SIBLING]["frechet_random"] < 1e-6


def test_siblings_are_the_headline_of_the_report(tmp_path: Path) -> None:
    data, out = people(tmp_path / "data"), tmp_path / "out"
    run_evaluation(data, out)
    write_report(out)
    results = read_results(out)
    assert [each.name for each in results.protocols] == [SIBLING, "same", "cross"]
    assert next(iter(to_numbers(results)["protocols"][SIBLING]["measures"])) == "right_area"
    page = (out / "report.html").read_text()
    assert "Sibling reference" in page
    assert page.index("Sibling reference") < page.index("Same reference")
    assert "skin in a colour of hair" in page
    assert "sibling: 4 pictures" in str(terminal_tables(out, 100)[-1].caption)


def test_kits_are_measured_but_leave_the_tables(tmp_path: Path) -> None:
    data = folder_of(tmp_path / "data", **{f"dicebear-x__k{i}": scene(i) for i in range(3)})
    folder_of(data, **{f"drawn__d{i}": scene(9 + i) for i in range(2)})
    run_evaluation(data, tmp_path / "out")
    written = list(read_records(tmp_path / "out"))
    assert {r["name"].split("/")[0] for r in written} == {"dicebear-x", "drawn"}
    results = read_results(tmp_path / "out")
    assert results.aside == to_numbers(results)["aside"] == 3
    assert {each.pictures for each in results.protocols} == {2}
    assert {r["name"].split("/")[0] for r in results.records} == {"drawn"}
    without = folder_of(tmp_path / "few", **{f"drawn__d{i}": scene(9 + i) for i in range(2)})
    run_evaluation(without, tmp_path / "alone")
    alone = read_summary(tmp_path / "alone")["distributions"]["paper-white"]["same"]
    assert read_summary(tmp_path / "out")["distributions"]["paper-white"]["same"] == pytest.approx(alone)
    write_report(tmp_path / "out")
    assert "3 pictures of kits (dicebear-*)" in (tmp_path / "out" / "report.html").read_text()


def test_kits_alone_are_judged_as_any_other(tmp_path: Path) -> None:
    data = folder_of(tmp_path / "data", **{f"dicebear-x__k{i}": scene(i) for i in range(3)})
    run_evaluation(data, tmp_path / "out")
    results = read_results(tmp_path / "out")
    assert results.aside == 0
    assert {each.pictures for each in results.protocols} == {3}


def test_a_selection_with_other_part_maps_or_characters_is_another(tmp_path: Path) -> None:
    marks = [
        Selection.of(find_items([people(tmp_path / str(mapped), mapped)]).items, SIZE, 9, 0).digest
        for mapped in (True, False)
    ]
    (tmp_path / "False" / "manifest.csv").write_text("path,same_as\nother/a.color.png,other/b.color.png\n")
    marks.append(Selection.of(find_items([tmp_path / "False"]).items, SIZE, 9, 0).digest)
    assert len(set(marks)) == 3
