"""benchmarks/finish.py counts what it says."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from marking import CENTRES, boxes, region

from attnpaint.inference.marks import marked
from attnpaint.projects import Fill, Marks

SCRIPT = Path(__file__).parents[1] / "benchmarks" / "finish.py"


@pytest.fixture(scope="module")
def finish() -> ModuleType:
    spec = importlib.util.spec_from_file_location("finish_benchmark", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_closed_boxes_show_no_edge_without_a_line(finish: ModuleType) -> None:
    found = finish.measure("boxes", boxes(), None)
    assert (found.edges, found.pieces, found.white) == (0, 0, 0)
    assert found.all_pieces == 5
    assert found.all_edges == pytest.approx(4 * 4 * 51, rel=0.1)


def test_a_cut_without_a_line_is_an_edge_of_its_length(finish: ModuleType) -> None:
    marks = Marks((Fill("#10a020", (45, 30)),), cuts=(((22, 45), (68, 45)),))
    found = finish.measure("cut", marked(boxes(), marks), None)
    assert found.edges == pytest.approx(44, abs=5)
    assert found.pieces == 2


@pytest.mark.parametrize(("truth", "share"), [(None, 0.25), (255, 0.0), (100, 0.25)])
def test_white_counts_outside_the_ground_where_the_truth_is_not_white(
    finish: ModuleType, truth: int | None, share: float
) -> None:
    coloring = boxes()
    white = coloring.stroked({region(coloring, CENTRES["b"]): (255, 255, 255)})
    picture = None if truth is None else np.full((160, 160, 3), truth, np.uint8)
    assert finish.measure("white", white, picture).white == pytest.approx(share, abs=0.03)


@pytest.mark.parametrize(("name", "share"), [("a", 0.25), ("b", 0.25), ("ground", 0.0)])
def test_white_is_no_fault_where_the_truth_has_its_ground(
    finish: ModuleType, name: str, share: float
) -> None:
    """One box is left white whose truth is another colour than the ground, or the ground's own orange."""
    coloring = boxes()
    box = CENTRES["b" if name == "ground" else name]
    label = region(coloring, box)
    picture = np.full((160, 160, 3), (249, 167, 108), np.uint8)
    if name != "ground":
        picture[coloring.canvas.labels != coloring.canvas.ground] = (40, 90, 200)
    else:
        picture[(coloring.canvas.labels != coloring.canvas.ground) & (coloring.canvas.labels != label)] = 90
    found = finish.measure("white", coloring.stroked({label: (255, 255, 255)}), picture)
    assert found.white == pytest.approx(share, abs=0.03)
