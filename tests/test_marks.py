"""Fills, strokes, roles, cut and joined regions on a painting."""

from io import BytesIO

import numpy as np
import pytest
from marking import CENTRES, ENTRIES, GROUND, SIZE, boxes, palette, region, shown
from PIL import Image

from attnpaint.errors import PictureError, UsageError
from attnpaint.inference.marks import marked
from attnpaint.projects import Fill, Marks, RoleMark

GREEN, TEAL = "#10a020", "#0080a0"
A, B, C, D = CENTRES.values()
OWN = {name: tuple(palette().colors.reshape(-1, 3)[ENTRIES[name]].tolist()) for name in ENTRIES}


def rgb(color: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(color[1:]))


def png(*dabs: tuple[slice, slice, str], size: int = SIZE) -> bytes:
    picture = np.zeros((size, size, 4), np.uint8)
    for rows, columns, color in dabs:
        picture[rows, columns] = (*rgb(color), 255)
    stream = BytesIO()
    Image.fromarray(picture).save(stream, "PNG")
    return stream.getvalue()


def test_nothing_done_changes_nothing() -> None:
    coloring = boxes()
    assert marked(coloring, Marks()) is coloring
    assert [shown(coloring, at) for at in CENTRES.values()] == list(OWN.values())


@pytest.mark.parametrize("scale", [1, 3])
@pytest.mark.parametrize("name", ["a", "b", "d"])
def test_a_fill_colours_the_region_at_its_point_alone(name: str, scale: int) -> None:
    x, y = CENTRES[name]
    coloring = marked(boxes(scale=scale), Marks((Fill(GREEN, (x * scale, y * scale)),)))
    for other, at in CENTRES.items():
        assert shown(coloring, at) == (rgb(GREEN) if other == name else OWN[other])
    assert tuple(coloring.picture[y * scale, x * scale]) == rgb(GREEN)


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize(("hit", "filled"), [("a", "ac"), ("c", "ac"), ("b", "b"), ("d", "d")])
def test_a_group_is_what_the_network_says_or_one_colour_that_touches(
    hit: str, filled: str, told: bool
) -> None:
    coloring = marked(boxes(told), Marks((Fill(GREEN, CENTRES[hit], group=True),)))
    filled = filled if told else hit  # boxes do not touch
    for name, at in CENTRES.items():
        assert shown(coloring, at) == (rgb(GREEN) if name in filled else OWN[name])
    assert shown(coloring, GROUND) == (255, 255, 255)


def test_later_fills_lie_over_earlier_ones_and_none_takes_them_away() -> None:
    fills = (Fill(GREEN, A, group=True), Fill(TEAL, C), Fill(None, A), Fill(TEAL, B), Fill(GREEN, B))
    coloring = marked(boxes(), Marks(fills))
    assert [shown(coloring, at) for at in (A, B, C)] == [OWN["a"], rgb(GREEN), rgb(TEAL)]


def test_an_outline_fills_what_lies_mostly_inside_and_never_the_ground() -> None:
    outline = ((0, 0), (159.9, 0), (159.9, 90), (0, 90))  # a and b; of c and d only their upper edge
    coloring = marked(boxes(), Marks((Fill(GREEN, within=outline),)))
    assert [shown(coloring, at) for at in (A, B)] == [rgb(GREEN)] * 2
    assert [shown(coloring, at) for at in (C, D, GROUND)] == [OWN["c"], OWN["d"], (255, 255, 255)]
    grouped = marked(boxes(), Marks((Fill(GREEN, within=outline, group=True),)))
    assert [shown(grouped, at) for at in (A, B, C, D)] == [rgb(GREEN)] * 3 + [OWN["d"]]


@pytest.mark.parametrize(("role", "name"), [("hair", "a"), ("skin", "b"), ("clothes", "d")])
def test_a_role_is_a_colour(role: str, name: str) -> None:
    coloring = marked(boxes(), Marks((Fill(role, GROUND),)))
    assert shown(coloring, GROUND) == OWN[name]


def test_the_colour_of_a_role_goes_to_all_of_it_but_what_is_locked() -> None:
    marks = Marks(
        (Fill("hair", D),),
        roles=(RoleMark(B, "hair"), RoleMark(C, "hair", locked=True)),
        role_colors={"hair": TEAL},
    )
    coloring = marked(boxes(), marks)
    assert [shown(coloring, at) for at in (A, B, C, D)] == [rgb(TEAL), rgb(TEAL), OWN["c"], rgb(TEAL)]
    grouped = marked(boxes(), Marks((Fill(GREEN, A, group=True),), roles=(RoleMark(C, "hair", True),)))
    assert [shown(grouped, at) for at in (A, C)] == [rgb(GREEN), OWN["c"]]
    itself = marked(boxes(), Marks((Fill(GREEN, C, group=True),), roles=(RoleMark(C, "hair", True),)))
    assert shown(itself, C) == rgb(GREEN)


