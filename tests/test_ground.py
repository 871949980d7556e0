"""The ground of a reference is found along its edges and told apart; a drawing's is what one wants."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from marking import CENTRES, GROUND, boxes, palette, shown

from attnpaint.errors import AttnpaintError
from attnpaint.extract import FIGURE, Histogram, Method, measure
from attnpaint.extract.ground import find_ground
from attnpaint.images import Picture, read_picture
from attnpaint.inference.animation import Steady
from attnpaint.inference.coloring import Coloring
from attnpaint.inference.look import Look
from attnpaint.inference.marks import marked
from attnpaint.palettes.edit import swap, turned
from attnpaint.palettes.mix import gather
from attnpaint.palettes.references import to_palette
from attnpaint.projects import Fill, Marks, Project, RoleMark
from attnpaint.projects.layout import from_layout, to_layout

BLUE, SKIN, WHITE = (40, 90, 200), (240, 200, 170), (255, 255, 255)


def figure(ground: tuple[int, ...] = BLUE, within: tuple[int, ...] = SKIN, size: int = 200) -> Picture:
    """A figure within black lines that stands on the lower edge, in one colour, on a flat ground."""
    picture = np.full((size, size, 3), ground, np.uint8)
    picture[size // 4 :, size // 4 : -size // 4] = 0
    picture[size // 4 + 3 :, size // 4 + 3 : -size // 4 - 3] = within
    return picture


@pytest.mark.parametrize("ground", [BLUE, WHITE, (12, 14, 18)])
@pytest.mark.parametrize("size", [40, 200, 1100])
def test_a_flat_ground_is_found_and_its_colour_told(ground: tuple[int, ...], size: int) -> None:
    found = find_ground(figure(ground, size=size))
    assert found is not None
    assert found.color == ground
    assert found.there[2, 2] == 1
    assert found.there[size // 2, size // 2] == 0
    assert found.there.mean() == pytest.approx(1 - 3 / 8, abs=0.04)


def test_noise_within_a_ground_does_not_hide_it() -> None:
    picture = figure()
    noise = np.random.default_rng(0).integers(-4, 5, picture.shape)
    noisy = (picture.astype(int) + noise).clip(0, 255).astype(np.uint8)
    found = find_ground(noisy)
    assert found is not None
    assert found.there.mean() == pytest.approx(1 - 3 / 8, abs=0.04)


def soft(one: tuple[int, ...], other: tuple[int, ...], shape: str, size: int = 200) -> Picture:
    """The figure on a ground that changes from one colour into the other."""
    y, x = np.mgrid[0 : 1 : size * 1j, 0 : 1 : size * 1j]
    share = {"down": y, "slanting": (x + 2 * y) / 3, "round": ((x - 0.5) ** 2 + (y - 0.5) ** 2) * 2}[shape]
    ground = np.rint(np.array(one) + share[..., None] * (np.array(other, float) - one)).astype(np.uint8)
    picture = figure(size=size)
    return np.where((picture == BLUE).all(axis=2, keepdims=True), ground, picture)


@pytest.mark.parametrize("shape", ["down", "slanting", "round"])
@pytest.mark.parametrize(("one", "other"), [((250, 170, 110), (240, 130, 70)), ((90, 180, 240), WHITE)])
def test_a_ground_that_changes_slowly_is_found(
    one: tuple[int, ...], other: tuple[int, ...], shape: str
) -> None:
    picture = soft(one, other, shape)
    found = find_ground(picture)
    assert found is not None
    wanted = (figure() == BLUE).all(axis=2)
    assert (found.there == wanted).mean() > 0.99
    assert np.abs(picture[wanted].mean(axis=0) - found.color).max() < 2
    measured = measure(picture, FIGURE).colors.reshape(-1, 3).astype(int)
    assert np.abs(measured - SKIN).max(axis=1).max() < 30  # nothing of the ground is left


@pytest.mark.parametrize("size", [7, 9, 64])
def test_a_wild_or_tiny_picture_has_no_ground_that_changes_slowly(size: int) -> None:
    wild = np.random.default_rng(size).integers(0, 256, (size, size, 3), dtype=np.uint8)
    assert find_ground(wild) is None
    columns = np.array([(200, 0, 0), (0, 200, 0), (0, 0, 200), (240, 240, 0)], np.uint8)
    assert find_ground(columns[None, np.arange(size) * 4 // size].repeat(size, axis=0)) is None


def test_a_large_white_shirt_on_white_is_no_ground_and_a_small_gap_is() -> None:
    picture = figure(WHITE, WHITE)
    picture[100:106, 90:96] = (200, 30, 30)
    whole = find_ground(picture)
    assert whole is not None
    assert whole.there[120, 120] == 0
    picture = figure(WHITE)
    picture[100:106, 90:96] = WHITE  # between an arm and the body
    small = find_ground(picture)
    assert small is not None
    assert small.there[102, 92] == 1


def test_a_scene_something_transparent_and_a_blank_sheet_have_no_ground() -> None:
    scene = np.random.default_rng(1).integers(0, 256, (60, 60, 3)).astype(np.uint8)
    clear = np.dstack([figure(), np.zeros((200, 200), np.uint8)])
    for picture in (scene, clear, np.full((50, 50, 3), 90, np.uint8), np.zeros((1, 1, 3), np.uint8)):
        assert find_ground(picture) is None
        assert measure(picture, FIGURE).ground is None


@pytest.mark.parametrize("touching", [8, 40, 90])
@pytest.mark.parametrize("color", [(0, 0, 0), SKIN, BLUE])
def test_what_touches_the_edges_of_a_transparent_picture_is_no_ground(
    touching: int, color: tuple[int, ...]
) -> None:
    """A cut-out figure reaches the upper edge and one side: 8 to 90 of 200 px there."""
    picture = np.zeros((200, 200, 4), np.uint8)
    picture[:touching, 50 : 50 + touching] = picture[60 : 60 + touching, :150] = (*color, 255)
    picture[60:, 60:150] = (*BLUE, 255)
    assert find_ground(picture) is None
    assert tuple(measure(picture, FIGURE).colors[0, 0].tolist()) == color
    framed = picture.copy()
    framed[picture[..., 3] == 0] = (*WHITE, 255)
    found = find_ground(framed)
    assert found is not None
    assert found.color == WHITE


def test_the_figures_colours_are_measured_without_ground_and_lines() -> None:
    found = measure(figure(), FIGURE)
    assert found.ground == BLUE
    assert {tuple(color) for color in found.colors.reshape(-1, 3).tolist()} == {SKIN}
    together = measure(figure())
    assert together.ground is None
    assert BLUE in {tuple(color) for color in together.colors.reshape(-1, 3).tolist()}


def test_the_ground_stays_with_a_palette_that_is_written_read_edited_and_mixed() -> None:
    found = measure(figure(), FIGURE)
    assert Histogram.from_numbers(found.to_numbers()).ground == BLUE
    assert Histogram.from_numbers(measure(figure()).to_numbers()).ground is None
    assert swap(found, "#f0c8aa", "#102030").ground == BLUE
    assert turned(found, 90).ground == BLUE
    assert gather([(found, None, 1.0)]).ground == BLUE
    for odd in ([1, 2], "blue", [[1, 2, 3]], 7):
        with pytest.raises(AttnpaintError, match="not the numbers of a histogram"):
            Histogram.from_numbers(found.to_numbers() | {"ground": odd})


def test_a_table_of_before_is_read_and_says_that_the_ground_was_measured() -> None:
    before = Method().to_json().replace(', "ground_apart": false', "")
    assert "ground_apart" not in before
    assert Method.from_json(before) == Method()
    assert Method.from_json(FIGURE.to_json()) == FIGURE


def with_ground(coloring: Coloring, color: tuple[int, int, int] | None) -> Coloring:
    known = replace(palette(), ground=color)
    return replace(coloring, histogram=known)


@pytest.mark.parametrize("told", [True, False])
def test_the_drawings_ground_is_paper_the_references_or_a_colour(told: bool) -> None:
    coloring = with_ground(boxes(told), BLUE)
    own = shown(coloring, CENTRES["a"])
    for wanted, seen in (("paper", WHITE), ("reference", BLUE), ("#102030", (16, 32, 48))):
        painted = marked(coloring, Marks(role_colors={"ground": wanted}))
        assert shown(painted, GROUND) == seen
        assert shown(painted, CENTRES["a"]) == own


def test_a_reference_without_a_flat_ground_leaves_paper_and_says_so() -> None:
    painted = marked(with_ground(boxes(), None), Marks(role_colors={"ground": "reference"}))
    assert shown(painted, GROUND) == WHITE
    assert "the reference has no flat ground" in painted.notes[-1]


@pytest.mark.parametrize("told", [True, False])
def test_a_transparent_ground_shows_the_figure_and_its_lines_alone(told: bool) -> None:
    before = boxes(told)
    painted = marked(before, Marks(role_colors={"ground": "transparent"})).picture
    assert painted.shape[2] == 4
    assert painted[GROUND[1], GROUND[0], 3] == 0
    x, y = CENTRES["a"]
    assert painted[y, x].tolist() == [*shown(before, (x, y)), 255]
    alpha = painted[..., 3:].astype(np.float64) / 255
    on_white = np.rint(painted[..., :3] * alpha + 255 * (1 - alpha))
    assert np.abs(on_white - before.picture[..., :3]).max() <= 1


@pytest.mark.parametrize("wanted", ["paper", "reference", "transparent"])
def test_words_for_the_ground_are_kept_in_a_project_and_mean_no_other_role(wanted: str) -> None:
    project = Project("x", b"drawing", marks=Marks(role_colors={"ground": wanted}))
    layout = to_layout(project, {})
    assert from_layout(layout, lambda _: b"drawing").marks.role_colors == {"ground": wanted}
    layout["role_colors"] = {"hair": wanted}
    with pytest.raises(AttnpaintError, match=r"role_colors\.hair"):
        from_layout(layout, lambda _: b"drawing")


CLEAR = Marks(role_colors={"ground": "transparent"})


@pytest.mark.parametrize("name", ["painted.jpg", "painted.jpeg", "painted.bmp"])
@pytest.mark.parametrize("told", [True, False])
def test_a_format_without_transparency_keeps_the_paper_and_its_lines(
    name: str, told: bool, tmp_path: Path
) -> None:
    before = boxes(told)
    marked(before, CLEAR).save(tmp_path / name)
    found = read_picture(tmp_path / name).astype(np.int16)
    assert np.abs(found - before.picture[..., :3]).max() <= (0 if name.endswith("bmp") else 40)
    assert found[GROUND[1], GROUND[0]].min() > 250


@pytest.mark.parametrize("name", ["a", "b"])
def test_what_a_person_coloured_is_not_seen_through(name: str) -> None:
    before = boxes()
    at = CENTRES[name]
    as_ground = replace(CLEAR, roles=(RoleMark(at, "ground"),))
    assert marked(before, as_ground).picture[at[1], at[0], 3] == 0
    filled = marked(before, replace(as_ground, fills=(Fill("#112233", at),))).picture
    assert filled[at[1], at[0]].tolist() == [17, 34, 51, 255]
    assert filled[GROUND[1], GROUND[0], 3] == 0
    ground = marked(before, replace(CLEAR, fills=(Fill("#112233", GROUND),))).picture
    assert ground[..., :3][GROUND[1], GROUND[0]].tolist() == [17, 34, 51]
    assert ground.shape[2] == 3 or ground[..., 3].min() == 255


@pytest.mark.parametrize("told", [True, False])
def test_a_transparent_ground_has_no_colour_where_lines_are_left_out(told: bool) -> None:
    painted = marked(boxes(told), CLEAR)
    bare, labels = painted.unlined, painted.canvas.full_labels()
    ground = labels == painted.canvas.ground
    assert ground.any()
    assert not bare[ground][:, 3].any()
    assert (bare[~ground][:, 3] == 255).all()


def test_frames_are_found_again_by_all_their_lines_on_a_transparent_ground() -> None:
    plain, clear = Steady(), Steady()
    for _ in range(2):
        plain(boxes())
        clear(marked(boxes(), CLEAR))
    assert plain.previous is not None
    assert clear.previous is not None
    assert np.array_equal(plain.previous.grey, clear.previous.grey)
    assert clear.previous.grey[GROUND[1], GROUND[0]] == 255


@pytest.mark.parametrize("own", [None, (1, 2, 3)])
def test_a_palette_that_is_shown_instead_keeps_the_references_ground(
    own: tuple[int, int, int] | None,
) -> None:
    reference = measure(figure(), FIGURE)
    other = replace(measure(figure(WHITE, (9, 99, 9)), FIGURE), ground=own)
    seen = Look(shown=other).edited(reference)
    assert seen.ground == (own or BLUE)
    assert np.array_equal(seen.colors, other.colors)
    assert Look(shown=other, hue=90).edited(reference).ground == (own or BLUE)


@pytest.mark.parametrize("ground", [BLUE, WHITE, (12, 14, 18)])
@pytest.mark.parametrize("method", [FIGURE, Method(), Method(ignore_lines=True)])
def test_a_model_that_sees_the_ground_with_the_rest_knows_its_colour_too(
    ground: tuple[int, ...], method: Method
) -> None:
    picture = figure(ground)
    found = to_palette(picture, method)
    assert found.ground == ground
    assert np.array_equal(found.colors, measure(picture, method).colors)
    assert to_palette(np.full((50, 50, 3), 90, np.uint8), method).ground is None
    assert to_palette(measure(picture), method).ground is None


def test_several_references_have_the_first_ground_that_is_known() -> None:
    blue, white = measure(figure(), FIGURE), measure(figure(WHITE), FIGURE)
    none = replace(blue, ground=None)
    assert gather([(none, None, 0.5), (white, None, 0.5)]).ground == WHITE
    assert gather([(blue, None, 0.5), (white, None, 0.5)]).ground == BLUE
    assert gather([(none, (1,), 1.0), (blue, (2, 3, 4), 1.0)]).ground == BLUE
    assert gather([(blue, (1,), 1.0), (white, None, 1.0)]).ground == WHITE
    assert gather([(blue, (1,), 1.0), (none, None, 1.0)]).ground == BLUE
    assert gather([(none, (1,), 1.0), (none, None, 1.0)]).ground is None
