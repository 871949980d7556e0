"""Small regions join what no line divides them from; closed ones and large ones stay."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.testing import assert_allclose

from attnpaint import Colorizer
from attnpaint.inference.canvas import Canvas
from attnpaint.inference.drawing import Drawing
from attnpaint.inference.engine import Answers, Maps
from attnpaint.inference.kinds import kinds_of
from attnpaint.segment.borders import Borders, join_open, pockets
from attnpaint.segment.regions import find_regions

SIZE = 200


def halves(small: int = 10) -> tuple[np.ndarray, np.ndarray]:
    """Left 1 and right 2 with a line between; a square 3 of `small` px inside 1, no line around it."""
    labels = np.repeat(np.array([[1, 2]], np.int32), SIZE // 2, axis=1).repeat(SIZE, axis=0)
    labels[50 : 50 + small, 40 : 40 + small] = 3
    sketch = np.full((SIZE, SIZE), 255, np.uint8)
    sketch[:, 98:102] = 0
    return labels, sketch


@pytest.mark.parametrize("small", [3, 10, 14])
def test_a_small_region_without_a_line_around_it_joins_its_neighbour(small: int) -> None:
    labels, sketch = halves(small)
    found = join_open(labels, sketch)
    assert (found[:, :100] == 1).all()
    assert (found[:, 100:] == 2).all()


@pytest.mark.parametrize(("small", "gap"), [(10, 0), (10, 2), (14, 3)])
def test_a_closed_line_or_one_with_a_narrow_gap_keeps_it(small: int, gap: int) -> None:
    labels, sketch = halves(small)
    cv2.rectangle(sketch, (39, 49), (40 + small, 50 + small), 0, 3)
    sketch[46:53, 44 : 44 + gap + 2] = 255  # of which the line's ends take two
    assert set(np.unique(join_open(labels, sketch))) == {1, 2, 3}


@pytest.mark.parametrize(("pupil", "kept"), [(0, False), (2, False), (5, True)])
def test_what_has_a_pupil_stays_apart_though_its_line_is_open(pupil: int, kept: bool) -> None:
    labels, sketch = halves(14)
    cv2.rectangle(sketch, (39, 49), (54, 64), 0, 3)
    sketch[46:53, 42:53] = 255  # a fifth of the line is missing
    sketch[55 : 55 + pupil, 45 : 45 + pupil] = 0
    assert (3 in join_open(labels, sketch)) == kept


def test_a_large_region_stays_without_any_line() -> None:
    labels, sketch = halves(60)
    assert set(np.unique(join_open(labels, sketch))) == {1, 2, 3}


@pytest.mark.parametrize("turn", range(4))
def test_chains_of_small_regions_do_not_carry_far(turn: int) -> None:
    """A row of small regions that touch each other, all open, between two large ones: these stay two, and
    the row is not joined to one of them as a whole."""
    labels = np.ones((SIZE, SIZE), np.int32)
    labels[:, 150:] = 2
    for i in range(10):
        labels[96:104, 50 + 10 * i : 60 + 10 * i] = 10 + i
    sketch = np.full((SIZE, SIZE), 255, np.uint8)
    sketch[94:96, 50:150] = sketch[104:106, 50:150] = 0  # lines above and below the row
    sketch[:94, 148:152] = sketch[106:, 148:152] = 0
    found = join_open(np.rot90(labels, turn).copy(), np.rot90(sketch, turn).copy())
    found = np.rot90(found, -turn)
    assert found[10, 10] != found[10, 190]
    assert len(np.unique(found[100, 50:150])) >= 2


def test_shares_say_how_open_a_region_is() -> None:
    labels, sketch = halves(10)
    shares = Borders(labels, sketch).between(np.array([3, 1, 2]))[0]
    assert_allclose(shares[0], [0, 1, 0])
    assert shares[1, 0] == pytest.approx(40 / (40 + SIZE))
    assert not shares[2].any()
    assert not shares[1, 2]


@pytest.mark.parametrize("labels", [np.ones((5, 5), np.int32), np.array([[1, 2]], np.int32)])
def test_little_is_enough(labels: np.ndarray) -> None:
    blank = np.full(labels.shape, 255, np.uint8)
    assert join_open(labels, blank).shape == labels.shape
    assert not Borders(labels, blank).between(np.array([1]))[0][0, 0]


def figure(gap: int, leak: int = 0) -> tuple[np.ndarray, int, int]:
    """A body with an arm bent to it whose hand stays `gap` px away; beside it a puff whose line is open by
    `leak` px: the drawing, and the regions within the bend and within the puff."""
    sketch = np.full((400, 400), 255, np.uint8)
    hand = 161 + gap
    arm = [[161, 120], [260, 120], [260, 250], [hand, 250], [hand, 225], [235, 225], [235, 145], [161, 145]]
    cv2.polylines(sketch, [np.array(arm, np.int32)], False, 0, 2)
    cv2.rectangle(sketch, (60, 60), (160, 340), 0, 2)
    cv2.circle(sketch, (330, 330), 40, 0, 2)
    if leak:
        sketch[330 - leak // 2 : 330 + leak // 2, 365:376] = 255
    labels = find_regions(sketch)
    return sketch, int(labels[185, 200]), int(labels[330, 330])


@pytest.mark.parametrize(("gap", "leak"), [(5, 0), (5, 4), (6, 4), (6, 5)])
def test_what_a_closed_gap_alone_cuts_off_is_a_pocket_of_the_ground(gap: int, leak: int) -> None:
    sketch, bend, puff = figure(gap, leak)
    labels = find_regions(sketch)
    ground = int(labels[0, 0])
    assert len({ground, bend, puff}) == 3
    found = pockets(labels, sketch, ground)
    assert found[bend]
    assert found.sum() == 1  # the puff, open or closed, has the ground all along its line


@pytest.mark.parametrize("leak", [0, 4, 5])
def test_without_a_gap_or_a_ground_there_is_no_pocket(leak: int) -> None:
    sketch, bend, _ = figure(0, leak)
    labels = find_regions(sketch)
    assert not pockets(labels, sketch, int(labels[0, 0])).any()
    assert not pockets(labels, sketch, 0).any()
    assert bend != labels[0, 0]


@pytest.mark.parametrize("reference", ["sunflower", "sea", "pink-hair"])
def test_a_painting_leaves_pockets_white_and_paints_open_figures(reference: str) -> None:
    """The cat's, between arm and head; not the smoke of car and dragon, whose lines are open."""
    painter, assets = Colorizer.load(device="cpu"), Path(__file__).parents[1] / "assets"
    for name, at, ground in (
        ("painter-cat", (490, 230), True),
        ("car", (387, 636), False),
        ("dragon", (50, 44), False),
    ):
        coloring = painter.colorize(
            assets / f"drawings/{name}.png", assets / f"references/{reference}.png", "flat"
        )
        label = coloring.canvas.labels[at]
        assert label != coloring.canvas.ground
        assert (label in coloring.canvas.grounds) == ground
        assert bool((coloring.flats[label] == coloring.flats[coloring.canvas.ground]).all()) == ground
        assert (kinds_of(coloring.canvas, coloring.flats).part[label] == 0) == ground