@pytest.mark.parametrize("role", ["eyes", "other"])
def test_a_role_that_nothing_has_is_told(role: str) -> None:
    with pytest.raises(UsageError, match=f"no region of this painting is {role}"):
        marked(boxes(), Marks((Fill(role, A),)))


@pytest.mark.parametrize("marks", [Marks((Fill("hair", A),)), Marks(role_colors={"skin": GREEN})])
def test_without_parts_roles_are_refused(marks: Marks) -> None:
    with pytest.raises(UsageError, match="does not tell parts"):
        marked(boxes(told=False), marks)


@pytest.mark.parametrize("at", [(160, 5), (5, 160), (-0.5, 5), (1e6, 0)])
def test_a_point_outside_the_drawing_is_told(at: tuple[float, float]) -> None:
    with pytest.raises(UsageError, match="outside the drawing, which is 160×160"):
        marked(boxes(), Marks((Fill(GREEN, at),)))


def test_strokes_fill_what_they_touch_and_slips_do_not_flood_the_ground() -> None:
    dabs = png((slice(40, 50), slice(60, 74), GREEN), (slice(110, 120), slice(40, 120), TEAL))
    coloring = marked(boxes(), Marks(strokes=dabs))
    assert [shown(coloring, at) for at in (A, B, C, D)] == [rgb(GREEN), OWN["b"], rgb(TEAL), rgb(TEAL)]
    assert shown(coloring, GROUND) == (255, 255, 255)
    meant = marked(boxes(), Marks(strokes=png((slice(2, 8), slice(20, 140), GREEN))))
    assert shown(meant, GROUND) == rgb(GREEN)


def test_strokes_lie_under_fills_and_over_roles_and_fill_groups_where_asked() -> None:
    dabs = png((slice(40, 50), slice(40, 50), GREEN))
    marks = Marks((Fill(TEAL, B),), dabs, True, role_colors={"hair": "#ffffff", "skin": "#ffffff"})
    coloring = marked(boxes(), marks)
    assert [shown(coloring, at) for at in (A, B, C, D)] == [rgb(GREEN), rgb(TEAL), rgb(GREEN), OWN["d"]]


def test_strokes_of_another_size_are_resized_and_told() -> None:
    dabs = png((slice(80, 100), slice(80, 100), GREEN), size=2 * SIZE)
    coloring = marked(boxes(), Marks(strokes=dabs))
    assert shown(coloring, A) == rgb(GREEN)
    assert any("320×320" in note for note in coloring.notes)


@pytest.mark.parametrize("data", [b"no picture", b""])
def test_strokes_that_are_no_picture_are_told(data: bytes) -> None:
    with pytest.raises(PictureError):
        marked(boxes(), Marks(strokes=data))


def test_a_cut_divides_and_a_join_unites() -> None:
    line = ((22, 45), (68, 45))
    marks = Marks((Fill(GREEN, (45, 30)),), cuts=(line,))
    coloring = marked(boxes(), marks)
    assert shown(coloring, (45, 30)) == rgb(GREEN)
    assert shown(coloring, (45, 60)) == OWN["a"]
    assert [shown(coloring, at) for at in (B, C, D)] == [OWN["b"], OWN["c"], OWN["d"]]
    joined = marked(boxes(), Marks((Fill(GREEN, B),), joins=((B, D),)))
    assert [shown(joined, at) for at in (B, D)] == [rgb(GREEN)] * 2
    assert region(joined, B) == region(joined, D)


def test_groups_hold_over_a_cut() -> None:
    marks = Marks((Fill(GREEN, (45, 30), group=True),), cuts=(((22, 45), (68, 45)),))
    coloring = marked(boxes(), marks)
    assert [shown(coloring, at) for at in ((45, 30), (45, 60), C)] == [rgb(GREEN)] * 3


@pytest.mark.parametrize("finish", ["flat", "painted", "blend"])
def test_what_was_cut_is_painted_in_every_finish(finish: str) -> None:
    marks = Marks((Fill(GREEN, (45, 30)),), cuts=(((22, 45), (68, 45)),))
    coloring = marked(boxes().finished(finish), marks)  # type: ignore[arg-type]
    assert np.abs(coloring.color[30, 45].astype(int) - rgb(GREEN)).max() <= 2
    assert np.abs(coloring.color[60, 45].astype(int) - OWN["a"]).max() <= 2
