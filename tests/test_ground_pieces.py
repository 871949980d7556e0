"""A figure cuts the ground in pieces: all of them are ground, and of one colour in every finish."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from attnpaint import Colorizer
from attnpaint.images import Picture
from attnpaint.inference.coloring import Coloring
from attnpaint.inference.engine import Answers
from attnpaint.inference.groups import ground_pieces
from attnpaint.inference.kinds import kinds_of
from attnpaint.inference.marks import marked
from attnpaint.projects import Fill, Marks

INKED = np.full(5, 0.1, np.float32)  # the share of ink in regions 0 to 4
ASSETS = Path(__file__).parents[1] / "assets"
PAPER, GROUND, CLOTHES = 17, 0, 5
LEAD, CORNER, FIGURE, HOLE = 1, 2, 3, 4


def labels() -> np.ndarray:
    """The ground 1 left of a figure 3 that touches the upper and lower edges, and 2 right of it; 4 within."""
    found = np.full((40, 60), LEAD, np.int32)
    found[:, 15:] = FIGURE
    found[:, 40:] = CORNER
    found[10:20, 22:30] = HOLE
    return found


def answers(corner: float, hole: float, like: float, ground: float = 0.99, wants: int = PAPER) -> Answers:
    """corner, hole, ground: chances of being ground; like: both of the first are like the lead so much."""
    logits = np.zeros((4, 18), np.float32)
    logits[0, wants] = 5
    chance = np.array([ground, corner, 0.01, hole], np.float32)
    parts = np.zeros((4, 7), np.float32)
    parts[:, GROUND], parts[:, CLOTHES] = chance, 1 - chance
    embedding = np.array([[1, 0], [like, (1 - like**2) ** 0.5], [-1, 0], [like, (1 - like**2) ** 0.5]])
    numbers, area = np.array([LEAD, CORNER, FIGURE, HOLE]), np.array([0.25, 0.3, 0.4, 0.05], np.float32)
    return Answers(numbers, area, logits, embedding.astype(np.float32), parts, np.zeros((16, 7), np.float32))


@pytest.mark.parametrize(
    ("corner", "hole", "like", "found"),
    [
        (0.3, 0.1, 0.8, {LEAD, CORNER}),
        (0.3, 0.6, 0.9, {LEAD, CORNER, HOLE}),
        (0.6, 0.6, 0.8, {LEAD, CORNER}),  # what is enclosed must be more like it
        (0.1, 0.1, 0.95, {LEAD}),
        (0.9, 0.9, 0.3, {LEAD}),
    ],
)
def test_what_is_like_the_sure_ground_is_ground_at_the_edge_sooner(
    corner: float, hole: float, like: float, found: set[int]
) -> None:
    told = answers(corner, hole, like)
    assert set(ground_pieces(told, labels(), INKED).tolist()) == found
    turned = np.ascontiguousarray(np.rot90(labels()))
    assert set(ground_pieces(told, turned, INKED).tolist()) == found


@pytest.mark.parametrize(("ground", "wants"), [(0.4, PAPER), (0.99, 3), (0.05, PAPER)])
def test_a_scene_has_no_ground(ground: float, wants: int) -> None:
    """Its sky is hardly ground, or wants a colour."""
    assert not len(ground_pieces(answers(0.3, 0.3, 0.95, ground, wants), labels(), INKED))


@pytest.mark.parametrize("full", [CORNER, HOLE, FIGURE])
def test_what_is_filled_with_ink_is_no_ground(full: int) -> None:
    inked = INKED.copy()
    inked[full] = 0.8
    found = ground_pieces(answers(0.9, 0.9, 0.95), labels(), inked)
    assert set(found.tolist()) == {LEAD, CORNER, HOLE} - {full}


@pytest.mark.parametrize("count", [0, 1])
def test_without_answers_at_the_edge_there_is_no_ground(count: int) -> None:
    every = answers(0.9, 0.9, 0.95)
    hole = slice(3, 3 + count)
    few = Answers(
        *(getattr(every, name)[hole] for name in ("label", "area", "logits", "embedding", "parts")),
        every.palette_parts,
    )
    assert not len(ground_pieces(few, labels(), INKED))


def bust(shift: int) -> Picture:
    """Head and shoulders that touch both sides and the lower edge, by which corners are cut off."""
    sketch = np.full((512, 512), 255, np.uint8)
    cv2.ellipse(sketch, (256 + shift, 200), (90, 110), 0, 0, 360, 0, 3)
    for side in (-1, 1):
        shoulder = [[256 + shift + 40 * side, 300], [256 + shift + 150 * side, 350], [256 + 300 * side, 400]]
        cv2.polylines(sketch, [np.array(shoulder, np.int32)], False, 0, 3)
    return np.repeat(sketch[..., None], 3, axis=2)


@pytest.fixture(scope="module")
def painter() -> Colorizer:
    return Colorizer.load(device="cpu")


@cache
def plainly(painter: Colorizer, drawing: str, reference: str) -> Coloring:
    """Painted once for all tests."""
    return painter.colorize(ASSETS / f"drawings/{drawing}.png", ASSETS / f"references/{reference}.png")


def grounds(coloring: Coloring) -> np.ndarray:
    """H×W: where all that is surely ground lies."""
    return np.isin(coloring.canvas.labels, coloring.canvas.grounds)


@pytest.mark.parametrize("name", ["schoolgirl", "painter-cat", "flower-girl"])
def test_every_finish_shows_the_sure_ground_in_its_one_colour(painter: Colorizer, name: str) -> None:
    coloring = painter.colorize(ASSETS / f"drawings/{name}.png", ASSETS / "references/sea.png")
    where, ink = grounds(coloring), coloring.drawing.clean.min(axis=2) < 250
    assert where.mean() > 0.2
    assert (kinds_of(coloring.canvas, coloring.flats).part[coloring.canvas.grounds] == GROUND).all()
    for finish in ("flat", "painted", "blend"):
        color = coloring.finished(finish).color
        assert (color[where] >= 254).all(), finish
        assert (color[~where & ~ink] < 250).any()
    x, y = np.argwhere(where.T)[0].tolist()
    painted = marked(coloring.finished("painted"), Marks(role_colors={"ground": "#203040"}))
    assert (painted.color[where] == (32, 48, 64)).all()
    filled = marked(coloring.finished("painted"), Marks(fills=(Fill("#a01020", (x, y)),)))
    assert (filled.color[coloring.canvas.labels == coloring.canvas.labels[y, x]] == (160, 16, 32)).all()


@pytest.mark.parametrize("shift", [-40, 0, 40])
def test_the_ground_beside_a_bust_is_paper_on_both_sides(painter: Colorizer, shift: int) -> None:
    coloring = painter.colorize(bust(shift), ASSETS / "references/pink-hair.png")
    for x in (20, 490):
        assert coloring.canvas.labels[40, x] in coloring.canvas.grounds
        assert coloring.picture[40, x].tolist() == [255, 255, 255]


def test_a_half_that_is_cut_off_the_ground_by_hand_is_ground(painter: Colorizer) -> None:
    coloring = painter.colorize(bust(0), ASSETS / "references/sea.png", "painted")
    cut = marked(coloring, Marks(cuts=(((256.0, 0.0), (256.0, 90.0)),)))
    assert cut.canvas.labels[20, 20] != cut.canvas.labels[20, 490]
    assert (cut.color[20, [20, 490]] == 255).all()


def test_a_model_without_a_region_stage_tells_no_ground(painter: Colorizer) -> None:
    canvas = painter.colorize(bust(0), ASSETS / "references/sea.png").canvas
    told = replace(canvas.maps, answers=None)
    assert not len(replace(canvas, maps=told).grounds)


def wanting(coloring: Coloring, color: int, scene: bool, one_scene: float = 0) -> Coloring:
    """The same painting, had the network wanted this colour for the ground, and so surely seen one scene."""
    canvas = coloring.canvas
    told = canvas.maps.answers
    assert told is not None
    logits = told.logits.copy()
    logits[told.label == canvas.ground, color] = 100
    maps = replace(canvas.maps, answers=replace(told, logits=logits, one_scene=one_scene))
    return replace(coloring, canvas=replace(canvas, maps=maps, scene=scene))


@pytest.mark.parametrize(("scene", "color"), [(True, 5), (True, PAPER), (False, 5)])
def test_the_ground_is_painted_only_where_the_reference_is_a_scene(
    painter: Colorizer, scene: bool, color: int
) -> None:
    plain = plainly(painter, "car", "pink-hair")
    assert plain.canvas.ground
    assert not plain.canvas.scene
    coloring = wanting(plain, color, scene)
    assert coloring.histogram is not None
    wanted = coloring.histogram.colors.reshape(-1, 3)[5] if scene and color == 5 else (255, 255, 255)
    where = coloring.canvas.labels == coloring.canvas.ground
    for finish in ("flat", "painted", "blend") if color == PAPER else ("flat",):
        assert (np.abs(coloring.finished(finish).color[where].astype(int) - wanted) <= 1).all(), finish
    paper = marked(coloring, Marks(role_colors={"ground": "paper"}))
    assert (paper.flats[coloring.canvas.ground] == 255).all()


@pytest.mark.parametrize(("one_scene", "color"), [(0.9, 5), (0.9, PAPER), (0.4, 5)])
def test_the_ground_is_painted_where_the_same_scene_shows_it_in_a_colour(
    painter: Colorizer, one_scene: float, color: int
) -> None:
    plain = plainly(painter, "car", "pink-hair")
    assert plain.canvas.ground
    coloring = wanting(plain, color, scene=False, one_scene=one_scene)
    assert coloring.histogram is not None
    colored = one_scene > 0.5 and color == 5
    wanted = coloring.histogram.colors.reshape(-1, 3)[5] if colored else np.array([255, 255, 255])
    assert coloring.flats[coloring.canvas.ground].tolist() == wanted.tolist()


@pytest.mark.parametrize("name", ["painter-cat", "schoolgirl"])
def test_nothing_is_ground_where_the_same_scene_has_none(painter: Colorizer, name: str) -> None:
    plain = plainly(painter, name, "pink-hair")
    assert len(wanting(plain, PAPER, scene=True).canvas.grounds)
    assert not len(wanting(plain, PAPER, scene=True, one_scene=0.9).canvas.grounds)


def test_a_scene_is_a_reference_without_a_ground(painter: Colorizer) -> None:
    scene = plainly(painter, "car", "sunflower")
    assert scene.canvas.scene
    assert not plainly(painter, "car", "green-dress").canvas.scene  # transparent
    assert not painter.colorize(ASSETS / "drawings/car.png", scene.histogram).canvas.scene


@pytest.mark.parametrize("reference", ["pink-hair", "green-dress"])
@pytest.mark.parametrize("color", [5, PAPER])
def test_what_shows_through_a_figure_has_the_colour_of_a_scenes_ground(
    painter: Colorizer, reference: str, color: int
) -> None:
    plain = plainly(painter, "painter-cat", reference)
    coloring = wanting(plain, color, scene=True)
    grounds = coloring.canvas.grounds
    assert len(grounds) > 1
    assert coloring.canvas.ground
    assert (coloring.flats[grounds] == coloring.flats[coloring.canvas.ground]).all()
