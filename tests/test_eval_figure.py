"""Measures of the figure on pictures whose answer is known by construction."""

import numpy as np
import pytest

from attnpaint.colour import delta_e_2000, to_lab
from attnpaint.eval.metrics.figure import Areas, figure, true_areas
from attnpaint.eval.metrics.rightness import figure_scores
from attnpaint.images import Picture
from attnpaint.parts import HAIR, SKIN

SIZE = 256
WHITE, SKINNY, BROWN, BLUE, RED = (
    (255, 255, 255),
    (240, 195, 165),
    (90, 55, 30),
    (40, 80, 190),
    (200, 30, 40),
)
Boxes = dict[str, tuple[slice, slice]]
BOXES: Boxes = {
    "hair": np.s_[16:80, 64:192],
    "face": np.s_[96:144, 96:160],
    "left": np.s_[96:176, 32:64],
    "right": np.s_[96:176, 192:224],
    "shirt": np.s_[160:240, 80:176],
}
COLOURS = {"hair": BROWN, "face": SKINNY, "left": SKINNY, "right": SKINNY, "shirt": BLUE}
PARTS = {"hair": HAIR, "face": SKIN, "left": SKIN, "right": SKIN, "shirt": 5}


def drawn() -> Picture:
    drawing = np.full((SIZE, SIZE), 255, np.uint8)
    for rows, columns in BOXES.values():
        drawing[rows.start - 2 : rows.stop + 2, columns.start - 2 : columns.stop + 2] = 0
        drawing[rows, columns] = 255
    return drawing


def coloured(ground: tuple[int, ...] = WHITE, **others: tuple[int, ...]) -> Picture:
    """The figure in its colours, or others."""
    picture = np.full((SIZE, SIZE, 3), ground, np.uint8)
    for name, box in BOXES.items():
        picture[box] = others.get(name, COLOURS[name])
    picture[drawn() == 0] = 0
    return picture


def mapped() -> Picture:
    parts = np.zeros((SIZE, SIZE), np.uint8)
    for name, box in BOXES.items():
        parts[box] = PARTS[name]
    return parts


def swatches(*colours: tuple[int, ...]) -> Picture:
    """A reference that holds these colours in every band."""
    return np.repeat(np.array(colours, np.uint8)[None], 64, axis=0).repeat(32, axis=1)


PALETTE = swatches(WHITE, SKINNY, BROWN, BLUE)


def scores(
    painted: Picture, reference: Picture = PALETTE, parts: Picture | None = None, truth: Picture | None = None
) -> dict[str, float]:
    known = coloured() if truth is None else truth
    return figure_scores(painted, drawn(), reference, known, known, parts)


def inner(name: str) -> int:
    """Pixels of a box that are off lines and beside them, as the areas count them."""
    return int((true_areas(coloured(), drawn()).labels[BOXES[name]] > 0).sum())


def share(*names: str) -> float:
    return sum(map(inner, names)) / sum(map(inner, BOXES))


