"""Figures differ as people and pictures do: swaps of colours and clothes, other lines, profiles, scenes."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from attnpaint.data.region_truth import region_truth
from attnpaint.figures.canvas import Canvas, Paint
from attnpaint.figures.character import CAST, Character, View, draw_character, draw_view
from attnpaint.figures.curves import ellipse
from attnpaint.figures.details import _DETAILS
from attnpaint.figures.figure import draw, render
from attnpaint.figures.headwear import _HATS
from attnpaint.figures.hues import Colours, skin_colour
from attnpaint.figures.outfits import HATS, TOPS
from attnpaint.figures.pens import Pen
from attnpaint.figures.scenes import Scene
from attnpaint.figures.shading import DEEP, Light, shaded

SKIN, HAIR, EYES, SCENERY = 1, 2, 3, 251


def plain(number: int, view: int = 0, **changed: object) -> tuple[Character, View]:
    """A figure alone on a plain ground, drawn flat unless a pose is given."""
    shown = replace(
        draw_view(0, number, view), scene=Scene("", 0), animal="", others=0, behind=False, roll=0.0, pose=None
    )
    return draw_character(0, number), replace(shown, **changed)  # type: ignore[arg-type]


@pytest.mark.parametrize("number", [0, CAST, 5 * CAST])
def test_the_second_of_a_cast_is_the_first_in_other_colours(number: int) -> None:
    first, second = draw_character(3, number), draw_character(3, number + 1)
    assert replace(second, colours=first.colours) == first
    assert second.colours != first.colours
    one, other = render(3, number, 0, 96), render(3, number + 1, 0, 96)
    np.testing.assert_array_equal(one.parts, other.parts)
    assert (one.colour != other.colour).mean() > 0.05


@pytest.mark.parametrize("number", [2, CAST + 2, 7 * CAST + 2])
def test_the_fourth_of_a_cast_wears_what_the_third_wears(number: int) -> None:
    third, fourth = draw_character(3, number), draw_character(3, number + 1)
    assert third.outfit == fourth.outfit
    assert third.cloth == fourth.cloth
    assert third.face != fourth.face
    assert third.hairdo != fourth.hairdo


def test_some_views_are_the_view_before_in_other_lines() -> None:
    again = 0
    for number in range(40):
        views = [draw_view(5, number, view) for view in range(4)]
        for before, after in pairwise(views):
            kept = ("light", "ground", "lines_in", "pen", "scene")
            again += replace(after, **{name: getattr(before, name) for name in kept}) == before
            assert after != before
    assert 5 <= again <= 35


@pytest.mark.parametrize("number", [0, 4, 13])
def test_a_figure_from_the_side_shows_one_eye_and_faces_its_way(number: int) -> None:
    who, view = plain(
        number, profile=True, crop="bust", turn=0.6, open=(1.0, 1.0), shift=(0.0, 0.0), lean=0.0
    )
    who = replace(who, face=replace(who.face, style="modern", tall=0.28, eyewear=""))
    who = replace(who, hairdo=replace(who.hairdo, bangs="up"))
    right = draw(who, view, 192).parts
    left = draw(who, replace(view, turn=-0.6), 192).parts
    for parts, way in ((right, 1), (left, -1)):
        eyes = np.argwhere(parts == EYES)[:, 1]
        assert len(eyes) > 12
        assert np.ptp(eyes) < 192 * 0.12
        hair = np.argwhere(parts == HAIR)[:, 1]
        assert way * (eyes.mean() - hair.mean()) > 0


@pytest.mark.parametrize("number", [2, 6, 12])
def test_a_figure_that_lies_is_the_standing_one_turned(number: int) -> None:
    who, view = plain(number, crop="bust", legs="stand", pen=Pen())
    standing = draw(who, view, 192).parts
    lying = draw(who, replace(view, roll=np.pi / 2, scene=Scene("room", 1)), 192).parts
    assert (np.rot90(standing, -1) == lying).mean() > 0.95  # samples fall half a pixel aside
    assert (standing == lying).mean() < 0.9


@pytest.mark.parametrize("kind", ["meadow", "street", "room", "sky", "sea", "mist"])
def test_a_scene_is_scenery_and_leaves_the_figure_as_it_is(kind: str) -> None:
    who, view = plain(6, crop="bust")
    alone = draw(who, view, 96).parts
    set_in = draw(who, replace(view, scene=Scene(kind, 4)), 96).parts
    assert (set_in == SCENERY).mean() > 0.1
    figure = (alone != 0) & (set_in != SCENERY)
    assert (alone[figure] == set_in[figure]).mean() > 0.98


@pytest.mark.parametrize("number", [4, 6, 15])
def test_two_figures_show_more_than_one(number: int) -> None:
    who, view = plain(number, crop="cowboy")
    alone = draw(who, view, 128).parts
    both = draw(who, view, 128, beside=[plain(number + 40, crop="cowboy")]).parts
    assert (both != 0).sum() > 1.3 * (alone != 0).sum()
    assert (both[:, 64:] == SKIN).any()
    assert (both[:, :64] == SKIN).any()


@pytest.mark.parametrize("top", TOPS)
def test_every_garment_is_drawn_with_what_lies_on_it(top: str) -> None:
    assert top in _DETAILS
    who, view = plain(4, crop="bust", arms=("down", "down"))
    worn = draw(replace(who, outfit=replace(who.outfit, top=top, cape=False)), view, 96)
    other = draw(replace(who, outfit=replace(who.outfit, top="nothing more", cape=False)), view, 96)
    assert (worn.line != other.line).mean() > 0.002


@pytest.mark.parametrize("hat", HATS)
def test_every_hat_is_an_accessory(hat: str) -> None:
    assert hat in _HATS
    who, view = plain(4, crop="bust", turn=0.0, lean=0.0, shift=(0.0, 0.0))
    who = replace(
        who, outfit=replace(who.outfit, hat="", bow=False), face=replace(who.face, eyewear="", mark="")
    )
    bare = draw(who, view, 128).parts
    worn = draw(replace(who, outfit=replace(who.outfit, hat=hat)), view, 128).parts
    assert (worn == 250).sum() > (bare == 250).sum() + 12


def test_shade_follows_colours_that_lie_on_an_area_and_steps_say_how_much() -> None:
    colours = {}
    for steps in (0, 1, 2):
        canvas = Canvas(48, (255, 255, 255), Pen(ink=0), np.random.default_rng(0), Light(steps=steps))
        area = canvas.fill(ellipse((24, 24), (16, 16), 40), Paint(5, (200, 80, 80)))
        canvas.shade(ellipse((24, 24), (6, 6), 40), area, (80, 80, 200))
        canvas.cast(ellipse((24, 14), (30, 14), 40), area)
        canvas.cast(ellipse((24, 34), (30, 6), 40), area, DEEP)
        colours[steps] = canvas.finish().colour
    assert tuple(colours[0][24, 24]) == (80, 80, 200)
    assert tuple(colours[1][24, 24]) == shaded((80, 80, 200))
    assert tuple(colours[1][34, 24]) == (200, 80, 80)
    assert colours[2][34, 24].sum() < colours[1][34, 24].sum()


def test_a_mark_stays_on_its_area() -> None:
    canvas = Canvas(48, (255, 255, 255), Pen(ink=0, overshoot=0.3), np.random.default_rng(0))
    area = canvas.fill(ellipse((24, 24), (10, 10), 40), Paint(5, (200, 80, 80)))
    before = canvas.ink.copy()
    canvas.mark(np.linspace((2, 24), (46, 24), 20), area, 1.5)
    changed = canvas.ink != before
    assert changed.any()
    assert (canvas.shown[changed] == area).all()


def test_skins_are_of_all_people_and_hair_of_many_hues() -> None:
    rng = np.random.default_rng(0)
    light = np.array([np.dot(skin_colour(rng), [0.299, 0.587, 0.114]) for _ in range(600)])
    assert (light < 110).mean() > 0.05
    assert ((light > 110) & (light < 190)).mean() > 0.15
    assert (light > 200).mean() > 0.3
    skins = np.array([skin_colour(rng) for _ in range(300)])
    assert (skins[:, 0] >= skins[:, 1]).all()
    hairs = np.array([Colours.draw(rng).hair for _ in range(400)], float)
    natural = (hairs[:, 0] >= hairs[:, 1] - 12) & (hairs[:, 1] >= hairs[:, 2] - 12)
    assert 0.4 < natural.mean() < 0.85


@pytest.mark.parametrize("number", [2, 4, 6, 12, 14, 20])
def test_regions_of_the_lines_hold_one_colour(number: int) -> None:
    who, view = plain(number, crop="bust", legs="stand", pen=Pen(ink=0), light=Light(steps=0), lines_in=True)
    drawn = draw(who, view, 320)
    told = region_truth(drawn.line, drawn.colour, 200, None, np.random.default_rng(0))
    area, spread = told["area"][told["valid"]], told["spread"][told["valid"]]
    assert float((area * spread).sum() / area.sum()) < 0.2
    assert len(area) > 20