def told_as(labels: np.ndarray, part: int) -> Answers:
    """A network that is sure of one part for all regions but the ground, which it wants to be paper."""
    label = np.arange(1, int(labels.max()) + 1)
    parts = np.full((len(label), 7), 0.01, np.float32)
    parts[np.arange(len(label)), np.where(label == labels[0, 0], 0, part)] = 0.94
    logits = np.zeros((len(label), 18), np.float32)
    logits[label == labels[0, 0], 17] = 9
    area = (np.bincount(labels.ravel())[1:] / labels.size).astype(np.float32)
    embedding = np.eye(2, dtype=np.float32)[(label == labels[0, 0]).astype(int)]
    return Answers(label, area, logits, embedding, parts, np.full((16, 7), 1 / 7, np.float32))


def bay(mouth: int, leak: int) -> np.ndarray:
    """A body along the drawing's lower edge with a bay in it, `mouth` px wide at its mouth, and beside it a
    balloon whose line is open by `leak` px."""
    sketch = np.full((512, 512), 255, np.uint8)
    left, right = 250 - mouth // 2, 250 + mouth - mouth // 2
    outline = [(80, 511), (80, 200), (left, 200), (left, 210), (180, 210), (180, 400), (320, 400), (320, 210)]
    outline += [(right, 210), (right, 200), (440, 200), (440, 511)]
    cv2.polylines(sketch, [np.array(outline, np.int32)], False, 0, 2)
    cv2.circle(sketch, (250, 100), 60, 0, 2)
    sketch[98 - leak : 98, 300:320] = 255
    return sketch


@pytest.mark.parametrize("part", [1, 2, 5])
@pytest.mark.parametrize("mouth", [8, 10, 12])
@pytest.mark.parametrize("leak", [0, 5, 8])
def test_a_bay_that_meets_the_ground_in_its_mouth_alone_is_ground_whatever_is_told(
    part: int, mouth: int, leak: int
) -> None:
    sketch = bay(mouth, leak)
    labels = find_regions(sketch, 14)
    inner, ground, balloon = (int(labels[at]) for at in ((300, 250), (10, 10), (100, 250)))
    assert len({inner, ground, balloon}) == 3
    maps = Maps(np.zeros((3, 1, 1), np.float32), None, (), None, 0.0, told_as(labels, part))
    canvas = Canvas(Drawing.of(np.repeat(sketch[..., None], 3, axis=2), 512), maps, None, labels)
    assert inner in canvas.grounds
    assert balloon not in canvas.grounds  # its own line lies between, but for a leak
    assert canvas.answers is not None
    assert canvas.answers.parts[inner - 1, 0] == 1


@pytest.mark.parametrize("mouth", [8, 12])
def test_an_eye_is_no_ground(mouth: int) -> None:
    sketch = bay(mouth, 0)
    labels = find_regions(sketch, 14)
    maps = Maps(np.zeros((3, 1, 1), np.float32), None, (), None, 0.0, told_as(labels, 3))
    canvas = Canvas(Drawing.of(np.repeat(sketch[..., None], 3, axis=2), 512), maps, None, labels)
    assert int(labels[300, 250]) not in canvas.grounds