def test_areas_are_the_boxes() -> None:
    for parts in (None, mapped()):
        areas = true_areas(coloured(), drawn(), parts)
        assert len(areas.area) == len(BOXES)
        for name, (rows, columns) in BOXES.items():
            label = areas.labels[(rows.start + rows.stop) // 2, (columns.start + columns.stop) // 2] - 1
            whole = (rows.stop - rows.start) * (columns.stop - columns.start)
            assert 0.85 * whole < areas.area[label] <= whole
            assert np.allclose(areas.lab[label], to_lab(np.array(COLOURS[name], np.uint8)), atol=0.01)
        assert len(set(areas.group.tolist())) == 3


@pytest.mark.parametrize("parts", [None, mapped()])
@pytest.mark.parametrize("ground", [WHITE, (30, 200, 90), BROWN])
def test_the_truth_itself_is_right_whatever_the_ground(
    parts: Picture | None, ground: tuple[int, ...]
) -> None:
    found = scores(coloured(ground), parts=parts)
    assert found["right_area"] == found["pair_f1"] == found["pieces"] == 1
    assert found["figure_delta_e"] == pytest.approx(0, abs=1e-4)
    for name in ("skin_as_hair", "hair_as_skin"):
        assert np.isnan(found[name]) if parts is None else found[name] == 0


@pytest.mark.parametrize("wrong", [("hair",), ("left",), ("face", "shirt"), ("left", "right", "face")])
def test_the_right_area_is_what_is_not_wrong(wrong: tuple[str, ...]) -> None:
    found = scores(coloured(**dict.fromkeys(wrong, RED)))
    assert found["right_area"] == pytest.approx(1 - share(*wrong), abs=1e-6)


def test_a_box_half_wrong_is_half_right() -> None:
    painted = coloured()
    rows, columns = BOXES["hair"]
    painted[rows, columns.start : (columns.start + columns.stop) // 2] = RED
    found = scores(painted)
    assert found["right_area"] == pytest.approx(1 - share("hair") / 2, abs=0.002)
    assert found["pieces"] == pytest.approx((2 + 1 + 1) / 3)


@pytest.mark.parametrize("nearest", [(235, 160, 150), (250, 225, 130), (200, 190, 190)])
def test_what_the_palette_can_give_is_right_where_it_lacks_the_colour(nearest: tuple[int, ...]) -> None:
    """A colour that is NEAR the palette's best for the truth is right, though the truth is farther."""
    off = float(delta_e_2000(*(to_lab(np.array(c, np.uint8)) for c in (SKINNY, nearest))))
    assert off > 10
    painted = coloured(face=nearest, left=nearest, right=nearest)
    lacking = swatches(nearest, BROWN, BLUE, (0, 120, 0))
    assert scores(painted, lacking)["right_area"] == 1
    assert scores(painted)["right_area"] == pytest.approx(1 - share("face", "left", "right"))


def test_shading_of_the_truth_may_be_left_out_or_kept() -> None:
    truth = coloured()
    rows, columns = BOXES["shirt"]
    truth[rows.start : rows.start + 24, columns] = np.array(BLUE) - (10, 14, 20)
    assert scores(coloured(), truth=truth)["right_area"] == 1
    assert scores(truth, truth=truth)["right_area"] == 1


def f1(painted: dict[str, int], areas: dict[str, int]) -> float:
    """By its definition, from the groups that boxes are painted in."""
    wanted = {"hair": 0, "face": 1, "left": 1, "right": 1, "shirt": 2}
    names = list(BOXES)
    both = mine = true = 0.0
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            weight = (areas[one] * areas[other]) ** 0.5
            alike, like = painted[one] == painted[other], wanted[one] == wanted[other]
            both, mine, true = both + weight * (alike and like), mine + weight * alike, true + weight * like
    return 2 * both / (mine + true)


@pytest.mark.parametrize(
    "changed",
    [
        {"left": RED},
        {"left": BROWN},
        {"face": BROWN, "left": BROWN, "right": BROWN},
        {"face": BLUE, "left": RED},
        dict.fromkeys(BOXES, RED),
        {"hair": SKINNY, "face": BROWN, "left": BROWN, "right": BROWN},
    ],
)
def test_pair_f1_is_that_of_the_definition(changed: dict[str, tuple[int, ...]]) -> None:
    colours = COLOURS | changed
    numbers = {colour: number for number, colour in enumerate(dict.fromkeys(colours.values()))}
    expected = f1(
        {name: numbers[colour] for name, colour in colours.items()}, {name: inner(name) for name in BOXES}
    )
    assert scores(coloured(**changed))["pair_f1"] == pytest.approx(expected, abs=1e-6)


def test_pair_f1_knows_pairs_alone_and_no_colours() -> None:
    assert scores(coloured(hair=RED, face=BLUE, left=BLUE, right=BLUE, shirt=BROWN))["pair_f1"] == 1


@pytest.mark.parametrize("given", ["parts", "none"])
def test_pieces_are_counted_by_part_and_colour(given: str) -> None:
    parts = mapped() if given == "parts" else None
    assert scores(coloured(left=RED), parts=parts)["pieces"] == pytest.approx((1 + 2 + 1) / 3)
    assert scores(coloured(left=RED, right=BLUE), parts=parts)["pieces"] == pytest.approx((1 + 3 + 1) / 3)
    assert scores(coloured(hair=BLUE, shirt=BROWN), parts=parts)["pieces"] == 1


def test_a_part_map_tells_apart_what_has_one_colour() -> None:
    """Hair and shirt of one colour: one group by colour, two by part."""
    truth = coloured(shirt=BROWN)
    painted = coloured(shirt=RED)
    assert scores(painted, truth=truth)["pieces"] == pytest.approx((2 + 1) / 2)
    assert scores(painted, truth=truth, parts=mapped())["pieces"] == 1


def test_the_figures_distance_leaves_ground_and_lines_out() -> None:
    painted = coloured((0, 255, 0), hair=RED)
    painted[drawn() == 0] = (255, 0, 255)
    brown, red = (to_lab(np.array(colour, np.uint8)) for colour in (BROWN, RED))
    expected = float(delta_e_2000(brown, red)) * share("hair")
    assert scores(painted)["figure_delta_e"] == pytest.approx(expected, rel=0.02)


@pytest.mark.parametrize(
    ("changed", "skin", "hair"),
    [
        ({"face": BROWN, "left": BROWN, "right": BROWN}, 1, 0),
        ({"hair": SKINNY}, 0, 1),
        ({"hair": SKINNY, "face": BROWN, "left": BROWN, "right": BROWN}, 1, 1),
        ({"left": BROWN}, 0, 0),  # under a third of the skin
        ({"face": BROWN, "left": BROWN}, 1, 0),
        ({"hair": RED, "face": BLUE, "left": BLUE, "right": BLUE}, 0, 0),  # wrong, but not each other's
    ],
)
def test_skin_and_hair_in_each_others_colours(
    changed: dict[str, tuple[int, ...]], skin: int, hair: int
) -> None:
    found = scores(coloured(**changed), parts=mapped())
    assert (found["skin_as_hair"], found["hair_as_skin"]) == (skin, hair)


@pytest.mark.parametrize("lack", ["palette", "hair", "colour"])
def test_where_they_cannot_be_mistaken_nothing_is_told(lack: str) -> None:
    parts, reference, truth = mapped(), PALETTE, coloured()
    if lack == "palette":
        reference = swatches(WHITE, BROWN, BLUE, RED)
    elif lack == "hair":
        parts[parts == HAIR] = 7
    else:
        truth = coloured(hair=SKINNY)
    found = scores(coloured(), reference, parts, truth)
    assert np.isnan(found["skin_as_hair"])
    assert np.isnan(found["hair_as_skin"])


def test_without_a_truth_only_what_needs_none_is_told() -> None:
    found = figure_scores(coloured(left=RED), drawn(), PALETTE, None, coloured(), mapped())
    assert set(found) == {"pair_f1", "pieces"}
    assert found["pieces"] == pytest.approx(4 / 3)


def test_the_ground_hangs_together_with_the_edge_and_a_white_shirt_is_figure() -> None:
    where = figure(coloured(shirt=WHITE), None, drawn())
    assert where[BOXES["shirt"]].all()
    assert not where[:10].any()
    assert not where[120, 75]  # between the arm and the face


@pytest.mark.parametrize("colour", [WHITE, (12, 90, 160), (0, 0, 0)])
def test_a_flat_edge_of_any_colour_is_ground(colour: tuple[int, ...]) -> None:
    picture = np.full((64, 48, 3), colour, np.uint8)
    picture[16:48, 12:36] = RED
    where = figure(picture)
    assert where[16:48, 12:36].all()
    assert where.sum() == 32 * 24


def test_a_figure_that_the_edge_cuts_leaves_the_ground_beside_it() -> None:
    picture = np.full((64, 48, 3), WHITE, np.uint8)
    picture[16:, 12:36] = RED
    np.testing.assert_array_equal(figure(picture), (picture == RED).all(axis=2))


def test_without_a_flat_edge_all_is_figure() -> None:
    random = np.random.default_rng(0).integers(0, 256, (64, 48, 3)).astype(np.uint8)
    assert figure(random).all()


def test_a_part_map_tells_the_ground_before_colours_do() -> None:
    parts = np.zeros((64, 48), np.uint8)
    parts[:, 24:] = 5
    np.testing.assert_array_equal(figure(np.full((64, 48, 3), 255, np.uint8), parts), parts > 0)


@pytest.mark.parametrize("shape", [(1, 1), (16, 16), (3, 200), (64, 64)])
@pytest.mark.parametrize("parts", [False, True])
def test_a_blank_picture_tells_nothing_and_stops_nothing(shape: tuple[int, int], parts: bool) -> None:
    blank = np.full((*shape, 3), 255, np.uint8)
    found = figure_scores(
        blank, blank[..., 0], PALETTE, blank, blank, np.zeros(shape, np.uint8) if parts else None
    )
    assert all(np.isnan(value) for value in found.values())


def test_areas_hold_what_they_say() -> None:
    areas: Areas = true_areas(coloured(), drawn())
    assert areas.labels.max() == len(areas.area) == len(areas.lab) == len(areas.group)
    np.testing.assert_array_equal(np.bincount(areas.labels.ravel())[1:], areas.area)
    assert not (areas.labels > 0)[~areas.inside].any()
