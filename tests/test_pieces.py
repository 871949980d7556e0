"""Regions in pieces, cut where they are narrow; and what the region stage finds alike in one again."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from attnpaint import Colorizer
from attnpaint.config import GeneratorConfig, Recipe
from attnpaint.inference.canvas import rejoined
from attnpaint.inference.engine import Answers, Asked, Maps
from attnpaint.segment.regions import find_regions, in_pieces
from attnpaint.segment.samples import sample_pieces, sample_regions

GAP = 14.0  # px in a drawing of 512


def head(opening: int) -> np.ndarray:
    """A round head of 150 px in an empty drawing of 512, its crown open over so many px."""
    sketch = np.full((512, 512), 255, np.uint8)
    cv2.circle(sketch, (256, 280), 75, 0, 4)
    sketch[190:230, 256 - opening // 2 : 256 + (opening + 1) // 2] = 255
    return sketch


def sleeve(opening: int) -> np.ndarray:
    """A sleeve beside a skirt, one line between them, open over so many px."""
    sketch = np.full((512, 512), 255, np.uint8)
    cv2.rectangle(sketch, (100, 120), (400, 380), 0, 4)
    cv2.line(sketch, (220, 120), (220, 380), 0, 4)
    sketch[250 - opening // 2 : 250 + (opening + 1) // 2, 215:226] = 255
    return sketch


def three(opening: int) -> np.ndarray:
    """Three rooms in a row, the doors as wide as that."""
    sketch = np.full((512, 512), 255, np.uint8)
    cv2.rectangle(sketch, (30, 180), (480, 320), 0, 4)
    for column in (180, 330):
        cv2.line(sketch, (column, 180), (column, 320), 0, 4)
        sketch[250 - opening // 2 : 250 + (opening + 1) // 2, column - 5 : column + 6] = 255
    return sketch


SHAPES = [(head, (280, 256), (40, 256)), (sleeve, (250, 160), (250, 310)), (three, (250, 100), (250, 400))]


@pytest.mark.parametrize("opening", [24, 40])
@pytest.mark.parametrize(("shape", "here", "there"), SHAPES)
def test_what_a_wide_gap_makes_one_is_in_pieces(shape, here, there, opening: int) -> None:  # type: ignore[no-untyped-def]
    sketch = shape(opening)
    labels = find_regions(sketch, GAP, necks=True)
    assert labels[here] == labels[there]
    pieces, region = in_pieces(labels, sketch, GAP)
    assert pieces[here] != pieces[there]
    assert pieces.min() > 0
    np.testing.assert_array_equal(region[pieces], labels)


@pytest.mark.parametrize("opening", [24, 40])
@pytest.mark.parametrize("turns", range(4))
def test_the_cut_lies_in_the_opening(opening: int, turns: int) -> None:
    sketch = np.ascontiguousarray(np.rot90(head(opening), turns))
    labels = find_regions(sketch, GAP, necks=True)
    pieces, _ = in_pieces(labels, sketch, GAP)
    upright = np.rot90(pieces, -turns)
    inside = np.zeros((512, 512), np.uint8)
    cv2.circle(inside, (256, 280), 71, 1, -1)
    strayed = (upright != upright[280, 256]) & (inside > 0)
    assert np.mean(strayed[inside > 0]) < 0.02
    beyond = (upright == upright[280, 256]) & (np.hypot(*(np.indices((512, 512)) - [[[280]], [[256]]])) > 100)
    assert not beyond.any()


@pytest.mark.parametrize("scale", [0.5, 1.5, 2.0])
def test_it_is_measured_by_the_drawings_size(scale: float) -> None:
    side = round(512 * scale)
    sketch = cv2.resize(head(30), (side, side), interpolation=cv2.INTER_AREA)
    gap = GAP if scale >= 1 else GAP * scale  # a drawing under 512 px is measured as it is
    pieces, _ = in_pieces(find_regions(sketch, gap, necks=True), sketch, gap)
    middle = side // 2
    assert pieces[round(280 * scale), middle] != pieces[round(40 * scale), middle]


@pytest.mark.parametrize("wide", [32, 44, 60])
def test_a_shape_of_one_width_stays_whole(wide: int) -> None:
    sketch = np.full((512, 512), 255, np.uint8)
    way = np.array([[100, 120], [300, 130], [380, 250], [250, 380]], np.int32)
    cv2.polylines(sketch, [way], False, 0, wide + 6)
    cv2.polylines(sketch, [way], False, 255, wide)
    labels = find_regions(sketch, GAP, necks=True)
    pieces, region = in_pieces(labels, sketch, GAP)
    assert len({int(pieces[y, x]) for x, y in way.tolist()}) == 1
    np.testing.assert_array_equal(region[pieces], labels)


@pytest.mark.parametrize("value", [0, 255])
@pytest.mark.parametrize("shape", [(1, 1), (3, 90), (64, 64)])
def test_blank_and_black_sheets_are_one_piece(shape: tuple[int, int], value: int) -> None:
    sketch = np.full(shape, value, np.uint8)
    pieces, _ = in_pieces(find_regions(sketch, GAP, necks=True), sketch, GAP)
    assert (pieces == 1).all()


def told(
    pieces: np.ndarray, region: np.ndarray, turns: dict[tuple[int, int], float], sure: float = 0.6
) -> Answers:
    """What is said of regions, that they want colour 17, and of pieces, that they want one by their number:
    an embedding turned by so many degrees at a place; and that all is clothes, so surely."""
    whole, whole_area = np.unique(region[pieces], return_counts=True)
    number, area = np.unique(pieces, return_counts=True)
    label = np.concatenate([whole, number + len(region)])
    area = np.concatenate([whole_area, area])
    angle = np.zeros(len(label))
    for place, turn in turns.items():
        angle[label == pieces[place] + len(region)] = np.radians(turn)
    parts = np.full((len(label), 7), (1 - sure) / 6, np.float32)
    parts[:, 5] = sure
    color = np.where(label < len(region), 17, label % 16)
    return Answers(
        label,
        (area / pieces.size).astype(np.float32),
        np.eye(18, dtype=np.float32)[color],
        np.stack([np.cos(angle), np.sin(angle)], axis=1).astype(np.float32),
        parts,
        np.zeros((16, 7), np.float32),
    )


@pytest.mark.parametrize(("turn", "one"), [(0, True), (60, True), (100, False), (180, False)])
@pytest.mark.parametrize(("shape", "here", "there"), SHAPES[:2])
def test_pieces_that_are_alike_are_one_again(shape, here, there, turn: float, one: bool) -> None:  # type: ignore[no-untyped-def]
    sketch = shape(30)
    labels = find_regions(sketch, GAP, necks=True)
    pieces, region = in_pieces(labels, sketch, GAP)
    found, answers = rejoined(pieces, region, told(pieces, region, {there: turn}))
    assert set(answers.label) == set(np.unique(found))
    np.testing.assert_allclose(answers.area.sum(), 1, atol=1e-5)
    for place in (here, there):
        said = answers.logits[answers.label == found[place]][0].argmax()
        assert said == (17 if one else (pieces[place] + len(region)) % 16)
    if one:
        np.testing.assert_array_equal(found, labels)
    else:
        assert found[here] != found[there]


@pytest.mark.parametrize(("sure", "one"), [(1 / 7, True), (0.25, True), (0.35, False)])
@pytest.mark.parametrize(("shape", "here", "there"), SHAPES)
def test_nothing_is_cut_off_of_which_nobody_knows_what_it_is(  # type: ignore[no-untyped-def]
    shape, here, there, sure: float, one: bool
) -> None:
    sketch = shape(30)
    labels = find_regions(sketch, GAP, necks=True)
    pieces, region = in_pieces(labels, sketch, GAP)
    found, _ = rejoined(pieces, region, told(pieces, region, {there: 180}, sure))
    assert np.array_equal(found, labels) == one
    assert (found[here] == found[there]) == one


def knob(opening: int, side: int = 110) -> np.ndarray:
    """A square of that side on an empty drawing of 512, the line around it open over so many px."""
    sketch = np.full((512, 512), 255, np.uint8)
    cv2.rectangle(sketch, (256 - side // 2, 200), (256 + side // 2, 200 + side), 0, 4)
    sketch[190:210, 256 - opening // 2 : 256 + (opening + 1) // 2] = 255
    return sketch


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize(
    ("side", "wants", "one"),
    [
        (90, 2.0, True),
        (110, 0.0, True),
        (110, 2.0, True),
        (110, 3.0, False),
        (90, 9.0, False),
        (130, 0.0, False),
    ],
)
def test_a_little_piece_stays_apart_only_where_it_is_sure_of_its_colour(
    side: int, wants: float, one: bool, turns: int
) -> None:
    """Of 18 colours the one it wants has a chance of 0.06, 0.30 and 0.54, or all but 1; a larger piece is
    asked for no more than before."""
    sketch = np.ascontiguousarray(np.rot90(knob(30, side), turns))
    labels = find_regions(sketch, GAP, necks=True)
    pieces, region = in_pieces(labels, sketch, GAP)
    places = [tuple(np.argwhere(np.rot90(np.arange(512 * 512).reshape(512, 512), turns) == at)[0]) for at in (
        250 * 512 + 256, 60 * 512 + 60)]  # fmt: skip
    here, there = ((int(y), int(x)) for y, x in places)
    said = told(pieces, region, {here: 180})
    found, _ = rejoined(pieces, region, replace(said, logits=said.logits * np.float32(wants)))
    assert pieces[here] != pieces[there]
    assert (found[here] == found[there]) == one


@pytest.mark.parametrize(("left", "right"), [(100, 170), (170, 100), (95, 120)])
def test_a_little_piece_that_is_not_sure_joins_what_it_is_likest_and_no_chain_leads_through_it(
    left: float, right: float
) -> None:
    """Two rooms and a closet between them that is unlike both, and the rooms unlike each other."""
    sketch = np.full((512, 512), 255, np.uint8)
    cv2.rectangle(sketch, (30, 180), (480, 320), 0, 4)
    for column in (205, 295):
        cv2.line(sketch, (column, 180), (column, 320), 0, 4)
        sketch[230:270, column - 5 : column + 6] = 255
    pieces, region = in_pieces(find_regions(sketch, GAP, necks=True), sketch, GAP)
    rooms = (250, 100), (250, 250), (250, 400)
    assert len({int(pieces[room]) for room in rooms}) == 3
    turns = dict(zip(rooms, (-left, 0, right), strict=True))
    found, _ = rejoined(pieces, region, told(pieces, region, turns))
    likest = rooms[0] if left < right else rooms[2]
    assert found[rooms[0]] != found[rooms[2]]
    assert found[rooms[1]] == found[likest]


def test_the_middle_of_three_joins_the_side_it_is_like() -> None:
    sketch = three(40)
    pieces, region = in_pieces(find_regions(sketch, GAP, necks=True), sketch, GAP)
    left, middle, right = ((250, column) for column in (100, 255, 400))
    assert len({int(pieces[place]) for place in (left, middle, right)}) == 3
    found, _ = rejoined(pieces, region, told(pieces, region, {left: 0, middle: 70, right: 140}))
    assert (found[middle] == found[left]) != (found[middle] == found[right])  # no chain through it
    found, answers = rejoined(pieces, region, told(pieces, region, {left: 0, middle: 20, right: 140}))
    assert found[left] == found[middle] != found[right]
    mean = np.zeros(18)
    for place in (left, middle):
        mean[(pieces[place] + len(region)) % 16] += np.mean(pieces == pieces[place])
    mean /= np.mean(found == found[left])
    np.testing.assert_allclose(answers.logits[answers.label == found[left]][0], mean, atol=1e-5)


def test_regions_that_a_line_parts_stay_apart() -> None:
    sketch = sleeve(0)
    labels = find_regions(sketch, GAP, necks=True)
    pieces, region = in_pieces(labels, sketch, GAP)
    found, answers = rejoined(pieces, region, told(pieces, region, {}))
    np.testing.assert_array_equal(found, labels)
    assert (answers.logits.argmax(axis=1) == 17).all()


def test_a_piece_of_which_nothing_is_said_is_of_its_region() -> None:
    sketch = three(40)
    pieces, region = in_pieces(find_regions(sketch, GAP, necks=True), sketch, GAP)
    said = told(pieces, region, {(250, 100): 0, (250, 255): 120, (250, 400): 240})
    new = int(pieces.max())
    kept = said.label != new + len(region)
    names = ("label", "area", "logits", "embedding", "parts")
    known = replace(said, **{name: getattr(said, name)[kept] for name in names})
    found, answers = rejoined(pieces, region, known)
    assert (found[pieces == new] == region[new]).all()
    assert new not in answers.label


@pytest.mark.parametrize("most", [512, 6, 5])
def test_regions_are_described_as_before_and_pieces_behind_them(most: int) -> None:
    sketch = three(40)
    labels = find_regions(sketch, GAP, necks=True)
    pieces, region = in_pieces(labels, sketch, GAP)
    found = sample_pieces(pieces, region, sketch, most, np.random.default_rng(0))
    alone = sample_regions(labels, sketch, most, np.random.default_rng(0))
    new = np.flatnonzero(found.label >= len(region))
    several = np.unique(pieces[np.isin(labels, region[labels.max() + 1 :])])
    assert sorted(found.label[new] - len(region)) == several.tolist()
    old = np.flatnonzero(found.described["valid"])
    assert found.valid.sum() == len(old) + len(new)
    assert len(found.label) == most
    assert len(old) == min(alone.valid.sum(), most - len(new))
    for name, array in vars(alone).items():
        np.testing.assert_array_equal(vars(found)[name][old], array[: len(old)])
    ys, xs = (((found.points[new, :, axis] + 1) * 256).astype(int) for axis in (1, 0))
    assert (pieces[ys, xs] == (found.label[new] - len(region))[:, None]).all()


def test_without_pieces_only_regions_are_described() -> None:
    sketch = sleeve(0)
    pieces, region = in_pieces(find_regions(sketch, GAP, necks=True), sketch, GAP)
    found = sample_pieces(pieces, region, sketch, 40, np.random.default_rng(0))
    alone = sample_regions(pieces, sketch, 40, np.random.default_rng(0))
    for name, array in vars(found).items():
        np.testing.assert_array_equal(array, vars(alone)[name])


class Stage:
    """An engine with a region stage that tells what lies in a circle from what does not, where it may."""

    recipes = (Recipe(generator=GeneratorConfig(region_width=32)),)
    device = "cpu"
    decides_regions = True

    def __init__(self, tells: bool) -> None:
        self.tells = tells

    def paint(self, asked: Asked) -> Maps:
        image = np.zeros((3, *asked.sketch.shape[2:]), np.float32)
        return Maps(image, None, (), None, 1.0)

    def decide(self, asked: Asked) -> tuple[Answers, float]:
        assert asked.regions is not None
        there, samples = asked.regions.valid, asked.regions
        x, y = np.moveaxis(samples.points[there], 2, 0)
        within = (np.hypot(x, y - 24 / 256) < 75 / 256).mean(axis=1) > 0.5
        hair = within & self.tells
        return Answers(
            samples.label[there],
            samples.area[there],
            8 * np.eye(18, dtype=np.float32)[np.where(hair, 5, 17)],
            np.eye(4, dtype=np.float32)[hair.astype(int)],
            np.eye(7, dtype=np.float32)[np.where(hair, 2, 0)],
            np.full((16, 7), 1 / 7, np.float32),
        ), 1.0


@pytest.mark.parametrize("opening", [24, 32, 40])
@pytest.mark.parametrize("tells", [True, False])
def test_an_open_crown_is_no_paper_where_the_stage_tells(opening: int, tells: bool) -> None:
    reference = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    coloring = Colorizer(Stage(tells)).colorize(head(opening), reference, work_size=512)
    labels, inside, outside = coloring.canvas.labels, (280, 256), (40, 256)
    assert (labels[inside] != labels[outside]) == tells
    assert coloring.picture[outside].tolist() == [255] * 3
    assert (coloring.picture[inside].tolist() != [255] * 3) == tells
    answers = coloring.canvas.maps.answers
    assert answers is not None
    assert set(answers.label) == set(np.unique(labels))
